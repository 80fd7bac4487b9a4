"""The rules that set-aside money may have, each with each: who is stopped from asking, what is wrong with a rule, and what
follows for the statement and the final report."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, combinations, product
from uuid import UUID

from portal.decisions.answer import AskedLine
from portal.decisions.forms import in_full
from portal.decisions.statement import Opinion, missing, problems, why_required
from portal.funding_requests.checking import check
from portal.funds import terms
from portal.funds.terms import USUAL, Askable
from tests.unit.funding_requests.test_checking import CHOICES, _draft

DAY = timedelta(days=1)
MINE, OTHERS = 7, 8
LEAP, NEW_YEARS_EVE = date(2028, 2, 29), date(2028, 12, 31)
KINDS = [frozenset(some) for n in range(4) for some in combinations(("drift", "investering", "vet inte"), n)]


def test_every_rule_of_the_money_stops_whom_it_should_and_says_the_one_reason() -> None:
    days = [None, LEAP, NEW_YEARS_EVE]
    units = [frozenset[int](), frozenset({MINE}), frozenset({OTHERS}), frozenset({MINE, OTHERS})]
    for kind, last, may_ask, asked, today in product(
        terms.COST_TYPES, days, units, KINDS, [LEAP, LEAP + DAY, NEW_YEARS_EVE, NEW_YEARS_EVE + DAY]
    ):
        money = Askable(name="Miljonen", year=2028, cost_type=kind, ended_on=last, units=may_ask)
        said = money.refusal(unit_id=MINE, cost_types=asked, today=today)
        told = (kind, last, may_ask, asked, today, said)
        if last is not None and today > last:
            assert said is not None and "är avslutade" in said, told
        elif may_ask == frozenset({OTHERS}):
            assert said is not None and "Enheten får inte äska" in said, told
        elif (kind, True) in (("drift", "investering" in asked), ("investering", "drift" in asked)):
            assert said is not None and f"avsatta till {kind}" in said, told
        else:
            assert said is None, told


def test_a_rule_is_wrong_in_its_own_field_whatever_the_others_say() -> None:
    today, year = date(2028, 6, 1), 2028
    for kind, statement, report, by, interim, last, before in product(
        (*terms.COST_TYPES, "", "camera"),
        (True, False),
        (True, False),
        (None, date(2027, 12, 31), date(2028, 1, 1), LEAP, date(2031, 12, 31), date(2032, 1, 1)),
        (True, False),
        (None, LEAP, today - DAY, today, date(2031, 12, 31), date(2032, 1, 1)),
        (None, LEAP),
    ):
        asked = replace(USUAL, cost_type=kind, statement_required=statement, report_required=report, report_by=by,
                        interim_reports=interim, ended_on=last)  # fmt: skip
        expected = set()
        if kind not in ("drift", "investering", "both"):
            expected.add("cost_type")
        if by is not None and (not report or by.year not in (2028, 2029, 2030, 2031)):
            expected.add("report_by")
        if last is not None and last != before and (last < today or last.year > 2031):
            expected.add("ended_on")
        assert set(terms.problems(asked, year=year, today=today, before=before)) == expected, asked


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was submitted."""

    label: str
    cost_type: str
    assessment: str | None = None


LINES = [Line("Väktare", "drift"), Line("Belysning", "investering"), Line("Larm", "vet inte"), Line("Kamera", "drift", "done")]


def test_a_statement_is_required_by_the_money_or_any_line_but_drift_and_then_a_decision_without_it_says_why() -> None:
    for fund, lines in product((True, False), chain.from_iterable(combinations(LINES, n) for n in range(5))):
        required = fund or any(line.label != "Väktare" for line in lines)
        why = why_required(lines, fund_requires=fund)
        assert (why is not None) is required, (fund, lines)
        grounds = ["de avsatta medlen"] * fund + [line.label for line in lines if line.label != "Väktare"]
        assert all(ground in (why or "") for ground in grounds[:2])
        assert (why or "").endswith("med flera") is (len(grounds) > 2)
        # Finance then says drift or investering, and the capital cost where money is invested.
        for kind, capital in product(("", "drift", "investering", "both"), (None, 0, 9_000)):
            found = problems(Opinion(text="Medlen räcker.", cost_type=kind, capital_cost=capital), required=required)
            invests = kind in ("investering", "both")
            assert ("cost_type" in found) is (required and not kind)
            assert ("capital_cost" in found) is (invests is (capital is None))
    assert [bool(missing(words)) for words in ("", " \n\t", "Det brådskar.")] == [True, True, False]


def test_the_final_report_is_proposed_by_the_moneys_rule_else_the_municipalitys_day_and_never_a_day_that_has_been() -> None:
    asked = (AskedLine("Väktare", 100, "drift", 1),)
    of_2028 = replace(check(_draft(), CHOICES), budget_year=2028)
    for required, own, today in product(
        (True, False),
        (None, LEAP, NEW_YEARS_EVE, date(2030, 6, 30)),
        (date(2027, 12, 31), LEAP - DAY, LEAP, date(2028, 12, 30), NEW_YEARS_EVE, date(2029, 1, 30), date(2029, 1, 31)),
    ):
        values = in_full(asked, of_2028, report=required, month_day=(1, 31), today=today, day=own)
        usual = date(2029, 1, 31) if today < date(2029, 1, 31) else date(2030, 1, 31)
        expected = own if own is not None and own > today else usual
        assert values["report_by"] == expected.isoformat(), (required, own, today)
        assert (values["report"] == "ja") is required


UNITS = (UUID(int=1), UUID(int=2))


def test_what_is_logged_of_the_rules_tells_every_rule_apart() -> None:
    every = [
        replace(USUAL, daily_name=name, cost_type=kind, statement_required=statement, report_required=report,
                report_by=by, interim_reports=interim, ended_on=last, units=frozenset(units))
        for name, kind, statement, report, by, interim, last, units in product(
            ("", "Miljonen"), terms.COST_TYPES, (True, False), (True, False), (None, LEAP), (True, False), (None, LEAP),
            ((), UNITS[:1], UNITS),
        )
    ]  # fmt: skip
    logged = {str(terms.as_json(rules, sorted(map(str, rules.units)))) for rules in every}
    assert len(logged) == len({terms.mark(rules) for rules in every}) == len(every)
