"""Takes a secret out of what others say, whatever coat it wears there."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "••••"
_FOLD: Final = r"[\s\\]*"
"""What a line that is folded has between two characters; a backslash goes on in the next line."""
_SHORTEST: Final = 8
"""Characters: what is shorter would be found everywhere."""


def without_secret(text: str, secret: str, hidden: str = HIDDEN) -> str:
    """`text` without `secret`: as it is, in other case, folded, URL-encoded, escaped as in JSON, in hex or base64.

    `hidden` stands in its place. A secret of fewer than 8 characters is only hidden as it is.
    """
    if not secret:
        return text
    text = text.replace(secret, hidden)
    if len(secret) < _SHORTEST:
        return text
    for pattern in _coats(secret):
        text = re.sub(pattern, hidden, text, flags=re.IGNORECASE)
    return text


def _coats(secret: str) -> Iterator[str]:
    yield _FOLD.join(_written(char) for char in secret)
    data = secret.encode("utf-8", "surrogatepass")
    yield r"[\s:\\x]*".join(f"{byte:02x}" for byte in data)
    for encode in (b64encode, urlsafe_b64encode):
        # Three bytes become four characters: what stands before it shifts the secret by none, one or two.
        for shift in range(3):
            whole = encode(bytes(shift) + data).decode().rstrip("=")
            first = -(-shift * 8 // 6)
            last = (shift + len(data)) * 8 // 6  # the one after it also holds bits of what follows
            yield _FOLD.join(map(re.escape, whole[first:last]))


def _written(char: str) -> str:
    """A character as it is, in percent signs, or as JSON and HTML may escape it."""
    forms = {char, *(f"\\u{ord(char):04x}", f"&#{ord(char)};", f"&#x{ord(char):x};")}
    forms.add("".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass")))
    forms.add(quote(char, safe="", errors="surrogatepass"))
    return f"(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})"
