"""A pair that the user has stored: where only its owner can read it, and read again from there."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.auth.credential_store import store
from butlr_tui.auth.credentials import TypedClient
from butlr_tui.auth.sources import obtain
from butlr_tui.config.profiles import CredentialFile, Prompt, credential_store
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.http.errors import CredentialError
from butlr_tui.models import Credentials

TYPED = TypedClient("client_me", SecretStr("canary"))


async def test_it_is_private_and_read_again() -> None:
    path = credential_store("prod")
    assert isinstance(await store(path, TYPED), Stored)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert path.parent.stat().st_mode & 0o7777 == 0o700
    assert json.loads(path.read_text()) == {"client_id": "client_me", "client_secret": "canary"}
    for source in (Prompt(path), CredentialFile(path)):
        assert await obtain(source) == Credentials("client_me", SecretStr("canary"))


async def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("mine")
    ended = await store(path, TYPED)
    assert isinstance(ended, NotStored)
    assert path.read_text() == "mine"
    assert "canary" not in repr(ended)
    assert isinstance(await store(path / "below", TYPED), NotStored)


async def test_half_a_pair_is_not_stored(tmp_path: Path) -> None:
    with pytest.raises(CredentialError):
        await store(tmp_path / "c.json", TypedClient("", SecretStr("x")))
    assert not (tmp_path / "c.json").exists()
