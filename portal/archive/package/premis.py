"""What happened to each file (PREMIS 3.0): how it came about, was scanned, sealed, identified and packed. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml import etree

from portal.archive.package.content import Member, Placed
from portal.archive.package.erms import instant
from portal.archive.package.holdings import Holding, Row
from portal.archive.package.own_data import Element, allowed
from portal.archive.package.profile import SOFTWARE, SOFTWARE_VERSION

NAMESPACE = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_Q = f"{{{NAMESPACE}}}"
_SOFTWARE = "software"
PRONOM = "PRONOM"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a file; ``agent`` is a person's public id, or the portal."""

    kind: str
    at: datetime
    detail: str
    outcome: str
    note: str
    file: UUID
    agent: str = _SOFTWARE

    @property
    def id(self) -> UUID:
        """The same for the same event."""
        return uuid5(self.file, f"{self.kind} {self.at.isoformat()} {self.detail}")


def of_files(held: Holding, placed: Sequence[Placed], more: Sequence[Member] = ()) -> bytes:
    """PREMIS of the representation: an object for each file, ``more`` being those that the package itself adds."""
    root = _root()
    for each in placed:
        made = _file(root, _id(held, each), each.member, each.name)
        if each.stored:
            _derived(made, held, each.stored.row)
    for member in more:
        _file(root, file_id(held, member), member, member.path.rpartition("/")[2])
    events = [event for each in placed for event in _events(held, each)]
    events += [_packed(held, file_id(held, member), member) for member in more]
    for event in events:
        _event(root, event)
    _agents(root, held, [event.agent for event in events])
    return _written(root)


def of_package(held: Holding, package_id: str) -> bytes:
    """PREMIS of the package: the case as one intellectual entity, and that it was packed."""
    root = _root()
    made = _add(root, "object")
    made.set(f"{{{XSI}}}type", "intellectualEntity")
    _identifier(made, "object", package_id, "local")
    event = Event("information package creation", held.made_at, f"Ärende {held.number}", "success", "", held.case["public_id"])
    _event(root, event, local=package_id)
    _agents(root, held, [_SOFTWARE])
    return _written(root)


def file_id(held: Holding, member: Member) -> UUID:
    """What a file that the package adds is called."""
    return uuid5(held.case["public_id"], member.path)


def _id(held: Holding, placed: Placed) -> UUID:
    return placed.stored.public_id if placed.stored else file_id(held, placed.member)


def _derived(made: Element, held: Holding, row: Row) -> None:
    """A masked copy names what it was made of."""
    original = held.by_id("document", row["original_id"])
    if original:
        relation = _add(made, "relationship")
        _add(relation, "relationshipType", "derivation")
        _add(relation, "relationshipSubType", "has source")
        _identifier(relation, "relatedObject", original["public_id"])


def _root() -> Element:
    return etree.Element(f"{_Q}premis", {"version": "3.0"}, nsmap={None: NAMESPACE, "xsi": XSI})


def _written(root: Element) -> bytes:
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found


def _add(parent: Element, name: str, text: object = None) -> Element:
    made = etree.SubElement(parent, f"{_Q}{name}")
    if text is not None:
        made.text = allowed(str(text))
    return made


def _identifier(parent: Element, of: str, value: object, kind: str = "UUID") -> None:
    made = _add(parent, f"{of}Identifier")
    _add(made, f"{of}IdentifierType", kind)
    _add(made, f"{of}IdentifierValue", value)


def _file(root: Element, public_id: UUID, member: Member, name: str) -> Element:
    made = _add(root, "object")
    made.set(f"{{{XSI}}}type", "file")
    _identifier(made, "object", public_id)
    what = _add(made, "objectCharacteristics")
    fixity = _add(what, "fixity")
    _add(fixity, "messageDigestAlgorithm", "SHA-256")
    _add(fixity, "messageDigest", member.sha256)
    _add(what, "size", member.size)
    form = _add(what, "format")
    designation = _add(form, "formatDesignation")
    _add(designation, "formatName", member.format.name)
    if member.format.version:
        _add(designation, "formatVersion", member.format.version)
    if member.format.puid:
        registry = _add(form, "formatRegistry")
        _add(registry, "formatRegistryName", PRONOM)
        _add(registry, "formatRegistryKey", member.format.puid)
    _add(made, "originalName", name)
    storage = _add(made, "storage")
    location = _add(storage, "contentLocation")
    _add(location, "contentLocationType", "path")
    _add(location, "contentLocationValue", member.path)
    return made


def _events(held: Holding, placed: Placed) -> Iterator[Event]:
    if placed.stored is None:
        file, said = file_id(held, placed.member), "Uppgifterna i systemet skrivna som text"
        yield Event("creation", held.made_at, said, "success", "", file)
        yield _packed(held, file, placed.member)
        return
    row, file = placed.stored.row, placed.stored.public_id
    maker = held.person(row["created_by_id"])
    came = "creation" if maker is None or row["source_id"] is not None else "capture"
    yield Event(came, row["created_at"], row["source_note"] or row["title"], "success", "", file, _agent_of(maker))
    if scan := placed.stored.scan:
        yield Event("virus check", scan["scanned_at"], scan["scanner"], scan["verdict"], scan["signature"], file)
    if seal := placed.stored.seal:
        note = f"PAdES {seal['level']}, certifikat sha256 {seal['certificate']}"
        yield Event("digital signature generation", seal["sealed_at"], "Organisationens sigill", "success", note, file)
        # Nothing sealed is stored that has not been verified first (documents.sealing).
        yield Event("digital signature validation", seal["sealed_at"], "Innan filen sparades", "success", "", file)
    yield Event("format identification", held.made_at, SOFTWARE, "success", placed.member.format.puid or "okänt", file)
    yield _packed(held, file, placed.member)


def _packed(held: Holding, file: UUID, member: Member) -> Event:
    return Event("message digest calculation", held.made_at, "SHA-256", "success", member.sha256, file)


def _agent_of(person: Row | None) -> str:
    return str(person["public_id"]) if person else _SOFTWARE


def _event(root: Element, event: Event, *, local: str = "") -> None:
    made = _add(root, "event")
    _identifier(made, "event", event.id)
    _add(made, "eventType", event.kind)
    _add(made, "eventDateTime", instant(event.at))
    if event.detail:
        _add(_add(made, "eventDetailInformation"), "eventDetail", event.detail)
    outcome = _add(made, "eventOutcomeInformation")
    _add(outcome, "eventOutcome", event.outcome)
    if event.note:
        _add(_add(outcome, "eventOutcomeDetail"), "eventOutcomeDetailNote", event.note)
    agent = _add(made, "linkingAgentIdentifier")
    _add(agent, "linkingAgentIdentifierType", "UUID")
    _add(agent, "linkingAgentIdentifierValue", _agent_id(event.agent))
    thing = _add(made, "linkingObjectIdentifier")
    _add(thing, "linkingObjectIdentifierType", "local" if local else "UUID")
    _add(thing, "linkingObjectIdentifierValue", local or event.file)


def _agent_id(agent: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{SOFTWARE} {SOFTWARE_VERSION}")) if agent == _SOFTWARE else agent


def _agents(root: Element, held: Holding, wanted: Sequence[str]) -> None:
    names = {str(row["public_id"]): str(row["name"]) for row in held.rows("person")}
    for agent in dict.fromkeys((*wanted, _SOFTWARE)):
        made = _add(root, "agent")
        _identifier(made, "agent", _agent_id(agent))
        _add(made, "agentName", names.get(agent, SOFTWARE))
        _add(made, "agentType", "software" if agent == _SOFTWARE else "person")
        if agent == _SOFTWARE:
            _add(made, "agentVersion", SOFTWARE_VERSION)
