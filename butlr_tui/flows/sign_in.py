"""Signs in with what is typed, a client's pair, a user's name and password or a token, or as the profile does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from butlr_tui.auth.credential_store import store
from butlr_tui.auth.credentials import TypedClient, TypedToken, TypedUser
from butlr_tui.config.profiles import Prompt, credential_store
from butlr_tui.config.show import describe_source
from butlr_tui.delivery.results import NotStored
from butlr_tui.flows.host import Option, Question
from butlr_tui.http.errors import ServiceError
from butlr_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic import SecretStr

    from butlr_tui.auth.credentials import Typed
    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.operations.session import Session

CLIENT: Final = "client"
_USER: Final = "user"
_TOKEN: Final = "token"  # noqa: S105
OWN: Final = "own"
_WAYS: Final = (
    Option(CLIENT, "client", "its id and secret"),
    Option(_USER, "user", "name and password"),
    Option(_TOKEN, "token", "as it is; it can't be renewed"),
)
FIELDS: Final = {
    CLIENT: ("Client id", "Secret"),
    _USER: ("Name", "Password"),
    _TOKEN: ("", "Token"),
    OWN: ("", ""),
}
"""What is asked for in each way, first who it is, then the proof of it; "" for nothing."""


@dataclass(frozen=True, slots=True)
class FilledSignIn:
    """What was typed, and whether a pair is to be kept in a file."""

    typed: Typed | None
    """None for the profile's own credentials."""
    keep: bool


@dataclass(eq=False)
class SignInForm(Question[FilledSignIn]):
    """How, as whom, and whether to keep it."""

    why: str
    """Why it is asked now; "" where the operator wished it."""
    store: Path
    """Where a pair would be kept."""
    own: str
    """The profile's own credentials in words, safe to show; "" where there are none, or they are in use."""

    @property
    def ways(self) -> Sequence[Option]:
        """How one can sign in; the ids are those of FIELDS."""
        own = [Option(OWN, "the profile's own", self.own)] if self.own else []
        return [*_WAYS, *own]


def typed(way: str, who: str, proof: SecretStr) -> Typed | None:
    """What was typed for one of the ways; None for the profile's own credentials."""
    match way:
        case "client":
            return TypedClient(who, proof)
        case "user":
            return TypedUser(who, proof)
        case "token":
            return TypedToken(proof)
    return None


async def sign_in(host: FlowHost, context: FlowContext, why: str) -> str:
    """Sign in, asking until it is accepted; what to say of it, or "" where the operator leaves."""
    profile = context.profile
    own = safe(describe_source(profile.source)) if context.session.can_return_to_own else ""
    form = SignInForm(f"Sign in to {safe(profile.title)}", why, _store_of(profile), own)
    fault = ""
    try:
        while (filled := await host.ask(form, fault)) is not None:
            host.progress(form, "")
            try:
                await _signed_in(context.session, filled)
            except ServiceError as error:
                fault = f"✗ {error.message}"
            else:
                return await _kept(filled, form.store)
        return ""
    finally:
        host.close(form)


async def sign_in_and_reload(host: FlowHost, context: FlowContext, why: str = "") -> None:
    """Sign in, then have the list read again."""
    if said := await sign_in(host, context, why):
        host.say(said)
        host.reload()


async def _signed_in(session: Session, filled: FilledSignIn) -> None:
    """Go on with what was typed or chosen. Raises ServiceError, and then nothing has changed."""
    if filled.typed is None:
        await session.return_to_own()
    else:
        await session.sign_in(filled.typed)


async def _kept(filled: FilledSignIn, path: Path) -> str:
    """Store the pair where the operator asked for it; what to say of the sign-in."""
    if filled.typed is None:
        return "✓ Signed in with the profile's own credentials."
    if not isinstance(filled.typed, TypedClient) or not filled.keep:
        return "✓ Signed in."
    result = await store(path, filled.typed)
    if isinstance(result, NotStored):
        return f"✓ Signed in. ✗ {result.said}"
    return f"✓ Signed in; {result.said}."


def _store_of(profile: Profile) -> Path:
    stored = profile.source.stored if isinstance(profile.source, Prompt) else None
    return stored or credential_store(profile.name)
