"""The road of a case of the demo once it has been submitted: decided, recorded, sent, reported, closed, archived."""

from collections.abc import Sequence
from datetime import date
from typing import Self
from uuid import UUID

from portal import clock
from portal.accounting import interim_operations
from portal.accounting import operations as accounting
from portal.accounting import queries as accounts
from portal.accounting.checks import LineReport, Report
from portal.archive import operations as archive
from portal.conversation import operations as conversation
from portal.conversation.circles import Audience
from portal.db import session
from portal.decisions import operations as decisions
from portal.decisions.minutes import Minutes, MinutesKind
from portal.decisions.models import Stance
from portal.decisions.statement import Opinion
from portal.demo.beginning import Beginning, Given
from portal.demo.disclosing import ask_for, hand_out_masked
from portal.demo.town import LEADERSHIP
from portal.dispatch import operations as dispatch
from portal.dispatch.models import Copy
from portal.documents.store import current_store
from portal.funding_requests import attachments
from portal.funding_requests.following import follow
from portal.funding_requests.letters import Letter, register_letter


class Road(Beginning):
    """The rest of the road; every method answers the road itself, so that a case reads as one sentence."""

    # Deciding

    def stated(self, at: float, by: str, opinion: Opinion) -> Self:
        """Finance gives a statement."""
        return self._add(
            at,
            lambda: decisions.give_statement(case_id=self.case_id, opinion=opinion, by=self.town.actor(by), seen_version=None),
        )

    def completion(self, at: float, reason: str, answer_by: date | None = None) -> Self:
        """The chief executive asks for more."""
        return self._add(
            at,
            lambda: decisions.request_completion(
                case_id=self.case_id,
                reason=reason,
                answer_by=answer_by,
                by=self.town.actor("kommunchef"),
                seen_version=None,
            ),
        )

    def said(self, at: float, by: str, text: str, *, to: Audience = Audience.ALL, mentions: Sequence[str] = ()) -> Self:
        """A comment in the conversation."""
        return self._add(
            at,
            lambda: conversation.write(case_id=self.case_id, text=text, audience=to, mentions=mentions, by=self.town.actor(by)),
        )

    def asked(self, at: float, by: str, text: str, answer: str = "", answered_by: str = "kommunchef") -> Self:
        """A question in the conversation, and its answer a little later."""
        questions: list[UUID] = []

        def ask() -> None:
            found = conversation.write(case_id=self.case_id, text=text, asks=True, by=self.town.actor(by))
            questions.append(found.public_id)

        def reply() -> None:
            conversation.write(case_id=self.case_id, text=answer, answers=questions[0], by=self.town.actor(answered_by))

        asked = self._add(at, ask)
        return asked._add(at + 1, reply) if answer else asked

    def decided(self, at: float, given: Given, by: str = "kommunchef") -> Self:
        """A decision by delegation."""
        return self._add(
            at,
            lambda: decisions.decide(
                case_id=self.case_id, answer=self._answer(given), by=self.town.actor(by), seen_version=None
            ),
        )

    def replaced(self, at: float, given: Given, why: str) -> Self:
        """A new decision in place of the one in force."""
        return self._add(
            at,
            lambda: decisions.replace_decision(
                case_id=self.case_id,
                answer=self._answer(given),
                reason=why,
                by=self.town.actor("kommunchef"),
                seen_version=None,
            ),
        )

    def handed_over(self, at: float, organ: str, text: str) -> Self:
        """The chief executive recommends it and hands it over to an organ."""
        return self._add(
            at,
            lambda: decisions.hand_over(
                case_id=self.case_id,
                organ_id=self.town.organs[organ],
                stance=Stance.SUPPORT,
                text=text,
                by=self.town.actor("kommunchef"),
                seen_version=None,
            ),
        )

    def minutes(self, at: float, organ: str, met: float, paragraph: str, text: str, given: Given | None = None) -> Self:
        """The registrar enters what an organ's minutes say; with ``given`` it decided, else it prepared the case."""

        def act() -> None:
            minutes = Minutes(
                organ_id=self.town.organs[organ],
                meeting_date=self.course.day(met),
                paragraph=paragraph,
                kind=MinutesKind.DECIDING if given else MinutesKind.PREPARING,
                text=text,
                adjusted_on=clock.today(),
                posted_on=clock.today(),
            )
            answer = self._answer(given) if given else None
            decisions.record_minutes(
                case_id=self.case_id, minutes=minutes, answer=answer, by=self.town.actor("registrator"), seen_version=None
            )

        return self._add(at, act)

    # Recording, sending and receiving

    def recorded(self, at: float, by: str = "ekonom") -> Self:
        """Finance records the decision and sends the copies."""

        def act() -> None:
            decision = self._decision()
            entry = self._entry([line for line in decision.lines if line.granted]) if decision.granted else None
            dispatch.record_and_queue(case_id=self.case_id, entry=entry, by=self.town.actor(by), seen_version=None)

        return self._add(at, act)

    def opened(self, at: float, *, acknowledged: bool = False) -> Self:
        """Kommunledningsförvaltningen reads its copy, and acknowledges one marked *ska åtgärdas*."""

        def act() -> None:
            by, decision = self.town.actor("kommunledning"), self._decision()
            copy = session.query(Copy).filter_by(decision_id=decision.id, recipient=LEADERSHIP).one()
            dispatch.open_copy(copy_id=copy.public_id, by=by)
            if acknowledged:
                dispatch.acknowledge(copy_id=copy.public_id, by=by)

        return self._add(at, act)

    def redistributed(self, at: float, amount: int, reason: str) -> Self:
        """The author moves ``amount`` kronor from the last priced line to the first."""

        def act() -> None:
            decision = self._decision()
            held = accounts.current_amounts(decision)
            lines = [line for line in decision.lines if line.id in held]
            after = {line.public_id: held[line.id] for line in lines}
            after[lines[0].public_id] += amount
            after[lines[-1].public_id] -= amount
            by = self.town.actor(self.request.author)
            accounting.redistribute(case_id=self.case_id, amounts_now=after, reason=reason, by=by, seen_version=None)

        return self._add(at, act)

    def confirmed(self, at: float) -> Self:
        """Finance confirms the redistribution."""

        def act() -> None:
            made = accounts.redistributions(self._case())[-1]
            accounting.confirm_redistribution(
                case_id=self.case_id,
                redistribution_id=made.public_id,
                entry=self._entry([line.decision_line for line in made.lines]),
                by=self.town.actor("ekonom"),
                seen_version=None,
            )

        return self._add(at, act)

    def followed(self, at: float) -> Self:
        """The author begins a new request after the decision, and has not sent it in."""
        return self._add(at, lambda: follow(case_id=self.case_id, by=self.town.actor(self.request.author), seen_version=None))

    # Reporting and closing

    def interim(self, at: float, text: str) -> Self:
        """The author tells how it stands, at a tertial date."""
        by = self.request.author
        return self._add(
            at,
            lambda: interim_operations.report_interim(
                case_id=self.case_id, text=text, by=self.town.actor(by), seen_version=None
            ),
        )

    def reported(self, at: float, used: Sequence[int | None], effects: Sequence[str], summary: str = "") -> Self:
        """The author reports used kronor and effect, line by line."""

        def act() -> None:
            decision = self._decision()
            due = accounts.lines_due(decision, accounts.current_amounts(decision))
            lines = {
                line.line: LineReport(used=kronor, effect=effect)
                for line, kronor, effect in zip(due, used, effects, strict=True)
            }
            accounting.report_back(
                case_id=self.case_id,
                report=Report(lines=lines, summary=summary),
                by=self.town.actor(self.request.author),
                seen_version=None,
            )

        return self._add(at, act)

    def returned(self, at: float, reason: str) -> Self:
        """Finance sends the report back."""
        return self._add(
            at,
            lambda: accounting.return_report(
                case_id=self.case_id, reason=reason, by=self.town.actor("ekonom2"), seen_version=None
            ),
        )

    def accepted(self, at: float) -> Self:
        """Finance finds the report in order."""
        return self._add(
            at, lambda: accounting.accept_report(case_id=self.case_id, by=self.town.actor("ekonom2"), seen_version=None)
        )

    def letter_came(self, at: float, *, title: str, text: str, counterparty: str, number: str) -> Self:
        """The registrar registers a letter from another authority, with its file."""

        def act() -> None:
            letter = Letter(
                type="statement",
                arrived_on=clock.today(),
                title=title,
                counterparty=counterparty,
                counterparty_number=number,
            )
            kept = attachments.keep(current_store(), text.encode(), "yttrande.txt")
            by = self.town.actor("registrator")
            register_letter(case_id=self.case_id, letter=letter, kept=kept, by=by, seen_version=None)

        return self._add(at, act)

    def closed(self, at: float) -> Self:
        """The registrar closes the case."""
        return self._add(at, lambda: archive.close(case_id=self.case_id, by=self.town.actor("registrator"), seen_version=None))

    def archived(self, at: float, batch: UUID) -> Self:
        """The archivist archives it, with the others of the batch."""
        return self._add(at, lambda: archive.archive(case_id=self.case_id, by=self.town.actor("arkivarie"), batch=batch))

    def handed_out(self, at: float, *, phrases: Sequence[str], to: str) -> Self:
        """The registrar hands out the decision of a secret case with the phrases masked."""
        return self._add(
            at,
            lambda: hand_out_masked(
                self._case(), phrases=phrases, provision=self.request.provision, to=to, by=self.town.actor("registrator")
            ),
        )

    def asked_for(self, at: float, *, wanted: str) -> Self:
        """Someone asks for documents of the case."""
        return self._add(at, lambda: ask_for(self._case(), wanted=wanted, by=self.town.actor("registrator")))
