"""Every document made is PDF/A-2a and PDF/UA-1, judged by veraPDF and not by what the file says of itself."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal import colours
from portal.documents import crest
from portal.documents.rendering import KINDS as TEMPLATES
from portal.documents.rendering import render
from tests import document_examples as examples
from tests import verapdf
from tests.conftest import ClientFor
from tests.document_kinds import KINDS, rewritten
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.town import Town

# One of everything that has broken a renderer somewhere: what fonts lack, what turns the line, what templates read.
HOSTILE = (
    "Emoji \U0001f600\U0001f468\u200d\U0001f469, عربي, 漢字, A\u030akersbro, \u202ebakvänt\u2066, NUL\x00\x1b[31m, \ufffe "
)
HOSTILE += '*fet* $x^2$ #read("/etc/passwd") @label <b> // /* = R \ufffe ' + "lång" * 20
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path d="M0 0h40v30L20 48 0 30z" fill="#1d4f91"/></svg>'


@pytest.fixture(autouse=True)
def _java() -> None:
    verapdf.require()


@pytest.fixture
def png_crest(tmp_path: Path) -> str:
    """A crest in half-transparent colour, from a PNG file."""
    out = io.BytesIO()
    Image.new("RGBA", (600, 720), (29, 79, 145, 128)).save(out, "PNG")
    (tmp_path / "vapen.png").write_bytes(out.getvalue())
    return crest.load(tmp_path, "vapen.png")


def _broken(folder: Path, name: str, pdf: bytes, *flavours: str) -> list[str]:
    path = folder / f"{name}.pdf"
    path.write_bytes(pdf)
    return [f"{name} {flavour}: {failure}" for flavour in flavours for failure in verapdf.failures(path, flavour)]


def test_every_template_keeps_both_standards(tmp_path: Path) -> None:
    broken = []
    for name, (kind, make) in KINDS.items():
        broken += _broken(tmp_path, name, render(kind, make()), "2a", "ua1")
    assert broken == []
    assert {kind for kind, _make in KINDS.values()} | {"masked_pages"} == set(TEMPLATES)


def test_every_template_keeps_both_standards_whatever_stands_in_its_texts_and_with_an_own_crest_and_colour(
    tmp_path: Path, png_crest: str
) -> None:
    broken = []
    for number, (name, (kind, make)) in enumerate(KINDS.items()):
        data = rewritten(make(), lambda _text: HOSTILE)
        data["municipality"] |= {"crest_svg": (CREST, png_crest)[number % 2], "colour": colours.on_paper("#ffd500")}
        broken += _broken(tmp_path, name, render(kind, data | {"test": True}), "2a", "ua1")
    assert broken == []


def test_every_template_keeps_both_standards_with_its_data_enclosed(tmp_path: Path) -> None:
    broken = []
    for name, (kind, make) in KINDS.items():
        broken += _broken(tmp_path, name, render(kind, make(), standard="a-3a"), "3a", "ua1")
    assert broken == []


def test_documents_without_anything_optional_and_previews_keep_both_standards(tmp_path: Path) -> None:
    kept = ("made_at", "municipality", "title", "unit", "date", "proposal", "lines", "total")
    bare: dict[str, Any] = {key: value for key, value in examples.submission().items() if key in kept}
    preview = {**examples.decision(), "proof": None, "test": True}
    found = _broken(tmp_path, "bare", render("submission", bare), "2a", "ua1")
    assert found + _broken(tmp_path, "preview", render("decision", preview), "2a", "ua1") == []


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_veraPDF_names_what_is_wrong_with_a_plain_pdf(tmp_path: Path, flavour: str) -> None:
    import typst

    source = tmp_path / "plain.typ"
    source.write_text("Hej", encoding="utf-8")
    path = tmp_path / "plain.pdf"
    path.write_bytes(typst.compile(str(source), pdf_tags=False))
    assert verapdf.failures(path, flavour)


def test_the_lists_that_are_handed_out_keep_both_standards(
    app: Flask, client_for: ClientFor, town: Town, tmp_path: Path
) -> None:
    with app.app_context():
        decided, _decision = a_decision(town)
        secret = a_submitted_request(town, lines=[("Larm", "1 000")], total="1 000", secrecy="ja")
    registrar, stranger = client_for("registrator"), client_for("fritidschef")
    broken = []
    for who, address in (
        (registrar, "/diariet.pdf"),
        (registrar, "/diariet.pdf?ar=2001"),
        (registrar, f"/askanden/{decided}/diarieblad.pdf"),
        (stranger, f"/askanden/{secret}/diarieblad.pdf"),
        (registrar, "/administration/delegationer.pdf"),
        (registrar, "/beslut/anmalan.pdf"),
    ):
        answer = who.get(address)
        assert answer.status_code == 200, address
        broken += _broken(tmp_path, address.replace("/", "-").partition("?")[0], answer.get_data(), "2a", "ua1")
    assert broken == []
