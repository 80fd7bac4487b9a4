"""How a request of the demo is written down: the fields that differ, and the draft a person would have typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal import clock
from portal.demo.town import FINANCE, LEADERSHIP, Fund
from portal.money import format_kronor

Line = tuple[str, int | None, str]  # label, kronor or ej beloppsatt, drift or investering


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one unit asks for. In ``points`` and ``basis``, ``{fund}`` and ``{total}`` stand for the money and the sum.

    ``copies`` are (name, e-mail address or empty, *ska åtgärdas*), ``attachments`` (file name, text). ``provision`` set means
    that the content is secret. ``assessed`` names the lines of camera surveillance, each with who made the assessment.
    """

    title: str
    unit: str
    author: str
    fund: str | None
    points: tuple[str, ...]
    description: str
    lines: tuple[Line, ...]
    sections: tuple[tuple[str, str], ...] = ()
    organ: str = ""
    financing: str = ""
    redistribution: bool = True
    basis: tuple[str, ...] = ()
    copies: tuple[tuple[str, str, bool], ...] = ((LEADERSHIP, "", False),)
    information: tuple[str, ...] = (FINANCE,)
    attachments: tuple[tuple[str, str], ...] = ()
    provision: str = ""
    assessed: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The sum of the priced lines in kronor."""
        return sum(amount or 0 for _label, amount, _kind in self.lines)


def draft(request: Request, *, fund: Fund | None, organ: str, year: int) -> dict[str, Any]:
    """The draft as typed: ``organ`` is a public id or empty, ``year`` the budget year."""
    words = {"fund": f"{fund.name} {fund.year}" if fund else "", "total": format_kronor(request.total)}
    return {
        "title": request.title,
        "organ": organ,
        "points": [point.format(**words) for point in request.points],
        "description": request.description,
        "sections": [{"heading": heading, "text": text} for heading, text in request.sections],
        "lines": [_line(line, request.assessed) for line in request.lines],
        "total": format_kronor(request.total),
        "redistribution": "ja" if request.redistribution else "nej",
        "fund": str(fund.public_id) if fund else "",
        "financing": request.financing,
        "budget_year": str(year),
        "basis": [f"Tjänsteskrivelse: {request.title}", *request.basis],
        "copies": [{"name": name, "email": email, "action": "ja" if act else ""} for name, email, act in request.copies],
        "information": [{"name": name, "email": "", "action": ""} for name in request.information],
        "secrecy": "ja" if request.provision else "nej",
        "provision": request.provision,
    }


def _line(line: Line, assessed: Mapping[str, str]) -> Mapping[str, str]:
    label, amount, kind = line
    typed = {"label": label, "amount": "" if amount is None else format_kronor(amount), "cost_type": kind}
    if label not in assessed:
        return typed
    day = clock.today().isoformat()
    return {**typed, "camera": "ja", "assessment": "done", "assessed_by": assessed[label], "assessed_on": day}
