"""pyHanko works in coroutines; the portal does not. Run to its end here, also where the thread has a loop of its own."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` comes to, or raises."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as aside:  # a loop runs none other within it
        return aside.submit(asyncio.run, work).result()
