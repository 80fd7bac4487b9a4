"""What holds for every answer, whatever was asked."""

import html
import re
from urllib.parse import urlsplit

from tests.inputs.stage import HOST, Answer, Asked, Stage

SAFE = ("GET", "HEAD", "OPTIONS")
# What is noted of everyone who looks or tries, and is no part of what an act may change.
NOTED = frozenset({"user_session", "sign_in_attempt", "log_entry", "log_body", "log_head", "sqlite_sequence", "case_look"})
NOTES = frozenset({"register.read_secret", "people.sign_in_refused", "people.confirm", "dispatch.open"})
# A copy is opened by reading it; a password tried in passing counts as given for five minutes.
READ = frozenset({"dispatch_copy", *NOTED})
WEBSERVER_ENGLISH = re.compile(
    r"Bad Request|Not Found|Method Not Allowed|Internal Server Error|The browser \(or proxy\)|The requested URL", re.I
)
ANSWERED_WITHOUT_WORKER = "Bakgrundsarbetaren svarar inte."


def problems(stage: Stage, asked: Asked, answer: Answer) -> list[str]:
    """What did not hold, one line each; empty when all is well. Sets the database back when it was changed."""
    found = [*_faults(stage, asked, answer), *_leaks(asked, answer), *_sentence(asked, answer), *_kept(asked, answer)]
    if stage.changed():
        found += _changes(stage, asked, answer)
        stage.set_back()
    return found


def _faults(stage: Stage, asked: Asked, answer: Answer) -> list[str]:
    found = []
    lines, stage.heard.lines = stage.heard.lines, []
    waits = answer.status == 503 and asked.path == "/halsa" and ANSWERED_WITHOUT_WORKER in answer.body.decode()
    if answer.status >= 500 and not waits:
        stage.faults += 1
        found.append(f"status {answer.status}")
    if b"Traceback (most recent call last)" in answer.body or b"sqlalchemy" in answer.body:
        found.append("the page shows the program's insides")
    return found + [f"logged: {line[-1500:]}" for line in lines]


def _leaks(asked: Asked, answer: Answer) -> list[str]:
    found = []
    if answer.header("Content-Type").startswith("text/html") and b"<x-canary" in answer.body:
        found.append("what was sent stands unescaped in the page")
    for name, value in answer.headers:
        if name.lower() == "x-canary" or "\r" in value or "\n" in value:
            found.append(f"header injected: {name}")
    there = answer.header("Location")
    if there and (there.startswith(("//", "/\\")) or urlsplit(there).netloc not in ("", HOST)):
        found.append(f"redirect away: {there}")
    return found


def _sentence(asked: Asked, answer: Answer) -> list[str]:
    """Every refusal is a page (or a fragment, or a line) in Swedish with at least one whole sentence."""
    if answer.status < 400 or asked.method == "HEAD":
        return []
    text = html.unescape(re.sub(r"<[^>]*>", " ", answer.body.decode("utf-8", "replace")))
    if not re.search(r"[A-ZÅÄÖ][^.]*[a-zåäö]{2,}[^.]*\.", text):
        return [f"no sentence: {text.strip()[:200]!r}"]
    return ["the web server's English"] if WEBSERVER_ENGLISH.search(text) else []


def _kept(asked: Asked, answer: Answer) -> list[str]:
    """A form that did not hold is drawn again with what was typed."""
    if answer.status != 422 or _is_put_beside(asked, answer):
        return []
    page = html.unescape(answer.body.decode("utf-8", "replace"))
    return [f"lost what was typed: {text!r}" for text in asked.kept if text not in page]


def _is_put_beside(asked: Asked, answer: Answer) -> bool:
    """What the page asks for while someone types is said beside the form, which stays as it stands: no form comes back."""
    return asked.path.endswith("/spara") and ("HX-Request", "true") in asked.headers and b"<form" not in answer.body


def _changes(stage: Stage, asked: Asked, answer: Answer) -> list[str]:
    """Reading and being refused change nothing but what is noted of everyone."""
    if asked.method not in SAFE and answer.status < 400:
        return []
    differences = stage.differences()
    allowed = READ if asked.method in SAFE else NOTED
    found = [f"{answer.status} but changed: {name} {rows[:2]}" for name, rows in differences.items() if name not in allowed]
    acts = {
        str(value) for row in differences.get("log_entry", []) for value in row if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(value))
    }
    return found + [f"{answer.status} but in the log: {act}" for act in sorted(acts - NOTES)]
