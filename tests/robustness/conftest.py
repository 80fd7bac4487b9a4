"""Instances that real processes serve."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.robustness.served import Served, make_instance


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A fresh instance with the town in it; what is started is killed when the test is over."""
    make_instance(tmp_path / "instance")
    here = Served(tmp_path / "instance")
    yield here
    here.stop()
