"""The private keys that open what is sealed: what they are and whether they want a passphrase, without using them.

Source: OpenSSH's PROTOCOL.key (what a private key's file holds in clear).
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from butlr_tui.delivery.age_file import looks_sealed
from butlr_tui.delivery.public_keys import tag_of, wire_strings
from butlr_tui.text import describe_path, os_error_reason, safe, truncate

USUAL: Final = (Path("~/.ssh/id_ed25519"), Path("~/.ssh/id_rsa"))
"""Looked for where none is named."""
_CAP: Final = 64 << 10
_OPENSSH: Final = re.compile(
    rb"-----BEGIN OPENSSH PRIVATE KEY-----\s+(.*?)-----END OPENSSH PRIVATE KEY-----", re.DOTALL
)
_MAGIC: Final = b"openssh-key-v1\0"
_OF_AGE: Final = re.compile(rb"^AGE-SECRET-KEY-1\S+", re.MULTILINE)
_AGENT: Final = "an SSH agent can't decrypt, so the private key itself is needed"


class BadPrivateKey(Exception):
    """A private key can't be used. The text says why, as a sentence that is safe to show."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A file with a private key, which was read."""

    path: Path
    content: bytes = field(repr=False)
    is_of_ssh: bool
    """Else it is a file of age's own, with a key a line."""
    is_locked: bool
    """It wants a passphrase."""
    tag: str = ""
    """What the header of a sealed file names it by; "" where its file does not tell that."""

    @property
    def age_keys(self) -> list[str]:
        """The keys in a file of age's own."""
        return [line.decode("ascii", "replace") for line in _OF_AGE.findall(self.content)]


def private_keys(paths: Iterable[Path]) -> list[PrivateKey]:
    """The keys in these files, or in those of the usual ones that are there. Blocks. Raises BadPrivateKey."""
    named = [path.expanduser() for path in paths]
    found = [_read(path) for path in named or map(Path.expanduser, USUAL) if named or path.exists()]
    if not found:
        raise BadPrivateKey(
            f"There is neither {USUAL[0]} nor {USUAL[1]}; {_AGENT}: name it with --identity FILE."
        )
    return found


def _read(path: Path) -> PrivateKey:
    where = describe_path(path)
    try:
        with path.open("rb") as file:
            content = file.read(_CAP + 1)
    except (OSError, ValueError) as error:
        raise BadPrivateKey(f"{where} can't be read ({os_error_reason(error, 'no such name')}).") from None
    if openssh := _OPENSSH.search(content):
        return _of_openssh(path, where, content, openssh[1])
    if b"PRIVATE KEY-----" in content:
        return PrivateKey(path, content, is_of_ssh=True, is_locked=b"ENCRYPTED" in content)
    if _OF_AGE.search(content) or looks_sealed(content):
        return PrivateKey(path, content, is_of_ssh=False, is_locked=looks_sealed(content))
    if content.startswith((b"ssh-", b"ecdsa-", b"sk-", b"age1")):
        raise BadPrivateKey(f"{where} holds a public key; {_AGENT}: name that.")
    raise BadPrivateKey(f"{where} holds no private key that age knows.")


def _of_openssh(path: Path, where: str, content: bytes, armored: bytes) -> PrivateKey:
    try:
        blob = b64decode(b"".join(armored.split()), validate=True).removeprefix(_MAGIC)
        cipher, kdf, options = islice(wire_strings(blob), 3)
        (public,) = islice(wire_strings(blob[12 + len(cipher + kdf + options) + 4 :]), 1)
        kind = next(wire_strings(public)).decode("ascii", "replace")
    except (NotBase64, ValueError, StopIteration):
        raise BadPrivateKey(f"{where} is cut or misspelt.") from None
    if kind.startswith("sk-"):
        raise BadPrivateKey(f"{where} is that of a security key ({safe(kind)}), which can't decrypt.")
    if kind not in ("ssh-ed25519", "ssh-rsa"):
        shown = truncate(safe(kind), 40)
        raise BadPrivateKey(
            f"{where} is of the kind {shown}: age opens with ssh-ed25519, ssh-rsa and its own."
        )
    return PrivateKey(path, content, is_of_ssh=True, is_locked=cipher != b"none", tag=tag_of(public))
