"""Redistributing, reporting back and answering in the browser."""

from uuid import UUID

from flask import Flask

from portal.funding_requests.lifecycle import Status
from tests.conftest import ClientFor
from tests.factories.accounting import CODE, a_recorded_case, amounts_of, decision_of, redistribute, report_back
from tests.factories.decisions import case_of
from tests.factories.road import case_in
from tests.factories.town import Town
from tests.forms import fill


def _recorded(app: Flask, town: Town) -> tuple[UUID, dict[str, str]]:
    with app.app_context():
        case_id = a_recorded_case(town)
        return case_id, {line.label: str(line.public_id) for line in decision_of(case_id).lines}


def _status(app: Flask, case_id: UUID) -> str:
    with app.app_context():
        return case_of(case_id).status


def test_money_is_moved_as_people_write_amounts_and_finance_confirms(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _recorded(app, town)
    address = f"/askanden/{case_id}/omfordela"
    typed = {f"amount:{lines['Kamerabevakning']}": "570 tkr", f"amount:{lines['Extra väktare']}": "0,33 mnkr"}
    assert fill(client_for("sakerhetschef"), address, reason="Fler väktare.", **typed).status_code == 303
    with app.app_context():
        assert amounts_of(case_id)["Extra väktare"] == 330_000
    finance = client_for("ekonom")
    listed = finance.get("/omfordelningar").get_data(as_text=True)
    assert "30\u00a0000\u00a0kr" in listed
    page = finance.get(f"/askanden/{case_id}/omfordela/bekrafta").get_data(as_text=True)
    assert f'value="{CODE["konto"]}"' in page  # filled in from the entry of the decision
    send = page.split('action="/askanden/', 1)[1].split('"', 1)[0]
    assert fill(finance, f"/askanden/{case_id}/omfordela/bekrafta", to=f"/askanden/{send}").status_code == 303
    assert "Ingen omfördelning väntar" in finance.get("/omfordelningar").get_data(as_text=True)


def test_an_amount_that_can_mean_two_things_is_asked_about_and_nothing_moves(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    case_id, lines = _recorded(app, town)
    client, address = client_for("sakerhetschef"), f"/askanden/{case_id}/omfordela"
    for wrong in ("1.500", "٥٧٠٠٠٠", "-1", "1" + "0" * 30, "40-50 tkr", "x\x00"):
        answer = fill(client, address, reason="Skäl.", **{f"amount:{lines['Kamerabevakning']}": wrong})
        assert answer.status_code == 422
    with app.app_context():
        assert amounts_of(case_id)["Kamerabevakning"] == 600_000


def test_a_page_grown_stale_answers_409_and_keeps_what_was_typed(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _recorded(app, town)
    typed = {f"amount:{lines['Kamerabevakning']}": "590 tkr", f"amount:{lines['Extra väktare']}": "310 tkr"}
    answer = fill(client_for("sakerhetschef"), f"/askanden/{case_id}/omfordela", reason="Skäl.", version="1", **typed)
    assert answer.status_code == 409
    assert "590 tkr" in answer.get_data(as_text=True)


def test_the_report_goes_from_the_requester_to_finance_and_back(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _recorded(app, town)
    requester, finance = client_for("sakerhetschef"), client_for("ekonom")
    address = f"/askanden/{case_id}/slutredovisa"
    typed = {f"effect:{line}": "Färre brott." for line in lines.values()}
    missing = fill(requester, address, **typed)
    assert missing.status_code == 422 and "Ange utfallet för Kamerabevakning" in missing.get_data(as_text=True)
    typed |= {f"used:{lines[label]}": kronor for label, kronor in (
        ("Trygghetsskapande insatser", "100 tkr"), ("Kamerabevakning", "580 000"), ("Extra väktare", "300 000"))}  # fmt: skip
    assert fill(requester, address, **typed).status_code == 303
    assert fill(finance, f"/askanden/{case_id}/aterlamna-slutredovisning", reason="Visa mått.").status_code == 303
    again = requester.get(address).get_data(as_text=True)
    assert "Visa mått." in again and "580\u00a0000\u00a0kr" in again
    assert fill(requester, address, **typed).status_code == 303
    page = finance.get(f"/askanden/{case_id}/godkann-slutredovisning").get_data(as_text=True)
    assert "Tillbaka till Trygghetsmiljonen" in page and "20\u00a0000\u00a0kr" in page
    assert fill(finance, f"/askanden/{case_id}/godkann-slutredovisning").status_code == 303
    assert _status(app, case_id) == "settled"


def test_a_refused_action_shows_its_sentence_instead_of_the_form(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, _lines = _recorded(app, town)
    with app.app_context():
        redistribute(town, case_id, **{"Kamerabevakning": 590_000, "Extra väktare": 310_000})
    page = client_for("sakerhetschef").get(f"/askanden/{case_id}/slutredovisa").get_data(as_text=True)
    assert "En omfördelning väntar på ekonomens bekräftelse." in page
    assert 'name="summary"' not in page


def test_more_used_than_granted_is_marked_on_the_case_page(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, _lines = _recorded(app, town)
    with app.app_context():
        report_back(town, case_id, summary="En kamera till.", Kamerabevakning=610_000)
    assert "Mer än beviljat" in client_for("ekonom").get(f"/askanden/{case_id}").get_data(as_text=True)


def test_a_report_that_has_been_made_is_never_called_missing(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = case_in(Status.REPORTED, town)
    client = client_for("sakerhetschef")
    page = client.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "granskas av ekonomi" in page and "redovisas senast" not in page
    chief = client_for("kommunchef")
    for place in ("/askanden", "/beslut"):
        listed = chief.get(place).get_data(as_text=True)
        assert "granskas" in listed and "inte redovisat" not in listed, place
