"""Every page, every part and the style sheet by the Nu checker (what the W3C's validator runs), in one go.

The jar comes from npm (``tools/nu``, put there by ``tools/check.py``); see docs/adr/0008.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.looks import LOOKS
from tests.browser.scenery import Scenery, Seen

ROOT = Path(__file__).parents[2]
JAR = ROOT / "tools" / "nu" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
STYLE = ROOT / "portal" / "static" / "portal.css"

# What of CSS the checker does not know yet (CSS Containment 3, CSS Basic UI 4). Of HTML nothing is let through.
NEWER_THAN_THE_CHECKER = ("“@container”", "“container-type”", "“field-sizing”")


def require() -> None:
    """Skip where the checker is not installed; in CI fail instead."""
    missing = [name for name, there in (("java", shutil.which("java")), (str(JAR), JAR.exists())) if not there]
    if not missing:
        return
    reason = f"the Nu checker is not installed ({', '.join(missing)}); make test puts it there"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def whole(seen: Seen) -> str:
    """The page as it was sent; a part inside the least page that can hold it."""
    if not seen.look.is_fragment:
        return seen.page
    head = '<!doctype html><html lang="sv"><head><title>Del av en sida</title></head>'
    return f"{head}<body><h1>Del av en sida</h1>{seen.page}</body></html>"


def complaints(folder: Path) -> list[str]:
    """What the checker has to say of everything in the folder."""
    command = ["java", "-Xss1024k", "-jar", str(JAR), "--also-check-css", "--format", "json", "--exit-zero-always", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return [
        f"{Path(each['url']).name}: {each['message']} «{each.get('extract', '')}»"
        for each in json.loads(said)["messages"]
        if each["type"] == "error" or each.get("subType") == "warning"
    ]


def test_every_page_every_part_and_the_style_sheet_are_valid(scenery: Scenery, tmp_path: Path) -> None:
    require()
    folder = tmp_path / "pages"
    folder.mkdir()
    shutil.copy(STYLE, folder)
    names = {STYLE.name: STYLE.name}
    for number, look in enumerate(LOOKS):
        (folder / f"{number:03}.html").write_text(whole(scenery.see(look)), encoding="utf-8")
        names[f"{number:03}.html"] = look.name
    found = [
        f"{names[file]}: {words}"
        for file, _colon, words in (each.partition(": ") for each in complaints(folder))
        if file != STYLE.name or not any(word in words for word in NEWER_THAN_THE_CHECKER)
    ]
    assert not found, "\n".join(found)


def test_the_checker_bites(tmp_path: Path) -> None:
    require()
    (tmp_path / "page.html").write_text('<!doctype html><html lang="sv"><head><title>x</title></head><body><p id="a" id="b">')
    (tmp_path / "sheet.css").write_text("p { colour: red; }")
    assert {each.partition(":")[0] for each in complaints(tmp_path)} == {"page.html", "sheet.css"}
