"""What a gateway costs that does nothing: start, memory, and idle connections."""

import socket
import statistics
import time

from .process import gateway, resident
from .setting import SERVER_CORE, raise_file_limit
from .table import Row

PATH = "/items/42"
CONNECTIONS = 10_000
REQUEST = f"GET {PATH} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def start_once(setting, artifact):
    """Seconds from the start to the first answer, and resident bytes at rest."""
    with gateway(setting, artifact, SERVER_CORE) as server:
        seconds = server.first_answer(PATH)
        time.sleep(0.5)
        return seconds, resident(server.worker)


def used_connection(port):
    """A keep-alive connection that has had one answer."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(REQUEST)
    if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
        raise RuntimeError("an idle connection was not answered")
    return connection


def memory_per_connection(setting, artifact):
    raise_file_limit()
    environment = {"BARBACANE_MAX_CONNECTIONS": str(2 * CONNECTIONS)}
    options = ["--keepalive-timeout", "600"]
    with gateway(setting, artifact, SERVER_CORE, options, environment) as server:
        server.first_answer(PATH)
        connections = [used_connection(server.port) for _ in range(100)]
        before = resident(server.worker)
        connections += [used_connection(server.port) for _ in range(CONNECTIONS)]
        time.sleep(0.5)
        after = resident(server.worker)
        for connection in connections:
            connection.close()
    return (after - before) / CONNECTIONS


def measure(setting):
    artifact = setting.artifact("ten")
    runs = [start_once(setting, artifact) for _ in range(setting.rounds(9))]
    seconds, memory = (statistics.median(column) for column in zip(*runs))
    each = memory_per_connection(setting, artifact)
    return [
        Row("idle, 10 operations, one worker: resident", f"{memory / 1e6:.1f} MB", "≤ 15 MB",
            memory <= 15e6, "shared libraries included"),
        Row("… start to first answer", f"{seconds * 1e3:.1f} ms", "≤ 20 ms", seconds <= 0.02),
        Row("resident per idle keep-alive connection", f"{each / 1e3:.2f} KB", "≤ 6 KB",
            each <= 6e3, f"{CONNECTIONS:,} of them, each after one answer"),
    ]  # fmt: skip
