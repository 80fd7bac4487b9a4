"""What the package holds, for a person to read: the case in a few lines, and every document with its files. Pure."""

from collections.abc import Iterator, Sequence

from portal.archive.package.content import Placed
from portal.archive.package.holdings import Holding
from portal.archive.package.profile import Profile
from portal.archive.package.records import records
from portal.archive.package.wording import CAPACITIES, OUTCOMES
from portal.clock import local_date

NAME = "innehall.txt"


def document(held: Holding, placed: Sequence[Placed], profile: Profile) -> bytes:
    """The text, UTF-8."""
    lines = [*_case(held, profile), "", "HANDLINGAR", "", *_documents(held, placed)]
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def _case(held: Holding, profile: Profile) -> Iterator[str]:
    case, unit = held.case, held.by_id("unit", held.case["unit_id"])
    yield f"{profile.creator}, ärende {held.number}"
    yield str(case["title"] or case["public_title"])
    yield ""
    yield f"Kommer från: {unit['name'] if unit else 'okänt'}"
    yield f"Skapat: {local_date(case['created_at'])}"
    if case["submitted_at"]:
        yield f"Inskickat: {local_date(case['submitted_at'])}"
    for row in held.rows("decision"):
        what = f"{OUTCOMES[row['outcome']]}, {CAPACITIES[row['capacity']]}, beviljat {row['granted']} kr"
        replaced = ", ersatt" if row["replaced_at"] else ""
        yield f"Beslut {row['number'].replace(chr(160), ' ')}, {row['decided_on']}: {what}{replaced}"
    for row in held.rows("secrecy_mark"):
        standing = "hävd" if row["lifted_at"] else "gäller"
        yield f"Sekretessmarkering {row['marked_on']}, {row['provision']}: {standing}"
    for row in held.rows("closing"):
        yield f"Avslutat: {local_date(row['closed_at'])}"
    for row in held.rows("archiving"):
        yield f"Arkiverat: {local_date(row['archived_at'])}"


def _documents(held: Holding, placed: Sequence[Placed]) -> Iterator[str]:
    for number, record in enumerate(records(held), 1):
        row = record.registered
        if row:
            kind = held.by_id("document_type", row["type_id"])
            counterparty = f", {row['counterparty']}" if row["counterparty"] else ""
            yield f"{number}. {row['title']}"
            yield f"   {kind['name'] if kind else 'Handling'}, {row['dated_on']}{counterparty}"
        else:
            yield f"{number}. {record.files[0].row['title']}"
            yield f"   Fil som inte står i diariet, {local_date(record.files[0].row['created_at'])}"
        for each in placed:
            if each.record.public_id == record.public_id:
                version = f" {each.member.format.version}" if each.member.format.version else ""
                form = f"{each.member.format.name}{version}, PRONOM {each.member.format.puid or 'saknas'}"
                yield f"   {each.member.path}: {each.name}, {each.member.size} byte, {form}"
                yield f"   sha256 {each.member.sha256}"
        yield ""
