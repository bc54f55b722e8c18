"""All checks in their order: what a later one needs comes before it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import httpx

from butlr_tui.addresses import normalised
from butlr_tui.config.load import load
from butlr_tui.config.model import Profile, ProfileError, Settings
from butlr_tui.config.profiles import choose, named_by
from butlr_tui.doctor.account import account_checks
from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.network import network_checks
from butlr_tui.doctor.recipients import recipient_checks
from butlr_tui.doctor.records import journal_check
from butlr_tui.doctor.settings import profile_check, settings_checks
from butlr_tui.doctor.terminal import TerminalWindow, clipboard_checks, command_checks, terminal_checks
from butlr_tui.http.transport import BadSetting
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.connect import connect


async def examine(
    name: str | None = None,
    *,
    token_file: str | Path | None = None,
    environment: Mapping[str, str] = os.environ,
    window: TerminalWindow | None = None,
    write: Callable[[str], None] | None = None,
    heard: Callable[[Check], None] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> list[Check]:
    """Tries everything for the profile called `name`, or the one that would be used.

    `write` puts a sequence on the terminal: with it the clipboard is tried too, over what was in it. `heard`
    hears each check as it is done. `transport` takes the network's place. Creates and deletes nothing.
    """
    settings = load(environment)
    checks: list[Check] = []
    window = window or TerminalWindow.of_this_process()
    async for check in _all(settings, name, token_file, environment, window, write, transport):
        checks.append(check)
        if heard is not None:
            heard(check)
    return checks


async def _all(
    settings: Settings,
    name: str | None,
    token_file: str | Path | None,
    environment: Mapping[str, str],
    window: TerminalWindow,
    write: Callable[[str], None] | None,
    transport: httpx.AsyncBaseTransport | None,
) -> AsyncIterator[Check]:
    for check in settings_checks(settings):
        yield check
    chosen: Profile | ProfileError
    try:
        chosen = choose(name, environment, settings, token_file)
    except ProfileError as error:
        chosen = error
    yield profile_check(chosen, named_by(name, environment, token_file))
    yield await asyncio.to_thread(journal_check, Journal())
    if isinstance(chosen, Profile):
        async for check in _service(chosen, environment, transport):
            yield check
        async for check in command_checks(chosen.commands, environment):
            yield check
    async for check in recipient_checks(settings.recipients, environment):
        yield check
    for check in terminal_checks(window, environment):
        yield check
    async for check in clipboard_checks(environment, settings.clipboard, write):
        yield check


async def _service(
    profile: Profile, environment: Mapping[str, str], transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Check]:
    passed = True
    places = {"service": profile.base_url, "sign-in": profile.auth_url}
    if normalised(profile.auth_url) == normalised(profile.base_url):
        del places["sign-in"]
    for name, url in places.items():
        async for check in network_checks(name, url, transport):
            passed = passed and check.status is not Status.FAIL
            yield check
    if not passed:
        return  # the rest would say the same again
    try:
        session = connect(profile, transport, environment=environment)
    except BadSetting:  # told above
        return
    try:
        async for check in account_checks(profile, session):
            yield check
    finally:
        await session.aclose()
