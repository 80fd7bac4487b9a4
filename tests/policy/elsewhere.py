"""What an address that names no case can be asked about, and what that shall lead to."""

from dataclasses import dataclass
from uuid import uuid4

from tests.factories import transfer
from tests.policy.expected import DONE, DOOR, SHOWN, SIGN_IN, UNKNOWN, Expected, at_the_door
from tests.policy.people import Who
from tests.policy.table import Outcome, Row
from tests.policy.world import World

NOWHERE = "nowhere"
_PERSON, _OWN, _CLOSED = "ekonom2", "admin", "avstangd"
CONFLICT = Expected(Outcome.CONFLICT)
NOT_THE_DEMO = "nothing: this is no demo"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing an address may name: what it is called here, its parameters, and the version its form carries."""

    name: str
    known: dict[str, object]
    version: int | None = None


def targets(world: World, row: Row, names: set[str], who: Who) -> list[Target]:
    """What the address is asked about; where it names nothing, the one page it is."""
    if not names:
        return [Target("", {})]
    return [*_there(world, row, names, who), Target(NOWHERE, _nowhere(world, names), 1)]


def _nowhere(world: World, names: set[str]) -> dict[str, object]:
    known: dict[str, object] = {name: uuid4() for name in names}
    if names > {"person_id"}:  # a role of nobody's, of a person who is there
        known["person_id"] = world.town.person(_PERSON).public_id
    return known | dict.fromkeys(names & {"token", "filename"}, "x" * 40) | dict.fromkeys(names & {"part", "role"}, "x" * 10)


def _there(world: World, row: Row, names: set[str], who: Who) -> list[Target]:
    town = world.town
    if names == {"person_id"}:
        chosen = [_CLOSED] if row.endpoint.endswith(".enable") else [_PERSON, _OWN, _CLOSED]
        return [Target(name, {"person_id": town.person(name).public_id}, world.versions[name]) for name in chosen]
    single: dict[str, dict[str, object]] = {
        "filename": {"a style sheet": "portal.css"},
        "token": {"a link that works": world.link},
        "fund_id": {"a fund": town.fund.public_id},
        "unit_id": {"a unit": town.units["Räddningstjänsten"].public_id},
        "recipient_id": {"a recipient": world.rows["a recipient"]},
        "organ_id": {"an organ": town.council.public_id},
        "register_id": {"a register": world.rows["a register"]},
        "decision_id": {name: key for name, key in world.rows.items() if name.startswith("decision")},
        "delegation_id": {name: key for name, key in world.rows.items() if name.startswith("delegation")},
        "copy_id": dict(_copies(world)),
        "import_id": {"a file of outcome": world.rows["outcome"]},
        "notice_id": {
            "another's notice": world.rows["notice of revisor" if who.username == "ekonom" else "notice of ekonom"],
            **({"own notice": world.rows["notice of ekonom"]} if who.username == "ekonom" else {}),
        },
        "absence_id": {
            "another's absence": world.rows["absence of revisor" if who.username == "ekonom" else "absence of ekonom"],
            **({"own absence": world.rows["absence of ekonom"]} if who.username == "ekonom" else {}),
        },
        "part": {"a part of the coding": "projekt"},
        "role": {"a role": "besluta"},
        "meeting_id": {"a meeting": world.rows["a meeting"]},
        "list_id": {"a list": world.rows["a list"]},
        "export_id": {"a file to the ledger": world.rows["file to the ledger"]},
        "agreement_id": {"an agreement": world.rows["an agreement"]},
        "delivery_id": {"a delivery": world.rows["a delivery"]},
        "template_id": {"a template": world.rows["template"]},
        "order_id": {"an edition that gives kanslichef": world.rows["an edition that gives kanslichef"]},
        "session_id": {
            "another's": world.sessions["revisor" if who.username == "ekonom" else "ekonom"],
            **({"own": world.sessions[who.username]} if who.let_in else {}),
        },
    }
    for parameter, found in single.items():
        if names == {parameter}:
            return [Target(name, {parameter: value}, world.versions.get(name)) for name, value in found.items()]
    if names == {"delivery_id", "name"}:
        return [Target("a delivery", {"delivery_id": world.rows["a delivery"], "name": transfer.REPORT})]
    if "request_id" in names:
        name = _ASKED.get(row.endpoint, "a request")
        item: dict[str, object] = {"item_id": world.rows[f"{name}, its document"]} if "item_id" in names else {}
        return [Target(name, {"request_id": world.rows[name], **item}, world.versions[name])]
    if names == {"order_id", "clause_id"}:
        clause = world.rows["its clause"]
        return [Target("its clause", {"order_id": world.rows["an edition that gives kanslichef"], "clause_id": clause})]
    parameter, name = {
        "holding_id": ("holding_id", "role of ekonom2"),
        "substitution_id": ("substitution_id", "substitution of vikarie"),
    }[(names - {"person_id"}).pop()]
    known: dict[str, object] = {"person_id": town.person(_PERSON).public_id, parameter: world.rows[name]}
    return [Target(name, known, world.versions[name])]


# Requests for public records: which of them an address is asked about where it is not the one just noted.
_ASKED = {
    **dict.fromkeys(("disclosure.folder", "disclosure.hand_out", "disclosure.perform_hand_out"), "a request that was reviewed"),
    **dict.fromkeys(("disclosure.decide", "disclosure.perform_decide"), "a request that was reviewed"),
    "disclosure.decision_file": "a request that was refused",
}


def _copies(world: World) -> dict[str, object]:
    of = {place: world.cases[place].copies for place in ("dispatched", "dispatched, secret", "reported")}
    mine, theirs = "Kommunledningsförvaltningen", "Ekonomiavdelningen"
    return {
        "own": of["dispatched"][mine],
        "of a secret case": of["dispatched, secret"][mine],
        "to another unit": of["dispatched"][theirs],
    }


def _rule(sentence: str) -> Expected:
    return Expected(Outcome.RULE, (sentence,))


# Where a rule, or who the person is, has the say behind the door: (endpoint, method, target) → (whom; nobody named:
# everyone), what.
_SAID: dict[tuple[str, str, str], tuple[str, Expected]] = {
    ("people.log_out", "POST", ""): ("", SIGN_IN),
    ("verify.check", "POST", ""): ("", Expected(Outcome.INVALID, ("Välj filen med beslutet",))),
    ("dispatch.outbox", "GET", ""): ("", UNKNOWN),
    ("funds.confirm", "GET", "decision by kanslichef"): ("kanslichef", _rule("Du har själv fört in uppgiften")),
    ("funds.perform_confirm", "POST", "decision by kanslichef"): ("kanslichef", _rule("Du har själv fört in uppgiften")),
    ("funds.confirm_order", "POST", "an edition that gives kanslichef"): ("kanslichef", _rule("ger dig själv en delegation")),
    ("funds.confirm_delegation", "POST", "delegation for kanslichef"): ("kanslichef", _rule("Delegationen gäller dig själv")),
    ("administration.disable", "POST", _OWN): ("admin", _rule("Du kan inte stänga ditt eget konto")),
    ("administration.new_link", "POST", _CLOSED): ("", _rule("Kontot är stängt")),
    ("administration.end_role", "POST", NOWHERE): ("", CONFLICT),
    ("administration.end_substitution", "POST", NOWHERE): ("", CONFLICT),
    ("registers.end", "POST", "a register"): ("", CONFLICT),  # the only one there is
    ("people.end_session", "POST", "another's"): ("", UNKNOWN),
    ("notices.follow", "POST", "another's notice"): ("", UNKNOWN),
    ("people.end_absence", "POST", "another's absence"): ("", UNKNOWN),
    ("codes.review", "GET", "a part of the coding"): ("", UNKNOWN),  # no file has been left
    ("codes.take_in", "POST", "a part of the coding"): ("", UNKNOWN),
    ("outcome.review", "GET", ""): ("", UNKNOWN),
    ("outcome.take_in", "POST", ""): ("", UNKNOWN),
    ("deviations.hand_out", "GET", ""): ("", UNKNOWN),  # no draw is named
    ("dispatch.copy", "GET", "to another unit"): ("", UNKNOWN),
    ("dispatch.copy_document", "GET", "to another unit"): ("", UNKNOWN),
    ("dispatch.copy_document", "GET", "of a secret case"): ("", UNKNOWN),
    ("dispatch.acknowledge", "POST", "to another unit"): ("", UNKNOWN),
    ("transfers.start", "POST", ""): ("", Expected(Outcome.INVALID, ("Det finns inget att leverera",))),  # it is under way
    ("transfers.replace", "POST", "a delivery"): ("", Expected(Outcome.INVALID, ("Inget avvisat paket",))),
    ("dispatch.acknowledge", "POST", "own"): ("", _rule("Kopian behöver inte kvitteras")),
}


def expected_elsewhere(row: Row, who: Who, target: str) -> Expected:
    """What the request leads to where the address names no case."""
    if answer := at_the_door(row, who):
        return answer
    whom, said = _SAID.get((row.endpoint, row.method, target), ("", None))
    if said is not None and whom in ("", who.username):
        return said
    if target == NOWHERE:
        return UNKNOWN
    if row.key == ("people.log_in", "GET"):
        return DONE if who.let_in else SHOWN  # whoever is signed in goes on to where they were going
    return SHOWN if row.method == "GET" else DONE


__all__ = ["DOOR", "Target", "expected_elsewhere", "targets"]
