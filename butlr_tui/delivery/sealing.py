"""Seals a pair for others: encrypts it with age to their public keys. Nobody else can read it then, us included.

By the library pyrage (the extra `seal`), or by the program age where that library is missing.
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.age_file import stanzas, without_armor
from butlr_tui.delivery.formats import to_bytes
from butlr_tui.delivery.public_keys import PublicKey
from butlr_tui.system.processes import Capture
from butlr_tui.system.processes import run as run_child
from butlr_tui.text import safe, truncate, truncate_middle

AGE: Final = "age"
"""The program."""
NEITHER: Final = (
    "Neither the extra “seal” of butlr-tui nor the program age is installed here: install one of them."
)
_NO_SECRET: Final = b"no secret"
"""What is sealed to find out whether anything can be."""
_SECONDS: Final = 30.0
"""For the program."""
_SHOWN: Final = 300
"""Cells of the program's own words that are shown."""


class CannotSeal(Exception):
    """It could not be sealed. The text is a sentence for the user, and holds nothing of what was to be sealed."""


def has_library() -> bool:
    """Whether the extra `seal` is installed."""
    return find_spec("pyrage") is not None


async def check(keys: Sequence[PublicKey], environment: Mapping[str, str] = os.environ) -> str | None:
    """Why nothing can be sealed for `keys` here, or None: found out by sealing what is no secret."""
    try:
        await _sealed(_NO_SECRET, keys, environment)
    except CannotSeal as error:
        return str(error)
    return None


async def seal(
    text: SecretStr, keys: Sequence[PublicKey], environment: Mapping[str, str] = os.environ
) -> str:
    """`text`, sealed for `keys`, in armor: lines of ASCII, no secret any more, that may travel by chat.

    What was made is looked at: its header names each of the keys. Raises CannotSeal.
    """
    return await _sealed(to_bytes(text), keys, environment)


async def _sealed(plain: bytes, keys: Sequence[PublicKey], environment: Mapping[str, str]) -> str:
    if has_library():
        armored = await asyncio.to_thread(_by_library, plain, keys)
    else:
        armored = await _by_program(plain, keys, environment)
    _check_header(armored, keys)
    return armored.decode("ascii")


def _by_library(plain: bytes, keys: Sequence[PublicKey]) -> bytes:
    import pyrage

    recipients: list[pyrage.ssh.Recipient | pyrage.x25519.Recipient] = []
    for key in keys:
        kind = pyrage.ssh if key.tag else pyrage.x25519
        try:
            recipients.append(kind.Recipient.from_str(key.text))
        except pyrage.RecipientError:
            fault = _refused(key)
        else:
            continue
        raise CannotSeal(fault)  # not within `except`: the library's error would be chained
    try:
        armored: bytes = pyrage.encrypt(plain, recipients, armored=True)
    except pyrage.EncryptError:
        fault = "age could not seal it for these keys."
    else:
        return armored
    raise CannotSeal(fault)


def _refused(key: PublicKey) -> str:
    return f"age does not take the key {truncate_middle(safe(key.fingerprint), 62)}: it may be misspelt."


async def _by_program(plain: bytes, keys: Sequence[PublicKey], environment: Mapping[str, str]) -> bytes:
    to = [word for key in keys for word in ("-r", key.text)]
    ended = await run_child(
        [AGE, "--encrypt", "--armor", *to],
        environment=environment,
        seconds=_SECONDS,
        stdin=plain,
        capture=Capture.BOTH,
    )
    if not ended.started:
        raise CannotSeal(NEITHER)
    if ended.code == 0 and not ended.unread:
        return ended.stdout
    said = ""
    if plain == _NO_SECRET:  # else it may repeat what it was given
        line = ended.stderr.decode(errors="replace").strip().partition("\n")[0]
        said = f": {truncate(safe(line.removeprefix('age: error: ')), _SHOWN)}" if line else ""
    raise CannotSeal(f"The program age could not seal it for these keys{said}.")


def _check_header(armored: bytes, keys: Sequence[PublicKey]) -> None:
    """Raises CannotSeal where what was made is no sealed file, or does not name each of the keys."""
    sealed = without_armor(armored)
    named = stanzas(sealed) if sealed is not None and armored.isascii() else []
    to_ssh = {tuple(stanza[:2]) for stanza in named}
    to_age = sum(stanza[0] == "X25519" for stanza in named)
    missing = [key for key in keys if key.tag and (key.kind, key.tag) not in to_ssh]
    if not named or missing or to_age < sum(not key.tag for key in keys):
        raise CannotSeal("What age made is not sealed for each of the keys, so it is not used.")
