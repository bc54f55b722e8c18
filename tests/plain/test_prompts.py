"""The prompts of one service: what is said, what is asked, and what Ctrl+C and the end of the input come to."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from butlr_tui.config.model import Problem
from butlr_tui.config.profiles import Profile, ProfileError, Prompt, Settings
from butlr_tui.journal.entries import Event
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.prompts.clipboard import DesktopClipboard
from butlr_tui.plain.prompts.run import Prompts
from butlr_tui.plain.prompts.typed_command import typed_command
from butlr_tui.plain.prompts.words import NotMeant, numbers
from tests.end_to_end.hostile import injected, strings
from tests.support.programs import false_xclip
from tests.support.waiting import until
from tests.support.world import NOW, Reply, World
from tests.support.world import world as a_world

CTRL_C = signal.SIGINT
THE_END = object()
"""Of the input, as Ctrl+D makes it."""
LIST = "Number or command?"
SECRET = "What with the secret?"
SETTINGS = Settings(Path("config.toml"))


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr("butlr_tui.plain.prompts.secret._SETTLING", 0.0)
    async with a_world(tmp_path, monkeypatch) as made:
        yield made


class Person:
    """Somebody at a terminal, who does one thing at each question and then hangs up."""

    def __init__(self, *does: tuple[str, object]) -> None:
        self._does = iter(does)
        self.transcript = ""

    def put(self, text: str) -> None:
        assert text.replace("\n", "").isprintable()  # nothing that a terminal would act on
        self.transcript += text

    async def read(self, *, hidden: bool = False) -> str:
        wanted, typed = next(self._does, ("", THE_END))
        assert wanted in self.transcript.rpartition("\n")[2], f"{wanted!r} is not asked:\n{self.transcript}"
        if isinstance(typed, signal.Signals):
            os.kill(os.getpid(), typed)
            await asyncio.Event().wait()
        if typed is THE_END:
            raise EOFError
        if callable(typed):
            typed = await typed()
        self.transcript += "\n" if hidden else f"{typed}\n"
        return str(typed)

    def forget(self) -> None:
        """Nothing is typed ahead."""


def prompts_for(
    person: Person,
    world: World,
    start: Profile | str | None = None,
    connect: Callable[[Profile], Session] | None = None,
    settings: Settings = SETTINGS,
    profiles: Sequence[Profile] = (),
) -> Prompts:
    """The prompts that this person is before, at the world's own profile unless another start is given."""
    return Prompts(
        world.profile if start is None else start,
        connect or world.connect,
        settings=settings,
        profiles=profiles,
        lines=person,
        put=person.put,
        clock=lambda: NOW,
    )


async def talk(world: World, *does: tuple[str, object], profiles: Sequence[Profile] = ()) -> tuple[int, str]:
    """The exit code and the transcript of somebody who does this."""
    person = Person(*does)
    async with asyncio.timeout(60):
        code = await prompts_for(person, world, profiles=profiles).run_on_terminal()
    return code, person.transcript


async def test_the_list_comes_in_pages_and_a_number_means_what_was_read_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINES", "9")
    world.add("busy", "Whole description", days=40)

    async def after_another_came() -> str:
        world.add("aaa")
        return "1"

    code, said = await talk(
        world,
        (LIST, ""),
        (LIST, "1"),
        ("Number?", "0"),
        (LIST, after_another_came),
        ("Number?", "0"),
        (LIST, "page up"),
        (LIST, ""),
        (LIST, ""),
        (LIST, "quit"),
    )
    assert code == Exit.DONE
    assert said.startswith(
        "Clients of local, 127.0.0.1:4010. 7 clients, read at 12:04.\nBy name. Page 1 of 2.\n1 "
    )
    assert "Page 2 of 2.\n6 " in said
    assert said.count("Name: access-audit\n") == 2
    assert "That is the last page." in said


async def test_the_filter_sorting_and_what_can_not_be_meant(world: World) -> None:
    code, said = await talk(
        world, (LIST, "filter hvac colour:red"), (LIST, "clear"), (LIST, "s"), (LIST, "re"), (LIST, "99"),
        (LIST, "delete"), (LIST, "frobnicate"), (LIST, "refresh now"), (LIST, THE_END),
    )  # fmt: skip
    assert code == Exit.DONE
    assert "The filter is hvac colour:red: 1 shown." in said and "1 hvac-sync, 1 year old" in said
    assert "By created." in said
    assert "Error: “re” may be replace or ready filters or reverse or refresh." in said
    assert "Error: “99” is not among 1 to 6." in said
    assert "Error: Which? Type their numbers, as in delete 3 5-7." in said
    assert "Error: There is no command “frobnicate”. “help” tells all commands." in said
    assert "Error: Nothing stands behind “refresh”." in said


async def test_hostile_names_reach_no_terminal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "300")
    hostile = strings(200)
    ids = world.add_many([(text, text, 1) for text in hostile])
    every = [step for number in range(1, 207, 5) for step in ((LIST, str(number)), ("Number?", "0"))]
    code, said = await talk(world, *every, (LIST, "detail 1-206"), (LIST, "q"))
    assert code == Exit.DONE
    assert all(client_id in said for client_id in ids)
    assert not injected(said.encode(), "\n")


async def test_several_are_deleted_by_their_numbers(world: World) -> None:
    world.profile = world.profile._replace(protected=True)
    code, said = await talk(
        world, (LIST, "delete 1 3-4"), ("Type how many: 2", "3"), ("Type how many: 2", "2"), (LIST, "q")
    )
    assert code == Exit.DONE
    assert "Error: “3” is not how many they are, which is 2. Nothing is deleted." in said
    assert said.count(": deleted.") == 2
    assert "Done: Of 2 clients: 2 deleted." in said
    assert "“butlr-tui root”, which signed you in, is left out" in said  # a range is no mark by hand
    assert sorted(world.names()) == ["badge-gateway", "lobby-display", "zurich-signage"]


async def test_ctrl_c_begins_no_other_deletion(world: World) -> None:
    gate, heard = world.between.hold("DELETE"), world.between.hears("DELETE")
    person = Person(
        (LIST, "delete 1 4-6"),
        ("Type how many: 4", "4"),
        (LIST, "delete"),
        ("Type how many: 3", "go back"),
        (LIST, "q"),
    )
    prompts = prompts_for(person, world, settings=SETTINGS._replace(delete_concurrency=1))
    running = asyncio.create_task(prompts.run_on_terminal())
    await heard.wait()
    os.kill(os.getpid(), CTRL_C)
    await until(lambda: "Stopping: 1 deletion under way can't be called back." in person.transcript)
    gate.set()
    assert await running == Exit.DONE
    assert person.transcript.count("Error: Of 4 clients: 1 deleted, 3 not begun.") == 1
    assert "What is left stays marked; “delete” deletes it." in person.transcript
    assert len(world.names()) == 4


async def test_what_is_marked_is_what_a_command_without_numbers_is_about(world: World) -> None:
    world.profile = world.profile._replace(protected=False)
    _, said = await talk(
        world, (LIST, "mark 1 4-5"), (LIST, "mark 1"), (LIST, "delete"), ("to delete", "delete"), (LIST, "unmark"),
        (LIST, "q"),
    )  # fmt: skip
    assert "3 clients marked. “delete”, “replace” and “copy id” are about them." in said
    assert "2 clients marked." in said
    assert len(world.names()) == 3


async def test_a_read_only_profile_changes_nothing(world: World) -> None:
    world.profile = world.profile._replace(read_only=True)
    _, said = await talk(
        world, (LIST, "new"), (LIST, "delete 1"), (LIST, "1"), ("Number?", "copy id"), (LIST, "q")
    )
    assert said.count("is read-only: nothing is created or deleted from here.") == 2
    assert "replace\n" not in said.partition("Name: ")[2].partition("0 go back")[0]
    assert world.between.sent == ["GET /api/v1/client"]


def creating(path: Path, name: str = "kiosk") -> list[tuple[str, object]]:
    """What leads to a client whose secret goes to this file."""
    return [
        (LIST, "new"), ("Name:", name), ("Description, or Enter for none:", ""), ("Number, or several", "file"),
        ("File", str(path)), ("Number?", "create"),
    ]  # fmt: skip


async def test_ctrl_c_goes_back_and_loses_neither_what_was_typed_nor_a_secret(
    world: World, tmp_path: Path
) -> None:
    code, said = await talk(
        world, (LIST, CTRL_C), (LIST, "new"), ("Name:", "kiosk"), ("Description", CTRL_C), ("Number?", "stay"),
        ("Name, or Enter for kiosk:", ""), ("Description", ""), ("Number, or several", "file"),
        ("File", f"{tmp_path}/x"), ("Number?", "1"), (SECRET, CTRL_C), (LIST, "q"),
    )  # fmt: skip
    assert code == Exit.DONE
    assert "“quit” quits." in said
    assert "What you typed is lost; nothing was created." in said
    assert f"Done: “kiosk” is created; its secret is saved to {tmp_path}/x" in said


async def where_it_is_nowhere(world: World, path: Path, *then: tuple[str, object]) -> tuple[int, str]:
    """What comes of a secret whose file is another's once it comes."""
    gate, posted = world.between.hold("POST"), world.between.hears("POST")

    async def steal() -> None:
        await posted.wait()
        path.unlink()
        path.write_text("somebody's")
        gate.set()

    stealing = asyncio.create_task(steal())
    try:
        return await talk(world, *creating(path), *then)
    finally:
        await stealing


async def test_the_end_of_the_input_with_a_secret_that_is_nowhere_is_told_and_left_to_the_journal(
    world: World, tmp_path: Path
) -> None:
    world.profile = world.profile._replace(protected=False)
    code, said = await where_it_is_nowhere(
        world, tmp_path / "kiosk.env", (SECRET, THE_END), ("Type it:", THE_END)
    )
    assert code == Exit.SECRET_NOWHERE
    (entry,) = world.journal.open_entries()
    assert entry.closed is None and not entry.deliveries
    assert f"Error: The input has ended, and the secret of {entry.client_id} is stored nowhere." in said
    assert "The next start asks about it." in said
    _, asked = await talk(world, ("Number, or Enter", "delete it"), ("to delete", "delete"), (LIST, "q"))
    assert "An earlier create is unfinished" in asked
    assert "kiosk" not in world.names()


async def test_a_secret_that_is_nowhere_takes_the_word_and_one_end_of_input_goes_back_only(
    world: World, tmp_path: Path
) -> None:
    code, said = await where_it_is_nowhere(
        world, tmp_path / "kiosk.env", (SECRET, THE_END), ("Type it:", "go back"), (SECRET, "close"),
        ("Type it:", "stroed"), ("Type it:", "Stored"), (LIST, "q"),
    )  # fmt: skip
    assert code == Exit.DONE
    assert "Error: That is not “stored”. “go back” goes back to the secret." in said
    (entry,) = world.journal.entries()
    assert entry.closed is Event.STORED


async def test_the_end_of_the_input_with_a_stored_secret_is_no_failure(world: World, tmp_path: Path) -> None:
    code, said = await talk(world, *creating(tmp_path / "x"), (SECRET, THE_END))
    assert code == Exit.DONE
    assert "The input has ended" not in said


async def test_a_secret_is_printed_only_where_the_operator_insists(world: World, tmp_path: Path) -> None:
    path = tmp_path / "x"
    kept, said = await talk(
        world, *creating(path), (SECRET, "reveal"), ("Number?", "0"), (SECRET, "0"), (LIST, "q")
    )
    secret = path.read_text().rpartition("=")[2].strip()
    assert kept == Exit.DONE and secret not in said
    assert "Warning: It can't be hidden again: it stays in what this terminal keeps of its output" in said
    path.unlink()
    _, said = await talk(
        world, *creating(path), (SECRET, "reveal"), ("Number?", "1"), (SECRET, "0"), (LIST, "q")
    )
    assert f"\n{path.read_text().rpartition('=')[2].strip()}\nWarning: Once it is stored, clear" in said


async def test_a_client_is_replaced_and_that_is_finished(world: World, tmp_path: Path) -> None:
    world.profile = world.profile._replace(protected=False)
    _, said = await talk(
        world, (LIST, "filter hvac"), (LIST, "replace 1"), ("Number, or several", "file"),
        ("File", f"{tmp_path}/new"), ("Number?", "1"), (SECRET, "0"), (LIST, "replace 1"), ("Number?", "finish"),
        ("to delete", "delete"),
        (LIST, "journal"), ("Number for all", "1"), ("Number for all", "x"), ("Number for all", ""), (LIST, "q"),
    )  # fmt: skip
    assert "Done: signs in: 12 scopes" in said
    assert "has replaced it." in said
    assert "what: deleted" in said
    assert world.names().count("hvac-sync") == 1


async def test_another_service_is_gone_to_and_come_back_from(world: World) -> None:
    other = world.profile._replace(name="other", read_only=True)
    _, said = await talk(
        world, (LIST, "filter hvac"), (LIST, "profile"), ("Number?", "other"), (LIST, "p"), ("Number?", "local"),
        (LIST, "p"), ("Number?", CTRL_C), (LIST, "q"), profiles=[other],
    )  # fmt: skip
    assert "Clients of other, 127.0.0.1:4010, read-only." in said
    assert said.count("The filter is hvac: 1 shown.") == 3


async def test_a_reading_is_broken_off(world: World) -> None:
    gate, heard = world.between.hold("GET"), world.between.hears("GET")
    person = Person((LIST, "refresh"), (LIST, "q"))
    prompts = prompts_for(person, world)
    running = asyncio.create_task(prompts.run_on_terminal())
    await heard.wait()
    os.kill(os.getpid(), CTRL_C)
    await until(lambda: "broken off" in person.transcript)
    gate.set()
    assert await running == Exit.DONE
    assert "The reading is broken off: the list is as it was." in person.transcript
    assert "6 clients, read at 12:04" in person.transcript


@pytest.mark.parametrize(
    ("line", "command_id", "rest"),
    [
        ("new", "new", ""),
        ("copy id 3 5-7", "copy_id", "3 5-7"),
        ("DEL 3", "delete", "3"),
        ("R 1", "replace", "1"),
        ("r", "refresh", ""),
        ("/name:x", "filter", "name:x"),
        ("mark all", "mark_all", ""),
        ("F5", "", ""),
        ("", "", ""),
    ],
)
def test_a_command_is_its_name_its_beginning_or_its_key(line: str, command_id: str, rest: str) -> None:
    if not command_id:
        with pytest.raises(NotMeant):
            typed_command(line, {})
        return
    command, behind = typed_command(line, {})
    assert (command.id, behind) == (command_id, rest)


def test_keys_of_the_settings_are_typed_too() -> None:
    assert typed_command("z 3", {"delete": ("z",)})[0].id == "delete"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("3 5-7", [3, 5, 6, 7]),
        ("2,1", [2, 1]),
        ("1 1-2", [1, 2]),
        ("0", None),
        ("3-2", None),
        ("x", None),
        ("8", None),
    ],
)
def test_numbers_are_typed_one_by_one_or_from_to(words: str, found: list[int] | None) -> None:
    if found is None:
        with pytest.raises(NotMeant):
            numbers(words, 7)
    else:
        assert numbers(words, 7) == found


async def test_who_nobody_is_yet_is_asked_and_what_is_typed_is_not_printed(world: World) -> None:
    root = world.service.root
    world.profile = world.profile._replace(source=Prompt())
    secret = root.client_secret.get_secret_value()
    _, said = await talk(
        world, ("Number?", "client"), ("Client id:", root.client_id), ("", "canary"), ("Number?", "1"),
        ("Number?", "client"), ("Client id:", root.client_id), ("", secret), ("Number?", "1"), (LIST, "q"),
    )  # fmt: skip
    assert "Secret, which is not shown as you type or paste it, or Enter to go back:" in said
    assert "Error: 127.0.0.1:4010 does not accept this client id and secret" in said
    assert "Done: Signed in." in said and "6 clients, read at 12:04" in said
    assert "canary" not in said and secret not in said


async def test_a_list_that_can_not_be_read_is_told_with_what_is_typed_then(world: World) -> None:
    world.between.answer("GET", *[Reply(502, b"<h1>Bad gateway</h1>")] * 8)
    _, said = await talk(world, (LIST, "detail"), (LIST, recovered(world)), (LIST, "q"))
    assert "Error: Could not read the list: the service answered 502. “refresh” tries again." in said
    assert "6 clients, read at 12:04" in said


def recovered(world: World) -> Callable[[], Awaitable[str]]:
    async def refresh() -> str:
        world.between.recover()
        return "refresh"

    return refresh


async def test_without_a_profile_one_is_chosen_first(world: World) -> None:
    person = Person(("Number?", "7"), ("Number?", "local"), (LIST, "help"), (LIST, "q"))
    prompts = prompts_for(person, world, "Nothing names a service.", profiles=[world.profile])
    assert await prompts.run_on_terminal() == Exit.DONE
    assert "Nothing names a service. Which one is it to be?" in person.transcript
    assert "delete with numbers, as in 3 5-7: Delete the client, or the marked ones\n" in person.transcript


async def test_a_profile_without_a_session_leads_to_the_others(world: World) -> None:
    def connect(profile: Profile) -> Session:
        if profile.name == "broken":
            raise ProfileError("It can't be.")
        return world.connect(profile)

    person = Person(("Number?", "local"), (LIST, "profile"), ("Number?", "broken"), ("Number?", "0"))
    settings = SETTINGS._replace(problems=(Problem(SETTINGS.path, 3, "It is odd."),))
    broken = world.profile._replace(name="broken")
    prompts = prompts_for(person, world, broken, connect, settings, [world.profile])
    assert await prompts.run_on_terminal() == Exit.DONE
    assert person.transcript.startswith("Warning: ")
    assert person.transcript.count("Error: It can't be.") == 2


async def test_ids_are_copied_and_lists_exported_as_honestly_as_in_the_app(world: World) -> None:
    _, said = await talk(
        world, (LIST, "copy id 1-2"), (LIST, "export"), ("Number?", "1"), ("Enter for", ""), (LIST, "ready"),
        ("Number?", "1"), (LIST, "clear"), (LIST, "mark all"), (LIST, "copy id"), (LIST, "detail 1"),
        (LIST, "detail"),
        (LIST, "reverse"), (LIST, "first"), (LIST, "last"), (LIST, "journal"), (LIST, "filter"),
        ("Filter, such as", "hvac"), (LIST, "sign in"), ("Number?", "0"), (LIST, "new"), ("Name:", CTRL_C),
        (LIST, "q"),
    )  # fmt: skip
    assert "Error: 2 client ids: NOT copied:" in said or "Error: 2 client ids: The prompts send" in said
    assert "6 clients saved to ~/clients-local.csv as CSV." in said
    assert "5 clients marked." in said  # not the one that signed us in
    assert "Nothing was created or deleted from here yet." in said
    assert (Path.home() / "clients-local.csv").read_text().count("\n") == 7


async def test_what_can_not_be_called_back_is_waited_for(world: World, tmp_path: Path) -> None:
    gate, posted = world.between.hold("POST"), world.between.hears("POST")
    person = Person(*creating(tmp_path / "x"), (SECRET, "0"), (LIST, "q"))
    prompts = prompts_for(person, world)
    running = asyncio.create_task(prompts.run_on_terminal())
    await posted.wait()
    os.kill(os.getpid(), CTRL_C)
    await until(lambda: "called back" in person.transcript)
    gate.set()
    assert await running == Exit.DONE
    assert "It is on its way and can't be called back. Wait for the answer." in person.transcript
    assert "Done: “kiosk” is created" in person.transcript


async def test_enter_alone_decides_nothing_and_one_end_of_the_input_goes_back(world: World) -> None:
    code, said = await talk(
        world, (LIST, "1"), ("Number?", ""), ("Number?", THE_END), (LIST, "filter"), ("Filter, such as", THE_END),
        (LIST, "quit"),
    )  # fmt: skip
    assert code == Exit.DONE
    assert "Error: Type a number from 0 to 4; help shows them again." in said


@pytest.fixture
def xclip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A desktop with a clipboard."""
    for name, value in false_xclip(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("xclip")
async def test_a_secret_that_is_only_copied_is_so_at_the_end_of_the_input(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("butlr_tui.plain.prompts.secret._SETTLING", 10.0)
    code, said = await talk(
        world, (LIST, "new"), ("Name:", "kiosk"), ("Description", ""), ("Enter for clipboard", ""),
        ("Number?", "1"), (SECRET, THE_END), ("Number?", THE_END),
    )  # fmt: skip
    assert code == Exit.ONLY_IN_A_CLIPBOARD
    assert "Done: secret at 12:04: Copied, and verified by reading it back." in said
    assert "It is only in your clipboard. Paste it where it should live first." in said
    assert "is only in, or on its way to, a clipboard. Nobody can show it again" in said
    (entry,) = world.journal.open_entries()
    assert entry.deliveries


@pytest.mark.usefixtures("xclip")
async def test_what_was_copied_is_cleared_while_the_prompts_go_on(world: World) -> None:
    said: list[str] = []
    clipboard = DesktopClipboard(
        SETTINGS._replace(clipboard="osc52", clipboard_clear_seconds=0.01), said.append
    )
    report = await clipboard.copy("canary")
    assert report.said == "Copied, and verified by reading it back."  # no way through a terminal is forced
    assert report.digest is not None
    assert await clipboard.clear_later(report.digest) == ""
    await until(lambda: said)
    assert said == ["✓ The secret is cleared from your clipboard."]
    assert await clipboard.clear_now() == ""


async def test_where_the_terminal_goes_away_it_ends_in_order_and_the_journal_knows(
    world: World, tmp_path: Path
) -> None:
    code, _ = await where_it_is_nowhere(world, tmp_path / "kiosk.env", (SECRET, signal.SIGHUP))
    assert code == 128 + signal.SIGHUP
    assert len(world.journal.open_entries()) == 1


async def test_what_is_not_deleted_is_tried_again(world: World) -> None:
    world.between.answer("DELETE", Reply(403, {"code": "NO", "message": "Not now"}))
    person = Person((LIST, "delete 1 4"), ("Type how many: 2", "2"), ("Number?", "try again"), (LIST, "q"))
    settings = SETTINGS._replace(delete_concurrency=1)
    assert await prompts_for(person, world, settings=settings).run_on_terminal() == Exit.DONE
    assert "Error: Of 2 clients: 1 deleted, 1 not deleted." in person.transcript
    assert "1 try again: what is not deleted\n0 close\n" in person.transcript
    assert "Done: Of 2 clients: 2 deleted." in person.transcript


async def test_the_journal_comes_in_pages(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINES", "9")
    world.profile = world.profile._replace(protected=False)
    deletions = [step for _ in range(6) for step in ((LIST, "delete 1"), ("to delete", "delete"))]
    for number in range(7):
        world.add(f"a{number}")
    _, said = await talk(
        world, *deletions, (LIST, "journal"), ("Number for all", ""), ("Number for all", "6"),
        ("Number for all", ""), (LIST, "q"),
    )  # fmt: skip
    assert "The journal, newest first. Page 1 of 2.\n1 " in said
    assert "The journal, newest first. Page 2 of 2.\n6 " in said
    assert "name: a0\n" in said


async def test_the_tour_of_the_demo_is_walked_in_lines(world: World, tmp_path: Path) -> None:
    world.profile = world.profile._replace(name="demo", place="embedded service", protected=False)
    code, said = await talk(
        world, (LIST, "tour"), (LIST, "filter sync"), (LIST, "clear"), *creating(tmp_path / "kiosk.env"),
        (SECRET, "0"), *creating(tmp_path / "gate.env", "gate"), (SECRET, "test it"), (SECRET, "0"),
        (LIST, "replace 4"), ("Number, or several", "file"), ("File", f"{tmp_path}/new"), ("Number?", "1"),
        (SECRET, "0"), (LIST, "replace 4"), ("Number?", "finish"), ("to delete", "delete"), (LIST, "quit"),
    )  # fmt: skip
    assert code == Exit.DONE
    told = [line for line in said.split("\n") if line.startswith(("Tour", "“tour”"))]
    assert [line.partition(":")[0] for line in told] == [
        "“tour” takes you through all this in six steps.",
        "Tour 1 of 6, find",
        "Tour 2 of 6, create",
        "Tour 4 of 6, test",  # with its file named before the create, the secret is stored as well
        "Tour 5 of 6, replace",
        "Tour 6 of 6, delete",
        "Tour, done",
    ]
    assert "find: “filter sync” shows only what matches. “tour” leaves." in said


async def test_the_tour_is_left_and_elsewhere_there_is_none(world: World) -> None:
    demo = world.profile._replace(name="demo", place="embedded service")
    _, said = await talk(
        world, (LIST, "tour"), (LIST, "p"), ("Number?", "demo"), (LIST, "tour"), (LIST, "tour"),
        (LIST, "filter sync"), (LIST, "quit"), profiles=[demo],
    )  # fmt: skip
    assert "Error: The tour is in the demo: butlr-tui demo." in said
    assert said.count("Tour 1 of 6") == 1 and "The tour is left." in said
    assert "Tour 2" not in said
