"""The report that goes along with a delivery: JSON, whole, and PDF, in parts of so many cases that memory stays bounded."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from portal import clock
from portal.archive.package.profile import SOFTWARE, SOFTWARE_VERSION
from portal.archive.transfer import queries
from portal.archive.transfer.models import Delivery
from portal.archive.transfer.rules import FAILED, RECEIVED, REFUSED, SENT
from portal.clock import local_date
from portal.documents import sender
from portal.documents.store import current_store
from portal.people.queries import is_demo
from portal.settings import current_settings
from portal.text import _

LEFT = (SENT, RECEIVED, REFUSED)
"""States of packages that have been sent."""

IN_ONE_PDF = 2_000
_AT_ONCE = 500
_WORST = {"passed": 0, "warnings": 1, "failed": 2}
Beat = Callable[[], None]


def files(delivery: Delivery, work: Path, beat: Beat) -> list[dict[str, Any]]:
    """Make the report, put its files into the store, and say what they are: name, mime, SHA-256, size."""
    head = _head(delivery)
    base = f"leveransrapport-{delivery.number.replace(' ', '-')}"
    counted = queries.counts([delivery.id])[delivery.id]
    parts = max(1, -(-counted.of(*LEFT) // IN_ONE_PDF))
    made: list[dict[str, Any]] = []
    checks: dict[str, dict[str, Any]] = {}
    path = work / f"{base}.json"
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False, indent=1).rstrip("}\n") + ',\n "packages": [')
        for number, row in enumerate(_rows(delivery.id)):
            _worst(checks, row.SentPackage.checks)
            file.write(("," if number else "") + "\n  " + json.dumps(_package(row), ensure_ascii=False))
            beat()
        sums = {"packages": counted.of(*LEFT), "not_sent": counted.of(FAILED)}
        rest = json.dumps({"checks": list(checks.values()), "sums": sums}, ensure_ascii=False, indent=1)
        file.write("\n ],\n" + rest.lstrip("{\n"))
    made.append(_kept(path.name, "application/json", path.read_bytes()))
    remarks = [_("%(count)s ärenden kunde inte packas och ingår inte.", count=counted.of(FAILED))] if counted.of(FAILED) else []
    for part, cases in enumerate(_in_parts(delivery.id), 1):
        named = f" {part} ({parts})" if parts > 1 else ""
        pdf = sender.printed("delivery_report", _shaped(head, cases, list(checks.values()), remarks, named))
        made.append(_kept(f"{base}{f'-{part}' if parts > 1 else ''}.pdf", "application/pdf", pdf))
        beat()
    path.unlink()
    return made


def _kept(name: str, mime: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mime": mime, "sha256": current_store().put(data), "size": len(data)}


def _head(delivery: Delivery) -> dict[str, Any]:
    settings, terms, by = current_settings(), delivery.terms, delivery.started_by
    return {
        "delivery": delivery.number,
        "made_at": clock.now().isoformat(),
        "started_at": delivery.started_at.isoformat(),
        "started_by": {"name": by.name, "title": by.title},
        "creator": settings.municipality,
        "organisation_number": settings.organisation_number,
        "agreement": terms.agreement.number,
        "edition": terms.edition,
        "receiver": terms.receiver,
        "reference_code": terms.reference_code,
        "specification": f"E-ARK SIP {terms.spec}, {terms.content_type}",
        "archived_in": delivery.year,
        "replaces": delivery.replaces.number if delivery.replaces else "",
        "made_with": f"{SOFTWARE} {SOFTWARE_VERSION}",
    }


def _rows(delivery_row: int) -> Iterator[Any]:
    last = 0
    while rows := queries.reported(delivery_row, last, _AT_ONCE):
        yield from rows
        last = rows[-1].SentPackage.id


def _package(row: Any) -> dict[str, Any]:
    package = row.SentPackage
    return {
        "package": package.name,
        "file": f"{package.name}.zip",
        "sha256": package.sha256,
        "size": package.size,
        "case": row.number,
        "title": row.public_title,
        "files": package.files,
        "sent_at": package.sent_at.isoformat(),
        "replaces": row.replaces or "",
        "checks": [{"name": each["name"], "verdict": each["verdict"]} for each in package.checks],
    }


def _worst(held: dict[str, dict[str, Any]], checks: list[Mapping[str, Any]]) -> None:
    """Each check with the worst that it came to in any package."""
    for each in checks:
        earlier = held.get(each["name"])
        if earlier is None or _WORST[each["verdict"]] > _WORST[earlier["verdict"]]:
            held[each["name"]] = {
                "name": each["name"],
                "version": f"{SOFTWARE} {SOFTWARE_VERSION}",
                "verdict": each["verdict"],
                "note": each["note"] or None,
            }


def _in_parts(delivery_row: int) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for row in _rows(delivery_row):
        package = row.SentPackage
        some.append(
            {
                "case_number": row.number,
                "title": row.public_title,
                "documents": row.documents,
                "files": package.files,
                "size": package.size,
                "package": f"{package.name}.zip" + (_(", ersätter %(name)s", name=row.replaces) if row.replaces else ""),
                "sha256": package.sha256,
            }
        )
        if len(some) == IN_ONE_PDF:
            yield some
            some = []
    if some:
        yield some


def _shaped(
    head: Mapping[str, Any], cases: list[dict[str, Any]], checks: list[dict[str, Any]], remarks: list[str], part: str
) -> dict[str, Any]:
    """What the template prints (``report_shapes.DeliveryReport``)."""
    now = clock.now()
    data = {
        "made_at": now.isoformat(),
        "municipality": sender.municipality(),
        "title": _("Leverans till %(receiver)s", receiver=head["receiver"]) + part,
        "unit": "",
        "date": local_date(now).isoformat(),
        "delivery_number": head["delivery"],
        "creator": head["creator"],
        "organisation_number": head["organisation_number"] or None,
        "receiver": head["receiver"],
        "agreement": head["agreement"],
        "reference": head["reference_code"] or None,
        "standard": head["specification"],
        "delivered_by": head["started_by"],
        "delivered_at": now.isoformat(),
        "cases": cases,
        "checks": checks,
        "receipt": None,
        "remarks": remarks,
    }
    return data | ({"test": True} if is_demo() else {})
