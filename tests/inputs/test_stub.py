"""The description given to the scanners leaves out nothing that the portal answers."""

from flask import Flask

from tests.inputs.forms import Found
from tests.inputs.stub import OURS, describe, operations


def test_every_endpoint_is_described_with_every_method_it_takes(app: Flask) -> None:
    wanted = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in OURS & (rule.methods or set())}
    assert operations(describe(app, Found())) == wanted


def test_a_new_address_is_described_without_anyone_telling(app: Flask) -> None:
    app.add_url_rule("/nytt/<uuid:thing_id>", "nytt", lambda **_: "", methods=["GET", "POST"])
    described = describe(app, Found())["paths"]["/nytt/{thing_id}"]
    assert set(described) == {"get", "post"}
    assert described["get"]["parameters"][0]["schema"] == {"type": "string", "format": "uuid"}
