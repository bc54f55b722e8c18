"""Figure 11 of the reliability figures: what wants to fill the memory, or never to end, gets neither."""

import asyncio
import gzip
import time
import tracemalloc
import zlib

import pytest

from butlr_tui.http.errors import InvalidResponse, NoResponse
from butlr_tui.http.transport import Response, exchange, open_client
from tests.support.faults import Behaviour, FaultServer, drip, endless, response, stall_after
from tests.support.figures import figure

CAP = 1 << 20
DEADLINE = 1.0
GRACE = 1.0
"""Seconds for the way back, on a machine that is busy with other tests."""
ROOM = 20 << 20

HEAD = b"HTTP/1.1 200 OK\r\n"
# 10 MiB of zeros each; zstd and brotli by hand, as what the standard library does not write. Some at once: the
# chunk that a decoder would be handed is that of hundreds of MiB.
GZIP = gzip.compress(bytes(10 << 20))
DEFLATE = zlib.compress(bytes(10 << 20))
_ZEROS = (((128 << 10) << 3) | 1 << 1).to_bytes(
    3, "little"
) + b"\0"  # a block of zstd: 128 KiB of the same byte
_LAST = (((128 << 10) << 3) | 1 << 1 | 1).to_bytes(3, "little") + b"\0"
ZSTD = (b"\x28\xb5\x2f\xfd\xa0" + (10 << 20).to_bytes(4, "little") + _ZEROS * 79 + _LAST) * 50
BROTLI = bytes.fromhex("cbffff3ff82700e2b14020f7fe2fffff3ff04f00c4611180eefd07") * 500


def encoded(name: str, bomb: bytes, *, chunked: bool = False) -> Behaviour:
    """The same compressed megabytes again and again."""
    head = HEAD + f"Content-Encoding: {name}\r\n".encode()
    if chunked:
        chunk = f"{len(bomb):x}\r\n".encode() + bomb + b"\r\n"
        return endless(head + b"Transfer-Encoding: chunked\r\n\r\n", chunk)
    return endless(head + b"\r\n", bomb)


PLAIN = b"x" * 65536
BOMBS: dict[str, Behaviour] = {
    "gzip": encoded("gzip", GZIP),
    "gzip, chunked": encoded("gzip", GZIP, chunked=True),
    "gzip twice": encoded("gzip, gzip", gzip.compress(GZIP)),
    "deflate": encoded("deflate", DEFLATE),
    "br": encoded("br", BROTLI),
    "br, chunked": encoded("br", BROTLI, chunked=True),
    "zstd": encoded("zstd", ZSTD),
    "zstd, chunked": encoded("zstd", ZSTD, chunked=True),
    "endless": endless(HEAD + b"\r\n", PLAIN),
    "chunked": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + PLAIN + b"\r\n"),
    "one huge chunk": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n", PLAIN),
    "endless chunk extension": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", PLAIN),
    "endless trailer": endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", PLAIN),
    "endless headers": endless(HEAD, b"X: " + b"y" * 4096 + b"\r\n"),
    "one endless header": endless(HEAD + b"X: ", PLAIN),
    "endless status line": endless(b"HTTP/1.1 200 ", PLAIN),
    "endless 1xx": endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100),
    "a length of 1 TiB": endless(HEAD + b"Content-Length: 1099511627776\r\n\r\n", PLAIN),
    "drip in the headers": drip(HEAD + b"X: y\r\n" * 9999),
    "drip in the body": drip(response(200, b"x" * 99_999)),
    "drip in a chunk": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n" + b"x" * 99_999),
    "stall in the body": stall_after(response(200, b"x" * 99_999)[:200]),
}


async def ask(bomb: Behaviour) -> tuple[Response | NoResponse, int]:
    """What a GET made of it, and how often it was set off."""
    async with FaultServer(bomb) as server, open_client(server.url) as client:
        try:
            answer = await exchange(client, client.build_request("GET", "/"), cap=CAP, deadline=DEADLINE)
        except NoResponse as error:
            return error, len(server.seen)
        return answer, len(server.seen)


def set_off(name: str) -> tuple[Response | NoResponse, int, int, float]:
    """Besides what `ask` gives: the bytes of memory that it took at most, and its seconds."""
    tracemalloc.start()
    started = time.monotonic()
    answer, bombs = asyncio.run(ask(BOMBS[name]))
    took = time.monotonic() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return answer, bombs, peak, took


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_does_not_go_off(name: str) -> None:
    answer, bombs, peak, took = set_off(name)
    if (
        took >= DEADLINE + GRACE
    ):  # the machine may be late once; a deadline that does not hold is so each time
        answer, bombs, peak, took = set_off(name)
    print(f"{name}: {peak >> 10} KiB at most, {took:.2f} s")
    figure(11, bombs=bombs, over_20_MiB=int(peak > CAP + ROOM), late=int(took > DEADLINE + GRACE))
    assert peak < CAP + ROOM
    assert took < DEADLINE + GRACE
    if isinstance(answer, Response):
        assert len(answer.body) <= CAP
        assert isinstance(answer.incomplete, InvalidResponse | NoResponse)
