"""How much the database is asked by the pages that only stand where a file has been made, left or asked for."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from portal.accounting.models import ExportTemplate
from portal.db import session
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.town import Town
from tests.forms import fill
from tests.integration.accounting.test_codes import PROJECTS, read_in, upload
from tests.integration.accounting.test_export import make_file, recorded
from tests.integration.test_statements import MOST, statements, told


def test_the_pages_of_codes_control_and_files_ask_at_most_twelve(app: Flask, town: Town, client_for: ClientFor) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], budget_control=True)
    client, other = client_for("ekonom"), client_for("ekonom2")
    with app.app_context():
        first = recorded(town)
    assert fill(other, f"/askanden/{first}/kontrollera-justering").status_code == 303
    page = make_file(client)
    fill(client, "/budgetexport/mallar/ny", name="Mallen")
    with app.app_context():
        case_id = recorded(town, by="ekonom")
        waits = a_decision(town, a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000"))[0]
        template = session.scalars(select(ExportTemplate.public_id)).one()
    read_in(client, PROJECTS)
    read_in(client, PROJECTS, "aktivitet")
    left = upload(client, PROJECTS.replace("Torget", "Stortorget")).location
    looked_at = {
        f"/askanden/{case_id}/kontrollera-justering": other,
        f"/askanden/{case_id}": other,
        f"/askanden/{waits}/bokfor": other,
        "/budgetjusteringar": other,
        "/budgetexport": client,
        f"/budgetexport/mallar/{template}": client,
        page: client,
        f"{page}/fil.csv": client,
        f"{page}/fil.xlsx": client,
        left: client,
        "/": other,
    }
    for address, person in looked_at.items():
        seen = statements(app, person, address)
        assert len(seen) <= MOST, f"{address} {len(seen)}\n{told(seen)}"
