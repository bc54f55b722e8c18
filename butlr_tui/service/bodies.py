"""Reads request bodies and writes replies."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final

from pydantic_core import from_json, to_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from butlr_tui.service.errors import Refused

BODY_LIMIT: Final = 64 * 1024
"""Bytes that a request's body may have."""
_BODY_SECONDS: Final = 20.0
_PIECE: Final = 1000
"""Items of a list that are encoded in one go: half a millisecond."""

# Go's encoder, which the production service writes with, keeps JSON safe inside HTML and JavaScript.
_GO_ESCAPES: Final = tuple((char.encode(), f"\\u{ord(char):04x}".encode()) for char in "<>&\u2028\u2029")


def reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """`value` as compact JSON, as Go's encoder writes it. Not to be cached: it may hold a secret."""
    return _json(status, _encoded(value), headers)


def reply_list(items: Iterable[Any]) -> Response:
    """A 200 with a list of any length, written as `reply` writes it.

    To be called in a thread: between its pieces others run, as the app that has the service in its process
    needs.
    """
    rest = iter(items)
    parts: list[bytes] = []
    while piece := list(islice(rest, _PIECE)):
        parts.append(_encoded(piece)[1:-1])
    return _json(200, b"[%b]" % b",".join(parts))


def _json(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, "application/json")


def _encoded(value: Any) -> bytes:
    body = to_json(value)
    for char, escape in _GO_ESCAPES:
        body = body.replace(char, escape)
    return body


async def read_object(request: Request, refuse: Callable[[str], Refused]) -> dict[str, Any]:
    """The JSON object in the request's body. Raises what `refuse` makes of a sentence on its fault."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
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
