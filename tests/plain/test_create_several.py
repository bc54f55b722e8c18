"""`butlr-tui create --from`: a client for each line, none twice, and where it stops."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from butlr_tui.delivery.file import ROOM
from butlr_tui.journal.entries import KEPT, Event, SourceLine
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.destinations import ToCommand, ToFile, ToStdout, to_machine
from butlr_tui.operations.place import Destination
from butlr_tui.plain.create_several import create_several
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.lines import FileLine
from butlr_tui.plain.output import run
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.programs import names_in, near_ssh
from tests.support.world import Reply, World

LINES = [FileLine(2, "kiosk", "in the lobby"), FileLine(3, "gate", ""), FileLine(4, "meter", "")]
HEAD = "3 of 3 lines to go. What was created of them from another machine is not known here."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "secrets"
    made.mkdir(0o700)
    return made


@dataclass
class Several:
    """Runs the command on one world, each time as a process of its own would."""

    world: World
    to: Destination
    capsys: pytest.CaptureFixture[str]
    also: Sequence[Destination] = ()

    async def run(self, lines: list[FileLine] = LINES) -> tuple[Exit, list[str]]:
        """Its exit code, and what it told."""
        session = self.world.connect(self.world.profile)
        code = await run(session, lambda session: create_several(session, [self.to, *self.also], lines))
        printed = self.capsys.readouterr()
        assert printed.out == ""
        return code, printed.err.splitlines()

    @property
    def made(self) -> list[str]:
        """The names of the clients that were made, in their order."""
        known = [entry for entry in self.world.journal.entries() if entry.event is Event.CREATE]
        return [entry.name for entry in known if entry.client_id]


@pytest.fixture
def several(world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> Several:
    return Several(world, ToFile(f"{folder}/{{name}}.env"), capsys)


async def test_each_line_makes_a_client_and_tells_where_its_secret_went(
    several: Several, folder: Path
) -> None:
    code, (head, *told) = await several.run()
    assert (code, head) == (Exit.DONE, HEAD)
    assert several.made == ["kiosk", "gate", "meter"]
    for line, said in zip(LINES, told, strict=True):
        kept = (folder / f"{line.name}.env").read_text()
        client_id = kept.splitlines()[0].removeprefix("BUTLR_CLIENT_ID=")
        assert said == (
            f"line {line.number}, “{line.name}”: {client_id} is created: saved to {folder}/{line.name}.env (only "
            "you can read it), read back and equal."
        )


async def test_the_same_lines_again_make_no_second_one(several: Several, folder: Path) -> None:
    await several.run()
    (folder / "kiosk.env").unlink()  # moved to where it should live
    code, told = await several.run()
    assert code is Exit.DONE
    assert several.world.posts == 3
    assert told[0].startswith("line 2, “kiosk”: created before as client_")
    assert told[0].endswith(f": saved to {folder}/kiosk.env.")
    assert told[-1].startswith("0 of 3 lines to go.")


async def test_another_description_name_or_destination_is_another_line(
    several: Several, folder: Path
) -> None:
    await several.run([LINES[0]])
    several.to = ToFile(f"{folder}/{{name}}.{{client_id}}.env")
    for other in (FileLine(2, "kiosk", "at the door"), FileLine(2, "kiosk-2", "in the lobby"), LINES[0]):
        code, _ = await several.run([other])
        assert code is Exit.DONE
    assert several.world.posts == 4


async def test_it_stops_where_one_is_refused_and_goes_on_there(several: Several) -> None:
    one = several.world
    real = one.between.handle_async_request

    async def refuses_the_second(request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and b"gate" in request.content:
            one.between.sent.append("POST")
            return Reply(400, {"code": "INVALID_REQUEST", "message": "no"}).response()
        return await real(request)

    one.between.handle_async_request = refuses_the_second  # type: ignore[method-assign]
    code, told = await several.run()
    assert code is Exit.FAILED
    assert told[-2:] == [
        "line 3, “gate”: The service refused this: no. Nothing was created. “gate” is not created.",
        "Stopped there: 1 line is not begun.",
    ]
    one.between.handle_async_request = real  # type: ignore[method-assign]
    code, told = await several.run()
    assert code is Exit.DONE
    assert told[1].startswith("2 of 3 lines to go.")
    assert several.made == ["kiosk", "gate", "meter"]


async def test_an_unclear_one_stops_the_run_and_the_next_while_it_may_be_there(several: Several) -> None:
    several.world.between.answer("POST", httpx.ReadError("cut"))
    code, told = await several.run()
    assert code is Exit.UNKNOWN
    assert told[-1] == "Stopped there: 2 lines are not begun."
    late = several.world.add("kiosk")
    code, told = await several.run()
    assert code is Exit.UNKNOWN
    assert f"It may be {late}. Unless a colleague made it, delete it" in told[0]
    assert told[-1] == "Nothing was created."
    assert several.world.posts == 1

    several.world.remove(late)
    code, told = await several.run()
    assert code is Exit.DONE
    assert told[0].endswith("Looking at the list at 0, 1, 3 and 10 s…")
    assert several.made == ["kiosk", "gate", "meter"]
    assert several.world.posts == 4


async def test_one_that_turns_up_while_it_is_looked_for_is_not_made_again(several: Several) -> None:
    several.world.between.answer("POST", httpx.ReadError("cut"))
    await several.run()
    looks = 0
    real = several.world.between.handle_async_request

    async def appears(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        looks += request.method == "GET"
        if looks == 3:
            several.world.add("kiosk")
        return await real(request)

    several.world.between.handle_async_request = appears  # type: ignore[method-assign]
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.UNKNOWN, 1)
    assert "It may be client_" in told[1]


async def test_one_that_somebody_settles_meanwhile_is_left_to_them(several: Several) -> None:
    several.world.between.answer("POST", httpx.ReadError("cut"))
    await several.run()
    (entry,) = several.world.journal.entries()
    real = several.world.between.handle_async_request

    async def settles(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            Journal(several.world.journal.path.parent).note(entry.attempt, Event.SETTLED, KEPT)
        return await real(request)

    several.world.between.handle_async_request = settles  # type: ignore[method-assign]
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.FAILED, 1)
    assert told[-2:] == ["line 2, “kiosk”: another butlr-tui works on it right now.", "Nothing was created."]


async def test_one_that_another_butlr_tui_works_on_stops_it(several: Several, folder: Path) -> None:
    line = SourceLine("gate", "", f"file:{folder}/gate.env")
    other = Journal(several.world.journal.path.parent)
    other.create(several.world.profile.base_url, "local", "gate", None, line=line)
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.FAILED, 0)
    assert told == ["line 3, “gate”: another butlr-tui works on it right now.", "Nothing was created."]
    other.release()


async def test_a_journal_that_can_not_be_read_creates_none(several: Several) -> None:
    several.world.journal.path.mkdir(parents=True)
    several.world.journal.path.parent.chmod(0o700)
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.FAILED, 0)
    assert "can't be read" in told[0]


async def test_an_unclear_one_of_another_identity_is_not_judged(several: Several) -> None:
    several.world.between.answer("POST", httpx.ReadError("cut"))
    await several.run()
    written = several.world.journal.path
    written.write_text(written.read_text().replace(several.world.service.root.client_id, "client_them"))
    code, told = await several.run()
    assert code is Exit.UNKNOWN
    assert "Whether it exists is seen by client_them alone: sign in as that." in told[0]


async def test_a_secret_that_is_stored_nowhere_stops_it_until_the_client_is_gone(
    several: Several, folder: Path
) -> None:
    refuses = DeliveryCommand("keep", ("sh", "-c", "cat >/dev/null; exit 3", "{name}"))
    several.to = ToCommand(refuses)
    code, told = await several.run()
    assert code is Exit.SECRET_NOWHERE
    assert told[-1] == "Stopped there: 2 lines are not begun."
    (entry,) = several.world.journal.entries()
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.SECRET_NOWHERE, 1)
    assert told[0].startswith(f"line 2, “kiosk”: {entry.client_id} (“kiosk”) was created at ")
    assert f"Delete it (`butlr-tui delete {entry.client_id} --yes`), or keep it" in told[0]

    journal = Journal(several.world.journal.path.parent)
    assert journal.note(entry.attempt, Event.SETTLED, KEPT)
    several.to = ToCommand(DeliveryCommand("keep", ("sh", "-c", "cat >/dev/null", "{name}")))
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.DONE, 3)
    assert told[0] == f"line 2, “kiosk”: created before as {entry.client_id}: kept by the operator."


async def test_a_line_whose_client_was_deleted_from_here_is_made_again(
    several: Several, folder: Path
) -> None:
    await several.run([LINES[0]])
    (entry,) = several.world.journal.entries()
    session = several.world.connect(several.world.profile)
    (client,) = [one for one in await session.list() if one.client_id == entry.client_id]
    await session.delete(client)
    await session.aclose()
    code, told = await several.run([LINES[0]])
    assert (code, several.world.posts) == (Exit.FAILED, 1)  # its file is still there, and never overwritten
    assert "kiosk.env exists already and is never overwritten" in told[0]
    (folder / "kiosk.env").unlink()
    code, _ = await several.run([LINES[0]])
    assert (code, several.world.posts) == (Exit.DONE, 2)


async def test_all_of_it_is_checked_before_the_first_post(several: Several, folder: Path) -> None:
    (folder / "meter.env").touch()
    code, told = await several.run()
    assert code is Exit.FAILED
    assert told == [
        f"{folder}/meter.env exists already and is never overwritten; choose another name.",
        "Nothing was created.",
    ]
    assert several.world.posts == 0


async def test_what_an_interrupted_run_left_is_taken_away_first(several: Several, folder: Path) -> None:
    left = folder / "kiosk.env"
    journal = Journal(several.world.journal.path.parent)
    journal.create(several.world.profile.base_url, "local", "kiosk", None, (), [left])
    journal.release()
    left.write_bytes(bytes(ROOM))
    left.chmod(0o600)
    code, told = await several.run()
    assert code is Exit.DONE
    assert told[0].startswith(f"{left}, which an interrupted create had kept for its secret, held nothing")


async def test_of_many_faults_the_first_are_told(several: Several, folder: Path) -> None:
    lines = [FileLine(number, f"n{number}", "") for number in range(2, 14)]
    for line in lines:
        (folder / f"{line.name}.env").touch()
    code, told = await several.run(lines)
    assert (code, len(told)) == (Exit.FAILED, 12)
    assert told[-2:] == ["… and 2 faults more.", "Nothing was created."]


async def test_room_for_all_is_looked_for_first(
    several: Several, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs

    def nearly_full(path: Path) -> os.statvfs_result:
        there = list(real(path))
        there[1], there[4] = 4096, 2  # two blocks of this size are free
        return os.statvfs_result(there)

    monkeypatch.setattr(os, "statvfs", nearly_full)
    code, told = await several.run()
    assert (code, told) == (
        Exit.FAILED,
        [f"There is no room for 3 files in {folder}.", "Nothing was created."],
    )
    code, _ = await several.run(LINES[:2])
    assert code is Exit.DONE


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (
            ToStdout(),
            "Several secrets need a place each: file:PATH, ssh:HOST:PATH, seal:NAME=PATH, or command:NAME of the",
        ),
        (ToFile("~/one.env"), "{name} or {client_id} has to stand in the path"),
        (
            ToCommand(DeliveryCommand("vault", ("{name}", "put"))),
            "has to stand in the words of the command vault",
        ),
    ],
)
async def test_a_destination_without_a_place_for_each_is_refused(
    several: Several, to: Destination, said: str
) -> None:
    several.to = to
    code, told = await several.run()
    assert code is Exit.USAGE
    assert said in told[0]
    assert told[0].endswith(" Nothing was created.")
    assert several.world.between.sent == []


async def test_names_that_lead_to_one_file_are_refused_unless_the_id_tells_them_apart(
    several: Several, folder: Path
) -> None:
    lines = [FileLine(2, "lobby display", ""), FileLine(3, "lobby-display", "")]
    code, told = await several.run(lines)
    assert code is Exit.USAGE
    assert told[0].startswith(
        "The secrets of “lobby display” and “lobby-display” would go to one place: with {client_id}"
    )
    several.to = ToFile(f"{folder}/{{name}}.{{client_id}}.env")
    code, _ = await several.run(lines)
    assert code is Exit.DONE
    assert len(list(folder.iterdir())) == 2


async def test_two_at_once_are_one(several: Several) -> None:
    gate = several.world.between.hold("POST")
    first = asyncio.create_task(several.run())
    await several.world.between.hears("POST").wait()
    code, told = await several.run()
    assert (code, told[-1]) == (
        Exit.FAILED,
        "Another butlr-tui creates clients from a file right now. Nothing was created.",
    )
    gate.set()
    code, _ = await first
    assert (code, several.world.posts) == (Exit.DONE, 3)


async def test_interrupted_it_says_what_is_not_begun(
    several: Several, capsys: pytest.CaptureFixture[str]
) -> None:
    several.world.between.hold("POST")
    running = asyncio.create_task(several.run())
    await several.world.between.hears("POST").wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    told = capsys.readouterr().err.splitlines()
    assert told[-2].startswith("line 2, “kiosk”: Interrupted: “kiosk” may exist")
    assert told[-1] == "Stopped there: 2 lines are not begun."


async def test_a_list_that_can_not_be_read_stops_it(several: Several) -> None:
    several.world.between.answer("GET", Reply(403, b"<html>"))
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.FAILED, 0)
    assert told[-2].endswith("It is not created.")
    assert told[-1] == "Stopped there: 2 lines are not begun."


async def test_a_read_only_profile_creates_none(several: Several) -> None:
    several.world.profile = several.world.profile._replace(read_only=True)
    code, told = await several.run()
    assert (code, told) == (Exit.FAILED, ["The profile local is read-only. Nothing was created."])


async def test_each_goes_to_each_of_several_places_and_to_another_machine(
    several: Several, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, home = near_ssh(folder.parent)
    monkeypatch.setenv("PATH", path)
    several.also = [to_machine("web1:{name}.env")]
    assert (await several.run())[0] is Exit.DONE
    names = [f"{line.name}.env" for line in LINES]
    assert sorted(names_in(folder)) == sorted(names_in(home)) == sorted(names)
    several.to, several.also = several.also[0], [several.to]
    code, told = await several.run()
    assert (code, len(several.made)) == (Exit.DONE, len(LINES))  # in another order they are the same
    assert told[0].startswith("line 2, “kiosk”: created before as client_")


async def test_a_machine_that_can_not_be_reached_is_asked_once(
    several: Several, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, home = near_ssh(folder.parent, 'echo asked >> "$home/log"; exit 255')
    monkeypatch.setenv("PATH", path)
    several.also = [to_machine("web1:{name}.env")]
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.FAILED, 0)
    assert told == ["ssh lost web1, or never reached it.", "Nothing was created."]
    assert (home / "log").read_text() == "asked\n"


async def test_each_of_several_places_has_to_be_its_own(several: Several) -> None:
    several.also = [to_machine("web1:same.env")]
    code, told = await several.run()
    assert (code, several.world.posts) == (Exit.USAGE, 0)
    assert told[0].startswith("{name} or {client_id} has to stand in the path")


async def test_one_that_is_not_everywhere_stops_it_and_is_told_again(several: Several) -> None:
    refuses = ToCommand(DeliveryCommand("keep", ("sh", "-c", "exit 3", "{name}")))
    several.also = [refuses]
    assert (await several.run(LINES[:2]))[0] is Exit.SECRET_NOWHERE
    assert several.made == ["kiosk"]
    code, told = await several.run(LINES[:1])
    assert code is Exit.DONE
    assert "kiosk.env. But not handed to the command keep: keep did not accept it" in told[0]
