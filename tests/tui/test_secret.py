"""The one-time secret on screen: how it is shown, copied, saved, and what closing it takes."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.model import Settings
from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Outcome, Report, Route
from butlr_tui.service.minting import digest
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.driver import WIDE, User, using
from tests.support.programs import CAN_BE_CUT, cut_with_the_secret, names_in, near_ssh, script
from tests.support.world import Reply, World
from tests.tui.sizes import every_size, sizes

pytestmark = pytest.mark.slow


@asynccontextmanager
async def looking_at_a_secret(
    world: World, size: tuple[int, int] = WIDE, nowhere: bool = False
) -> AsyncIterator[User]:
    """The dialog after a create; `nowhere`, where another file took the place of the one that was reserved."""
    terminal = {"TERM": "linux"} if nowhere else None
    async with using(world, size, terminal) as user:
        await user.does("new")
        await user.types("kiosk")
        if nowhere:
            gate = world.between.hold("POST")
            await user.submits()
            await user.sees("waiting for the answer")
            taken = Path.home() / "kiosk.env"
            await user.waits_for(taken.exists)
            taken.unlink()
            taken.write_text("somebody's")
            gate.set()
            await user.sees("✗ .env at 12:04: ", "another file took its place")
            taken.unlink()
        else:
            await user.submits()
            await user.sees("→ secret at 12:04: Sent to your terminal")
        await user.sees("“kiosk” is created: store its secret now", "7 clients")
        yield user


def is_the_secret(world: World, text: str) -> bool:
    """Whether the service knows this as the secret of the client called kiosk."""
    store = world.service.store
    (kiosk,) = (record for record in store.list(world.service.root.client_id) if record.name == "kiosk")
    return store.secret_hash(kiosk.client_id) == digest(text)


def sent_to_the_terminal(user: User) -> str:
    """What an OSC 52 sequence carried."""
    sequence = user.received[-1]
    assert sequence.startswith("\x1b]52;c;")
    return base64.b64decode(sequence.removeprefix("\x1b]52;c;").rstrip("\x07\x1b\\")).decode()


@every_size
async def test_it_is_masked(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with looking_at_a_secret(world, size) as user:
        await user.sees("secret ••••", "It is shown this once. Nobody can show it again, Butlr included.")
        assert await user.picture() == svg


async def test_revealed_it_stands_alone_on_its_line(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.does("reveal")
        await user.sees_no("••••")
        lines = [line.split("│")[1].strip() for line in user.screen.splitlines() if "│" in line]
        assert sum(is_the_secret(world, line) for line in lines) == 1
        await user.does("reveal")
        await user.sees("••••")


async def test_a_revealed_secret_is_hidden_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("butlr_tui.tui.dialogs.secret.REVEALED_FOR", 0.2)
    async with looking_at_a_secret(world) as user:
        await user.does("reveal")
        await user.sees("••••")


@every_size
async def test_a_copy_that_nobody_can_verify_is_told_as_sent(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with looking_at_a_secret(world, size) as user:
        await user.does("copy_secret")
        await user.sees(
            "→ secret at 12:04: Sent to your terminal; many terminals ignore this: paste to check"
        )
        await user.sees_no("Copied", "copied")
        assert await user.picture() == svg
        assert is_the_secret(world, sent_to_the_terminal(user))


async def test_both_are_copied_as_env_lines(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.does("copy_env")
        await user.sees("→ .env at 12:04: Sent")
        first, second = sent_to_the_terminal(user).splitlines()
        assert first.startswith("BUTLR_CLIENT_ID=client_")
        assert is_the_secret(world, second.removeprefix("BUTLR_CLIENT_SECRET="))


@every_size
async def test_where_nothing_takes_a_copy_it_says_so(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with looking_at_a_secret(world, size, nowhere=True) as user:
        await user.does("copy_secret")
        await user.sees(
            "✗ secret at 12:04: This terminal can't take a copy (TERM=linux). Reveal it or save it to a file."
        )
        await user.sees_no("a command")
        assert await user.picture() == svg
        assert user.received == []


async def test_where_nothing_takes_a_copy_a_command_is_named_if_there_is_one(world: World) -> None:
    world.profile = world.profile._replace(commands=(DeliveryCommand("vault", ("vault",)),))
    async with looking_at_a_secret(world, nowhere=True) as user:
        await user.does("copy_secret")
        await user.sees("Reveal it, save it to a file or hand it to a command.", "x to a command")


async def test_the_pair_is_tried_where_it_counts(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.does("try")
        await user.sees("✓ signs in: 12 scopes, tokens last 1 h")


async def test_a_pair_that_does_not_sign_in(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        kiosk = next(
            record
            for record in world.service.store.list(world.service.root.client_id)
            if record.name == "kiosk"
        )
        world.remove(kiosk.client_id)
        await user.does("try")
        await user.sees("✗ it does not sign in:")


async def test_saved_to_a_file_it_may_be_closed(world: World, tmp_path: Path) -> None:
    async with looking_at_a_secret(world) as user:
        await user.does("save")
        await user.sees("Save to a file", "~/kiosk.env")
        await user.presses("ctrl+u")
        await user.types(str(tmp_path / "kiosk.env"))
        await user.does("answer")
        await user.sees("✓ .env at 12:04: saved to", "only you can read it")
        await user.does("close_secret")
        await user.sees("✓ “kiosk” is created; its secret is saved to")
    saved = (tmp_path / "kiosk.env").read_text().splitlines()
    assert is_the_secret(world, saved[1].removeprefix("BUTLR_CLIENT_SECRET="))
    assert (tmp_path / "kiosk.env").stat().st_mode & 0o777 == 0o600


def put_something_in_the_way_of_the_journal(world: World) -> None:
    world.journal.path.rename(world.journal.path.with_name("elsewhere"))
    world.journal.path.mkdir()


async def test_saved_but_the_journal_can_not_be_written(world: World, tmp_path: Path) -> None:
    async with looking_at_a_secret(world, nowhere=True) as user:
        put_something_in_the_way_of_the_journal(world)
        await user.does("save")
        await user.presses("ctrl+u")
        await user.types(str(tmp_path / "kiosk.env"))
        await user.does("answer")
        await user.sees("the journal could not be written, so butlr-tui will ask about it once more at its")
        await user.does("close_secret")
        await user.sees("✓ “kiosk” is created; its secret is saved to")


async def test_stored_by_word_but_the_journal_can_not_be_written(world: World) -> None:
    async with looking_at_a_secret(world, nowhere=True) as user:
        put_something_in_the_way_of_the_journal(world)
        await user.does("close_secret")
        await user.types("stored")
        await user.does("answer")
        await user.sees(
            "its secret is stored by your word; the journal could not be written, so butlr-tui will"
        )


async def test_a_path_that_can_not_be_written_is_asked_again(world: World, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("somebody's")
    async with looking_at_a_secret(world) as user:
        await user.does("save")
        await user.presses("ctrl+u")
        await user.types(str(tmp_path / "taken"))
        await user.does("answer")
        await user.sees("exists already and is never overwritten")
        await user.does("leave")
        await user.sees("store its secret now")
    assert (tmp_path / "taken").read_text() == "somebody's"


async def test_enter_closes_nothing(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.presses("enter", "enter", "enter")
        await user.sees("store its secret now")


@every_size
async def test_stored_nowhere_it_takes_the_word(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with looking_at_a_secret(world, size, nowhere=True) as user:
        await user.does("close_secret")
        await user.sees("Closing now loses it for good: nobody can show it again.", "type “stored”")
        assert await user.picture() == svg
        await user.presses("enter", "enter", "enter")
        await user.sees("That is not “stored”. Esc goes back to the secret.")
        await user.does("leave")
        await user.sees_no("The secret is nowhere yet")
        await user.does("close_secret")
        await user.types("stored")
        await user.does("answer")
        await user.sees("✓ “kiosk” is created; its secret is stored by your word.")


@every_size
async def test_only_in_a_clipboard_it_takes_a_second_answer(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with looking_at_a_secret(world, size) as user:
        await user.does("copy_secret")
        await user.sees("Sent to your terminal")
        await user.does("close_secret")
        await user.sees("It is only in your clipboard. Paste it where it should live first.")
        assert await user.picture() == svg
        await user.does("answer")  # the focus is on going back
        await user.sees_no("It is only in your clipboard")
        await user.sees("store its secret now")
        await user.does("close_secret")
        await user.sees("It is only in your clipboard")
        await user.presses("tab")
        await user.does("answer")
        await user.sees("its secret is stored by your word.")


async def test_copying_the_id_alone_is_no_copy_of_the_secret(world: World) -> None:
    async with looking_at_a_secret(world, nowhere=True) as user:
        await user.does("copy_new_id")
        await user.sees("✗ client id at 12:04: This terminal can't take a copy")
        await user.does("close_secret")
        await user.sees("The secret is nowhere yet")


async def test_no_other_way_out_while_it_is_on_screen(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.presses("q", "ctrl+q", "ctrl+p", "question_mark", "n", "d", "slash")
        await user.sees("store its secret now")
        assert len(user.app.screen_stack) == 2
        assert user.is_running


async def test_ctrl_c_asks_as_esc_does(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.presses("ctrl+c")
        await user.sees("Is it stored?")
        assert user.is_running


async def test_the_secret_can_not_be_selected_or_pasted_from_the_app(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.does("reveal", "copy_secret")
        await user.sees("Sent to your terminal")
        await user.presses("ctrl+c", "super+c")
        assert user.app.clipboard == ""
        assert not user.app.ALLOW_SELECT


async def test_a_file_that_was_chosen_before_the_create_gets_it_at_once(world: World) -> None:
    async with using(world, environment={"TERM": "linux"}) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.sees("○ clipboard this terminal can't take a copy (TERM=linux)", "◉ file", "~/kiosk.env")
        await user.submits()
        await user.sees("✓ .env at 12:04: saved to ~/kiosk.env (only you can read it), read back and equal")
        await user.does("close_secret")
        await user.sees("✓ “kiosk” is created; its secret is saved to ~/kiosk.env")
    saved = (Path.home() / "kiosk.env").read_text().splitlines()
    assert is_the_secret(world, saved[1].removeprefix("BUTLR_CLIENT_SECRET="))


async def test_a_file_that_is_taken_is_told_before_anything_is_created(world: World) -> None:
    (Path.home() / "mine.env").write_text("somebody's")
    async with using(world, environment={"TERM": "linux"}) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.presses("down", "down", "down")
        await user.pastes("~/mine.env")
        await user.submits()
        await user.sees("mine.env exists already and is never overwritten", "Nothing was created")
    assert world.posts == 0


def with_commands(world: World, tmp_path: Path) -> None:
    """A profile with two commands that keep what they get, and one that fails."""
    keep = f'cat > "{tmp_path}/$1"'
    world.profile = world.profile._replace(
        commands=(
            DeliveryCommand("vault", ("sh", "-c", keep, "sh", "vault-{name}"), "json"),
            DeliveryCommand("broken", ("sh", "-c", "echo no such path >&2; exit 3")),
        ),
    )


@every_size
async def test_a_command_that_was_chosen_before_the_create_gets_it_on_stdin(
    world: World, svg: SnapshotAssertion, size: tuple[int, int], tmp_path: Path
) -> None:
    with_commands(world, tmp_path)
    async with using(world, size) as user:
        await user.does("new")
        await user.types("../kiosk")
        await user.presses("down", "down", "down")
        await user.sees("◉ vault")
        await user.submits()
        await user.sees("✓ vault at 12:04: vault accepted it", "7 clients")
        assert await user.picture() == svg
        await user.does("close_secret")
        await user.sees("is created; vault accepted it.")
    (kept,) = tmp_path.glob("vault-*")
    pair = json.loads(kept.read_text())
    assert world.service.store.secret_hash(pair["client_id"]) == digest(pair["client_secret"])


@every_size
async def test_each_of_several_places_has_its_line(
    world: World,
    svg: SnapshotAssertion,
    size: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Copied; perhaps on another machine, whose answer was cut; then put there again, under another name."""
    search, home = near_ssh(tmp_path, CAN_BE_CUT)
    cut = cut_with_the_secret(tmp_path, home)
    monkeypatch.setenv("PATH", search)
    world.profile = world.profile._replace(default_destination="ssh:web1:{name}.env")
    async with using(world, size) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.does("field_below", "field_below", "field_above", "here_too", "field_below")
        await user.sees("✓ clipboard", "◉ file", "ssh:web1:kiosk.env")
        gate = world.between.hold("POST")
        await user.does("create")
        await user.sees("waiting for the answer")
        cut.touch()
        gate.set()
        await user.sees("→ secret at 12:04", "✗ .env at 12:04: ssh lost web1, or never reached it")
        await user.does("save")
        await user.sees("Save to a file")
        await user.types("ssh:web1:too.env")
        await user.presses("enter")
        await user.sees("✓ .env at 12:04: put on web1:too.env")
        assert await user.picture() == svg
    assert names_in(home) == ["too.env"]
    (entry,) = world.journal.entries()
    assert (entry.closed_how, len(entry.not_stored)) == ("put on web1:too.env", 1)


async def test_a_command_that_fails_is_told_and_another_may_take_it(world: World, tmp_path: Path) -> None:
    with_commands(world, tmp_path)
    async with looking_at_a_secret(world) as user:
        await user.does("hand_over")
        await user.sees("Hand it to a command")
        await user.presses("down")
        await user.does("answer")
        await user.sees("✗ broken at 12:04:", "no such path")
        await user.does("hand_over")
        await user.sees("Hand it to a command")
        await user.does("answer")
        await user.sees("✓ vault at 12:04: vault accepted it")


async def test_without_a_command_none_is_offered(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.sees("save to a file", "test it")
        await user.sees_no("to a command")
        await user.does("hand_over", "copy_new_id")
        await user.sees("→ client id at 12:04: Sent")
        await user.sees_no("Hand it to a command")


async def test_the_title_says_when_it_is_stored(world: World) -> None:
    async with looking_at_a_secret(world) as user:
        await user.sees("“kiosk” is created: store its secret now")
        await user.does("save")
        await user.sees("Save to a file")
        await user.does("answer")
        await user.sees("“kiosk” is created and its secret is stored")


def from_somewhere_else(world: World, secret: str) -> None:
    """The next create gets this secret."""
    body = {"name": "kiosk", "description": "", "client_id": "client_x", "client_secret": secret}
    world.between.answer("POST", Reply(201, body))


def lines_of_the_dialog(user: User) -> list[str]:
    return [line.split("│")[1] for line in user.screen.splitlines() if "│" in line]


async def reveal_what_came(user: User) -> None:
    await user.does("new")
    await user.types("kiosk")
    await user.submits()
    await user.sees("→ secret at 12:04: Sent")
    await user.does("reveal")


@sizes("smallest", "narrow", "wide")
async def test_a_secret_that_is_too_wide_is_on_two_lines_and_marked(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    secret = "".join(chr(33 + number % 94) for number in range(150))
    from_somewhere_else(world, secret)
    async with using(world, size) as user:
        await reveal_what_came(user)
        await user.sees("This screen is too narrow for one line", "c copies it whole, f saves it to a file.")
        assert secret in "".join(line.strip() for line in lines_of_the_dialog(user))
        assert await user.picture() == svg
        await user.does("reveal")
        await user.sees("••••")
        await user.sees_no("This screen is too narrow")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_a_secret_that_just_fits_stands_on_one_line(world: World, width: int) -> None:
    secret = "S" * (width - 4)
    from_somewhere_else(world, secret)
    async with using(world, (width, 16)) as user:
        await reveal_what_came(user)
        await user.waits_for(lambda: f" {secret} " in lines_of_the_dialog(user))
        await user.sees_no("too narrow")


async def test_a_revealed_secret_is_whole_after_the_window_was_made_smaller(world: World) -> None:
    secret = "0123456789" * 7
    from_somewhere_else(world, secret)
    async with using(world, (120, 36)) as user:
        await reveal_what_came(user)
        await user.sees(secret)
        await user.resizes((60, 20))
        await user.sees("This screen is too narrow")
        shown = [line.strip() for line in lines_of_the_dialog(user)]
        assert {secret[:56], secret[56:]} <= {*shown}


async def test_what_no_screen_shows_exactly_is_not_shown(world: World) -> None:
    from_somewhere_else(world, "bell\x07and more")
    async with using(world) as user:
        await reveal_what_came(user)
        await user.sees("✗ It holds what no screen shows exactly. c copies it, f saves it to a file.", "••••")


async def has_a_verified_copy(user: User) -> None:
    """Create a client whose secret is in the clipboard, and say that it is stored."""
    await user.does("new")
    await user.types("kiosk")
    await user.submits()
    await user.sees("✓ secret at 12:04: Copied, and verified")
    await user.does("close_secret")
    await user.sees("It is only in your clipboard")
    await user.presses("tab")
    await user.does("answer")
    await user.sees("7 clients", "“kiosk” is created; its secret is")


def clipboard_in(file: Path) -> dict[str, str]:
    """An environment in which the clipboard of this machine is a file."""
    keeps = f'case "$*" in *-o*) exec /bin/cat {file};; *) exec /bin/cat > {file};; esac'
    script(file.parent / "bin", "xclip", keeps)
    return {"TERM": "linux", "DISPLAY": ":9", "PATH": str(file.parent / "bin")}


@pytest.mark.parametrize("since", ["", "copied since, from elsewhere"])
async def test_quitting_clears_a_verified_copy_if_it_is_still_there(
    world: World, tmp_path: Path, since: str
) -> None:
    held = tmp_path / "held"
    async with using(world, environment=clipboard_in(held)) as user:
        await has_a_verified_copy(user)
        assert is_the_secret(world, held.read_text())
        if since:
            held.write_text(since)
        await user.does("quit")
        await user.waits_for(lambda: not user.is_running)
    assert held.read_text() == since


async def test_quitting_leaves_a_copy_that_the_settings_leave(world: World, tmp_path: Path) -> None:
    held = tmp_path / "held"
    settings = Settings(Path("config.toml"), clipboard_clear_seconds=0)
    async with using(world, environment=clipboard_in(held), settings=settings) as user:
        await has_a_verified_copy(user)
        await user.does("quit")
        await user.waits_for(lambda: not user.is_running)
    assert is_the_secret(world, held.read_text())


async def test_a_signal_leaves_the_only_copy_of_a_secret_that_is_not_stored(
    world: World, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    async with using(world, environment=clipboard_in(held)) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("✓ secret at 12:04: Copied, and verified")
        user.app.exit()
        await user.waits_for(lambda: not user.is_running)
    assert is_the_secret(world, held.read_text())


async def test_a_verified_copy_is_cleared_again_after_the_dialog_is_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = ClipboardDigest.of("the secret")

    async def verified(*_: object, **__: object) -> Report:
        return Report(Outcome.VERIFIED, Route.NATIVE, "Copied, and verified by reading it back.", held)

    cleared: list[ClipboardDigest] = []

    async def clear(which: ClipboardDigest, _: object) -> bool:
        cleared.append(which)
        return True

    monkeypatch.setattr("butlr_tui.operations.destinations.copy", verified)
    monkeypatch.setattr("butlr_tui.delivery.clipboard.copy.clear_if_ours", clear)
    settings = Settings(Path("config.toml"), clipboard_clear_seconds=0.01)
    async with using(world, settings=settings) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("✓ secret at 12:04: Copied, and verified by reading it back.")
        assert not cleared
        await user.does("close_secret")
        await user.sees("It is only in your clipboard")
        await user.presses("tab")
        await user.does("answer")
        await user.sees("✓ The secret is cleared from your clipboard.")
    assert cleared == [held]
