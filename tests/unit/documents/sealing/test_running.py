"""A file is sealed wherever the portal runs, also inside a server that is asynchronous itself."""

import asyncio

import pytest

from portal.documents.sealing.running import finished


async def _doubled(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def _failing() -> None:
    raise LookupError("as it was raised")


def test_work_is_finished_with_and_without_a_loop_around_it() -> None:
    async def within() -> int:
        return finished(_doubled(21))

    assert finished(_doubled(21)) == 42
    assert finished(within()) == 42


def test_what_the_work_raises_is_raised_within_a_loop_too() -> None:
    async def within() -> None:
        finished(_failing())

    with pytest.raises(LookupError, match="as it was raised"):
        finished(within())
