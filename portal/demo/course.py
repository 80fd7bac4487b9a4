"""The year in Åkersbro kommun: what happens to which case, in thousandths of the walk. A case in every status at its end."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

from portal.conversation.circles import Audience
from portal.decisions.models import Stance
from portal.decisions.statement import Opinion
from portal.demo import others, safety
from portal.demo.beginning import Given
from portal.demo.calendar import Course
from portal.demo.coding import read_accounts_in, send_to_the_ledger
from portal.demo.ledger import read_outcome_in
from portal.demo.meeting_plan import plan_meetings
from portal.demo.money import (
    KINDS,
    close_year,
    confirm_delegations,
    confirm_money,
    delegate,
    delegate_in_general,
    raise_money,
    set_aside,
)
from portal.demo.office import keep_directory, read_notices
from portal.demo.road import Road
from portal.demo.texts import Request
from portal.demo.town import BOARD, COMMITTEE, Town, add_people, add_units, appoint_substitute, install, set_passwords
from portal.demo.walk import Event

BUDGET_DAY = (12, 8)  # when finance enters next year's money
RAISED = 994  # the last decision about money, which waits for the registrar
SUBSTITUTE_FOR = timedelta(days=365)
REPORTED = 135  # when kommunstyrelsen met and was told of what had been decided by delegation


def town_events(town: Town, course: Course, password_hash: str) -> list[Event]:
    """The installation, its people, the money of both years and the delegations, entered and confirmed."""
    year = course.year
    budget = course.at(course.today.replace(year=year - 1, month=BUDGET_DAY[0], day=BUDGET_DAY[1]))
    day = 1000 / len(course.days)
    money = [(kind, year - 1, day) for kind in KINDS] + [(kind, year, budget) for kind in KINDS]
    return [
        Event(0, partial(install, town)),
        Event(0, partial(add_units, town)),
        Event(0, partial(add_people, town)),
        Event(0, partial(set_passwords, password_hash)),
        *(Event(at, partial(set_aside, town, kind, of)) for kind, of, at in money),
        *(Event(at + 0.001, partial(confirm_money, town)) for at in (day, budget)),
        *(Event(at + 0.002, partial(delegate, town, of)) for of, at in ((year - 1, day), (year, budget))),
        Event(day + 0.002, partial(delegate_in_general, town, year - 1)),
        *(Event(at + 0.003, partial(confirm_delegations, town)) for at in (day, budget)),
        Event((budget + RAISED) / 2, partial(close_year, town, year - 1)),
        Event((budget + RAISED) / 2 + 0.001, partial(confirm_money, town)),
        Event(940, partial(appoint_substitute, town, last_day=course.today + SUBSTITUTE_FOR)),
        Event(700, partial(send_to_the_ledger, town)),
        Event(985, partial(read_accounts_in, town)),
        Event(992, partial(read_outcome_in, town)),
        Event(800, partial(keep_directory, town)),
        Event(960, partial(read_notices, town)),
        Event(994, partial(plan_meetings, town)),
        Event(RAISED, partial(raise_money, town, year, 500_000)),
    ]


def case_events(town: Town, course: Course) -> list[Event]:
    """Every act of every case; cases run side by side."""
    start = partial(Road, town, course)
    batch = uuid4()
    roads = (
        _centre(start(safety.CENTRE)).noted_reported(REPORTED).archived(640, batch),
        _training(start(safety.CRISIS_TRAINING)).noted_reported(REPORTED),
        _evenings(start(others.EVENINGS), course).noted_reported(REPORTED),
        _cameras(start(safety.CAMERAS), course).noted_reported(REPORTED),
        _guards(start(safety.GUARDS)).noted_reported(REPORTED).archived(640.002, batch),
        _protection(start(safety.PROTECTION), course).noted_reported(REPORTED),
        _crossing(start(others.CROSSING)).archived(640.001, batch),
        _shade(start(others.SHADE)),
        _alarm(start(safety.ALARM)),
        _prevention(start(safety.PREVENTION), course),
        _cloudburst(start(others.CLOUDBURST), course),
        *_waiting(town, course),
    )
    return [event for road in roads for event in road.events]


def _invests(text: str, capital_cost: int, stance: Stance = Stance.NONE, kind: str = "investering") -> Opinion:
    """A statement on a request in which something is bought to last."""
    return Opinion(text=text, stance=stance, cost_type=kind, capital_cost=capital_cost)


def _centre(road: Road) -> Road:
    """Granted in full, money moved, report returned once, closed and archived."""
    return (
        road.written(8)
        .submitted(13)
        .checked(17)
        .stated(20, "ekonom2", Opinion(text="Armaturerna byts som underhåll och är drift. Medlen räcker.", cost_type="drift"))
        .decided(24, Given(cap=50_000, report_at=445))
        .recorded(28)
        .opened(33)
        .redistributed(150, 20_000, "Belysningen blev dyrare än beräknat. Tre dialogmöten ryms i den lägre summan.")
        .confirmed(155)
        .reported(
            420,
            (168_400, 38_200, 22_000, None),
            (
                "Belysningen är bytt på hela sträckan.",
                "Fyra vandringar med sammanlagt 85 deltagare.",
                "Tre dialogmöten hölls.",
                "Enkäten är inte sammanställd.",
            ),
        )
        .returned(430, "Komplettera med resultatet av enkäten, som ska vara sammanställd nu.")
        .reported(
            442,
            (168_400, 38_200, 22_000, None),
            (
                "Belysningen är bytt på hela sträckan. Andelen som undviker gångstråket har minskat från 34 till 19 procent.",
                "Fyra vandringar med sammanlagt 85 deltagare. 23 synpunkter är lämnade till förvaltningarna.",
                "Tre dialogmöten med boende, handlare och fastighetsägare.",
                "Enkäten besvarades av 412 personer. Sju av tio känner sig tryggare än före åtgärderna.",
            ),
            "Åtgärderna är genomförda enligt beslutet.",
        )
        .accepted(452)
        .closed(470)
    )


def _training(road: Road) -> Road:
    """The chief executive is jävig, so the deputy decides by a delegation of her own; closed."""
    return (
        road.written(16)
        .submitted(21)
        .checked(24)
        .jav(28, "kommunchef", "En närstående är anställd hos den utbildare som har lämnat anbud.")
        .decided(36, Given(report_at=930), by="tf.kommunchef")
        .recorded(42)
        .opened(46)
        .reported(
            912,
            (60_000, 25_000),
            ("Fem ledningsgrupper är utbildade.", "Övningen hölls med Räddningstjänsten. En utvärdering finns."),
        )
        .accepted(932)
        .closed(962)
    )


def _evenings(road: Road, course: Course) -> Road:
    """Granted in part, with a condition on one line; reported, and money left over goes back."""
    return (
        road.written(30)
        .submitted(38)
        .checked(40)
        .decided(
            50,
            Given(
                lines=(94_000, 26_000, 0),
                reason="Försöket kan genomföras på åtta veckor. Inventarier finns att låna inom förvaltningen.",
                conditions={0: "Ledarna ska ha genomgått kommunens utbildning i lågaffektivt bemötande."},
                free=True,
                report_at=960,
                no_statement_reason="Försöket måste börja före skolavslutningen. Inventarierna lånas i stället för att köpas.",
            ),
        )
        .recorded(55)
        .opened(60)
        .interim(course.tertial(940), "Åtta av sexton kvällar har hållits, med i medeltal 40 besökare. Pengarna räcker.")
        .reported(
            950,
            (91_600, 24_000),
            ("Sexton kvällar med i medeltal 42 besökare.", "Lokalen hyrdes i åtta veckor."),
            "Försöket föreslås bli en del av ordinarie verksamhet.",
        )
        .accepted(975)
    )


def _cameras(road: Road, course: Course) -> Road:
    """Granted in part, replaced by a decision in full when more was known; the report waits for finance."""
    return (
        road.written(46)
        .submitted(52)
        .checked(55)
        .letter_came(
            57,
            title="Yttrande om kamerorna",
            text="Polisområdet har inget att invända mot kamerorna. Platsen är känd för återkommande ordningsstörningar.\n",
            counterparty="Lokalpolisområdet",
            number="A123.456",
        )
        .stated(
            60,
            "ekonom2",
            _invests("Kostnaden för service återkommer varje år och ryms inte i ramen.", 31_000, Stance.OPPOSE, kind="both"),
        )
        .decided(
            64,
            Given(
                lines=(140_000, 10_000, 0),
                reason="Kostnaden för service är inte styrkt.",
                report_at=course.later(20),
            ),
        )
        .recorded(70)
        .opened(75)
        .replaced(
            92,
            Given(cap=30_000, report_at=course.later(20)),
            "Enheten har lämnat in offert på serviceavtalet. Kostnaden är styrkt.",
        )
        .recorded(97, by="ekonom2")
        .opened(102)
        .reported(
            988,
            (138_900, 35_000, 30_000),
            (
                "Fyra kameror är i drift.",
                "Skyltar är uppsatta och personalen är utbildad.",
                "Avtalet gäller i ett år.",
            ),
            "Antalet anmälda skador har minskat från nio till två i månaden.",
        )
    )


def _guards(road: Road) -> Road:
    """Rejected; closed."""
    return (
        road.written(72)
        .submitted(78)
        .checked(81)
        .decided(90, Given(lines=(0,), reason="Larmet byts inom en månad. Behovet av extra ronder är då inte längre styrkt."))
        .recorded(95)
        .opened(99)
        .closed(130)
    )


def _protection(road: Road, course: Course) -> Road:
    """Secret: the requester's mark is confirmed by the registrar; decided, recorded and sent."""
    return (
        road.written(104)
        .submitted(109)
        .marked(112, "Säkerhetshöjande åtgärder (uppgift utelämnad)")
        .checked(112.001)
        .stated(117, "ekonom2", _invests("Medlen räcker.", 6_000))
        .decided(121, Given(report_at=course.later(45), free=True))
        .recorded(127)
        .handed_out(131, phrases=("Tillträdesskydd, lokal 1", "Tillträdesskydd, lokal 2", "stadshuset"), to="en tidning")
        .interim(course.tertial(1000), "Upphandlingen är klar och arbetet har börjat. Kostnaden blir som beräknat.")
    )


def _crossing(road: Road) -> Road:
    """Financed within a budget of its own; no final report is asked for."""
    road = road.written(210).submitted(216).checked(219).decided(226, Given()).recorded(231, by="ekonom2").closed(260)
    return road.asked_for(994, wanted="Allt om övergångsstället, och vad det kostade.")


def _shade(road: Road) -> Road:
    """Verkställighet: the board has already allotted the money; reported and closed."""
    return (
        road.written(300)
        .submitted(306)
        .checked(309)
        .stated(314, "ekonom2", _invests("Kommunstyrelsen har redan avsatt medlen. De räcker.", 14_000))
        .decided(320, Given(cap=20_000, report_at=940))
        .recorded(326)
        .opened(330)
        .reported(
            925,
            (132_000, 49_500),
            ("Tolv träd är planterade.", "Två segeldukar är uppsatta. Marktemperaturen är tio grader lägre i skuggan."),
        )
        .accepted(944)
        .closed(978)
    )


def _alarm(road: Road) -> Road:
    """Withdrawn."""
    return (
        road.written(900)
        .submitted(908)
        .checked(911)
        .withdrawn(965, "Larmet ingår i den upphandling som Kansliavdelningen har avslutat.")
    )


def _prevention(road: Road, course: Course) -> Road:
    """Granted in full; money has been moved, and finance has not confirmed it yet."""
    return (
        road.written(690)
        .submitted(697)
        .checked(700)
        .decided(712, Given(cap=40_000, report_at=course.later(60)))
        .recorded(718)
        .opened(724, acknowledged=True)
        .redistributed(990, 25_000, "Samordningen behövs en månad till. Två aktiviteter har kunnat hållas utan kostnad.")
        .followed(996)
    )


def _cloudburst(road: Road, course: Course) -> Road:
    """Carried by minutes: prepared by the committee, decided by the board. One copy has nowhere to go, one is unread."""
    return (
        road.written(780)
        .submitted(790)
        .checked(793)
        .stated(
            804,
            "ekonom",
            _invests(
                "Medlen räcker. Avskrivningen ryms inom förvaltningens ram från och med nästa år.", 112_000, Stance.SUPPORT
            ),
        )
        .handed_over(815, BOARD, "Åtgärderna är kostnadseffektiva jämfört med återkommande skador.")
        .minutes(848, COMMITTEE, 836, "94", "Arbetsutskottet föreslår att kommunstyrelsen beviljar medlen.")
        .minutes(
            884,
            BOARD,
            868,
            "121",
            "Kommunstyrelsen beslutar enligt arbetsutskottets förslag.",
            Given(free=True, report_at=course.later(180)),
        )
        .recorded(905)
    )


def _waiting(town: Town, course: Course) -> list[Road]:
    """Cases that wait for someone today."""

    def start(request: Request) -> Road:
        return Road(town, course, request)

    return [
        start(safety.FIELD_TEAM)
        .written(838)
        .submitted(846)
        .checked(849)
        .completion(862, "Beräkningen av lönekostnaden saknas. Ange antalet kvällar, bemanningen och timkostnaden.")
        .rewritten(885, safety.FIELD_TEAM_COMPLETED)
        .decided(
            991,
            Given(
                lines=(200_000, 50_000),
                reason="Medlen räcker till femtio kvällar. Behovet prövas på nytt när försöket är utvärderat.",
                cap=20_000,
                report_at=course.later(120),
            ),
            by="tf.kommunchef",
        ),
        start(safety.RESERVE_POWER)
        .written(872)
        .submitted(880)
        .checked(883)
        .stated(
            893,
            "ekonom2",
            _invests("Medlen räcker. Årlig kostnad för service, 40 tkr, behöver rymmas inom enhetens ram.", 98_000),
        )
        .handed_over(910, BOARD, "Behovet är styrkt av utvärderingen. Beloppet är högre än min delegation.")
        .minutes(958, COMMITTEE, 948, "107", "Arbetsutskottet föreslår att kommunstyrelsen bifaller äskandet."),
        start(safety.DRONE)
        .written(918)
        .submitted(926)
        .checked(929)
        .completion(968, "Ange vad tillstånd och försäkring kostar, och vem som har jour.", course.later(10))
        .asked(971, "sakerhetschef", "Räcker det med ett jourschema för kvällarna?", "Ja, om helgerna också är täckta.")
        .said(974, "ekonom", "Försäkringen ligger redan i den centrala.", to=Audience.HANDLERS, mentions=["kommunchef"])
        .asked(978, "sakerhetschef", "Ska kostnaden för tillstånd anges med eller utan moms?"),
        start(safety.INFORMATION)
        .written(946)
        .submitted(960)
        .checked(963)
        .stated(
            980,
            "ekonom2",
            Opinion(
                text="Medlen räcker. Enhetens äskanden ur samma medel uppgår till mindre än delegationens gräns.",
                stance=Stance.SUPPORT,
                cost_type="drift",
            ),
        ),
        start(others.SPORTS_HALL).written(984).submitted(996),
        start(others.HOME_VISITS).written(986).submitted(997),  # waits with the nearest manager
        start(safety.ALARM).written(993, safety.BEGUN),
    ]
