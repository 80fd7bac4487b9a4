"""What stands beside a decision: in what capacity, on what ground, by whom, and what follows from it."""

from datetime import date

from portal.decisions import queries
from portal.decisions.delegated import ListKind
from portal.decisions.finality import OUTCOMES
from portal.decisions.meeting_models import Appeal
from portal.decisions.models import Capacity, Decision
from portal.money import format_kronor
from portal.people.actor import acting_as
from portal.text import _
from portal.web.filters import clause, day, when

_SHOWN = {
    Capacity.DELEGATED: "Delegationsbeslut",
    Capacity.EXECUTION: "Verkställighet",
    Capacity.POLITICAL: "Politiskt beslut",
}


def _organ(organ: object, on: object, paragraph: object) -> str:
    held = day(date.fromisoformat(str(on))) if on else ""
    section = f"§\u00a0{str(paragraph).removeprefix('§').strip()}" if paragraph else ""
    return " ".join(part for part in (str(organ or ""), held, section) if part)


def _ground(decision: Decision) -> str:
    if decision.minutes:
        minutes = decision.minutes
        return _organ(minutes.organ.name, minutes.meeting_date.isoformat(), minutes.paragraph)
    row = decision.authority
    parts = [
        clause(str(row.get("clause") or ""), str(row.get("order") or "")),
        _organ(row.get("organ"), row.get("date"), row.get("paragraph")),
    ]
    if isinstance(ceiling := row.get("ceiling"), int):
        parts.append(_("gräns %(sum)s", sum=format_kronor(ceiling)))
    return ", ".join(part for part in parts if part)


def _who(decision: Decision) -> str:
    person = decision.decided_by
    name = person.name if person.title in ("", person.name) else f"{person.name}, {person.title.lower()}"
    if decision.acting_for:
        principal = decision.acting_for.title or decision.acting_for.name
        name = _("%(name)s som %(acting)s", name=name, acting=acting_as(principal))
    if decision.minutes:
        return _("Infört av %(name)s %(when)s", name=name, when=when(decision.decided_at))
    return f"{name}, {when(decision.decided_at)}"


def _redistribution(decision: Decision) -> str:
    if decision.redistribution == "capped" and decision.redistribution_cap is not None:
        return _("Tillåten upp till %(sum)s", sum=format_kronor(decision.redistribution_cap))
    return _("Tillåten fritt mellan raderna") if decision.redistribution == "free" else _("Inte tillåten")


def decision_facts(decision: Decision) -> list[tuple[str, str]]:
    """Term and value, in the order they are read."""
    facts = [
        (_("Form"), _(_SHOWN[Capacity(decision.capacity)])),
        (_("Stöd"), _ground(decision)),
        (_("Beslutat av"), _who(decision)),
        (_("Föredragande"), decision.presenter),
        (_("Omfördelning"), _redistribution(decision) if decision.granted else ""),
        (
            _("Slutredovisning"),
            _("Senast %(day)s", day=day(decision.report_by)) if decision.report_by else _("Ska inte lämnas"),
        ),
    ]
    if decision.fund and decision.left_before is not None and decision.left_after is not None:
        left = _(
            "%(before)s före, %(after)s efter",
            before=format_kronor(decision.left_before),
            after=format_kronor(decision.left_after),
        )
        facts.append((_("Avsatta medel"), f"{decision.fund.name} {decision.fund.year}"))
        facts.append((_("Kvar att fördela"), left))
    return [(term, value) for term, value in (*facts, *_after(decision)) if value]


def _after(decision: Decision) -> list[tuple[str, str]]:
    """What has become of the decision: told to the organ, adjusted, posted, appealed, and whether it has legal force."""
    noted, standing = queries.noted_of(decision), queries.finality_of(decision)
    facts = [
        (_("Anmälan"), _told(decision)),
        (_("Justerat"), day(noted.adjusted_on)),
        (_("Tillkännagivet"), day(noted.posted_on)),
        (_("Sista dag för överklagande"), day(standing.last_day)),
        *((_("Överklagat"), _appealed(appeal)) for appeal in (decision.appeals if decision.appeal else ())),
        (_("Laga kraft"), standing.said),
    ]
    return facts


def _told(decision: Decision) -> str:
    """When the organ was told of a decision by delegation, or that it is recorded by itself."""
    report = decision.report
    if decision.capacity != Capacity.DELEGATED:
        return ""
    if report and report.kind == ListKind.RECORDED:
        return _("Protokollförs särskilt, på lista %(day)s", day=day(report.at))
    if report and report.meeting_date:
        return _organ(report.organ.name, report.meeting_date.isoformat(), report.paragraph)
    if decision.reported_on:
        return day(decision.reported_on)
    if report:
        return _("På lista till %(organ)s %(day)s, inte anmält än", organ=report.organ.in_text, day=day(report.at))
    return _("Ska anmälas, på nästa lista") if decision.is_reported else _("Protokollförs särskilt, på nästa lista")


def _appealed(appeal: Appeal) -> str:
    said = _("%(court)s, mål %(number)s, %(day)s", court=appeal.court, number=appeal.court_number, day=day(appeal.filed_on))
    if not appeal.outcome:
        return said
    return f"{said}. {_('Överklagandet %(what)s %(day)s.', what=_(OUTCOMES[appeal.outcome]), day=day(appeal.outcome_on))}"
