"""`butlr-tui delete`: what it says and how it ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from butlr_tui.journal.journal import Journal
from butlr_tui.operations.connect import connect
from butlr_tui.plain.clients import delete
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from tests.support.faults import FaultServer, reply


async def test_on_a_read_only_profile_nothing_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FaultServer(reply(204)) as server:
        profile = replace(server.profile(tmp_path), name="prod", read_only=True)
        session = connect(profile, journal=Journal(tmp_path / "state"))
        code = await run(session, lambda session: delete(session, ["client_1", "client_2"]))
    refused = "The profile prod is read-only: nothing is created or deleted from here."
    assert code is Exit.FAILED
    assert capsys.readouterr().err == (
        f"{refused} client_1 is not deleted.\n{refused} client_2 is not deleted.\n"
    )
    assert server.seen == server.sign_ins == []
    assert not (tmp_path / "state").exists()
