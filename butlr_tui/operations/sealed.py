"""A secret for somebody else: sealed with age for their keys, so that nobody but them can read it, us included."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from butlr_tui.delivery import sealing
from butlr_tui.delivery.file import ROOM
from butlr_tui.delivery.formats import CannotRender, Format, render
from butlr_tui.delivery.public_keys import BadKey, PublicKey, public_keys
from butlr_tui.models import Credentials
from butlr_tui.operations.place import Delivery, Disposition, SecretPlace
from butlr_tui.text import safe


class TextPlace(Protocol):
    """A place for the sealed text of one client's pair: see SecretPlace."""

    @property
    def file(self) -> Path | None: ...
    async def reserve(self, room: int) -> str | None:
        """Keeps the place for so many bytes. Why that can't be, as a sentence, or None."""

    async def put(self, text: SecretStr, client_id: str) -> Delivery:
        """Takes what is sealed of the client with this id there. Never raises for what happens there."""

    async def release(self) -> str: ...


class TextDestination(Protocol):
    """What takes sealed texts: a file, or a clipboard."""

    async def check(self, name: str) -> str | None: ...
    def place_of_sealed(self, name: str, client_id: str = "") -> TextPlace: ...


@dataclass(frozen=True)
class ToSeal:
    """Somebody, or several, who can read it with their private keys."""

    name: str
    """As the settings call them."""
    words: tuple[str, ...]
    """Their public keys, and the whole paths of files with some."""
    to: TextDestination
    """What gets the sealed text, which is no secret any more."""
    format: Format = Format.ENV
    """Of what is sealed."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @cached_property
    def _keys(self) -> Sequence[PublicKey]:
        """Read once: those that were shown are those that are used."""
        return public_keys(self.words)

    async def keys(self) -> Sequence[PublicKey]:
        """Their keys. Raises BadKey."""
        return await asyncio.to_thread(lambda: self._keys)

    async def for_whom(self) -> str:
        """Who can read it, with the fingerprint of each key. Raises BadKey."""
        return f"{safe(self.name)} ({', '.join(key.fingerprint for key in await self.keys())})"

    async def check(self, name: str) -> str | None:
        try:
            keys = await self.keys()
        except BadKey as error:
            return f"Nothing can be sealed for {safe(self.name)}. {error}"
        return await sealing.check(keys, self.environment) or await self.to.check(name)

    def place(self, name: str, client_id: str = "") -> SecretPlace:
        return _Sealed(self, self.to.place_of_sealed(name, client_id))


class _Sealed:
    """The place for the sealed secret of one client."""

    def __init__(self, to: ToSeal, place: TextPlace) -> None:
        self._to = to
        self._place = place
        self.file = place.file

    async def reserve(self) -> str | None:
        try:
            keys = await self._to.keys()
        except BadKey as error:
            return str(error)
        return await self._place.reserve(ROOM * (1 + len(keys)))  # the longest key takes 3,700 bytes

    async def take(self, credentials: Credentials) -> Delivery:
        try:
            text = render(credentials, self._to.format)
            sealed = await sealing.seal(text, await self._to.keys(), self._to.environment)
        except (CannotRender, BadKey, sealing.CannotSeal) as error:
            await self.release()
            why = str(error)
            if self.file is None:  # it was to be copied
                return Delivery(Disposition.NOT_STORED, why, why)
            return Delivery(
                Disposition.NOT_STORED, why, refused=f"not sealed for {safe(self._to.name)}: {why}"
            )
        delivery = await self._place.put(SecretStr(sealed), credentials.client_id)
        for_whom = await self._to.for_whom()
        match delivery.disposition:
            case Disposition.STORED:
                said = f"sealed for {for_whom} and {delivery.said}"
            case Disposition.CLIPBOARD:
                said = f"Sealed for {for_whom}. {delivery.said}"
            case _:
                return delivery
        how = f"sealed for {for_whom}, {delivery.how}"
        return Delivery(delivery.disposition, said, how, delivery.digest)

    async def release(self) -> str:
        return await self._place.release()
