"""Åkersbro kommun: the people, units, organs, money and delegations the tests begin with. Everything is made up."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from portal import clock
from portal.db import session
from portal.funds.models import Delegation, Fund, FundDecision, LedgerKind, LedgerRow
from portal.people import passwords, queries
from portal.people.actor import Actor
from portal.people.models import Installation, Person, RoleHolding, Substitution, Unit
from portal.people.permissions import Role
from portal.register.models import Organ, Register

MILLION = 1_000_000
CEILING = 1_500_000

UNITS = (
    "Säkerhet och trygghet",
    "Kommunledningskontoret",
    "Ekonomiavdelningen",
    "Kommunledningsförvaltningen",
    "Kultur och fritid",
    "Räddningstjänsten",
    "Stadsmiljö",
)
ASKS_MANAGER = "Stadsmiljö"
"""The one unit whose requests go by the nearest manager."""

# username, title, role, unit. Roles stand for names: nobody here is anybody.
PEOPLE = (
    ("sakerhetschef", "Säkerhetschef", Role.REQUESTER, "Säkerhet och trygghet"),
    ("sakerhetssamordnare", "Säkerhetssamordnare", Role.REQUESTER, "Säkerhet och trygghet"),
    ("fritidschef", "Fritidschef", Role.REQUESTER, "Kultur och fritid"),
    ("stadsmiljochef", "Stadsmiljöchef", Role.REQUESTER, ASKS_MANAGER),
    ("forvaltningschef", "Förvaltningschef", Role.MANAGER, ASKS_MANAGER),
    ("kommunchef", "Kommunchef", Role.DECISION_MAKER, "Kommunledningskontoret"),
    ("tf.kommunchef", "Biträdande kommunchef", Role.DECISION_MAKER, "Kommunledningskontoret"),
    ("ekonom", "Ekonom", Role.FINANCE, "Ekonomiavdelningen"),
    ("ekonom2", "Controller", Role.FINANCE, "Ekonomiavdelningen"),
    ("kommunledning", "Förvaltningssekreterare", Role.RECIPIENT, "Kommunledningsförvaltningen"),
    ("registrator", "Registrator", Role.REGISTRAR, "Kommunledningskontoret"),
    ("arkivarie", "Arkivarie", Role.ARCHIVIST, "Kommunledningskontoret"),
    ("arkivarie2", "Arkivassistent", Role.ARCHIVIST, "Kommunledningskontoret"),
    ("revisor", "Revisor", Role.AUDITOR, "Kommunledningskontoret"),
    ("admin", "Systemförvaltare", Role.ADMINISTRATOR, "Kommunledningskontoret"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a test needs to know of a row: both ids and what it is called."""

    id: int
    public_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Town:
    """The town's rows as plain values; actors are read from the database when they are asked for."""

    units: dict[str, Row]
    people: dict[str, Row]
    organ: Row
    council: Row
    fund: Row
    other_fund: Row
    register_id: int

    @property
    def unit(self) -> Row:
        """The unit that asks: Säkerhet och trygghet."""
        return self.units["Säkerhet och trygghet"]

    @property
    def recipient_unit(self) -> Row:
        """The unit that copies are sent to: Kommunledningsförvaltningen."""
        return self.units["Kommunledningsförvaltningen"]

    def person(self, username: str) -> Row:
        """The person who signs in with this name."""
        return self.people[username]

    def actor(self, username: str, *, confirmed: bool = True) -> Actor:
        """The person as an actor with the roles in force now; as if the password was just given, unless told not."""
        actor = queries.actor(self.people[username].id)
        return replace(actor, confirmed_at=clock.now() if confirmed else None)

    def substitute(self, username: str, *, stands_in_for: str, days: int = 30) -> None:
        """Let one person stand in for another (tf) from today. Call it inside a transaction."""
        today = clock.today()
        session.add(
            Substitution(
                person_id=self.people[stands_in_for].id,
                substitute_id=self.people[username].id,
                ground="Delegationsordningen 1.4",
                valid_from=today,
                valid_to=today + timedelta(days=days),
            )
        )
        session.flush()


def _row(made: Unit | Organ | Fund | Person) -> Row:
    return Row(made.id, made.public_id, made.name)


def _people(units: dict[str, Unit], password: str) -> dict[str, Person]:
    passwords.use_cheap_profile(True)
    kept = passwords.hashed(password)
    made = {}
    for username, title, role, unit in PEOPLE:
        person = Person(
            username=username,
            name=f"{title} i Åkersbro",
            title=title,
            email=f"{username}@akersbro.example",
            password_hash=kept,
            created_at=clock.now(),
        )
        session.add(person)
        session.flush()
        session.add(
            RoleHolding(
                person_id=person.id, unit_id=units[unit].id, role=role.value, valid_from=clock.today() - timedelta(days=400)
            )
        )
        made[username] = person
    return made


def a_fund(*, name: str, year: int, amount: int, organ_id: int, entered_by: int, confirmed_by: int) -> Fund:
    """Avsatta medel with the decision that sets ``amount`` kronor aside, confirmed, and its ledger row."""
    now = clock.now()
    fund = Fund(
        year=year,
        name=name,
        organ_id=organ_id,
        set_aside=amount,
        code={"ansvar": "1200", "verksamhet": "9100"},
        created_at=now,
    )
    session.add(fund)
    session.flush()
    decision = FundDecision(
        fund_id=fund.id,
        amount=amount,
        organ_id=organ_id,
        decided_on=date(year - 1, 11, 25),
        paragraph="§ 214",
        entered_by_id=entered_by,
        entered_at=now,
        confirmed_by_id=confirmed_by,
        confirmed_at=now,
    )
    session.add(decision)
    session.flush()
    session.add(
        LedgerRow(
            fund_id=fund.id,
            kind=LedgerKind.SET_ASIDE.value,
            amount=amount,
            fund_decision_id=decision.id,
            by_id=entered_by,
            at=now,
        )
    )
    return fund


def a_delegation(
    *, person_id: int, fund_id: int | None, organ_id: int, ceiling: int = CEILING, only_when_jav_of: int | None = None
) -> Delegation:
    """A confirmed delegation in force since the turn of the year, with its clause and the decision it rests on."""
    year = clock.today().year
    row = Delegation(
        person_id=person_id,
        fund_id=fund_id,
        ceiling=ceiling,
        capacity="delegationsbeslut",
        clause="Delegationsordningen 4.2" if only_when_jav_of is None else "Delegationsordningen 4.3",
        rests_on_organ_id=organ_id,
        rests_on_date=date(year - 1, 12, 10),
        rests_on_paragraph="§ 231",
        only_when_jav_of_id=only_when_jav_of,
        valid_from=date(year, 1, 1),
        entered_at=clock.now(),
        confirmed_at=None,
    )
    session.add(row)
    return row


def build(password: str) -> Town:
    """Make the town in the current transaction."""
    year = clock.today().year
    session.add(Installation(id=1, is_demo=False, created_at=clock.now()))
    units = {
        name: Unit(name=name, email=f"{number}@akersbro.example", asks_manager=name == ASKS_MANAGER)
        for number, name in enumerate(UNITS)
    }
    board = Organ(name="Kommunstyrelsen", in_text="kommunstyrelsen")
    council = Organ(name="Kommunfullmäktige", in_text="kommunfullmäktige")
    session.add_all([*units.values(), board, council])
    session.flush()
    register = Register(prefix="KS", name="Kommunstyrelsens diarium", organ_id=board.id)
    session.add(register)
    people = _people(units, password)
    signed = {"entered_by": people["ekonom"].id, "confirmed_by": people["registrator"].id}
    fund = a_fund(name="Trygghetsmiljonen", year=year, amount=MILLION, organ_id=board.id, **signed)
    other = a_fund(name="Kommunstyrelsens oförutsedda", year=year, amount=2 * MILLION, organ_id=board.id, **signed)
    chief, deputy = people["kommunchef"], people["tf.kommunchef"]
    rows = [
        a_delegation(person_id=chief.id, fund_id=fund.id, organ_id=board.id),
        a_delegation(person_id=chief.id, fund_id=other.id, organ_id=board.id, ceiling=500_000),
        a_delegation(person_id=deputy.id, fund_id=fund.id, organ_id=board.id, only_when_jav_of=chief.id),
    ]
    for row in rows:
        row.entered_by_id = people["admin"].id
        row.confirmed_by_id, row.confirmed_at = people["registrator"].id, clock.now()
    session.flush()
    return Town(
        units={name: _row(unit) for name, unit in units.items()},
        people={name: _row(person) for name, person in people.items()},
        organ=_row(board),
        council=_row(council),
        fund=_row(fund),
        other_fund=_row(other),
        register_id=register.id,
    )
