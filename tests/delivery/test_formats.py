"""The formats carry the original characters, and a hostile value can't add a line."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from butlr_tui.delivery.formats import CannotRender, Format, render, to_bytes
from butlr_tui.models import Credentials
from tests.support.delivery import CREDENTIALS, SECRET

HOSTILE = ["a b", "it's", '"$(id)"', "`id`", "x\\y", "#no", "~", "é漢", "a=b;c&d", "$HOME", "''", "!x", "-n"]


def test_the_plain_formats() -> None:
    assert render(CREDENTIALS, Format.SECRET).get_secret_value() == SECRET
    assert render(CREDENTIALS, Format.ID).get_secret_value() == CREDENTIALS.client_id
    assert render(CREDENTIALS, Format.ENV).get_secret_value() == (
        f"BUTLR_CLIENT_ID={CREDENTIALS.client_id}\nBUTLR_CLIENT_SECRET={SECRET}\n"
    )
    assert json.loads(render(CREDENTIALS, Format.JSON).get_secret_value()) == {
        "client_id": CREDENTIALS.client_id,
        "client_secret": SECRET,
    }


@pytest.mark.parametrize("format", Format)
def test_no_format_shows_itself(format: Format) -> None:
    assert SECRET not in repr(render(CREDENTIALS, format))


@pytest.mark.parametrize("value", HOSTILE)
def test_a_shell_reads_from_env_what_was_meant(value: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(render(Credentials(value, SecretStr(value)), Format.ENV).get_secret_value())
    told = subprocess.run(
        ["sh", "-c", f'. {file}; printf "%s|%s" "$BUTLR_CLIENT_ID" "$BUTLR_CLIENT_SECRET"'],
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode() == f"{value}|{value}"


@settings(deadline=None)
@given(st.text(min_size=1))
def test_env_has_two_lines_or_is_refused(value: str) -> None:
    try:
        text = render(Credentials(value, SecretStr(value)), Format.ENV).get_secret_value()
    except CannotRender:
        assert not value.isprintable()
    else:
        assert [line.split("=")[0] for line in text.splitlines()] == [
            "BUTLR_CLIENT_ID",
            "BUTLR_CLIENT_SECRET",
        ]


@pytest.mark.parametrize("char", ["\n", "\r", "\0", "\x1b", "\x85", "\u2028"])
def test_env_refuses_control_characters_and_json_carries_them(char: str) -> None:
    hostile = Credentials("id", SecretStr(f"{SECRET}{char}PATH=/evil"))
    with pytest.raises(CannotRender) as refused:
        render(hostile, Format.ENV)
    assert SECRET not in str(refused.value)
    assert json.loads(render(hostile, Format.JSON).get_secret_value())["client_secret"].endswith("PATH=/evil")


def test_bytes_never_raise() -> None:
    assert to_bytes("\ud800") == b"\xed\xa0\x80"
    assert to_bytes(SecretStr("é")) == b"\xc3\xa9"
