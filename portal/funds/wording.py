"""How a fund's decisions and rules read on its pages."""

from collections.abc import Sequence
from datetime import date

from portal.funds.models import Fund, FundDecision
from portal.register.models import Organ
from portal.text import _

KINDS = {"drift": "drift", "investering": "investering", "both": "drift och investering"}


def kinds_of_money() -> list[tuple[str, str]]:
    """What money may be used for, as choices."""
    return [(kind, _(word).capitalize()) for kind, word in KINDS.items()]


def kinds_of_clause() -> list[tuple[str, str]]:
    """What a delegation reaches, as choices: both, which is kept as no kind, or one only."""
    only = [(kind, _("Bara %(kind)s", kind=_(word))) for kind, word in KINDS.items() if kind != "both"]
    return [("", _(KINDS["both"]).capitalize()), *only]


def meaning(row: FundDecision) -> str:
    """What the decision does to the money."""
    if row.kind == "lapse":
        return _("Medel förfaller")
    if row.to_fund is not None:
        return _("Medel förs över till %(name)s %(year)s", name=row.to_fund.name, year=row.to_fund.year)
    return _("Medel tillförs") if row.amount > 0 else _("Medel dras in")


def consequence(row: FundDecision) -> str:
    """What follows when the registrar confirms it, as the end of a sentence."""
    if row.kind == "lapse":
        return _("pengarna kan inte längre beviljas")
    if row.to_fund is not None:
        return _("pengarna kan beviljas ur %(name)s %(year)s i stället", name=row.to_fund.name, year=row.to_fund.year)
    return _("pengarna kan beviljas") if row.amount > 0 else _("pengarna dras in")


def report_day(fund: Fund, month_day: tuple[int, int]) -> date:
    """When final reports are due by the rules in force: the money's own day, else the installation's the year after."""
    return fund.report_by or date(fund.year + 1, *month_day)


def deadlines(of: Fund | Organ) -> str:
    """The working days allowed for each step, in words; empty where none is set."""
    steps = ((_("yttrande"), of.statement_days), (_("beslut"), of.decision_days), (_("expediering"), of.dispatch_days))
    said = [_("%(step)s inom %(n)s arbetsdagar", step=step, n=days) for step, days in steps if days]
    return ", ".join(said)


def rules(fund: Fund, units: Sequence[str]) -> list[tuple[str, str]]:
    """The money's own rules, term and answer; the day of the final report, the delegations and the code stand beside."""
    return [
        (_("Namn i dagligt tal"), fund.daily_name or fund.name),
        (_("Får användas till"), _(KINDS[fund.cost_type])),
        (_("Får äskas av"), ", ".join(units) or _("alla enheter")),
        (_("Ekonomis yttrande"), _("krävs före beslut") if fund.statement_required else _("krävs inte av medlens regler")),
        (_("Slutredovisning"), _("ska lämnas") if fund.report_required else _("behövs inte")),
        (_("Tider"), deadlines(fund) or _("bara expediering, inom två arbetsdagar")),
        (_("Lägesrapport"), _("lämnas vid tertialen") if fund.interim_reports else _("behövs inte")),
    ]
