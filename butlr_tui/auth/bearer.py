"""Attaches the token to each request and keeps it fresh.

A token that was given as it is can't be renewed: after a 401 its source is read once more, since a file or a
command may have another by now. A read or a delete is then sent again; a create never is.

Source: CONTRACT.md, "Signing in" (renewed five minutes early).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from inspect import isawaitable
from typing import Final

import httpx
from pydantic import SecretStr

from butlr_tui.auth.credentials import GivenToken, SignInMethod, TypedUser
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.auth.token import Token, static_token
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Credentials

RENEWED: Final = "butlr_tui.renewed"
"""In the extensions of a request that earned a 401, was not sent again, and whose token is renewed now."""
_EARLY: Final = 300.0
"""Seconds before its end at which a token is renewed; half its life where that is less."""
_PATIENCE: Final = 30.0
"""Seconds between two tries to renew a token that still holds."""
_MAY_REPEAT: Final = frozenset({"GET", "DELETE"})

Ask = Callable[[], SignInMethod | Awaitable[SignInMethod]]
"""Gives what to sign in with; asked at each sign-in. It may raise CredentialError."""


class Bearer(httpx.Auth):
    """One service's token, for however many requests at once: they share one renewal, and its failure."""

    def __init__(
        self,
        sign_in: SignIn,
        own: Ask,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`own` gives the profile's own credentials: what is used until somebody signs in otherwise."""
        self._sign_in = sign_in
        self._own = own
        self._ask = own
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

    @property
    def uses_own(self) -> bool:
        """Whether the profile's own credentials are in use."""
        return self._ask is self._own

    async def own(self) -> SignInMethod:
        """The profile's own credentials, read now. Raises CredentialError."""
        return await _answer(self._own)

    async def sign_in(self, method: SignInMethod, *, is_own: bool = False) -> Token:
        """Signs in with `method`, and uses it from now on. Where it is refused nothing changes.

        `is_own` says that it came from `own`, which is asked again at each later sign-in. Whoever waits for a
        token gets this one. Raises NotSent or Rejected.
        """
        async with self._lock:
            token = await self._token_for(method)
            self._ask = self._own if is_own else lambda: method
            self._take(token)
            return token

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sends with a token; on a 401 renews it once, and sends again what may be sent twice."""
        token = await self._fresh()
        _attach(request, token)
        response = yield request
        if response.status_code != 401:
            return
        renewed = await self._renewed(token)
        if renewed.static and renewed.value == token.value:
            return  # its source, read again, has no other: the 401 says why
        if request.method not in _MAY_REPEAT:
            request.extensions[RENEWED] = True
            return
        # httpx reads the first answer whole before it sends again, without a limit and decompressing it.
        body, response.stream = response.stream, httpx.ByteStream(b"")
        assert isinstance(body, httpx.AsyncByteStream)
        await body.aclose()
        _attach(request, renewed)
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
                token = await self._token_for(await _answer(self._ask))
            except ServiceError as error:
                self._failure = error
                self._rounds += 1
                raise
            self._take(token)
            return token

    def _take(self, token: Token) -> None:
        self._failure = None
        self._rounds += 1
        self.current = token
        self._renew_at = token.ends - min(_EARLY, token.life / 2)

    async def _token_for(self, method: SignInMethod) -> Token:
        match method:
            case GivenToken(value):
                return static_token(value)
            case TypedUser():
                return await self._sign_in.token_for_user(method)
            case _:
                return await self._sign_in.token_for(method)


class OneToken(httpx.Auth):
    """Sends a token that nobody uses yet, and renews nothing."""

    def __init__(self, value: SecretStr) -> None:
        self._token = static_token(value)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sends with it, once."""
        _attach(request, self._token)
        yield request


async def _answer(ask: Ask) -> SignInMethod:
    asked = ask()
    return await asked if isawaitable(asked) else asked


def _attach(request: httpx.Request, token: Token) -> None:
    request.headers["Authorization"] = f"Bearer {token.value.get_secret_value()}"
