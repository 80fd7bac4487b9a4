"""The server: two processes of two threads; more threads only add latency (SQLite lets one write at a time)."""

import gc

worker_class = "gthread"
workers = 2
threads = 2
# Loaded once and forked: half the memory, and a refusal to start ends the server with its one sentence.
preload_app = True
graceful_timeout = 3  # a browser that keeps its connection open must not hold the server back
loglevel = "warning"
control_socket_disable = True

# What is loaded is never garbage. Nothing is looked for in it while it loads, and afterwards the processes leave it alone
# and go on sharing it (https://docs.python.org/3/library/gc.html#gc.freeze).
gc.disable()


def pre_fork(_server: object, _worker: object) -> None:
    """Leave what has been loaded to all the processes in common."""
    gc.freeze()


def post_fork(_server: object, _worker: object) -> None:
    """Look for garbage from here on."""
    gc.enable()
