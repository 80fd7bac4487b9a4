"""Sending a request as a person, telling what came of it and who said so, and holding it against what is expected."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4
from zlib import crc32

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.funding_requests.lifecycle import Action
from tests.policy import forms
from tests.policy.expected import Expected, at_the_door, expected, sees
from tests.policy.people import EVERYONE, Who
from tests.policy.places import KNOWN, Place
from tests.policy.table import ROWS, Outcome, Row
from tests.policy.world import Known, World
from tests.scale import SOAK
from tests.standing import Standing

O = Outcome  # noqa: E741  # the outcomes are named on every other line
NOWHERE = "unknown"
DOOR_SAYS = "Ingen av dina roller ger rätt till sidan."
# What a denial may write: that secret content was read, by one who may read it, is in the log before the answer leaves.
TRACES = {"log_entry", "log_body", "log_leaf", "log_node", "log_head", "log_checkpoint"}
_TOKEN = re.compile(rb'(name="csrf_token" value="|X-CSRFToken": ")[^"]+')


@dataclass(frozen=True, slots=True)
class Address:
    """One rule and method of the application with its row of the table."""

    rule: Rule
    row: Row

    def __str__(self) -> str:
        return f"{self.row.method} {self.rule.rule}"


@dataclass(frozen=True, slots=True)
class Got:
    """What came back."""

    outcome: Outcome | None
    text: str
    answer: TestResponse

    @property
    def bytes(self) -> tuple[object, ...]:
        """Everything a stranger could tell two answers apart by; the token of the form is new in every answer."""
        return self.answer.status, sorted(self.answer.headers), _TOKEN.sub(rb"\1", self.answer.get_data())


def addresses(standing: Standing) -> Iterator[Address]:
    """Every rule of the application with every method it answers to."""
    for rule in standing.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Address(rule, ROWS[rule.endpoint, method])


def path(address: Address, known: dict[str, object]) -> str:
    """The address with its parameters filled in."""
    built = address.rule.build(known, append_unknown=False)
    assert built is not None
    return built[1]


def _parameters(address: Address, case: Known) -> dict[str, object]:
    copy = next(iter(case.copies.values()), None)
    known = {
        "case_id": case.case_id,
        "redistribution_id": case.redistribution,
        "document_id": case.document,
        "registered_id": case.registered,
        "number": 1,
        "copy_id": case.copies.get("Lokalpolisområdet", copy),
    }
    return {name: known.get(name) or uuid4() for name in address.rule.arguments}


class Sender:
    """Sends requests as the persons of a world."""

    def __init__(self, world: World, standing: Standing) -> None:
        self.world, self.standing = world, standing
        standing.app.config["WTF_CSRF_ENABLED"] = False
        self.client: FlaskClient = standing.app.test_client(use_cookies=False)
        self._nowhere: dict[tuple[str, str, bool], Got] = {}
        self._rows: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self.restore()

    def parameters(self, address: Address, place: str) -> dict[str, object]:
        """What an address about a case names; a row that the case lacks is one that does not exist."""
        return _parameters(address, self.world.cases[place])

    def send(
        self,
        address: Address,
        who: Who,
        known: dict[str, object],
        form: forms.Form | None = None,
        *,
        method: str | None = None,
    ) -> Got:
        """The request, without following where it leads."""
        cookie = self.world.cookies.get(who.username)
        headers = {"Cookie": cookie} if cookie else {}
        answer = self.client.open(path(address, known), method=method or address.row.method, headers=headers, data=form)
        answer.get_data()  # kept; a file is let go of
        answer.close()
        return self._told(address.row, answer)

    def nowhere(self, address: Address, who: Who, form: forms.Form | None) -> Got:
        """The same request about a case that there is not; asked once for each person and kind of form."""
        key = (str(address), who.username, form is not None and len(form) > 0)
        if key not in self._nowhere:
            unknown: dict[str, object] = {name: uuid4() for name in address.rule.arguments}
            if address.row.action is Action.ARCHIVE and form:
                form = {**form, "case": str(uuid4())}
            self._nowhere[key] = self.send(address, who, unknown, form)
            if self.standing.changed():
                raise AssertionError(f"{address} as {who.username} about nothing at all changed the database")
        return self._nowhere[key]

    def _told(self, row: Row, answer: TestResponse) -> Got:
        status, text = answer.status_code, ""
        if status == 303 and (answer.location or "").startswith("/logga-in"):
            return Got(O.SIGN_IN, text, answer)
        if row.action is Action.ARCHIVE and status == 303:
            return self._archived(answer)
        if status in (200, 403, 409, 422) and answer.mimetype == "text/html":
            text = html.unescape(answer.get_data(as_text=True)).replace("\u00a0", " ")
        if status == 403:
            return Got(O.DOOR if DOOR_SAYS in text else O.RULE, text, answer)
        if status == 200 and row.refuses and 'name="form_key"' not in text:
            return Got(O.RULE, text, answer)  # the sentence stands in place of the form
        plain = {200: O.SHOWN, 303: O.DONE, 401: O.SIGN_IN, 404: O.UNKNOWN, 405: O.METHOD, 409: O.CONFLICT, 422: O.INVALID}
        return Got(plain.get(status), text or answer.status, answer)

    def _archived(self, answer: TestResponse) -> Got:
        """Archiving many goes on past those that cannot be, and says why in a notice on the next page."""
        cookie = answer.headers.get("Set-Cookie", "").partition("=")[2].partition(";")[0]
        signer = self.standing.app.session_interface.get_signing_serializer(self.standing.app)  # type: ignore[attr-defined]
        said = " ".join(text for _kind, text in signer.loads(cookie).get("_flashes", ()))
        if "Ett av ärendena finns inte" in said:
            return Got(O.UNKNOWN, said, answer)
        if "arkiverades inte" not in said:
            return Got(O.DONE, said, answer)
        refused = "Ärenden arkiveras av" in said or "jäv" in said
        return Got(O.RULE if refused else O.CONFLICT, said, answer)

    def wrong(self, address: Address, who: Who, place: str, got: Got, wanted: Expected) -> list[str]:
        """What is not as it should be: the outcome, who says so, and what was left in the database."""
        said = f"{address} as {who.username or 'nobody'} in “{place}”"
        changed = self.standing.changed()
        problems = []
        if got.outcome is not wanted.outcome:
            problems.append(f"{said}: {got.outcome or got.text} ({_sentence(got)}), expected {wanted}")
        elif wanted.says and not any(sentence in got.text for sentence in wanted.says):
            problems.append(f"{said}: no sentence of {wanted.says} in {_sentence(got)!r}")
        if changed:
            problems += self._left(said, address.row, place, who, got)
        elif address.row.method == "POST" and got.outcome is O.DONE:
            problems.append(f"{said}: done, and nothing changed")
        return problems

    def _left(self, said: str, row: Row, place: str, who: Who, got: Got) -> list[str]:
        """A commit: of an act that was done it is put back, of anything else only a trace may be left."""
        if row.method == "POST" and (got.outcome is O.DONE or row.endpoint == "people.log_out"):
            self.restore()
            return []
        before, after = self._rows, self.standing.rows()
        grown = {name for name in after if after[name] != before[name]}
        reads = place in KNOWN and KNOWN[place].secret and sees(KNOWN[place], who)
        looked = row.endpoint == "desk.case" and got.outcome is O.SHOWN
        if looked and grown <= TRACES | {"case_look"}:
            self._rows = after  # that the person looked is noted once the page is made
            return []
        receipt = row.endpoint in ("dispatch.copy", "dispatch.copy_document")
        if reads and grown and grown <= TRACES:
            self._rows = after  # the trace may lie; a request must not see it
            return []
        self.restore()
        return [] if receipt and grown <= TRACES else [f"{said}: {got.outcome}, and {sorted(grown) or 'a row'} changed"]

    def restore(self) -> None:
        """Put the database back as the world left it."""
        with self.standing.app.app_context():
            self.standing.restore()
        self._first = self._first or self.standing.rows()  # of the same file each time
        self._rows = self._first


def _sentence(got: Got) -> str:
    """The words of a page that was not expected, cut to what a person would read first."""
    main = got.text.partition("<main")[2] or got.text
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())[:160]


OF_A_CASE = {"case_id", "document_id", "registered_id"}
"""Parameters that name a case or what belongs to one."""


def of_cases(standing: Standing) -> list[Address]:
    """The addresses that name a case or something that belongs to one."""
    return [each for each in addresses(standing) if each.rule.arguments & OF_A_CASE or each.row.endpoint == "archive.archive"]


AT_THE_DOOR = "draft"
"""Where those whom the door stops try it in the short run: the door does not look at the case."""
TRIED_WHOLE = (AT_THE_DOOR, "dispatched, secret")
"""Where everyone else tries everything in the short run too."""


def cells(standing: Standing, method: str, place: str) -> Iterator[tuple[Address, Who]]:
    """Who asks for what in the place: everyone for everything in `make soak`, else what the place has a say in."""
    for address in of_cases(standing):
        if address.row.method != method:
            continue
        done = False
        for who in EVERYONE:
            if at_the_door(address.row, who) is not None:
                chosen = SOAK or place == AT_THE_DOOR
            else:
                outcome = expected(address.row, who, KNOWN[place]).outcome
                first, done = outcome is O.DONE and not done, done or outcome is O.DONE
                chosen = SOAK or place in TRIED_WHOLE or first or _worth(address, who, place, outcome)
            if chosen:
                yield address, who


def _worth(address: Address, who: Who, place: str, outcome: Outcome | None) -> bool:
    """Whether the short run sends the request, beside the first by whom the act is done: every act that is ruled out; every
    third that is done, since the operations are called as everyone in ``tests/integration/test_road_actions.py``; of those
    that are alike for many addresses (not seen, not in turn, a page) every tenth. The same ones in every run."""
    chance = crc32(f"{address} {who.username} {place}".encode())
    if address.row.method == "GET" or outcome in (O.UNKNOWN, O.CONFLICT):
        return chance % 10 == 0
    return outcome is not O.DONE or chance % 3 == 0


def try_place(sender: Sender, address: Address, who: Who, place: str) -> tuple[Got, list[str]]:
    """One cell: the request where the case stands in ``place``, and what is wrong with its answer."""
    world, row = sender.world, address.row
    known = sender.parameters(address, place)
    form = forms.of_case(world, row.endpoint, row.action, place) if row.method == "POST" else None
    got = sender.send(address, who, known, form)
    wanted = expected(row, who, _standing_in(row, place, world.cases[place]))
    wrong = sender.wrong(address, who, place, got, wanted)
    if wanted.outcome is O.UNKNOWN and not wrong:
        wrong += _told_apart(address, who, place, got, sender.nowhere(address, who, form))
        if form and (SOAK or place == EMPTY_FORMS):
            nowhere, empty = sender.nowhere(address, who, {}), sender.send(address, who, known, {})
            if row.action is not Action.ARCHIVE:  # which names its cases in the form, and so nothing here
                wrong += sender.wrong(address, who, place, empty, wanted)
            wrong += _told_apart(address, who, place, empty, nowhere)
    return got, wrong


EMPTY_FORMS = "draft"
"""Where an empty form is sent too, in the short run: most may not see a draft."""


def _told_apart(address: Address, who: Who, place: str, got: Got, nowhere: Got) -> list[str]:
    """What is not to be seen answers with the bytes of what is not there."""
    same = got.text == nowhere.text if address.row.action is Action.ARCHIVE else got.bytes == nowhere.bytes
    return [] if same else [f"{address} as {who.username} in “{place}”: can be told from a case that there is not"]


def _standing_in(row: Row, place: str, case: Known) -> Place | None:
    """The place as the address sees it: without the document or copy it names, it names nothing."""
    if (
        row.endpoint in ("desk.download", "previews.show", "masking.mask_copy", "masking.perform_mask_copy")
        and case.document is None
    ):
        return None
    if row.endpoint.startswith("registered.") and case.registered is None:
        return None
    if row.endpoint in ("desk.page_picture", "previews.picture") and not case.has_pages:
        return None
    if row.endpoint.endswith(("retry", "missive")) and not case.copies:
        return None
    return KNOWN[place]
