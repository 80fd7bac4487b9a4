"""What stands in a PDF: that it is one, that it is whole, and what it would do by itself. Read by qpdf, never run.

The file is kept as it was handed in. What it carries beside its pages is noted, and told to whoever opens it.
"""

import io
import re
import threading
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from portal.documents.refusing import UploadRefused, is_broken, is_not
from portal.text import _

if TYPE_CHECKING:
    from pikepdf import Pdf

MOST_OBJECTS = 300_000  # a tagged PDF of a thousand pages has about that; each costs memory while it is looked at
MOST_DECODED = 16 * 1024 * 1024  # bytes of one packed stream of the file's own structure
_DEEP = 60  # dictionaries within dictionaries
_TAIL, _HEAD = 2048, 1024
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|script|body|svg|iframe|object|embed|meta)\b", re.IGNORECASE)

# Names that may mean something; what they mean where they stand is looked at one by one.
_NOTED = re.compile(
    rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|EF|FileAttachment|XFA|RichMedia|Rendition|Movie|Sound|3D"
    rb"|SubmitForm|ImportData|GoToE|GoToR)\b"
)
_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "action",
    "/SubmitForm": "action",
    "/ImportData": "action",
    "/GoToE": "files",
    "/GoToR": "action",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
}
_SUBTYPES = {"/RichMedia": "media", "/3D": "media", "/Movie": "media", "/Sound": "media", "/FileAttachment": "files"}
_KEYS = {"/JS": "script", "/JavaScript": "script", "/AA": "action", "/EmbeddedFiles": "files", "/EF": "files", "/XFA": "form"}

_limits = threading.Lock()
_bounded = False


def cautions_in(data: bytes) -> tuple[str, ...]:
    """What a reader of the PDF should know of, as keys of ``refusing.CAUTIONS``. Raises UploadRefused.

    Refused is what is no PDF from its first byte, is more than a PDF, is broken, or can only be read with a password.
    """
    _outside(data)
    return _inside(data)


def _outside(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise is_not("PDF")
    if b"%%EOF" not in data[-_TAIL:]:
        raise UploadRefused(_("PDF-filen är avklippt: slutet saknas. Spara den på nytt och bifoga den igen."))
    if _MARKUP.search(data[:_HEAD]) or _is_also_a_zip(data):
        raise UploadRefused(_("Filen är både PDF och något annat. Öppna den, skriv ut den till PDF och bifoga den nya filen."))


def _is_also_a_zip(data: bytes) -> bool:
    """Whether a program that unpacks would find a zip directory at the end."""
    if b"PK\x05\x06" not in data[-66_000:]:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, OverflowError):
        return False


def _bound() -> None:
    """Bound what qpdf may unpack, once for the process."""
    global _bounded
    from pikepdf import settings

    with _limits:
        if not _bounded:
            most = MOST_DECODED
            settings.set_qpdf_limits(
                flate_max_memory=most,
                png_max_memory=most,
                tiff_max_memory=most,
                run_length_max_memory=most,
                dct_max_memory=most,
                doc_max_warnings=1000,
                max_stream_filters=5,
            )
            _bounded = True


def _inside(data: bytes) -> tuple[str, ...]:
    import pikepdf

    _bound()
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise _encrypted()
            _whole(pdf)
            found = set(_noted(pdf))
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except (
        pikepdf.PdfError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        RuntimeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise is_broken("PDF") from error
    return tuple(sorted(found))


def flattened(data: bytes) -> bytes:
    """The PDF with its comments and filled-in fields as part of the pages, where they are read and drawn like all else.

    Raises UploadRefused for a file that cannot be read.
    """
    import pikepdf

    _bound()
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if not any("/Annots" in page for page in pdf.pages):
                return data
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("all")
            out = io.BytesIO()
            pdf.save(out, static_id=True)
            return out.getvalue()
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, RuntimeError, OverflowError) as error:
        raise is_broken("PDF") from error


def _encrypted() -> UploadRefused:
    return UploadRefused(
        _("PDF-filen är skyddad med lösenord. Ta bort skyddet, eller skriv ut den till PDF, och bifoga den igen.")
    )


def _whole(pdf: "Pdf") -> None:
    if len(pdf.objects) > MOST_OBJECTS:
        raise UploadRefused(_("PDF-filen har för många delar. Skriv ut den till PDF i flera filer och bifoga dem."))
    if not len(pdf.pages):
        raise is_broken("PDF")


def _noted(pdf: "Pdf") -> Iterator[str]:
    """What each object of the file is noted for; objects within object streams are among them."""
    import pikepdf

    opening = pdf.Root.get("/OpenAction")  # which page to show is written there too, as a place or as an action GoTo
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") != pikepdf.Name.GoTo:
        yield "action"
    for each in pdf.objects:
        found = each.stream_dict if isinstance(each, pikepdf.Stream) else each
        if isinstance(found, pikepdf.Dictionary | pikepdf.Array) and _NOTED.search(found.unparse(resolved=True)):
            yield from _looked_at(found, 0)


def _looked_at(thing: Any, depth: int) -> Iterator[str]:
    """What a dictionary or array is noted for, with those that stand in it; what it refers to is an object of its own."""
    import pikepdf

    if depth > _DEEP:
        raise ValueError("too deep")
    if isinstance(thing, pikepdf.Dictionary):
        items = dict(thing.items())
        yield from (_KEYS[key] for key in items.keys() & _KEYS.keys())
        yield from (table[str(items[key])] for key, table in (("/S", _ACTIONS), ("/Subtype", _SUBTYPES), ("/Type", _SUBTYPES))
                    if isinstance(items.get(key), pikepdf.Name) and str(items[key]) in table)  # fmt: skip
        inner = list(items.values())
    else:
        inner = list(thing)
    for each in inner:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Array) and not each.is_indirect:
            yield from _looked_at(each, depth + 1)
