"""The secret's place is reserved before the POST, named by the journal before it is there, and never left over."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.file import ROOM, ReservedFile
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.connect import connect
from butlr_tui.operations.deliver import hand_over
from butlr_tui.operations.destinations import ToCommand, ToFile, ToMachine
from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret, CreateUnclear, NoPlace, NotCreated
from butlr_tui.operations.place import SecretPlace
from butlr_tui.operations.session import Session
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.faults import Behaviour, FaultServer, Wire, reply, reset
from tests.support.programs import names_in, near_ssh
from tests.support.waiting import until

NEW = {"client_id": "client_x", "client_secret": "s3cr3t-canary"}
PATHS = ("kiosk.env", "{name}-{client_id}.env")


@asynccontextmanager
async def at(folder: Path, *behaviours: Behaviour) -> AsyncIterator[tuple[Session, FaultServer]]:
    """A session with a journal in `folder`, at a server that behaves so."""
    async with FaultServer(*behaviours) as server:
        session = connect(server.profile(folder), journal=Journal(folder / "state"))
        try:
            yield session, server
        finally:
            await session.aclose()


def journal_of(folder: Path) -> Journal:
    return Journal(folder / "state")


@pytest.mark.parametrize("path", PATHS)
async def test_the_file_is_there_when_the_create_is_sent(tmp_path: Path, there: Path, path: str) -> None:
    found: list[tuple[str, bytes]] = []

    async def looks(wire: Wire) -> None:
        (entry,) = journal_of(tmp_path).entries()
        (reserved,) = entry.reserved
        found.append((reserved, Path(reserved).read_bytes()))
        await reply(201, NEW)(wire)

    async with at(tmp_path, looks) as (session, _):
        place = ToFile(f"{there}/{path}").place("kiosk")
        created = await session.create("kiosk", "", [place])
        assert isinstance(created, Created)
        assert names_in(there) == [Path(found[0][0]).name]
        delivery = await hand_over(session, created, place)
    assert found == [(str(found[0][0]), bytes(ROOM))]
    (name,) = names_in(there)
    assert name == path.format(name="kiosk", client_id="client_x")
    assert delivery.how == f"saved to {there}/{name}"
    (entry,) = journal_of(tmp_path).entries()
    assert entry.closed_how == delivery.how


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (reply(400, {"code": "INVALID_REQUEST", "message": "no"}), NotCreated),
        (reply(201, {"client_id": "client_x"}), CreatedWithoutSecret),
        (reset, CreateUnclear),
    ],
)
async def test_where_no_secret_comes_nothing_is_left(
    tmp_path: Path, there: Path, path: str, answer: Behaviour, outcome: type
) -> None:
    async with at(tmp_path, answer) as (session, _):
        ended = await session.create("kiosk", "", [ToFile(f"{there}/{path}").place("kiosk")])
    assert isinstance(ended, outcome)
    assert not names_in(there)


async def test_a_create_that_is_cancelled_leaves_nothing(tmp_path: Path, there: Path) -> None:
    arrived = asyncio.Event()

    async def stall(wire: Wire) -> None:
        arrived.set()
        await wire.over.wait()

    async with at(tmp_path, stall) as (session, _):
        creating = asyncio.create_task(session.create("kiosk", "", [ToFile(f"{there}/x").place("kiosk")]))
        await arrived.wait()
        assert names_in(there) == ["x"]
        creating.cancel()
        with pytest.raises(asyncio.CancelledError):
            await creating
        assert not names_in(there)


@pytest.mark.parametrize("path", PATHS)
async def test_a_file_on_another_machine_is_held_while_the_create_is_sent(tmp_path: Path, path: str) -> None:
    """Over one connection, so that another one, with the secret, need not be had any more."""
    search, home = near_ssh(tmp_path, 'echo "$home" >> "$home.asked"')
    found: list[tuple[str, int]] = []
    to = ToMachine(FarFile("web1", path), environment={"PATH": search})

    async def looks(wire: Wire) -> None:
        found.extend((file.name, file.stat().st_size) for file in home.iterdir())
        await reply(201, NEW)(wire)

    async with at(tmp_path, looks) as (session, _):
        place = to.place("kiosk")
        created = await session.create("kiosk", "", [place])
        assert isinstance(created, Created)
        delivery = await hand_over(session, created, place)
    ((waiting, size),) = found
    assert (waiting.startswith(".butlr-tui-"), size) == (True, ROOM)
    (name,) = names_in(home)
    assert name == path.format(name="kiosk", client_id="client_x")
    assert delivery.how == f"put on web1:{name}"
    assert len((tmp_path / "far.asked").read_text().splitlines()) == 1


async def test_where_no_secret_comes_nothing_is_left_on_another_machine(tmp_path: Path) -> None:
    search, home = near_ssh(tmp_path)
    arrived = asyncio.Event()

    async def stall(wire: Wire) -> None:
        arrived.set()
        await wire.over.wait()

    to = ToMachine(FarFile("web1", "x"), environment={"PATH": search})
    async with at(tmp_path, reply(400, {"code": "INVALID_REQUEST", "message": "no"}), stall) as (session, _):
        assert isinstance(await session.create("kiosk", "", [to.place("kiosk")]), NotCreated)
        assert names_in(home) == []
        creating = asyncio.create_task(session.create("kiosk", "", [to.place("kiosk")]))
        await arrived.wait()
        assert len(names_in(home)) == 1
        creating.cancel()
        with pytest.raises(asyncio.CancelledError):
            await creating
        assert names_in(home) == []


async def test_what_may_be_left_on_another_machine_is_told_beside_why_nothing_was_created(
    tmp_path: Path,
) -> None:
    search, _ = near_ssh(tmp_path, 'echo $$ > "$home.pid"')
    to = ToMachine(FarFile("web1", "x"), environment={"PATH": search})

    async def loses_the_connection(wire: Wire) -> None:
        os.killpg(int((tmp_path / "far.pid").read_text()), signal.SIGKILL)
        await reply(400, {"code": "INVALID_REQUEST", "message": "no"})(wire)

    async with at(tmp_path, loses_the_connection) as (session, _):
        ended = await session.create("kiosk", "", [to.place("kiosk")])
    assert isinstance(ended, NotCreated)
    assert ended.error.message == (
        "The service refused this: no. Nothing was created. Whether what was held for web1:x is taken away is not "
        "known; no secret is in it."
    )
    (entry,) = journal_of(tmp_path).entries()
    assert entry.why == ended.error.message


async def test_whoever_stops_it_while_a_place_is_reserved_sends_nothing_and_leaves_nothing(
    tmp_path: Path, there: Path
) -> None:
    search, _ = near_ssh(tmp_path, 'touch "$home.asked"; exec sleep 60')
    places = [
        ToFile(f"{there}/x").place("kiosk"),
        ToMachine(FarFile("web1", "x"), environment={"PATH": search}).place("kiosk"),
    ]
    async with at(tmp_path, reply(201, NEW)) as (session, server):
        creating = asyncio.create_task(session.create("kiosk", "", places))
        await until((tmp_path / "far.asked").exists)
        assert names_in(there) == ["x"]
        creating.cancel()
        with pytest.raises(asyncio.CancelledError):
            await creating
        assert (server.seen, names_in(there)) == ([], [])
    (entry,) = journal_of(tmp_path).entries()
    assert (entry.closed, entry.why) == (Event.NOT_CREATED, "It was broken off before anything was sent.")


class Watched:
    """A place that notes, whenever it is let go, whether the journal has its create open."""

    def __init__(self, place: SecretPlace, journal: Journal) -> None:
        self.file, self.reserve, self.take = place.file, place.reserve, place.take
        self.was_open: list[bool] = []
        self._place, self._journal = place, journal

    async def release(self) -> str:
        self.was_open += [entry.is_open for entry in self._journal.entries()]
        return await self._place.release()


@pytest.mark.parametrize("how", ["it is refused", "it is stopped before it is sent"])
async def test_what_was_reserved_is_let_go_while_the_journal_still_names_it(
    tmp_path: Path, there: Path, how: str
) -> None:
    """Else an end of the program in between would leave a file that no later start takes away."""
    search, _ = near_ssh(tmp_path, 'touch "$home.asked"; exec sleep 60')
    never = ToMachine(FarFile("web1", "x"), environment={"PATH": search}).place("kiosk")
    watched = Watched(ToFile(f"{there}/x").place("kiosk"), journal_of(tmp_path))
    async with at(tmp_path, reply(400, {"code": "INVALID_REQUEST", "message": "no"})) as (session, _):
        if how == "it is refused":
            assert isinstance(await session.create("kiosk", "", [watched]), NotCreated)
        else:
            creating = asyncio.create_task(session.create("kiosk", "", [watched, never]))
            await until((tmp_path / "far.asked").exists)
            creating.cancel()
            await asyncio.gather(creating, return_exceptions=True)
    assert watched.was_open[0]
    assert names_in(there) == []
    (entry,) = journal_of(tmp_path).entries()
    assert not entry.is_open


async def test_a_command_is_not_started_before_there_is_a_secret_for_it(tmp_path: Path, there: Path) -> None:
    to = ToCommand(DeliveryCommand("keep", ("sh", "-c", f'cat > "{there}/got"')))
    no = reply(400, {"code": "INVALID_REQUEST", "message": "no"})
    async with at(tmp_path, no, reply(201, NEW)) as (session, _):
        assert isinstance(await session.create("kiosk", "", [to.place("kiosk")]), NotCreated)
        assert names_in(there) == []
        place = to.place("kiosk")
        created = await session.create("kiosk", "", [place])
        assert isinstance(created, Created)
        await hand_over(session, created, place)
    assert names_in(there) == ["got"]


async def test_what_can_not_be_reserved_is_not_sent(
    tmp_path: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: ReservedFile, room: int) -> str:
        return "It is full."

    monkeypatch.setattr(ReservedFile, "reserve", full)
    async with at(tmp_path, reply(201, NEW)) as (session, server):
        ended = await session.create("kiosk", "", [ToFile(f"{there}/x").place("kiosk")])
    assert isinstance(ended, NotCreated)
    assert isinstance(ended.error, NoPlace)
    assert ended.error.message == "It is full."
    assert server.seen == []
    (entry,) = journal_of(tmp_path).entries()
    assert (entry.closed, entry.why) == (Event.NOT_CREATED, "It is full.")


@asynccontextmanager
async def next_start(folder: Path) -> AsyncIterator[Session]:
    """A session at https://x, with the journal that earlier ones have left."""
    async with FaultServer() as server:
        session = connect(server.profile(folder)._replace(base_url="https://x"), journal=journal_of(folder))
        yield session
        await session.aclose()


async def test_the_next_start_takes_away_what_was_not_used(tmp_path: Path, there: Path) -> None:
    journal = journal_of(tmp_path)
    journal.create("https://x", "p", "kiosk", None, (), [there / "x"])
    journal.create("https://elsewhere", "p", "kiosk", None, (), [there / "y"])
    journal.release()
    for name in "xy":
        (there / name).write_bytes(bytes(ROOM))
        (there / name).chmod(0o600)
    async with next_start(tmp_path) as session:
        assert await session.clear_away() == [there / "x"]
        assert await session.clear_away() == []
    assert names_in(there) == ["y"]  # another service's
    assert [entry.reserved for entry in journal_of(tmp_path).open_entries("https://x")] == [()]


async def test_the_next_start_leaves_a_secret_where_it_is_and_says_where_to_look(
    tmp_path: Path, there: Path
) -> None:
    journal = journal_of(tmp_path)
    attempt = journal.create("https://x", "p", "kiosk", None, (), [there / "x"])
    journal.note(attempt, Event.CREATED, client_id="client_x")
    journal.release()
    (there / "x").write_text("BUTLR_CLIENT_SECRET=…")
    (there / "x").chmod(0o600)
    async with next_start(tmp_path) as session:
        assert await session.clear_away() == []
    assert names_in(there) == ["x"]
    (entry,) = journal_of(tmp_path).open_entries()
    assert entry.summary.endswith(f"; whether its secret is stored is not known: look at {there}/x.")


async def test_what_another_instance_has_reserved_is_left_alone(tmp_path: Path, there: Path) -> None:
    running = journal_of(tmp_path)
    running.create("https://x", "p", "kiosk", None, (), [there / "x"])
    (there / "x").write_bytes(bytes(ROOM))
    (there / "x").chmod(0o600)
    async with next_start(tmp_path) as session:
        assert await session.clear_away() == []
    assert names_in(there) == ["x"]
    running.release()


async def test_without_a_journal_nothing_is_known_to_be_left_behind(tmp_path: Path) -> None:
    async with FaultServer() as server:
        session = connect(server.profile(tmp_path))
        assert await session.clear_away() == []
        await session.aclose()
    journal_of(tmp_path).path.mkdir(parents=True)  # it can't be read
    async with next_start(tmp_path) as session:
        assert await session.clear_away() == []


async def test_of_several_that_can_not_all_be_reserved_none_is_left(tmp_path: Path, there: Path) -> None:
    places = [ToFile(f"{there}/{name}").place("kiosk") for name in ("x", "none/y", "z")]
    async with at(tmp_path, reply(201, NEW)) as (session, server):
        ended = await session.create("kiosk", "", places)
    assert isinstance(ended, NotCreated)
    assert "does not exist" in ended.error.message
    assert (server.seen, names_in(there)) == ([], [])
    (entry,) = journal_of(tmp_path).entries()
    assert entry.reserved == tuple(f"{there}/{name}" for name in ("x", "none/y", "z"))


@pytest.mark.parametrize("stored", [False, True])
async def test_the_next_start_takes_away_each_of_several_that_was_not_used(
    tmp_path: Path, there: Path, stored: bool
) -> None:
    """Also where the program ended between two of them, and the secret is in the first."""
    journal = journal_of(tmp_path)
    attempt = journal.create("https://x", "p", "kiosk", None, (), [there / "x", there / "y"])
    journal.note(attempt, Event.CREATED, client_id="client_x")
    for name in "xy":
        (there / name).write_bytes(bytes(ROOM))
        (there / name).chmod(0o600)
    if stored:
        (there / "x").write_text("BUTLR_CLIENT_SECRET=…")
        journal.note(attempt, Event.STORED, f"saved to {there}/x")
    journal.release()
    async with next_start(tmp_path) as session:
        assert await session.clear_away() == [there / name for name in ("y" if stored else "xy")]
        assert await session.clear_away() == []
    assert names_in(there) == (["x"] if stored else [])
    (entry,) = journal_of(tmp_path).entries()
    assert entry.reserved == ((f"{there}/x",) if stored else ())
    assert entry.is_open is not stored
