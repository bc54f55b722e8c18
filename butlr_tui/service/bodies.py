"""Reads what requests carry, and writes replies."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

from pydantic_core import from_json, to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from butlr_tui.service.errors import Refused

BODY_LIMIT: Final = 64 * 1024
"""Bytes that a request's body may have."""
_BODY_SECONDS: Final = 20.0
JSON: Final = "application/json"
SIGN_OF_LIFE: Final = b"\n"
"""White space, as JSON has it: for the reader of a list that is not whole yet."""
NOT_CACHED: Final = {"Cache-Control": "no-store"}

# Go's encoder, which the production service writes with, keeps JSON safe inside HTML and JavaScript.
_GO_ESCAPES: Final = tuple((char.encode(), f"\\u{ord(char):04x}".encode()) for char in "<>&\u2028\u2029")


def reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """`value` as compact JSON, as Go's encoder writes it. Not to be cached: it may hold a secret."""
    return Response(encoded(value), status, {**NOT_CACHED, **(headers or {})}, JSON)


async def reply_list(
    pieces: AsyncIterator[Sequence[Any]], headers: Mapping[str, str] | None = None
) -> Response:
    """A 200 with a list of any length, written as `reply` writes it.

    One of a single piece is written at once. Of a longer one no more is in memory than the caller reads: the next
    piece is asked for when the one before is on its way. What the first two raise can still be answered. An empty
    piece becomes a line break: a sign of life, for a list that takes long to find.
    """
    begun: list[Sequence[Any]] = []
    async for piece in pieces:  # anext with a default fails on generator expressions before Python 3.12
        begun.append(piece)
        if len(begun) == 2:
            return StreamingResponse(_array(begun, pieces), 200, {**NOT_CACHED, **(headers or {})}, JSON)
    return reply(200, [item for piece in begun for item in piece], headers)


async def _array(begun: Sequence[Sequence[Any]], rest: AsyncIterator[Sequence[Any]]) -> AsyncIterator[bytes]:
    before = b"["
    for piece in begun:
        yield _items(before, piece)
        before = b"," if piece else before
    async for piece in rest:
        yield _items(before, piece)
        before = b"," if piece else before
    yield b"[]" if before == b"[" else b"]"


def _items(before: bytes, piece: Sequence[Any]) -> bytes:
    return before + encoded(piece)[1:-1] if piece else SIGN_OF_LIFE


def encoded(value: Any) -> bytes:
    """`value` as JSON, as Go's encoder writes it."""
    body = to_json(value)
    for char, escape in _GO_ESCAPES:
        body = body.replace(char, escape)
    return body


def header_lines(request: Request, name: bytes) -> list[str]:
    """The values of a header, `name` in small letters, one for each line that it has.

    As `request.headers.getlist`, but that `Headers` takes longer to make than a token to be verified again.
    """
    return [value.decode("latin-1") for header, value in request.scope["headers"] if header == name]


async def read_object(request: Request, refuse: Callable[[str], Refused]) -> dict[str, Any]:
    """The JSON object in the request's body. Raises what `refuse` makes of a sentence on its fault."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise refuse("content type must be application/json")
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            body = await _read(request)
    except TimeoutError:
        raise refuse(f"request body must arrive within {_BODY_SECONDS:.0f} seconds") from None
    except ClientDisconnect:
        raise refuse("request body was cut short") from None
    if body is None:
        raise refuse(f"request body must be at most {BODY_LIMIT} bytes")
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise refuse("request body must be valid JSON") from None
    if not isinstance(value, dict):
        raise refuse("request body must be a JSON object")
    return value


async def _read(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
