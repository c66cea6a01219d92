"""An upstream for the bench that answers late or takes everything: python3 later.py PORT.

`GET` is answered after a second, so that any number of requests wait at once. `PUT` is read to its end
in large pieces and answered then.
"""

import asyncio
import socket
import sys
import threading

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


def take_upload(connection, length):
    piece = bytearray(1 << 20)
    while length > 0:
        got = connection.recv_into(piece)
        if got == 0:
            return
        length -= got
    connection.sendall(ANSWER)


def serve_blocking(connection):
    """One connection of uploads; the event loop would copy each piece twice."""
    buffer = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in buffer:
                got = connection.recv(65536)
                if not got:
                    return
                buffer += got
            head, _, rest = buffer.partition(b"\r\n\r\n")
            buffer = b""
            fields = dict(
                line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line
            )
            take_upload(connection, int(fields.get(b"content-length", 0)) - len(rest))


async def serve(reader, writer):
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(1)
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


def accept_uploads(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve_blocking, args=(connection,), daemon=True).start()


async def main(port):
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=10_000)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "uploads":
        accept_uploads(socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=100))
    else:
        asyncio.run(main(int(sys.argv[2])))
