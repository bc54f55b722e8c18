"""Refuses a request whose end two readers may see in two places.

Source: RFC 9112, 6.1: a server may refuse a message with both lengths, and closes the connection after it.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from butlr_tui.service.bodies import reply
from butlr_tui.service.errors import invalid


class OneLength:
    """Middleware that answers 400 to Content-Length together with Transfer-Encoding."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        names = [name for name, _ in scope.get("headers", ())]
        if b"transfer-encoding" in names and b"content-length" in names:
            refused = invalid("content-length and transfer-encoding must not come together")
            await reply(refused.status, refused.body, {"Connection": "close"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)
