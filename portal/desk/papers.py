"""The papers for an organ as one folder for its meeting system: the tjänsteskrivelse, the request, statements, attachments.

The folder is built on disk, one file in memory at a time.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from portal.clock import STOCKHOLM, local_date
from portal.decisions.committee_papers import Handed, document
from portal.decisions.document import Frame
from portal.desk.documents_read import WITHHELD, withheld
from portal.desk.paper_names import Names, parted, safe
from portal.documents import queries as documents
from portal.documents import scanning, sender, word
from portal.documents.models import Document
from portal.documents.store import DamagedFile, current_store
from portal.funding_requests.queries import Version
from portal.months import in_full
from portal.register.models import Case
from portal.text import _

_STATEMENTS, _MINUTES, _ATTACHMENTS, _SUBMISSION = "statement", "minutes", "attachment", "submission"
CONTENTS = "Innehåll.txt"


@dataclass(frozen=True, slots=True)
class Papers:
    """A case with what its papers are made of."""

    case: Case
    version: Version
    handed: Handed
    frame: Frame

    @property
    def name(self) -> str:
        """What the folder is called; that of a secret case by its number alone."""
        number = self.case.diary_number or ""
        named = number if self.case.is_secret else f"{number} {self.handed.organs.meeting.in_text}"
        return safe(_("Underlag %(name)s", name=named))


@dataclass(slots=True)
class _Made:
    """What has been put in so far: the lines of the table of contents, and of what is missing."""

    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def folder(papers: Papers) -> IO[bytes]:
    """The folder as a ZIP file, open at its beginning; gone when it is closed."""
    made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it has been sent
    try:
        with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as package:
            for name, content in _files(papers):
                package.writestr(_member(f"{papers.name}/{name}", papers.frame.made_at), content)
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return made


def _member(name: str, at: datetime) -> ZipInfo:
    here = at.astimezone(STOCKHOLM)
    member = ZipInfo(name, (here.year, here.month, here.day, here.hour, here.minute, here.second))
    member.compress_type, member.external_attr = ZIP_DEFLATED, 0o600 << 16
    return member


def _files(papers: Papers) -> Iterator[tuple[str, bytes]]:
    """Name and content, the table of contents last."""
    names, made = Names(), _Made()
    data = document(papers.version, papers.case.diary_number, papers.handed, papers.frame)
    organ = papers.handed.organs.meeting.in_text
    letter, printed = names.given(_("Tjänsteskrivelse.docx")), names.given(_("Tjänsteskrivelse.pdf"))
    made.lines.append(_("%(name)s: med förslaget till %(organ)s, att redigera i Word", name=letter, organ=organ))
    yield letter, word.letter(data)
    made.lines.append(_("%(name)s: samma text som PDF/A", name=printed))
    yield printed, sender.printed("submission", data)
    names.given(CONTENTS)
    for document_, title, told in _stored(papers):
        name, content = _stored_file(document_, names.given(title), names)
        (made.lines if content.kept else made.missing).append(f"{content.name}: {content.told or told}")
        yield name, content.data
    yield CONTENTS, _contents(papers, made)


@dataclass(frozen=True, slots=True)
class _Content:
    name: str
    data: bytes
    kept: bool
    told: str = ""


def _stored_file(stored: Document, name: str, names: Names) -> tuple[str, _Content]:
    """The file, or in its place a text that says why it is missing."""
    why = scanning.refusal_to_open(scanning.state_of_document(stored))
    if withheld(stored):
        why = _(WITHHELD)
    if why is None:
        try:
            return name, _Content(name, current_store().read(stored.file.sha256), kept=True)
        except DamagedFile:
            why = _("Filen är skadad och kan inte läsas. Kontakta den som driver portalen.")
    instead = names.given(_("%(name)s saknas.txt", name=parted(name)[0]))
    return instead, _Content(name, _text([f"{name}: {why}"]), kept=False, told=why)


def _stored(papers: Papers) -> Iterator[tuple[Document, str, str]]:
    """The stored documents that belong to the papers, each with its name and what it is."""
    every = documents.of_case(papers.case.id)
    own = [each for each in every if each.original_id is None]
    submitted = [each for each in own if each.kind == _SUBMISSION and each.version == papers.version.number]
    for each in submitted:
        yield each, _("Äskandet som det skickades in.pdf"), _("äskandet, version %(n)s", n=each.version)
    for each in own:
        if each.kind == _STATEMENTS:
            yield each, _("Yttrande %(day)s.pdf", day=local_date(each.created_at).isoformat()), _("ekonomis yttrande")
    for each in own:
        if each.kind == _MINUTES:
            ending = parted(each.filename)[1]
            day = local_date(each.created_at).isoformat()
            yield each, _("Protokollsutdrag %(day)s%(ending)s", day=day, ending=ending), each.title
    for number, each in enumerate(_attachments(every), 1):
        ending = parted(each.filename)[1]
        named = f"{_('Bilaga %(n)s', n=number)}{ending}" if papers.case.is_secret else _called(number, each.filename)
        yield each, named, _("bilaga, %(title)s", title=each.title)


def _called(number: int, filename: str) -> str:
    return _("Bilaga %(n)s – %(name)s", n=number, name=filename)


def _attachments(every: Sequence[Document]) -> list[Document]:
    """The newest edition of each attachment, in the order in which they were first attached."""
    first: dict[object, int] = {}
    for each in every:
        if each.kind == _ATTACHMENTS:
            first.setdefault(each.series or each.id, each.id)
    newest = [each for each in documents.newest_editions(every) if each.kind == _ATTACHMENTS and each.original_id is None]
    return sorted(newest, key=lambda each: first[each.series or each.id])


def _contents(papers: Papers, made: _Made) -> bytes:
    organs, here = papers.handed.organs, papers.frame.made_at.astimezone(STOCKHOLM)
    when = f"{in_full(here.date())} {here:%H:%M}".replace("\u00a0", " ")
    lines = [
        _("Underlag till %(organ)s", organ=organs.meeting.in_text),
        f"{papers.case.diary_number} {papers.version.content.title}",
        _("Hämtat %(when)s", when=when),
        "",
        _("Beslutar: %(organ)s", organ=organs.deciding.name),
        *([_("Bereder: %(organ)s", organ=organs.preparing.name)] if organs.preparing else []),
        "",
        *made.lines,
    ]
    if not papers.handed.put.reworded:
        lines += ["", _("Förslaget till beslut står med äskandets egna ord. Formulera det för organet i Word-filen.")]
    if made.missing:
        lines += ["", _("Saknas:"), *made.missing]
    return _text(lines)


def _text(lines: Sequence[str]) -> bytes:
    """Text as Windows shows it: its line ends, and a mark that it is UTF-8."""
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")
