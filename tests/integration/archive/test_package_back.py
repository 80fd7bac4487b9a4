"""From the package alone the case is data again, equal to the database."""

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from portal.archive.package import gathering, operations, reading, tables
from portal.archive.package.build import SCHEMAS
from portal.archive.package.records import stored
from portal.conversation import operations as conversation
from portal.db import session, transaction
from portal.documents.store import current_store
from portal.errors import Refused
from portal.funding_requests import attachments
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action, Status
from portal.log import keys
from portal.settings import current_settings
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_draft
from tests.factories.road import act, case_in, run_worker
from tests.factories.town import Town

ASKER, REGISTRAR = "sakerhetschef", "registrator"
SAID = "Räcker offerten?\x0b Två rader\r\nav text."


def a_rich_case(town: Town) -> UUID:
    """With an attachment in two editions, a completion, a letter, a related case, a mark, a masked copy and a conversation."""
    case_id = a_draft(town).public_id
    for text in (b"Planen.", b"Planen, rev."):
        kept = attachments.keep(current_store(), text, "plan.txt")
        with transaction():
            requests.add_attachment(case_id=case_id, kept=kept, by=town.actor(ASKER))
    act(town, Action.SUBMIT, case_id, ASKER)
    with transaction():
        conversation.write(case_id=case_id, text=SAID, by=town.actor("kommunchef"))
    for action, by in (
        (Action.REQUEST_COMPLETION, "kommunchef"), (Action.RESUME, "kommunchef"), (Action.REGISTER_LETTER, REGISTRAR),
        (Action.RELATE, REGISTRAR), (Action.GIVE_STATEMENT, "ekonom"), (Action.DECIDE, "kommunchef"),
    ):  # fmt: skip
        act(town, action, case_id, by)
    run_worker()
    act(town, Action.MASK_COPY, case_id, REGISTRAR)
    act(town, Action.MARK_SECRECY, case_id, REGISTRAR)
    run_worker()
    return case_id


def _key() -> str:
    return str(keys.load_log_key(current_settings().instance / "log_key").public)


def _valid(schema: str, root: etree._Element) -> list[str]:
    wanted = etree.XMLSchema(etree.parse(SCHEMAS / schema))
    wanted.validate(root)
    return [error.message for error in wanted.error_log]


def test_a_case_comes_back_from_its_package_field_by_field(app: Flask, town: Town, tmp_path: Path) -> None:
    with app.app_context():
        case_id = a_rich_case(town)
        built = operations.package(case_of(case_id), tmp_path, operations.profile())
        held = gathering.holding(case_of(case_id), _key())
        back = reading.holding(built.path)
        assert back == held
        assert reading.differences(held, reading.described(built.path)) == []
        assert dict(reading.files(built.path, held)) == {each.public_id: each.sha256 for each in stored(held)}
        for name in ("document", "message", "secrecy_mark", "case_relation", "decision", "completion_request"):
            table = tables.table_of(name)
            own = select(table).where(table.c.case_id == held.case["id"]).order_by(table.c.id)
            rows = [dict(row) for row in session.execute(own).mappings()]
            assert rows
            assert list(back.rows(name)) == rows
        assert back.rows("message")[0]["text"] == SAID

        package = reading.opened(built.path)
        with package.file:
            root = package.erms()
            assert _valid("ERMS_v2_1_2.xsd", root) == []
            assert _valid("ERMS_v3.xsd", root) == []
            premis = etree.fromstring(package.read("representations/rep1/metadata/preservation/premis.xml"))
            assert _valid("premis-v3-0.xsd", premis) == []
            assert "relatedObjectIdentifierValue" in etree.tostring(premis).decode()  # the masked copy names its original
        kinds = {each.get("relationType") for each in root.iter("{*}relation")}
        assert {"is_redacted_version_of", "is_version_of"} < kinds


def test_a_withdrawn_case_is_packed_and_a_draft_is_not(app: Flask, town: Town, tmp_path: Path) -> None:
    with app.app_context():
        withdrawn = case_in(Status.WITHDRAWN, town)
        built = operations.package(case_of(withdrawn), tmp_path, operations.profile())
        assert reading.holding(built.path) == gathering.holding(case_of(withdrawn), _key())
        with pytest.raises(Refused):
            operations.package(case_of(case_in(Status.DRAFT, town)), tmp_path, operations.profile())
        assert list(tmp_path.glob("*.zip")) == [built.path]
        assert not list(tmp_path.glob(".package-*"))
