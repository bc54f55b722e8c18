"""Creates a client: the form, the one POST, and what is looked for where no clear answer came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeVar

from butlr_tui.contract import DESCRIPTION_LIMIT, RESOURCES, fault_in_description, fault_in_name
from butlr_tui.flows import wording
from butlr_tui.flows.destinations import first_destination, named_destination, suggested_path
from butlr_tui.flows.hand_over import hand_over
from butlr_tui.flows.host import Confirm, Question, ask_once
from butlr_tui.flows.sign_in import sign_in
from butlr_tui.http.errors import CredentialError, InvalidRequest, ServiceError, SignInNeeded
from butlr_tui.ids import created_at
from butlr_tui.operations.destinations import BadDestination, ToMachine
from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret, CreateUnclear, NoPlace, NotCreated
from butlr_tui.operations.session import waits_in_words
from butlr_tui.text import counted, old, safe, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.hand_over import DeliveryResult, ReservedPlace
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.flows.wording import Key
    from butlr_tui.models import Client
    from butlr_tui.operations.place import Destination

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed: kept for the next try, where this one did not end in a client with a secret."""

    name: str = ""
    description: str = ""


class FormField(Enum):
    """A part of the form that may be wrong."""

    NAME = "name"
    DESCRIPTION = "description"
    DESTINATION = "destination"


class Wish(Enum):
    """What is to be done with a form."""

    CREATE = auto()
    LOOK_AGAIN = auto()
    """See whether the client exists, after a create that got no clear answer."""
    LEAVE = auto()


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as the operator left it."""

    draft: Draft
    to: str
    """Where the secret is to go: see flows/destinations.py."""
    wish: Wish = Wish.CREATE
    also: Sequence[str] = ()
    """Where else it is to go."""


@dataclass(eq=False)
class NewClientForm(Question[FilledForm]):
    """The form of a new client, with what can be said of it while it is being filled in."""

    context: FlowContext
    draft: Draft
    to: str
    """Where the secret is to go unless the operator says otherwise: see flows/destinations.py."""
    replaces: str | None = None
    """The client id of the one whose place it is to take."""
    can_look_again: bool = False
    """Whether the last create got no clear answer."""
    is_sent: bool = False
    """Whether the create itself is on its way, or was, and can't be called back any more."""
    faulty: FormField | None = None
    """What the fault is about that is told, where it is about one part."""

    @property
    def rights(self) -> str:
        """What the client will be allowed to do."""
        return f"Every client may read, write and delete {', '.join(RESOURCES[:-1])} and {RESOURCES[-1]}."

    def again(self, key: Key) -> str:
        """What to do once a client without a secret is deleted, inside a sentence."""
        return f"create again ({key('new')})"

    def about_name(self, name: str) -> str:
        """What is wrong with a name, or that others have it; "" where there is nothing to say."""
        if not name:
            return ""
        if fault := self.fault_in_name(name):
            return fault
        same = self.context.named(name)
        if not same:
            return ""
        if len(same) > 1:
            found = f"{counted(len(same), 'client')} have this name."
        else:
            created = created_at(same[0].client_id)
            found = "A client with this name exists"
            found += f" ({old(created, self.context.clock())})." if created else "."
        return f"{found} Names may repeat; you will tell them apart by id."

    async def suggested_path(self, name: str) -> str:
        """A file for the secret of a client with this name."""
        return await suggested_path(self.to, name)

    def fault_in_name(self, name: str) -> str:
        """Why the service would refuse a name; "" where it would not."""
        return _fault(fault_in_name(name))

    def fault_in_description(self, description: str) -> str:
        """Why the service would refuse a description; "" where it would not."""
        return _fault(fault_in_description(description))

    def length_of(self, description: str) -> str:
        """How much of the room for a description is used."""
        return f"{len(description)}/{DESCRIPTION_LIMIT}"


@dataclass(frozen=True, slots=True)
class CreateResult:
    """A client that was created, and what became of its secret."""

    created: Created
    delivery: DeliveryResult


@dataclass(frozen=True, slots=True)
class PossibleDuplicates:
    """A create got no clear answer, and these clients of its name are in the list."""

    outcome: CreateUnclear
    clients: Sequence[Client]
    draft: Draft
    are_new: bool
    """Whether they are known not to have been there before; else they may have been."""


CreateEnd = CreateResult | CreatedWithoutSecret | PossibleDuplicates | None
"""None where the operator left the form."""


async def create(host: FlowHost, context: FlowContext, draft: Draft) -> CreateEnd:
    """Create a client and take its secret where it should live; None where the operator left the form."""
    title = f"New client on {safe(context.profile.title)}"
    return await create_from(
        host, context, NewClientForm(title, context, draft, await first_destination(context.profile))
    )


async def create_from(host: FlowHost, context: FlowContext, form: NewClientForm) -> CreateEnd:
    """Create a client as a form says; the new pair of one that is to replace another is tried at once."""
    try:
        ended = await _Attempts(host, context, form).run()
    finally:
        host.close(form)
    match ended:
        case (Created() as created, to):
            host.reload(select=created.credentials.client_id)
            is_tried = form.replaces is not None
            return CreateResult(created, await hand_over(host, context, created, to, is_tried=is_tried))
        case CreatedWithoutSecret():
            host.reload(select=ended.client_id)
            host.say(f"✗ {wording.no_secret(ended.client_id, ended.name, form.again(host.key), host.key)}")
        case PossibleDuplicates(outcome, clients, are_new=are_new):
            host.reload(select=clients[0].id)
            if are_new:
                found = wording.found(outcome.name, outcome.error, clients, form.again(host.key), host.key)
            else:
                found = wording.found_maybe_old(outcome.name, clients, host.key)
            host.say(f"✗ {found}")
    return ended


_Ended = tuple[Created, "Sequence[ReservedPlace]"] | CreatedWithoutSecret | PossibleDuplicates | None


class _Attempts:
    """One form, until a client is created or the operator leaves: with all that was typed, whatever fails."""

    def __init__(self, host: FlowHost, context: FlowContext, form: NewClientForm) -> None:
        self._host = host
        self._context = context
        self._form = form
        self._sent: Draft | None = None
        self._unclear: CreateUnclear | None = None
        self._known_before: frozenset[str] = frozenset()
        self._knows_all_before = False

    async def run(self) -> _Ended:
        fault = ""
        while True:
            self._form.can_look_again = self._unclear is not None
            filled = await self._host.ask(self._form, fault)
            if filled is None:
                return None
            if filled.draft != self._sent:  # another name is another client
                fault, self._form.faulty, self._unclear = "", None, None
            if filled.wish is Wish.LEAVE:
                if await self._leaves():
                    return None
                continue
            self._sent = filled.draft
            self._form.faulty = None
            ended = await self._try(filled)
            if not isinstance(ended, str):
                return ended
            fault = ended

    async def _try(self, filled: FilledForm) -> _Ended | str:
        """How it ended, or what to say in the form, which stays."""
        if filled.wish is Wish.LOOK_AGAIN and self._unclear is not None:
            return await self._look_for(self._unclear, filled.draft)
        return await self._create(filled)

    async def _leaves(self) -> bool:
        question = Confirm(
            "Leave the form?",
            "What you typed is lost." if self._unclear else "What you typed is lost; nothing was created.",
            go_back="Stay",
            go_ahead="Leave",
        )
        return await ask_once(self._host, question) is True

    async def _create(self, filled: FilledForm) -> _Ended | str:
        name, description = filled.draft.name, filled.draft.description
        self._unclear = None
        self._form.is_sent = False
        try:
            # First, so that no create ends with nowhere to put its secret.
            to = [named_destination(named, self._context) for named in (filled.to, *filled.also)]
            fault = await self._fault_in(to, name)
        except BadDestination as error:
            fault = str(error)
        if fault:
            self._form.faulty = FormField.DESTINATION
            return f"✗ {fault} Nothing was created; {self._host.key('create')} tries again."
        self._known_before = frozenset(client.id for client in self._context.known_clients())
        self._knows_all_before = self._context.list_is_whole()
        same = [client.id for client in self._context.named(name)]
        places = [one.place(name) for one in to]
        stop = self._tell_that_it_begins(to, name)
        try:
            creating = self._context.session.create(
                name, description, places, before=same, replaces=self._form.replaces, on_send=self._send
            )
            outcome = await _unless(stop, creating, may_break_off=lambda: not self._form.is_sent)
        except _BrokenOff:
            return (
                "✗ Broken off before anything was sent. Nothing was created; "
                f"{self._host.key('create')} tries again."
            )
        if isinstance(outcome, Created):
            return outcome, [*zip(to, places, strict=True)]
        return await self._ended(outcome, filled.draft)

    async def _fault_in(self, to: Sequence[Destination], name: str) -> str | None:
        for one in to:
            looking = self._fault_there(one, name) if isinstance(one, ToMachine) else one.check(name)
            if fault := await looking:
                return fault
        return None

    async def _fault_there(self, to: ToMachine, name: str) -> str | None:
        """What is wrong on another machine, which may take its time: the operator may break the look at it off."""
        stop = self._host.progress(self._form, f"Looking whether it can go to {to.file.shown}…")
        try:
            return await _unless(stop, to.check(name))
        except _BrokenOff:
            return f"Whether it can go to {to.file.shown} is not known."

    def _tell_that_it_begins(self, to: Sequence[Destination], name: str) -> asyncio.Event:
        """Until it is sent, the operator may break off what takes its time: a file on another machine."""
        there = next((one for one in to if isinstance(one, ToMachine)), None)
        if there is None:
            self._form.is_sent = True
            return self._host.progress(self._form, "Creating…")
        return self._host.progress(self._form, f"Reserving {there.filled(name).shown}…")

    def _send(self) -> None:
        if not self._form.is_sent:
            self._form.is_sent = True
            self._host.progress(self._form, "Creating…")

    async def _ended(
        self, outcome: CreatedWithoutSecret | NotCreated | CreateUnclear, draft: Draft
    ) -> _Ended | str:
        match outcome:
            case CreatedWithoutSecret():
                return outcome
            case CreateUnclear():
                self._unclear = outcome
                return await self._look_for(outcome, draft)
            case NotCreated(error=SignInNeeded() | CredentialError() as error):
                said = f"✗ {wording.not_created(outcome.error, self._host.key)}"
                self._host.progress(self._form, said)
                return await self._sign_in(error) or said
            case NotCreated(error=InvalidRequest(server_message=message)):
                self._form.faulty = _about_which(message)
            case NotCreated(error=NoPlace()):
                self._form.faulty = FormField.DESTINATION
        return f"✗ {wording.not_created(outcome.error, self._host.key)}"

    async def _sign_in(self, error: ServiceError) -> str:
        """What to say once the operator has signed in over the form; "" where they did not."""
        said = await sign_in(self._host, self._context, error.message)
        return f"{said} {self._host.key('create')} creates the client." if said else ""

    async def _look_for(self, unclear: CreateUnclear, draft: Draft) -> PossibleDuplicates | str:
        """The new clients of that name, or what to say in the form where none is seen."""
        name, error, key = unclear.name, unclear.error, self._host.key
        self._host.progress(self._form, wording.looking(name, error))
        try:
            seen = await self._context.session.look_for(name, self._known_before)
        except ServiceError as why:
            return f"✗ {wording.could_not_look(name, error, why, key)}"
        if seen:
            # Back to the list, where the keys act that the operator needs now.
            return PossibleDuplicates(unclear, seen, draft, self._knows_all_before)
        return f"✗ {wording.not_seen(name, error, waits_in_words(), key)}"


class _BrokenOff(Exception):
    """The operator did not wait."""


async def _unless(
    stop: asyncio.Event, work: Coroutine[Any, Any, T], may_break_off: Callable[[], bool] = lambda: True
) -> T:
    """What comes of `work`. Raises _BrokenOff where `stop` is set before, while that may be."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if working.done() or not may_break_off():
            return await working
        raise _BrokenOff
    finally:
        for task in (working, stopped):
            task.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)


def _about_which(message: str) -> FormField | None:
    """The field that the service names in its refusal."""
    return next((field for field in (FormField.DESCRIPTION, FormField.NAME) if field.value in message), None)


def _fault(fault: str | None) -> str:
    return f"✗ {sentence(fault)}." if fault else ""
