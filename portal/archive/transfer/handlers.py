"""What the worker does about deliveries. What makes packages is imported when it is first used: a server never needs it."""

from collections.abc import Mapping

from portal.archive.transfer.operations import KIND
from portal.outbox.operations import Task
from portal.outbox.worker import Handler


def deliver(payload: Mapping[str, object], task: Task) -> None:
    """See ``sending.deliver``."""
    from portal.archive.transfer import sending

    sending.deliver(payload, task)


HANDLERS: dict[str, Handler] = {KIND: deliver}
