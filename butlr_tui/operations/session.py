"""What an operator does at one service, without a screen. The app and the plain commands stand on it.

Source: reliability.md, "Create: four states, never a guess" and "Reads and deletes".
"""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import SecretStr

from butlr_tui.api.client import M2MClient, OnBytes, OnClients
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import Token
from butlr_tui.auth.whoami import Identity, whoami
from butlr_tui.config.profiles import Profile
from butlr_tui.http.errors import (
    BadAnswer,
    ClientNotFound,
    NoAnswer,
    NotSent,
    Rejected,
    ServerFailed,
    ServiceError,
)
from butlr_tui.http.retry import Sleep
from butlr_tui.models import Client, Credentials
from butlr_tui.operations.outcomes import (
    AlreadyGone,
    Created,
    CreatedWithoutSecret,
    CreateUnclear,
    Deleted,
    DeleteUnclear,
    Minted,
    NotCreated,
    NotDeleted,
    Removed,
)
from butlr_tui.text import cut, safe

WAITS = (0.0, 1.0, 3.0, 10.0)
"""Seconds after an unclear create at which the list is looked at."""

E = TypeVar("E", bound=ServiceError)
Clients = list[Client]  # Session has a method of that name


class AlreadyRunning(RuntimeError):
    """A create is in flight; this one was not sent."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the list for a client that may have been created."""

    after: float
    """Seconds since the first look was due."""
    found: list[Client]
    error: ServiceError | None = None
    """Why nothing could be seen, if so."""


class Session:
    """One service, signed in to on the first call that needs it.

    Reads raise ServiceError; writes give outcomes.
    """

    def __init__(
        self,
        profile: Profile,
        api: M2MClient,
        bearer: Bearer,
        *,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile = profile
        self._api = api
        self._bearer = bearer
        self._sleep = sleep
        self._clock = clock
        self._minting = False
        self._maybe_deleted: set[str] = set()
        self._known: tuple[Token, Identity] | None = None

    async def aclose(self) -> None:
        """Closes all connections."""
        try:
            await self._api.aclose()
        finally:
            await self._bearer.aclose()

    @property
    def identity(self) -> Identity | None:
        """Who the token says we are; None before the first one came."""
        token = self._bearer.current
        if token is None:
            return None
        if self._known is None or self._known[0] is not token:
            self._known = (token, whoami(token.value.get_secret_value()))
        return self._known[1]

    async def token(self) -> SecretStr:
        """A token that holds. Raises ServiceError."""
        return await self._bearer.token()

    async def try_pair(self, credentials: Credentials) -> Token:
        """Signs in with a new pair: its scopes and its life in seconds show that it works."""
        return await self._bearer.try_pair(credentials)

    async def list(self, progress: OnBytes | None = None, on_clients: OnClients | None = None) -> Clients:
        """All clients. See M2MClient.list_clients for what the callbacks hear."""
        return await self._api.list_clients(progress, on_clients)

    async def show(self, client_id: str) -> Client:
        """One client. Raises ClientNotFound among others."""
        return await self._api.get_client(client_id)

    async def mint(self, name: str, description: str) -> Minted:
        """Creates a client with exactly one POST. Raises AlreadyRunning while another create is in flight."""
        if self._minting:
            raise AlreadyRunning("A create is in flight already.")
        self._minting = True
        try:
            new = await self._api.create_client(name, description)
        except (NotSent, Rejected) as error:
            return NotCreated(name, _light(error))
        except ServiceError as error:
            return CreateUnclear(name, _light(error))
        finally:
            self._minting = False
        if new.client_id is None or new.secret is None:
            return CreatedWithoutSecret(name, new.client_id)
        return Created(name, Credentials(new.client_id, new.secret))

    async def look_for(
        self,
        name: str,
        known_ids: Collection[str],
        waits: Sequence[float] = WAITS,
        on_look: Callable[[Look], None] | None = None,
    ) -> Clients:
        """Looks at the list at `waits` (seconds) for clients called `name` that are not among `known_ids`.

        Returns as soon as any is seen, and an empty list where every later look saw none: "not seen yet".
        Raises the last error where no look saw the list at all.
        """
        started = self._clock()
        blind: ServiceError | None = None
        seen = False
        for after in waits:
            await self._sleep(max(0.0, started + after - self._clock()))
            look = await self._look(name, known_ids, after)
            blind, seen = look.error or blind, seen or look.error is None
            if on_look is not None:
                on_look(look)
            if look.found:
                return look.found
        if blind is not None and not seen:
            raise blind
        return []

    async def _look(self, name: str, known_ids: Collection[str], after: float) -> Look:
        try:
            clients = await self._api.list_clients()
        except ServiceError as error:
            return Look(after, [], _light(error))
        return Look(after, [one for one in clients if one.name == name and one.id not in known_ids])

    async def remove(self, client: Client) -> Removed:
        """Deletes a client, and looks whether it is still there where the answer leaves that open."""
        try:
            await self._api.delete_client(client.id)
        except ClientNotFound:
            return Deleted(client) if client.id in self._maybe_deleted else AlreadyGone(client)
        except (NoAnswer, BadAnswer, ServerFailed) as error:
            return await self._see_if_gone(client, _light(error))
        except ServiceError as error:
            return NotDeleted(client, _light(error))
        return Deleted(client)

    async def _see_if_gone(self, client: Client, error: ServiceError) -> Removed:
        if not error.code:  # a gateway's 5xx, or none: the deletion may yet happen, and the next 404 be ours
            self._maybe_deleted.add(client.id)
        try:
            await self._api.get_client(client.id)
        except ClientNotFound:
            return Deleted(client)
        except ServiceError:
            return DeleteUnclear(client, error)
        name = cut(safe(client.name), 60)
        if isinstance(error, ServerFailed):
            error.happened = f"The service could not delete “{name}”; it is still there."
        else:
            error.happened = f"No clear answer came back; “{name}” is still there."
        return NotDeleted(client, error)


def _light(error: E) -> E:
    """The error without its frames: an outcome is kept, and they hold bodies and requests."""
    return error.with_traceback(None)
