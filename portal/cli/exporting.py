"""The documents of a case as files in a folder."""

from pathlib import Path

from portal.desk.case_files import documents_of
from portal.register.models import Case


def write_documents(case: Case, folder: Path) -> list[Path]:
    """Write every document of the case into ``folder``, each decision's data beside it, and return the files.

    Raises OSError, and DamagedFile when a stored file is not what it was.
    """
    written = []
    for name, content in documents_of(case):
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written
