"""Word, Excel and OpenDocument files made by hand, part by part, so that any part can be what no office program writes."""

import io
import struct
import zipfile
import zlib

MEGABYTE = 1024 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the members, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def types(part: str, content_type: str, more: str = "") -> bytes:
    """The list of what each part is."""
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{content_type}"/>{more}</Types>'
    ).encode()


def relation(kind: str, target: str, *, external: bool = True) -> bytes:
    """A list of relations with one."""
    mode = ' TargetMode="External"' if external else ""
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}{kind}" Target="{target}"{mode}/></Relationships>'
    ).encode()


def word(body: str) -> bytes:
    """The text of a Word document."""
    return f"<?xml version='1.0' encoding='UTF-8'?><w:document {_W}><w:body>{body}</w:body></w:document>".encode()


def field(*instruction: str) -> bytes:
    """A Word document with a field whose instruction is cut into runs."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in instruction)
    return word(f"<w:p>{runs}</w:p>")


PLAIN = word("<w:p><w:r><w:t>Säkerhetsenheten äskar 100 000 kronor.</w:t></w:r></w:p>")


def docx(more: dict[str, bytes] | None = None, *, text: bytes = PLAIN, declared: str = "", main: str = "") -> bytes:
    """A Word document with ``more`` parts; ``declared`` are more lines of the list of types."""
    content_type = main or OFFICE + "wordprocessingml.document.main+xml"
    parts = {"[Content_Types].xml": types("word/document.xml", content_type, declared)}
    return zipped({**parts, "word/document.xml": text, **(more or {})})


def xlsx(more: dict[str, bytes] | None = None, declared: str = "") -> bytes:
    """A workbook."""
    parts = {"[Content_Types].xml": types("xl/workbook.xml", OFFICE + "spreadsheetml.sheet.main+xml", declared)}
    return zipped({**parts, "xl/workbook.xml": b"<workbook/>", **(more or {})})


def odt(content: str = "", more: dict[str, bytes] | None = None, prolog: str = "") -> bytes:
    """An OpenDocument text; ``content`` is its XML."""
    spaces = {"office": "office", "text": "text", "draw": "drawing", "script": "script"}
    names = "".join(f' xmlns:{name}="{_ODF}{full}:1.0"' for name, full in spaces.items())
    begins = f'<?xml version="1.0"?>{prolog}<office:document-content{names} xmlns:xlink="http://www.w3.org/1999/xlink">'
    text = f"<text:p>Säkerhetsenheten äskar 100 000 kronor.</text:p>{content}"
    whole = f"{begins}<office:body><office:text>{text}</office:text></office:body></office:document-content>"
    parts = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": whole.encode()}
    return zipped({**parts, **(more or {})})


def flagged_encrypted(data: bytes) -> bytes:
    """The flag for encryption set in every header."""
    return _patched(data, {b"PK\x03\x04": (6, b"\x01"), b"PK\x01\x02": (8, b"\x01")})


def lying_small(data: bytes) -> bytes:
    """Every header says that its member unpacks to ten bytes."""
    ten = struct.pack("<I", 10)
    return _patched(data, {b"PK\x03\x04": (22, ten), b"PK\x01\x02": (24, ten)})


def _patched(data: bytes, where: dict[bytes, tuple[int, bytes]]) -> bytes:
    made = bytearray(data)
    for mark, (at, value) in where.items():
        found = made.find(mark)
        while found >= 0:
            made[found + at : found + at + len(value)] = value
            found = made.find(mark, found + 4)
    return bytes(made)


def overlapping(copies: int = 500, size: int = MEGABYTE) -> bytes:
    """A Word document with many members that all point at the same packed bytes (David Fifield, *A better zip bomb*)."""
    small = docx()
    ends = small.rindex(b"PK\x05\x06")
    begins = struct.unpack("<I", small[ends + 16 : ends + 20])[0]
    body, directory = bytearray(small[:begins]), bytearray(small[begins:ends])
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezed.compress(bytes(size)) + squeezed.flush()
    name, crc, at = b"word/media/a.bin", zlib.crc32(bytes(size)), len(body)
    head = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0x21, crc, len(packed), size)
    body += b"PK\x03\x04" + head + struct.pack("<HH", len(name), 0) + name + packed
    for n in range(copies):
        alias = b"word/media/%03d.b" % n
        directory += b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHHHII", len(alias), 0, 0, 0, 0, 0, at) + alias
    count = struct.unpack("<H", small[ends + 10 : ends + 12])[0] + copies
    last = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + last)


def with_link() -> bytes:
    """A Word document in which a member is a symbolic link."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo("word/media/lank.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()
