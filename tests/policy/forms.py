"""What is typed into every form: for each act what a person who may do it would send in that place."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from portal import clock
from portal.funding_requests.lifecycle import Action
from portal.funds import terms
from portal.notices.kinds import Kind as NoticeKind
from tests.conftest import PASSWORD
from tests.factories.funding_requests import a_full_draft, typed
from tests.factories.orders import PDF
from tests.policy.places import KNOWN
from tests.policy.world import MASKED, PROVISION, Known, World, password_of

A = Action
Form = dict[str, Any]
CODE = {"ansvar": "1200", "konto": "4600"}
CODES = "Kod;Benämning;Giltig från;Giltig till\n2001;Torget;2026-01-01;\n".encode()
OUTCOME = b"kod;belopp\n7001;100\n"
NEW_PASSWORD = "tall brygga kvast linjal ånga"


def _answer(case: Known) -> Form:
    """Everything granted, free to move, a final report due."""
    form: Form = {}
    for n, amount in enumerate(case.asked):
        form |= {f"included-{n}": "ja"} if amount is None else {f"granted-{n}": str(amount)}
        form[f"condition-{n}"] = ""
    due = clock.today().replace(month=1, day=31, year=clock.today().year + 1)
    return form | {
        "text": "Säkerhetsenheten beviljas pengarna.",
        "proposed": "",
        "reason": "Allt behövs.",
        "move": "free",
        "cap": "",
        "report": "ja",
        "report_by": due.isoformat(),
        "presenter": "Säkerhetschef",
        "no_statement_reason": "Det brådskar.",
    }


def _register() -> Form:
    return {
        "name": "Tekniska diariet",
        "pattern": "{diarium} {år}/{löpnummer:5}",
        "decision_pattern": "{diarium}-{år}-{löpnummer:5}",
    }


def _meeting(world: World, paragraph: str) -> Form:
    return {
        "organ": str(world.town.organ.public_id),
        "meeting_date": (clock.today() - timedelta(days=1)).isoformat(),
        "paragraph": paragraph,
    }


def _minutes(world: World, paragraph: str) -> Form:
    return {**_meeting(world, paragraph), "kind": "deciding"}


def _entry(case: Known) -> Form:
    lines = [str(line) for line, granted in case.lines if granted]
    if not lines:
        return {}
    codes = {f"code:{side}:{part}": value for side in (*lines, "from") for part, value in CODE.items()}
    return {"period": f"{clock.today():%Y-%m}", "frequency": "once", "outcome": f"P{case.case_id.hex[:8]}", **codes}


def _confirmed(case: Known) -> Form:
    return {name: value for name, value in _entry(case).items() if not name.startswith("code:from")}


def _moved(case: Known) -> Form:
    priced = [(f"amount:{line}", granted) for line, granted in case.lines if granted]
    amounts = dict(priced)
    if len(priced) > 1:
        (first, held), (second, other) = priced[:2]
        amounts |= {first: held - 2_000, second: other + 2_000}  # where 1 000 kr has been moved, 1 000 more
    return {**{name: str(amount) for name, amount in amounts.items()}, "reason": "Anbuden blev lägre."}


def _report(case: Known) -> Form:
    form: Form = {"summary": "Åtgärderna är genomförda."}
    for line, granted in case.lines:
        form[f"effect:{line}"] = "Det blev tryggare."
        if granted is not None:
            form[f"used:{line}"] = str(granted)
    return form


def _replace(world: World, place: str, case: Known) -> Form:
    form = {**_answer(case), "replacement_reason": "Ett belopp var fel."}
    return form | _minutes(world, "99") if KNOWN[place].political else form


def _other_number(world: World, case: Known) -> str:
    return next(other.number for other in world.cases.values() if other.number and other.case_id != case.case_id)


def _act(world: World, place: str, action: Action) -> Form:
    case = world.cases[place]
    made: dict[Action, Callable[[], Form]] = {
        A.SUBMIT: lambda: {"draft_version": str(case.draft_version)},
        A.SEND_BACK: lambda: {"reason": "Beloppet är inte styrkt."},
        A.WITHDRAW: lambda: {"reason": "Behövs inte längre."},
        A.DECIDE: lambda: _answer(case),
        A.REQUEST_COMPLETION: lambda: {"reason": "Offert saknas.", "answer_by": clock.today().isoformat()},
        A.RESUME: lambda: {"reason": "Underlaget räcker."},
        A.HAND_OVER: lambda: {"organ": str(world.town.organ.public_id), "stance": "utan ställningstagande", "text": ""},
        A.GIVE_STATEMENT: lambda: {"text": "Medel finns.", "cost_type": "drift"},
        A.RECORD_MINUTES: lambda: _answer(case) | _minutes(world, "88"),
        A.TAKE_OVER: lambda: {**_meeting(world, "87"), "text": "Kommunstyrelsen tar över ärendet."},
        A.NOTE_APPEAL: lambda: {
            "court": "Förvaltningsrätten i Stockholm",
            "court_number": "1234-26",
            "filed_on": clock.today().isoformat(),
        },
        A.REPLACE_DECISION: lambda: _replace(world, place, case),
        A.RECORD: lambda: _entry(case),
        A.REDISTRIBUTE: lambda: _moved(case),
        A.CONFIRM_REDISTRIBUTION: lambda: _confirmed(case),
        A.REPORT_INTERIM: lambda: {"text": "Hälften är gjort."},
        A.REPORT_BACK: lambda: _report(case),
        A.RETURN_REPORT: lambda: {"reason": "Effekten saknas."},
        A.CLOSE_WITHOUT_REPORT: lambda: {"reason": "Enheten är nedlagd."},
        A.REOPEN: lambda: {"reason": "Ett dokument saknades."},
        A.ENTER_NUMBER: lambda: {"number": "KS 1/26", "public_title": "Trygghetsskapande åtgärder"},
        A.MARK_SECRECY: lambda: {"provision": "18 kap. 8 § OSL", "public_title": "Uppgift utelämnad"},
        A.LIFT_MARK: lambda: {"reason": "Uppgifterna är kända.", "public_title": "Trygghetsskapande åtgärder"},
        A.NOTE_FACT: lambda: {"kind": "other", "on_date": clock.today().isoformat(), "text": "Ordföranden är underrättad."},
        A.RELATE: lambda: {"kind": "belongs", "other": _other_number(world, case)},
        A.UNRELATE: lambda: {"relation": "1", "reason": "Fel ärende."},
        A.REGISTER_LETTER: lambda: {
            "type": "letter",
            "arrived_on": clock.today().isoformat(),
            "title": "Yttrande",
            "counterparty": "Polisen",
        },
        A.MASK_COPY: lambda: {"phrases": MASKED, "provision": PROVISION, "seen": case.looked_at, "do": "make"},
        A.DECLARE_JAV: lambda: {"reason": "Nära anhörig."},
        A.CORRECT: lambda: {"what": "Fel datum.", "text": "Rätt datum."},
    }
    return made.get(action, dict)()


def of_case(world: World, endpoint: str, action: Action | None, place: str) -> Form:
    """What is sent to the endpoint where the case stands in ``place``."""
    case = world.cases[place]
    frame = {"form_key": str(uuid4()), "version": str(case.version)}
    if action is A.ARCHIVE:
        return {"case": str(case.case_id)}
    if action is not None:
        return {**frame, **_act(world, place, action)}
    if endpoint == "funding_requests.save":
        return {**typed(a_full_draft(world.town)), "version": str(case.draft_version)}
    if endpoint == "funding_requests.add_writer":
        return {**frame, "writer": str(world.town.person("fritidschef").public_id)}
    if endpoint == "funding_requests.fill":
        return {**frame, "redistribution": "ja", "secrecy": "nej"}
    if endpoint == "conversation.write":
        return {"form_key": str(uuid4()), "text": "Räcker underlaget?", "audience": "all", "mention": ""}
    if endpoint == "registered.perform_correct_document":
        said = {"type": "request", "dated_on": clock.today().isoformat(), "title": "Äskande", "public_title": "Äskande"}
        return {"form_key": str(uuid4()), "version": "1", **said}
    assert endpoint == "dispatch.perform_retry", endpoint
    return {"form_key": str(uuid4()), "how": "send", "email": "polis@example.org", "note": ""}


BOUNCE = "Kunde inte levereras\nMessage-ID: <6f1c1e1e-0b6b-4b0e-9d53-2f4a1f0c9a11@portal.example>"


def _political(world: World) -> Form:
    return {
        "amount": "1 000",
        "organ": str(world.town.organ.public_id),
        "decided_on": clock.today().isoformat(),
        "paragraph": "31",
    }


def elsewhere(world: World, endpoint: str, username: str) -> Form:
    """What the person sends to an endpoint that names no case."""
    day, town = clock.today().isoformat(), world.town
    later = (clock.today() + timedelta(days=200)).isoformat()
    unit, person = str(town.unit.public_id), str(town.person("ekonom").public_id)
    forms: Mapping[str, Form] = {
        "people.log_in": {"username": "ekonom", "password": PASSWORD},
        "people.link": {"new_password": NEW_PASSWORD, "again": NEW_PASSWORD},
        "people.change_password": {"old_password": password_of(username), "new_password": NEW_PASSWORD, "again": NEW_PASSWORD},
        "funding_requests.create": {"unit": unit},
        "funding_requests.take_in": {"unit": unit, "text": "Äskande om medel till vakter, 50 000 kr.", "classified": "nej"},
        "funds.create": {
            **_political(world), "name": "Klimatmiljonen", "year": day[:4], "owner": str(town.organ.public_id), "report": "ja",
            "code-ansvar": "1200", "code-konto": "4600", "code-verksamhet": "9100",
        },
        "funds.perform_change": {**_political(world), "direction": "raise"},
        "funds.perform_change_rules": {"seen": terms.mark(terms.USUAL), "cost_type": "drift", "report": "ja"},
        "funds.perform_close_year": {**_political(world), "kind": "lapse", "to": ""},
        "funds.add_delegation": {
            "person": person, "fund": str(town.fund.public_id), "ceiling": "1 000", "capacity": "delegationsbeslut",
            "clause": "4.5", "organ": str(town.organ.public_id), "decided_on": day, "paragraph": "12",
            "only_when_jav_of": "", "valid_from": day, "valid_to": "",
        },
        "funds.enter_order": {
            "name": "Nämndens delegationsordning", "organ": str(town.organ.public_id), "decided_on": day, "paragraph": "12",
            "valid_from": day, "valid_to": "", "with_clauses": "nej", "file": (BytesIO(PDF), "ordning.pdf"),
        },
        "funds.add_clause": {
            "person": person, "fund": str(town.fund.public_id), "ceiling": "1 000", "capacity": "delegationsbeslut",
            "cost_type": "", "is_reported": "ja", "clause": "4.5", "only_when_jav_of": "", "organ": "", "decided_on": "",
            "paragraph": "",
        },
        "funds.end_delegation": {"last_day": day},
        "outcome.upload": {"file": (BytesIO(OUTCOME), "utfall.csv"), "month": f"{clock.today():%Y-%m}"},
        "ledger.make": {"template": ""},
        "ledger.answer": {"answer": "accepted", "reason": ""},
        "ledger.add_template": {"name": "Ny mall", "separator": ";", "order:amount": "1", "heading:amount": "Belopp"},
        "ledger.change_template": {"name": "Ny mall", "separator": ";", "order:amount": "1", "heading:amount": "Belopp"},
        "codes.upload": {"file": (BytesIO(CODES), "koder.csv")},
        "administration.new_person": {"username": "ny", "name": "Ny i Åkersbro", "title": "", "email": "", "phone": ""},
        "administration.change_person": {"name": "Ny i Åkersbro", "title": "", "email": "", "phone": ""},
        "administration.grant_role": {"role": "auditor", "unit": unit, "valid_from": day, "valid_to": ""},
        "administration.end_role": {"valid_to": day},
        "administration.appoint_substitute": {
            "substitute": str(town.person("revisor").public_id), "ground": "4.1", "valid_from": day, "valid_to": day
        },
        "administration.end_substitution": {"valid_to": day},
        "people.note_absence": {"valid_from": day, "valid_to": day, "stands_in": ""},
        "administration.units": {"name": "Ny enhet", "parent": "", "email": ""},
        "administration.end_unit": {"valid_to": day},
        "administration.ask_manager": {"asks_manager": "ja"},
        "recipients.index": {
            "name": "Brandskyddsföreningen", "kind": "external", "email": "brand@example.org", "unit": "", "valid_from": day,
            "valid_to": "",
        },
        "recipients.end": {"valid_to": day},
        "deliveries.note_bounce": {"text": BOUNCE},
        "meetings.plan": {"organ": str(town.organ.public_id), "plan": later, "days_before": "10"},
        "meetings.move": {"meets_on": later, "papers_due": later},
        "delegated.make": {"organ": str(town.organ.public_id), "kind": "recorded"},
        "delegated.note": {"meeting_date": "", "paragraph": "", "adjusted_on": day, "posted_on": day, "reason": ""},
        "disclosure.create": {"received_on": day, "channel": "letter", "asker": "", "wanted": "Allt om kamerorna"},
        "disclosure.perform_clarify": {"asker": "", "wanted": "Allt om kamerorna"},
        "disclosure.add_item": {"document": str(world.rows["another document of its case"])},
        "disclosure.assess": {"assessment": "withheld", "provision": PROVISION, "reason": "", "masked": ""},
        "disclosure.perform_hand_out": {"way": "post", "on": day, "pages": "12"},
        "disclosure.perform_decide": {"reasons": "Uppgifterna rör bevakningen.", "clause": "Punkt 1.4"},
        "disclosure.perform_close": {"outcome": "withdrawn", "note": ""},
        "transfers.add_agreement": {
            "number": "LÖK 2026:2", "receiver": "Regionarkivet", "spec": "2.1.0", "content_type": "ERMS", "channel": "folder",
            "folder": "regionarkivet", "valid_from": day, "valid_to": "",
        },
        "transfers.change_agreement": {
            "number": "LÖK 2026:2", "receiver": "Regionarkivet", "spec": "2.1.0", "content_type": "ERMS", "channel": "folder",
            "folder": "regionarkivet", "valid_from": day, "valid_to": "",
        },
        "transfers.start": {"agreement": str(world.rows["an agreement"]), "year": day[:4]},
        "transfers.receive": {"package": "KS-1", "sha256": f"{1:064x}", "receipt": "M-1", "on": day},
        "transfers.refuse": {"package": "KS-1", "reason": "Fel arkivreferens", "on": day},
        "deviations.perform_draw": {"ar": day[:4], "slag": ""},
        "organs.index": {"name": "Nämnden", "in_text": "nämnden"},
        "organs.end": {"valid_to": day},
        "organs.set_deadlines": {"statement_days": "5", "decision_days": "10", "dispatch_days": "2"},
        "notices.choose": {kind.value: "daily" for kind in NoticeKind},
        "registers.index": {"prefix": "TN", "organ": str(town.organ.public_id), **_register()},
        "registers.change": {"unit": unit, **_register()},
        "registers.end": {"valid_to": day},
    }  # fmt: skip
    frameless = ("people.", "archive.")
    bare = endpoint.startswith(frameless) and not endpoint.endswith("_absence")
    frame = {} if bare else {"form_key": str(uuid4())}
    return {**frame, **forms.get(endpoint, {})}
