"""A program that is asked for credentials: bounded in time, told none of our secrets, quoted with care."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from butlr_tui.auth import programs
from butlr_tui.auth.programs import output_of
from butlr_tui.http.errors import CredentialError
from tests.support.proc import open_files, processes_with
from tests.support.programs import PATH, script
from tests.support.waiting import until

ENVIRONMENT = {"PATH": PATH}


async def refused(*argv: str, seconds: float = 10, **more: str) -> str:
    with pytest.raises(CredentialError) as caught:
        await output_of(argv, {**ENVIRONMENT, **more}, seconds)
    assert caught.value.__cause__ is None
    assert "canary" not in repr(caught.value)
    return caught.value.message


async def test_what_it_prints() -> None:
    assert await output_of(["printf", "a\nb"], ENVIRONMENT) == b"a\nb"
    assert await output_of(["sh", "-c", "echo a; echo b >&2"], ENVIRONMENT) == b"a\n"


async def test_there_is_no_shell() -> None:
    assert await output_of(["echo", "$HOME; `id` | cat"], ENVIRONMENT) == b"$HOME; `id` | cat\n"


async def test_it_sees_neither_our_secrets_nor_our_terminal() -> None:
    secrets = dict.fromkeys(
        ("BUTLR_TOKEN", "BUTLR_CLIENT_SECRET", "BUTLR_TOKEN_FILE", "BUTLR_PASSWORD"), "canary"
    )
    printed = await output_of(["env"], {**ENVIRONMENT, **secrets, "BUTLR_CLIENT_ID": "a", "VAULT_TOKEN": "b"})
    assert b"canary" not in printed
    assert b"BUTLR_CLIENT_ID=a" in printed
    assert b"VAULT_TOKEN=b" in printed  # it may well need that one
    assert await output_of(["sh", "-c", "cat; (: </dev/tty) 2>&- || echo none"], ENVIRONMENT) == b"none\n"


async def test_what_can_not_be_started(tmp_path: Path) -> None:
    assert await refused("no-such-program-x") == (
        "no-such-program-x, which knows the credentials, is not installed here."
    )
    plain = tmp_path / "plain"
    plain.touch()
    assert await refused(str(plain)) == f"{plain} could not be started (permission denied)."
    assert "could not be started" in await refused("a\0b")
    assert "␛" in await refused("a\x1b[2J")


async def test_how_it_failed_and_its_own_words() -> None:
    assert await refused("false") == "false gave no credentials (exit code 1)."
    assert await refused(
        "sh", "-c", "echo canary; printf 'locked:\\n\\n run \\033[1munlock\\n' >&2; exit 6"
    ) == ("sh gave no credentials (exit code 6): locked: / run ␛[1munlock")
    assert await refused("sh", "-c", "kill -TERM $$") == "sh gave no credentials (ended by SIGTERM)."
    assert await refused("sh", "-c", "kill -35 $$") == "sh gave no credentials (ended by signal 35)."
    assert await refused("sh", "-c", "echo canary; echo got canary >&2; exit 1") == (
        "sh gave no credentials (exit code 1): got ••••"
    )
    long = await refused("sh", "-c", "yes word | head -c 100000 >&2; exit 1")
    assert len(long) < 400


async def test_too_much() -> None:
    assert await refused("sh", "-c", "head -c 70000 /dev/zero") == "sh printed too much to be a credential."


async def test_at_the_limit_all_that_it_started_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"limit-{time.monotonic_ns()}"
    said = await refused("sh", "-c", "echo waiting >&2; sleep 60 & sleep 60", seconds=0.3, MARK=mark)
    assert said == "sh did not answer within 0.3 s and was stopped: waiting"
    await until(lambda: not processes_with(mark))
    monkeypatch.setattr(programs, "LIMIT", 0.1)
    with pytest.raises(CredentialError, match=r"within 0\.1 s"):
        await output_of(["sleep", "60"], ENVIRONMENT)


async def test_where_we_are_cancelled_it_is_ended_too() -> None:
    mark = f"cancelled-{time.monotonic_ns()}"
    task = asyncio.create_task(output_of(["sh", "-c", "sleep 60 & sleep 60"], {**ENVIRONMENT, "MARK": mark}))
    await until(lambda: len(processes_with(mark)) >= 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not processes_with(mark))


async def test_what_stays_behind_does_not_hold_us_up(tmp_path: Path) -> None:
    """Password managers start an agent that inherits their outputs."""
    mark = f"agent-{time.monotonic_ns()}"
    agent = script(tmp_path, "op", "sleep 20 &\necho pair")
    before = time.monotonic()
    assert await output_of([str(agent)], {**ENVIRONMENT, "MARK": mark}) == b"pair\n"
    assert time.monotonic() - before < 5
    for process in processes_with(mark):
        os.kill(process, 9)


async def test_the_app_goes_on_meanwhile() -> None:
    running = asyncio.create_task(output_of(["sh", "-c", "sleep 0.3; echo x"], ENVIRONMENT))
    turns = 0
    while not running.done():
        turns += 1
        await asyncio.sleep(0)
    assert await running == b"x\n"
    assert turns > 100


async def test_no_file_stays_open() -> None:
    await output_of(["true"], ENVIRONMENT)
    before = len(open_files())
    for argv in (["true"], ["false"], ["no-such-program-x"]):
        try:
            await output_of(argv, ENVIRONMENT)
        except CredentialError:
            continue
    assert len(open_files()) == before
