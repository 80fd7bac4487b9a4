"""Pictures that are attached are painted anew: what is kept has the same dots, and nothing else that stood in the file.

So where and when a photograph was taken, by which camera and who, does not come along, nor anything hidden in it.
"""

import io
import threading
from typing import TYPE_CHECKING

from portal.documents.refusing import UploadRefused, is_broken, is_not
from portal.text import _

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 100 * 1000 * 1000  # of the picture unpacked: 25 million dots in colour
_ORIENTATION = 0x0112  # the tag of Exif that says which way is up: kept, since without it the picture lies on its side
_BYTES = {"1": 1, "L": 1, "P": 1, "LA": 2, "I;16": 2}  # of a dot, as Pillow keeps it; four where nothing is said
_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_ENDS = {"png": b"IEND\xaeB`\x82", "jpg": b"\xff\xd9"}  # Pillow paints what there is of some that were cut off

_one_at_a_time = threading.Lock()  # the memory of one such picture, however many are sent at the same moment


def painted_anew(data: bytes, kind: str) -> bytes:
    """The picture as a new file of the same ``kind`` (``png`` or ``jpg``). Raises UploadRefused."""
    from PIL import Image

    if not data.startswith(_BEGINS[kind]):
        raise is_not(kind.upper())
    if _ENDS[kind] not in data:
        raise is_broken(kind.upper())
    try:
        with Image.open(io.BytesIO(data), formats=["PNG" if kind == "png" else "JPEG"]) as picture:
            _bounded(picture)
            with _one_at_a_time:
                return _png(picture) if kind == "png" else _jpeg(picture)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    # Pillow tells of broken files in all these ways.
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError) as error:
        raise is_broken(kind.upper()) from error


def _too_large() -> UploadRefused:
    return UploadRefused(_("Bilden har för många bildpunkter. Spara den i mindre storlek, högst 25 miljoner bildpunkter."))


def _bounded(picture: "Image.Image") -> None:
    """Before anything is unpacked."""
    if picture.width * picture.height * _BYTES.get(picture.mode, 4) > MOST_BYTES:
        raise _too_large()


def _png(picture: "Image.Image") -> bytes:
    picture.load()
    transparency = picture.info.get("transparency")
    picture.info = {} if transparency is None else {"transparency": transparency}
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _jpeg(picture: "Image.Image") -> bytes:
    from PIL import Image

    exif = Image.Exif()
    turned = picture.getexif().get(_ORIENTATION)
    if turned in range(2, 9):
        exif[_ORIENTATION] = turned
    picture.load()
    picture.info = {}
    out = io.BytesIO()
    # "keep": the same tables, so that painting anew costs no sharpness. A file of several pictures (MPO) gives its first.
    how = {"quality": "keep"} if picture.format == "JPEG" else {"quality": 95, "subsampling": 0}
    picture.save(out, "JPEG", exif=exif, **how)
    return out.getvalue()
