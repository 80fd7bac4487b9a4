"""A form sent after the session ended, by a browser without script: what was typed is carried through the sign-in."""

from html.parser import HTMLParser

from flask import Flask

from tests.conftest import PASSWORD
from tests.factories.town import Town


class Inputs(HTMLParser):
    """The named inputs of a page, with the text of hidden text areas."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.fields.append((str(found["name"]), found.get("value") or ""))
        if tag == "textarea":
            self._area = str(found["name"])
            self.fields.append((self._area, ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[-1] = (self._area, self.fields[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None

    def value(self, name: str) -> str:
        return dict(self.fields)[name].removeprefix("\n")  # as a browser reads a text area


TYPED = {"title": 'Rubrik med "citat" & <tecken>', "points": "Första\n\nandra", "password": "hemligt", "csrf_token": "x"}


def test_what_was_typed_is_there_after_signing_in(app: Flask, town: Town) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    late = client.post("/askanden/0b0e7a0e-5a55-4c5e-9d0a-3f1f6f6f6f6f/aterkalla?del=1", data=TYPED)
    assert late.status_code == 401
    sign_in = Inputs(late.get_data(as_text=True))
    fields = {**dict(sign_in.fields), "username": "sakerhetschef", "password": PASSWORD}
    entered = client.post("/logga-in", data=fields).get_data(as_text=True)
    carried = Inputs(entered)
    assert carried.value("title") == TYPED["title"]
    assert carried.value("points") == TYPED["points"]
    assert 'action="/askanden/0b0e7a0e-5a55-4c5e-9d0a-3f1f6f6f6f6f/aterkalla?del=1"' in entered
    assert "hemligt" not in late.get_data(as_text=True)
    assert "hemligt" not in entered.replace(PASSWORD, "")


def test_a_wrong_password_on_the_way_loses_nothing(app: Flask, town: Town) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    late = Inputs(client.post("/konto/losenord", data={"title": "kvar"}).get_data(as_text=True))
    again = client.post("/logga-in", data={**dict(late.fields), "username": "sakerhetschef", "password": "fel"})
    assert again.status_code == 422
    assert "kvar" in Inputs(again.get_data(as_text=True)).value("kept")


def test_a_form_from_another_site_is_not_carried(app: Flask, town: Town) -> None:
    answer = app.test_client().post("/konto/losenord", data={"title": "x"}, headers={"Origin": "https://annan.example"})
    assert answer.status_code == 403
    assert "kept" not in answer.get_data(as_text=True)


def test_the_carried_form_never_leads_out_of_the_portal(app: Flask, town: Town) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    fields = {"username": "sakerhetschef", "password": PASSWORD, "kept": '[["a","b"]]', "kept_to": "https://annan.example/"}
    entered = app.test_client().post("/logga-in", data=fields).get_data(as_text=True)
    assert 'action="/"' in entered
    assert "annan.example" not in entered
