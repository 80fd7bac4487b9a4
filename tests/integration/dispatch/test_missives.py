"""The letter that goes with a copy: made when finance or the registrar asks for it, with nothing of a secret case in it."""

import hashlib

from flask import Flask
from sqlalchemy import select

from portal.db import session
from portal.documents.models import Document
from portal.funding_requests.lifecycle import Action
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.accounting import a_recorded_case
from tests.factories.dispatch import copies, work
from tests.factories.road import act
from tests.factories.town import Town
from tests.unit.documents.test_rendering import squeezed, text_of


def address(number: int = 0) -> str:
    copy = copies()[number]
    return f"/askanden/{session.get_one(Case, copy.case_id).public_id}/kopior/{copy.public_id}/missiv.pdf"


def test_the_letter_says_to_whom_what_and_what_is_enclosed(inside: Flask, town: Town, client_for: ClientFor) -> None:
    case_id = a_recorded_case(town)
    ekonom = client_for("ekonom")
    assert ekonom.get(address()).status_code == 404  # the decision's document is being made
    work(inside)
    answer = ekonom.get(address())
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert "missiv-" in answer.headers["Content-Disposition"]
    copy = copies()[0]
    document = session.scalars(select(Document).where(Document.kind == "decision")).one()
    sent = inside.extensions["store"].read(document.file.sha256)
    case = session.get_one(Case, copy.case_id)
    text = text_of(answer.data)
    for wanted in (copy.recipient, case.title, str(case.number), document.filename, hashlib.sha256(sent).hexdigest(), "Utfall"):
        assert squeezed(wanted) in text
    assert squeezed("av kommunchef") in text
    page = ekonom.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert address() in page
    assert ekonom.get(address()).data == answer.data


def test_of_a_secret_case_it_says_nothing_of_what_was_decided(inside: Flask, town: Town, client_for: ClientFor) -> None:
    case_id = a_recorded_case(town)
    act(town, Action.MARK_SECRECY, case_id, "registrator")
    work(inside)
    answer = client_for("registrator").get(address())
    text = text_of(answer.data)
    case = session.get_one(Case, copies()[0].case_id)
    assert squeezed(case.public_title) in text
    assert case.public_title != case.title
    for hidden in (case.title, "Utfall", "Beviljat", "1 000 000"):
        assert squeezed(hidden) not in text
