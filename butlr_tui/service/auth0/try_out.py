"""`serve check --write`: what only the tenant itself can tell, found out with one client that is deleted again.

Source: CONTRACT.md, "The Auth0 Management API v2" (what is not documented there).
"""

import secrets
from collections.abc import AsyncIterator
from typing import Final

from butlr_tui.http.errors import Rejected, ServiceError
from butlr_tui.http.transport import Response
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.findings import Line
from butlr_tui.service.auth0.kept_list import KeptList
from butlr_tui.service.auth0.management import NOT_DONE, Management, client_path, is_rejected, read
from butlr_tui.service.auth0.pages import Pages
from butlr_tui.service.auth0.reading import Reading
from butlr_tui.service.auth0.wire import (
    CHECKPOINT_PAGE,
    CLIENT,
    FIELDS,
    M2M,
    MARK,
    CheckpointPage,
    TenantClient,
    new_client,
    new_grant,
)
from butlr_tui.service.store import Busy
from butlr_tui.text import safe, truncate

NAME: Final = "butlr-tui serve check"
"""Of the client that is made."""
READS: Final = 60
"""Reads in a row, at most, that look for the rate limit: more than the largest bucket that is documented holds."""
SEARCHED: Final = 30.0
"""Seconds after which the search has had its time to find the new client."""
_TOLD: Final = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")


async def try_out(api: Management, audience: str, clocks: Clocks) -> AsyncIterator[Line]:
    """Make a client, read it, and delete it whatever happens in between; a line on each thing that this tells."""
    mark = secrets.token_hex(16)
    body = new_client(NAME, "May be deleted", TenantClient(mark), mark)
    try:
        made = await api.post("clients", body, api.in_time())
    except NOT_DONE as error:
        yield Line(False, f"create: {_why(error)}; nothing was made")
        return
    except ServiceError as error:
        yield Line(False, f"create: {_why(error)}; it may have been made all the same")
        async for line in _clean_up(api, clocks, mark, None):
            yield line
        return
    client_id = None
    try:
        client_id = read(CLIENT, made).client_id
        yield _secret(made)
        async for line in _facts(api, clocks, client_id, mark, audience):
            yield line
    except (ServiceError, Busy) as error:
        yield Line(False, f"stopped: {_why(error)}")
    async for line in _clean_up(api, clocks, mark, client_id):
        yield line


def _secret(made: Response) -> Line:
    came = b'"client_secret"' in made.body
    keys = ", and private keys besides" if b"PRIVATE KEY" in made.body else ""
    if came:
        return Line(True, f"secret: it is in the answer to a create without read:client_keys{keys}")
    return Line(False, "secret: it is not in the answer to a create: without it no client can be handed over")


async def _facts(
    api: Management, clocks: Clocks, client_id: str, mark: str, audience: str
) -> AsyncIterator[Line]:
    yield await _list(api, clocks, client_id)
    yield await _grant_twice(api, client_id, audience)
    yield await _checkpoints(api)
    yield await _search(api, clocks, client_id, mark)
    yield await _rate_limit(api, client_id)


async def _list(api: Management, clocks: Clocks, client_id: str) -> Line:
    reading = Reading(Pages(api), KeptList(clocks))
    shown = await reading.find(lambda client: client.client_id == client_id)
    await reading.end()
    return Line(bool(shown), f"list: a new client is {'' if shown else 'not '}in the list that follows")


async def _grant_twice(api: Management, client_id: str, audience: str) -> Line:
    body = new_grant(client_id, audience)
    await api.post("client-grants", body, api.in_time())
    try:
        await api.post("client-grants", body, api.in_time())
    except ServiceError as error:
        return Line(True, f"grant: a second one is answered {error.status} {error.code}".rstrip())
    return Line(True, "grant: a second one is accepted")


async def _checkpoints(api: Management) -> Line:
    params = {"take": "1", "app_type": M2M, "fields": FIELDS, "include_fields": "true"}
    try:
        page = read(CHECKPOINT_PAGE, await api.get("clients", params, api.in_time()))
    except ServiceError as error:
        return Line(
            True, f"checkpoints: take does not go with app_type and fields ({error.status} {error.code})"
        )
    if isinstance(page, list) or page.total is not None:
        return Line(True, "checkpoints: take is ignored")
    more = ", and there is a next page" if page.next else ", and there is no next page"
    return Line(True, f"checkpoints: take goes with app_type and fields{more}")


async def _search(api: Management, clocks: Clocks, client_id: str, mark: str) -> Line:
    """Whether and when the search finds the new client. The service itself does not use it.

    Source: Auth0's "Search clients" (`q` in Lucene's syntax). No answer of it is recorded.
    """
    params = {"q": f'metadata.{MARK}:"{mark}"', "take": "1", "fields": "client_id", "include_fields": "true"}
    began = clocks.monotonic()
    while True:
        try:
            page = read(CHECKPOINT_PAGE, await api.get("clients/search", params, api.in_time()))
        except Rejected as error:
            return Line(True, f"search: clients can't be searched here ({error.status} {error.code})")
        took = clocks.monotonic() - began
        if isinstance(page, CheckpointPage) and client_id in {client.client_id for client in page.clients}:
            return Line(True, f"search: a new client is found by its metadata after {took:.0f} s")
        if took >= SEARCHED:
            return Line(True, f"search: a new client is not found by its metadata within {took:.0f} s")
        await clocks.sleep(2)


async def _rate_limit(api: Management, client_id: str) -> Line:
    path = client_path(client_id)
    assert path is not None
    for number in range(1, READS + 1):
        answer = await api.unpaced(path)
        if answer.status == 429:
            told = [f"{name} {_shown(answer, name)}" for name in _TOLD if name in answer.headers]
            return Line(
                True, f"rate limit: read {number} in a row is refused, with {', '.join(told) or 'no header'}"
            )
    return Line(True, f"rate limit: not reached by {READS} reads in a row")


def _shown(answer: Response, name: str) -> str:
    return truncate(safe(answer.headers[name]), 30)


async def _clean_up(api: Management, clocks: Clocks, mark: str, client_id: str | None) -> AsyncIterator[Line]:
    """Delete what was made; by its mark, where its id never came."""
    try:
        ids = [client_id] if client_id is not None else await _marked(api, clocks, mark)
        for one in ids:
            path = client_path(one)
            assert path is not None
            await api.delete(path, api.in_time())
            yield await _gone(api, path)
        if not ids:
            yield Line(True, "delete: there is none to delete")
    except (ServiceError, Busy) as error:
        which = client_id or f"the one named {NAME}"
        yield Line(False, f"delete: {_why(error)}. Delete it in Auth0's dashboard: {which}")


async def _marked(api: Management, clocks: Clocks, mark: str) -> list[str]:
    reading = Reading(Pages(api), KeptList(clocks))
    found = await reading.find(lambda client: client.mark == mark)
    await reading.end()
    return [client.client_id for client in found]


async def _gone(api: Management, path: str) -> Line:
    try:
        await api.get(path, {}, api.in_time())
    except ServiceError as error:
        if is_rejected(error, 404):
            return Line(True, f"delete: it is gone ({error.status} {error.code})")
        raise
    return Line(False, "delete: it is still there. Delete it in Auth0's dashboard: " + NAME)


def _why(error: ServiceError | Busy) -> str:
    if isinstance(error, Busy):
        return "the tenant's rate limit is used up"
    why = str(error).rstrip(".")
    return f"{why} ({error.code})" if error.code else why
