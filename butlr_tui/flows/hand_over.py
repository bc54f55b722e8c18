"""Takes the one-time secret of a new client where it should live.

Copying never closes, and a clipboard is not storage: the flow ends where the secret is stored, or where
the operator says that it is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from butlr_tui.delivery.formats import Format
from butlr_tui.flows import wording
from butlr_tui.flows.destinations import (
    file_destination,
    first_destination,
    named_destination,
    remember_destination,
    suggested_path,
)
from butlr_tui.flows.host import AskText, Choose, Confirm, Option, Question, ask_once, ask_until_right
from butlr_tui.flows.seal import choose_sealed
from butlr_tui.http.errors import ServiceError
from butlr_tui.operations.deliver import hand_over as deliver
from butlr_tui.operations.deliver import hand_over_later, stored_by_word
from butlr_tui.operations.destinations import (
    BadDestination,
    ToClipboard,
    ToCommand,
    ToFile,
    ToMachine,
)
from butlr_tui.operations.place import CLIPBOARD, COMMAND, SEAL, Disposition
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.text import quoted, safe, width

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from butlr_tui.delivery.clipboard.copy import ClipboardDigest
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.models import Credentials
    from butlr_tui.operations.outcomes import Created
    from butlr_tui.operations.place import Delivery, Destination, SecretPlace

_STORED: Final = "stored"
"""What has to be typed where the secret is nowhere that we know of."""
_PATIENCE: Final = 5.0
"""Seconds for which closing waits for what is under way by itself."""
_FORMAT_NAMES: Final = {
    Format.SECRET: "secret",
    Format.ENV: ".env",
    Format.JSON: "JSON",
    Format.ID: "client id",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """The operator wants the pair in the clipboard, in this format."""

    format: Format


@dataclass(frozen=True, slots=True)
class CopyId:
    """The operator wants the client id in the clipboard."""


@dataclass(frozen=True, slots=True)
class Save:
    """The operator wants the pair in a file."""


@dataclass(frozen=True, slots=True)
class HandToCommand:
    """The operator wants a command of the profile to get the pair."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The operator wants the pair sealed for somebody."""


@dataclass(frozen=True, slots=True)
class TryPair:
    """The operator wants to know whether the pair signs in."""


@dataclass(frozen=True, slots=True)
class CannotReveal:
    """The operator wanted to see the secret, and the screen can't show it exactly."""


@dataclass(frozen=True, slots=True)
class Close:
    """The operator is done."""


SecretWish = Copy | CopyId | Save | HandToCommand | Seal | TryPair | CannotReveal | Close


@dataclass(eq=False)
class SecretInHand(Question[SecretWish]):
    """A pair that is shown this once, and what is to be done with it."""

    credentials: Credentials
    has_commands: bool
    """Whether the profile names a command that could take it."""
    has_recipients: bool
    """Whether the settings name anybody that it could be sealed for."""
    if_split: str
    """What is said where the secret is wider than the screen."""
    told: str = ""
    """What came of everything that was done with it, a line each, the latest last."""

    @property
    def can_be_shown(self) -> bool:
        """Whether a screen shows the secret exactly."""
        secret = self.credentials.client_secret.get_secret_value()
        return width(secret) == len(secret) and secret == safe(secret)


ReservedPlace = tuple["Destination", "SecretPlace"]
"""A destination, and the place there that was reserved."""


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How the secret of a new client was stored, in words, and the copy of it that is to be cleared."""

    said: str
    digest: ClipboardDigest | None


async def hand_over(
    host: FlowHost,
    context: FlowContext,
    created: Created,
    to: Sequence[ReservedPlace],
    *,
    is_tried: bool = False,
) -> DeliveryResult:
    """Take the secret to the reserved places, and wherever else the operator wants it, until it is stored.

    `is_tried`: whether the pair is tried without being asked for.
    Where a verified copy is left in the clipboard, that is cleared some seconds later.
    """
    result = await _HandOver(host, context, created).run(to, is_tried=is_tried)
    host.say(f"✓ {quoted(created.name)} is created; {result.said}.")
    if result.digest is not None and (said := await context.clipboard.clear_later(result.digest)):
        host.say(said)
    return result


class _HandOver:
    """The secret of one client, and what was done with it so far."""

    def __init__(self, host: FlowHost, context: FlowContext, created: Created) -> None:
        self._host = host
        self._context = context
        self._created = created
        self._question = SecretInHand(
            f"{quoted(created.name)} is created: store its secret now",
            created.credentials,
            has_commands=bool(context.profile.commands),
            has_recipients=bool(context.recipients),
            if_split="This screen is too narrow for one line: join these without a space. "
            f"{host.key('copy_secret')} copies it whole, {host.key('save')} saves it to a file.",
        )
        self._told: dict[str, str] = {}
        self._one_at_a_time = asyncio.Lock()
        self._under_way: set[asyncio.Task[None]] = set()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._trial: asyncio.Task[None] | None = None
        """The try of the pair that nobody asked for."""
        self._stored: list[str] = []
        self._copied = False
        self._digest: ClipboardDigest | None = None

    async def run(self, first: Sequence[ReservedPlace], *, is_tried: bool) -> DeliveryResult:
        """Until it is stored. What takes time goes on while the next wish is heard."""
        for to, place in first:
            self._begin_delivery(to, partial(deliver, self._context.session, self._created, place))
        if is_tried:
            self._trial = self._begin(self._try_pair())
        try:
            while True:
                wish = await self._host.ask(self._question)
                if not (isinstance(wish, Close) or wish is None):
                    await self._meet(wish)
                elif said := await self._close():
                    return DeliveryResult(said, self._digest)
        finally:
            under_way = [*self._under_way]
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            for _, place in first:  # what was broken off before it was its turn
                await place.release()
            self._host.close(self._question)

    async def _meet(self, wish: SecretWish) -> None:
        """Ask what has to be asked about a wish, and begin the work that it comes to."""
        match wish:
            case Copy(format=chosen):
                self._begin_later(self._context.to_clipboard(chosen))
            case CopyId():
                self._begin(self._copy_id())
            case Save():
                if (file := await self._file()) is not None:
                    self._begin_later(file)
            case HandToCommand():
                if (command := await self._command()) is not None:
                    self._begin_later(command)
            case Seal():
                if (sealed := await choose_sealed(self._host, self._context, self._created.name)) is not None:
                    self._begin_later(sealed)
            case TryPair():
                self._begin(self._try_pair())
            case _:
                self._tell(
                    "reveal",
                    "✗ It holds what no screen shows exactly. "
                    f"{self._host.key('copy_secret')} copies it, {self._host.key('save')} saves it to a file.",
                )

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self._under_way.add(task := asyncio.create_task(work))
        task.add_done_callback(self._under_way.discard)
        return task

    def _begin_later(self, to: Destination) -> None:
        self._begin_delivery(to, partial(hand_over_later, self._context.session, self._created, to))

    def _begin_delivery(self, to: Destination, takes: Callable[[], Awaitable[Delivery]]) -> None:
        self._deliveries.add(task := self._begin(self._deliver(to, takes)))
        task.add_done_callback(self._deliveries.discard)

    def _tell(self, about: str, said: str) -> None:
        """What happened last stands last, and in place of what was said about the same before."""
        self._told.pop(about, None)
        self._told[about] = said
        self._question.told = "\n".join(self._told.values())
        self._host.progress(self._question, self._question.told)

    async def _deliver(self, to: Destination, takes: Callable[[], Awaitable[Delivery]]) -> None:
        """Take the pair there, and say what came of it; one at a time."""
        about = _where(to)
        async with self._one_at_a_time:
            self._tell(about, f"… {_what(to)}: on its way")
            delivery = await takes()
            if delivery.disposition is Disposition.CLIPBOARD:
                self._copied = True
                self._digest = None if isinstance(to, ToSeal) else delivery.digest  # what is sealed may stay
            elif delivery.disposition is Disposition.STORED:
                self._stored.append(_once_closed(delivery))
                self._question.title = f"{quoted(self._created.name)} is created and its secret is stored"
                await remember_destination(self._context.profile, to)
                del self._told[about]
                about += " stored"  # a later try that fails does not take this line's place
            self._tell(about, f"{_glyph(delivery)} {_what(to)} at {self._now}: {delivery.said}")
        if isinstance(to, ToSeal) and delivery.disposition is not Disposition.NOT_STORED:
            self._trial = self._begin(self._try_pair())  # somebody else is to get one that works

    async def _copy_id(self) -> None:
        self._tell("id", "… client id: copying")
        report = await self._context.clipboard.copy(self._created.credentials.client_id)
        self._tell("id", f"{wording.glyph(report)} client id at {self._now}: {report.said}")

    async def _try_pair(self) -> None:
        """Sign in with the new pair and say what came of it."""
        self._tell("try", "… signing in with it")
        try:
            works = await self._context.session.try_pair(self._created)
        except ServiceError as error:
            self._tell("try", f"✗ it does not sign in: {error.message}")
        else:
            lasting = wording.duration(works.life)
            self._tell("try", f"✓ signs in: {len(works.scopes)} scopes, tokens last {lasting}")

    async def _file(self) -> ToFile | ToMachine | None:
        """The file that the operator names, here or on another machine, once nothing is wrong with it."""
        question = AskText(
            "Save to a file",
            "A new file that only you can read, with both as .env lines, or as JSON where its name ends so; "
            "ssh:HOST:PATH is one on another machine. What you type takes the suggestion's place.",
            value=await suggested_path(await first_destination(self._context.profile), self._created.name),
        )
        path = await ask_until_right(self._host, question, self._fault_in_file)
        return file_destination(path) if path is not None else None

    async def _fault_in_file(self, path: str) -> str | None:
        try:
            return await file_destination(path).check(self._created.name)
        except BadDestination as error:
            return str(error)

    async def _command(self) -> Destination | None:
        """The command that the operator chooses, or the only one; None where there is none to be had."""
        offered = self._context.profile.commands
        if not offered:
            return None
        chosen: str | None = offered[0].name
        if len(offered) > 1:
            options = [
                Option(command.name, safe(command.name), safe(" ".join(command.argv))) for command in offered
            ]
            question = Choose("Hand it to a command", "It gets it on stdin.", options)
            chosen = await ask_once(self._host, question)
        if chosen is None:
            return None
        try:
            return named_destination(COMMAND + chosen, self._context)
        except BadDestination as error:
            self._tell("command", f"✗ {error}")
            return None

    async def _close(self) -> str:
        """How the secret was stored; "" where the operator goes back to it."""
        if self._deliveries:  # what is stored in a moment needs no question
            await asyncio.wait(self._deliveries, timeout=_PATIENCE)
        if self._trial is not None:
            await asyncio.wait([self._trial], timeout=_PATIENCE)
        if self._stored:
            return "; ".join(self._stored) if not self._deliveries or await self._leaves_them() else ""
        if self._copied:
            question = Confirm(
                "Is it stored?",
                "It is only in your clipboard. Paste it where it should live first.",
                go_back="Not yet",
                go_ahead="Yes, it is stored",
            )
            sure = await ask_once(self._host, question)
        else:
            sure = await self._types_the_word()
        if not sure:
            return ""
        delivery = await stored_by_word(self._context.session, self._created)
        return f"its secret is {delivery.said}"

    async def _leaves_them(self) -> bool:
        """Whether the operator breaks off what is still on its way, though it is stored elsewhere."""
        question = Confirm(
            "Break it off?",
            "It is stored, but not yet everywhere: something is still on its way. Leaving now breaks that off.",
            go_back="Wait",
            go_ahead="Break it off",
        )
        return await ask_once(self._host, question) is True

    async def _types_the_word(self) -> bool:
        question = AskText(
            "The secret is nowhere yet",
            "Closing now loses it for good: nobody can show it again. If you have it where it should "
            f"live, type {quoted(_STORED)}.",
        )

        async def fault(typed: str) -> str | None:
            if typed.strip().casefold() == _STORED:
                return None
            return f"That is not {quoted(_STORED)}. {self._host.key('leave')} goes back to the secret."

        return await ask_until_right(self._host, question, fault) is not None

    @property
    def _now(self) -> str:
        return f"{self._context.clock():%H:%M}"


def _once_closed(delivery: Delivery) -> str:
    """What to say of a stored secret once the dialog is closed."""
    stands_alone = not delivery.said.startswith(("saved", "sealed", "put on"))
    return delivery.said if stands_alone else f"its secret is {delivery.said}"


def _where(to: Destination) -> str:
    """What is the same for two lines about one destination."""
    match to:
        case ToFile(path=path):
            return path
        case ToMachine(file=there):
            return there.shown
        case ToCommand(command=command):
            return f"{COMMAND}{command.name}"
        case ToSeal(name=name):
            return f"{SEAL}{name}"
    return CLIPBOARD


def _glyph(delivery: Delivery) -> str:
    match delivery.disposition:
        case Disposition.STORED:
            return "✓"
        case Disposition.CLIPBOARD:
            return "✓" if delivery.digest else "→"
    return "✗"


def _what(to: Destination) -> str:
    """What went to a destination, for its line."""
    match to:
        case ToClipboard(format=chosen) | ToFile(format=chosen) | ToMachine(format=chosen):
            return _FORMAT_NAMES[chosen]
        case ToCommand(command=command):
            return safe(command.name)
        case ToSeal(name=name):
            return f"for {safe(name)}"
    return "secret"
