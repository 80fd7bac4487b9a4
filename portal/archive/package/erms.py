"""The case as ERMS (E-ARK CITS ERMS): one XML document that is valid against both 2.1.2 and 3.0. Pure.

What ERMS has elements for stands there; every row as the portal holds it stands beside it, in ``additionalXMLData``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from lxml import etree

from portal.archive.package import own_data
from portal.archive.package.content import Placed
from portal.archive.package.holdings import Holding, Row, plain
from portal.archive.package.own_data import Element, allowed
from portal.archive.package.profile import SOFTWARE, SOFTWARE_VERSION, Profile
from portal.archive.package.records import Record, ids_of, records, versions
from portal.archive.package.retention import Classified, classified
from portal.archive.package.wording import CAPACITIES, COUNTED_FROM, DISPOSALS, FACTS, OUTCOMES, told

NAMESPACE = "https://DILCIS.eu/XML/ERMS"
_Q = f"{{{NAMESPACE}}}"
_DONE = ("closed", "archived")
_DIRECTIONS = {"in": "incoming", "out": "outgoing", "drawn_up": "other"}
_DATED = {"in": "received", "out": "sent", "drawn_up": "prepared"}


def document(held: Holding, placed: Sequence[Placed], profile: Profile) -> bytes:
    """The XML document, UTF-8. ``placed`` are the case's files, each where it lies, with paths from the package's folder."""
    root = etree.Element(f"{_Q}erms", nsmap={None: NAMESPACE})
    _control(root, held, profile)
    _case(_add(root, "aggregations"), held, placed)
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)
    return found


def _add(parent: Element, tag: str, text: object = None, /, **attributes: object) -> Element:
    made = etree.SubElement(parent, f"{_Q}{tag}", {key: allowed(str(value)) for key, value in attributes.items()})
    if text is not None:
        made.text = allowed(str(text))
    return made


def instant(at: datetime | date) -> str:
    """An instant in UTC as XML writes it; a civil day as its beginning, without a zone."""
    if isinstance(at, datetime):
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{at.isoformat()}T00:00:00"


def _control(root: Element, held: Holding, profile: Profile) -> None:
    control = _add(root, "control")
    _add(control, "identification", profile.creator, identificationType="arkivbildare")
    if profile.organisation_number:
        _add(control, "identification", profile.organisation_number, identificationType="organisationsnummer")
    register = held.by_id("register", held.case["register_id"])
    organ = held.by_id("organ", register["organ_id"]) if register else None
    if organ:
        _add(control, "identification", organ["name"], identificationType="nämnd")
    if register:
        _add(control, "identification", f"{register['prefix']} {register['name']}", identificationType="diarium")
    _add(control, "identification", held.number, identificationType="diarienummer")
    if found := classified(held):
        schema = _add(_add(control, "classificationSchema"), "textualDescriptionOfClassificationSchema")
        _add(schema, "p", f"{found.plan['scheme']}, utgåva {found.plan['edition']}, gäller från {found.plan['valid_from']}")
    maintenance = _add(control, "maintenanceInformation")
    _add(maintenance, "maintenanceStatus", value="revised" if profile.record_status == "REPLACEMENT" else "new")
    agency = _add(maintenance, "maintenanceAgency")
    _add(agency, "agencyCode", profile.code, type="organisationsnummer")
    _add(agency, "agencyName", profile.creator)
    event = _add(_add(maintenance, "maintenanceHistory"), "maintenanceEvent")
    _add(event, "eventType", value="created")
    _add(event, "eventDateTime", instant(held.made_at))
    _software(event)
    _software(_add(_add(control, "systemInformation"), "agents"))


def _software(parent: Element) -> None:
    agent = _add(parent, "agent", agentType="deliverer")
    _add(agent, "name", SOFTWARE)
    _add(agent, "idNumber", SOFTWARE_VERSION, idNumberType="version")


def _agent(parent: Element, kind: str, person: Row | None, *, unit: str = "", role: str = "", other: str = "") -> None:
    """A person; where nobody acted, the portal."""
    attributes = {"agentType": kind} | ({"otherAgentType": other} if other else {})
    agent = _add(parent, "agent", **attributes)
    _add(agent, "name", person["name"] if person else SOFTWARE)
    if unit:
        _add(agent, "unitName", unit)
    if person:
        _add(agent, "idNumber", person["public_id"], idNumberType="uuid")
    if role or (person and person["title"]):
        _add(agent, "role", role or person["title"])  # type: ignore[index]  # one of them holds


def _name(parent: Element, kind: str, name: str, *, role: str = "", other: str = "") -> None:
    """Someone who is only a name."""
    attributes = {"agentType": kind} | ({"otherAgentType": other} if other else {})
    agent = _add(parent, "agent", **attributes)
    _add(agent, "name", name)
    if role:
        _add(agent, "role", role)


def _case(parent: Element, held: Holding, placed: Sequence[Placed]) -> None:
    case = held.case
    made = _add(parent, "aggregation", systemIdentifier=case["public_id"], aggregationType="caseFile")
    _add(made, "objectId", held.number)
    _add(made, "extraId", case["id"], extraIdType="id")
    if case["number"]:
        _add(made, "extraId", plain(case["number"]), extraIdType="diarienummer i portalen")
    if case["external_number"]:
        _add(made, "extraId", plain(case["external_number"]), extraIdType="diarienummer i annat register")
    _classification(made, held)
    keywords = _add(made, "keywords")
    for word in _keywords(held):
        _add(keywords, "keyword", word)
    _add(made, "title", case["title"] or case["public_title"])
    if case["public_title"]:
        _add(made, "otherTitle", case["public_title"], titleType="offentlig titel")
    _add(made, "status", value="closed" if case["status"] in _DONE else "in_progress")
    _relations(made, held)
    additional = _add(made, "additionalInformation")
    _amounts(additional, held)
    _add(additional, "additionalXMLData").append(own_data.element(held.tables))
    for mark in held.rows("secrecy_mark"):
        if mark["source_id"] is None:
            _restriction(made, held, mark)
    _disposal(made, held, classified(held))
    _agents(_add(made, "agents"), held)
    _add(made, "description", _description(held))
    _dates(_add(made, "dates"), held)
    for decision in held.rows("decision"):
        _decision(made, held, decision)
    _history(made, held)
    _add(made, "access", _access(case))
    _notes(made, held)
    for record in enumerate(records(held), 1):
        _record(made, held, record, [each for each in placed if each.record.public_id == record[1].public_id])


_AMOUNTS = (
    ("requested", "äskat belopp"), ("granted", "beviljat belopp"), ("used", "utfall"), ("budget_year", "budgetår"),
)  # fmt: skip


def _amounts(additional: Element, held: Holding) -> None:
    """Amounts in whole kronor, and the budget year."""
    said = [(name, held.request[key]) for key, name in _AMOUNTS if held.request[key] is not None]
    if said:
        own = _add(additional, "ownElement")
        _add(own, "ownElementDescription", "Belopp i hela kronor, och det budgetår de gäller.")
        for name, value in said:
            _add(_add(own, "ownElement", name=name, dataType="int"), "value", value)


def _keywords(held: Holding) -> Iterator[str]:
    yield "äskande"
    fund = held.by_id("fund", held.request["fund_id"])
    if fund:
        yield f"{fund['name']} {fund['year']}"
    if held.request["budget_year"]:
        yield f"budgetår {held.request['budget_year']}"


def _description(held: Holding) -> str:
    request = held.request
    unit = held.by_id("unit", held.case["unit_id"])
    parts = [f"Äskande från {unit['name']}." if unit else "Äskande."]
    parts += [
        f"{label}: {request[key]} kr." for key, label in (("requested", "Äskat"), ("granted", "Beviljat"), ("used", "Utfall"))
        if request[key] is not None
    ]  # fmt: skip
    if request["outcome"]:
        parts.append(f"Utgång: {OUTCOMES[request['outcome']]}.")
    return " ".join(parts)


def _access(case: Row) -> str:
    if case["is_secret"]:
        return "Sekretessmarkerat: prövas vid begäran om utlämnande."
    return "Delvis sekretessmarkerat: prövas vid begäran om utlämnande." if case["is_partly_secret"] else "Ingen markering."


def _relations(made: Element, held: Holding) -> None:
    own = held.case["id"]
    for row in held.rows("case_relation"):
        here = row["case_id"] == own
        other = held.by_id("related_case", row["to_case_id"] if here else row["case_id"])
        kind = (
            ("replaces" if here else "is_replaced_with")
            if row["kind"] == "replaces"
            else "reference"
            if here
            else "referenced_by"
        )
        ended = " (upphävd)" if row["ended_at"] else ""
        if other:
            _add(made, "relation", f"{plain(other['number'] or '')} {other['public_id']}{ended}".strip(), relationType=kind)


def _restriction(parent: Element, held: Holding, mark: Row) -> None:
    made = _add(parent, "restriction", restrictionType="confidential")
    scope = (
        f"Gäller raden {mark['line_label']}{', även beloppet' if mark['hides_amount'] else ''}." if mark["line_label"] else ""
    )
    standing = "Hävd." if mark["lifted_at"] else "Bekräftad." if mark["confirmed_at"] else "Inte prövad av registrator."
    who = f"Markerad av {held.named(mark['marked_by_id'])}, {mark['authority']}."  # 2.1.2 has no agent here
    said = ("Sekretessmarkering, en varning och inget beslut.", scope, who, standing)
    _add(made, "explanatoryText", " ".join(filter(None, said)))
    _add(made, "regulation", mark["provision"])
    dates = _add(made, "dates")
    _add(dates, "date", instant(mark["marked_on"]), dateType="start")
    if mark["confirmed_at"]:
        _add(dates, "date", instant(mark["confirmed_at"]), dateType="confidentiality_assessed")
    if mark["review_on"]:
        _add(dates, "date", instant(mark["review_on"]), dateType="other", otherDateType="omprövas")
    if mark["lifted_at"]:
        _add(dates, "date", instant(mark["lifted_at"]), dateType="end")


def _closed_at(held: Holding) -> datetime:
    closed: list[datetime] = [row["closed_at"] for row in held.rows("closing") if row["reopened_at"] is None]
    return closed[-1] if closed else held.made_at


def _classification(parent: Element, held: Holding) -> None:
    """The class of the case, which its documents have too."""
    if found := classified(held):
        _add(parent, "classification", found.row["process"] or found.row["name"], classificationCode=found.row["code"])


def _disposal(parent: Element, held: Holding, found: Classified | None, by_type: str | None = None) -> None:
    """What becomes of a file: what is said of its type, else of the case's class; without either it is kept."""
    said = by_type or (str(found.row["disposal"]) if found else "keep")
    made = _add(parent, "disposal", disposable="false" if said == "keep" else "true")
    if found:
        _add(made, "disposalScheduleId", f"{found.plan['scheme']} {found.plan['edition']}: {found.row['code']}")
    _add(made, "disposalAction", DISPOSALS[said])
    start, end = _closed_at(held), None
    if found and said == found.row["disposal"] and found.row["years"]:
        years = f"{found.row['years']} år från {COUNTED_FROM[found.row['counted_from']]}"
        _add(made, "disposalPeriod", years)
        start, end = found.period(held, start)
    dates = _add(made, "dates")
    _add(dates, "disposalDate", instant(start), dateType="retention_period_start")
    if end is not None:
        _add(dates, "disposalDate", instant(end), dateType="retention_period_end")


def _agents(parent: Element, held: Holding) -> None:
    case, unit = held.case, held.by_id("unit", held.case["unit_id"])
    unit_name = str(unit["name"]) if unit else ""
    _agent(parent, "creator", held.person(case["author_id"]), unit=unit_name)
    _agent(parent, "responsible_person", held.person(case["author_id"]), unit=unit_name, role="handläggare")
    others = [row["person_id"] for row in held.rows("case_writer") if row["person_id"] != case["author_id"]]
    for person in dict.fromkeys(others):
        _agent(parent, "editor", held.person(person), role="medförfattare")
    for decision in held.rows("decision"):
        if organ := _organ(held, decision):
            _name(parent, "authorising_person", organ, role="beslutande organ")
        else:
            _agent(parent, "authorising_person", held.person(decision["decided_by_id"]), role="beslutsfattare")
    for kind, role, column, table in (
        ("editor", "yttrande", "by_id", "statement"),
        ("editor", "bokförde budgetjusteringen", "recorded_by_id", "budget_entry"),
        ("administrator", "avslutade ärendet", "closed_by_id", "closing"),
        ("archiver", "arkiverade ärendet", "archived_by_id", "archiving"),
    ):
        for person in dict.fromkeys(row[column] for row in held.rows(table)):
            _agent(parent, kind, held.person(person), role=role)
    for name in dict.fromkeys(row["presenter"] for row in held.rows("decision") if row["presenter"]):
        _name(parent, "other", name, other="föredragande")
    for name in dict.fromkeys(row["recipient"] for row in held.rows("dispatch_copy")):
        _name(parent, "recipient", name)


def _dates(parent: Element, held: Holding) -> None:
    case = held.case

    def add(kind: str, at: datetime | date | None) -> None:
        if at is not None:
            _add(parent, "date", instant(at), dateType=kind)

    add("created", case["created_at"])
    add("opened", case["submitted_at"])
    for decision in held.rows("decision"):
        add("decision_date", decision["decided_at"])
    sent = [row["sent_at"] for row in held.rows("dispatch_copy") if row["sent_at"]]
    add("expedited", min(sent, default=None))
    for row in held.rows("closing"):
        add("closed", row["closed_at"])
    for row in held.rows("archiving"):
        add("archived", row["archived_at"])


def _decision(parent: Element, held: Holding, row: Row) -> None:
    made = _add(parent, "action")
    _add(made, "actionText", f"{row['number']}: {row['text']}")
    if reason := row["reason"] or row["replacement_reason"]:
        _add(made, "actionMotivation", reason)
    replaced = ", ersatt" if row["replaced_at"] else ""
    _add(made, "actionType", f"beslut ({CAPACITIES[row['capacity']]}, {OUTCOMES[row['outcome']]}{replaced})")
    dates = _add(made, "dates")
    _add(dates, "actionDate", instant(row["decided_at"]), dateType="decision_date")
    if row["replaced_at"]:
        _add(dates, "actionDate", instant(row["replaced_at"]), dateType="end")
    agents = _add(made, "agents")
    if organ := _organ(held, row):
        _name(agents, "authorising_person", organ, role="beslutande organ")
        _agent(agents, "administrator", held.person(row["decided_by_id"]), role="förde in protokollet")
    else:
        _agent(agents, "authorising_person", held.person(row["decided_by_id"]), role="beslutsfattare")
    if row["acting_for_id"]:
        _agent(agents, "other", held.person(row["acting_for_id"]), other="den som ersätts")
    authority: dict[str, Any] = row["authority"] or {}
    if clause := authority.get("clause"):
        _name(agents, "other", str(clause), other="beslutanderätt")


def _organ(held: Holding, decision: Row) -> str:
    """The organ whose minutes the decision is, with the paragraph; empty where a person decided."""
    minutes = held.by_id("minutes_entry", decision["minutes_id"])
    organ = held.by_id("organ", minutes["organ_id"]) if minutes else None
    return f"{organ['name']} {minutes['meeting_date']} § {minutes['paragraph']}" if organ and minutes else ""


def _history(parent: Element, held: Holding) -> None:
    if held.log:
        history = _add(parent, "archivalHistory")
        for entry in held.log:
            _add(history, "historyLine", told(entry))


def _notes(parent: Element, held: Holding) -> None:
    notes = list(_said(held))
    if notes:
        made = _add(parent, "notes")
        for kind, at, text in notes:
            _add(made, "note", text, noteType=kind, noteDate=instant(at))


def _said(held: Holding) -> Iterable[tuple[str, datetime, str]]:
    for row in held.rows("dispatch_copy"):
        at = row["sent_at"] or row["queued_at"]
        how = row["email"] or "i portalen"
        yield "expediering", at, f"{row['recipient']}, {how}, {row['state']}, sha256 {row['document_sha256'] or 'saknas'}"
    for row in held.rows("case_fact"):
        yield FACTS.get(row["kind"], row["kind"]), row["at"], f"{row['on_date']} {row['text']}".strip()
    for row in held.rows("message"):
        yield "samtal", row["at"], f"{held.named(row['by_id'])}: {row['text']}"


def _record(parent: Element, held: Holding, numbered: tuple[int, Record], placed: Sequence[Placed]) -> None:
    place, record = numbered
    row = record.registered
    kind = held.by_id("document_type", row["type_id"]) if row else None
    made = _add(parent, "record", systemIdentifier=record.public_id, recordType=kind["name"] if kind else "Fil utanför diariet")
    _add(made, "objectId", f"{held.number}-{place}")
    if row:
        _add(made, "extraId", row["source_id"], extraIdType=f"källa: {row['source_kind']}")
        if row["counterparty_number"]:
            _add(made, "extraId", row["counterparty_number"], extraIdType="motpartens nummer")
    _classification(made, held)
    _add(made, "title", row["title"] if row else record.files[0].row["title"] or record.files[0].row["filename"])
    if row:
        _add(made, "otherTitle", row["public_title"], titleType="offentlig titel")
    _add(made, "status", value="closed" if held.case["status"] in _DONE else "in_progress")
    _add(made, "runningNumber", place)
    for kind_of, one, other in versions(held, record):
        _add(made, "relation", f"{one} {other}", relationType=kind_of)
    for mark in held.rows("secrecy_mark"):
        if mark["source_id"] is not None and mark["source_id"] in ids_of(record):
            _restriction(made, held, mark)
    by_type = kind["disposal"] if kind and kind["disposal"] != "keep" else None
    _disposal(made, held, classified(held), by_type)
    if row:
        drawn_up = {"otherDirectionDefinition": "upprättad"} if row["direction"] == "drawn_up" else {}
        _add(made, "direction", directionDefinition=_DIRECTIONS[row["direction"]], **drawn_up)
    _record_agents(made, held, record)
    _record_dates(made, record)
    if sealed := [each for each in record.files if each.seal]:
        signatures = _add(made, "eSignatures")
        for _each in sealed:
            _add(signatures, "eSignature", present="true")
    _appendices(made, placed)


def _record_agents(made: Element, held: Holding, record: Record) -> None:
    agents = _add(made, "agents")
    row = record.registered
    if row is None:
        _agent(agents, "creator", held.person(record.files[0].row["created_by_id"]))
        return
    author = next((record.source[key] for key in _AUTHORS if record.source and record.source.get(key)), None)
    if author and row["source_kind"] != "minutes":
        _agent(agents, "creator", held.person(author))
    if row["counterparty"]:
        _name(agents, "recipient" if row["direction"] == "out" else "sender", row["counterparty"])
    _agent(agents, "administrator", held.person(row["registered_by_id"]), role="registrerade")


_AUTHORS = ("submitted_by_id", "decided_by_id", "by_id", "recorded_by_id", "made_by_id", "reported_by_id")


def _record_dates(made: Element, record: Record) -> None:
    dates, row = _add(made, "dates"), record.registered
    if row is None:
        _add(dates, "date", instant(record.files[0].row["created_at"]), dateType="created")
        return
    _add(dates, "date", instant(row["registered_at"]), dateType="created")
    _add(dates, "date", instant(row["dated_on"]), dateType=_DATED[row["direction"]])
    _add(dates, "date", instant(row["registered_on"]), dateType="captured")
    if row["public_since"]:
        _add(dates, "date", instant(row["public_since"]), dateType="other", otherDateType="allmän handling")


def _appendices(made: Element, placed: Sequence[Placed]) -> None:
    if not placed:
        return
    additional = _add(made, "additionalInformation")
    for each in placed:
        member = each.member
        path = re.sub(r"^representations/rep1/data/", "", member.path)
        appendix = _add(
            additional,
            "appendix",
            name=each.name,
            path=path,
            description=each.title,
            fileFormat=member.format.puid or member.format.mime,
        )
        if each.stored and each.stored.seal:
            _add(appendix, "eSignature", present="true")
