"""Takes a secret out of what others say, whatever coat it wears there."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "••••"
_ESCAPED_BREAK: Final = re.compile(r"\\[nrt]")
_BETWEEN_BYTES: Final = ":x"
"""What may also stand between two bytes in hex."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~+/=-]+")
"""A secret as nearly all are: nothing in it looks like an escape."""
_ESCAPED: Final = re.compile(
    r"\\u00([0-9a-f]{2})|&#x([0-9a-f]{2});|%([0-9a-f]{2})|&#(\d{2,3});", re.IGNORECASE
)
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
    for is_in_json in (False, True):
        for may_be_in, pattern in _coats(secret, is_in_json=is_in_json):
            if may_be_in(text):
                text = re.sub(pattern(), hidden, text, flags=re.IGNORECASE)
    return text


def _coats(secret: str, *, is_in_json: bool) -> Iterator[tuple[Callable[[str], bool], Callable[[], str]]]:
    """For each coat whether a text may have it, and its pattern.

    A text `is_in_json` whose breaks are a backslash and a letter. One pattern for both readings of these two would
    try them in every combination.
    To compile the pattern of a long token takes a tenth of a second, in which nothing else is done, and next to no
    text has any: so it is only made where the secret is in what is left of a text without escapes and folds.
    """
    fold, between_bytes = _fold(is_in_json=is_in_json), _fold(_BETWEEN_BYTES, is_in_json=is_in_json)
    may_hold = partial(_may_hold, is_in_json=is_in_json)
    is_plain = _PLAIN.fullmatch(secret) is not None
    yield (
        lambda text: not is_plain or may_hold(secret, _ESCAPED.sub(_meant, text)),
        lambda: fold.join(map(_written, secret)),
    )
    data = secret.encode("utf-8", "surrogatepass")
    yield (
        partial(may_hold, data.hex(), but=_BETWEEN_BYTES),
        lambda: between_bytes.join(f"{byte:02x}" for byte in data),
    )
    for encode in (b64encode, urlsafe_b64encode):
        # Three bytes become four characters: what stands before it shifts the secret by none, one or two.
        for shift in range(3):
            whole = encode(bytes(shift) + data).decode().rstrip("=")
            first = -(-shift * 8 // 6)
            last = (shift + len(data)) * 8 // 6  # the one after it also holds bits of what follows
            core = whole[first:last]
            yield partial(may_hold, core), partial(fold.join, map(re.escape, core))


def _fold(but: str = "", *, is_in_json: bool) -> str:
    """What a line that is folded has between two characters; a backslash goes on in the next line."""
    return rf"(?:[\s{but}]|\\[nrt]|\\(?![nrt]))*" if is_in_json else rf"[\s\\{but}]*"


def _may_hold(core: str, text: str, but: str = "", *, is_in_json: bool) -> bool:
    """Whether `core` is in `text`, cases, folds and the characters in `but` aside."""
    text = _ESCAPED_BREAK.sub("", text) if is_in_json else text
    bare = "".join(text.split()).casefold().translate(dict.fromkeys(map(ord, "\\" + but)))
    return core.casefold() in bare


def _meant(escaped: re.Match[str]) -> str:
    """The ASCII character that an escape stands for."""
    in_hex, decimal = escaped[1] or escaped[2] or escaped[3], escaped[4]
    return chr(int(in_hex, 16) if in_hex else int(decimal))


def _written(char: str) -> str:
    """A character as it is, in percent signs, or as JSON and HTML may escape it."""
    forms = {char, *(f"\\u{ord(char):04x}", f"&#{ord(char)};", f"&#x{ord(char):x};")}
    forms.add("".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass")))
    forms.add(quote(char, safe="", errors="surrogatepass"))
    return f"(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})"
