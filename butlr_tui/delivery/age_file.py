"""What can be told of a sealed file without opening it: whether it is whole, and which keys its header names.

Source: age-encryption.org/v1.
"""

import binascii
import re
from base64 import b64decode
from typing import Final

_ARMOR: Final = re.compile(
    rb"-----BEGIN AGE ENCRYPTED FILE-----\s+([A-Za-z0-9+/=\s]*?)\s*-----END AGE ENCRYPTED FILE-----"
)
_BEGINNING: Final = b"age-encryption.org/v1\n"
_STANZA: Final = re.compile(rb"^-> (.+)$", re.MULTILINE)


def looks_sealed(content: bytes) -> bool:
    """Whether this is a sealed file, perhaps a broken one."""
    return b"-----BEGIN AGE ENCRYPTED FILE-----" in content or content.startswith(_BEGINNING)


def without_armor(content: bytes) -> bytes | None:
    """The sealed file in `content`, which may stand among other text, as in a mail; None where none is whole."""
    if content.startswith(_BEGINNING):
        return content
    armored = _ARMOR.search(content)
    try:
        data = b64decode(b"".join(armored[1].split()), validate=True) if armored else b""
    except binascii.Error:
        return None
    return data if data.startswith(_BEGINNING) else None


def stanzas(sealed: bytes) -> list[list[str]]:
    """For each key that can open `sealed` what its header says of it: the kind, an SSH key's tag, and more."""
    header = sealed.partition(b"\n---")[0]
    return [stanza.decode("ascii", "replace").split() for stanza in _STANZA.findall(header)]
