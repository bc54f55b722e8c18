"""`serve check`: whether the tenant can serve, found out without changing anything in it unless told to.

Source: CONTRACT.md, "The Auth0 Management API v2" (needed scopes), "The M2M client service" (audience, scopes).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter

from butlr_tui.contract import SCOPES
from butlr_tui.http.errors import ServiceError
from butlr_tui.http.transport import BadSetting, open_client
from butlr_tui.service.auth0.callers import ALGORITHM, Keys
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.findings import Line
from butlr_tui.service.auth0.management import Management, is_rejected, read
from butlr_tui.service.auth0.pages import Pages
from butlr_tui.service.auth0.settings import TenantSettings, read_settings
from butlr_tui.service.auth0.try_out import try_out
from butlr_tui.service.store import Busy
from butlr_tui.text import counted, safe, truncate

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
_PLANS: Final = {"2": ("the free plan", 10), "5": ("a self-service plan", 100)}
"""By the size of the bucket of lists."""
_LARGE_PLAN: Final = ("a large plan", 100_000)
_BUSY: Final = "the tenant's rate limit is used up, try again in a minute"
_RFC_9068: Final = "rfc9068_profile"


class _Scope(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    value: str


class _Policy(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    policy: str = ""


class _Authorization(BaseModel):
    """Who may use an API: people, and clients on their own."""

    model_config = ConfigDict(hide_input_in_errors=True)
    client: _Policy | None = None


class _Proof(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    required: bool = False


class Api(BaseModel):
    """An API of the tenant, which it calls a resource server."""

    model_config = ConfigDict(hide_input_in_errors=True)
    identifier: str
    scopes: list[_Scope] = []
    signing_alg: str = ""
    token_dialect: str = "access_token"  # noqa: S105 - the name of a kind of tokens
    token_encryption: dict[str, Any] | None = None
    proof_of_possession: _Proof | None = None
    subject_type_authorization: _Authorization | None = None


class _Count(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    total: int


_API: Final = TypeAdapter(Api)
_COUNT: Final = TypeAdapter(_Count)


def check(
    environment: Mapping[str, str],
    say: Callable[[str], None],
    transport: httpx.AsyncBaseTransport | None = None,
    clocks: Clocks | None = None,
    *,
    write: bool = False,
) -> int:
    """Check the tenant that `environment` names, `say` a line on each thing; the exit code, 0 if all is well.

    With `write`, and where all is well so far, a client is made there, tried out and deleted again.
    """
    try:
        settings = read_settings(environment)
        http = open_client(settings.url, transport=transport)
    except BadSetting as error:
        say(str(error))
        return 1
    return asyncio.run(_check(http, settings, clocks or Clocks(), say, write=write))


async def _check(
    http: httpx.AsyncClient,
    settings: TenantSettings,
    clocks: Clocks,
    say: Callable[[str], None],
    *,
    write: bool,
) -> int:
    good = True

    async def tell(lines: AsyncIterator[Line]) -> None:
        nonlocal good
        async for line in lines:
            say(f"{'ok' if line.good else 'NOT OK':6}  {line.text}")
            good &= line.good

    async with http:
        api = Management(http, settings, clocks)
        await tell(_lines(api, Keys(http, clocks), settings))
        if write and good:
            await tell(try_out(api, settings.audience, clocks))
        elif write:
            say("Nothing was written: first the above.")
    return 0 if good else 1


async def _lines(api: Management, keys: Keys, settings: TenantSettings) -> AsyncIterator[Line]:
    yield await _keys(keys)
    try:
        token = await api.token.get()
    except Busy:
        yield Line(False, f"token: {_BUSY}")
        return
    except ServiceError as error:
        yield Line(
            False,
            f"token: {_why(error)}. Is the Management API authorised for this application, and AUTH0_DOMAIN the "
            "tenant's own domain?",
        )
        return
    yield Line(True, f"token: the tenant gives one for {settings.management}")
    for line in _scopes(token.scopes):
        yield line
    yield await _room(api)
    yield await _way(api)
    try:
        found = await read_api(api, settings.audience)
    except (ServiceError, Busy) as error:
        yield Line(False, f"audience: {_no_api(error, settings.audience)}")
        return
    for line in about_api(found, settings):
        yield line


async def _room(api: Management) -> Line:
    """How many applications there are, and how many there may be.

    Source: Auth0's "Entity limit policy" and "Rate limit configurations", of which the second gives the plan away.
    """
    params = {"per_page": "1", "include_totals": "true", "fields": "client_id", "include_fields": "true"}
    try:
        answer = await api.get("clients", params, api.in_time())
        total = read(_COUNT, answer).total
    except Busy:
        return Line(False, f"room: {_BUSY}")
    except ServiceError as error:
        return Line(False, f"room: {_why(error)}")
    told = f"room: {counted(total, 'application')}"
    if (bucket := answer.headers.get("x-ratelimit-limit")) is None:
        return Line(True, told)
    plan, most = _PLANS.get(bucket, _LARGE_PLAN)
    told = f"{told} of the {most:,} that {plan} has, as this one is by its rate limit"
    return Line(total < most, told if total < most else f"{told}: no room for another one")


async def _way(api: Management) -> Line:
    """How the service will read the tenant's clients: reads a page, or a few where it has to look for a way."""
    pages = Pages(api)
    try:
        async with aclosing(pages.walk()) as walk:
            await anext(walk)
    except Busy:
        return Line(False, f"lists: {_BUSY}")
    except ServiceError as error:
        return Line(False, f"lists: {_why(error)}")
    return Line(
        True, f"lists: the tenant is read {pages.way}; what was read answers them for a minute at least"
    )


async def read_api(api: Management, audience: str) -> Api:
    """The API of that identifier. Raises ServiceError, Busy."""
    path = f"resource-servers/{quote(audience, safe='')}"
    return read(_API, await api.get(path, {}, api.in_time()))


async def _keys(keys: Keys) -> Line:
    try:
        count = await keys.fetch()
    except ServiceError as error:
        return Line(False, f"keys: {_why(error)}")
    return Line(True, f"keys: {count} to verify callers' tokens with ({ALGORITHM})")


def _scopes(granted: frozenset[str]) -> list[Line]:
    if not granted:
        return [Line(True, "scopes: the tenant does not tell which it gives")]
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


def about_api(found: Api, settings: TenantSettings) -> list[Line]:
    """What is to be said of the API that new clients are to use."""
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
    lines += [Line(False, f"tokens: {fault}") for fault in _faults(found)]
    return lines


def _faults(found: Api) -> list[str]:
    """What keeps clients from getting tokens, or the service from reading them."""
    faults = []
    who = found.subject_type_authorization
    if who is not None and who.client is not None and who.client.policy == "deny_all":
        faults.append(
            "the API gives none to machine-to-machine clients (deny_all): set it to require a grant"
        )
    if found.token_encryption:
        faults.append(
            "the API encrypts them, so that nobody else can read who calls: take the encryption away"
        )
    if found.proof_of_possession is not None and found.proof_of_possession.required:
        faults.append(
            "the API demands proof of possession, which the service does not look at: do not require it"
        )
    return faults


def _claim(found: Api, settings: TenantSettings) -> Line:
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
    why = str(error).rstrip(".")
    return f"{why} ({error.server_message})" if error.server_message else why
