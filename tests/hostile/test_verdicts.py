"""Every hostile file gets its verdict, through the addresses that people send files to; a refusal changes nothing."""

import pytest
from werkzeug.test import TestResponse

from portal.dispatch.handlers import HANDLERS
from portal.documents.uploads import MAX_FILES_PER_CASE, MIME, UploadRefused, take_in
from portal.outbox.worker import run
from tests.clamd import Clamd, with_scanner
from tests.hostile import images, pdfs
from tests.hostile.desk import Desk
from tests.hostile.files import CASES, INFECTED, QUARANTINED, REFUSED, Case
from tests.hostile.packages import docx, odt, xlsx
from tests.scale import measured, times

HARMLESS = [case for case in CASES if case.verdict != QUARANTINED]


def told(answer: TestResponse) -> str:
    """The page's words, with the spaces of its sentences as they are written."""
    return answer.get_data(as_text=True).replace("&nbsp;", "\u00a0")


def test_there_are_at_least_sixty_files_and_every_verdict_among_them() -> None:
    assert len(CASES) >= 60
    assert len({case.label for case in CASES}) == len(CASES)
    assert {case.verdict for case in CASES} == {"taken", "refused", "quarantined"}
    measured("hostile files", files=len(CASES), refused=sum(case.verdict == REFUSED for case in CASES))


@pytest.mark.parametrize("case", HARMLESS, ids=[case.label for case in HARMLESS])
def test_a_file_gets_its_verdict(at_desk: Desk, case: Case) -> None:
    data, before = case.data(), at_desk.holds()
    answer = at_desk.attach(data, case.filename)
    if case.verdict == REFUSED:
        assert (answer.status_code, case.told in told(answer)) == (422, True), told(answer)
        assert at_desk.holds() == before
    else:
        assert answer.status_code == 200, told(answer)
        _is_kept(at_desk, data, case)
        at_desk.begin_anew()
        before = at_desk.holds()
    read = at_desk.read_in(data, case.filename)
    assert read.status_code == 422 or (case.verdict != REFUSED and read.status_code == 303), told(read)
    assert (at_desk.holds() == before) is (read.status_code == 422)


def _is_kept(at_desk: Desk, data: bytes, case: Case) -> None:
    """Under a harmless name, as our kind of file, to be saved and never shown; a picture without all that is not dots."""
    kept = at_desk.newest()
    assert (tuple(kept.cautions.split()), kept.mime in MIME.values()) == (case.cautions, True)
    assert not set(kept.filename) & set("\u202e\r\n\x00/\\") and len(kept.filename) <= 200
    got = at_desk.client.get(f"/handlingar/{kept.public_id}")
    assert got.status_code == 200
    if kept.mime.startswith("image/"):
        assert images.SECRET not in got.data and b"<script" not in got.data and b"PK\x05\x06" not in got.data
    else:
        assert got.data == data
    headers = got.headers
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "X-Evil" not in headers


def test_what_the_scanner_finds_is_quarantined_wherever_it_hides(at_desk: Desk, scanner: Clamd) -> None:
    with_scanner(at_desk.app, scanner.scanner)
    try:
        kept = []
        for case in INFECTED:
            assert at_desk.attach(case.data(), case.filename).status_code == 200
            kept.append(at_desk.newest().public_id)
        with at_desk.app.app_context():
            run(at_desk.app, HANDLERS, once=True)
        answers = [at_desk.client.get(f"/handlingar/{each}") for each in kept]
        assert [(answer.status_code, "karantän" in answer.text) for answer in answers] == [(403, True)] * len(INFECTED)
        before = at_desk.holds()
        again = at_desk.attach(INFECTED[0].data(), "Ett annat namn.txt")
        assert (again.status_code, "skadlig kod" in told(again), at_desk.holds() == before) == (422, True, True)
    finally:
        with_scanner(at_desk.app, None)
        at_desk.begin_anew()


@pytest.mark.parametrize(
    ("filename", "data", "at_end"),
    [
        ("a.pdf", pdfs.made(), 1),  # the line break after its end
        ("a.docx", docx(), 0),
        ("a.xlsx", xlsx(), 0),
        ("a.odt", odt(), 0),
        ("a.png", images.picture(), 0),
        ("a.jpg", images.picture("JPEG"), 0),
    ],
)
def test_a_file_cut_off_anywhere_is_refused_with_a_sentence(filename: str, data: bytes, at_end: int) -> None:
    for length in range(0, len(data) - at_end, times(7, 1)):
        with pytest.raises(UploadRefused):
            take_in(filename, data[:length])
    assert take_in(filename, data)


def test_the_twentyfirst_file_is_refused(at_desk: Desk) -> None:
    at_desk.begin_anew()
    for n in range(MAX_FILES_PER_CASE):
        assert at_desk.attach(b"text", f"{n}.txt").status_code == 200
    before = at_desk.holds()
    answer = at_desk.attach(b"text", "en till.txt")
    assert (answer.status_code, "20 filer" in told(answer), at_desk.holds() == before) == (422, True, True)
    at_desk.begin_anew()
