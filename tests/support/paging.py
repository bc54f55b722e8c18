"""How a tenant gives its list of clients: page by page, by position or by checkpoint.

Source: Auth0's API description (`page`, `per_page`, `from`, `take`), and what is recorded of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Client = dict[str, Any]


class Refused(Exception):
    """400, with these words and this code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code)
        self.message = message
        self.code = code


@dataclass
class Paging:
    """The ways that a tenant knows; a test takes some away."""

    checkpoints: bool = True
    checkpoints_with_filter: bool = True
    ignores_take: bool = False
    most: int = 100
    """Clients that a page really has, whatever was asked for."""
    tells: bool = True
    """Whether `limit` says so; else it echoes what was asked for."""
    reach: int | None = None
    """How many clients pages by position reach."""
    _cursors: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    """What was given before each: a list, of which so many."""

    def answer(
        self, everybody: list[Client], query: dict[str, str], shown: Callable[[Client], Client]
    ) -> Any:
        """The answer to a list of `everybody` that the filters leave."""
        if "take" in query and not self.ignores_take:
            if not self.checkpoints or ("app_type" in query and not self.checkpoints_with_filter):
                raise Refused(
                    "Query validation error: 'Additional properties not allowed: take'",
                    "invalid_query_string",
                )
            return self._by_checkpoint(everybody, query, shown)
        page, asked = int(query.get("page", 0)), int(query.get("per_page", 50))
        if not 0 < asked <= 100:
            raise Refused("Query validation error on property per_page", "invalid_query_string")
        size = min(asked, self.most)
        start = page * size
        if self.reach is not None and start + size > self.reach and start:
            raise Refused(
                f"Requesting page {page} exceeds the allowed maximum of {self.reach} records. To fetch results "
                f"beyond {self.reach}, use the checkpoint pagination method.",
                "invalid_paging",
            )
        found = [shown(client) for client in everybody[start:][:size]]
        if query.get("include_totals") != "true":
            return found
        limit = size if self.tells else asked
        return {"total": len(everybody), "start": start, "limit": limit, "clients": found}

    def _by_checkpoint(
        self, everybody: list[Client], query: dict[str, str], shown: Callable[[Client], Client]
    ) -> dict[str, Any]:
        given, count = self._cursors.get(query.get("from", ""), ([], 0))
        if "from" in query and not given:
            raise Refused("Invalid checkpoint", "invalid_paging")
        start = self._after(everybody, given, count)
        found = everybody[start:][: min(int(query["take"]), self.most)]
        if count != len(given):
            given = given[:count]
        given += [client["client_id"] for client in found]
        if start + len(found) == len(everybody):
            return {"clients": [shown(client) for client in found]}
        cursor = f"checkpoint-{len(self._cursors)}"
        self._cursors[cursor] = (given, len(given))
        return {"clients": [shown(client) for client in found], "next": cursor}

    def _after(self, everybody: list[Client], given: list[str], count: int) -> int:
        """The place behind the last of those that were given and are still there."""
        if [client["client_id"] for client in everybody[max(0, count - 1) : count]] == given[:count][-1:]:
            return count
        before = set(given[:count])
        return max((at for at, one in enumerate(everybody, 1) if one["client_id"] in before), default=0)
