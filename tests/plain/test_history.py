"""What `butlr-tui journal` prints."""

import json
import re
import sys
from pathlib import Path

import pytest

from butlr_tui.journal.entries import Event, SourceLine
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Client
from butlr_tui.plain.history import history

ID = "client_2mA7CiVpUluJ4rz5MxhfxNAH3PT"
ENDS: dict[str, tuple[list[tuple[Event, str]], str, str]] = {
    "a": ([], "may be created", "NOT STORED, if it exists"),
    "b": ([(Event.CREATE_UNCLEAR, "?")], "may be created", "NOT STORED, if it exists"),
    "c": ([(Event.NOT_CREATED, "no")], "not created", ""),
    "d": ([(Event.WITHOUT_SECRET, "")], "created, without a secret", "never arrived"),
    "e": ([(Event.CREATED, "")], "created", "NOT STORED"),
    "f": ([(Event.CREATED, ""), (Event.DELIVERED, "sent")], "created", "NOT STORED, only sent"),
    "g": ([(Event.CREATED, ""), (Event.STORED, "saved to /x")], "created", "saved to /x"),
    "h": ([(Event.WITHOUT_SECRET, ""), (Event.SETTLED, "deleted")], "created, without a secret", "deleted"),
    "i": ([(Event.CREATED, ""), (Event.NOT_COPIED, "mute")], "created", "NOT STORED, nor copied: mute"),
}
"""By name: the lines after the first, what happened, and what is said of the secret."""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def test_every_end_has_its_words(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    for name, (lines, _, _) in ENDS.items():
        attempt = journal.create("https://x", "prod", name, "client_me")
        for event, how in lines:
            journal.note(attempt, event, how)
    for end in (None, Event.DELETED, Event.ALREADY_GONE, Event.NOT_DELETED, Event.DELETE_UNCLEAR):
        attempt = journal.delete("https://x", "prod", Client("client_x", name="z"))
        if end is not None:
            journal.note(attempt, end, by="client_me")
    assert history(journal, as_json=False) == 0
    printed = capsys.readouterr()
    head, *rows = printed.out.splitlines()
    assert head.split() == ["WHEN", "(UTC)", "WHAT", "NAME", "CLIENT", "ID", "WHERE", "BY", "SECRET"]
    starts = [head.index(word) for word in ("WHAT", "NAME", "CLIENT ID", "SECRET")]
    cells = [[row[start:].split("  ")[0].strip() for start in starts] for row in rows]
    created = [[what, name, "", secret] for name, (_, what, secret) in ENDS.items()]
    gone = ["may be deleted", "deleted", "already gone", "not deleted", "may be deleted"]
    assert cells == [*created, *([what, "z", "client_x", ""] for what in gone)]
    assert printed.err == (
        "A secret that is not stored can't be had any more: delete its client and create it again.\n"
    )


@pytest.mark.parametrize(
    ("cells", "headings", "row"),
    [
        (
            120,
            ["WHEN (UTC)", "WHAT", "NAME", "CLIENT ID", "SECRET"],
            [
                "dddd-dd-dd dd:dd:dd",
                "created",
                "hvac-sync-zurich",
                ID,
                "saved to ~/secrets/hvac-sync-zurich…",
            ],
        ),
        (
            100,
            ["WHEN (UTC)", "WHAT", "NAME", "CLIENT ID", "SECRET"],
            ["dddd-dd-dd", "created", "hvac-sync-zurich", ID, "saved to ~/secrets/hvac…"],
        ),
        (
            60,
            ["WHAT", "NAME", "CLIENT ID", "SECRET"],
            ["created", "hvac-sync-zurich", "client…AH3PT", "saved to ~/secrets…"],
        ),
    ],
)
def test_on_a_terminal_names_are_cut_last(
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    cells: int,
    headings: list[str],
    row: list[str],
) -> None:
    attempt = journal.create("https://m2m.example.org", "prod", "hvac-sync-zurich", ID)
    journal.note(attempt, Event.CREATED, client_id=ID)
    journal.note(attempt, Event.STORED, "saved to ~/secrets/hvac-sync-zurich.env, read back and equal")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(cells))
    assert history(journal, as_json=False) == 0
    head, shown = capsys.readouterr().out.splitlines()
    assert re.split(r"  +", head) == headings
    first, *rest = re.split(r"  +", shown)
    assert [re.sub(r"\d", "d", first), *rest] == row
    assert len(shown) <= cells


def test_nothing_is_left_to_do(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.note(journal.create("https://x", "prod", "n", None), Event.STORED, "saved")
    assert history(journal, as_json=False) == 0
    assert capsys.readouterr().err == ""


def test_as_json(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    attempt = journal.create("https://x", "prod", "é\x1b", "client_me")
    journal.note(attempt, Event.CREATED, client_id="client_new")
    journal.note(attempt, Event.DELIVERED, "sent")
    assert history(journal, as_json=True) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    (entry,) = json.loads(printed)
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "event": "create",
        "ended": "created",
        "why": "",
        "name": "é\x1b",
        "client_id": "client_new",
        "url": "https://x",
        "profile": "prod",
        "by": "client_me",
        "reserved": [],
        "replaces": None,
        "line": None,
        "deliveries": ["sent"],
        "not_copied": "",
        "not_stored": [],
        "open": True,
        "closed": None,
        "closed_how": "",
        "stored_too": [],
        "signed_in": None,
    }


def test_as_json_a_create_from_a_file_has_its_line(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.create("https://x", "prod", "n", None, line=SourceLine("n", "in the lobby", "file:/srv/n.env"))
    assert history(journal, as_json=True) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert entry["line"] == {"description": "in the lobby", "destination": "file:/srv/n.env"}


def test_it_can_not_be_read(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.path.mkdir()
    assert history(journal, as_json=True) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "can't be read" in printed.err
