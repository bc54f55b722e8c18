"""Going to a service: a profile, Butlr's own API, or any other address."""

from __future__ import annotations

import asyncio
import re
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from butlr_tui.addresses import normalised
from butlr_tui.config.keys import PROFILE_NAME
from butlr_tui.config.model import CredentialFile
from butlr_tui.config.profiles import (
    BUTLR_URL,
    LOCAL_URL,
    Profile,
    ProfileError,
    Prompt,
    as_known,
    credential_store,
)
from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.flows.host import AskText, Choose, Option, ask_once, ask_until_right
from butlr_tui.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from butlr_tui.config.profiles import Settings
    from butlr_tui.flows.host import FlowHost

_ANOTHER: Final = Option(
    "another address",  # no profile's name: those have no spaces
    "another address",
    more="Any service that speaks the M2M API. You are asked for its address, then to sign in.",
)


class Services:
    """The services that can be gone to."""

    def __init__(self, profiles: Iterable[Profile], settings: Settings) -> None:
        self._settings = settings
        self._profiles: dict[str, Profile] = {}
        for profile in profiles:
            self.remember(profile)
        if not any(_is_at(profile, BUTLR_URL) for profile in self._profiles.values()):
            self.remember(Profile("butlr", BUTLR_URL, Prompt(credential_store("butlr"))))

    def remember(self, profile: Profile) -> None:
        """Offer this one too, unless another has its name."""
        self._profiles.setdefault(profile.name, profile)

    def options(self) -> list[Option]:
        """All of them, the way to any other address last."""
        offered = [
            Option(profile.name, safe(profile.title), _where(profile), _about(profile))
            for profile in self._profiles.values()
        ]
        return [*offered, _ANOTHER]

    async def chosen(self, host: FlowHost, option_id: str) -> Profile | None:
        """The profile of an option; asks for what has to be asked. None where the operator goes back."""
        if option_id != _ANOTHER.id:
            return self._profiles[option_id]
        question = AskText(
            "Another address",
            "The base URL of the service, such as https://m2m.example.com. Plain http is taken for this "
            "machine only.",
            value="https://",
        )
        address = await ask_until_right(host, question, _fault_in_address)
        return await self._at(host, address.strip()) if address is not None else None

    async def _at(self, host: FlowHost, address: str) -> Profile:
        """A profile of this address, kept in the settings where the operator names it."""
        typed = Profile(self._free_name(address), address, Prompt(), label="other")
        profile = as_known(typed, self._settings)
        if profile is typed:
            profile = await self._kept(host, address) or typed
        self.remember(profile)
        return profile

    async def _kept(self, host: FlowHost, address: str) -> Profile | None:
        """A profile that is in the settings from now on; None where the operator does not want that."""
        from butlr_tui.config.example import add_profile

        question = AskText(
            "Keep this address?",
            "Name it, and it is a profile in the settings from now on. Without a name it is forgotten when the "
            "app ends.",
        )

        async def fault(name: str) -> str | None:
            name = name.strip()
            if not name:
                return None
            if not PROFILE_NAME.fullmatch(name):
                return "A name consists of letters, digits, dots, hyphens and underscores."
            if name in self._taken:
                return f"There is a profile {name} already."
            try:
                await asyncio.to_thread(add_profile, self._settings.path, _named(name, address))
            except ProfileError as error:
                return str(error)
            return None

        name = (await ask_until_right(host, question, fault) or "").strip()
        return _named(name, address) if name else None

    def _free_name(self, address: str) -> str:
        """A profile's name, made from an address, that no other has."""
        bare = re.sub(r"[^A-Za-z0-9.]+", "-", address.partition("://")[2])[:50].strip("-.")
        names = chain([bare], (f"{bare}-{number}" for number in count(2)))
        return next(name for name in names if name not in self._taken)

    @property
    def _taken(self) -> set[str]:
        return {*self._profiles, *self._settings.unusable}


async def go_to_another(host: FlowHost, services: Services, current: Profile) -> Profile | None:
    """The service that the operator wants to go to from `current`, if so."""
    question = Choose(
        "Go to another service", "Each keeps its list, filter and cursor.", services.options(), current.name
    )
    chosen = await ask_once(host, question)
    return await services.chosen(host, chosen) if chosen is not None else None


def _named(name: str, address: str) -> Profile:
    return Profile(name, address, Prompt(credential_store(name)))


def _is_at(profile: Profile, address: str) -> bool:
    return normalised(profile.base_url) == normalised(address)


def _where(profile: Profile) -> str:
    return safe(profile.host) + (", read-only" if profile.read_only else "")


def _about(profile: Profile) -> str:
    """What it is and how it signs in."""
    from butlr_tui.config.show import describe_source

    if profile.place:
        return "Sample clients to try everything on. The service runs inside the app: nothing leaves this machine."
    source = profile.source
    if (
        isinstance(source, CredentialFile)
        and source.path.name == ROOT_CREDENTIAL
        and _is_at(profile, LOCAL_URL)
    ):
        about = (
            "The service on this machine, which `butlr-tui serve` starts in another terminal. Signs in with its "
            "root credential."
        )
    elif isinstance(source, Prompt):
        stored = source.stored is not None and source.stored.exists()
        about = "Signs in with what you stored for it." if stored else "Asks you to sign in."
        if _is_at(profile, BUTLR_URL):
            about = f"Butlr's own API. {about}"
    else:
        about = f"Signs in with {safe(describe_source(source))}."
    return f"{about} Nothing is created or deleted from there." if profile.read_only else about


async def _fault_in_address(address: str) -> str | None:
    from butlr_tui.http.transport import BadUrl, check_url

    try:
        check_url(address.strip())
    except BadUrl as error:
        return str(error)
    return None
