"""`butlr-tui delete`: what it says and how it ends."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from butlr_tui.journal.journal import Journal
from butlr_tui.operations.connect import connect
from butlr_tui.plain.delete import delete
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from tests.support.faults import Behaviour, FaultServer, Wire, reply

GONE = reply(404, {"code": "CLIENT_NOT_FOUND", "message": "client not found"})
IDS = [f"client_{number}" for number in range(6)]


def answering(ways: dict[str, Behaviour]) -> Behaviour:
    """A service that has all clients, and deletes them in these ways."""

    async def behave(wire: Wire) -> None:
        client_id = wire.seen.target.rpartition("/")[2]
        one = {"id": client_id, "client_id": client_id, "name": "", "description": ""}
        usual = reply(204) if wire.seen.method == "DELETE" else reply(200, one)
        await (ways.get(client_id, usual) if wire.seen.method == "DELETE" else usual)(wire)

    return behave


async def deleted(
    server: FaultServer, folder: Path, ids: Sequence[str], *, at_once: int = 4, as_json: bool = False
) -> Exit:
    session = connect(server.profile(folder), journal=Journal(folder / "state"))
    return await run(session, lambda session: delete(session, ids, at_once, as_json=as_json))


async def test_on_a_read_only_profile_nothing_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with FaultServer(reply(204)) as server:
        profile = server.profile(tmp_path)._replace(name="prod", read_only=True)
        session = connect(profile, journal=Journal(tmp_path / "state"))
        code = await run(session, lambda session: delete(session, ["client_1", "client_2"], 4))
    refused = "The profile prod is read-only: nothing is created or deleted from here."
    assert code is Exit.FAILED
    assert capsys.readouterr().err == (
        f"{refused} client_1 is not deleted.\n{refused} client_2 is not deleted.\n"
    )
    assert server.seen == server.sign_ins == []
    assert not (tmp_path / "state").exists()


async def test_each_has_a_line_as_it_ends_and_an_object_in_the_json(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ways = {"client_1": GONE, "client_2": reply(403, "<html>no</html>")}
    async with FaultServer(answering(ways)) as server:
        code = await deleted(server, tmp_path, IDS[:4], as_json=True)
    printed = capfd.readouterr()
    assert code is Exit.FAILED
    assert sorted(line[:28] for line in printed.err.splitlines()) == [
        "A gateway in front of the se",
        "client_0 is deleted.",
        "client_1 was already gone.",
        "client_3 is deleted.",
    ]
    told = json.loads(printed.out)
    assert [(one["id"], one["ended"]) for one in told] == [
        ("client_0", "deleted"),
        ("client_1", "already_gone"),
        ("client_2", "not_deleted"),
        ("client_3", "deleted"),
    ]
    assert [bool(one["why"]) for one in told] == [False, False, True, False]


async def test_where_all_would_fail_the_others_are_not_begun_and_counted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    refused = reply(401, {"message": "invalid or expired jwt"})
    async with FaultServer(answering(dict.fromkeys(IDS, refused))) as server:
        code = await deleted(server, tmp_path, IDS, at_once=2, as_json=True)
    printed = capfd.readouterr()
    assert code is Exit.SIGN_IN
    assert printed.err.endswith("Stopped there: 4 clients are not begun.\n")
    assert [one["ended"] for one in json.loads(printed.out)] == ["not_deleted"] * 2 + ["not_begun"] * 4


async def test_an_interruption_says_what_is_not_known(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    asked, under_way = asyncio.Event(), 0

    async def hold(wire: Wire) -> None:
        nonlocal under_way
        under_way += 1
        if under_way == 2:
            asked.set()
        await wire.over.wait()

    async with FaultServer(answering(dict.fromkeys(IDS, hold))) as server:
        running = asyncio.create_task(deleted(server, tmp_path, IDS, at_once=2))
        await asked.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert capfd.readouterr().err == (
        "Interrupted: 2 clients may or may not be deleted, 4 are not begun. "
        "`butlr-tui journal` tells what is known.\n"
    )
    assert len(Journal(tmp_path / "state").interrupted_deletions(server.url)) == 2
