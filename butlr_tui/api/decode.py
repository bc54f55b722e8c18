"""Turns bodies into models. Any body may come: what does not fit becomes InvalidResponse, which quotes no value.

Source: CONTRACT.md, "The M2M client service".
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.api.slices import Bad, NotAList, inside, kind, pieces
from butlr_tui.api.untracked import untrack
from butlr_tui.http.error_body import beginning, parsed
from butlr_tui.http.errors import BadItems, InvalidResponse
from butlr_tui.models import ActiveClient, Client

_CLIENT: Final = TypeAdapter(Client)
_ACTIVE_CLIENT: Final = TypeAdapter(ActiveClient)


@dataclass(frozen=True, slots=True)
class NewClient:
    """What a reply to a create holds of the new client; either may be missing where the reply is damaged."""

    client_id: str | None
    secret: SecretStr | None


async def clients(
    body: bytes,
    on_clients: Callable[[list[Client]], None] | None = None,
    hide: str = "",
    *,
    active: bool = False,
) -> list[Client]:
    """The clients in `body`, decoded in slices between which the event loop runs.

    They are `active` where their activity was asked for. `on_clients` hears each slice as soon as it is there.
    Raises BadItems where some of the items are no clients, and InvalidResponse, whose `beginning` has
    no `hide`, where the body is no list of clients at all.
    """
    found: list[Client] = []
    bad = Bad()
    try:
        start, end = inside(body)
        for piece in pieces(body, start, end, bad, active):
            untrack(piece)
            found += piece
            if on_clients is not None:
                on_clients(piece)
            await asyncio.sleep(0)
        if bad.count and not found:
            raise NotAList(bad.first)
    except NotAList as error:
        why = str(error)
    else:
        if bad.count:
            raise BadItems(bad.told(), good=found)
        return found
    raise InvalidResponse(
        f"The service answered something that is not a list of clients ({why}).",
        beginning=beginning(body, hide),
    )


def client(body: bytes, *, active: bool = False) -> Client:
    """The client in `body`, `active` where its activity was asked for. Raises InvalidResponse."""
    try:
        return _ACTIVE_CLIENT.validate_json(body) if active else _CLIENT.validate_json(body)
    except ValidationError:
        pass
    raise InvalidResponse(f"The service answered something that is not a client ({kind(body)}).")


def new_client(body: bytes) -> NewClient:
    """What a reply to a create says of the new client, also where the reply is cut short or not JSON.

    Within a JSON string every quote is escaped, so a name or description can't pass for a field here.
    """
    fields = parsed(body)
    whole = fields if isinstance(fields, dict) else {}
    found = {name: whole.get(name) or _salvaged(body, name) for name in ("id", "client_id", "client_secret")}
    id_, client_id, secret = (one if isinstance(one, str) and one else None for one in found.values())
    return NewClient(client_id or id_, SecretStr(secret) if secret else None)


def _salvaged(body: bytes, name: str) -> object:
    found = re.search(rb'"%b"\s*:\s*("(?:[^"\\\x00-\x1f]|\\.)*")' % name.encode(), body)
    return parsed(found[1]) if found else None
