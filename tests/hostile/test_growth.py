"""What the hostile files cost the server in memory, measured in a process of its own."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from tests.factories.town import Town
from tests.hostile import images, pdfs
from tests.hostile.desk import desk
from tests.hostile.files import CASES, QUARANTINED, REFUSED
from tests.hostile.packages import docx, odt, xlsx
from tests.inputs.stage import multipart
from tests.scale import measured, times

ROOT = Path(__file__).parents[2]
MOST_KB = 100 * 1000
# One honest file of each kind, so that what reads it is there before the measuring.
WARM = {"a.pdf": pdfs.made, "a.docx": docx, "a.xlsx": xlsx, "a.odt": odt, "a.png": images.picture, "a.txt": lambda: b"a",
        "a.jpg": lambda: images.picture("JPEG"), "b.csv": lambda: b"a;b"}  # fmt: skip

# Those that are large, or become so, are always among them.
LARGE = {
    "pdf: 5 000 pages", "pdf: unpacks to 60 MB", "pdf: arrays a hundred thousand deep", "docx: entities within entities",
    "docx: 300 MB in 300 kB", "docx: more than 100 MB of XML", "docx: a size that is not so", "docx: 2 000 parts",
    "docx: members that lie over each other", "png: 900 million dots", "png: 4 000 million millions of dots",
    "more than 25 MB", "25 MB of text", "25 MB of letters that take four bytes",
}  # fmt: skip


def _write(folder: Path, name: str, address: str, field: str, filename: str, data: bytes) -> None:
    form = [("form_key", str(uuid4())), ("attach", "1"), ("classified", "nej")]
    sent = form if field == "files" else [pair for pair in form if pair[0] != "attach"]
    body, kind = multipart(sent, [(field, filename, data)])
    (folder / f"{name}.body").write_bytes(body)
    (folder / f"{name}.json").write_text(json.dumps({"address": address, "type": kind}))


def test_every_hostile_file_together_grows_the_server_by_less_than_100_megabytes(
    prepared: tuple[Path, Town], tmp_path: Path
) -> None:
    assert {case.label for case in CASES} >= LARGE
    instance, folder = tmp_path / "instance", tmp_path / "requests"
    instance.mkdir()
    folder.mkdir()
    shutil.copy(prepared[0] / "portal.sqlite", instance)
    (instance / "secret_key").write_bytes(b"k" * 32)
    every = times(4, 1)
    cases = [case for n, case in enumerate(CASES) if case.verdict != QUARANTINED and (n % every == 0 or case.label in LARGE)]
    taken = [case for case in cases if case.verdict != REFUSED]
    with desk(instance, prepared[1]) as found:
        drafts = []
        for _fifteen in range(0, len(taken) + len(WARM), 15):
            drafts.append(found.case_id)
            found.begin_anew()
    kept, read = 0, 0
    for n, (filename, make) in enumerate(WARM.items()):
        _write(folder, f"warm-{n}", f"/askanden/{drafts[0]}/spara", "files", filename, make())
        _write(folder, f"warm-read-{n}", "/askanden/las-in", "file", filename, make())
    for n, case in enumerate(cases):
        data = case.data()
        kept += case.verdict != REFUSED
        address = f"/askanden/{drafts[(len(WARM) + kept - 1) // 15]}/spara"
        _write(folder, f"{n:03}", address, "files", case.filename, data)
        if case.verdict != REFUSED:  # the same checks come first where a document is read in
            _write(folder, f"{n:03}-read", "/askanden/las-in", "file", case.filename, data)
            read += 1
    told = subprocess.run(
        [sys.executable, "-m", "tests.hostile.growth", str(instance), str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-3000:]
    result = json.loads(told.stdout)
    assert len(result["statuses"]) == len(cases) + read + 2 * len(WARM)
    assert all(status in (303, 413, 422) for status in result["statuses"]), result["statuses"]
    measured("hostile files: memory", growth_kb=result["growth_kb"], before_kb=result["before_kb"])
    assert result["growth_kb"] < MOST_KB, result
