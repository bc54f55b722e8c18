"""Signing in, and the one call that changes nothing."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from typing import Final

from butlr_tui.config.model import CredentialFile, Profile, Prompt
from butlr_tui.doctor.check import Check, fail, ok, warn
from butlr_tui.http.errors import CredentialError, CredentialsRefused, NoService, ServiceError, SignInNeeded
from butlr_tui.operations.session import Session
from butlr_tui.text import counted, safe, truncate

PATIENCE = 45.0
"""Seconds for the sign-in, and as many for the list."""
_LATER: Final = "Try again; if it stays, the service or what is in front of it has a fault."


async def account_checks(profile: Profile, session: Session) -> AsyncIterator[Check]:
    """Signs in and reads the list."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            await session.token()
    except CredentialError as error:
        if _asks(profile):
            yield warn("sign-in", error.message, "Start `butlr-tui` and sign in; doctor can't ask.")
        else:
            yield fail("sign-in", error.message, _todo(error, profile))
        return
    except ServiceError as error:
        yield fail("sign-in", error.message, _todo(error, profile), time.monotonic() - started)
        return
    except TimeoutError:
        yield fail("sign-in", f"No token came within {PATIENCE:g} s.", _LATER)
        return
    for check in _signed_in(session, time.monotonic() - started):
        yield check
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            clients = await session.list()
    except ServiceError as error:
        yield fail("list", error.message, _todo(error, profile), time.monotonic() - started)
        return
    except TimeoutError:
        yield fail("list", f"No list came within {PATIENCE:g} s.", _LATER)
        return
    yield ok("list", f"The service lists {counted(len(clients), 'client')}.", time.monotonic() - started)


def _asks(profile: Profile) -> bool:
    """Whether the sign-in screen is where its credentials come from."""
    source = profile.source
    return isinstance(source, Prompt) and (source.stored is None or not os.path.lexists(source.stored))


def _signed_in(session: Session, seconds: float) -> list[Check]:
    who, token = session.identity, session.current_token
    assert who is not None and token is not None
    name = f"as {truncate(safe(who.client_id), 80)}" if who.client_id else "with a token that names nobody"
    left = token.seconds_left()
    lasts = "" if left is None else f"; the token holds for {max(left, 0) / 60:.0f} min"
    found = f"Signed in {name}{lasts}."
    if who.warning:
        return [warn("sign-in", f"{found} {who.warning}", "Sign in with a client's id and secret.", seconds)]
    if left is not None and left <= 0:
        return [warn("sign-in", found, "By this machine's clock it has ended: get a new one.", seconds)]
    return [ok("sign-in", found, seconds)]


def _todo(error: ServiceError, profile: Profile) -> str:
    match error:
        case CredentialsRefused():
            return "See whether the credentials are this service's, and whether the client still exists."
        case SignInNeeded():
            return "Get a new token, or sign in with a client's id and secret."
        case CredentialError() if isinstance(profile.source, CredentialFile) and profile.name == "local":
            return "Start `butlr-tui serve` once on this machine."
        case CredentialError():
            return "Put the profile's source right (`butlr-tui config` shows it)."
        case NoService():
            return "Check base_url and auth_url (`butlr-tui config` shows them)."
        case _:
            return _LATER
