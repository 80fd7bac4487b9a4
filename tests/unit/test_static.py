"""What a browser is sent before the first page: the vendored files are the published ones, and it is light."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest

PORTAL = Path(__file__).parents[2] / "portal"
STATIC = PORTAL / "static"
TEMPLATES = PORTAL / "templates"
# npm htmx.org@4.0.1 and @fontsource-variable/source-sans-3@5.3.0
PUBLISHED = {
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "source-sans-3-latin-wght-normal.woff2": "7a19a7027e125257d310c6dbd78ae3a30b5ea1e3794d60b12bb28227a003bfda",
    "source-sans-3-latin-ext-wght-normal.woff2": "a85a7459bdb3cdc1136751e151a506bae653fc29ada3ca86237477df6f1b59e6",
}
FIRST_VISIT_BYTES = 120_000
# Fetched only by a page that holds such letters.
ON_DEMAND = {"source-sans-3-latin-ext-wght-normal.woff2"}
HTML_FILES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_vendored_file_is_the_published_one(name: str) -> None:
    assert sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == PUBLISHED[name]


def test_every_vendored_part_has_its_licence_beside_it() -> None:
    assert {path.name for path in (STATIC / "vendor").iterdir()} == set(PUBLISHED) | {
        "htmx-LICENSE.txt",
        "source-sans-3-LICENSE.txt",
    }


def test_first_visit_weighs_at_most_120_kb_compressed() -> None:
    sent = [path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg", ".woff2"}]
    weight = sum(
        path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes(), 6))
        for path in sent
        if path.name not in ON_DEMAND
    )
    assert weight <= FIRST_VISIT_BYTES


@pytest.mark.parametrize("path", HTML_FILES, ids=[str(path.relative_to(TEMPLATES)) for path in HTML_FILES])
def test_template_holds_nothing_that_the_content_policy_would_block(path: Path) -> None:
    markup = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=", markup), "inline style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", markup), "inline script"
    assert not re.search(r"\son[a-z]+\s*=", markup), "inline handler"
    assert not re.search(r"hx-on|[\"']js:|javascript:", markup), "script in an attribute"
    assert not re.search(r"(?<!data-)\bhx-[a-z-]+(?::[a-z]+)?\s*=", markup), "hx- attribute without data-"
    assert not re.search(r"(?:src|href)=[\"']https?:", markup), "something from outside"


def test_stylesheet_loads_nothing_from_outside_and_only_files_that_exist() -> None:
    addresses = re.findall(r"url\(\"?([^\")]+)", (STATIC / "portal.css").read_text(encoding="utf-8"))
    assert addresses
    assert all((STATIC / address).is_file() for address in addresses)


def test_every_icon_named_in_a_template_is_drawn() -> None:
    drawn = set(re.findall(r'^  "([a-z]+)": \'<', (TEMPLATES / "ui/icons.html").read_text(encoding="utf-8"), re.M))
    named = {
        name
        for path in HTML_FILES
        for name in re.findall(r"\bicon(?:_name=|\(|\": )\s*\"([a-z]+)\"", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= drawn
