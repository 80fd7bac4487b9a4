"""Requests for public records, walked through the operations: one to review, one answered with a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.disclosure import deciding, operations
from portal.disclosure.operations import Said
from portal.register.document_models import RegisteredDocument
from tests.factories.decisions import case_of
from tests.factories.town import Town

PROVISION = "18 kap. 8 § OSL"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and its document, by public ids."""

    request_id: UUID
    item_id: UUID

    @property
    def address(self) -> str:
        """Where the request is shown."""
        return f"/utlamnande/{self.request_id}"

    @property
    def item(self) -> str:
        """Where its document is reviewed."""
        return f"{self.address}/handlingar/{self.item_id}"


def documents_of(case_id: UUID) -> Sequence[UUID]:
    """The public ids of what the register has of the case, by number."""
    of_case = select(RegisteredDocument.public_id).where(RegisteredDocument.case_id == case_of(case_id).id)
    return session.scalars(of_case.order_by(RegisteredDocument.number)).all()


def a_disclosure(town: Town, case_id: UUID, assessment: str = "", *, by: str = "registrator") -> Asked:
    """A request for the first document of the case, to be reviewed, or assessed as told."""
    document, actor = documents_of(case_id)[0], town.actor(by)
    with transaction():
        asked = operations.receive(
            received_on=clock.today(), channel="email", asker="", wanted="Allt om kamerorna", by=actor
        ).public_id
        item = operations.add_item(request_id=asked, document_id=document, by=actor, seen_version=None).public_id
        if assessment:
            said = Said(assessment=assessment, provision=PROVISION, reason="Den visar hur platsen skyddas.")
            operations.assess(request_id=asked, item_id=item, said=said, by=actor, seen_version=None)
    return Asked(asked, item)


def a_refusal(town: Town, case_id: UUID) -> Asked:
    """A request that was refused in writing; the worker has yet to make the document."""
    asked = a_disclosure(town, case_id, "withheld")
    with transaction():
        deciding.decide(
            request_id=asked.request_id, reasons="Uppgifterna rör bevakningen.", clause="Punkt 1.4",
            by=town.actor("registrator"), seen_version=None,
        )  # fmt: skip
    return asked


def a_review(town: Town, case_id: UUID) -> Asked:
    """A request of which the first document, which is a file, is given and the second withheld."""
    asked, actor = a_disclosure(town, case_id, "given"), town.actor("registrator")
    second = documents_of(case_id)[1]
    with transaction():
        item = operations.add_item(request_id=asked.request_id, document_id=second, by=actor, seen_version=None).public_id
        said = Said(assessment="withheld", provision=PROVISION)
        operations.assess(request_id=asked.request_id, item_id=item, said=said, by=actor, seen_version=None)
    return asked


# The version that a form on each carries, by what the policy calls it: one more for each act after the first.
VERSIONS = {"a request": 2, "a request that was reviewed": 5, "a request that was refused": 4}
