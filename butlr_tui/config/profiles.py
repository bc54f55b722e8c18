"""Profiles: which service, and whose credentials go there. This is where the rest of the app gets them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from butlr_tui.addresses import normalised
from butlr_tui.config.builtin import embedded, local
from butlr_tui.config.model import (
    BUTLR_URL,
    LOCAL_URL,
    CredentialCommand,
    CredentialFile,
    CredentialVariables,
    NoProfile,
    Profile,
    ProfileError,
    Prompt,
    Settings,
    Source,
    TokenCommand,
    TokenFile,
    TokenVariable,
)
from butlr_tui.config.places import credential_store, data_folder, expanded

__all__ = [
    "BUTLR_URL",
    "FROM_ENVIRONMENT",
    "LOCAL_URL",
    "CredentialCommand",
    "CredentialFile",
    "CredentialVariables",
    "NoProfile",
    "Profile",
    "ProfileError",
    "Prompt",
    "Settings",
    "Source",
    "TokenCommand",
    "TokenFile",
    "TokenVariable",
    "as_known",
    "choose",
    "credential_store",
    "data_folder",
    "embedded",
    "local",
    "named_by",
]

FROM_ENVIRONMENT: Final = "environment"
"""The name of the profile that the environment's variables describe."""


def choose(
    name: str | None,
    environment: Mapping[str, str] = os.environ,
    settings: Settings | None = None,
    token_file: str | Path | None = None,
) -> Profile:
    """The profile that was named, else the one that the environment describes, else the settings' own.

    A named profile uses its own source alone. Credentials from the environment and from `token_file` go
    only to BUTLR_BASE_URL (or its default) and its sign-in URL. `settings` are read where they are not
    given. Raises ProfileError, NoProfile where nothing names a service.
    """
    if name is not None and token_file is not None:
        raise ProfileError(
            "A profile uses its own source alone: leave out --token-file, or --profile and set BUTLR_BASE_URL."
        )
    if settings is None:
        from butlr_tui.config.load import load

        settings = load(environment)
    if name is not None:
        return settings.profile(name)
    source = TokenFile(expanded(str(token_file))) if token_file is not None else _source(environment)
    if source is not None or environment.get("BUTLR_BASE_URL"):
        return _described(environment, source or Prompt(), settings)
    if settings.default_profile is not None:
        return settings.profile(settings.default_profile)
    own = settings.own
    if len(own) == 1 and not settings.unusable:
        return own[0]
    raise _nothing(settings)


def named_by(
    name: str | None, environment: Mapping[str, str] = os.environ, token_file: str | Path | None = None
) -> str:
    """What `choose` goes by, for `butlr-tui config` and `doctor`."""
    if name is not None:
        return "--profile"
    if token_file is not None:
        return "--token-file"
    match _source(environment):
        case TokenVariable():
            return "BUTLR_TOKEN"
        case TokenFile():
            return "BUTLR_TOKEN_FILE"
        case CredentialVariables():
            return "BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET"
    return "BUTLR_BASE_URL" if environment.get("BUTLR_BASE_URL") else "the settings"


def _source(environment: Mapping[str, str]) -> Source | None:
    if environment.get("BUTLR_TOKEN"):
        return TokenVariable()
    if path := environment.get("BUTLR_TOKEN_FILE"):
        return TokenFile(expanded(path))
    if environment.get("BUTLR_CLIENT_ID") and environment.get("BUTLR_CLIENT_SECRET"):
        return CredentialVariables()
    return None


def _described(environment: Mapping[str, str], source: Source, settings: Settings) -> Profile:
    base_url = environment.get("BUTLR_BASE_URL") or BUTLR_URL
    described = Profile(
        FROM_ENVIRONMENT, base_url, source, sign_in_url=environment.get("BUTLR_AUTH_URL") or ""
    )
    return as_known(described, settings)


def as_known(profile: Profile, settings: Settings) -> Profile:
    """`profile` itself; where the settings know its address, with the safety and looks that they give it."""
    address = normalised(profile.base_url)
    known = [own for own in settings.own if normalised(own.base_url) == address]
    if not known:
        return profile
    return profile._replace(
        read_only=any(own.read_only for own in known),
        protected=any(own.protected for own in known),
        colour=known[0].colour,
        label=known[0].title,
        commands=known[0].commands,
    )


def _nothing(settings: Settings) -> ProfileError:
    names = (*(profile.name for profile in settings.own), *settings.unusable)
    if names:
        return NoProfile(
            "The settings name no default_profile.", f"Choose with --profile: {', '.join(names)}.", names
        )
    if settings.problems:  # the file may well name a service
        return ProfileError(str(settings.problems[0]))
    return NoProfile(
        "No service is named.",
        "Try `butlr-tui demo`; or run `butlr-tui serve` and, in another terminal, "
        "`butlr-tui --profile local`; or set BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET (and BUTLR_BASE_URL); "
        "or write profiles: `butlr-tui config init`.",
    )
