"""Taking the list out of the app: the same bytes as `list` prints, and honest words."""

import csv
import re
from base64 import b64decode
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.export import export
from butlr_tui.listing.export import FORMS
from butlr_tui.models import Client
from butlr_tui.operations.session import Session
from tests.flows.scripted import ScriptedHost, as_host, in_context
from tests.support.world import World

CLIENTS = [
    Client("client_1", name="=1+1", description="Zürich"),
    Client("client_2", name="hvac-sync", description="a | b\nc"),
]


async def exported(
    context: FlowContext, *answers: object, clients: Sequence[Client] = CLIENTS
) -> ScriptedHost:
    host = ScriptedHost(answers)
    await export(as_host(host), context, clients)
    assert host.open == []
    return host


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
async def test_a_file_holds_what_list_would_print(context: FlowContext, tmp_path: Path, form: str) -> None:
    file = tmp_path / "clients"
    host = await exported(context, f"{form} file", f" {file} ")
    assert file.read_bytes() == b"".join(FORMS[form].of(CLIENTS))
    assert file.stat().st_mode & 0o777 == 0o600
    assert host.said == [f"✓ 2 clients saved to {file} as {FORMS[form].title}."]


async def test_a_cell_that_a_spreadsheet_would_run_is_guarded(context: FlowContext, tmp_path: Path) -> None:
    await exported(context, "csv file", str(tmp_path / "x"))
    rows = [*csv.reader(StringIO((tmp_path / "x").read_text(), newline=""))]
    assert rows[1][0] == "'=1+1"


async def test_a_file_is_suggested_that_is_not_there_yet(context: FlowContext) -> None:
    first = await exported(context, "csv file", lambda question: question.value)
    again = await exported(context, "csv file", lambda question: question.value)
    assert first.said == ["✓ 2 clients saved to ~/clients-local.csv as CSV."]
    assert again.said == ["✓ 2 clients saved to ~/clients-local-2.csv as CSV."]


async def test_what_can_not_be_written_is_told_and_the_path_asked_again(
    context: FlowContext, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("as it was")
    host = await exported(context, "json file", str(taken), str(tmp_path / "none" / "x"), None)
    assert host.faults[1:] == [
        "",
        f"✗ {taken} exists already and is never overwritten; choose another name.",
        f"✗ {tmp_path}/none/x can't be written: no such file or directory.",
    ]
    assert (taken.read_text(), host.said) == ("as it was", [])


async def test_the_clipboard_gets_the_same_and_is_told_as_what_it_is(world: World, session: Session) -> None:
    sent: list[str] = []
    host = await exported(in_context(world, session, sent.append), "csv clipboard")
    (sequence,) = sent
    (found,) = re.findall(r"\x1b\]52;c;(.*)\x07", sequence)
    assert b64decode(found) == b"".join(FORMS["csv"].of(CLIENTS))
    assert host.said[-1:] == [
        "→ 2 clients as CSV: Sent to your terminal; many terminals ignore this: paste to check."
    ]


async def test_what_is_too_long_for_a_terminal_is_told_as_not_copied(world: World, session: Session) -> None:
    many = [Client(f"client_{number}", description="x" * 100) for number in range(1000)]
    host = await exported(in_context(world, session), "json clipboard", clients=many)
    *_, said = host.said
    assert said.startswith("✗ 1,000 clients as JSON: NOT copied: ")
    assert said.endswith("It is longer than a terminal takes: save it to a file.")


async def test_of_nothing_there_is_nothing_to_export(context: FlowContext) -> None:
    host = await exported(context, clients=[])
    assert host.said == ["No client is shown, so there is nothing to export."]
    assert host.asked == []


async def test_the_first_rows_of_a_list_that_is_still_coming_in_are_not_exported(
    context: FlowContext,
) -> None:
    host = await exported(context._replace(list_is_whole=lambda: False))
    assert host.said == ["The list is still being read: export it once it is whole."]


async def test_going_back_leaves_nothing(context: FlowContext) -> None:
    host = await exported(context, None)
    assert (host.said, list(Path.home().glob("clients*"))) == ([], [])
