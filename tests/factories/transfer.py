"""Agreements with an archive and deliveries under them, by the real road. Call outside a transaction."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.archive.transfer import operations, queries
from portal.archive.transfer.models import SentPackage
from portal.archive.transfer.rules import Answer, Said
from portal.db import session, transaction
from portal.documents.store import current_store
from portal.outbox import operations as outbox
from tests.factories.town import Town

SAID: dict[str, Any] = {
    "receiver": "Regionarkivet",
    "receiver_code": "212000-1140",
    "reference_code": "SE/ABR/KS",
    "spec": "2.1.0",
    "profile_url": "",
    "content_type": "citserms_v2_1",
    "formats": (),
    "channel": "folder",
    "place": "regionarkivet",
    "host": "",
    "port": None,
    "username": "",
    "host_key": "",
    "sign_in": "",
    "secret": "",
    "valid_from": date(2020, 1, 1),
    "valid_to": None,
}
FINGERPRINT = "SHA256:" + "A" * 43
SERVER = {
    "channel": "sftp",
    "place": "inbox",
    "host": "127.0.0.1",
    "port": 22,
    "username": "arkiv",
    "host_key": FINGERPRINT,
    "sign_in": "key",
    "secret": "regionarkivet",
}


def said(**changed: Any) -> Said:
    """What an agreement says."""
    return Said(**{**SAID, **changed})


def an_agreement(town: Town, number: str = "LÖK 2026:1", **changed: Any) -> UUID:
    """An agreement that is in force: packages go to a folder."""
    by = town.actor("arkivarie")
    with transaction():
        made = operations.save_agreement(number=number, said=said(**changed), agreement_id=None, seen_version=None, by=by)
        return made.public_id


def a_delivery(town: Town, agreement_id: UUID, year: int | None = None) -> UUID:
    """A delivery of this year's archived cases, begun."""
    with transaction():
        year = year or clock.today().year
        return operations.start(agreement_id=agreement_id, year=year, by=town.actor("arkivarie")).public_id


def answered(town: Town, delivery_id: UUID, *answers: Answer) -> int:
    """What the archive answered, noted; how many were new."""
    session.rollback()
    with transaction():
        return operations.answer(delivery_id=delivery_id, answers=answers, by=town.actor("arkivarie"))


REPORT = "leveransrapport.json"


def a_sent_delivery(town: Town, number: str = "LÖK 2026:1") -> tuple[UUID, UUID]:
    """An agreement and a delivery under it whose packages have been sent, as the worker notes it, and whose report has not:
    no package is made. It stays in the hands of a worker."""
    agreement_id = an_agreement(town, number)
    delivery_id = a_delivery(town, agreement_id)
    with transaction():
        task = outbox.claim_key(operations.key_of(delivery_id), "factory")
    assert task is not None
    row = queries.delivery(delivery_id).id
    ids = session.scalars(select(SentPackage.id).where(SentPackage.delivery_id == row)).all()
    for each in ids:
        made = {"name": f"KS-{each}", "sha256": f"{each:064x}", "size": 1_000, "files": 3, "checks": []}
        with transaction():
            operations.note_made(each, made, task)
            operations.note_sent(each, task)
    data = b"{}"
    file = {"name": REPORT, "mime": "application/json", "sha256": current_store().put(data), "size": len(data)}
    with transaction():
        operations.keep_report(row, [file], task)
    return agreement_id, delivery_id


def a_package_of(delivery_id: UUID) -> SentPackage:
    """Its first package."""
    found = queries.delivery(delivery_id)
    return session.scalars(select(SentPackage).where(SentPackage.delivery_id == found.id).order_by(SentPackage.id)).first()  # type: ignore[return-value]
