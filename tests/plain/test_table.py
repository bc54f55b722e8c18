"""Tables: whole where they are piped, and no wider than the terminal where people read them."""

import sys

import pytest

from butlr_tui.plain.table import Row, Yields, print_table
from butlr_tui.text import truncate_middle, width

ID = "client_2mA7CiVpUluJ4rz5MxhfxNAH3PT"
ROWS: list[Row] = [
    ("NAME", "CLIENT ID", "CREATED"),
    ("hvac-sync-zurich", ID, "2024-09-15"),
    ("客户端", "client_1", ""),
]
YIELDS = (Yields("CREATED", 0), Yields("CLIENT ID", 12), Yields("NAME", 1))
CUTS = {"CLIENT ID": truncate_middle}


def test_the_cells_of_a_table_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([("NAME", "ID", "WHEN"), ("客户端", "client_1", ""), ("é", "", "2026-11-24")])
    assert capsys.readouterr().out == (
        "NAME    ID        WHEN\n"
        "客户端  client_1\n"
        "é                 2026-11-24\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (64, f"hvac-sync-zurich  {ID}  2024-09-15"),
        (63, f"hvac-sync-zurich  {ID}"),
        (52, f"hvac-sync-zurich  {ID}"),
        (51, "hvac-sync-zurich  client_2mA7CiVpU…J4rz5MxhfxNAH3PT"),
        (30, "hvac-sync-zurich  client…AH3PT"),
        (29, "hvac-sync-zuri…  client…AH3PT"),
        (20, "hvac-…  client…AH3PT"),
    ],
)
def test_one_column_after_the_other_gives_up_what_has_to_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cells: int, shown: str
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(cells))
    print_table(ROWS, YIELDS, CUTS)
    printed = capsys.readouterr().out.splitlines()
    assert printed[1] == shown
    assert max(map(width, printed)) <= cells
    assert len(printed) == len(ROWS)


def test_piped_a_table_is_whole(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_table(ROWS, YIELDS, CUTS)
    assert f"hvac-sync-zurich  {ID}  2024-09-15\n" in capsys.readouterr().out
