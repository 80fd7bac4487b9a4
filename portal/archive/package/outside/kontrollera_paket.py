#!/usr/bin/env python3
"""Kontrollerar paketet som filen ligger i: varje fils kontrollsumma, och varje loggposts bevis. Behöver bara Python."""

import hashlib
import json
import sys
import xml.etree.ElementTree as ET  # outsiders have the standard library alone
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
METS, XLINK = "{http://www.loc.gov/METS/}", "{http://www.w3.org/1999/xlink}"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE / "kontrollera_beslut.pyz"))


def files(mets: Path) -> tuple[set[Path], list[str]]:
    """Felen i en METS-fil, och vilka filer den räknar upp."""
    listed: set[Path] = {mets}
    wrong: list[str] = []
    for each in ET.parse(mets).iter():  # noqa: S314 (whoever runs it has the package in hand)
        pointer = each if each.tag == METS + "mdRef" else each.find(METS + "FLocat") if each.tag == METS + "file" else None
        if pointer is None:
            continue
        path = mets.parent / pointer.get(XLINK + "href", "")
        listed.add(path)
        if not path.is_file():
            wrong.append(f"{path.relative_to(ROOT)} saknas.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != each.get("CHECKSUM"):
            wrong.append(f"{path.relative_to(ROOT)} är inte den fil som paketet skapades med.")
    return listed, wrong


def entries() -> list[str]:
    """Felen i loggen."""
    from portal.log import entries, merkle, notes
    from portal.verify import trust
    from portal.verify.alone import ed25519

    [key] = trust.read_trust((HERE / "loggens-nyckel.txt").read_text(encoding="utf-8"), ed25519.verifies).keys
    wrong = []
    for number, each in enumerate(json.loads((HERE / "logg.json").read_text(encoding="utf-8"))["entries"], 1):
        header, body = json.loads(each["header"]), each["body"]
        try:
            notes.check_proof(notes.parse_proof(each["proof"]), merkle.leaf_hash(each["header"].encode()), key)
        except notes.NoteError:
            wrong.append(f"Loggpost {number} ({header.get('action')}) finns inte i den undertecknade loggen.")
        if body is not None and entries.body_commitment(bytes.fromhex(each["salt"]), body) != header.get("body_commit"):
            wrong.append(f"Loggpost {number} ({header.get('action')}) är ändrad.")
    return wrong


def main() -> int:
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # it is a text file
    listed, wrong = files(ROOT / "METS.xml")
    for mets in sorted(ROOT.glob("representations/*/METS.xml")):
        more, also = files(mets)
        listed, wrong = listed | more, wrong + also
    found = [path for path in sorted(ROOT.rglob("*")) if path.is_file()]
    wrong += [f"{path.relative_to(ROOT)} hör inte till paketet." for path in found if path not in listed]
    wrong += entries()
    whole = f"Paketet är helt: {len(listed)} filer, och loggens bevis håller."
    sys.stdout.write("".join(f"{line}\n" for line in (*wrong, "Paketet är inte helt." if wrong else whole)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
