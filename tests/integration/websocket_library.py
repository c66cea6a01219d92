"""A gateway between two ends that speak WebSocket by the library `websockets` (Debian:
python3-websockets).

    websocket_library.py --gateway wss://localhost:8443 --upstream-port 9000 [--ca ca.pem]
                         [--certificate upstream.pem --key upstream.key]

Serves the upstream itself, on the port the gateway was told of, then makes each check below, each
on a connection of its own. Prints one line a check; the exit code is 1 if any failed.
"""

import argparse
import asyncio
import random
import ssl
import sys
import traceback

import websockets
from websockets.exceptions import ConnectionClosed, InvalidStatusCode

PATIENCE = 30
CODES = (1000, 1001, 1011, 3000, 4999)


# --- the upstream ---------------------------------------------------------------------------------


class Upstream:
    """Does what the path asks for, and keeps what it saw of each connection by its path."""

    def __init__(self):
        self.seen = {}

    async def serve(self, socket):
        path = socket.path
        ended = asyncio.get_running_loop().create_future()
        self.seen[path] = socket, ended
        try:
            await self.play(socket, path.split("/")[1:])
        except ConnectionClosed:
            pass
        await socket.wait_closed()
        ended.set_result((socket.close_code, socket.close_reason))

    async def play(self, socket, path):
        match path:
            case ["closes", code]:
                await socket.recv()
                await socket.close(int(code), "enough of " + code)
            case ["vanishes"]:
                await socket.recv()
                socket.transport.abort()
            case ["pings"]:
                answered = await socket.ping(b"are you there?")
                await answered
                await socket.send("you are")
            case ["fragments"]:
                await socket.send(pieces_of(await socket.recv()))
            case _:
                async for message in socket:
                    await socket.send(message)

    def socket(self, path):
        return self.seen[path][0]

    async def end_of(self, path):
        """Close code and reason, as the upstream came to know them."""
        return await self.seen[path][1]


# --- the checks -----------------------------------------------------------------------------------


def pieces_of(message, count=64):
    """Each goes out as a frame of its own."""
    size = max(len(message) // count, 1)
    return [message[at : at + size] for at in range(0, len(message), size)]


def expect(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {expected!r:.200}, got {actual!r:.200}")


async def echoes_text_and_binary(connect, upstream):
    async with connect("/echo") as socket:
        for message in ("hello", "", "Übergröße 🌍", b"\x00\xff bytes", b"", "last"):
            await socket.send(message)
            expect(await socket.recv(), message, "echo")


async def passes_a_megabyte_in_one_frame_and_in_many(connect, upstream):
    binary = random.Random(1).randbytes(1 << 20)
    text = "Grüße, 世界 " * (1 << 16)
    async with connect("/echo") as socket:
        for message in (binary, text):
            await socket.send(message)
            expect(await socket.recv() == message, True, "one frame")
            await socket.send(pieces_of(message))
            expect(await socket.recv() == message, True, "many frames")
    async with connect("/fragments") as socket:
        await socket.send(binary)
        expect(await socket.recv() == binary, True, "many frames of the upstream")


async def passes_pings_within_a_fragmented_message(connect, upstream):
    async def pieces(socket):
        for piece in ("a ", "message ", "with ", "pings"):
            yield piece
            answered = await socket.ping()
            await answered

    async with connect("/echo") as socket:
        await socket.send(pieces(socket))
        expect(await socket.recv(), "a message with pings", "echo")


async def answers_pings_of_both_sides(connect, upstream):
    async with connect("/echo") as socket:
        for payload in (b"", b"x" * 125):
            answered = await socket.ping(payload)
            await answered
    async with connect("/pings") as socket:
        expect(await socket.recv(), "you are", "the upstream's ping")


async def lets_the_upstream_choose_the_subprotocol(connect, upstream):
    for offered, chosen in ((["v1", "chat.v2"], "chat.v2"), (["v1"], None), (None, None)):
        async with connect("/echo/subprotocol", subprotocols=offered) as socket:
            expect(socket.subprotocol, chosen, f"of {offered}")
            expect(upstream.socket("/echo/subprotocol").subprotocol, chosen, "upstream's view")


async def offers_no_compression_upstream_and_chooses_none(connect, upstream):
    async with connect("/echo/deflate", compression="deflate") as socket:
        offered = socket.request_headers["Sec-WebSocket-Extensions"]
        expect("permessage-deflate" in offered, True, "the client's offer")
        expect("Sec-WebSocket-Extensions" in socket.response_headers, False, "an answer to it")
        passed_on = upstream.socket("/echo/deflate").request_headers
        expect("Sec-WebSocket-Extensions" in passed_on, False, "an offer to the upstream")
        await socket.send("z" * 10_000)
        expect(await socket.recv(), "z" * 10_000, "echo")


async def relays_close_codes_of_the_client(connect, upstream):
    for code in CODES:
        path = f"/echo/{code}"
        async with connect(path) as socket:
            await socket.close(code, f"bye {code}")
        expect(await upstream.end_of(path), (code, f"bye {code}"), "the upstream was told")
        expect(socket.close_code, code, "the client's own code came back")


async def relays_close_codes_of_the_upstream(connect, upstream):
    for code in CODES:
        path = f"/closes/{code}"
        async with connect(path) as socket:
            await socket.send("please")
            await socket.wait_closed()
        expect((socket.close_code, socket.close_reason), (code, f"enough of {code}"), "the client")
        expect((await upstream.end_of(path))[0], code, "the upstream's own code came back")


async def tells_one_side_that_the_other_vanished(connect, upstream):
    async with connect("/vanishes") as socket:
        await socket.send("please")
        await socket.wait_closed()
    expect(socket.close_code, 1014, "the client was told")
    socket = await connect("/echo/torn")
    socket.transport.abort()
    expect((await upstream.end_of("/echo/torn"))[0], 1001, "the upstream was told")


async def serves_many_at_once(connect, upstream):
    async def talk(number):
        async with connect(f"/echo/many-{number}") as socket:
            for turn in range(20):
                await socket.send(f"{number}: {turn}")
                expect(await socket.recv(), f"{number}: {turn}", "echo")

    await asyncio.gather(*(talk(number) for number in range(50)))


async def refuses_what_is_not_routed(connect, upstream):
    try:
        async with connect("", base="nowhere"):
            raise AssertionError("it was accepted")
    except InvalidStatusCode as refusal:
        expect(refusal.status_code, 404, "status")


CHECKS = (
    echoes_text_and_binary,
    passes_a_megabyte_in_one_frame_and_in_many,
    passes_pings_within_a_fragmented_message,
    answers_pings_of_both_sides,
    lets_the_upstream_choose_the_subprotocol,
    offers_no_compression_upstream_and_chooses_none,
    relays_close_codes_of_the_client,
    relays_close_codes_of_the_upstream,
    tells_one_side_that_the_other_vanished,
    serves_many_at_once,
    refuses_what_is_not_routed,
)


# --- running them ---------------------------------------------------------------------------------


def connector(gateway, ca):
    tls = ssl.create_default_context(cafile=ca) if gateway.startswith("wss:") else None

    def connect(path, base="ws", **options):
        # No limits and pings but those the checks make.
        return websockets.connect(
            f"{gateway}/{base}{path}", ssl=tls, max_size=None, ping_interval=None, **options
        )

    return connect


async def passes(check, connect, upstream):
    try:
        await asyncio.wait_for(check(connect, upstream), PATIENCE)
    except Exception:
        print(f"FAILED  {check.__name__}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"passed  {check.__name__}", flush=True)
    return True


async def run(options):
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate, options.key)
    upstream = Upstream()
    connect = connector(options.gateway, options.ca)
    async with websockets.serve(
        upstream.serve, "127.0.0.1", options.upstream_port, ssl=tls, subprotocols=["chat.v2"],
        max_size=None, ping_interval=None,
    ):  # fmt: skip
        results = [await passes(check, connect, upstream) for check in CHECKS]
    return 0 if all(results) else 1


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gateway", required=True)
    parser.add_argument("--upstream-port", type=int, required=True)
    parser.add_argument("--ca")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(parse_options())))
