"""Code tables read in as files, codes tried against them, and one code per grant for its outcome."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from portal import clock
from portal.accounting import kept
from portal.accounting.models import BudgetEntry, CodeImport, CodeValue
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.errors import Invalid
from portal.log.models import LogBody, LogEntry
from portal.register.models import Case
from tests.conftest import PASSWORD, ClientFor
from tests.factories.accounting import a_recorded_case, an_entry, decision_of
from tests.factories.decisions import a_decision, a_submitted_request, an_answer, case_of
from tests.factories.town import Town
from tests.forms import fields, fill
from tests.integration.accounting.test_record import _record

HEAD = "Kod;Benämning;Giltig från;Giltig till\n"
PROJECTS = HEAD + "1001;Torget;2026-01-01;\n1002;Väktare;2026-01-01;\n1003;Parken;2024-01-01;2025-12-31\n"


def upload(client: FlaskClient, text: str, part: str = "projekt", encoding: str = "utf-8") -> TestResponse:
    """Send a file of codes; the answer."""
    sent = fields(client.get(f"/kodtabeller/{part}").get_data(as_text=True))
    return client.post(
        f"/kodtabeller/{part}",
        data={"form_key": sent["form_key"], "file": (BytesIO(text.encode(encoding)), "koder.csv")},
        content_type="multipart/form-data",
    )


def read_in(client: FlaskClient, text: str, part: str = "projekt", encoding: str = "utf-8") -> None:
    """Read a file of codes in, by both its steps."""
    answer = upload(client, text, part, encoding)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert fill(client, answer.location, to=f"/kodtabeller/{part}/las-in").status_code == 303


def table(app: Flask, part: str = "projekt") -> list[str]:
    with app.app_context():
        return sorted(session.scalars(select(CodeValue.value).where(CodeValue.part == part)))


def test_a_file_is_looked_through_before_it_is_read_in(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    answer = upload(client, PROJECTS, encoding="cp1252")
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "Väktare" in page and "finns inte" in page and "Läs in koderna" in page
    assert table(app) == []
    assert fill(client, answer.location, to="/kodtabeller/projekt/las-in").status_code == 303
    assert table(app) == ["1001", "1002", "1003"]
    assert "koder.csv" in client.get("/kodtabeller").get_data(as_text=True)
    assert "Väktare" in client.get("/kodtabeller/projekt").get_data(as_text=True)


def test_reading_in_again_changes_only_what_the_file_speaks_of_and_the_log_keeps_what_was(
    app: Flask, client_for: ClientFor
) -> None:
    client = client_for("ekonom")
    read_in(client, PROJECTS)
    read_in(client, HEAD + "1002;Väktare;2026-01-01;2026-06-30\n1004;Ny;2026-07-01;\n")
    assert table(app) == ["1001", "1002", "1003", "1004"]
    with app.app_context():
        body = session.scalars(
            select(LogBody.json)
            .join(LogEntry, LogEntry.seq == LogBody.seq)
            .where(LogEntry.action == "accounting.import_codes")
            .order_by(LogEntry.seq.desc())
        ).first()
        shown = json.loads(body or "")
        assert shown["changed"] == [
            {"code": "1002", "before": ["Väktare 2026-01-01–"], "after": ["Väktare 2026-01-01–2026-06-30"]}
        ]
        assert (shown["new"], shown["kept"]) == (1, 2)


def test_a_file_that_changes_nothing_is_not_read_in(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    read_in(client, PROJECTS)
    answer = upload(client, PROJECTS)
    page = client.get(answer.location).get_data(as_text=True)
    assert "Filen ändrar ingenting" in page and "Läs in koderna" not in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "saknas"),
        (HEAD, "inga rader"),
        ("Kod;Namn\n1001;Torget\n", "Kolumnen ”benämning” saknas"),
        (HEAD + "1001;Torget;2026-01-01;\n1001;Torget;2026-05-01;\n", "Rad 3: koden 1001 står också på rad 2"),
        (HEAD + "10 01;Torget;2026-01-01;\n", "Rad 2: ”10 01” är ingen kod"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_file_that_does_not_hold_is_refused_with_the_row(
    app: Flask, client_for: ClientFor, text: str, said: str, encoding: str
) -> None:
    answer = upload(client_for("ekonom"), text, encoding=encoding)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert table(app) == []
    with app.app_context():
        assert session.scalar(select(CodeImport.id)) is None


def test_a_stored_file_that_was_not_uploaded_as_codes_is_not_shown(app: Flask, client_for: ClientFor) -> None:
    client = client_for("ekonom")
    token = upload(client, PROJECTS).location.partition("fil=")[2]
    content, dot, signature = token.partition(".")
    other = URLSafeSerializer("någon annans nyckel").dumps(["koder.csv", hashlib.sha256(PROJECTS.encode()).hexdigest(), ""])
    for forged in ("a" + token, content, dot + signature, token[:-1], "", other):
        assert client.get(f"/kodtabeller/projekt/granska?fil={forged}").status_code == 404
    assert client.get(f"/kodtabeller/aktivitet/granska?fil={token}").status_code == 404
    assert client.get(f"/utfall/granska?fil={token}").status_code == 404
    assert client.get(f"/kodtabeller/projekt/granska?fil={token}").status_code == 200


def test_a_file_left_since_half_a_day_is_asked_for_again(app: Flask, client_for: ClientFor) -> None:
    client, left = client_for("ekonom"), clock.now() - kept.KEPT_FOR
    clock.set_source(lambda: left - timedelta(minutes=1))
    with app.app_context():
        token = kept.token(kept.keep("koder.csv", PROJECTS.encode()), "codes:projekt")
    clock.set_source(None)
    form = {"form_key": "6b1f7c2e-0000-4000-8000-000000000001", "fil": token}
    for answer in (
        client.get(f"/kodtabeller/projekt/granska?fil={token}"),
        client.post("/kodtabeller/projekt/las-in", data=form),
    ):
        assert answer.status_code == 409
        assert "Välj den på nytt." in answer.get_data(as_text=True)
    assert table(app) == []


@pytest.mark.parametrize("address", ["/kodtabeller", "/kodtabeller/projekt"])
@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "registrator", "revisor", "admin"])
def test_the_tables_are_finances(client_for: ClientFor, address: str, username: str) -> None:
    assert client_for(username).get(address).status_code == 403


def test_a_part_that_the_coding_lacks_is_unknown(client_for: ClientFor) -> None:
    assert client_for("ekonom").get("/kodtabeller/objekt").status_code == 404


def _small(town: Town) -> UUID:
    """A decided case of one line, so that several fit below the ceiling."""
    request = a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000")
    return a_decision(town, request)[0]


def _decided(app: Flask, town: Town) -> tuple[UUID, str]:
    with app.app_context():
        case_id = _small(town)
        return case_id, str(decision_of(case_id).lines[0].public_id)


def _codes(line: str, **change: str) -> dict[str, str]:
    codes = {"ansvar": "1420", "konto": "5410"} | change
    return {"code:from:konto": "5099", **{f"code:{line}:{part}": value for part, value in codes.items()}}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1009", "Projekt ”1009” finns inte i kodtabellen. Giltiga koder är till exempel 1001 Torget, 1002 Väktare."),
        ("1003", "Projekt 1003 är stängd sedan 31\u00a0december\u00a02025. Giltiga koder är till exempel"),
    ],
)
def test_a_wrong_or_closed_code_is_told_with_what_is_valid(
    app: Flask, town: Town, client_for: ClientFor, code: str, said: str
) -> None:
    client = client_for("ekonom")
    read_in(client, PROJECTS)
    case_id, line = _decided(app, town)
    answer = fill(client, f"/askanden/{case_id}/bokfor", password=PASSWORD, outcome=code, **_codes(line))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with app.app_context():
        assert case_of(case_id).status == "decided"


def test_the_form_suggests_the_valid_codes_and_proposes_the_first_free_one(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    client = client_for("ekonom")
    read_in(client, PROJECTS)
    first, line = _decided(app, town)
    page = client.get(f"/askanden/{first}/bokfor").get_data(as_text=True)
    assert '<option value="1001">Torget</option>' in page and 'value="1003"' not in page
    assert fields(page)["outcome"] == "1001"
    assert fill(client, f"/askanden/{first}/bokfor", password=PASSWORD, **_codes(line)).status_code == 303
    second, _line = _decided(app, town)
    assert fields(client.get(f"/askanden/{second}/bokfor").get_data(as_text=True))["outcome"] == "1002"


def test_without_a_table_the_code_is_proposed_from_the_cases_number(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, _line = _decided(app, town)
    page = client_for("ekonom").get(f"/askanden/{case_id}/bokfor").get_data(as_text=True)
    with app.app_context():
        case = case_of(case_id)
        assert fields(page)["outcome"] == f"{(case.year or 0) % 100}{case.serial:04d}"


def test_the_sum_of_the_first_grant_is_not_mixed_with_another_the_same_year(app: Flask, town: Town) -> None:
    with app.app_context():
        first = a_recorded_case(town, _small(town))
        code = an_entry(decision_of(first)).outcome
        number = case_of(first).number
        second = _small(town)
        with pytest.raises(Invalid) as error:
            _record(town, second, outcome=code)
        assert error.value.problems == {
            "outcome": f"Projekt {code} används redan för beviljandet i {number} samma år. Ange ett annat."
        }
        session.rollback()
        with transaction():
            session.execute(update(Case).where(Case.public_id == first).values(is_secret=True))
        with pytest.raises(Invalid) as error:
            _record(town, second, "ekonom2", outcome=code)
        assert "ett annat beviljande samma år" in error.value.problems["outcome"]
        assert str(number) not in error.value.problems["outcome"]


def test_a_yearly_grant_keeps_its_code_the_years_after(app: Flask, town: Town) -> None:
    with app.app_context():
        first = _small(town)
        _record(town, first, frequency="yearly")
        code = an_entry(decision_of(first)).outcome
        with transaction():  # as if it had been recorded two years ago
            session.execute(update(BudgetEntry).values(period="2024-03"))
        second = _small(town)
        with pytest.raises(Invalid):
            _record(town, second, outcome=code)
        session.rollback()
        with transaction():
            session.execute(update(BudgetEntry).values(frequency="once"))
        _record(town, second, outcome=code)


def test_the_decision_that_replaces_another_is_read_on_the_same_code(app: Flask, town: Town) -> None:
    with app.app_context():
        first = a_recorded_case(town)
        code = an_entry(decision_of(first)).outcome
        answer = an_answer(first, 50_000, 400_000, 300_000, True)
        with transaction():
            decisions.replace_decision(
                case_id=first, answer=answer, reason="Beloppet var fel.", by=town.actor("kommunchef"), seen_version=None
            )
        _record(town, first, outcome=code)
        entries = session.execute(select(BudgetEntry.kind, BudgetEntry.outcome_code).order_by(BudgetEntry.id)).all()
        assert sorted(map(tuple, entries)) == [("decision", code), ("decision", code), ("reversal", code)]


def test_a_period_outside_the_year_of_the_money_is_refused(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, line = _decided(app, town)
    answer = fill(client_for("ekonom"), f"/askanden/{case_id}/bokfor", password=PASSWORD, period="2031-01", **_codes(line))
    assert answer.status_code == 422
    assert "Medlen är avsatta för" in answer.get_data(as_text=True)
