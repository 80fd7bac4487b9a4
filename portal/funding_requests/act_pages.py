"""The page of an act on a case: its form, or why it is not open; and doing it once, with what was typed kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import Response, request

from portal.errors import Refused
from portal.funding_requests.acting import allow, in_role
from portal.funding_requests.lifecycle import Action
from portal.people.actor import Actor
from portal.register.facts import Facts
from portal.register.models import Case
from portal.register.reading import shown_case
from portal.web.forms import new_form_key, perform
from portal.web.gate import actor
from portal.web.pages import render

F = TypeVar("F", bound=Facts)
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class ActPages(Generic[F]):
    """The pages of a package's acts. ``folder`` holds a template for each action; facts and rules are the package's."""

    folder: str
    facts_of: Callable[[Case, Actor], F]
    refusals: Mapping[Action, Callable[[F], str | None]]

    def draw(
        self,
        case_id: UUID,
        action: Action,
        problems: Mapping[str, str] = _NOTHING,
        status: int = 200,
        *,
        refused: str = "",
        more: Mapping[str, Callable[[Case, F], Any]] = _NOTHING,
    ) -> Response:
        """The form of ``action``, or why it is not open. ``refused`` is what an attempt was refused with; ``more`` is what
        else the template shows. Raises Unknown and Conflict."""
        by = actor()
        case = shown_case(case_id, by, allow=lambda found: allow(found, action))
        facts = self.facts_of(case, in_role(by, allow(case, action).permissions, case.unit_id))
        refusal = self.refusals[action](facts)
        return render(
            f"{self.folder}/{action.value}.html",
            status=status,
            case=case,
            facts=facts,
            refusal=refusal,
            problems={"": refused} if refused and refused != refusal else problems,
            values=request.form,
            form_key=new_form_key(),
            **{name: value(case, facts) for name, value in more.items()},
        )

    def once(
        self, case_id: UUID, action: Action, run: Callable[[], str], more: Mapping[str, Callable[[Case, F], Any]] = _NOTHING
    ) -> Response:
        """Perform; a refusal is said on the page, where what was typed still stands."""
        try:
            return perform(run, lambda problems, status: self.draw(case_id, action, problems, status, more=more))
        except Refused as refused:
            return self.draw(case_id, action, status=403, refused=str(refused), more=more)
