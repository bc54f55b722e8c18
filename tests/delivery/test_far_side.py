"""What a shell on another machine makes of what it is asked: each is run here as a login over ssh would run it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from butlr_tui.delivery.far_side import COMMAND, FarAnswer, Request, Task, pair_for
from butlr_tui.delivery.file import ROOM
from tests.support.figures import figure, times
from tests.support.mounts import mounted
from tests.support.programs import folder_with, names_in, needs, script

PAIR = b"BUTLR_CLIENT_ID=client_x\nBUTLR_CLIENT_SECRET=s3cr3t-canary\n"
KEPT = FarAnswer("kept", sha256(PAIR).hexdigest())
GONE = FarAnswer("gone", "")
TOOLS = ("sh", "cat", "dd", "ln", "rm", "sleep", "sync", "sha256sum")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder in which the login begins."""
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


def ran(
    request: Request, there: Path, data: bytes = b"", login: tuple[str, ...] = ("sh", "-c"), search: str = ""
) -> bytes:
    """All that it prints."""
    elsewhere = {
        f"XDG_{kind}_HOME": str(there.parent / kind) for kind in ("CONFIG", "DATA", "CACHE")
    }  # of a fish
    environment = {**elsewhere, "HOME": str(there), "PATH": search or os.environ["PATH"]}
    argv = [shutil.which(login[0]) or login[0], *login[1:], COMMAND]
    ended = subprocess.run(
        argv,
        input=request.head + data,
        stdout=subprocess.PIPE,
        check=False,
        cwd=there,
        env=environment,
        timeout=30,
    )
    return ended.stdout


def held(path: str, there: Path, **more: object) -> FarAnswer | None:
    """What it answers last where no pair comes after all: GONE, if it was held."""
    request = Request.of(Task.HOLD, path, ROOM)
    printed = ran(request, there, **more)  # type: ignore[arg-type]
    answer = request.answer(printed)
    assert request.is_held(printed) is (answer == GONE)
    return answer


def stored(path: str, there: Path, given: bytes | None = None, **more: object) -> FarAnswer | None:
    """What it answers last to a pair for a file that is held."""
    request = Request.of(Task.HOLD, path, ROOM)
    given = pair_for(path, PAIR) if given is None else given
    return request.answer(ran(request, there, given, **more))  # type: ignore[arg-type]


Asked = Callable[..., FarAnswer | None]
BOTH = pytest.mark.parametrize("asked", [held, stored])


@pytest.mark.parametrize("shell", ["bash", "dash", "csh", "fish"])
def test_whichever_the_login_is_it_is_stored_and_read(there: Path, shell: str) -> None:
    needs(shell)
    login = (shell, "-c")
    path = 'it\'s $(a) `b` \\ "c" !d ~ *.env'
    assert held(path, there, login=login) == GONE
    assert names_in(there) == []
    assert stored(path, there, login=login) == KEPT
    assert names_in(there) == [path]
    assert ((there / path).read_bytes(), (there / path).stat().st_mode & 0o777) == (PAIR, 0o600)
    request = Request.of(Task.READ, path, 1000)
    assert request.content(ran(request, there, login=login)) == PAIR


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_whichever_its_sh_is(tmp_path: Path, there: Path, shell: str) -> None:
    needs(shell)
    bin = folder_with(tmp_path / "bin", *TOOLS[1:])
    (Path(bin) / "sh").symlink_to(shutil.which(shell) or "")
    assert stored("x", there, search=bin) == KEPT
    assert (there / "x").read_bytes() == PAIR


@pytest.mark.parametrize("path", ["x.env", "-n", "~/x.env", "sub/x.env", "{there}/x.env"])
def test_where_a_path_leads(there: Path, path: str) -> None:
    (there / "sub").mkdir()
    assert stored(path.format(there=there), there) == KEPT
    (found,) = (one for one in there.rglob("*") if one.is_file())
    assert found == there / path.format(there=there).removeprefix("~/")


def in_the_way(there: Path) -> Iterator[tuple[str, str]]:
    """A path, and what is answered about it."""
    (there / "file").touch()
    (there / "link").symlink_to("nowhere")
    (there / "folder").mkdir()
    yield from (
        ("file", "exists"),
        ("link", "exists"),
        ("folder", "directory"),
        ("none/x", "folder"),
        ("file/x", "folder"),
    )


@BOTH
def test_what_is_in_the_way_is_told_and_left_as_it_was(there: Path, asked: Asked) -> None:
    for path, word in in_the_way(there):
        assert asked(path, there) == FarAnswer(word, "")
    assert sorted(names_in(there)) == ["file", "folder", "link"]
    assert (there / "file").read_bytes() == b""
    assert names_in(there / "folder") == []


def test_a_full_disk_is_found_before_there_is_a_pair_and_leaves_nothing(tmp_path: Path, there: Path) -> None:
    with mounted(tmp_path / "full", "size=16k") as full:
        with pytest.raises(OSError, match="No space left"):
            (full / "filler").write_bytes(bytes(1 << 20))
        for asked in (held, stored):
            assert asked(f"{full}/x", there) == FarAnswer("written", "No space left on device")
        assert names_in(full) == ["filler"]


def test_a_disk_without_an_inode_is_found_too(tmp_path: Path, there: Path) -> None:
    with mounted(tmp_path / "full", "size=1m,nr_inodes=1") as full:
        assert held(f"{full}/x", there) == FarAnswer("made", "No space left on device")


@pytest.mark.parametrize("tool", TOOLS[1:])
def test_a_machine_without_a_tool_is_refused(tmp_path: Path, there: Path, tool: str) -> None:
    search = folder_with(tmp_path / "bin", *(one for one in TOOLS if one != tool))
    assert held("x", there, search=search) == FarAnswer("tool", tool)
    assert names_in(there) == []


@pytest.mark.parametrize("tool", ["shasum", "openssl"])
def test_other_tools_do_for_the_digest(tmp_path: Path, there: Path, tool: str) -> None:
    needs(tool)
    search = folder_with(tmp_path / "bin", *TOOLS[:-1], tool, "perl")
    assert stored("x", there, search=search) == KEPT


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path: Path, there: Path) -> None:
    """`ln` is the moment: here it finds one that the look before did not."""
    bin = folder_with(tmp_path / "bin", *(one for one in TOOLS if one != "ln"))
    script(Path(bin), "ln", f'[ "$2" = ./x ] && echo theirs > x\nexec {shutil.which("ln")} "$@"')
    assert stored("x", there, search=bin) == FarAnswer("exists", "")
    assert (names_in(there), (there / "x").read_text()) == (["x"], "theirs\n")


@BOTH
@pytest.mark.parametrize(("which", "word"), [("*/", "named"), ("*", "written")])
def test_what_can_not_be_synced_is_not_held(
    tmp_path: Path, there: Path, which: str, word: str, asked: Asked
) -> None:
    bin = with_sync(tmp_path, f"case $1 in {which}) {FAILS};; esac")
    assert asked("x", there, search=bin) == FarAnswer(word, "Input/output error")
    assert names_in(there) == []


@pytest.mark.parametrize(("which", "word", "left"), [("*", "written", []), ("*/", "named", ["x"])])
def test_what_can_not_be_synced_any_more_is_not_kept(
    tmp_path: Path, there: Path, which: str, word: str, left: list[str]
) -> None:
    """Neither the file, nor its name in the folder, which it has by then."""
    bin = with_sync(tmp_path, f"grep -qs SECRET .butlr* x || exit 0; case $1 in {which}) {FAILS};; esac")
    assert stored("x", there, search=bin) == FarAnswer(word, "Input/output error")
    assert names_in(there) == left


FAILS = 'echo "sync: error syncing: Input/output error" >&2; exit 1'


def with_sync(tmp_path: Path, does: str) -> str:
    """A PATH whose `sync` does this."""
    bin = folder_with(tmp_path / "bin", "grep", *(one for one in TOOLS if one != "sync"))
    script(Path(bin), "sync", does)
    return bin


def test_what_arrives_in_part_never_has_the_name(there: Path) -> None:
    """Cut at each byte that comes once it is held: what the far side sees of a connection that is lost."""
    kept = half_written = 0
    whole = pair_for("x", PAIR)
    cuts = range(0, len(whole), times(20, 1))
    for cut in cuts:
        answer = stored("x", there, whole[:cut])
        is_before_the_pair = cut < len(whole) - len(PAIR)
        kept += answer != (GONE if is_before_the_pair else FarAnswer("short", ""))
        half_written += len(names_in(there))
    figure(35, cuts=len(cuts), false_stored=kept, half_written=half_written)
    assert (kept, half_written) == (0, 0)


def test_a_pair_takes_the_room_that_was_held_for_it(tmp_path: Path, there: Path) -> None:
    """Also where the disk is full by then."""
    with mounted(tmp_path / "full", "size=64k") as full:
        request = Request.of(Task.HOLD, f"{full}/x", ROOM)
        with talking_to(request, there) as shell:
            fills_up(full)
            printed, _ = shell.communicate(pair_for(f"{full}/x", PAIR), timeout=30)
        assert request.answer(printed) == KEPT
        assert (full / "x").read_bytes() == PAIR
        assert sorted(names_in(full)) == ["filler", "x"]


def test_whoever_may_write_in_the_folder_gets_nothing_by_another_file_of_that_name(
    tmp_path: Path, there: Path
) -> None:
    """Nor is a file written to or cut that a link leads to: what is held is an open file, and not its name."""
    theirs = tmp_path / "theirs"
    theirs.write_text("x" * 1000)
    request = Request.of(Task.HOLD, "x", ROOM)
    with talking_to(request, there) as shell:
        (waiting,) = there.iterdir()
        waiting.unlink()
        waiting.symlink_to(theirs)
        printed, _ = shell.communicate(pair_for("x", PAIR), timeout=30)
    assert request.answer(printed) == FarAnswer("short", "")
    assert theirs.read_text() == "x" * 1000
    assert names_in(there) == []


def test_what_nobody_comes_back_to_is_let_go(tmp_path: Path, there: Path) -> None:
    """Where no end of the connection is seen either: it waits its time, which passes at once here."""
    bin = folder_with(tmp_path / "bin", *(one for one in TOOLS if one != "sleep"))
    script(Path(bin), "sleep", "exit 0")
    with talking_to(Request.of(Task.HOLD, "x", ROOM), there, search=bin) as shell:
        assert shell.wait(timeout=30) == 1
    assert names_in(there) == []


@contextmanager
def talking_to(request: Request, there: Path, search: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A shell that holds a file, and waits."""
    with subprocess.Popen(
        ["sh", "-c", COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=there,
        env={"HOME": str(there), "PATH": search or os.environ["PATH"]},
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        shell.stdin.write(request.head)
        shell.stdin.flush()
        printed = shell.stdout.readline() + shell.stdout.readline()
        assert request.is_held(printed)
        yield shell


def fills_up(full: Path) -> None:
    with pytest.raises(OSError, match="No space left"), (full / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(512))


@pytest.mark.parametrize("eaten", [1, 2, 3, 4, 5])
def test_a_login_that_eats_what_is_meant_for_it_stores_nothing(there: Path, eaten: int) -> None:
    """Such as a .bashrc with a `read` in it."""
    login = ("sh", "-c", f'for i in $(seq {eaten}); do read -r _; done; eval "$0"')
    assert stored("x", there, login=login) in (None, GONE, FarAnswer("short", ""))
    assert names_in(there) == []


def test_what_a_login_prints_is_no_answer(there: Path) -> None:
    login = ("sh", "-c", 'echo kept; printf "no line break"; eval "$0"; echo "kept 1"')
    assert stored("x", there, login=login) == KEPT


def test_what_can_not_be_read(there: Path) -> None:
    (there / "long").write_bytes(bytes(len(PAIR) + 1))
    os.mkfifo(there / "fifo")
    for path, word in (("none", "absent"), (".", "special"), ("fifo", "special"), ("long", "long")):
        request = Request.of(Task.READ, path, len(PAIR))
        printed = ran(request, there)
        assert (request.content(printed), request.answer(printed)) == (None, FarAnswer(word, ""))


def test_a_file_that_was_not_read_to_its_end_is_none() -> None:
    request = Request.of(Task.READ, "x", 1000)
    whole = f"hello\n{request.mark} content\na\nb\n\n{request.mark} end\n".encode()
    assert request.content(whole) == b"a\nb\n"
    assert all(request.content(whole[:end]) is None for end in range(len(whole) - 1))
