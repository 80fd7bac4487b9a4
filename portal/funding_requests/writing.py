"""What the writing page shows: a finished answer for the templates, gathered in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from portal.documents.uploads import ALLOWED, MAX_FILE
from portal.errors import Refused
from portal.funding_requests import attachments, queries
from portal.funding_requests.attachments import Attached
from portal.funding_requests.checking import Reading, read
from portal.funding_requests.content import COST_TYPES, Draft, suggests_camera
from portal.funding_requests.counted import Counted
from portal.funding_requests.forms import with_room
from portal.funding_requests.models import CompletionRequest, FundingRequest
from portal.funding_requests.readback import Tally, tally
from portal.funding_requests.rules import refusal_to_write
from portal.funding_requests.sections import SECTIONS, Task, tasks, what_remains
from portal.money import format_kronor
from portal.people import directory
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register.models import Case, CaseFact, Part
from portal.register.queries import Parts, parts_of
from portal.register.reading import shown
from portal.text import _

Options = Sequence[tuple[str, str]]
YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Desk:
    """The case, its request and what is being written, as one person (``by``, a row id) sees it. ``parts`` are who has
    taken which part in the case, where the rules have asked for it."""

    case: Case
    request: FundingRequest
    draft: Draft
    reading: Reading
    options: queries.Options
    files: Sequence[Attached]
    by: int
    parts: Parts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The writing page. ``problems`` are shown beside the fields; ``page`` names this showing of it.
    ``cameras`` says of which lines the name suggests camera surveillance, unanswered. ``attaching_key`` is the key of the
    files attached from it.
    """

    case: Case
    draft: Draft
    draft_version: int
    saved_at: datetime | None
    page: str
    attaching_key: str
    problems: Mapping[str, str]
    tally: Tally
    tasks: Sequence[Task]
    remains: str | None
    organs: Options
    funds: Options
    years: Options
    cost_types: Options
    cameras: Sequence[bool]
    files: Sequence[Attached]
    recipients: Sequence[str]
    slips: Mapping[str, str]
    writers: Sequence[Person]
    possible_writers: Options
    completion: CompletionRequest | None
    sent_back: CaseFact | None
    to_manager: bool
    discardable: bool
    latest_version: int
    handed_over: bool

    @property
    def next_version(self) -> int:
        """The number of the version that would be submitted."""
        return self.latest_version + 1

    @property
    def sections(self) -> list[str]:
        """The parts of the page, in order; each is a partial of that name."""
        return [section.anchor for section in SECTIONS]

    @property
    def kinds(self) -> str:
        """Which kinds of file may be attached."""
        return ALLOWED

    @property
    def largest_file(self) -> int:
        """How large an attached file may be, bytes."""
        return MAX_FILE

    @property
    def done(self) -> int:
        """How many parts are finished."""
        return sum(task.done for task in self.tasks)


def desk(case_id: UUID, by: Actor, draft: Draft | None = None, *, to_keep: bool = False) -> Desk:
    """What ``by`` is writing. ``draft`` is what was just typed, where that is not (yet) what is saved.

    Raises Unknown, or Refused when the rules do not let ``by`` write now; ``to_keep`` shows what was typed all the same,
    after a save that came too late.
    """
    request = queries.opened(case_id, by)
    return _desk(request, by, draft, _allow(request, by, to_keep=to_keep))


def _allow(request: FundingRequest, by: Actor, *, to_keep: bool) -> Parts | None:
    """Who has taken which part, read for the rules. Raises Refused."""
    if to_keep:
        return None
    parts = parts_of(request.case)
    if refusal := refusal_to_write(queries.facts(request.case, by, request=request, parts=parts)):
        raise Refused(refusal)
    return parts


def _desk(request: FundingRequest, by: Actor, draft: Draft | None, parts: Parts | None = None) -> Desk:
    case = request.case
    files = attachments.listed(case)
    options = queries.options(case, by, tuple(file.content for file in files))
    draft = draft if draft is not None else queries.draft_of_case(case, request)
    return Desk(case, request, draft, read(draft, options.choices), options, files, by.person_id, parts)


def written(request: FundingRequest, by: Actor) -> Reading:
    """What stands in the draft, as it would be sent: for the manager who reads it, and whoever wrote it."""
    here = _desk(request, by, None)
    return here.reading


def shown_desk(case_id: UUID, by: Actor, draft: Draft | None = None, *, to_keep: bool = False) -> Desk:
    """``desk`` for a page that is opened: of a secret case the reading is logged first."""
    parts: Parts | None = None

    def allow(found: FundingRequest) -> None:
        nonlocal parts
        parts = _allow(found, by, to_keep=to_keep)

    request = shown(lambda: queries.opened(case_id, by), lambda found: found.case, by=by, allow=allow)
    return _desk(request, by, draft, parts)


def _years(here: Desk) -> Options:
    this = here.options.choices.today.year
    years = {str(this + n) for n in range(YEARS_AHEAD)} | {str(fund.year) for fund in here.options.funds}
    typed = here.draft["budget_year"].strip()
    return [("", _("Välj år")), *((year, year) for year in sorted(years | ({typed} if typed else set())))]


def _funds(here: Desk) -> Options:
    chosen, askable = here.draft["fund"], here.options.choices.askable
    rows = [
        (
            str(fund.public_id),
            _("%(name)s %(year)s, kvar %(left)s", name=fund.spoken, year=fund.year, left=format_kronor(fund.left)),
        )
        for fund in here.options.funds
        if str(fund.public_id) == chosen or askable[str(fund.public_id)].open_to(here.case.unit_id)
    ]
    return [("", _("Inga avsatta medel")), *rows]


def _organs(here: Desk) -> Options:
    return [("", _("Avgörs av delegationsordningen")), *((str(o.public_id), o.name) for o in here.options.organs)]


def _goes_by_manager(here: Desk, counted: Counted | None) -> bool:
    if not here.case.unit.asks_manager:
        return False
    parts = parts_of(here.case) if here.parts is None else here.parts
    requesters = frozenset(parts.get(Part.REQUESTER.value, ())) | {here.by}
    return queries.passes_manager(here.case, here.reading.content, requesters, counted)


def _slips(draft: Draft) -> Mapping[str, str]:
    """What an address looks like a slip of the pen from, by field; it stops nothing, since it may be right."""
    rows = [("copy", draft["copies"]), ("information", draft["information"])]
    typed = {f"{kind}_email-{n}": row["email"] for kind, some in rows for n, row in enumerate(some, 1) if row["email"]}
    found = {name: directory.slip(email) for name, email in typed.items()}
    return {name: _("%(slip)s Kontrollera den.", slip=sentence) for name, sentence in found.items() if sentence}


def page(here: Desk, page_url: str, *, all_problems: bool = False, people: bool = True, counted: Counted | None = None) -> Page:
    """Everything the page shows. With ``all_problems`` also what is only missing; ``people`` False leaves out co-writers;
    ``counted`` is what counts against the ceiling, where it has been read."""
    done = tasks(here.draft, here.reading, page_url)
    problems = {
        key: sentence for key, sentence in here.reading.problems.items() if all_problems or key not in here.reading.empty
    }
    shown = with_room(here.draft)
    return Page(
        case=here.case,
        draft=shown,
        draft_version=here.request.draft_version,
        saved_at=here.request.saved_at,
        page=str(uuid4()),
        attaching_key=str(uuid4()),
        problems=problems,
        tally=tally(shown),
        tasks=done,
        remains=what_remains(done),
        organs=_organs(here),
        funds=_funds(here),
        years=_years(here),
        cameras=[not line["camera"] and suggests_camera(line["label"]) for line in shown["lines"]],
        cost_types=[("", _("Välj")), *((kind, _(kind.capitalize())) for kind in COST_TYPES)],
        files=here.files,
        recipients=directory.lately_offered() if people else (),
        slips=_slips(shown) if people else {},
        writers=queries.writers(here.case) if people else [],
        possible_writers=[(str(p.public_id), p.name) for p in queries.possible_writers(here.case)] if people else [],
        completion=queries.open_completion(here.case) if here.case.number else None,
        sent_back=None if here.case.number else queries.latest_fact(here.case, queries.SENT_BACK),
        to_manager=all_problems and not here.reading.problems and _goes_by_manager(here, counted),
        discardable=here.case.number is None,
        latest_version=here.request.latest_version,
        handed_over=here.request.referred_organ_id is not None,
    )
