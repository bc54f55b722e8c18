"""Figure 35: a canary through 40 failures of sealing and opening, then a search for it. In CI one of each kind."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

import pytest

from butlr_tui.plain.exits import Exit
from tests.end_to_end.leaks import NEW_SECRET, Processes, Search
from tests.support.faults import SECRET, Behaviour, FaultServer, Wire, fault_points, hang_up, reply, response
from tests.support.figures import figure, times
from tests.support.keys import PASSPHRASE, Key, key, sealed_by_age
from tests.support.programs import needs, script
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

NEW: Final = {"name": "kiosk", "description": "", "client_id": "client_new", "client_secret": NEW_SECRET}
ENV: Final = f"BUTLR_CLIENT_ID=client_new\nBUTLR_CLIENT_SECRET={NEW_SECRET}\n"
IMPATIENT: Final = """
import sys
from butlr_tui.api import client
from butlr_tui.delivery import sealing
from butlr_tui.operations import session
client.ONE = client.CREATE = client.NEXT_ROW = 0.5
session.WAITS = (0.0,)
if sys.argv.pop(1) == "program":
    sealing.has_library = lambda: False
from butlr_tui.cli import main
main()
"""
"""butlr-tui, which does not wait as long as it would; with the library, or as if there were only the program."""

TRIED_FIRST: Final = """
age={age}
given=$(cat; echo x); given=${{given%x}}
case "$given" in BUTLR*) ;; *) printf %s "$given" | "$age" "$@"; exit ;; esac
"""
"""What a program of that name does well, until it is given the pair."""
AT_LAST: Final = {
    "it refuses": "exit 1",
    "it repeats what it is given, and refuses": 'printf %s "$given" | tee /dev/stderr; exit 3',
    "it repeats what it is given": 'printf %s "$given"',
    "it says nothing": "exit 0",
    "it is ended": "kill -9 $$",
    "it seals half": 'printf %s "$given" | "$age" "$@" | head -c 200',
    "it seals for another": 'printf %s "$given" | "$age" --encrypt --armor -r "$(cat {other})"',
    "it seals what it likes": 'echo hello | "$age" --encrypt --armor -r "$(cat {other})"',
}


@dataclass(frozen=True)
class Failure:
    """What goes wrong with an `open`, and how that ends."""

    code: Exit
    told: str
    words: tuple[str, ...] = ("--to", "file:kept/{name}.env")
    spoils: Callable[[Path], object] = lambda folder: None
    sign_in: Behaviour | None = None


def flip(folder: Path) -> None:
    lines = (folder / "kiosk.age").read_text().splitlines()
    lines[2] = lines[2].swapcase()
    (folder / "kiosk.age").write_text("\n".join(lines))


def cut(folder: Path) -> None:
    (folder / "kiosk.age").write_text((folder / "kiosk.age").read_text()[:-120])


OPENS: Final = {
    "a byte is flipped": Failure(Exit.FAILED, "changed or cut", spoils=flip),
    "it is cut": Failure(Exit.FAILED, "changed or cut", spoils=cut),
    "it is gone": Failure(
        Exit.FAILED, "can't be read", spoils=lambda folder: (folder / "kiosk.age").unlink()
    ),
    "it is for another": Failure(
        Exit.FAILED, "not sealed for", ("--identity", "other", "--to", "file:kept/{name}.env")
    ),
    "the key is public": Failure(
        Exit.FAILED, "a public key", ("--identity", "other.pub", "--to", "file:kept/{name}.env")
    ),
    "it is not accepted": Failure(
        Exit.SIGN_IN, "does not accept", sign_in=reply(401, {"message": f"no: {NEW_SECRET}"})
    ),
    "signing in fails": Failure(
        Exit.FAILED, "Signing in failed", sign_in=reply(500, {"message": NEW_SECRET})
    ),
    "the answer is cut": Failure(Exit.FAILED, "Signing in failed", sign_in=hang_up),
    "the file is there": Failure(Exit.FAILED, "exists already", ("--to", "file:kiosk.age")),
    "the folder is not there": Failure(Exit.FAILED, "does not exist", ("--to", "file:none/x")),
    "the command tells it": Failure(Exit.SECRET_NOWHERE, "did not accept it", ("--to", "command:blabs")),
    "nobody reads it": Failure(Exit.FAILED, "leads to /dev/null", ("--to", "stdout")),
}
POINTS: Final = fault_points(response(201, NEW))


def some(cases: dict[str, object]) -> list[str]:
    """All of them, or one in CI."""
    return [*cases][:: times(len(cases), 1)]


@pytest.fixture
def anna(tmp_path: Path) -> Key:
    return key(tmp_path, "ed25519")


def settings(folder: Path, url: str, anna: Key) -> dict[str, str]:
    """An environment with a profile whose credentials are canaries, and whose command tells them to everybody."""
    config = folder / "config" / "butlr-tui"
    config.mkdir(parents=True, exist_ok=True)
    (folder / "kept").mkdir(exist_ok=True)
    credential = folder / "credential.json"
    (config / "config.toml").write_text(
        f'default_profile = "p"\n[recipients]\nanna = "{anna.public}"\n'
        f'[profiles.p]\nbase_url = "{url}"\ncredential_file = "{credential}"\n'
        '[profiles.p.commands.blabs]\nargv = ["sh", "-c", "tee /dev/stderr; exit 3"]\nformat = "json"\n'
    )
    credential.touch(0o600)
    credential.write_text(json.dumps({"client_id": "client_me", "client_secret": SECRET}))
    named = {"XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "HOME": "home"}
    return {**os.environ, **{name: str(folder / value) for name, value in named.items()}}


async def fails(
    folder: Path, environment: dict[str, str], engine: str, *words: str
) -> tuple[int | None, str, Search]:
    """Runs butlr-tui in a folder; how it ended, what it said, and what was looked at meanwhile and after it."""
    search = Search()
    with Processes(search):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", IMPATIENT, engine, *words),
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL if "stdout" in words else asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, said = await asyncio.wait_for(process.communicate(), 60)
    search.look_at(printed or b"", "stdout")
    search.look_at(said, "stderr")
    search.look_into(folder, but=[folder / "credential.json"])
    return process.returncode, said.decode(), search


def measured(search: Search) -> None:
    figure(35, failures=1, places=search.places, hits=len(search.hits))
    assert search.hits == []


def but_for_reads(behaviour: Behaviour) -> Behaviour:
    """Answers reads with an empty list, and all else as `behaviour` does."""

    async def behave(wire: Wire) -> None:
        await (reply(200, []) if wire.seen.method == "GET" else behaviour)(wire)

    return behave


@pytest.mark.parametrize("point", some(dict(POINTS)))
async def test_a_create_that_fails_leaves_nothing_to_be_read(point: str, tmp_path: Path, anna: Key) -> None:
    async with FaultServer(but_for_reads(POINTS[point])) as server:
        environment = settings(tmp_path, server.url, anna)
        words = ("create", "--name", "kiosk", "--to", "seal:anna=kept/kiosk.age")
        code, _, search = await fails(tmp_path, environment, "library", *words)
    assert code in (Exit.UNKNOWN, Exit.SECRET_NOWHERE)
    assert not [*(tmp_path / "kept").iterdir()]
    measured(search)


@pytest.mark.parametrize("how", some(dict(AT_LAST)))
async def test_a_program_that_fails_at_last_is_told_as_nowhere(how: str, tmp_path: Path, anna: Key) -> None:
    needs("age")
    other = key(tmp_path, "ed25519", "other")
    does = AT_LAST[how].replace("{other}", str(other.private.with_suffix(".pub")))
    script(tmp_path / "bin", "age", TRIED_FIRST.format(age=which("age")) + does)
    async with FaultServer(but_for_reads(reply(201, NEW))) as server:
        environment = settings(tmp_path, server.url, anna)
        environment["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{environment['PATH']}"
        words = ("create", "--name", "kiosk", "--to", "seal:anna=kept/kiosk.age")
        code, said, search = await fails(tmp_path, environment, "program", *words)
    assert (code, "stored nowhere" in said) == (Exit.SECRET_NOWHERE, True), said
    assert not [*(tmp_path / "kept").iterdir()]
    measured(search)


@pytest.mark.parametrize("how", some(dict(OPENS)))
async def test_an_open_that_fails_takes_it_nowhere(how: str, tmp_path: Path, anna: Key) -> None:
    key(tmp_path, "ed25519", "other")
    failure = OPENS[how]
    sealed_by_age(tmp_path / "kiosk.age", ENV, anna)
    failure.spoils(tmp_path)
    identity = () if "--identity" in failure.words else ("--identity", "id_ed25519")
    async with FaultServer(sign_in=failure.sign_in) as server:
        words = ("open", "kiosk.age", *identity, *failure.words)
        environment = settings(tmp_path, server.url, anna)
        code, said, search = await fails(tmp_path, environment, "library", *words)
    assert (code, failure.told in said) == (failure.code, True), said
    assert not [*(tmp_path / "kept").iterdir()]
    measured(search)


async def test_sealed_here_and_opened_there_it_is_in_one_file(tmp_path: Path, anna: Key) -> None:
    """All is well: the pair is in the file that Anna has it put to, and nowhere else."""
    async with FaultServer(but_for_reads(reply(201, NEW))) as server:
        environment = settings(tmp_path, server.url, anna)
        words = ("create", "--name", "kiosk", "--to", "seal:anna=kept/{name}.age")
        code, said, search = await fails(tmp_path, environment, "library", *words)
        assert (code, search.hits) == (Exit.DONE, [])
        shown, done, works = said.splitlines()
        assert shown == f"Its secret is for anna ({anna.fingerprint}) alone."
        assert done.startswith(f"client_new is created: sealed for anna ({anna.fingerprint}) and saved to ")
        assert works == "client_new signs in."
        assert b"canary" not in (tmp_path / "kept" / "kiosk.age").read_bytes()
        there = ("kept/kiosk.age", "--identity", "id_ed25519", "--to", "file:kept/{name}.env")
        code, _, search = await fails(tmp_path, environment, "library", "open", *there)
    assert code == Exit.DONE
    assert (tmp_path / "kept" / "kiosk.env").read_text() == ENV
    assert search.hits == [str(tmp_path / "kept" / "kiosk.env")]


def asks(terminal: Pty) -> None:
    """Until a passphrase is asked for, and is not shown any more as it is typed."""
    terminal.shows("Enter passphrase")
    terminal.waits_for(lambda: not terminal.is_restored(), "no echo")


async def test_a_passphrase_is_asked_for_on_the_terminal(tmp_path: Path) -> None:
    ben = key(tmp_path, "ed25519", "ben", passphrase=PASSPHRASE)
    sealed_by_age(tmp_path / "kiosk.age", ENV, ben)
    search = Search()
    async with FaultServer() as server:
        environment = settings(tmp_path, server.url, ben)
        words = ("open", "kiosk.age", "--identity", "ben", "--to", "file:kept/kiosk.env")
        argv = (sys.executable, "-c", IMPATIENT, "library", *words)
        with Processes(search), Pty(argv, environment, folder=tmp_path) as terminal:
            await asyncio.to_thread(asks, terminal)
            terminal.types(f"{PASSPHRASE}\r")
            assert await asyncio.to_thread(terminal.ends) == Exit.DONE
            assert PASSPHRASE not in terminal.text
            search.look_at(terminal.output, "the terminal")
        assert (tmp_path / "kept" / "kiosk.env").read_text() == ENV
    figure(35, places=search.places, hits=len(search.hits))
    assert search.hits == []


def test_who_types_no_passphrase_gets_the_terminal_back(tmp_path: Path) -> None:
    ben = key(tmp_path, "ed25519", "ben", passphrase=PASSPHRASE)
    sealed_by_age(tmp_path / "kiosk.age", ENV, ben)
    for typed, code in (("wrong\r", Exit.FAILED), ("\x03", Exit.INTERRUPTED))[times(1, 0) :]:
        environment = settings(tmp_path, "http://127.0.0.1:9", ben)
        words = ("open", "kiosk.age", "--identity", "ben", "--to", "file:kept/kiosk.env")
        argv = (sys.executable, "-c", IMPATIENT, "library", *words)
        with Pty(argv, environment, folder=tmp_path) as terminal:
            asks(terminal)
            terminal.types(typed)
            assert terminal.ends() == code
            assert terminal.is_restored()
        assert "changed" not in terminal.text
        assert not [*(tmp_path / "kept").iterdir()]
