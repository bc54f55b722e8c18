"""Hands a secret to a program that keeps it: `vault kv put …`, `op item create …`, `pass insert -m …`."""

import asyncio
import os
import signal
from collections.abc import Mapping
from shutil import which
from typing import Final

from butlr_tui.delivery.formats import CannotRender, Format, render, to_bytes
from butlr_tui.delivery.placeholders import fill
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.masking import without_secret
from butlr_tui.models import Credentials
from butlr_tui.system.delivery_command import DeliveryCommand
from butlr_tui.system.processes import Capture, ProcessResult
from butlr_tui.system.processes import run as run_child
from butlr_tui.text import safe, truncate

_SHOWN: Final = 300
"""Cells of a program's own words that are shown."""


def filled(command: DeliveryCommand, *, name: str, client_id: str) -> tuple[str, ...]:
    """The words that `command` is run with for a client named `name`; also to be shown before it is created."""
    program, *rest = command.argv
    return program, *(fill(word, name=name, client_id=client_id) for word in rest)


async def check(command: DeliveryCommand, environment: Mapping[str, str] = os.environ) -> str | None:
    """Why `command` can't be run, or None. To be asked before a create."""
    if not command.argv or not command.argv[0]:
        return f"The command {safe(command.name)} names no program."
    program = command.argv[0]
    path = environment.get("PATH", os.defpath)
    if await asyncio.to_thread(which, program, path=path) is None:
        return f"The command {safe(command.name)} needs {safe(program)}, which is not installed here."
    return None


async def run(
    command: DeliveryCommand,
    credentials: Credentials,
    *,
    name: str,
    environment: Mapping[str, str] = os.environ,
) -> Stored | NotStored:
    """Gives `command` the credentials of the client called `name`.

    Stored when it ends with 0 in time and has read all of them: a program may end well without a look at its
    stdin.

    It sees neither our terminal nor our own secrets; its stdout, on which such programs like to repeat what
    they stored, is thrown away.
    """
    told = safe(command.name)
    fault = await check(command, environment)
    if fault is not None:
        return NotStored(fault)
    try:
        given = render(credentials, Format(command.format))
    except CannotRender as refused:
        return NotStored(f"{told} was not run: {refused}")
    ended = await run_child(
        filled(command, name=name, client_id=credentials.client_id),
        environment=environment,
        seconds=command.timeout,
        stdin=to_bytes(given),
        capture=Capture.STDERR,
    )
    if ended.code == 0 and not ended.unread:
        return Stored(f"{told} accepted it")
    return NotStored(f"{_how_it_ended(told, command, ended)}{_its_words(ended, credentials)}")


def _how_it_ended(told: str, command: DeliveryCommand, ended: ProcessResult) -> str:
    if not ended.started:
        return f"{told} could not be started, so it stored nothing"
    unsure = "look there whether it stored it"
    if ended.code == 0:
        return (
            f"{told} ended well but did not read all that it was given, so it can't have stored it; {unsure}"
        )
    if ended.code is None:
        return f"{told} did not end within {command.timeout:g} s and was stopped; {unsure}"
    if ended.code < 0:
        return f"{told} was ended by {_signal(-ended.code)}; {unsure}"
    return f"{told} did not accept it (exit code {ended.code})"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _its_words(ended: ProcessResult, credentials: Credentials) -> str:
    """The first line of the command's stderr, safe and cut; without the secret, whatever coat it wears there."""
    words = ended.stderr.decode(errors="replace")
    words = without_secret(words, credentials.client_secret.get_secret_value())
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return f": {truncate(safe(line), _SHOWN)}" if line else ""
