"""Figure 13 of the reliability figures: a token and secrets through 40 failures, and then a search for them."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from butlr_tui.journal.journal import Journal
from tests.end_to_end.leaks import NEW_SECRET, Processes, Search
from tests.support.driver import using
from tests.support.faults import SECRET, TOKEN, Behaviour, FaultServer, Wire, fault_points, reply, response
from tests.support.figures import figure
from tests.support.pty import Pty
from tests.support.world import Reply, world

pytestmark = pytest.mark.slow

NEW = {"name": "kiosk", "description": "", "client_id": "client_new", "client_secret": NEW_SECRET}
IMPATIENT = """
from butlr_tui.api import client
from butlr_tui.operations import session
client.ONE = client.CREATE = client.NEXT_ROW = 0.5
session.WAITS = (0.0,)
from butlr_tui.cli import main
main()
"""


def program(*words: str) -> list[str]:
    """butlr-tui, which does not wait as long as it would."""
    return [sys.executable, "-c", IMPATIENT, *words]


def type_a_create(terminal: Pty) -> None:
    """Once the list is there, which is empty."""
    terminal.shows("read at")
    terminal.types("n")
    terminal.shows("New client")
    terminal.types("kiosk\r\r")


def it_is_told(terminal: Pty) -> bool:
    """Whether the app says what became of a create that failed."""
    return any(told in terminal.text for told in ("not seen yet", "sent no secret"))


def but_for_reads(behaviour: Behaviour) -> Behaviour:
    """Answers reads with an empty list, and all else as `behaviour` does."""

    async def behave(wire: Wire) -> None:
        await (reply(200, []) if wire.seen.method == "GET" else behaviour)(wire)

    return behave


def settings(folder: Path, url: str) -> dict[str, str]:
    """An environment with a profile whose credentials are canaries, and whose command tells them to everybody."""
    config, credential = folder / "config" / "butlr-tui", folder / "credential.json"
    config.mkdir(parents=True, exist_ok=True)
    (config / "config.toml").write_text(
        f'default_profile = "p"\n[profiles.p]\nbase_url = "{url}"\ncredential_file = "{credential}"\n'
        '[profiles.p.commands.blabs]\nargv = ["sh", "-c", "tee /dev/stderr; exit 3"]\nformat = "json"\n'
    )
    credential.touch(0o600)
    credential.write_text(json.dumps({"client_id": "client_me", "client_secret": SECRET}))
    named = {"XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "HOME": "home"}
    return {**os.environ, **{name: str(folder / value) for name, value in named.items()}}


@pytest.mark.parametrize("point", ["all is well", *fault_points(response(201, NEW))])
async def test_nothing_of_a_plain_create_is_left_anywhere(point: str, tmp_path: Path) -> None:
    """20 faults of the network and one of the command that should keep the secret."""
    whole = {"all is well": reply(201, NEW), **fault_points(response(201, NEW))}
    search = Search()
    async with FaultServer(but_for_reads(whole[point])) as server:
        environment = settings(tmp_path, server.url)
        with Processes(search) as processes:
            words = ("create", "--name", "kiosk", "--to", "command:blabs")
            process = await asyncio.create_subprocess_exec(
                *program(*words),
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            printed, said = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode in (3, 7)
        failures = [seen.method for seen in server.seen].count("POST")
        assert failures == 1
        assert server.sign_ins
    search.look_at(printed, "stdout")
    search.look_at(said, "stderr")
    search.look_into(tmp_path, but=[tmp_path / "credential.json"])
    assert processes.seen
    figure(13, failures=failures, places=search.places, hits=len(search.hits))
    assert search.hits == []


@pytest.mark.parametrize("point", fault_points(response(201, NEW)))
async def test_nothing_of_a_create_in_the_app_is_left_anywhere(point: str, tmp_path: Path) -> None:
    """The same 20 faults with the app on a pty, which is then told to end."""
    search = Search()
    async with FaultServer(but_for_reads(fault_points(response(201, NEW))[point])) as server:
        with Processes(search), Pty(program(), settings(tmp_path, server.url)) as terminal:
            await asyncio.to_thread(type_a_create, terminal)
            await asyncio.to_thread(terminal.waits_for, lambda: it_is_told(terminal), "what became of it")
            terminal.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(terminal.ends) == 128 + signal.SIGTERM
        failures = [seen.method for seen in server.seen].count("POST")
        assert failures == 1
    search.look_at(terminal.output, "the terminal")
    search.look_into(tmp_path, but=[tmp_path / "credential.json"])
    figure(13, failures=failures, places=search.places, hits=len(search.hits))
    assert search.hits == []


async def test_nothing_of_a_secret_that_arrived_is_left_anywhere(tmp_path: Path) -> None:
    """In the app: masked, copied, tried, almost saved, and ended. The copy itself is not a leak."""
    search = Search()
    async with FaultServer(but_for_reads(reply(201, NEW))) as server:
        with Processes(search), Pty(program(), settings(tmp_path, server.url)) as terminal:
            await asyncio.to_thread(type_a_create, terminal)
            await asyncio.to_thread(terminal.shows, "is created: store its secret now")
            for keys, told in (("c", "Sent to your terminal"), ("t", "signs in"), ("f", "Save to a file")):
                terminal.types(keys)
                await asyncio.to_thread(terminal.shows, told)
            terminal.process.send_signal(signal.SIGHUP)
            assert await asyncio.to_thread(terminal.ends) == 128 + signal.SIGHUP
    search.look_at(re.sub(rb"\x1b\]52;c;[^\x07]*\x07", b"", terminal.output), "the terminal")
    search.look_into(tmp_path, but=[tmp_path / "credential.json"])
    figure(13, places=search.places, hits=len(search.hits))
    assert search.hits == []
    journal = Journal(tmp_path / "state" / "butlr-tui")
    assert [entry.client_id for entry in journal.open_entries()] == ["client_new"]
    journal.release()


async def test_no_picture_of_a_screen_holds_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search()
    async with world(tmp_path, monkeypatch) as made, using(made, environment={"TERM": "linux"}) as user:
        made.between.answer("POST", Reply(201, NEW))
        await user.does("new")
        await user.types("kiosk")
        search.look_at(await user.picture(), "the form")
        await user.submits()
        await user.sees("is created and its secret is stored")
        search.look_at(await user.picture(), "the secret")
        for command in ("copy_secret", "save", "leave", "close_secret"):
            await user.does(command)
            search.look_at(await user.picture(), command)
        search.look_at(user.app.clipboard, "the app's own clipboard")
    figure(13, places=search.places, hits=len(search.hits))
    assert search.hits == []
    assert search.places == 7


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """Or 0 hits would say nothing."""
    search = Search()
    (tmp_path / "x").write_text(f"a {TOKEN} b")
    (tmp_path / SECRET).touch()
    search.look_into(tmp_path)
    assert len(search.hits) == 2
    with Processes(search), subprocess.Popen(["sleep", "60"], env={"X": NEW_SECRET}) as child:
        end = time.monotonic() + 10
        while len(search.hits) < 3:
            assert time.monotonic() < end
        child.kill()
    assert "environ of a child" in search.hits
