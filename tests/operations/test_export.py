"""Clients are taken out of the app: to a new file that nobody else can read, or to the clipboard."""

import csv
import json
import re
from base64 import b64decode
from io import StringIO
from pathlib import Path

import pytest

from butlr_tui.delivery.clipboard.copy import Outcome, Route
from butlr_tui.listing.export import FORMS
from butlr_tui.models import Client
from butlr_tui.operations.clipboard import Clipboard
from butlr_tui.operations.export import copy, save
from tests.support.delivery import refuse_to_write
from tests.support.programs import false_xclip, names_in

CLIENTS = [Client(f"client_{number}", name=f"n{number}", description="Zürich") for number in range(600)]
"""More than are written down at a time."""
XTERM = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9", "PATH": ""}
TOO_LONG = [Client(f"client_{number}", description="x" * 100) for number in range(1000)]
"""For what a terminal takes."""


async def test_a_file_holds_all_of_them_in_their_order_and_only_its_owner_can_read_it(there: Path) -> None:
    assert await save(f"{there}/clients.csv", FORMS["csv"], CLIENTS) is None
    assert await save(f"{there}/clients.json", FORMS["json"], CLIENTS) is None
    rows = csv.DictReader(StringIO((there / "clients.csv").read_text(), newline=""))
    kept = json.loads((there / "clients.json").read_text())
    for found in (rows, kept):
        assert [(one["client_id"], one["name"], one["description"]) for one in found] == [
            (client.client_id, client.name, "Zürich") for client in CLIENTS
        ]
    assert {file.stat().st_mode & 0o777 for file in there.iterdir()} == {0o600}


async def test_a_path_may_begin_at_the_home() -> None:
    assert await save("~/clients", FORMS["markdown"], CLIENTS) is None
    assert (Path.home() / "clients").read_text().count("Zürich") == len(CLIENTS)


async def test_what_is_there_is_never_overwritten(there: Path) -> None:
    (there / "file").write_text("as it was")
    (there / "link").symlink_to(there / "nothing")
    for name in ("file", "link"):
        assert await save(f"{there}/{name}", FORMS["csv"], CLIENTS) == (
            f"{there}/{name} exists already and is never overwritten; choose another name."
        )
    assert (there / "file").read_text() == "as it was"
    assert sorted(names_in(there)) == ["file", "link"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("{there}/none/x", "no such file or directory"),
        ("~nobody-of-that-name/x", "no such path"),
        ("{there}/a\0b", "no such path"),
    ],
)
async def test_where_nothing_can_be_written_that_is_told_and_nothing_is_left(
    there: Path, path: str, why: str
) -> None:
    fault = await save(path.format(there=there), FORMS["csv"], CLIENTS)
    assert fault is not None
    assert fault.isprintable()
    assert fault.endswith(f" can't be written: {why}.")
    assert names_in(there) == []


async def test_a_terminal_gets_the_same_as_a_file(there: Path) -> None:
    sent: list[str] = []
    report = await copy(Clipboard(sent.append, XTERM), FORMS["csv"], CLIENTS)
    assert (report.outcome, report.route) == (Outcome.SENT, Route.OSC52)
    await save(f"{there}/x", FORMS["csv"], CLIENTS)
    (found,) = re.findall(r"\x1b\]52;c;(.*)\x07", "".join(sent))
    assert b64decode(found) == (there / "x").read_bytes()


async def test_what_is_longer_than_a_terminal_takes_is_not_sent_to_one() -> None:
    report = await copy(Clipboard(refuse_to_write, XTERM), FORMS["csv"], TOO_LONG)
    assert report.outcome is Outcome.FAILED
    assert report.said.startswith("NOT copied: ")
    assert report.said.endswith("It is longer than a terminal takes: save it to a file.")


async def test_the_clipboard_of_the_machine_takes_more_than_a_terminal(tmp_path: Path) -> None:
    clipboard = Clipboard(refuse_to_write, false_xclip(tmp_path))
    report = await copy(clipboard, FORMS["csv"], TOO_LONG)
    assert (report.outcome, report.route) == (Outcome.VERIFIED, Route.NATIVE)
    assert (tmp_path / "held").read_bytes() == b"".join(FORMS["csv"].of(TOO_LONG))


async def test_what_no_clipboard_should_hold_is_not_even_tried(tmp_path: Path) -> None:
    many = [Client(f"client_{number}", description="x" * 1000) for number in range(5000)]
    report = await copy(Clipboard(refuse_to_write, false_xclip(tmp_path)), FORMS["csv"], many)
    assert (report.outcome, report.route) == (Outcome.FAILED, Route.NONE)
    assert report.said == "NOT copied: that is more than a clipboard should hold. Save it to a file."
    assert (tmp_path / "held").read_bytes() == b""


async def test_where_there_is_no_clipboard_a_file_is_what_can_be_done_instead() -> None:
    nowhere = Clipboard(refuse_to_write, {"TERM": "dumb", "PATH": ""})
    report = await copy(nowhere, FORMS["csv"], CLIENTS[:1])
    assert report.outcome is Outcome.FAILED
    assert report.said.endswith("(TERM=dumb). Save it to a file.")
