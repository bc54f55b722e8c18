"""Where a secret can be taken: a file, here or on another machine, a command, a clipboard, stdout; or sealed."""

import os
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery import command as commands
from butlr_tui.delivery import file, ssh, stdout
from butlr_tui.delivery.clipboard.copy import Outcome, copy, expect
from butlr_tui.delivery.clipboard.detect import Terminal, detect
from butlr_tui.delivery.clipboard.routes import Route, Write, put
from butlr_tui.delivery.far_file import BadFarFile, FarFile, far_file
from butlr_tui.delivery.formats import CannotRender, Format, render
from butlr_tui.delivery.held_file import HeldFile
from butlr_tui.delivery.placeholders import CLIENT_ID, fill
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.models import Credentials
from butlr_tui.operations.place import CLIPBOARD, Delivery, Destination, Disposition, SecretPlace, Unreserved
from butlr_tui.operations.sealed import TextPlace, ToSeal
from butlr_tui.system.delivery_command import DeliveryCommand
from butlr_tui.text import safe

TERMINAL: Final = Path("/dev/tty")
SEALED: Final = ".age"
"""How the name of a sealed file ends."""
SEALED_FILE: Final = f"~/{{name}}.{CLIENT_ID}{SEALED}"
"""Where what is sealed is saved unless a path is given: with the id in it, so that it is a new one each time."""
Recipients = Mapping[str, tuple[str, ...]]
"""Of each name the public keys, and the paths of files with some."""
NOBODY: Final[Recipients] = MappingProxyType({})
_TO_STDOUT: Final = "written to stdout"
_SOME_ID: Final = "client_000000000000000000000000000"
"""Stands for the id in a path that is checked before there is one."""


class BadDestination(Exception):
    """The destination can't be meant. The text is for the user."""


def destination(
    to: str,
    format: Format | None,
    offered: Iterable[DeliveryCommand],
    write: Write,
    force: Route | None = None,
    recipients: Recipients = NOBODY,
) -> Destination:
    """What `file:PATH`, `ssh:HOST:PATH`, `command:NAME` (one of those `offered`), `seal:NAME[=PATH]` (one of the
    `recipients`), `clipboard` or `stdout` names.

    Raises BadDestination, also for a format that would leave the secret out.
    """
    kind, _, which = to.partition(":")
    match kind:
        case "file" if which:
            return ToFile(which, _with_secret(format or file_format(which)))
        case "ssh" if which:
            return to_machine(which, format)
        case "command" if which:
            return ToCommand(_command(which, format, offered))
        case "seal" if which:
            return _sealed(which, format, recipients, ToClipboard(write, force=force))
        case "clipboard" if to == kind:
            return ToClipboard(write, _with_secret(format or Format.SECRET), force)
        case "stdout" if to == kind:
            return ToStdout(_with_secret(format or Format.ENV), sys.stdout.fileno() if sys.stdout else None)
    raise BadDestination(
        f"“{safe(to)}” is not file:PATH, ssh:HOST:PATH, command:NAME, seal:NAME, clipboard or stdout."
    )


def destinations(
    named: Sequence[str],
    format: Format | None,
    offered: Collection[DeliveryCommand],
    write: Write,
    force: Route | None = None,
    recipients: Recipients = NOBODY,
) -> list[Destination]:
    """What each of several names, in their order: see `destination`.

    Raises BadDestination, also for one that is named twice.
    """
    for to in named:
        if named.count(to) > 1:
            raise BadDestination(f"“{safe(to)}” is named twice.")
    return [destination(to, format, offered, write, force, recipients) for to in named]


def to_machine(named: str, format: Format | None = None) -> "ToMachine":
    """The file on another machine that `HOST:PATH` names. Raises BadDestination."""
    try:
        where = far_file(named)
    except BadFarFile as fault:
        raise BadDestination(str(fault)) from None
    return ToMachine(where, _with_secret(format or file_format(where.path)))


def file_format(path: str) -> Format:
    """What goes to a file of this name, unless the operator says otherwise."""
    return Format.JSON if path.endswith(".json") else Format.ENV


def _sealed(which: str, format: Format | None, recipients: Recipients, clipboard: "ToClipboard") -> ToSeal:
    name, _, where = which.partition("=")
    if name not in recipients:
        there = f"there are: {', '.join(recipients)}" if recipients else "they have none"
        raise BadDestination(f"The settings have no recipient “{safe(name)}”; {there}.")
    path = where or SEALED_FILE
    is_copied = where == CLIPBOARD
    format = _with_secret(format or (Format.ENV if is_copied else file_format(path.removesuffix(SEALED))))
    return ToSeal(name, recipients[name], clipboard if is_copied else ToFile(path, format), format)


def _with_secret(format: Format) -> Format:
    if format is Format.ID:
        raise BadDestination(
            "The id alone would leave the secret nowhere, and nobody can show it again: choose the format "
            "secret, env or json."
        )
    return format


def _command(name: str, format: Format | None, offered: Iterable[DeliveryCommand]) -> DeliveryCommand:
    named = {command.name: command for command in offered}
    if name not in named:
        there = f"there are: {', '.join(named)}" if named else "it has none"
        raise BadDestination(f"The profile has no command “{safe(name)}”; {there}.")
    found = named[name]
    return found._replace(format=_with_secret(format or Format(found.format)))


@dataclass(frozen=True, slots=True)
class ToFile:
    """A new file that only its owner can read. {name} and {client_id} may stand in its path."""

    path: str
    format: Format = Format.ENV

    def filled(self, name: str, client_id: str = _SOME_ID) -> str:
        """The path with its placeholders filled in for that client."""
        return fill(self.path, name=name, client_id=client_id)

    async def check(self, name: str) -> str | None:
        return await file.check(self.filled(name))

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        return _OneFile(self, name, client_id)

    def place_of_sealed(self, name: str, client_id: str = "") -> TextPlace:
        """The place there for what is no secret any more."""
        return _OneFile(self, name, client_id, is_sealed=True)


class _OneFile:
    """The file for the secret of one client. Where an id that is not known yet stands in its name, that waits."""

    def __init__(self, to: ToFile, name: str, client_id: str, *, is_sealed: bool = False) -> None:
        self._to = to
        self._name = name
        self._named_later = not client_id and CLIENT_ID in PurePath(to.path).name
        path = to.filled(name, client_id or _SOME_ID)
        self._reserved = file.ReservedFile(path, named_later=self._named_later, is_sealed=is_sealed)
        self.file = self._reserved.path

    async def reserve(self, room: int = file.ROOM) -> str | None:
        return await self._reserved.reserve(room)

    async def take(self, credentials: Credentials) -> Delivery:
        try:
            text = render(credentials, self._to.format)
        except CannotRender as error:
            await self.release()
            return _delivery(NotStored(str(error)), f"saved to {self._reserved.path}")
        return await self.put(text, credentials.client_id)

    async def put(self, text: SecretStr, client_id: str) -> Delivery:
        path = self._to.filled(self._name, client_id) if self._named_later else None
        result = await self._reserved.write(text, path)
        return _delivery(result, f"saved to {self._reserved.path}")

    async def release(self) -> str:
        return await self._reserved.release()


@dataclass(frozen=True, slots=True)
class ToMachine:
    """A new file on another machine, by the user's own ssh. {name} and {client_id} may stand in its path."""

    file: FarFile
    format: Format = Format.ENV
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def filled(self, name: str, client_id: str = _SOME_ID) -> FarFile:
        """The file with the placeholders of its path filled in for that client."""
        return self.file.filled(name=name, client_id=client_id)

    async def check(self, name: str) -> str | None:
        return await ssh.check(self.filled(name), self.environment)

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        return _OneFarFile(self, name, client_id or _SOME_ID)


class _OneFarFile:
    """The file for the secret of one client on another machine, which has its name only once it holds that."""

    file: None = None

    def __init__(self, to: ToMachine, name: str, client_id: str) -> None:
        self._to = to
        self._name = name
        self._held = HeldFile(to.filled(name, client_id), to.environment)

    async def reserve(self) -> str | None:
        return await self._held.hold()

    async def take(self, credentials: Credentials) -> Delivery:
        there = self._to.filled(self._name, credentials.client_id)
        result = await self._held.write(credentials, self._to.format, there)
        return _delivery(result, f"put on {there.host}:{there.path}")

    async def release(self) -> str:
        return await self._held.release()


@dataclass(frozen=True, slots=True)
class ToCommand:
    """A command of the profile, which gets the credentials on its stdin."""

    command: DeliveryCommand
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    async def check(self, name: str) -> str | None:
        return await commands.check(self.command, self.environment)

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        return Unreserved(partial(self._take, name=name))

    async def _take(self, credentials: Credentials, *, name: str) -> Delivery:
        result = await commands.run(self.command, credentials, name=name, environment=self.environment)
        return _delivery(result, f"handed to the command {self.command.name}")


@dataclass(frozen=True, slots=True)
class ToClipboard:
    """The clipboard that this terminal leads to, which is no storage."""

    write: Write
    format: Format = Format.SECRET
    force: Route | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    otherwise: str = ""
    """What can be done instead where a copy fails, as a sentence."""

    async def check(self, name: str) -> str | None:
        expected = expect(await self._terminal(), force=self.force)
        if expected.outcome is Outcome.FAILED:
            return f"It could not be copied here: {expected.said}."
        if expected.route not in (Route.NATIVE, Route.TMUX) and not await put("", self.write):
            return "It could not be copied here: there is no terminal to send it to, or it does not read."
        return None

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        return Unreserved(self._take)

    async def _take(self, credentials: Credentials) -> Delivery:
        try:
            value = render(credentials, self.format)
        except CannotRender as error:
            return Delivery(Disposition.NOT_STORED, str(error))
        return await self._copy(value)

    def place_of_sealed(self, name: str, client_id: str = "") -> TextPlace:
        """The place there for what is no secret any more."""
        return _OneCopy(self._copy)

    async def _copy(self, value: SecretStr) -> Delivery:
        report = await copy(
            value, await self._terminal(), self.write, force=self.force, otherwise=self.otherwise
        )
        match report.outcome:
            case Outcome.VERIFIED:
                return Delivery(
                    Disposition.CLIPBOARD,
                    report.said,
                    f"copied to a clipboard, verified ({report.route})",
                    report.digest,
                )
            case Outcome.SENT:
                return Delivery(Disposition.CLIPBOARD, report.said, f"sent to a clipboard ({report.route})")
        return Delivery(Disposition.NOT_STORED, report.said, report.why)

    async def _terminal(self) -> Terminal:
        # Not remembered: a tmux session moves between terminals while the app runs.
        return await detect(self.environment)


@dataclass(frozen=True, slots=True)
class _OneCopy:
    """A clipboard as the place for a text."""

    copy: Callable[[SecretStr], Awaitable[Delivery]]
    file: None = None

    async def reserve(self, room: int = 0) -> None:
        """Nothing to do."""

    async def put(self, text: SecretStr, client_id: str) -> Delivery:
        return await self.copy(text)

    async def release(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class ToStdout:
    """Our own stdout, which whoever started us has sent somewhere."""

    format: Format = Format.ENV
    out: int | None = None
    """Its descriptor; None where it was closed: number 1 is then somebody else's."""

    async def check(self, name: str) -> str | None:
        return stdout.check(self.out)

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        return Unreserved(self._take)

    async def _take(self, credentials: Credentials) -> Delivery:
        try:
            text = render(credentials, self.format)
        except CannotRender as error:
            return _delivery(NotStored(str(error)), _TO_STDOUT)
        if self.out is None:
            return _delivery(NotStored("stdout is closed"), _TO_STDOUT)
        # Exactly the secret for a program; for a person, and after JSON, the line is ended.
        result = await stdout.write(self.out, text, end_line=self.format is Format.JSON)
        return _delivery(result, _TO_STDOUT)


def to_terminal(sequence: str) -> None:
    """The writer of a program that is no full-screen one. Raises OSError where there is no terminal."""
    with TERMINAL.open("wb", buffering=0) as terminal:
        terminal.write(sequence.encode())


def _delivery(result: Stored | NotStored, how: str) -> Delivery:
    if isinstance(result, Stored):
        return Delivery(Disposition.STORED, result.said, how)
    said = result.said if result.said.endswith(".") else f"{result.said}."
    return Delivery(Disposition.NOT_STORED, said, refused=f"not {how}: {said}")
