"""The papers for the organ that a case was handed over to: the tjänsteskrivelse with its proposal worded for the organ.

The request itself stays as it was submitted; these papers are made of it, when they are asked for.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from portal.clock import local_date
from portal.db import session
from portal.decisions.document import Frame
from portal.decisions.minutes import MinutesKind
from portal.decisions.models import HandOver, MinutesEntry, Stance
from portal.decisions.organ_wording import Organ, Organs, PutTo, organs, put_to
from portal.documents.shapes import Section, SubmissionDocument
from portal.funding_requests.content import Content
from portal.funding_requests.document import of_version
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.queries import Version
from portal.months import in_full
from portal.people.models import Person
from portal.register.models import Organ as OrganRow
from portal.text import _

_STANCES: dict[str, str] = {
    Stance.SUPPORT: "Äskandet tillstyrks.",
    Stance.OPPOSE: "Äskandet avstyrks.",
    Stance.NONE: "Äskandet överlämnas utan ställningstagande.",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """A case that an organ has: which organ it is that meets, which decides, the proposal as put to it, and the stance."""

    organs: Organs
    put: PutTo
    stance: Section


def refusal(status: str) -> str | None:
    """Why there are no papers for an organ now, in a sentence."""
    if status == Status.REFERRED:
        return None
    return _("Underlaget finns medan ärendet är överlämnat till ett organ.")


def handed(request: FundingRequest, content: Content) -> Handed:
    """To whom the request's case was handed over, and how; three statements. The case is referred."""
    assert request.referred_organ is not None, "a referred case names its organ"
    asked = Organ(content.organ.name, content.organ.in_text) if content.organ else None
    to = organs(_organ(request.referred_organ), asked, _passed_on_from(request))
    return Handed(to, put_to(content.points, to), _stance(request.case_id))


def _organ(row: OrganRow) -> Organ:
    return Organ(row.name, row.in_text)


def _passed_on_from(request: FundingRequest) -> Organ | None:
    """The organ whose minutes passed the case on to the one that has it now."""
    entry = session.scalars(
        select(MinutesEntry)
        .where(
            MinutesEntry.case_id == request.case_id,
            MinutesEntry.kind == MinutesKind.PASSED_ON,
            MinutesEntry.passed_on_to_id == request.referred_organ_id,
        )
        .options(joinedload(MinutesEntry.organ))
        .order_by(MinutesEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return _organ(entry.organ) if entry else None


def _stance(case_id: int) -> Section:
    """What was said when the case was handed over, with who said it: a recommendation, which decides nothing. Where the organ
    took the case over afterwards nobody has recommended anything to it."""
    principal = aliased(Person)
    taken_over = exists().where(
        MinutesEntry.case_id == case_id, MinutesEntry.kind == MinutesKind.TAKEN_OVER, MinutesEntry.at > HandOver.at
    )
    said_then = session.execute(
        select(HandOver, principal)
        .outerjoin(principal, principal.id == HandOver.acting_for_id)
        .where(HandOver.case_id == case_id, ~taken_over)
        .options(joinedload(HandOver.by))
        .order_by(HandOver.id.desc())
        .limit(1)
    ).one_or_none()
    if said_then is None:
        return {"heading": _("Ställningstagande"), "text": _("Organet har självt tagit över ärendet.")}
    row, acting_for = said_then
    told = dict.fromkeys((row.by.name, row.by.title, in_full(local_date(row.at))))  # a title may only repeat the name
    who = ", ".join(part for part in told if part)
    if acting_for is not None:
        who = _("%(who)s, i stället för %(other)s", who=who, other=acting_for.title or acting_for.name)
    said = [_(_STANCES[row.stance]), row.text.strip(), who]
    return {"heading": _("Ställningstagande"), "text": "\n\n".join(part for part in said if part)}


def document(version: Version, case_number: str | None, to: Handed, frame: Frame) -> SubmissionDocument:
    """The tjänsteskrivelse for the organ: as submitted, with the proposal worded for it and the stance it came with."""
    data = of_version(version, case_number, municipality=frame.municipality, test=frame.test, made_at=frame.made_at)
    data["proposal"] = list(to.put.points)
    data["put"] = {"heading": to.put.heading, "intro": to.put.intro or None}
    data["stance"] = to.stance
    data["deciding_organ"] = to.organs.deciding.name
    return data
