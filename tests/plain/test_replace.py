"""What `butlr-tui replace` does, says and ends with, against the real service in this process."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from butlr_tui.flows.end_replacement import Ending
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.destinations import ToClipboard, ToFile
from butlr_tui.operations.session import Session
from butlr_tui.plain import replacements as plain_replacements
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from butlr_tui.plain.replace import replace
from butlr_tui.plain.replacements import end_replacements, list_replacements
from tests.support.world import Reply, World


class Shell:
    """Runs one command after the other, each with a session of its own."""

    def __init__(self, world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._world = world
        self._capsys = capsys
        self.to = ToFile(f"{folder}/{{name}}.{{client_id}}.env")
        self.out = self.said = ""

    async def runs(self, command: Callable[[Session], Awaitable[Exit]]) -> Exit:
        code = await run(self._world.connect(self._world.profile), command)
        self.out, self.said = self._capsys.readouterr()
        return code

    async def replaces(self, *words: str, to: ToFile | ToClipboard | None = None) -> Exit:
        return await self.runs(lambda session: replace(session, words, [to or self.to]))

    async def ends(self, ending: Ending, *words: str, is_sure: bool = True) -> Exit:
        return await self.runs(lambda session: end_replacements(session, words, ending, is_sure=is_sure))

    async def lists(self) -> list[dict[str, str]]:
        assert await self.runs(lambda session: list_replacements(session, as_json=True)) is Exit.DONE
        found: list[dict[str, str]] = json.loads(self.out)
        return found


def listing(*begun: dict[str, str]) -> Reply:
    """The list with both clients of each of these replacements, as it was a moment ago."""
    ids = [one[which] for one in begun for which in ("old", "new")]
    return Reply(200, [{"id": id, "client_id": id, "name": "kiosk"} for id in ids])


@pytest.fixture
def shell(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(world, tmp_path, capsys)


async def test_a_new_client_is_created_and_both_ids_are_told(
    world: World, shell: Shell, tmp_path: Path
) -> None:
    old = world.add("kiosk", "In the lobby")
    assert await shell.replaces(old) is Exit.DONE
    ((entry),) = world.journal.entries()
    new = entry.client_id
    assert shell.out == ""
    assert shell.said.splitlines() == [
        f"{new} is created to replace {old}: saved to {tmp_path}/kiosk.{new}.env (only you can read it), read "
        "back and equal.",
        f"{new} signs in.",
    ]
    assert world.names().count("kiosk") == 2
    (one,) = await shell.lists()
    assert (one["name"], one["old"], one["new"], one["state"]) == ("kiosk", old, new, "ready")
    assert one["signed_in"]


async def test_many_go_one_after_the_other_and_it_goes_on_where_it_stopped(
    world: World, shell: Shell
) -> None:
    ids = [world.add(name) for name in ("a", "b", "c")]
    world.between.answer("POST", Reply(400, {"code": "INVALID_REQUEST", "message": "not today"}))
    assert await shell.replaces(*ids) is Exit.FAILED
    assert shell.said.splitlines()[-1] == "Stopped there: 2 clients are not begun."
    assert await shell.replaces(ids[0]) is Exit.DONE
    assert await shell.replaces(*ids, ids[2], "a") is Exit.DONE
    new = {one["old"]: one["new"] for one in await shell.lists()}
    assert [*new] == ids
    assert await shell.replaces(*ids) is Exit.DONE
    assert shell.said.splitlines() == [
        f"{old} is replaced by {new[old]} already; `butlr-tui replace --finish {old}` deletes it."
        for old in ids
    ]
    assert world.posts == 4


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("same.env", Exit.USAGE, "{name} or {client_id} has to stand in the path"),
        ("{name}.env", Exit.FAILED, "gate.env exists already and is never overwritten"),
    ],
)
async def test_where_the_secret_of_any_can_not_go_none_is_created(
    world: World, shell: Shell, tmp_path: Path, path: str, code: Exit, said: str
) -> None:
    (tmp_path / "gate.env").touch()
    ids = [world.add(name) for name in ("kiosk", "gate")]
    assert await shell.replaces(*ids, to=ToFile(f"{tmp_path}/{path}")) is code
    assert said in shell.said
    assert shell.said.endswith(" Nothing was created.\n")
    assert world.posts == 0


async def test_a_word_that_means_none_or_several_creates_nothing(world: World, shell: Shell) -> None:
    old = world.add("twin")
    world.add("twin")
    assert await shell.replaces(old, "twin") is Exit.USAGE
    assert await shell.replaces(old, "nobody") is Exit.FAILED
    assert "Nothing was created." in shell.said
    assert world.posts == 0


async def test_a_secret_that_is_stored_nowhere_stops_it_until_that_is_called_off(
    world: World, shell: Shell
) -> None:
    old = world.add("kiosk")

    def fails(sequence: str) -> None:
        if sequence:
            raise OSError

    nowhere = ToClipboard(fails, environment={"TERM": "xterm", "SSH_TTY": "/dev/pts/9"})
    assert await shell.replaces(old, to=nowhere) is Exit.SECRET_NOWHERE
    assert await shell.replaces(old) is Exit.SECRET_NOWHERE
    assert f"`butlr-tui replace --cancel {old}` deletes it; then replace again." in shell.said
    assert await shell.ends(Ending.FINISH, old) is Exit.FAILED
    assert "the new secret is not known to be stored. Nothing is deleted." in shell.said
    assert await shell.ends(Ending.CALL_OFF, old) is Exit.DONE
    assert await shell.replaces(old) is Exit.DONE
    assert world.names().count("kiosk") == 2


async def test_a_pair_that_does_not_sign_in_stops_it(
    world: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.add("kiosk")

    async def refuses(*_: object) -> None:
        from butlr_tui.http.errors import CredentialsRefused

        raise CredentialsRefused("The credentials are not accepted.")

    monkeypatch.setattr("butlr_tui.auth.bearer.Bearer.try_pair", refuses)
    assert await shell.replaces(old, "hvac-sync") is Exit.UNKNOWN
    assert "does not sign in yet: The credentials are not accepted." in shell.said
    assert await shell.ends(Ending.FINISH, old) is Exit.DONE
    assert "was never seen to sign in." in shell.said


async def test_an_unclear_create_is_not_repeated_while_it_may_have_made_one(
    world: World, shell: Shell
) -> None:
    old = world.add("kiosk")
    world.between.answer("POST", httpx.ReadTimeout("gone"))
    assert await shell.replaces(old) is Exit.UNKNOWN
    maybe = world.add("kiosk")
    assert await shell.replaces(old) is Exit.UNKNOWN
    assert f"may have made {maybe}; its secret did not arrive." in shell.said
    assert world.posts == 1
    assert [one["state"] for one in await shell.lists()] == ["unclear"]
    world.remove(maybe)
    assert await shell.replaces(old) is Exit.DONE
    assert [one["state"] for one in await shell.lists()] == ["ready"]


async def test_the_new_one_is_not_replaced_before_the_old_one_is_gone(world: World, shell: Shell) -> None:
    old = world.add("kiosk")
    await shell.replaces(old)
    (one,) = await shell.lists()
    assert await shell.replaces(one["new"]) is Exit.FAILED
    assert f"{one['new']} is itself the new one for {old}" in shell.said


async def test_what_another_one_works_on_is_left_alone(world: World, shell: Shell) -> None:
    old = world.add("kiosk")
    other = Journal(world.journal.path.parent)
    other.create(world.profile.base_url, "local", "kiosk", None, [], replaces=old)
    assert await shell.replaces(old) is Exit.FAILED
    assert shell.said == f"Another butlr-tui is replacing {old} right now.\n"
    for ending in Ending:
        assert await shell.ends(ending, old) is Exit.FAILED
        assert "another butlr-tui works on it. Nothing is deleted." in shell.said
    other.release()


@pytest.mark.parametrize("ending", Ending)
async def test_ending_deletes_one_of_the_two(world: World, shell: Shell, ending: Ending) -> None:
    ids = [world.add(name) for name in ("a", "b")]
    await shell.replaces(*ids)
    first, second = await shell.lists()
    assert await shell.ends(ending, first["new"], "b", first["old"]) is Exit.DONE
    gone, left, then = (
        ("old", "new", "has replaced it") if ending is Ending.FINISH else ("new", "old", "stays")
    )
    assert shell.said.splitlines() == [
        f"{one[gone]} is deleted. {one[left]} {then}." for one in (first, second)
    ]
    assert await shell.lists() == []
    assert await shell.ends(ending, "a") is Exit.FAILED
    assert "No replacement of “a” is begun." in shell.said


async def test_a_name_of_several_ends_nothing(world: World, shell: Shell) -> None:
    ids = [world.add("twin") for _ in range(2)]
    await shell.replaces(*ids)
    assert await shell.ends(Ending.FINISH, "twin") is Exit.USAGE
    assert all(one in shell.said for one in ids)
    assert len(await shell.lists()) == 2


async def test_what_somebody_else_deleted_is_told_and_ended(world: World, shell: Shell) -> None:
    ids = [world.add(name) for name in ("a", "b")]
    await shell.replaces(*ids)
    first, second = await shell.lists()
    world.remove(first["old"])
    world.remove(second["new"])
    assert [one["state"] for one in await shell.lists()] == ["old_gone", "new_gone"]
    assert await shell.ends(Ending.CALL_OFF, "a") is Exit.FAILED
    assert await shell.ends(Ending.FINISH, "b") is Exit.FAILED
    assert "the new one is gone. Nothing is deleted." in shell.said
    assert await shell.ends(Ending.FINISH, "a") is Exit.DONE
    assert f"so {first['new']} has replaced it." in shell.said
    assert await shell.replaces(second["old"]) is Exit.DONE  # begins anew
    (one,) = await shell.lists()
    assert one["old"] == second["old"]


async def test_the_last_one_is_never_deleted(world: World, shell: Shell) -> None:
    old = world.add("kiosk")
    await shell.replaces(old)
    (one,) = await shell.lists()
    world.between.answer("GET", listing(one))
    world.remove(one["new"])  # right after the list was read
    assert await shell.ends(Ending.FINISH, old) is Exit.FAILED
    assert shell.said == f"{one['new']}, which was to stay, is gone, so {old} is not deleted.\n"
    assert world.names().count("kiosk") == 1


async def test_a_deletion_that_fails_or_is_unclear_stops_it(world: World, shell: Shell) -> None:
    ids = [world.add(name) for name in ("a", "b")]
    await shell.replaces(*ids)
    failed = Reply(500, {"code": "CLIENT_DELETE_FAILED", "message": "no"})
    world.between.answer("DELETE", failed)
    assert await shell.ends(Ending.FINISH, *ids) is Exit.FAILED
    world.between.answer("DELETE", *[httpx.ReadTimeout("gone")] * 3)
    show = Reply(200, {"id": "x", "client_id": "x", "name": "a"})
    world.between.answer("GET", listing(*await shell.lists()), show, *[httpx.ReadTimeout("gone")] * 3)
    assert await shell.ends(Ending.FINISH, *ids) is Exit.UNKNOWN
    assert f"look with `butlr-tui show {ids[0]}`" in shell.said
    world.between.recover()
    assert len(await shell.lists()) == 2


async def test_without_yes_the_end_of_the_id_is_asked_for(
    world: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.add("kiosk")
    await shell.replaces(old)
    asked: list[str] = []

    def types(answer: str) -> None:
        async def ask(question: str) -> str:
            asked.append(question)
            return answer

        monkeypatch.setattr(plain_replacements, "ask", ask)

    types("nonono")
    assert await shell.ends(Ending.FINISH, old, is_sure=False) is Exit.FAILED
    assert "Nothing is deleted." in shell.said
    types(old[-6:].swapcase())
    assert await shell.ends(Ending.FINISH, old, is_sure=False) is Exit.DONE
    assert f"{old} goes, " in shell.said
    assert "It signed in when it was tried on 20" in shell.said
    assert asked == [f"Type the last six characters of its id, {old[-6:]}"] * 2


async def test_the_table(world: World, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    old = world.add("kiosk")
    assert await shell.runs(lambda session: list_replacements(session, as_json=False)) is Exit.DONE
    assert shell.out.split() == ["BEGUN", "(UTC)", "NAME", "OLD", "NEW", "STATE"]
    session = world.connect(world.profile)
    created = await session.create("kiosk", "", replaces=old)
    await session.stored(created, "saved to /x")  # type: ignore[arg-type]
    await session.aclose()
    await shell.runs(lambda session: list_replacements(session, as_json=False))
    assert shell.out.splitlines()[1].endswith("never seen to sign in")
    (entry,) = world.journal.entries()
    world.journal.note(entry.attempt, Event.SIGNED_IN)
    await shell.runs(lambda session: list_replacements(session, as_json=False))
    assert shell.out.splitlines()[1].endswith(f"kiosk  {old}  {entry.client_id}  ready to finish")


async def test_a_read_only_profile_replaces_and_ends_nothing(world: World, shell: Shell) -> None:

    old = world.add("kiosk")
    await shell.replaces(old)
    world.profile = world.profile._replace(read_only=True)
    for code in (await shell.replaces("hvac-sync"), await shell.ends(Ending.FINISH, old)):
        assert code is Exit.FAILED
        assert "read-only" in shell.said
    assert world.posts == 1
    assert not any(request.startswith("DELETE") for request in world.between.sent)
