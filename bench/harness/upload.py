"""Memory of a large multipart upload that is checked while it streams."""

import socket

from .process import gateway, resident
from .setting import SERVER_CORE
from .table import Row

MEGABYTES = 100
BOUNDARY = b"----a-boundary-of-the-bench"


def part(disposition, extra=b""):
    return b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; " + disposition + extra + b"\r\n\r\n"


def upload(port, watch):
    begin = part(b'name="title"') + b"A large file\r\n"
    begin += part(b'name="file"; filename="large.bin"', b"\r\nContent-Type: application/octet-stream")
    end = b"\r\n--" + BOUNDARY + b"--\r\n"
    block = bytes(range(256)) * 4096  # 1 MiB
    length = len(begin) + MEGABYTES * len(block) + len(end)
    head = (
        f"POST /uploads HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: {length}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head + begin)
        for _ in range(MEGABYTES):
            connection.sendall(block)
            watch()
        connection.sendall(end)
        answer = connection.recv(65536)
    if b" 200 " not in answer.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"the upload was refused:\n{answer.decode()}")


def measure(setting):
    options = ["--max-body-size", str(2 * MEGABYTES << 20)]
    with gateway(setting, setting.artifact("order"), SERVER_CORE, options) as server:
        server.first_answer("/ready")
        before, most = resident(server.worker), 0

        def watch():
            nonlocal most
            most = max(most, resident(server.worker))

        upload(server.port, watch)
    growth = max(0, most - before)
    return [
        Row(f"{MEGABYTES} MB of multipart, checked while it streams: resident growth",
            f"{growth / 1e6:.2f} MB", "≤ 1 MB", growth <= 1e6, "the file goes to a temporary file")
    ]  # fmt: skip
