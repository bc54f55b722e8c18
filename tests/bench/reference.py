"""What the service is held against, on the same server: `python -m tests.bench.reference DATA [LIST…] PORT`.

/hello            a bare endpoint of Starlette
/lists/N          the bytes of the Nth LIST, a file, as they are
/sign-in          reads the hash of a client's secret in DATA, and signs a token
everything else   the service itself over a store in memory, with the key and the clients of DATA
"""

import hmac
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from butlr_tui.contract import SCOPES
from butlr_tui.models import Credentials
from butlr_tui.service.app import create_app
from butlr_tui.service.keys import SigningKeys
from butlr_tui.service.local import DATABASE, SIGNING_KEY, TOKEN_LIFETIME
from butlr_tui.service.minting import digest, matches, mint
from butlr_tui.service.run import serve
from butlr_tui.service.store import Edition, InvalidToken, Issued, Record
from butlr_tui.service.tokens import Tokens


class InMemory:
    """`Store`, `Callers` and `SignIns` over dictionaries."""

    def __init__(self, tokens: Tokens, hashes: dict[str, bytes]) -> None:
        self._tokens = tokens
        self._hashes = hashes
        self._clients: dict[str, dict[str, Record]] = {}

    async def create(self, owner: str, name: str, description: str) -> Credentials:
        made = mint(time.time())
        self._hashes[made.client_id] = digest(made.client_secret.get_secret_value())
        self._clients.setdefault(owner, {})[made.client_id] = Record(made.client_id, name, description)
        return made

    async def list(self, owner: str, *, anew: bool = False) -> AsyncIterator[Sequence[Record]]:
        yield list(self._clients.get(owner, {}).values())

    async def edition(self, _owner: str) -> Edition | None:
        return None

    async def get(self, owner: str, client_id: str) -> Record | None:
        return self._clients.get(owner, {}).get(client_id)

    async def delete(self, owner: str, client_id: str) -> bool:
        return self._clients.get(owner, {}).pop(client_id, None) is not None

    async def prove_writable(self) -> None: ...

    async def caller(self, token: str) -> str:
        caller = self._tokens.caller(token)
        if caller not in self._hashes:
            raise InvalidToken
        return caller

    async def holder(self, token: str) -> str:
        return await self.caller(token)

    async def token_for(self, pair: Credentials) -> Issued | None:
        if not matches(pair.client_secret.get_secret_value(), self._hashes.get(pair.client_id)):
            return None
        return Issued(self._tokens.issue(pair.client_id), " ".join(SCOPES), self._tokens.lifetime)


class Reference:
    """All of them, for `serve`."""

    def __init__(self, data: Path, lists: Sequence[Path]) -> None:
        self._db = sqlite3.connect(data / DATABASE)
        keys = SigningKeys(data / SIGNING_KEY, time.time)
        self._tokens = Tokens(keys, now=time.time, lifetime=TOKEN_LIFETIME)
        memory = InMemory(self._tokens, dict(self._db.execute("SELECT client_id, secret_hash FROM client")))
        self._service = create_app(memory, memory, memory)
        self._bare = Starlette(
            routes=[
                Route("/hello", hello),
                *(
                    Route(f"/lists/{number}", _sending(file.read_bytes()))
                    for number, file in enumerate(lists)
                ),
                Route("/sign-in", self.sign_in, methods=["POST"]),
            ]
        )
        self._paths = {route.path for route in self._bare.routes if isinstance(route, Route)}

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._bare if scope["path"] in self._paths else self._service)(scope, receive, send)

    async def sign_in(self, request: Request) -> Response:
        pair = await request.json()
        (known,) = self._db.execute(
            "SELECT secret_hash FROM client WHERE client_id = ?", (pair["client_id"],)
        ).fetchone()
        if not hmac.compare_digest(digest(pair["client_secret"]), known):
            return JSONResponse({}, 401)
        return JSONResponse({"access_token": self._tokens.issue(pair["client_id"])})

    def greeting(self) -> list[str]:
        return []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def close(self) -> None:
        self._db.close()


async def hello(_request: Request) -> Response:
    return Response("hello", media_type="text/plain")


def _sending(body: bytes) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    return endpoint


def main(data: str, *rest: str) -> int:
    folder, lists, port = Path(data), [*map(Path, rest[:-1])], int(rest[-1])
    return serve(folder, "127.0.0.1", port, lambda _: None, lambda _: Reference(folder, lists))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
