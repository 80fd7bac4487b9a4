"""The whole check of a package: every check is made, and everything that is found is told."""

import hashlib
from datetime import datetime
from pathlib import Path

from portal.archive.checking import described, lists, pdfa, preservation, proof
from portal.archive.checking.container import opened
from portal.archive.checking.found import Check, Report, Unreadable


def check(path: Path, at: datetime, *, with_verapdf: bool = True) -> Report:
    """What there is to say of the package, a ZIP or a folder, at the instant ``at`` (for seals). Raises Unreadable.

    Without ``with_verapdf``, or where it is not installed, PDFs are not held to PDF/A, and the report says so.
    """
    if not path.exists():
        raise Unreadable(f"{path} finns inte.")
    with opened(path) as (package, names):
        said = lists.Lists()
        preserved: dict[str, preservation.Preserved] = {}
        untried: list[str] = []
        runs_verapdf = with_verapdf and pdfa.missing() is None
        checks = (
            Check("Behållaren och namnen", (*names, *package.measure())),
            Check("Innehållsförteckningen (METS)", tuple(lists.check(package, said))),
            Check("Bevarandet och formaten (PREMIS, PRONOM)", tuple(preservation.check(package, said, preserved))),
            Check("Ärendet och handlingarna (ERMS)", tuple(described.check(package, said, preserved))),
            Check("Loggens bevis", tuple(proof.of_log(package))),
            Check("Sigillen", tuple(proof.of_seals(package, preserved, at, untried)), _untried(untried)),
            Check(
                "PDF/A och PDF/UA (veraPDF)",
                tuple(pdfa.check(package)) if runs_verapdf else (),
                "" if runs_verapdf else pdfa.NOT_RUN,
            ),
        )
        return Report(path.name, package.name, _digest(path), len(package.sizes), sum(package.sizes.values()), checks)


def _untried(files: list[str]) -> str:
    return f"Utan bevis ur loggen, så sigillet är inte prövat: {', '.join(files)}" if files else ""


def _digest(path: Path) -> str:
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
