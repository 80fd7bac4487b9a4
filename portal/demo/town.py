"""Who works in Åkersbro kommun. Roles stand for names: nobody here is anybody, and no address exists (RFC 2606)."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.people import installation, operations, queries, standing_in
from portal.people.actor import Actor
from portal.people.models import Person, Unit
from portal.people.permissions import Role
from portal.register import installation as register_installation
from portal.register import organs
from portal.register.models import Organ

MUNICIPALITY = "Åkersbro kommun"
ADDRESS = "http://127.0.0.1:8000"
DOMAIN = "akersbro.example"
PASSWORD = "demo"

LEADERSHIP, SAFETY, FINANCE = "Kommunledningsförvaltningen", "Säkerhetsenheten", "Ekonomiavdelningen"
OFFICE, CULTURE, BUILDING = "Kansliavdelningen", "Kultur- och fritidsförvaltningen", "Samhällsbyggnadsförvaltningen"
SCHOOLS, SOCIAL, RESCUE = "Barn- och utbildningsförvaltningen", "Socialförvaltningen", "Räddningstjänsten"

# name, the unit above, mailbox
UNITS: tuple[tuple[str, str | None, str], ...] = (
    (LEADERSHIP, None, "kommunledning"),
    (SAFETY, LEADERSHIP, "sakerhet"),
    (FINANCE, LEADERSHIP, "ekonomi"),
    (OFFICE, LEADERSHIP, "kansli"),
    (CULTURE, None, "kultur.fritid"),
    (BUILDING, None, "samhallsbyggnad"),
    (SCHOOLS, None, "barn.utbildning"),
    (SOCIAL, None, "social"),
    (RESCUE, None, "raddningstjanst"),
)

BOARD, COUNCIL, COMMITTEE = "Kommunstyrelsen", "Kommunfullmäktige", "Kommunstyrelsens arbetsutskott"

# username, name and title, role, unit. The administrator comes with the installation.
PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("sakerhetschef", "Säkerhetschef", Role.REQUESTER, SAFETY),
    ("kommunchef", "Kommunchef", Role.DECISION_MAKER, LEADERSHIP),
    ("tf.kommunchef", "Biträdande kommunchef", Role.DECISION_MAKER, LEADERSHIP),
    ("ekonom", "Ekonom", Role.FINANCE, FINANCE),
    ("ekonom2", "Budgetekonom", Role.FINANCE, FINANCE),
    ("kommunledning", "Förvaltningssekreterare", Role.RECIPIENT, LEADERSHIP),
    ("registrator", "Registrator", Role.REGISTRAR, OFFICE),
    ("arkivarie", "Arkivarie", Role.ARCHIVIST, OFFICE),
    ("arkivarie2", "Arkivassistent", Role.ARCHIVIST, OFFICE),
    ("revisor", "Revisor", Role.AUDITOR, OFFICE),
)
# Chiefs of other departments, who have asked for money but have no password: nobody signs in as them.
OTHERS: tuple[tuple[str, str, Role, str], ...] = (
    ("fritidschef", "Kultur- och fritidschef", Role.REQUESTER, CULTURE),
    ("samhallsbyggnadschef", "Samhällsbyggnadschef", Role.REQUESTER, BUILDING),
    ("socialchef", "Socialchef", Role.REQUESTER, SOCIAL),
)
# The one unit whose requests go by its nearest manager, and who that is beside the own role.
ASKS_MANAGER, NEAREST_MANAGER = SOCIAL, "tf.kommunchef"
USERNAMES = (*(row[0] for row in PEOPLE), installation.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Fund:
    """Money set aside, as the walk needs it."""

    public_id: UUID
    name: str
    year: int


@dataclass(slots=True)
class Town:
    """Public ids by name, filled as the walk goes on; ``entered`` are delegations to be confirmed."""

    people: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)
    organs: dict[str, UUID] = field(default_factory=dict)
    funds: dict[tuple[str, int], Fund] = field(default_factory=dict)
    entered: list[UUID] = field(default_factory=list)
    editions: list[UUID] = field(default_factory=list)

    def actor(self, username: str) -> Actor:
        """The person with the roles in force now, as if the password had just been given."""
        person_id = session.scalars(select(Person.id).where(Person.public_id == self.people[username])).one()
        return replace(queries.actor(person_id), confirmed_at=clock.now())


def install(town: Town) -> None:
    """The flag that can never be changed, kommunstyrelsen's diary, the organs and the administrator."""
    installation.begin(municipality=MUNICIPALITY, is_demo=True)
    register_installation.begin()
    town.organs |= {organ.name: organ.public_id for organ in session.scalars(select(Organ))}
    found = session.scalars(select(Person).where(Person.username == installation.ADMINISTRATOR)).one()
    town.people[found.username] = found.public_id


def add_units(town: Town) -> None:
    """The administrator adds the departments, the units below them, and the committee that prepares for the board."""
    admin = town.actor(installation.ADMINISTRATOR)
    for name, above, mailbox in UNITS:
        parent = town.units[above] if above else None
        unit: Unit = operations.add_unit(name=name, parent_id=parent, email=f"{mailbox}@{DOMAIN}", by=admin)
        town.units[name] = unit.public_id
    operations.ask_manager(unit_id=town.units[ASKS_MANAGER], asks=True, by=admin)
    town.organs[COMMITTEE] = organs.add_organ(name=COMMITTEE, by=admin).public_id


def add_people(town: Town) -> None:
    """The administrator adds everyone and gives each their role, in force from today on."""
    admin = town.actor(installation.ADMINISTRATOR)
    for number, (username, name, role, unit) in enumerate((*PEOPLE, *OTHERS), 10):
        person, _token = operations.add_person(
            username=username,
            name=name,
            title=name,
            email=f"{username}@{DOMAIN}",
            phone=f"08-465\u00a0004\u00a0{number}",  # a series kept for invented numbers (PTS)
            by=admin,
        )
        operations.grant_role(
            person_id=person.public_id,
            unit_id=town.units[unit],
            role=role,
            valid_from=clock.today(),
            valid_to=None,
            by=admin,
        )
        town.people[username] = person.public_id
    operations.grant_role(
        person_id=town.people[NEAREST_MANAGER],
        unit_id=town.units[ASKS_MANAGER],
        role=Role.MANAGER,
        valid_from=clock.today(),
        valid_to=None,
        by=admin,
    )


def set_passwords(kept: str) -> None:
    """Give everyone in ``USERNAMES`` the password behind the hash ``kept``. No road in the portal sets one this short."""
    for person in session.scalars(select(Person).where(Person.username.in_(USERNAMES))):
        person.password_hash = kept
        person.email = person.email or f"{person.username}@{DOMAIN}"


def appoint_substitute(town: Town, *, last_day: date) -> None:
    """The deputy stands in for kommunchef from today on."""
    standing_in.appoint_substitute(
        person_id=town.people["kommunchef"],
        substitute_id=town.people["tf.kommunchef"],
        ground="Delegationsordningen 1.4: ersättare vid frånvaro",
        valid_from=clock.today(),
        valid_to=last_day,
        by=town.actor(installation.ADMINISTRATOR),
    )
