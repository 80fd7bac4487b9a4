"""The report of a check, for a reader, for a program, and to keep."""

import json
from dataclasses import asdict
from datetime import datetime

from portal.archive.checking.found import Report
from portal.clock import local_date
from portal.documents.rendering import render
from portal.documents.report_shapes import PackageReport

_MOST = 300  # faults in the PDF


def as_text(report: Report) -> str:
    """Each fault on a line of its own, what was not tried, and the verdict."""
    lines = [str(each) for each in report.problems]
    lines += [f"{each.name}: {each.note}." for each in report.checks if each.note]
    if report.ok:
        lines.append(f"Paketet {report.package_id} är helt: {report.files} filer, inga fel.")
    return "\n".join(lines)


def as_json(report: Report) -> str:
    """Everything, with the verdict of each check."""
    checks = [asdict(each) | {"verdict": each.verdict} for each in report.checks]
    return json.dumps(asdict(report) | {"ok": report.ok, "checks": checks}, ensure_ascii=False, indent=1)


def shaped(report: Report, at: datetime, municipality: str) -> PackageReport:
    """What the template prints."""
    return {
        "made_at": at.isoformat(),
        "municipality": {"name": municipality},
        "title": "Paketet är helt" if report.ok else "Paketet är inte helt",
        "unit": "",
        "date": local_date(at).isoformat(),
        "package": report.package_id,
        "file": report.name,
        "sha256": report.sha256 or None,
        "files": report.files,
        "size": report.size,
        "found": len(report.problems),
        "checks": [{"name": each.name, "verdict": each.verdict, "note": each.note or None} for each in report.checks],
        "problems": [{"where": each.where, "what": each.what, "mend": each.mend} for each in report.problems[:_MOST]],
    }


def as_pdf(report: Report, at: datetime, municipality: str) -> bytes:
    """The report as PDF/A."""
    return render("package_report", dict(shaped(report, at, municipality)))
