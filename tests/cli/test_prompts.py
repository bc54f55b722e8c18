"""The app as lines and numbered questions, on a terminal: nothing but lines is sent to it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from butlr_tui.plain.exits import Exit
from tests.support.job import AS_A_JOB
from tests.support.pty import Pty

QUESTION = "Number or command?"
SECRET = "What with the secret?"


class Talk:
    """A person who types a line at each question."""

    def __init__(self, terminal: Pty) -> None:
        self.terminal = terminal
        self._seen = 0

    def at(self, question: str, line: str) -> None:
        """Wait for a question, and answer it."""
        self.hears(question)
        self.terminal.types(f"{line}\n")

    def hears(self, words: str) -> str:
        """Wait for words; all that came before them since the last ones."""
        wanted = words.encode()
        self.terminal.waits_for(lambda: self.terminal.output.find(wanted, self._seen) >= 0, words)
        end = self.terminal.output.index(wanted, self._seen)
        heard, self._seen = self.terminal.output[self._seen : end].decode(), end + len(wanted)
        return heard


@contextmanager
def talking(*words: str) -> Iterator[Talk]:
    with Pty([sys.executable, "-m", "butlr_tui", *words]) as terminal:
        yield Talk(terminal)
        assert b"\x1b" not in terminal.output
        assert terminal.output.decode().replace("\r\n", "").isprintable()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [("ACCESSIBLE", "1", ["demo"]), ("TERM", "dumb", ["demo", "--fresh"])],
)
def test_a_client_is_created_stored_tried_and_deleted(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: list[str]
) -> None:
    monkeypatch.setenv(variable, value)
    file = Path.home() / "kiosk.env"
    with talking(*words) as talk:
        said = talk.hears(QUESTION)
        assert said.startswith("TERM is dumb, so the app can't draw here.") is (value == "dumb")
        assert "Clients of demo" in said and "Page 1 of " in said and "1 access-audit, 2 years old" in said
        talk.terminal.types("new\n")
        talk.at("Name:", "kiosk")
        talk.at("Description, or Enter for none:", "In the lobby")
        talk.at("Enter for file:", "")
        talk.at("File, or Enter for ~/kiosk.env:", "")
        talk.at("Number?", "1")
        assert "Done: .env" in talk.hears(SECRET)
        talk.terminal.types("test it\n")
        assert "Done: signs in: 12 scopes" in talk.hears(SECRET)
        talk.terminal.types("0\n")
        told = talk.hears(QUESTION)
        assert "Done: “kiosk” is created; its secret is saved to ~/kiosk.env" in told
        number = next(line.split()[0] for line in told.splitlines() if " kiosk, created today" in line)
        talk.terminal.types(f"delete {number}\n")
        asked = talk.hears(", or go back:")
        talk.terminal.types(f"{asked.rsplit(' ', 1)[-1]}\n")
        assert "Done: “kiosk”" in talk.hears(QUESTION)
        talk.terminal.types("quit\n")
        assert talk.terminal.ends() == Exit.DONE
        assert talk.terminal.is_restored()
        secret = file.read_text().rpartition("BUTLR_CLIENT_SECRET=")[2].strip()
        assert secret and secret not in talk.terminal.output.decode()


def test_lines_that_are_typed_ahead_each_answer_their_question_and_a_hidden_one_is_forgotten_at_ctrl_c() -> (
    None
):
    with talking("demo", "--fresh", "--plain-prompts") as talk:
        talk.hears("Clients of demo")
        talk.terminal.types("new\nkiosk\n\n\n\n1\n0\nsign in\n3\n")
        talk.hears("or Enter to go back:")
        talk.terminal.types("canary")
        talk.terminal.types("\x03")
        talk.at(QUESTION, "q")
        assert talk.terminal.ends() == Exit.DONE
        assert "Done: “kiosk” is created" in talk.terminal.output.decode()
        assert b"canary" not in talk.terminal.output
    assert (Path.home() / "kiosk.env").exists()


def test_ctrl_z_stops_it_and_the_question_is_there_again_afterwards() -> None:
    with Pty(
        [*AS_A_JOB, sys.executable, "-m", "butlr_tui", "demo", "--fresh", "--plain-prompts"]
    ) as terminal:
        terminal.shows(QUESTION)
        terminal.types("\x1a")
        terminal.shows("stopped 1, terminal restored")
        terminal.types("fg\n")
        terminal.waits_for(lambda: terminal.output.count(QUESTION.encode()) == 2, "the question")
        terminal.types("q\n")
        assert terminal.ends() == Exit.DONE
