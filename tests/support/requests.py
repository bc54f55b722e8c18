"""Which requests the app sends for what its user does, sign-ins apart."""

from pathlib import Path

import pytest

from tests.support.driver import using
from tests.support.world import world


async def requests_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """`METHOD path` of each request to the clients' endpoints, for a start, one create and one delete."""
    sent: dict[str, list[str]] = {}
    async with world(folder, monkeypatch) as made, using(made) as user:

        def take() -> list[str]:
            taken, made.between.sent[:] = made.between.sent[:], []
            return taken

        sent["start"] = take()
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("store its secret now", "7 clients")
        sent["create"] = take()
        await user.does("close_secret")
        await user.sees("It is only in your clipboard")
        await user.presses("tab")
        await user.does("answer")
        await user.sees("is created; its secret is")
        records = made.service.store.list(made.service.root.client_id)
        new = next(record.client_id for record in records if record.name == "kiosk")
        await user.does("delete")
        await user.sees("Delete “kiosk”")
        await user.types(new[-6:])
        await user.does("confirm_delete")
        await user.sees("is deleted", "6 clients")
        sent["delete"] = take()
    return sent
