"""The scanners, each as it is run against a served demo, and what each says it found.

Everything stays on this machine: no module that asks outside, no report home, and a proxy nobody listens on for the rest.
"""

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from tests.inputs.demo import Demo, Person
from tests.inputs.forms import Form
from tests.inputs.stub import describe
from tests.robustness.served import ROOT

BIN = ROOT / ".venv-scanners" / "bin"
ACCEPTED = Path(__file__).parent / "accepted.toml"
NOWHERE = "http://127.0.0.1:9"
CHECKS = "not_a_server_error,allow_header_conformance,unsupported_method"
# Those that ask another machine (ssrf, xxe, log4shell) or know products by their pages (wapp, cms, nikto) are left out.
MODULES = "cookieflags,csp,csrf,exec,file,http_headers,permanentxss,redirect,sql,timesql,upload,xss,crlf,methods,backup"
# What ends the session that looks, or somebody's account.
LEFT_OUT = (
    "people.log_out",
    "people.end_session",
    "people.end_other_sessions",
    "people.change_password",
    "administration.end_sessions",
    "administration.disable",
)
LEAST_OF_A_FORM, UNTIL_SURE = 45, 900  # seconds
UNTRIED = "form_key,version,page"  # without them nothing else is read; the bulk run tries them, and the cookie with addresses
# A form with the key of one that was taken is answered as that one was: what else it holds would never be read.
FRESH_KEY = "import uuid; form_key = str(uuid.uuid4())"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_SQLMAP_FOUND = re.compile(
    r"(?:^Parameter: .+|.* parameter '.+' (?:is|appears to be) .*(?:injectable|vulnerable).*)$", re.MULTILINE
)
_NO_DOUBT = re.compile(r"\[INFO\] testing|does not (?:seem|appear)|might not be injectable")
# What it says of a parameter that seemed to be a hole until it looked closer.
_TAKEN_BACK = re.compile(
    r"false positive or unexploitable injection point detected\s+.* parameter '(.+)' does not seem to be inj"
)


class Finding(NamedTuple):
    """What a scanner says it found, told so that it is the same from run to run."""

    tool: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Session:
    """Whose session a scanner borrows, and where it keeps its files."""

    demo: Demo
    person: Person
    token: str
    folder: Path
    cut: list[str] = field(default_factory=list)
    """The scanners that did not come to their own end in the time they had."""

    @property
    def headers(self) -> dict[str, str]:
        """Sent with every request: the session and the token of its forms."""
        return {"Cookie": self.person.cookie, "X-CSRFToken": self.token}


def accepted() -> set[Finding]:
    """The false positives written down, each with its reason."""
    rows = tomllib.loads(ACCEPTED.read_text(encoding="utf-8")).get("finding", [])
    assert all(len(row["reason"].split()) >= 5 for row in rows), "every accepted finding says why"
    return {Finding(row["tool"], row["what"], row["where"]) for row in rows}


def _run(session: Session, name: str, *arguments: str, seconds: int) -> str:
    """What the scanner wrote; cut off after ``seconds`` at the latest. Raises AssertionError when it cannot be run."""
    home = session.folder / name
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "HOME": str(home), "PYTHONUNBUFFERED": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    environment |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    environment["SQLMAP_UNSAFE_EVAL"] = "1"  # what it evaluates is FRESH_KEY
    command = [str(BIN / name), *arguments]
    output = home / "output.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            session.cut.append(name)
            process.terminate()
            process.wait()
    text = output.read_text(encoding="utf-8", errors="replace")
    assert "Traceback (most recent call last)" not in text, f"{name}: {text[-2_000:]}"
    return text


def schemathesis(session: Session, *, seconds: int, examples: int) -> list[Finding]:
    """Every endpoint from the stub: values on the edge of their types, then drawn ones, right and wrong."""
    home = session.folder / "schemathesis"
    home.mkdir(parents=True)
    (home / "stub.json").write_text(json.dumps(describe(session.demo.app, session.demo.found, without=LEFT_OUT)))
    headers = [part for name, value in session.headers.items() if value for part in ("-H", f"{name}: {value}")]
    _run(
        session,
        "schemathesis",
        "run",
        "stub.json",
        "--url",
        session.demo.address,
        *headers,
        "-c",
        CHECKS,
        "-n",
        str(examples),
        "--max-redirects",
        "0",
        "--phases",
        "examples,coverage,fuzzing",
        "--suppress-health-check",
        "all",
        "--generation-database",
        "none",
        "--max-time",
        str(seconds),
        "--continue-on-failure",
        "--no-shrink",
        "--no-color",
        "--report",
        "json",
        "--report-json-path",
        "report.json",
        seconds=2 * seconds + 60,
    )
    report = json.loads((home / "report.json").read_text(encoding="utf-8"))
    assert report["test_cases"]["generated"] > report["operations"]["total"], "every operation was tried"
    assert not report["errors"], report["errors"]
    return [
        Finding("schemathesis", failure["title"], where) for failure in report["failures"] for where in failure["operations"]
    ]


def wapiti(session: Session, *, crawl: int, attack: int) -> list[Finding]:
    """Follows the pages, then attacks what it found, ``attack`` seconds with each module at the most."""
    home = session.folder / "wapiti"
    home.mkdir(parents=True)
    kept = {
        name: {"value": value, "version": 0, "expires": None, "secure": False, "port": None}
        for name, value in session.person.cookies.items()
    }
    (home / "cookies.json").write_text(json.dumps({"127.0.0.1": {"/": kept}}))
    here = session.demo.address
    away = [
        part
        for path in ("logga-ut", "konto/*", "administration/personer/*/logga-ut", "administration/personer/*/stang", "static/*")
        for part in ("-x", f"{here}/{path}")
    ]
    _run(
        session,
        "wapiti",
        "-u",
        f"{here}/",
        "--scope",
        "folder",
        "-c",
        "cookies.json",
        *away,
        "-m",
        MODULES,
        "--endpoint",
        f"{NOWHERE}/",
        "--no-bugreport",
        "--flush-session",
        "--store-session",
        "session",
        "--store-config",
        "config",
        "--max-scan-time",
        str(crawl),
        "--max-attack-time",
        str(attack),
        "--max-parameters",
        "60",
        "-S",
        "normal",
        "-f",
        "json",
        "-o",
        "report.json",
        seconds=crawl + 20 * attack + 120,
    )
    report = json.loads((home / "report.json").read_text(encoding="utf-8"))
    assert report["infos"]["crawled_pages_nbr"] > 3, "it got in and found pages"
    found = []
    for group in ("vulnerabilities", "anomalies"):
        for what, rows in report[group].items():
            found += [
                Finding("wapiti", f"{what}: {row.get('parameter') or '-'}", _place(row["method"], row["path"])) for row in rows
            ]
    return sorted(set(found))


def sqlmap(session: Session, *, seconds: int) -> list[Finding]:
    """Every field of every list's address, and of every form of the session's pages; half of ``seconds`` for each."""
    forms = {form.endpoint: form for form in session.demo.found.forms_of(session.person.username)}
    tried = [form for endpoint, form in sorted(forms.items()) if endpoint not in LEFT_OUT]
    addresses = _addresses(session)
    found = _sqlmap(session, "-m", _write(session, "urls.txt", addresses), seconds=seconds // 2) if addresses else []
    share = max(seconds // 2 // max(len(tried), 1), LEAST_OF_A_FORM)
    for number, form in enumerate(tried):
        posted = _write(session, f"form-{number}.txt", [_posted(session, form)])
        found += _of_a_form(session, posted, share)
    return sorted(set(found))


def _of_a_form(session: Session, posted: str, seconds: int) -> list[Finding]:
    """What sqlmap says of the form. What it only suspected when its time was out, it is given time to look into."""
    for allowed in (seconds, UNTIL_SURE):
        cut = len(session.cut)
        found = _sqlmap(session, "-r", posted, "--eval", FRESH_KEY, seconds=allowed, skipped=f"{UNTRIED},portal")
        if not found or len(session.cut) == cut:
            return found
    return found


def _addresses(session: Session) -> list[str]:
    """A full address for every list and page whose address takes a query."""
    made = []
    for endpoint, names in session.demo.found.queries.items():
        paths = sorted({urlsplit(address).path for address in session.demo.found.addresses.get(endpoint, ())})
        if names and paths:
            made.append(f"{session.demo.address}{paths[0]}?{urlencode([(name, '1') for name in sorted(names)])}")
    return made


def _posted(session: Session, form: Form) -> str:
    """The form as a request on the wire."""
    fields = {name: value or "1" for name, value in form.fields if name != "csrf_token"}
    lines = [f"POST {form.action} HTTP/1.1", f"Host: {urlsplit(session.demo.address).netloc}"]
    lines += [f"{name}: {value}" for name, value in session.headers.items()]
    return "\r\n".join([*lines, "Content-Type: application/x-www-form-urlencoded", "", urlencode(fields)])


def _write(session: Session, name: str, lines: Iterable[str]) -> str:
    folder = session.folder / "sqlmap"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


def _sqlmap(session: Session, *target: str, seconds: int, skipped: str = UNTRIED) -> list[Finding]:
    headers = "\n".join(f"{name}: {value}" for name, value in session.headers.items() if name != "Cookie")
    text = _run(
        session,
        "sqlmap",
        *target,
        "--cookie",
        session.person.cookie,
        "--headers",
        headers,
        "--batch",
        "--flush-session",
        "--output-dir",
        "out",
        "--disable-coloring",
        "--level",
        "2",
        "--risk",
        "1",
        "--dbms",
        "sqlite",
        "--threads",
        "2",
        "--technique",
        "BEUS",
        "--answers",
        "follow=N",
        "--skip",
        skipped,
        "--drop-set-cookie",
        "--ignore-redirects",
        "--retries",
        "0",
        "--ignore-code",
        "*",
        seconds=seconds,
    )
    assert "[INFO] testing" in text, text[-2_000:]
    return injectable(text)


def injectable(output: str) -> list[Finding]:
    """The parameters that sqlmap says it can inject into, but for those of which it has taken that back."""
    taken_back = [f"parameter '{name}' " for name in _TAKEN_BACK.findall(output)]
    said = [
        line
        for line in _SQLMAP_FOUND.findall(output)
        if not _NO_DOUBT.search(line) and not any(name in line for name in taken_back)
    ]
    return sorted({Finding("sqlmap", _UUID.sub("<uuid>", line.partition("] ")[2] or line), "") for line in said})


def _place(method: str, address: str) -> str:
    return f"{method} {_UUID.sub('<uuid>', urlsplit(address).path)}"


def news(found: Sequence[Finding]) -> list[Finding]:
    """What was found and is not written down as accepted."""
    return sorted(set(found) - accepted())
