"""The form of finance's statement: what is proposed in it, and what was typed."""

from collections.abc import Callable

from flask import current_app

from portal.decisions import statement
from portal.decisions.facts import Facts
from portal.decisions.forms import typed_amount
from portal.decisions.models import Stance
from portal.decisions.statement import Opinion
from portal.decisions.statement_queries import standing
from portal.funding_requests import queries as requests
from portal.money import MoneyError, parse
from portal.register.models import Case
from portal.text import _
from portal.web.forms import Fields, only

FIELDS = ("stance", "text", "balance", "cost_type", "capital_cost", "coding")


def first_values(case: Case, facts: Facts) -> dict[str, str]:
    """The fields as they are first shown: what is left of the money, the slag that all lines share, the usual code."""
    version = requests.current_version(case)
    kinds = {line.cost_type for line in version.lines} if version else set()
    usual_code: Callable[[int], str] = current_app.extensions["usual_code"]
    return {
        "stance": Stance.NONE.value,
        "balance": "" if facts.fund_left is None else typed_amount(facts.fund_left),
        "cost_type": _shared(kinds),
        "coding": usual_code(case.unit_id),
    }


def _shared(kinds: set[str]) -> str:
    """The slag that lines of these kinds come to; nothing where that is what finance is asked to find."""
    if not kinds or statement.UNSURE in kinds:
        return ""
    return kinds.pop() if len(kinds) == 1 else "both"


def why_required(case: Case, _facts: Facts) -> str | None:
    """Why the statement is required before the decision; None when it is not."""
    return standing(requests.request_of(case), requests.current_version(case)).why


def read() -> Opinion:
    """What was typed. Raises Invalid with a sentence per field that cannot be read."""
    only(*FIELDS)
    fields = Fields()
    stance = fields.choice("stance", (*Stance, ""), required=_("Välj ställningstagande."))
    kinds = ("", *statement.COST_TYPES)
    opinion = Opinion(
        text=fields.text("text", limit=statement.MOST_TEXT, multiline=True, required=_("Skriv yttrandet.")),
        stance=Stance(stance or Stance.NONE),
        balance=_amount(fields, "balance"),
        cost_type=fields.choice("cost_type", kinds, required=_("Välj om det är drift eller investering.")),
        capital_cost=_amount(fields, "capital_cost"),
        coding=fields.text("coding", limit=statement.MOST_CODING),
    )
    fields.done()
    return opinion


def _amount(fields: Fields, name: str) -> int | None:
    """The amount of a field that may be empty, whole kronor."""
    typed = fields.text(name, limit=200)
    if not typed:
        return None
    try:
        return parse(typed).kronor
    except MoneyError as error:
        fields.problems[name] = str(error)
        return None
