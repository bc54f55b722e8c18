"""What the service asks of an engine that keeps clients, and what every engine may answer."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from butlr_tui.contract import ErrorCode
from butlr_tui.http.errors import ServerFailed
from butlr_tui.models import Credentials
from butlr_tui.service.audit import AuditRow

CLIENTS_LIMIT: Final = 200_000
"""Clients that one client may own on the embedded engine; a tenant has limits of its own."""
PIECE: Final = 500
"""Clients that a list gives at once, at most: some 75 kB, encoded in a quarter of a millisecond."""


class Record(NamedTuple):
    """A client as its owner may see it: what an engine gives back never holds a secret."""

    client_id: str
    name: str
    description: str


class Edition(NamedTuple):
    """Which edition an owner's list is in: another one as soon as anything in it changes."""

    mark: str
    """Letters and digits."""
    size: int
    """Clients in the list."""


class StoredClient(NamedTuple):
    """A client to be kept. Of its secret only the SHA-256."""

    client_id: str
    owner: str
    name: str
    description: str
    secret_hash: bytes

    def __repr__(self) -> str:  # without the hash
        return f"StoredClient({self.client_id!r}, {self.owner!r}, {self.name!r}, {self.description!r})"


class Issued(NamedTuple):
    """A token that a sign-in gave. `expires_in` is in seconds."""

    access_token: str
    scope: str
    expires_in: int

    def __repr__(self) -> str:  # without the token
        return f"Issued({self.scope!r}, {self.expires_in!r})"


class LastSignIns(NamedTuple):
    """What an engine knows of when clients signed in. Moments are in seconds since 1970."""

    since: float
    """From when on it knows of every sign-in."""
    at: Mapping[str, float]
    """The last sign-in of each, by its client id; of one that is not in here none is known."""


class StoreFailed(Exception):
    """The engine could not do it; `code` is what the caller is told."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.value)
        self.code = code


class NotAccepted(Exception):
    """The engine takes no client with this name or description; nothing was done."""


class TooManyClients(Exception):
    """The owner has as many clients as it may have; nothing was done."""


class NoRoom(Exception):
    """Where the engine keeps its clients there may be no more of them, whoever owns them; nothing was done."""


class ListTooLong(ServerFailed):
    """The engine has more clients than it may list; `most` is how many."""

    def __init__(self, most: int) -> None:
        super().__init__(f"No more than {most:,} clients can be listed here.")
        self.most = most


class OwnerGone(Exception):
    """The client whose clients this is about does not exist, or not any more."""


class Busy(Exception):
    """The engine may not be asked now. Nothing was done; `seconds` says how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class InvalidToken(Exception):
    """Not one of the engine's tokens, or not any more."""


class NoClientId(Exception):
    """A good token that does not say whose it is."""


class Store(Protocol):
    """Keeps clients, each seen by its owner only.

    All calls may raise Busy, and ServiceError where the engine is a service elsewhere that gave no clear answer.
    """

    async def create(self, owner: str, name: str, description: str) -> Credentials:
        """A new client that may use the API, durably kept.

        Raises OwnerGone, NotAccepted, TooManyClients, NoRoom, StoreFailed.
        """

    def list(self, owner: str, *, anew: bool = False) -> AsyncIterator[Sequence[Record]]:
        """The clients of `owner`, in an order that stays: pieces of at most PIECE.

        Whoever is there all the while comes once. What others did elsewhere may show late, unless `anew`. An empty
        piece says that it takes longer. Raises ListTooLong.
        """

    async def edition(self, owner: str) -> Edition | None:
        """Which edition the list of `owner` is in; None where the engine can't tell without reading it.

        Raises OwnerGone where that client does not exist, unless it gives None.
        """

    async def get(self, owner: str, client_id: str) -> Record | None:
        """One client of `owner`; None also where another owns it."""

    async def delete(self, owner: str, client_id: str) -> bool:
        """Whether `owner` had that client; it has it no more, and has the clients that were that client's.

        Raises StoreFailed.
        """

    async def prove_writable(self) -> None:
        """Write to the disk what changes nothing. Raises sqlite3.Error."""


class Callers(Protocol):
    """Tells who calls."""

    async def caller(self, token: str) -> str:
        """The client that the JWT was issued to; it still exists.

        Raises InvalidToken, NoClientId, Busy, ServiceError.
        """

    async def holder(self, token: str) -> str:
        """The client that the JWT was issued to. Whether it exists this says, or else what is asked for it then:
        `Store.edition`, `Store.create`.

        Raises what `caller` does.
        """


class SignIns(Protocol):
    """Hands out tokens."""

    async def token_for(self, pair: Credentials) -> Issued | None:
        """A token for the API, or None where id and secret are no pair.

        Raises Refused, Busy, ServiceError.
        """


class Activity(Protocol):
    """Knows when clients last signed in. Not every engine does."""

    knows: bool
    """Whether it does at present: elsewhere the tenant may have to allow it first."""

    async def edition(self, owner: str) -> str:
        """Another one as soon as what is known of any client of `owner` is another. Letters and digits."""

    async def last_sign_ins(self, client_ids: Sequence[str]) -> LastSignIns:
        """What is known of these. Raises Busy, ServiceError, sqlite3.Error."""


class Audit(Protocol):
    """Hears who asked for what. Both calls return at once."""

    def signed_in(self, row: AuditRow) -> None:
        """The caller of `row` got a token."""

    def refused(self, row: AuditRow) -> None:
        """Something was refused, or failed."""
