"""Refuses a request whose end two readers may see in two places.

Source: RFC 9112, 6.1: a server may refuse a message with both lengths, and closes the connection after it.
"""

from starlette.responses import Response
from starlette.types import Scope

from butlr_tui.service.bodies import reply
from butlr_tui.service.errors import invalid


def fault_in_framing(scope: Scope) -> Response | None:
    """The answer 400 to Content-Length together with Transfer-Encoding."""
    names = [name for name, _ in scope["headers"]]
    if b"transfer-encoding" not in names or b"content-length" not in names:
        return None
    refused = invalid("content-length and transfer-encoding must not come together")
    return reply(refused.status, refused.body, {"Connection": "close"})
