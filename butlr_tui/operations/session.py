"""What an operator does at one service, without a screen. The app and the plain commands stand on it.

All writes go through here, so this is where a read-only profile is held to it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pydantic import SecretStr

from butlr_tui.api.client import M2MClient, OnBytes
from butlr_tui.api.incoming import OnClients
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.credentials import GivenToken, SignInMethod, Typed, validate
from butlr_tui.auth.token import Token
from butlr_tui.auth.token_claims import Identity, whoami
from butlr_tui.config.profiles import Profile, Prompt
from butlr_tui.http.errors import (
    BadItems,
    ClientNotFound,
    InvalidResponse,
    NoResponse,
    NotSent,
    Rejected,
    ServerFailed,
    ServiceError,
)
from butlr_tui.http.retry import Holding, Sleep
from butlr_tui.journal.entries import Entry, SourceLine
from butlr_tui.journal.journal import Journal
from butlr_tui.journal.lines import BegunLine
from butlr_tui.journal.replacements import Replacement, Replacements
from butlr_tui.journal.unfinished import Unfinished
from butlr_tui.models import ActiveClient, Client, Credentials
from butlr_tui.operations.history import History
from butlr_tui.operations.outcomes import (
    AlreadyGone,
    Created,
    CreatedWithoutSecret,
    CreateOutcome,
    CreateUnclear,
    Deleted,
    DeleteOutcome,
    DeleteUnclear,
    NoPlace,
    NotCreated,
    NotDeleted,
    ReadOnly,
    is_gone,
)
from butlr_tui.operations.records import Records
from butlr_tui.text import quoted

if TYPE_CHECKING:
    from butlr_tui.operations.place import SecretPlace

WAITS = (0.0, 1.0, 3.0, 10.0)
"""Seconds after an unclear create at which the list is looked at."""

E = TypeVar("E", bound=ServiceError)
Clients = list[Client]  # Session has a method of that name
UnfinishedCreates = list[Unfinished]
Paths = list[Path]
Entries = list[Entry]


def waits_in_words() -> str:
    """When the list is looked at after an unclear create: `0, 1, 3 and 10 s`."""
    *first, last = (f"{wait:g}" for wait in WAITS)
    return f"{', '.join(first)} and {last} s"


class AlreadyRunning(RuntimeError):
    """A create is in flight; this one was not sent."""


class Look(NamedTuple):
    """One look at the list for a client that may have been created."""

    after: float
    """Seconds since the first look was due."""
    found: list[Client]
    error: ServiceError | None = None
    """Why nothing, or not all, could be seen, if so."""


class Session:
    """One service, signed in to on the first call that needs it.

    Reads raise ServiceError; writes give outcomes. Where the profile is read-only, a write ends with ReadOnly
    before anything is sent or written to the journal.
    """

    def __init__(
        self,
        profile: Profile,
        api: M2MClient,
        bearer: Bearer,
        *,
        journal: Journal | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.profile = profile
        self._api = api
        self._bearer = bearer
        self._records = Records(journal, profile)
        self.history = History(journal, profile.base_url)
        self._sleep = sleep
        self._clock = clock
        self._creating = asyncio.Lock()
        self._maybe_deleted: set[str] = set()
        self._changes: dict[str, bool] = {}
        self._known: tuple[Token, Identity] | None = None

    async def aclose(self) -> None:
        """Closes all connections, and leaves to the next start what is open in the journal."""
        try:
            await self._api.aclose()
        finally:
            self._records.release()
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

    @property
    def own_id(self) -> str | None:
        """The client that we are, where the token says which; None likewise."""
        return self.identity.client_id if self.identity is not None else None

    @property
    def current_token(self) -> Token | None:
        """The token in use: when it ends, and whether a new one will be fetched by itself."""
        return self._bearer.current

    async def sign_in(self, typed: Typed) -> Token:
        """Signs in with what was typed and goes on with it, in memory only; all else stays as it was.

        Where it is refused, what was in use stays in use. Raises ServiceError.
        """
        return await self._go_on_with(validate(typed))

    @property
    def can_return_to_own(self) -> bool:
        """Whether the profile has credentials of its own, and others are in use."""
        source = self.profile.source
        nobody = isinstance(source, Prompt) and (source.stored is None or not source.stored.exists())
        return not nobody and not self._bearer.uses_own

    async def return_to_own(self) -> Token:
        """Signs in with the profile's own credentials again, and goes on with them.

        Where they are refused, what was in use stays in use. Raises ServiceError.
        """
        return await self._go_on_with(await self._bearer.own(), is_own=True)

    async def _go_on_with(self, method: SignInMethod, *, is_own: bool = False) -> Token:
        if isinstance(method, GivenToken):  # there is no signing in with it that could be refused
            await self._api.try_token(method.value)
        token = await self._bearer.sign_in(method, is_own=is_own)
        self._api.forget_list()
        return token

    async def token(self) -> SecretStr:
        """A token that has not ended, signing in where there is none. Raises ServiceError."""
        return await self._bearer.token()

    async def try_pair(self, created: Created) -> Token:
        """Signs in with a new pair, and writes down that it did: its scopes and its life in seconds show that it
        works. Raises ServiceError.
        """
        token = await self.verify(created.credentials)
        await self._records.signed_in(created)
        return token

    async def verify(self, credentials: Credentials) -> Token:
        """Signs in with a pair, for its own sake: what it may do, and for how long. Raises ServiceError."""
        return await self._bearer.try_pair(credentials)

    async def list(
        self,
        progress: OnBytes | None = None,
        on_clients: OnClients | None = None,
        on_again: Callable[[], None] | None = None,
        *,
        anew: bool = True,
    ) -> Clients:
        """All clients. See M2MClient.list_clients for what the callbacks hear, for `anew`, and for BadItems."""
        return await self._api.list_clients(progress, on_clients, on_again, anew=anew)

    def take_changes(self) -> Mapping[str, bool]:
        """Which clients were created or deleted here since the last time, by their client ids: whether each is
        there now.
        """
        changes, self._changes = self._changes, {}
        return changes

    def may_tell_more(self, clients: Sequence[Client]) -> bool:
        """Whether the service told, but only while it gave this list, that it knows when clients signed in."""
        return self._api.knows_activity and bool(clients) and not isinstance(clients[0], ActiveClient)

    async def show(self, client_id: str) -> Client:
        """One client. Raises ClientNotFound among others."""
        return await self._api.get_client(client_id)

    async def create(
        self,
        name: str,
        description: str,
        places: Sequence[SecretPlace] = (),
        *,
        before: Collection[str] = (),
        replaces: str | None = None,
        line: SourceLine | None = None,
        on_send: Callable[[], None] = lambda: None,
    ) -> CreateOutcome:
        """Creates a client with exactly one POST, once the journal knows of it and its `places` are reserved.

        They are released again where no secret comes: also where it is unclear whether there is a client, since
        that one's secret can't be had any more. `before` are the ids of the clients that have this name already:
        what the journal tells a new one by. `replaces` is the client id of the one whose place it is to take,
        `line` that of a file which it is created from: the journal knows it again. `on_send` hears when the POST
        is about to be sent: whoever cancels before that knows that nothing is created, and so does the journal.
        Raises AlreadyRunning while another create is in flight.
        """
        if self.profile.read_only:
            return NotCreated(name, ReadOnly(self.profile.name))
        if self._creating.locked():
            raise AlreadyRunning
        async with self._creating:
            try:
                outcome = await self._create(name, description, places, before, replaces, line, on_send)
                if not isinstance(outcome, Created):
                    left = await _released(places)  # while the entry is open: it names the files
                    if left and isinstance(outcome, NotCreated):  # the entry of any other stays open
                        outcome.error.message += f" {left}"
                if isinstance(outcome, Created):
                    self._changes[outcome.credentials.client_id] = True
                await self._records.create_ended(outcome)
            except BaseException:
                await _released(places)
                raise
        return outcome

    async def _create(
        self,
        name: str,
        description: str,
        places: Sequence[SecretPlace],
        before: Collection[str],
        replaces: str | None,
        line: SourceLine | None,
        on_send: Callable[[], None],
    ) -> CreateOutcome:
        attempt = ""
        try:
            await self._bearer.token()  # the journal names who asked
            reserved = [place.file for place in places if place.file is not None]
            attempt = await self._records.begin_create(name, self.own_id, before, reserved, replaces, line)
            await self._reserve(name, places, attempt)
            on_send()
            return await self._post(name, description, attempt)
        except (NotSent, Rejected) as error:
            return NotCreated(name, _light(error), attempt)
        except ServiceError as error:
            return CreateUnclear(name, _light(error), attempt)

    async def _reserve(self, name: str, places: Sequence[SecretPlace], attempt: str) -> None:
        """Raises NoPlace where one can't be."""
        try:
            for place in places:
                if fault := await place.reserve():
                    raise NoPlace(fault)
        except asyncio.CancelledError:
            await _released(places)  # while the entry is open: it names the files
            why = NotSent("It was broken off before anything was sent.")
            await self._records.create_ended(NotCreated(name, why, attempt))
            raise

    async def create_is_answered(self) -> None:
        """Waits while a create waits for its answer, until the journal has that."""
        async with self._creating:
            return

    async def _post(self, name: str, description: str, attempt: str) -> CreateOutcome:
        new = await self._api.create_client(name, description)
        if new.client_id is None or new.secret is None:
            return CreatedWithoutSecret(name, new.client_id, attempt)
        return Created(name, Credentials(new.client_id, new.secret), attempt)

    async def reserving(self, created: Created, file: Path) -> bool:
        """Writes down which file is about to be made for a secret that is there already. False where it can't."""
        return await self._records.reserving(created, file)

    async def delivered(self, created: Created, how: str) -> bool:
        """Writes down that the secret went to what is no storage, such as "sent to a clipboard"."""
        return await self._records.delivered(created, how)

    async def not_copied(self, created: Created, why: str) -> bool:
        """Writes down that nothing came of a copy of the secret, and why. False where it can't."""
        return await self._records.not_copied(created, why)

    async def not_stored(self, created: Created, why: str) -> bool:
        """Writes down what would have stored the secret and did not, and why. False where it can't."""
        return await self._records.not_stored(created, why)

    async def stored(self, created: Created, how: str) -> bool:
        """Writes down that the secret is stored, and how. False where it can't: it will be offered again."""
        return await self._records.stored(created, how)

    async def clear_away(self) -> Paths:
        """Takes away the files that creates reserved here and that were interrupted before a secret was in them.

        Which those were. Not those of creates that another instance works on.
        """
        return await self._records.clear_away()

    async def unfinished(self, clients: Collection[Client]) -> UnfinishedCreates:
        """Earlier creates here whose secret may be lost, and that nobody works on. Raises NotSent.

        `clients` are all that the service has now: what these creates may have made is among them.
        """
        return await self._records.unfinished(clients)

    async def may_have_made(self, attempt: str, clients: Collection[Client]) -> Clients:
        """Those of `clients`, all that the service has now, that this unfinished create here may have made.

        Raises NotSent.
        """
        unfinished = await self.unfinished(clients)
        return [client for one in unfinished if one.entry.attempt == attempt for client in one.candidates]

    async def replacements(self, clients: Collection[Client]) -> Replacements:
        """The replacements here that are not ended, read anew. Raises NotSent.

        `clients` are all that the service has now: one of the two may have been deleted elsewhere.
        """
        return (await self._records.replacements()).seen_in(clients, self.own_id)

    async def replacement_is_over(self, replacement: Replacement) -> bool:
        """Writes down that one of the two is gone. False where it can't: it is told again."""
        return await self._records.replacement_over(replacement)

    async def begun_lines(self) -> Mapping[SourceLine, BegunLine]:
        """The lines of files that creates here were begun for, and how far they are. Raises NotSent."""
        return await self._records.begun_lines()

    def creating_from_lines(self) -> AbstractAsyncContextManager[bool]:
        """Keeps other instances from creating clients from files meanwhile. Gives False where one does.

        Raises NotSent.
        """
        return self._records.creating_from_lines()

    def handling(self, entry: Entry) -> AbstractAsyncContextManager[bool]:
        """Keeps other instances from an unfinished create meanwhile.

        Gives False where another one works on it, or has settled it. Raises NotSent.
        """
        return self._records.handling(entry.attempt)

    async def settle(self, entry: Entry | CreatedWithoutSecret | CreateUnclear, how: str) -> bool:
        """Writes down what the operator decided about it, such as "kept": it is not offered again."""
        return await self._records.settled(entry.attempt, how)

    async def look_for(
        self,
        name: str,
        known_ids: Collection[str],
        on_look: Callable[[Look], None] | None = None,
    ) -> Clients:
        """Looks at the list at WAITS for clients called `name` that are not among `known_ids`.

        Returns as soon as any is seen, and an empty list where every later look saw none: "not seen yet".
        Raises the last error where no look saw the list at all.
        """
        started = self._clock()
        blind: ServiceError | None = None
        seen = False
        for after in WAITS:
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
        why: ServiceError | None = None
        try:
            clients = await self._api.list_clients()
        except BadItems as error:  # it may be among those that could not be read
            clients, error.good, why = error.good, [], _light(error)
        except ServiceError as error:
            return Look(after, [], _light(error))
        return Look(after, [one for one in clients if one.name == name and one.id not in known_ids], why)

    async def delete(self, client: Client, holding: Holding = nullcontext) -> DeleteOutcome:
        """Deletes a client, and looks whether it is still there where the answer leaves that open.

        `holding` lasts while it waits since the service asked to.
        """
        if self.profile.read_only:
            return NotDeleted(client, ReadOnly(self.profile.name))
        if self._bearer.current is None:
            try:
                await self._bearer.token()  # the journal names who asked
            except ServiceError as error:
                return NotDeleted(client, _light(error))
        attempt = await self._records.begin_delete(client, self.own_id)
        outcome = await self._delete(client, holding)
        if is_gone(outcome):
            self._changes[client.client_id] = False
        await self._records.delete_ended(attempt, outcome, self.own_id)
        return outcome

    async def interrupted_deletions(self) -> Entries:
        """Deletions here whose program ended before it knew how they went. Raises NotSent."""
        return await self._records.interrupted_deletions()

    async def deletion_seen(self, entry: Entry, *, is_listed: bool) -> bool:
        """Writes down what a later list tells of an interrupted deletion. Whether the client is known to be gone.

        A list without it shows that only to the identity that could see it before.
        """
        is_gone = not is_listed and entry.by is not None and entry.by == self.own_id
        await self._records.deletion_seen(entry, is_listed=is_listed, is_gone=is_gone)
        return is_gone

    async def _delete(self, client: Client, holding: Holding) -> DeleteOutcome:
        try:
            await self._api.delete_client(client.id, holding)
        except ClientNotFound:
            return Deleted(client) if client.id in self._maybe_deleted else AlreadyGone(client)
        except (NoResponse, InvalidResponse, ServerFailed) as error:
            return await self._see_if_gone(client, _light(error))
        except ServiceError as error:
            return NotDeleted(client, _light(error))
        return Deleted(client)

    async def _see_if_gone(self, client: Client, error: ServiceError) -> DeleteOutcome:
        if not error.code:  # a gateway's 5xx, or none: the deletion may yet happen, and the next 404 be ours
            self._maybe_deleted.add(client.id)
        try:
            await self._api.get_client(client.id)
        except ClientNotFound:
            return Deleted(client)
        except ServiceError as hindrance:
            return DeleteUnclear(client, error, _light(hindrance))
        which = quoted(client.name or client.client_id)
        if isinstance(error, ServerFailed):
            error.message = f"The service could not delete {which}; it is still there."
        else:
            error.message = f"No clear answer came back; {which} is still there."
        return NotDeleted(client, error)


async def _released(places: Sequence[SecretPlace]) -> str:
    """Releases them all. What had to be left, in sentences; "" where nothing is."""
    return " ".join([left for place in places if (left := await place.release())])


def _light(error: E) -> E:
    """The error without its frames: an outcome is kept, and they hold bodies and requests."""
    return error.with_traceback(None)
