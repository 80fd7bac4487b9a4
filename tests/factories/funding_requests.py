"""Requests as the tests meet them: every one walks the real road through the operations."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal import clock
from portal.db import transaction
from portal.documents.store import current_store
from portal.funding_requests import attachments, operations
from portal.funding_requests.content import LISTS, ROWS, TEXTS, Draft, draft_of
from portal.funding_requests.forms import PREFIX
from portal.register.models import Case
from tests.factories.town import Town

TITLE = "Medel för trygghetsskapande åtgärder"
POINT = "500 000 kr av Trygghetsmiljonen beviljas Säkerhet och trygghet för kamerabevakning och väktare."
LINES = (("Kamerabevakning", "300 tkr", "drift"), ("Väktare", "200kkr", "drift"), ("Trygghetsmätning", "", "drift"))


def a_full_draft(town: Town, **changes: Any) -> Draft:
    """A draft in which everything needed to submit is written; 500 000 kr from the town's fund."""
    raw: dict[str, Any] = {
        "title": TITLE,
        "points": [POINT],
        "description": "Skadegörelsen har ökat. Åtgärderna ska minska den.",
        "sections": [{"heading": "Bedömning", "text": "Kameror på fyra platser räcker."}],
        "lines": [{"label": label, "amount": amount, "cost_type": kind} for label, amount, kind in LINES],
        "total": "0,5 mnkr",
        "redistribution": "ja",
        "fund": str(town.fund.public_id),
        "budget_year": str(clock.today().year),
        "basis": ["Tjänsteskrivelse"],
        "copies": [{"name": town.recipient_unit.name, "email": "", "action": "ja"}],
        "information": [{"name": "Lokalpolisområdet", "email": "polis@example.org", "action": ""}],
        "secrecy": "nej",
        "receiver": town.unit.name,
        "handler_name": "Säkerhetssamordnare",
        "handler_phone": "0221-251 14",
        "signatories": [{"name": "Säkerhetschef", "role": "Säkerhetschef"}],
    }
    return draft_of({**raw, **changes})


def a_draft(town: Town, *, by: str = "sakerhetschef", unit: str = "Säkerhet och trygghet", **changes: Any) -> Case:
    """A written, complete draft of ``by`` for the unit."""
    with transaction():
        case = operations.create_draft(unit_id=town.units[unit].id, by=town.actor(by))
        operations.save_draft(case_id=case.public_id, draft=a_full_draft(town, **changes), by=town.actor(by), seen=0)
    return case


def a_submitted_request(town: Town, *, by: str = "sakerhetschef", **changes: Any) -> Case:
    """A request that has been sent in: it has a number and waits for a decision."""
    case = a_draft(town, by=by, **changes)
    with transaction():
        return operations.submit(case_id=case.public_id, by=town.actor(by), seen_version=None)


def typed(draft: Draft) -> Mapping[str, Any]:
    """The draft as the browser sends it, for ``client.post(data=…)``."""
    sent: dict[str, Any] = {name: draft[name] for name in TEXTS}  # type: ignore[literal-required]  # its keys
    for name in LISTS:
        sent[PREFIX[name]] = draft[name]  # type: ignore[literal-required]
    for name, columns in ROWS.items():
        for column in columns:
            sent[f"{PREFIX[name]}_{column}"] = [row[column] for row in draft[name]]  # type: ignore[literal-required]
    return sent


def attach(town: Town, case_id: UUID, data: bytes, name: str, *, by: str = "sakerhetschef") -> None:
    """Attach a file to the draft."""
    kept = attachments.keep(current_store(), data, name)
    with transaction():
        operations.add_attachment(case_id=case_id, kept=kept, by=town.actor(by))
