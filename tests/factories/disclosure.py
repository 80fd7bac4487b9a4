"""Requests for public records, walked through the operations: one to review, one answered with a refusal."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.disclosure import deciding, operations
from portal.disclosure.models import DisclosureRequest
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


def first_document(case_id: UUID) -> UUID:
    """The public id of the first document that the register has of the case."""
    of_case = select(RegisteredDocument.public_id).where(RegisteredDocument.case_id == case_of(case_id).id)
    return session.scalars(of_case.order_by(RegisteredDocument.number).limit(1)).one()


def a_disclosure(town: Town, case_id: UUID, assessment: str = "", *, by: str = "registrator") -> Asked:
    """A request for the first document of the case, to be reviewed, or assessed as told."""
    document, actor = first_document(case_id), town.actor(by)
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


def version_of(asked: Asked) -> int:
    """The version that a form on the request carries."""
    return session.scalars(select(DisclosureRequest.version).where(DisclosureRequest.public_id == asked.request_id)).one()
