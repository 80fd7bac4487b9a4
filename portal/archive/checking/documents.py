"""XML of a package: read without entities or network, and held against the schemas that the portal has."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree

from portal.archive.checking.container import AGAIN, Package
from portal.archive.checking.found import Problem, Unreadable
from portal.archive.package.build import SCHEMAS

Element = Any  # lxml ships no types
_MOST = 20  # faults that are told of one document
_SCH = "{http://purl.oclc.org/dsdl/schematron}"


class _Local(etree.Resolver):  # type: ignore[misc]  # lxml ships no types
    """A schema that another names by an address on the web is the one beside it."""

    def resolve(self, url: str, _public: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / url.rpartition("/")[2]), context)


@cache
def schema(name: str) -> Any:
    """A schema of the installation. Raises Unreadable."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    try:
        return etree.XMLSchema(etree.parse(str(SCHEMAS / name), parser))
    except (OSError, etree.LxmlError) as error:
        raise Unreadable(_missing(name)) from error


def _missing(name: str) -> str:
    return f"Schemat {name} saknas eller är skadat i installationen, så paketet kan inte kontrolleras. Installera om portalen."


def parsed(package: Package, path: str) -> tuple[Element | None, list[Problem]]:
    """The root of a document, or what is wrong."""
    if path not in package.sizes:
        return None, [Problem(path, "Filen saknas i paketet.", AGAIN)]
    if not package.holds(path):
        return None, [Problem(path, "Filen kan inte läsas, eller är för stor för att vara vad den heter.", AGAIN)]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(package.data(path), parser)
    except etree.XMLSyntaxError as error:
        return None, [Problem(path, f"Är inte XML som går att läsa: {error.msg}.", AGAIN)]
    if root.getroottree().docinfo.doctype:
        return None, [Problem(path, "Har en DOCTYPE, som kan föra in annat än det som står där.", "Ta bort DOCTYPE.")]
    return root, []


def by_schema(path: str, root: Element, name: str) -> Iterator[Problem]:
    """What breaks a schema, the first of it."""
    wanted = schema(name)
    if not wanted.validate(root):
        for error in list(wanted.error_log)[:_MOST]:
            yield Problem(path, f"Följer inte schemat {name}, rad {error.line}: {error.message}", AGAIN)


@cache
def _rules(name: str) -> tuple[tuple[tuple[Any, tuple[tuple[Any, str], ...]], ...], ...]:
    """Patterns of rules of assertions. They are plain XPath 1.0, which the test of this module holds them to."""
    try:
        root = etree.parse(str(SCHEMAS / name)).getroot()
        names = {each.get("prefix"): each.get("uri") for each in root.iterfind(f"{_SCH}ns")}
        return tuple(
            tuple(
                (
                    etree.XPath(f"//{rule.get('context')}", namespaces=names),
                    tuple(
                        (
                            etree.XPath(f"boolean({each.get('test')})", namespaces=names),
                            " ".join("".join(each.itertext()).split()),
                        )
                        for each in rule.iterfind(f"{_SCH}assert")
                    ),
                )
                for rule in pattern.iterfind(f"{_SCH}rule")
            )
            for pattern in root.iterfind(f"{_SCH}pattern")
        )
    except (OSError, etree.LxmlError) as error:
        raise Unreadable(_missing(name)) from error


def by_rules(path: str, root: Element, name: str) -> Iterator[Problem]:
    """What breaks a Schematron schema: in each pattern the first rule that fits an element is the one that counts."""
    for pattern in _rules(name):
        tried: set[Element] = set()
        for context, assertions in pattern:
            fitting = [each for each in context(root) if each not in tried]
            tried.update(fitting)
            for each in fitting:
                for holds, said in assertions:
                    if not holds(each):
                        yield Problem(path, f"Bryter en regel i {name}, rad {each.sourceline}: {said}", AGAIN)
