"""What the service asks of an engine that keeps clients."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from butlr_tui.contract import ErrorCode


class Record(NamedTuple):
    """A client as its owner may see it: what an engine gives back never holds a secret."""

    client_id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to be kept. Of its secret only the SHA-256."""

    client_id: str
    owner: str
    name: str
    description: str
    secret_hash: bytes = field(repr=False)


class StoreFailed(Exception):
    """The engine could not do it; `code` is what the caller is told."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.value)
        self.code = code


class OwnerGone(Exception):
    """The client that was to own the new ones has been deleted meanwhile."""


class Store(Protocol):
    """Keeps clients, each seen by its owner only. Blocking, and safe to call from many threads."""

    def add(self, clients: Sequence[NewClient]) -> None:
        """Keep all of them or none, durably. Raises OwnerGone, StoreFailed."""

    def list(self, owner: str) -> list[Record]:
        """The clients of `owner`, by id and so by time."""

    def get(self, owner: str, client_id: str) -> Record | None:
        """One client of `owner`; None also where another owns it."""

    def delete(self, owner: str, client_id: str) -> bool:
        """Whether `owner` had that client; it has it no more. Raises StoreFailed."""

    def secret_hash(self, client_id: str) -> bytes | None:
        """The SHA-256 of the client's secret, whoever owns it; None where there is no such client."""
