"""Attaches the token to each request and keeps it fresh.

Source: reliability.md, "Reads and deletes"; contract.md, "Signing in" (renewed five minutes early).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Final

import httpx
from pydantic import SecretStr

from butlr_tui.auth.sign_in import SignIn, Token
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Credentials

RENEWED: Final = "butlr_tui.renewed"
"""In the extensions of a request that earned a 401, was not sent again, and whose token is renewed now."""
_EARLY: Final = 300.0
"""Seconds before its end at which a token is renewed; half its life where that is less."""
_PATIENCE: Final = 30.0
"""Seconds between two tries to renew a token that still holds."""
_MAY_REPEAT: Final = frozenset({"GET", "DELETE"})


class Bearer(httpx.Auth):
    """One service's token, for however many requests at once: they share one renewal, and its failure."""

    def __init__(
        self,
        sign_in: SignIn,
        credentials: Callable[[], Credentials],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`credentials` is asked at each sign-in; it may raise CredentialError."""
        self._sign_in = sign_in
        self._credentials = credentials
        self._clock = clock
        self._lock = asyncio.Lock()
        self._rounds = 0
        self._failure: ServiceError | None = None
        self._renew_at = 0.0
        self.current: Token | None = None
        """The token in use, if there was a sign-in yet."""

    async def aclose(self) -> None:
        """Closes the connection of the sign-in."""
        await self._sign_in.aclose()

    async def token(self) -> SecretStr:
        """A token that holds, after a sign-in where one is due. Raises NotSent or Rejected."""
        return (await self._fresh()).value

    async def try_pair(self, credentials: Credentials) -> Token:
        """Signs in with another pair, for its own sake. Raises NotSent or Rejected."""
        return await self._sign_in.token_for(credentials)

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sends with a token; on a 401 renews it once, and sends again what may be sent twice."""
        token = await self._fresh()
        _attach(request, token)
        response = yield request
        if response.status_code != 401:
            return
        if request.method not in _MAY_REPEAT:
            await self._renewed(token)
            request.extensions[RENEWED] = True
            return
        # httpx reads the first answer whole before it sends again, without a limit and decompressing it.
        body, response.stream = response.stream, httpx.ByteStream(b"")
        assert isinstance(body, httpx.AsyncByteStream)
        await body.aclose()
        _attach(request, await self._renewed(token))
        yield request

    async def _fresh(self) -> Token:
        token = self.current
        if token is None:
            return await self._renewed(None)
        if self._clock() < self._renew_at:
            return token
        try:
            return await self._renewed(token)
        except ServiceError:
            if self._clock() >= token.ends:
                raise
            self._renew_at = self._clock() + _PATIENCE  # early is early: it still holds
            return token

    async def _renewed(self, stale: Token | None) -> Token:
        """A token other than `stale`, from a sign-in of ours or of whoever was first."""
        rounds = self._rounds
        async with self._lock:
            if self._rounds != rounds and self._failure is not None:
                raise self._failure
            if self.current is not None and self.current is not stale:
                return self.current
            try:
                token = await self._sign_in.token_for(self._credentials())
            except ServiceError as error:
                self._failure = error
                self._rounds += 1
                raise
            self._failure = None
            self._rounds += 1
            self.current = token
            self._renew_at = token.ends - min(_EARLY, token.life / 2)
            return token


def _attach(request: httpx.Request, token: Token) -> None:
    request.headers["Authorization"] = f"Bearer {token.value.get_secret_value()}"
