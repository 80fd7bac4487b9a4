"""People who take cases from the first submit to the accepted report, whatever happens to the portal meanwhile."""

import hashlib
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Event
from uuid import UUID

from lxml import html

from tests.conftest import PASSWORD
from tests.robustness.visitor import Acknowledged, Form, Pairs, Visitor

ASKED, USED = 200, 50
LETTER = "Äskande\n\nVi behöver {amount} kr till kameror vid torget, nummer {number}.\n"


class Patient(Visitor):
    """A visitor who signs in again when signed out, and who, when refused, waits and tries anew.

    So when the clock is wrong: sessions run out, delegations and budget years are not in force.
    """

    def sign_in(self) -> None:
        """As often as it takes: the clock may be set between two steps. A session that ran out may live again."""
        while (answer := self.insist("GET", "/logga-in")).status == 200:
            form = html.fromstring(answer.body).forms[0]
            pairs = [pair for pair in form.form_values() if pair[0] not in ("username", "password")]
            given = [*pairs, ("username", self.username), ("password", PASSWORD)]
            if (answer := self.insist("POST", "/logga-in", given)).status == 303:
                return
            assert answer.status in (400, 403), (answer.status, answer.text())
            self._wait()

    def page(self, path: str) -> html.HtmlElement:
        """The page, once it is there for this person."""
        while True:
            answer = self.insist("GET", path)
            if answer.status == 200:
                return html.fromstring(answer.body)
            assert answer.status in (303, 403, 404, 409), (path, answer.status, answer.text())
            if answer.location.startswith("/logga-in"):
                self.sign_in()
            else:
                self._wait()

    def form(self, path: str, **filled: str) -> Form:
        """The form of the page, once it is there: where the act is not open now, the page says why and has none."""
        while not self.page(path).xpath("//form[.//input[@name='form_key']]"):
            self._wait()
        return super().form(path, **filled)

    def do(self, path: str, **filled: str) -> None:
        """As any visitor does; after signing in again the same form is sent, with the key it had."""
        while True:
            form = self.form(path, **filled)
            answer = self.insist("POST", form.to, form.pairs)
            while answer.status == 401 or answer.location.startswith("/logga-in"):
                self.sign_in()
                answer = self.insist("POST", form.to, self._with_token_of_now(form))
            if answer.status == 303:
                self.journal.append(Acknowledged(self.username, form.to, dict(form.pairs)["form_key"], answer.location))
                return
            assert answer.status in (403, 404, 409, 422), (path, answer.status, answer.text())
            self._wait()

    def _with_token_of_now(self, form: Form) -> Pairs:
        token = str(self.page("/").xpath("//input[@name='csrf_token']/@value")[0])
        return [(name, token if name == "csrf_token" else value) for name, value in form.pairs]

    def _wait(self) -> None:
        assert not self.stopped.wait(0.3), "told to stop"


class Walker:
    """Three people on one road."""

    def __init__(self, port: int, kind: type[Visitor] = Visitor) -> None:
        self.asks, self.decides, self.records = (kind(port, name) for name in ("sakerhetschef", "kommunchef", "ekonom"))
        self.people = (self.asks, self.decides, self.records)
        for person in self.people:
            person.sign_in()

    def walk(self, case_id: UUID) -> None:
        """The whole road of one case."""
        here = f"/askanden/{case_id}"
        self.asks.do(f"{here}/granska")
        self.decides.do(f"{here}/besluta")
        self.records.do(f"{here}/bokfor", **{"code:": "4600", "source:": "4600"})
        self.asks.do(f"{here}/slutredovisa", used=str(USED), effect="Det blev tryggare.")
        self.records.do(f"{here}/godkann-slutredovisning")

    def read_in(self, number: int) -> str:
        """Leave a letter with the portal; the SHA-256 under which it has to be kept from then on."""
        text = LETTER.format(amount=ASKED, number=number)
        self.asks.do("/askanden/las-in", text=text, classified="nej")
        # A browser sends the line breaks of a text field as CR LF (HTML, form submission).
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class People:
    """Some walkers at work on the same pile of drafts, each in a thread of its own."""

    walkers: list[Walker]
    pile: "Queue[UUID]"
    enough: Event = field(default_factory=Event)
    walked: list[UUID] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    pause_seconds: float = 0.0

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(len(self.walkers))
        self._work: list[Future[None]] = []

    def begin(self) -> None:
        """Everyone sets to work."""
        self._work = [self._pool.submit(self._walk, number) for number in range(len(self.walkers))]

    def _walk(self, number: int) -> None:
        walker = self.walkers[number]
        while not self.enough.is_set():
            try:
                case_id = self.pile.get(timeout=0.05)
            except Empty:
                continue
            walker.walk(case_id)
            self.walked.append(case_id)
            self.letters.add(walker.read_in(len(self.walked) * len(self.walkers) + number))
            time.sleep(self.pause_seconds)

    def are_at_work(self) -> None:
        """Raises what anyone met with that nobody should."""
        for each in self._work:
            if each.done():
                each.result()
                raise AssertionError("someone went home")

    def finish(self) -> None:
        """Everyone walks the case in hand to its end. Raises what anyone of them met with."""
        self.enough.set()
        for each in self._work:
            each.result()
        self._pool.shutdown()

    def go_home(self) -> None:
        """Everyone stops, whatever they have in hand; nobody waits for an answer."""
        self.enough.set()
        for person in self.everyone():
            person.stopped.set()
        self._pool.shutdown()

    def everyone(self) -> list[Visitor]:
        """All of them."""
        return [person for walker in self.walkers for person in walker.people]

    def journal(self) -> list[Acknowledged]:
        """Everything that has been acknowledged to anyone so far."""
        return [each for person in self.everyone() for each in list(person.journal)]
