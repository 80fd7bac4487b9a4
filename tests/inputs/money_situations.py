"""What the stage holds about money, managers and authority: whatever stands on a page only while something waits for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

from flask import Flask

from portal import clock
from portal.db import session, transaction
from portal.funding_requests.lifecycle import Action, Status
from portal.funds import terms, year_end
from portal.funds.models import Fund
from portal.people import operations as people
from portal.people import standing_in
from portal.people.permissions import Role
from tests.conftest import PASSWORD
from tests.factories.ledger import a_file_and_a_template
from tests.factories.orders import an_order
from tests.factories.road import act, case_in, with_the_manager
from tests.factories.town import ASKS_MANAGER, Town

CODES = "kod;benämning;giltig från;giltig till\n2001;Torget;2026-01-01;\n".encode()


def in_season() -> None:
    """The clock of the stage: the system's, in the first months of a year moved on to the year's first interim report."""
    now = datetime.now(UTC)
    ahead = max(datetime(now.year, 4, 30, 12, tzinfo=UTC) - now, timedelta())
    clock.set_source(lambda: datetime.now(UTC) + ahead)


def arise(town: Town, cases: Mapping[str, UUID]) -> dict[str, tuple[str, ...]]:
    """Make each situation through the operations, and say where it shows. ``cases``: the road's, by place."""
    taken_back = _manager_who_asks(town)
    order = f"/administration/delegationsordning/{an_order(town)}"
    recorded = case_in(Status.DECIDED, town)
    act(town, Action.RECORD, recorded, "ekonom2")  # so that ekonom can check the entry
    batch, template = _to_the_ledger(town, cases["dispatched"], cases["reported"])
    with transaction():
        today = clock.today()
        standing_in.note_absence(
            valid_from=today, valid_to=today + timedelta(days=3), stands_in_id=None, by=town.actor("revisor")
        )
    return {
        "sakerhetschef": (f"/askanden/{_asked_for_an_interim_report(town)}/lagesrapport",),
        "forvaltningschef": (
            "/",
            f"/askanden/{cases['with_manager']}/godkann",
            f"/askanden/{cases['with_manager']}/lamna-tillbaka",
            f"/askanden/{taken_back}/ta-tillbaka",
        ),
        "ekonom": (
            f"/askanden/{cases['submitted']}",
            f"/askanden/{recorded}/kontrollera-justering",
            f"/budgetexport/{batch}",
            f"/budgetexport/mallar/{template}",
        ),
        "admin": (order,),
        "registrator": (order,),
    }


def _manager_who_asks(town: Town) -> UUID:
    """The nearest manager asks too: that request waits for the other manager, and can be taken back."""
    for username, role in (("forvaltningschef", Role.REQUESTER), ("tf.kommunchef", Role.MANAGER)):
        with transaction():
            people.grant_role(
                person_id=town.person(username).public_id,
                unit_id=town.units[ASKS_MANAGER].public_id,
                role=role,
                valid_from=clock.today(),
                valid_to=None,
                by=town.actor("admin"),
            )
    return with_the_manager(town, by="forvaltningschef")


def _to_the_ledger(town: Town, *cases: UUID) -> tuple[UUID, UUID]:
    """Two entries that a second person has checked: one in a file that awaits its answer, one that awaits a file. And a
    template of the municipality's own."""
    for checked in cases:
        act(town, Action.CHECK_ENTRY, checked, "ekonom2")
    return a_file_and_a_template(town)


def _asked_for_an_interim_report(town: Town) -> UUID:
    """A case decided in the first days of the year, of money that asks for a report at each tertial."""
    with transaction():
        now = year_end.terms_of(session.get_one(Fund, town.fund.id))
        asked = replace(now, interim_reports=True)
        year_end.change_rules(fund_id=town.fund.public_id, asked=asked, seen=terms.mark(now), by=town.actor("ekonom"))
    then = datetime(clock.today().year, 1, 8, 12, tzinfo=UTC)
    clock.set_source(lambda: then)
    try:
        return case_in(Status.DISPATCHED, town)
    finally:
        in_season()


def left_to_look_through(app: Flask) -> tuple[str, ...]:
    """Where the files lie that ekonom has left, of codes and of outcome, and not read in yet. Outside any context."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/logga-in", data={"username": "ekonom", "password": PASSWORD}).status_code == 303
    outcome = f"kod;månad;belopp\nX1;{clock.today():%Y-%m};1 000\n".encode()
    seeds = []
    for address, content in (("/kodtabeller/projekt", CODES), ("/utfall", outcome)):
        answer = client.post(address, data={"form_key": str(uuid4()), "file": (BytesIO(content), "fil.csv")})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        seeds.append(str(answer.location))
    return tuple(seeds)
