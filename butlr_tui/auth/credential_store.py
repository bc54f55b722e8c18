"""Stores a pair that was typed, because the user asked for it: 0600, never over something else."""

import asyncio
from contextlib import suppress
from pathlib import Path

from butlr_tui.auth.credentials import TypedClient, validate
from butlr_tui.delivery.file import save
from butlr_tui.delivery.formats import Format, render
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.models import Credentials
from butlr_tui.system.private_folders import make_folder


async def store(path: Path, typed: TypedClient) -> Stored | NotStored:
    """Writes the pair to a new credential file at `path`, in folders that only their owner can enter.

    Raises CredentialError where the pair is none.
    """
    pair = validate(typed)
    assert isinstance(pair, Credentials)
    with suppress(OSError):  # `save` says what is wrong with the folder
        await asyncio.to_thread(make_folder, path.parent)
    return await save(path, render(pair, Format.JSON))
