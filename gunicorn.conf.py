"""The server: two processes of two threads; more threads only add latency (SQLite lets one write at a time)."""

worker_class = "gthread"
workers = 2
threads = 2
# Loaded once and forked: half the memory, and a refusal to start ends the server with its one sentence.
preload_app = True
graceful_timeout = 3  # a browser that keeps its connection open must not hold the server back
loglevel = "warning"
control_socket_disable = True
