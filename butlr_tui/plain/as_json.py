"""Clients as `list --json` and `show --json` print them: their fields, and the moment that their id tells."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from butlr_tui.ids import created_seconds
from butlr_tui.models import Client

Fields = dict[str, str | None]


def fields_of(clients: Sequence[Client]) -> list[Fields]:
    """The fields of each client; `created` is None where the id tells no time."""
    created = created_seconds([client.client_id for client in clients])
    return [
        {
            "id": client.id,
            "client_id": client.client_id,
            "name": client.name,
            "description": client.description,
            "created": None if second is None else _iso(second),
        }
        for client, second in zip(clients, created, strict=True)
    ]


def _iso(second: int) -> str:
    # By its parts, many of which are alike: a list may hold 100,000, and isoformat() takes five times as long.
    minutes, rest = divmod(second, 60)
    day, minute = divmod(minutes, 24 * 60)
    return f"{_day(day)}T{_minute(minute)}:{rest:02}Z"


@cache
def _day(day: int) -> str:
    return f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m-%d}"


@cache
def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
