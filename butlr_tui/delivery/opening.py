"""Opens what was sealed for us, in memory alone.

By the library pyrage (the extra `seal`). By the program age where that library is missing, and for a key with a
passphrase, which the library does not ask for.
"""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery import sealing
from butlr_tui.delivery.age_file import looks_sealed, stanzas, without_armor
from butlr_tui.delivery.private_keys import PrivateKey
from butlr_tui.system.processes import Capture, ProcessResult
from butlr_tui.system.processes import run as run_child
from butlr_tui.system.terminal import kept_as_it_is
from butlr_tui.text import describe_path, safe, truncate

_SECONDS: Final = 300.0
"""In which a passphrase has to be typed."""
_SHOWN: Final = 300
_SSH: Final = "ssh-"
_BROKEN: Final = "It was changed or cut on its way, so nothing of it is used: ask for it once more."
_ABOUT_THE_KEY: Final = ("passphrase", "password", "key file", "/dev/tty", "terminal")
"""Words of the program that are about the private key, and not about what is sealed."""
_NO_MATCH: Final = re.compile(r"no identity matched|No matching keys", re.IGNORECASE)


class CannotOpen(Exception):
    """It could not be opened. The text is a sentence for the user, and holds nothing of what was sealed."""


async def unseal(
    content: bytes, keys: Sequence[PrivateKey], environment: Mapping[str, str] = os.environ
) -> SecretStr:
    """What is sealed in `content`, by the first of the keys that opens it. Raises CannotOpen.

    A key with a passphrase has the program age ask for it on the terminal.
    """
    sealed = without_armor(content)
    if sealed is None:
        raise CannotOpen(_BROKEN if looks_sealed(content) else "This is nothing that age has sealed.")
    able = [key for key in keys if _may_open(sealed, key)]
    if not able:
        raise CannotOpen(_not_for(keys))
    plain: bytes | None = None
    unlocked = [key for key in able if not key.is_locked]
    if unlocked and sealing.has_library():
        plain = await asyncio.to_thread(_by_library, sealed, unlocked)
        able = [key for key in able if key.is_locked]
    if plain is None and able:
        plain = await _by_program(sealed, able, environment)
    if plain is None:
        raise CannotOpen(_not_for(keys))
    try:
        return SecretStr(plain.decode())
    except UnicodeDecodeError:
        fault = "What is sealed in it is no text."
    raise CannotOpen(fault)  # not within `except`: the error would carry what it is about


def _may_open(sealed: bytes, key: PrivateKey) -> bool:
    """Whether the header names the key, as far as that can be told."""
    named = stanzas(sealed)
    if not key.is_of_ssh:
        return any(not stanza[0].startswith(_SSH) for stanza in named)
    tags = [stanza[1] for stanza in named if stanza[0].startswith(_SSH) and len(stanza) > 1]
    return key.tag in tags if key.tag else bool(tags)


def _not_for(keys: Sequence[PrivateKey]) -> str:
    tried = " or ".join(describe_path(key.path) for key in keys)
    return f"It is not sealed for {tried}: name the key that it is for with --identity FILE."


def _by_library(sealed: bytes, keys: Sequence[PrivateKey]) -> bytes | None:
    """What is sealed; None where none of the keys opens it."""
    import pyrage

    identities: list[pyrage.ssh.Identity | pyrage.x25519.Identity] = []
    for key in keys:
        try:
            if key.is_of_ssh:
                identities.append(pyrage.ssh.Identity.from_buffer(key.content))
            else:
                identities += [pyrage.x25519.Identity.from_str(line) for line in key.age_keys]
        except pyrage.IdentityError:
            fault = f"{describe_path(key.path)} holds no private key that age can use."
        else:
            continue
        raise CannotOpen(fault)
    try:
        plain: bytes = pyrage.decrypt(sealed, identities)
    except pyrage.DecryptError as error:
        is_for_others = _NO_MATCH.search(str(error)) is not None
    else:
        return plain
    if is_for_others:
        return None
    raise CannotOpen(_BROKEN)


async def _by_program(
    sealed: bytes, keys: Sequence[PrivateKey], environment: Mapping[str, str]
) -> bytes | None:
    with kept_as_it_is():
        ended = await run_child(
            [sealing.AGE, "--decrypt", *(word for key in keys for word in ("-i", str(key.path)))],
            environment=environment,
            seconds=_SECONDS,
            stdin=sealed,
            capture=Capture.BOTH,
            at_terminal=True,
        )
    if ended.code == 0:
        return ended.stdout
    if not ended.started:
        raise CannotOpen(_without_program(keys))
    said = ended.stderr.decode(errors="replace")
    if _NO_MATCH.search(said):
        return None
    raise CannotOpen(_how_it_failed(ended, said))


def _without_program(keys: Sequence[PrivateKey]) -> str:
    locked = [describe_path(key.path) for key in keys if key.is_locked]
    if not sealing.has_library() or not locked:
        return sealing.NEITHER
    return f"{' and '.join(locked)} wants a passphrase, which the program age asks for: install it."


def _how_it_failed(ended: ProcessResult, said: str) -> str:
    if ended.code is None:
        return f"No passphrase was typed within {_SECONDS:g} s."
    line = next((line for line in said.splitlines() if line.startswith("age: error:")), "")
    told = truncate(safe(line.removeprefix("age: error:").strip()), _SHOWN)
    if any(word in told for word in _ABOUT_THE_KEY):
        return f"The program age could not use the key: {told}."
    return f"{_BROKEN} The program age said: {told}." if told else _BROKEN
