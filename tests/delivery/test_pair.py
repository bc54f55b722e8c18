"""A pair is read back from every shape in which it leaves, and from what people make of these."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from butlr_tui.delivery.formats import CannotRender, Format, render
from butlr_tui.delivery.pair import NotAPair, read_pair
from butlr_tui.models import Credentials

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def read(text: str, client_id: str | None = None) -> tuple[str, str]:
    pair = read_pair(SecretStr(text), client_id)
    return pair.client_id, pair.client_secret.get_secret_value()


@given(TEXT, TEXT, st.sampled_from((Format.ENV, Format.JSON)))
def test_what_leaves_comes_back(client_id: str, secret: str, format: Format) -> None:
    try:
        text = render(Credentials(client_id, SecretStr(secret)), format)
    except CannotRender:
        return
    assert read(text.get_secret_value()) == (client_id, secret)
    assert read(text.get_secret_value(), client_id) == (client_id, secret)


@pytest.mark.parametrize(
    "text",
    [
        "# for the kiosk\nexport BUTLR_CLIENT_ID='client_x'\r\nOTHER=1\n  BUTLR_CLIENT_SECRET=\"s e\"  # new\n",
        '\n {"name": "kiosk", "client_id": "client_x", "client_secret": "s e"}\n',
    ],
)
def test_what_people_and_the_service_write(text: str) -> None:
    assert read(text) == ("client_x", "s e")


def test_the_secret_alone_needs_to_be_told_whose_it_is() -> None:
    assert read("s3cr3t\r\n", "client_x") == ("client_x", "s3cr3t")
    with pytest.raises(NotAPair, match="If it is the secret alone, say with --client-id whose"):
        read("s3cr3t")


@pytest.mark.parametrize(
    ("text", "client_id", "told"),
    [
        ("", None, "neither .env lines"),
        ("", "client_x", "no secret in a single line"),
        ("two\nlines", "client_x", "no secret in a single line"),
        ("canary", "", "no secret in a single line"),
        ("BUTLR_CLIENT_ID=x\n", None, "It holds no BUTLR_CLIENT_SECRET."),
        ("BUTLR_CLIENT_ID=\nBUTLR_CLIENT_SECRET=canary", None, "It holds no BUTLR_CLIENT_ID."),
        ("BUTLR_CLIENT_ID=x\nBUTLR_CLIENT_SECRET='canary", None, "is not as a shell reads one"),
        ("BUTLR_CLIENT_ID=x\nBUTLR_CLIENT_SECRET=canary two", None, "is not as a shell reads one"),
        ('{"client_id": "x", "client_secret": ""}', None, "no JSON with a client_id and a client_secret"),
        ('{"client_id": "x", "client_secret": ["canary"]}', None, "no JSON with a client_id"),
        ('{"client_id": "x", "client_secret": "canary"', None, "no JSON with a client_id"),
        (json.dumps({"client_id": "x", "client_secret": "canary"}), "y", "the pair of x, and not that of y"),
    ],
)
def test_what_is_no_pair_is_told_without_a_word_of_it(text: str, client_id: str | None, told: str) -> None:
    with pytest.raises(NotAPair) as fault:
        read(text, client_id)
    assert told in str(fault.value)
    assert "canary" not in str(fault.value)
    assert fault.value.__context__ is None or "canary" not in str(fault.value.__context__)
