"""Turns bodies into models. Any body may come: what does not fit becomes InvalidResponse, which quotes no value.

A list's body is decoded while it comes in: incoming.py.

Source: CONTRACT.md, "The M2M client service".
"""

import re
from typing import Final, NamedTuple

from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.api.cuts import kind
from butlr_tui.http.error_body import parsed
from butlr_tui.http.errors import InvalidResponse
from butlr_tui.models import ActiveClient, Client

_CLIENT: Final = TypeAdapter(Client)
_ACTIVE_CLIENT: Final = TypeAdapter(ActiveClient)


class NewClient(NamedTuple):
    """What a reply to a create holds of the new client; either may be missing where the reply is damaged."""

    client_id: str | None
    secret: SecretStr | None


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
