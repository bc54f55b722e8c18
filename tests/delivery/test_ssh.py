"""A file that is held on another machine for a secret, and gets it: over a real sshd, as another user."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import ssh
from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.file import ROOM
from butlr_tui.delivery.formats import Format, render
from butlr_tui.delivery.held_file import HeldFile
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.models import Credentials
from tests.end_to_end.leaks import NEW_SECRET, Processes, Search
from tests.support.far_machine import USER, FarMachine, far_machine, key_pair
from tests.support.figures import figure, times
from tests.support.mounts import mounted
from tests.support.proc import processes_with
from tests.support.programs import folder_with, names_in, near_ssh, script
from tests.support.waiting import until

pytestmark = pytest.mark.slow

PAIR = Credentials("client_32hZs4xGQv9eKpJtN6fLrcWbU1D", SecretStr(NEW_SECRET))
WRITTEN = render(PAIR, Format.ENV).get_secret_value()


@pytest.fixture
def machine() -> Iterator[FarMachine]:
    with far_machine() as made:
        yield made


def at(machine: FarMachine, name: str = "kiosk.env") -> FarFile:
    return FarFile("box", f"{machine.home}/{name}")


async def held(machine: FarMachine, name: str = "kiosk.env") -> HeldFile:
    file = HeldFile(at(machine, name), machine.environment)
    assert await file.hold() is None
    return file


async def saved(file: FarFile, environment: Mapping[str, str]) -> Stored | NotStored:
    """What is told at last; NotStored where nothing is to be created, since it could not be held."""
    place = HeldFile(file, environment)
    fault = await place.hold()
    return NotStored(fault) if fault is not None else await place.write(PAIR, Format.ENV, file)


async def test_it_is_put_there_for_its_owner_alone_and_can_be_read_back(machine: FarMachine) -> None:
    file = at(machine)
    assert await ssh.check(file, machine.environment) is None
    assert names_in(machine.home) == []
    assert await saved(file, machine.environment) == Stored(
        f"put on box:{machine.home}/kiosk.env (only its owner there can read it), read back and equal"
    )
    there = machine.home / "kiosk.env"
    assert (there.read_text(), there.stat().st_mode & 0o777, there.owner()) == (WRITTEN, 0o600, USER)
    assert names_in(machine.home) == ["kiosk.env"]
    assert (await ssh.read(file, machine.environment)).get_secret_value() == WRITTEN
    with pytest.raises(ssh.UnreadableFarFile, match=r"There is no .*/none on box\."):
        await ssh.read(at(machine, "none"), machine.environment)


@pytest.mark.parametrize("login", ["bash", "csh", "fish"])
async def test_whatever_the_login_is_and_prints(machine: FarMachine, login: str) -> None:
    if shutil.which(login) is None:
        pytest.skip(f"needs {login}")
    home = machine.folder / "noisy"
    home.mkdir()
    (home / ".bashrc").write_text("echo Welcome; printf 'kept 1'; echo Oh >&2; trap 'echo bye' EXIT\n")
    (home / ".cshrc").write_text("echo Welcome\n")
    machine.behaves(login=f'HOME={home} exec {login} -c "$SSH_ORIGINAL_COMMAND"')
    assert await ssh.check(at(machine), machine.environment) is None
    assert isinstance(await saved(at(machine), machine.environment), Stored)
    assert (machine.home / "kiosk.env").read_text() == WRITTEN


Breaks = Callable[[FarMachine, ExitStack], None]


def exists(machine: FarMachine, _: ExitStack) -> None:
    (machine.home / "kiosk.env").write_text("theirs")


def is_a_folder(machine: FarMachine, _: ExitStack) -> None:
    (machine.home / "kiosk.env").mkdir()


def has_no_folder(machine: FarMachine, _: ExitStack) -> None:
    machine.home.rmdir()


def is_not_ours(machine: FarMachine, _: ExitStack) -> None:
    shutil.chown(machine.home, "root")
    machine.home.chmod(0o755)


def is_full(machine: FarMachine, stack: ExitStack) -> None:
    machine.home.rmdir()
    full = stack.enter_context(mounted(machine.home, "size=16k,mode=777"))
    with pytest.raises(OSError, match="No space left"):
        (full / "filler").write_bytes(bytes(1 << 20))


def has_another_key(machine: FarMachine, _: ExitStack) -> None:
    machine.knows_host_key(key_pair(machine.folder / "another"))


def is_not_known(machine: FarMachine, _: ExitStack) -> None:
    machine.knows_host_key("")


def lets_nobody_in(machine: FarMachine, _: ExitStack) -> None:
    (machine.folder / "authorized_keys").write_text("")


def logs_in_with(login: str) -> Breaks:
    def breaks(machine: FarMachine, _: ExitStack) -> None:
        machine.behaves(login=login)

    return breaks


WAYS: dict[str, tuple[Breaks, str]] = {
    "the file is there": (exists, "kiosk.env exists already on box and is never overwritten"),
    "it is a folder": (is_a_folder, "kiosk.env is a folder on box"),
    "the folder is missing": (has_no_folder, "does not exist on box"),
    "nobody may write there": (is_not_ours, "No file can be made in the folder of"),
    "the disk is full": (is_full, "can't be written on box (No space left on device)."),
    "another host key": (has_another_key, "The host key of box is not the one that is known here"),
    "an unknown host key": (is_not_known, "The host key of box is not known here: `ssh box` once"),
    "a key that is not let in": (lets_nobody_in, "box lets you in with no key that needs no question"),
    "no login": (logs_in_with("exec /usr/sbin/nologin"), "its login runs no POSIX sh that answers (exit code 1)"),
    "a login that ends": (logs_in_with("exit 0"), "its login runs no POSIX sh that answers (exit code 0)"),
    "a login that says all of it again": (logs_in_with("cat; cat >&2; exit 3"), "(exit code 3)"),
    "a login that tells it": (logs_in_with("tail -1 >&2; exit 3"), "(exit code 3)"),
    "a login that eats some of it": (logs_in_with('read -r _; eval "$SSH_ORIGINAL_COMMAND"'), "no POSIX sh"),
}  # fmt: skip


WAITS = ("a login that says all of it again", "a login that tells it")
"""Which reads to an end that does not come while the file is to be held. So it never gets the secret."""
IN_CI = ("the file is there", "the disk is full", "another host key", "no login", "a login that tells it")
"""What each shows that the tests of the far side alone don't."""


@pytest.mark.parametrize("way", WAYS if times(0, 1) else IN_CI)
async def test_each_failure_is_told_for_what_it_is_before_and_after_the_create(
    machine: FarMachine, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks, said = WAYS[way]
    search = Search()
    with ExitStack() as stack:
        breaks(machine, stack)
        found = [*machine.folder.rglob("*")]
        with Processes(search) as processes:
            fault = await ssh.check(at(machine), machine.environment)
            if way in WAITS:
                monkeypatch.setattr(ssh, "SECONDS", 0.5)
            result = await saved(at(machine), machine.environment)
        new = {*machine.folder.rglob("*")} - {*found}
    assert fault is not None
    search.look_at(fault, "the check")
    search.look_at(result.said, "what is told")
    search.look_into(machine.folder)
    figure(
        35,
        failures=(fault is not None) + isinstance(result, NotStored),
        places=search.places,
        hits=len(search.hits),
        false_stored=int(isinstance(result, Stored)),
        half_written=len([path for path in new if machine.home in path.parents]),
    )
    assert processes.seen
    assert search.hits == []
    assert isinstance(result, NotStored)
    assert said in result.said
    assert said in fault
    assert {path.name for path in new} <= {"in", "out", "log"}


CUTS = tuple(
    (way, is_held, part) for part in (0.5, 0.2, 0.95) for is_held in (True, False) for way in ("in", "out")
)
"""Which way a connection is cut, before the file is held or after it, and after which part of what goes there."""


async def test_a_connection_that_is_cut_is_never_told_as_stored(machine: FarMachine) -> None:
    """And never leaves half a file under its name, nor one under another."""
    place = await held(machine, "whole")
    before = {way: machine.passed(way) for way in ("in", "out")}
    assert isinstance(await place.write(PAIR, Format.ENV, at(machine, "whole")), Stored)
    after = {way: machine.passed(way) - before[way] for way in ("in", "out")}
    (machine.home / "whole").unlink()
    cut = false_stored = half_written = 0
    for way, is_held, part in CUTS[: times(2, 12)]:
        machine.behaves(cut={way: int(before[way] + part * after[way] if is_held else part * before[way])})
        result = await saved(at(machine), machine.environment)
        cut += 1
        await until(lambda: not [name for name in names_in(machine.home) if name != "kiosk.env"])
        there = machine.home / "kiosk.env"
        is_whole = there.exists() and there.read_text() == WRITTEN
        half_written += there.exists() and not is_whole
        false_stored += isinstance(result, Stored) and not is_whole
        if is_held:
            assert isinstance(result, Stored) or "is not known: look before" in result.said
        else:
            assert isinstance(result, NotStored)
            assert not there.exists()
        there.unlink(missing_ok=True)
    figure(35, cuts=cut, false_stored=false_stored, half_written=half_written)
    assert (false_stored, half_written) == (0, 0)


async def test_what_is_held_has_its_room_and_goes_where_no_secret_comes(machine: FarMachine) -> None:
    place = await held(machine)
    (waiting,) = machine.home.iterdir()
    assert (waiting.stat().st_size, waiting.stat().st_mode & 0o777, waiting.owner()) == (ROOM, 0o600, USER)
    assert await place.release() == ""
    assert names_in(machine.home) == []
    place = await held(machine)
    for process in processes_with(str(machine.folder / "config"), "cmdline"):
        os.kill(process, signal.SIGKILL)  # as where this machine loses its power
    await until(lambda: names_in(machine.home) == [])
    assert "no secret is in it" in await place.release()


# What needs no other machine


HOLDS = (
    "read -r _; read -r _; read -r mark; read -r _; read -r _; "
    f'echo "$mark held {sha256(b"0" * ROOM).hexdigest()}"'
)
"""What says that it holds a file."""


def stands_in(folder: Path, text: str) -> dict[str, str]:
    """An environment whose `ssh` does this."""
    return {"PATH": f"{script(folder / 'bin', 'ssh', text).parent}:/usr/bin:/bin"}


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("echo 'ssh: Could not resolve hostname web1: Name or service not known' >&2; exit 255",
         "There is no host web1: neither your ssh configuration nor a name server knows it."),
        ("echo a banner >&2; echo 'ssh: connect to host web1 port 22: Connection refused' >&2; exit 255",
         "ssh lost web1, or never reached it: ssh: connect to host web1 port 22: Connection refused."),
        ("exit 255", "ssh lost web1, or never reached it."),
        ("kill -9 $$", "ssh lost web1, or never reached it."),
    ],
)  # fmt: skip
async def test_what_ssh_says_is_told_in_words(tmp_path: Path, says: str, said: str) -> None:
    environment = stands_in(tmp_path, says)
    file = FarFile("web1", "x")
    assert await ssh.check(file, environment) == said
    assert await saved(file, environment) == NotStored(said)  # before there is a secret
    with pytest.raises(ssh.UnreadableFarFile) as told:
        await ssh.read(file, environment)
    assert str(told.value) == said


async def test_a_machine_that_does_not_answer_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh, "SECONDS", 0.2)
    said = "web1 did not answer within 0.2 s."
    assert await ssh.check(FarFile("web1", "x"), stands_in(tmp_path, "exec sleep 60")) == said


async def test_without_ssh_nothing_is_sent(tmp_path: Path) -> None:
    environment = {"PATH": folder_with(tmp_path / "bin", "sh")}
    file, said = FarFile("web1", "x"), "ssh could not be started: is it installed here?"
    assert await ssh.check(file, environment) == said
    assert await saved(file, environment) == NotStored(said)


async def test_an_address_loses_its_brackets_and_asks_nobody(tmp_path: Path) -> None:
    environment = stands_in(tmp_path, f'printf "%s\\n" "$@" > {tmp_path}/words; exit 255')
    await ssh.check(FarFile("ada@[fe80::1%eth0]", "x"), environment)
    words = (tmp_path / "words").read_text().splitlines()
    assert words[-3:-1] == ["--", "ada@fe80::1%eth0"]
    assert "BatchMode=yes" in words


async def test_a_machine_that_keeps_something_else_is_not_believed(tmp_path: Path) -> None:
    wrong = 'read -r _; read -r _; read -r mark; echo "$mark kept 0123"; cat > /dev/null'
    environment = stands_in(tmp_path, wrong)
    file, said = FarFile("web1", "x"), "x on web1 does not keep what is written to it."
    assert await ssh.check(file, environment) == said
    assert await saved(file, environment) == NotStored(said)
    environment = stands_in(tmp_path, f'{HOLDS}; cat > /dev/null; echo "$mark kept 0123"')
    result = await saved(file, environment)
    assert isinstance(result, NotStored)
    assert result.said.startswith(f"{said} Whether web1:x is there")


async def test_what_a_login_tells_of_the_secret_is_not_told(tmp_path: Path) -> None:
    environment = stands_in(tmp_path, f"{HOLDS}; tail -1 >&2; exit 3")
    result = await saved(FarFile("web1", "x"), environment)
    assert isinstance(result, NotStored)
    assert "(exit code 3): BUTLR_CLIENT_SECRET=••••. Whether web1:x is there is not known" in result.said


@pytest.mark.parametrize("then", ["exit 255", ""], ids=["for good", "for a moment"])
async def test_a_connection_that_is_lost_while_nothing_was_on_it_is_made_anew(
    tmp_path: Path, then: str
) -> None:
    loses_it = f'if [ ! -e "$home.lost" ]; then touch "$home.lost"; {HOLDS}; exit 255; fi; {then or "true"}'
    search, home = near_ssh(tmp_path, loses_it)
    file = FarFile("web1", "x")
    result = await saved(file, {"PATH": search})
    assert isinstance(result, NotStored if then else Stored)
    if then:
        assert result.said == "ssh lost web1, or never reached it. Nothing was put there."
    assert names_in(home) == ([] if then else ["x"])


async def test_a_connection_that_is_lost_again_is_left(tmp_path: Path) -> None:
    result = await saved(FarFile("web1", "x"), stands_in(tmp_path, f"{HOLDS}; exit 255"))
    assert result == NotStored("The connection to web1 is lost. Nothing was put there.")


async def test_what_is_held_too_late_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh, "SECONDS", 0.01)
    search, home = near_ssh(tmp_path, "sleep 0.1")
    assert await HeldFile(FarFile("web1", "x"), {"PATH": search}).hold() == (
        "web1 did not answer within 0.01 s."
    )
    assert names_in(home) == []


async def test_whoever_stops_waiting_leaves_nothing_running(tmp_path: Path) -> None:
    search, home = near_ssh(tmp_path, 'touch "$home.asked"; exec sleep 60')
    place = HeldFile(FarFile("web1", "x"), {"PATH": search, "MARK": str(home)})
    holding = asyncio.create_task(place.hold())
    await until((tmp_path / "far.asked").exists)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    assert processes_with(str(home)) == []
    assert await place.release() == ""


async def test_a_file_that_came_while_another_was_held_is_left_alone_and_nothing_is_there_of_ours(
    tmp_path: Path,
) -> None:
    search, home = near_ssh(tmp_path)
    place = HeldFile(FarFile("web1", "x"), {"PATH": search})
    assert await place.hold() is None
    (home / "x").write_text("theirs")
    result = await place.write(PAIR, Format.ENV, FarFile("web1", "x"))
    assert result == NotStored("x exists already on web1 and is never overwritten; choose another name."), (
        "where it is known that nothing was put there, nobody has to look"
    )
    assert (names_in(home), (home / "x").read_text()) == (["x"], "theirs")


async def test_what_may_be_left_of_what_was_held_is_told(tmp_path: Path) -> None:
    place = HeldFile(FarFile("web1", "x"), stands_in(tmp_path, f"{HOLDS}; exit 255"))
    assert await place.hold() is None
    assert await place.release() == (
        "Whether what was held for web1:x is taken away is not known; no secret is in it."
    )


async def test_a_file_that_is_no_text_is_none(tmp_path: Path) -> None:
    says = 'read -r _; read -r _; read -r m; cat > /dev/null; printf "$m content\\n\\377\\n$m end\\n"'
    with pytest.raises(ssh.UnreadableFarFile, match=r"web1:x holds no text\."):
        await ssh.read(FarFile("web1", "x"), stands_in(tmp_path, says))


async def test_a_secret_that_the_format_can_not_carry_is_not_sent_and_the_file_is_let_go(
    tmp_path: Path,
) -> None:
    odd = Credentials("client_x", SecretStr("two\nlines"))
    search, home = near_ssh(tmp_path)
    place = HeldFile(FarFile("web1", "x"), {"PATH": search})
    assert await place.hold() is None
    result = await place.write(odd, Format.ENV, FarFile("web1", "x"))
    assert isinstance(result, NotStored)
    assert "can't carry" in result.said
    assert names_in(home) == []
    assert isinstance(await place.write(PAIR, Format.ENV, FarFile("web1", "x")), Stored)  # held anew
    assert names_in(home) == ["x"]
