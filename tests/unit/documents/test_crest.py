"""A crest is a picture and nothing else; what is not stops the start with one sentence."""

import io
from pathlib import Path

import pytest
from PIL import Image

from portal import create_app
from portal.documents import crest
from portal.settings import SettingsError

SHIELD = '<path d="M0 0h40v30L20 48 0 30z" fill="#1d4f91"/>'


def svg(inside: str = SHIELD, head: str = 'viewBox="0 0 40 48"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {head}>{inside}</svg>'.encode()


def png(width: int = 300, height: int = 360) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#1d4f91").save(out, "PNG")
    return out.getvalue()


def loaded(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return crest.load(folder, name)


def test_no_crest_is_none(tmp_path: Path) -> None:
    assert crest.load(tmp_path, "") == ""


@pytest.mark.parametrize(
    "data",
    [
        svg(),
        svg(head='width="40mm" height="48mm"'),
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">' + svg(),
        svg(f'<defs><linearGradient id="a"><stop/></linearGradient></defs><g style="fill:url(#a)">{SHIELD}</g>'),
        svg(f'<symbol id="s">{SHIELD}</symbol><use xlink:href="#s"/>'),
        svg(f'<metadata><x xmlns="urn:editor" href="http://editor.example"/></metadata><title>Vapen</title>{SHIELD}'),
    ],
    ids=["plain", "sides", "doctype", "gradient", "symbol", "editor"],
)
def test_a_picture_of_curves_is_taken_without_what_editors_leave(tmp_path: Path, data: bytes) -> None:
    drawn = loaded(tmp_path, "vapen.svg", data)
    assert SHIELD.split('"')[1] in drawn
    for left in ("DOCTYPE", "metadata", "editor"):
        assert left not in drawn


def test_a_png_is_painted_anew_no_larger_than_print_needs(tmp_path: Path) -> None:
    drawn = loaded(tmp_path, "vapen.PNG", png(3000, 1500) + b"<script>hidden</script>")
    assert 'viewBox="0 0 500 250"' in drawn
    assert len(drawn) < 20_000


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("vapen.svg", b"%PDF-1.7", "som inte är en SVG-bild"),
        ("vapen.svg", b"", "som inte är en SVG-bild"),
        ("vapen.svg", b"<html><body>Hej</body></html>", "som inte är en SVG-bild"),
        ("vapen.svg", svg(head=""), "som inte är en SVG-bild"),
        ("vapen.svg", svg(head='viewBox="0 0 0 48"'), "som inte är en SVG-bild"),
        ("vapen.svg", b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg(), "som inte är en SVG-bild"),
        ("vapen.svg", svg(""), "som inte ritar något"),
        ("vapen.svg", svg("<script>alert(1)</script>" + SHIELD), "annat än former (script)"),
        ("vapen.svg", svg("<text>Kommun</text>" + SHIELD), "annat än former (text)"),
        ("vapen.svg", svg('<image href="http://elsewhere.example/a.png"/>' + SHIELD), "annat än former (image)"),
        ("vapen.svg", svg("<foreignObject/>" + SHIELD), "annat än former (foreignObject)"),
        ("vapen.svg", svg(f'<g onclick="alert(1)">{SHIELD}</g>'), "skript eller hänvisar utanför"),
        ("vapen.svg", svg(f'<use href="http://elsewhere.example/a.svg#b"/>{SHIELD}'), "skript eller hänvisar utanför"),
        ("vapen.svg", svg(f'<use xlink:href="/etc/passwd"/>{SHIELD}'), "skript eller hänvisar utanför"),
        ("vapen.svg", svg(f'<g style="fill:url(http://e.example/a)">{SHIELD}</g>'), "skript eller hänvisar utanför"),
        ("vapen.svg", svg(f'<style>@import "http://e.example/a.css";</style>{SHIELD}'), "skript eller hänvisar utanför"),
        ("vapen.svg", svg(SHIELD + " " * 500_000), "större än 500 kB"),
        ("vapen.png", svg(), "som inte är en PNG-bild"),
        ("vapen.png", png()[:200], "som inte är en PNG-bild"),
        ("vapen.png", png(7000, 10), "för många bildpunkter"),
    ],
)
def test_what_is_no_picture_is_refused_with_one_sentence(tmp_path: Path, name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(tmp_path, name, data)
    assert str(refused.value).startswith(f"settings.toml: crest pekar på {name}, ")
    assert sentence in str(refused.value)


def test_a_crest_that_is_missing_stops_the_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text('crest = "vapen.svg"\n')
    with pytest.raises(SystemExit) as stopped:
        create_app(tmp_path)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == "settings.toml: crest pekar på vapen.svg, som inte går att läsa.\n"
