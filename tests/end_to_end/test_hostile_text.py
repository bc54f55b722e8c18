"""Figure 15 of the reliability figures: hostile strings in every place where a server's text is shown.

Looked at on a real pty: at the bytes, in which nothing may be that only the server can have put there, and
at the app, which must go on. A tag before each string tells that it came to be shown.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from tests.end_to_end.hostile import injected, strings
from tests.end_to_end.scenarios import SCENARIOS, Stage, refusal, token_of
from tests.support.faults import FaultServer, reply
from tests.support.figures import figure, times
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

BATCH = 8
_BY_THE_APP = "\x08\x0b"
"""By BS it goes a column back, by VT a line down."""
COUNT = times(BATCH, 200)
HOSTILE = strings(200)
BATCHES = [HOSTILE[start : start + BATCH] for start in range(0, COUNT, BATCH)]


def play(stage: Stage, batch: Sequence[str]) -> bytes:
    """All scenarios for each string of a batch; what the app wrote."""
    with Pty([sys.executable, "-m", "butlr_tui"], stage.environment()) as terminal:
        terminal.shows("read at")
        for n, text in enumerate(batch[: times(3, BATCH)]):
            for scenario in SCENARIOS:
                scenario(stage, terminal, n, text)
                terminal.types("g" + "j" * n)
            terminal.types("j")
        terminal.types("q")
        assert terminal.ends() == 0
        return terminal.output


@pytest.mark.parametrize("batch", BATCHES, ids=range(len(BATCHES)))
async def test_nothing_hostile_reaches_the_terminal_from_the_app(batch: list[str], tmp_path: Path) -> None:
    async with FaultServer() as server:
        stage = Stage(server, batch, tmp_path)
        output = await asyncio.to_thread(play, stage, batch)
    found = injected(output, _BY_THE_APP)
    figure(15, strings=len(batch), injected_controls=len(found), MarkupErrors=output.count(b"MarkupError"))
    if batch == BATCHES[0]:
        figure(15, sinks=len(stage.sinks))
    assert found == []


def plain(stage: Stage, *words: str) -> bytes:
    """What a plain command writes on a terminal."""
    with Pty([sys.executable, "-m", "butlr_tui", *words], stage.environment()) as terminal:
        terminal.ends()
        return terminal.output


def asked_about(stage: Stage, batch: Sequence[str]) -> bytes:
    """The app's question about earlier creates that are unfinished, with the cursor on each in turn."""
    with Pty([sys.executable, "-m", "butlr_tui"], stage.environment()) as terminal:
        for n in range(len(batch)):
            stage.shown(terminal, "an unfinished create", f"c{n}")
            stage.shown(terminal, "its name", f"(“n{n}")
            terminal.types("j")
        terminal.types("\r")
        terminal.waits_for(lambda: "(“n" not in terminal.text, "the end of the question")
        terminal.shows("read at")
        terminal.types("q")
        assert terminal.ends() == 0
        return terminal.output


def prompted(stage: Stage, batch: Sequence[str]) -> bytes:
    """The prompts: the question about earlier creates, the list, and each of its clients."""
    with Pty([sys.executable, "-m", "butlr_tui", "--plain-prompts"], stage.environment()) as terminal:
        for n in range(len(batch)):
            stage.shown(terminal, "an unfinished create in lines", f"c{n}")
            terminal.shows("Enter for decide later:")
            terminal.types("\r")
        terminal.shows("Number or command?")
        for n in range(len(batch)):
            terminal.types(f"{n + 1}\r")
            stage.shown(terminal, "a client in lines", f"Name: n{n}")
            terminal.types("0\r")
        terminal.types("quit\r")
        assert terminal.ends() == 0
        return terminal.output


@pytest.mark.parametrize("batch", BATCHES, ids=range(len(BATCHES)))
async def test_nothing_hostile_reaches_the_terminal_from_anywhere_else(
    batch: list[str], tmp_path: Path
) -> None:
    """The plain commands, and the journal's entries in them and in the app."""
    outputs: dict[str, bytes] = {}
    async with FaultServer() as server:
        stage = Stage(server, batch, tmp_path)
        stage.environment()
        journal = Journal(tmp_path / "state" / "butlr-tui")
        for client in stage.clients:
            attempt = journal.create(server.url, "p", client["name"], "client_me", ())
            journal.note(attempt, Event.CREATED, client_id=client["client_id"])
        journal.release()
        outputs["journal"] = await asyncio.to_thread(plain, stage, "journal")
        outputs["questions"] = await asyncio.to_thread(asked_about, stage, batch)
        outputs["prompts"] = await asyncio.to_thread(prompted, stage, batch)
        outputs["list"] = await asyncio.to_thread(plain, stage, "list")
        assert outputs["list"].count(b"\n") == 2 + len(batch)  # its head, and how many they are
        stage.sinks |= {name for name in ("journal", "list") if b"n0" in outputs[name]}
        for n, text in enumerate(batch[: times(2, BATCH)]):
            stage.answers = {"GET": reply(200, stage.clients[n]), "POST": refusal(400, f"r{n}{text}")}
            stage.answers["DELETE"] = refusal(400, f"b{n}{text}")
            server.sign_in = token_of(f"h{n}{text}")
            outputs[f"show {n}"] = await asyncio.to_thread(plain, stage, "show", "x")
            outputs[f"delete {n}"] = await asyncio.to_thread(plain, stage, "delete", "x", "--yes")
            stage.answers["GET"] = stage.calm["GET"]
            words = ("create", "--name", "zz", "--to", f"file:{tmp_path}/kept")
            outputs[f"create {n}"] = await asyncio.to_thread(plain, stage, *words)
            stage.answers["GET"] = refusal(500, f"e{n}{text}")
            server.sign_in = reply(401, {"error": "x", "error_description": f"a{n}{text}"})
            outputs[f"doctor {n}"] = await asyncio.to_thread(plain, stage, "doctor")
            told = {"show": f"c{n}", "delete": f"b{n}", "create": f"r{n}", "doctor": f"a{n}"}
            for command, tag in told.items():
                assert tag.encode() in outputs[f"{command} {n}"], (command, outputs[f"{command} {n}"])
                stage.sinks.add(command)
    by_the_app = {"questions": _BY_THE_APP}
    found = {
        name: wrong
        for name, output in outputs.items()
        if (wrong := injected(output, by_the_app.get(name, "")))
    }
    errors = sum(output.count(b"MarkupError") for output in outputs.values())
    figure(15, injected_controls=len(found), MarkupErrors=errors)
    if batch == BATCHES[0]:
        figure(15, sinks=len(stage.sinks))
    assert found == {}
