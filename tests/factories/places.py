"""Every place a case can stand in: each status, and those within a status where other rules have the say."""

from collections.abc import Callable
from uuid import UUID

from portal.db import transaction
from portal.decisions import operations as decisions
from portal.decisions.answer import Move
from portal.decisions.minutes import MinutesKind
from portal.decisions.models import Stance
from portal.funding_requests.lifecycle import Action, Status
from tests.factories import funding_requests
from tests.factories.decisions import an_answer
from tests.factories.road import act, case_in, run_worker, the_minutes
from tests.factories.town import Town

SECRET_TITLE = "Skydd av utpekade platser på torget"
SECRET_LINE = "Larm vid torgets norra sida"


def _at(status: Status, *more: tuple[Action, str]) -> Callable[[Town], UUID]:
    def walk(town: Town) -> UUID:
        case_id = case_in(status, town)
        for action, by in more:
            act(town, action, case_id, by)
        return case_id

    return walk


def a_secret_request(town: Town) -> UUID:
    """Submitted with a yes on secrecy: marked from that moment, not yet confirmed by the registrar."""
    lines = [{"label": SECRET_LINE, "amount": "5 000", "cost_type": "drift"}]
    return funding_requests.a_submitted_request(
        town, title=SECRET_TITLE, secrecy="ja", provision="18 kap. 8 § OSL", lines=lines, total="5 000"
    ).public_id


def a_dispatched_secret_request(town: Town) -> UUID:
    """Marked, confirmed by the registrar, decided by kommunchef, recorded by ekonom, with its copies sent."""
    case_id = a_secret_request(town)
    for action, by in (
        (Action.MARK_SECRECY, "registrator"),
        (Action.CHECK_REGISTRATION, "registrator"),
        (Action.DECIDE, "kommunchef"),
        (Action.RECORD, "ekonom"),
    ):
        act(town, action, case_id, by)
    run_worker()
    return case_id


def _with_statement_and_stance(town: Town) -> UUID:
    case_id = case_in(Status.SUBMITTED, town)
    act(town, Action.GIVE_STATEMENT, case_id, "ekonom2")
    with transaction():
        decisions.hand_over(
            case_id=case_id,
            organ_id=town.organ.public_id,
            stance=Stance.SUPPORT,
            text="Behovet är styrkt.",
            by=town.actor("kommunchef"),
            seen_version=None,
        )
    return case_id


def _returned_by_the_organ(town: Town) -> UUID:
    case_id = case_in(Status.REFERRED, town)
    minutes = the_minutes(town, MinutesKind.REFERRED_BACK)
    with transaction():
        decisions.record_minutes(case_id=case_id, minutes=minutes, answer=None, by=town.actor("registrator"), seen_version=None)
    return case_id


def _settled_without_report(town: Town) -> UUID:
    case_id = case_in(Status.SUBMITTED, town)
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    answer = an_answer(case_id, redistribution=Move.FREE, cap=None, report_by=None)
    with transaction():
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)
    act(town, Action.RECORD, case_id, "ekonom")
    run_worker()
    return case_id


def _rejected(town: Town) -> UUID:
    case_id = case_in(Status.SUBMITTED, town)
    answer = an_answer(case_id, 0, 0, False, text="Äskandet avslås.")
    with transaction():
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)
    return case_id


PLACES: dict[str, Callable[[Town], UUID]] = {
    "draft": _at(Status.DRAFT),
    "with_manager": _at(Status.WITH_MANAGER),
    "submitted, let pass by the manager": _at(Status.WITH_MANAGER, (Action.APPROVE, "forvaltningschef")),
    "submitted": _at(Status.SUBMITTED),
    "submitted, no decision maker may act": _at(
        Status.SUBMITTED, (Action.DECLARE_JAV, "kommunchef"), (Action.DECLARE_JAV, "tf.kommunchef")
    ),
    "submitted, secret": a_secret_request,
    "returned": _at(Status.RETURNED),
    "returned by the organ": _returned_by_the_organ,
    "referred": _with_statement_and_stance,
    "decided": _at(Status.DECIDED),
    "decided by the organ": _at(Status.REFERRED, (Action.RECORD_MINUTES, "registrator")),
    "decided, rejected": _rejected,
    "dispatched": _at(Status.DISPATCHED),
    "dispatched, money moved": _at(Status.DISPATCHED, (Action.REDISTRIBUTE, "sakerhetschef")),
    "dispatched, secret": a_dispatched_secret_request,
    "reported": _at(Status.REPORTED),
    "settled": _at(Status.SETTLED),
    "settled, no report due": _settled_without_report,
    "closed": _at(Status.CLOSED),
    "archived": _at(Status.ARCHIVED),
    "withdrawn": _at(Status.WITHDRAWN),
}


def status_of(place: str) -> Status:
    """The status in which the place lies: its first word."""
    return Status(place.partition(" ")[0].rstrip(","))
