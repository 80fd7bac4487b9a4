"""Every document made is PDF/A-2a and PDF/UA-1, judged by veraPDF and not by what the file says of itself."""

from pathlib import Path
from typing import Any

import pytest

from portal.documents.rendering import render
from tests import document_examples as examples
from tests import verapdf

WEIRD = "Emoji \U0001f600, عربي, 漢字, A\u030akersbro, \u202ebakvänt, NUL\x00, " + "lång" * 60


def _preview() -> tuple[str, Any]:
    return "decision", {**examples.decision(), "proof": None, "test": True}


def _weird() -> tuple[str, Any]:
    return "decision", {**examples.decision(), "title": WEIRD, "reason": WEIRD, "decision": [WEIRD], "test": True}


def _bare() -> tuple[str, Any]:
    kept = ("made_at", "municipality", "title", "unit", "date", "proposal", "lines", "total")
    return "submission", {key: value for key, value in examples.submission().items() if key in kept}


@pytest.fixture(autouse=True)
def _java() -> None:
    verapdf.require()


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
@pytest.mark.parametrize(
    "made",
    [
        lambda: ("decision", examples.decision()),
        lambda: ("submission", {**examples.submission(), "test": True}),
        _preview,
        _weird,
        _bare,
    ],
    ids=["decision", "submission", "preview", "characters_the_font_lacks", "nothing_optional"],
)
def test_document_keeps_the_standard(tmp_path: Path, made: Any, flavour: str) -> None:
    kind, data = made()
    path = tmp_path / "document.pdf"
    path.write_bytes(render(kind, data))
    assert verapdf.failures(path, flavour) == []


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_veraPDF_names_what_is_wrong_with_a_plain_pdf(tmp_path: Path, flavour: str) -> None:
    import typst

    source = tmp_path / "plain.typ"
    source.write_text("Hej", encoding="utf-8")
    path = tmp_path / "plain.pdf"
    path.write_bytes(typst.compile(str(source), pdf_tags=False))
    assert verapdf.failures(path, flavour)
