"""Memory of a proxied connection that rests: a client's and its upstream's, side by side."""

import os
import socket
import sys
import time

from .process import Server, free_port, resident
from .proxies import our_proxy
from .setting import HERE, LOAD_CORE, raise_file_limit
from .table import Row

WAITING = 2_000
IDLE = 250  # what an upstream pool keeps of one upstream is bounded
REQUEST = b"GET /later HTTP/1.1\r\nHost: bench\r\n\r\n"


def python_server(kind):
    """One of the servers of later.py, on the core of the load."""
    port = free_port()
    server = Server([sys.executable, os.path.join(HERE, "later.py"), kind, str(port)], port, LOAD_CORE)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server
        except OSError:
            time.sleep(0.01)


def ask_all(port, count):
    connections = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(count)]
    for connection in connections:
        connection.sendall(REQUEST)
    return connections


def answers_of(connections):
    for connection in connections:
        if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
            raise RuntimeError("a proxied connection was not answered")


def bytes_each(setting, count, answered):
    """Growth per pair; of pairs that have had their answer, or still wait for it."""
    options = ["--keepalive-timeout", "600"]
    with python_server("later") as later, our_proxy(setting, later.port, options) as server:
        server.first_answer("/later")
        first = ask_all(server.port, 10)
        answers_of(first)
        time.sleep(0.2)
        before = resident(server.worker)
        connections = ask_all(server.port, count)
        if answered:
            answers_of(connections)
        time.sleep(4)  # calm, for the allocator to let go
        after = resident(server.worker)
        if not answered:
            answers_of(connections)
        for connection in first + connections:
            connection.close()
    return (after - before) / count


def memory_rows(setting):
    raise_file_limit()
    idle = bytes_each(setting, IDLE, answered=True)
    waiting = bytes_each(setting, WAITING, answered=False)
    return [
        Row("resident per idle proxied connection pair", f"{idle / 1e3:.2f} KB", "≤ 12 KB",
            idle <= 12e3, f"{IDLE} of them, each after one answer"),
        Row("… that waits for its answer", f"{waiting / 1e3:.2f} KB", None, None,
            f"{WAITING:,} of them"),
    ]  # fmt: skip
