"""A secret on its way to another machine: over a real sshd, as another user."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import ssh
from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.formats import Format, render
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.models import Credentials
from tests.end_to_end.leaks import NEW_SECRET, Processes, Search
from tests.support.far_machine import USER, FarMachine, far_machine, key_pair
from tests.support.figures import figure, times
from tests.support.mounts import mounted
from tests.support.programs import folder_with, names_in, script
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


async def saved(machine: FarMachine, name: str = "kiosk.env") -> Stored | NotStored:
    return await ssh.save(at(machine, name), PAIR, Format.ENV, machine.environment)


async def test_it_is_put_there_for_its_owner_alone_and_can_be_read_back(machine: FarMachine) -> None:
    file = at(machine)
    assert await ssh.check(file, machine.environment) is None
    assert names_in(machine.home) == []
    assert await saved(machine) == Stored(
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
    assert isinstance(await saved(machine), Stored)
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
    "a login that tells it": (logs_in_with("tail -1 >&2; exit 3"), "(exit code 3): BUTLR_CLIENT_SECRET=••••"),
    "a login that eats some of it": (logs_in_with('read -r _; eval "$SSH_ORIGINAL_COMMAND"'), "no POSIX sh"),
}  # fmt: skip


IN_CI = ("the file is there", "the disk is full", "another host key", "no login", "a login that tells it")
"""What each shows that the tests of the far side alone don't."""


@pytest.mark.parametrize("way", WAYS if times(0, 1) else IN_CI)
async def test_each_failure_is_told_for_what_it_is_before_and_after_the_create(
    machine: FarMachine, way: str
) -> None:
    breaks, said = WAYS[way]
    search = Search()
    with ExitStack() as stack:
        breaks(machine, stack)
        found = [*machine.folder.rglob("*")]
        with Processes(search) as processes:
            fault = await ssh.check(at(machine), machine.environment)
            result = await saved(machine)
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
    if way != "a login that tells it":
        assert said in fault
    assert {path.name for path in new} <= {"in", "out", "log"}


CUTS = (
    *(("in", part) for part in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)),
    *(("out", part) for part in (0.1, 0.5, 0.9, 0.95, 0.98, 0.99)),
)
"""Of which way a connection is cut, and after which part of what goes over it."""


async def test_a_connection_that_is_cut_is_never_told_as_stored(machine: FarMachine) -> None:
    """And never leaves half a file under its name, nor one under another."""
    assert isinstance(await saved(machine, "whole"), Stored)
    whole = {way: machine.passed(way) for way in ("in", "out")}
    (machine.home / "whole").unlink()
    cut = false_stored = half_written = 0
    for way, part in CUTS[:: times(6, 1)]:
        machine.behaves(cut={way: int(whole[way] * part)})
        result = await saved(machine)
        cut += 1
        await until(lambda: not [name for name in names_in(machine.home) if name != "kiosk.env"])
        there = machine.home / "kiosk.env"
        is_whole = there.exists() and there.read_text() == WRITTEN
        half_written += there.exists() and not is_whole
        false_stored += isinstance(result, Stored) and not is_whole
        assert isinstance(result, Stored) or "is not known: look before" in result.said
        there.unlink(missing_ok=True)
    figure(35, cuts=cut, false_stored=false_stored, half_written=half_written)
    assert (false_stored, half_written) == (0, 0)


# What needs no other machine


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
    result = await ssh.save(file, PAIR, Format.ENV, environment)
    assert result == NotStored(
        f"{said} Whether web1:x is there is not known: look before you put it there again."
    )
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
    assert await ssh.save(file, PAIR, Format.ENV, environment) == NotStored(said)


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
    result = await ssh.save(file, PAIR, Format.ENV, environment)
    assert isinstance(result, NotStored)
    assert result.said.startswith(f"{said} Whether web1:x is there")


async def test_a_file_that_is_no_text_is_none(tmp_path: Path) -> None:
    says = 'read -r _; read -r _; read -r m; cat > /dev/null; printf "$m content\\n\\377\\n$m end\\n"'
    with pytest.raises(ssh.UnreadableFarFile, match=r"web1:x holds no text\."):
        await ssh.read(FarFile("web1", "x"), stands_in(tmp_path, says))


async def test_a_secret_that_the_format_can_not_carry_is_not_sent(tmp_path: Path) -> None:
    odd = Credentials("client_x", SecretStr("two\nlines"))
    result = await ssh.save(
        FarFile("web1", "x"), odd, Format.ENV, stands_in(tmp_path, f"touch {tmp_path}/ran")
    )
    assert isinstance(result, NotStored)
    assert "can't carry" in result.said
    assert not (tmp_path / "ran").exists()
