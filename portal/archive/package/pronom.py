"""What PRONOM's signatures say that a file is, as archives are told at ingest; fido's, from its wheel, without network."""

import importlib
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

_END = 128 * 1024  # bytes that signatures of a file's end are looked for in
_INNER = 1024 * 1024  # bytes read of a file within a file: what tells a kind stands at its beginning
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_ZIP = "zip"


@cache
def _fido() -> Any:
    fido: Any = importlib.import_module("fido.fido")
    conf = Path(fido.CONFIG_DIR)
    # The newest that the wheel holds: the library's own default names files that it does not bring.
    files = [max(conf.glob("formats-v*.xml")), conf / "format_extensions.xml"]
    return fido.Fido(quiet=True, conf_dir=str(conf), format_files=[str(each) for each in files])


@cache
def _inner() -> Mapping[str, Mapping[str, list[re.Pattern[bytes]]]]:
    """The signatures of files within a ZIP: by path, then by PUID."""
    told = _fido()
    found = told.extract_signatures(ET.parse(Path(told.conf_dir, told.containersignature_file)))  # noqa: S314 of the wheel
    return {
        path: {puid: [re.compile(each["signature"]) for each in signatures] for puid, signatures in puids.items()}
        for path, puids in found.items()
    }


def by_content(data: bytes) -> frozenset[str]:
    """The PUIDs that the file's signatures name: several where PRONOM cannot tell them apart, none where it knows none, or
    only that it is a ZIP, which says nothing of what it holds."""
    if not data:
        return frozenset()
    told = _fido()
    told.current_file, told.current_filesize = "", len(data)
    matches = told.match_formats(data, data[-_END:])
    if told.container_type(matches) == _ZIP:
        return _within(data)
    return frozenset(told.get_puid(form) for form, _signature in matches)


def _within(data: bytes) -> frozenset[str]:
    found = set()
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            for path in _inner().keys() & set(package.namelist()):
                with package.open(path) as file:
                    head = file.read(_INNER)
                for puid, signatures in _inner()[path].items():
                    if any(each.search(head) for each in signatures):
                        found.add(puid)
    except _BROKEN:
        return frozenset()
    return frozenset(found)


def by_ending(ending: str) -> frozenset[str]:
    """The PUIDs of every format whose files' names end so (".txt"): all there is to go by for a text."""
    told = _fido()
    return frozenset(told.get_puid(form) for form, _name in told.match_extensions(f"x{ending}"))


def names() -> Mapping[str, tuple[str, str]]:
    """Every PUID that the signatures know, with the format's name and version (empty where it has none)."""
    return {puid: (form.findtext("name"), form.findtext("version") or "") for puid, form in _fido().puid_format_map.items()}
