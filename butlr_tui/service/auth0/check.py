"""`serve check`: whether the tenant can serve, found out without changing anything in it.

Source: CONTRACT.md, "The Auth0 Management API v2" (needed scopes), "The M2M client service" (audience, scopes).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter

from butlr_tui.contract import SCOPES
from butlr_tui.http.errors import ServiceError
from butlr_tui.http.transport import BadSetting, open_client
from butlr_tui.service.auth0.callers import ALGORITHM, Keys
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.management import Management, is_rejected, read
from butlr_tui.service.auth0.settings import TenantSettings, read_settings
from butlr_tui.service.store import Busy
from butlr_tui.text import safe, truncate

NEEDED_SCOPES: Final = (
    "create:clients",
    "read:clients",
    "delete:clients",
    "create:client_grants",
    "read:client_grants",
)
"""What the calls of the engine need."""
CHECK_SCOPE: Final = "read:resource_servers"
"""What only this check needs, to see the API."""
_TOO_MUCH: Final = frozenset({"read:client_keys", "update:client_keys", "read:client_credentials"})
"""With these a list of clients could carry their secrets."""
_BUSY: Final = "the tenant's rate limit is used up, try again in a minute"
_RFC_9068: Final = "rfc9068_profile"


class Line(NamedTuple):
    """What one check found, and whether that is as it should be."""

    good: bool
    text: str


class _Scope(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    value: str


class _Api(BaseModel):
    """An API of the tenant, which it calls a resource server."""

    model_config = ConfigDict(hide_input_in_errors=True)
    identifier: str
    scopes: list[_Scope] = []
    signing_alg: str = ""
    token_dialect: str = "access_token"  # noqa: S105 - the name of a kind of tokens


_API: Final = TypeAdapter(_Api)


def check(
    environment: Mapping[str, str],
    say: Callable[[str], None],
    transport: httpx.AsyncBaseTransport | None = None,
    clocks: Clocks | None = None,
) -> int:
    """Check the tenant that `environment` names, `say` a line on each thing; the exit code, 0 if all is well."""
    try:
        settings = read_settings(environment)
        http = open_client(settings.url, transport=transport)
    except BadSetting as error:
        say(str(error))
        return 1
    return asyncio.run(_check(http, settings, clocks or Clocks(), say))


async def _check(
    http: httpx.AsyncClient, settings: TenantSettings, clocks: Clocks, say: Callable[[str], None]
) -> int:
    async with http:
        good = True
        async for line in _lines(http, settings, clocks):
            say(f"{'ok' if line.good else 'NOT OK':6}  {line.text}")
            good &= line.good
    return 0 if good else 1


async def _lines(http: httpx.AsyncClient, settings: TenantSettings, clocks: Clocks) -> AsyncIterator[Line]:
    api = Management(http, settings, clocks)
    yield await _keys(Keys(http, clocks))
    try:
        token = await api.token.get()
    except Busy:
        yield Line(False, f"token: {_BUSY}")
        return
    except ServiceError as error:
        yield Line(False, f"token: {_why(error)}. Is the Management API authorised for this application?")
        return
    yield Line(True, f"token: the tenant gives one for {settings.management}")
    for line in _scopes(token.scopes):
        yield line
    try:
        path = f"resource-servers/{quote(settings.audience, safe='')}"
        found = read(_API, await api.get(path, {}, api.in_time()))
    except (ServiceError, Busy) as error:
        yield Line(False, f"audience: {_no_api(error, settings.audience)}")
        return
    for line in _api(found, settings):
        yield line


async def _keys(keys: Keys) -> Line:
    try:
        count = await keys.fetch()
    except ServiceError as error:
        return Line(False, f"keys: {_why(error)}")
    return Line(True, f"keys: {count} to verify callers' tokens with ({ALGORITHM})")


def _scopes(granted: frozenset[str]) -> list[Line]:
    missing = [scope for scope in NEEDED_SCOPES if scope not in granted]
    lines = [
        Line(False, f"scopes: missing {', '.join(missing)}")
        if missing
        else Line(True, f"scopes: {', '.join(NEEDED_SCOPES)}")
    ]
    if too_much := sorted(_TOO_MUCH & granted):
        lines.append(
            Line(False, f"scopes: take away {', '.join(too_much)}: with it, a list could carry secrets")
        )
    return lines


def _api(found: _Api, settings: TenantSettings) -> list[Line]:
    lines = [Line(True, f"audience: {settings.audience} is there")]
    missing = sorted(set(SCOPES).difference(scope.value for scope in found.scopes))
    lines.append(
        Line(False, f"permissions: the API lacks {', '.join(missing)}")
        if missing
        else Line(True, f"permissions: all {len(SCOPES)}")
    )
    alg = truncate(safe(found.signing_alg), 20)
    lines.append(
        Line(found.signing_alg == ALGORITHM, f"signing: the API's tokens are signed with {alg or '?'}")
    )
    lines.append(_claim(found, settings))
    return lines


def _claim(found: _Api, settings: TenantSettings) -> Line:
    """Source: Auth0's "Access token profiles": only the RFC 9068 profile has client_id, the default has azp."""
    comes = "client_id" if found.token_dialect.startswith(_RFC_9068) else "azp"
    read_from = ", ".join(settings.caller_claims)
    own = [claim for claim in settings.caller_claims if claim not in {"client_id", "azp"}]
    if comes in settings.caller_claims:
        return Line(True, f"callers: their tokens carry {comes}; it is read from {read_from}")
    if own:
        return Line(True, f"callers: read from {read_from}, which an Action of yours has to add")
    return Line(
        False,
        f"callers: their tokens carry {comes}, but it is read from {read_from}: give the API the RFC 9068 "
        "token profile, or set BUTLR_CALLER_CLAIMS=client_id,azp",
    )


def _no_api(error: ServiceError | Busy, audience: str) -> str:
    if isinstance(error, Busy):
        return _BUSY
    if is_rejected(error, 404):
        return f"the tenant has no API with the identifier {audience}"
    if is_rejected(error, 403):
        return f"can't be seen without {CHECK_SCOPE}, which only this check needs"
    return _why(error)


def _why(error: ServiceError) -> str:
    return str(error).rstrip(".")
