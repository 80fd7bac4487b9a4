"""veraPDF in the tests: a machine without its Java parts skips, CI fails, for an unchecked file is not archival."""

import os

import pytest

from portal.archive.checking.pdfa import failures, missing

__all__ = ["failures", "missing", "require"]


def require() -> None:
    """Skip the test where the Java parts are missing; in CI fail instead."""
    reason = missing()
    if reason is None:
        return
    if os.environ.get("CI"):
        pytest.fail(f"veraPDF must run in CI: {reason}")
    pytest.skip(reason)
