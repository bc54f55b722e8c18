"""The public keys that a pair can be sealed for: those that age takes, and no others.

Source: RFC 4253, 6.6 and RFC 8709, 4 (what an SSH key's base64 holds); age-encryption.org/v1 (what age takes).
"""

import binascii
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from butlr_tui.text import describe_path, os_error_reason, safe, truncate, truncate_middle

MOST_KEYS: Final = 50
"""For which a pair can be sealed at once."""
_CAP: Final = 64 << 10
"""Bytes of a file with public keys."""
_AGE: Final = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_PRIVATE: Final = re.compile(r"PRIVATE KEY-----|AGE-SECRET-KEY-", re.IGNORECASE)
_SMALLEST_RSA: Final = 2048
_TAKEN: Final = "age takes ssh-ed25519, ssh-rsa and age1… keys"


class BadKey(Exception):
    """A key can't be used. The text says which and why, as a sentence that is safe to show."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that age takes."""

    text: str
    """As age takes it, without a comment."""
    fingerprint: str
    """Of an SSH key its SHA-256, as `ssh-keygen -l` prints it; an age key is short enough to be its own."""
    tag: str = ""
    """What the header of a sealed file names an SSH key by."""

    @property
    def kind(self) -> str:
        """`ssh-ed25519`, `ssh-rsa` or `age`."""
        return self.text.partition(" ")[0] if self.tag else "age"


def public_keys(words: Iterable[str]) -> tuple[PublicKey, ...]:
    """The keys in `words`, each a key or the whole path of a file with some, and each once.

    Blocks on files. Raises BadKey where any can't be used, or where there are none or too many.
    """
    found: dict[str, PublicKey] = {}
    for word in words:
        for key in _in_file(Path(word)) if word.startswith("/") else [_key(word, "A key")]:
            found[key.text] = key
    if len(found) > MOST_KEYS:
        raise BadKey(
            f"These are {len(found)} keys, and {MOST_KEYS} are the most that one file is sealed for."
        )
    return tuple(found.values())


def _in_file(path: Path) -> Iterator[PublicKey]:
    where = describe_path(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY), "rb") as file:
            content = (file.read(_CAP + 1) or b"").decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise BadKey(f"{where} can't be read ({os_error_reason(error, 'no such name')}).") from None
    if _PRIVATE.search(content):
        raise BadKey(
            f"{where} holds a private key: name the public one that goes with it, such as {where}.pub."
        )
    lines = [line for line in map(str.strip, content.splitlines()) if line and not line.startswith("#")]
    if not lines or len(content) > _CAP:
        raise BadKey(f"{where} holds no public key.")
    for line in lines:
        yield _key(line, f"A key in {where}")


def _key(line: str, told: str) -> PublicKey:
    """The key in a line. `told` begins the sentence where it can't be used."""
    if _PRIVATE.search(line):
        raise BadKey(f"{told} can't be used: it is a private key, and only the public one is needed.")
    kind, *rest = line.split()
    if kind.startswith("age1"):
        if not _AGE.fullmatch(kind):
            shown = truncate_middle(safe(kind), 24)
            raise BadKey(f"{told} can't be used: {shown} is none of age's own, which have 62 characters.")
        return PublicKey(kind, kind)
    if "-cert-" in kind:
        raise BadKey(f"{told} can't be used: it is a certificate; name the key that it is about.")
    if kind.startswith("sk-"):
        raise BadKey(f"{told} can't be used: it is that of a security key, and {_TAKEN}.")
    if kind not in ("ssh-ed25519", "ssh-rsa"):
        raise BadKey(f"{told} can't be used: it is of the kind {truncate(safe(kind), 40)}, and {_TAKEN}.")
    try:
        blob = b64decode(rest[0] if rest else "", validate=True)
        fields = list(wire_strings(blob))
    except (binascii.Error, ValueError):
        fields = []
    if len(fields) != (2 if kind == "ssh-ed25519" else 3) or fields[0] != kind.encode():
        raise BadKey(f"{told} can't be used: it begins as one of {kind}, and is cut or misspelt after that.")
    if kind == "ssh-ed25519" and len(fields[1]) != 32:
        raise BadKey(f"{told} can't be used: it has not the length of one of {kind}.")
    if kind == "ssh-rsa" and (bits := int.from_bytes(fields[2]).bit_length()) < _SMALLEST_RSA:
        raise BadKey(f"{told} can't be used: it has {bits} bits, and age takes {_SMALLEST_RSA} and more.")
    return PublicKey(f"{kind} {rest[0]}", f"SHA256:{_unpadded(sha256(blob).digest())}", tag_of(blob))


def tag_of(blob: bytes) -> str:
    """What the header of a sealed file names an SSH key by."""
    return _unpadded(sha256(blob).digest()[:4])


def wire_strings(blob: bytes) -> Iterator[bytes]:
    """The strings that `blob` consists of, as SSH writes them: RFC 4251, 5. Raises ValueError where it is cut."""
    at = 0
    while at < len(blob):
        end = at + 4 + int.from_bytes(blob[at : at + 4])
        if at + 4 > len(blob) or end > len(blob):
            raise ValueError
        yield blob[at + 4 : end]
        at = end


def _unpadded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")
