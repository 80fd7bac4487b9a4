"""Pictures that are too large, carry more than their dots, or lie about themselves."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = b"57.7089N 11.9746E"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **saved: object) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (10, 120, 200)).save(out, kind, **saved)  # type: ignore[arg-type]  # any option of the format
    return out.getvalue()


def photograph() -> bytes:
    """A JPEG that says where it was taken, and which way is up."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "Kamera", SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=SECRET)


def commented() -> bytes:
    """A PNG with a text of its own."""
    told = PngInfo()
    told.add_text("Plats", SECRET.decode(), zip=True)
    return picture(pnginfo=told)


def png(width: int, height: int, data: bytes, colour: int = 0) -> bytes:
    """A PNG in grey (``colour`` 0; 2 is in colours) that claims to be of that size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
