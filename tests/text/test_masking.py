"""A secret in what a command or a server says, in every coat that tools give it."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui import masking
from butlr_tui.masking import HIDDEN, without_secret
from tests.support.figures import figure

SECRET = "Zq8_tYw0-kLm/3+vB="


def folded(text: str) -> str:
    """In lines of ten, as openssl and mail do."""
    return "\n".join(text[at : at + 10] for at in range(0, len(text), 10))


COATS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": str.upper,
    "other case": str.swapcase,
    "folded": folded,
    "continued": lambda secret: folded(secret).replace("\n", "\\\n"),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for addresses": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 in a pair": lambda secret: base64.b64encode(f"client_1:{secret}\n".encode()).decode(),
    "folded base64": lambda secret: folded(base64.b64encode(f"x={secret}".encode()).decode()),
    "hex": lambda secret: secret.encode().hex(),
    "folded hex": lambda secret: folded(secret.encode().hex()),
    "hex in capitals": lambda secret: secret.encode().hex(":").upper(),
    "URL-encoded": lambda secret: quote(secret, safe=""),
    "JSON": lambda secret: "".join(f"\\u{ord(char):04x}" for char in secret),
    "HTML": lambda secret: "".join(f"&#{ord(char)};" for char in secret),
}


def is_readable(text: str, secret: str) -> bool:
    """Whether somebody who knows these coats reads eight characters of the secret in a text."""
    plain = html.unescape(text)
    bare = "".join(plain.split()).replace("\\", "").casefold()
    parts = [secret[at : at + 8] for at in range(len(secret) - 7)]
    wanted = [*parts, *(part.encode().hex() for part in parts)]
    wanted += [base64.b64encode(secret.encode()).decode()[at : at + 10] for at in range(0, 12, 2)]
    return any(part.casefold() in bare for part in wanted)


@pytest.mark.parametrize("coat", COATS)
def test_it_is_taken_out(coat: str) -> None:
    said = f"error: could not write {COATS[coat](SECRET)} to the store"
    shown = without_secret(said, SECRET)
    assert HIDDEN in shown
    assert not is_readable(shown, SECRET)
    assert shown.startswith("error: could not write ")
    assert shown.endswith(" to the store")


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=64),
    st.sampled_from(sorted(COATS)),
)
def test_any_secret_in_any_coat(secret: str, coat: str) -> None:
    worn = COATS[coat](secret)
    assert worn not in without_secret(f"<{worn}>", secret)


def test_figure_29_counts_the_coats() -> None:
    shown = [without_secret(json.dumps(wear(SECRET)), SECRET) for wear in COATS.values()]
    readable = sum(is_readable(text, SECRET) for text in shown)
    figure(29, coats=len(COATS), shown=readable)
    assert readable == 0


def test_no_pattern_is_made_for_a_token_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of a token of a thousand characters would hold up the app for a tenth of a second."""
    token = "eyJhbGciOiJFZERTQSJ9." * 50
    monkeypatch.setattr(masking, "_written", pytest.fail)
    monkeypatch.setattr(re, "sub", pytest.fail)  # which compiles the pattern that it is given
    assert without_secret("internal error: %41 \\u0041 &#65;", token) == "internal error: %41 \\u0041 &#65;"


def test_breaks_and_letters_that_can_be_read_in_two_ways_hold_nothing_up() -> None:
    """A service knows the secret that it gave, and can say words that look like the half of it everywhere."""
    secret = "nnnnnnnnnnnnnnnn and the rest".replace(" ", "-")
    for text in ("\\n" * 3000 + secret, "n\\" * 3000 + secret, "n\\n" * 3000 + "\\n".join(secret)):
        assert not is_readable(without_secret(text, secret), "and-the-rest")


@pytest.mark.parametrize("text", ["", "nothing of it here", "a" * 1000])
def test_other_words_stay(text: str) -> None:
    assert without_secret(text, SECRET) == text
    assert without_secret(text, "") == text
