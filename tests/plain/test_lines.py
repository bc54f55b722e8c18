"""The lines that clients are created from: read whole, and what is wrong with each is told."""

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.listing.export import as_csv, as_json_lines
from butlr_tui.models import Client
from butlr_tui.plain.lines import COLUMNS, BadLines, FileLine, UnreadableLines, parse_lines, read_lines


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("name\nkiosk\n", [(2, "kiosk", "")]),
        (
            "name,description\r\nkiosk,in the lobby\r\nhvac,\r\n",
            [(2, "kiosk", "in the lobby"), (3, "hvac", "")],
        ),
        ("description, name\nd,n", [(2, "n", "d")]),
        (
            '\ufeffname,description\n\n"a ""b"", c","two\nlines"\nlast,\n',
            [(3, 'a "b", c', "two\nlines"), (5, "last", "")],
        ),
        (
            '{"name": "kiosk"}\n\n{"description": null, "name": "\\u00e9"}\r\n',
            [(1, "kiosk", ""), (3, "é", "")],
        ),
        ('  {"name": "=x", "description": "a\u2028b"}', [(1, "=x", "a\u2028b")]),
    ],
)
def test_what_is_in_them(content: str, lines: Sequence[tuple[int, str, str]]) -> None:
    assert parse_lines(content.encode()) == [FileLine(*line) for line in lines]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "There is no client in it."),
        ("name,description\n", "There is no client in it."),
        ("\n\n", "There is no client in it."),
        (
            "nmae\nkiosk",
            "Line 1: a new client has no “nmae”. Did you mean “name”? There are name and description,",
        ),
        ("name;description\nkiosk;x", "Line 1: a new client has no “name;description”."),
        ("name,name\na,b", "Line 1: name stands there twice."),
        ("description\nx", "Line 1: it has no name."),
        ("name,description\nkiosk", "Line 2: it has 1 cell and not 2, as the first line."),
        ('name\n"kiosk', "Line 2: its quotes can't be meant so."),
        ("name\n<b>", "Line 2: client name must not contain < or >."),
        ('name,description\n"",x', "Line 2: client name is required."),
        (
            f"name,description\nkiosk,{'x' * 141}",
            "Line 2: client description must be at most 140 characters.",
        ),
        ("name\nkiosk\nhvac\nkiosk", "Line 4: it is the same as line 2, and a line makes one client."),
        ('{"name": "kiosk"', "Line 1: it is no JSON object."),
        ('{"name": "kiosk"}\n["kiosk"]', "Line 2: it is no JSON object."),
        ('{"name": "kiosk"}\n7', "Line 2: it is no JSON object."),
        ('{"name": 7}', "Line 1: name and description have to be text."),
        ('{"name": "a", "description": {"a": 1}}', "Line 1: name and description have to be text."),
        ('{"name": "a", "name": "b"}', "Line 1: name stands there twice."),
        ('{"name": "a", "client_id": "b"}', "Line 1: a new client has no “client_id”."),
        ('{"name": "\\ud800"}', "Line 1: it holds half a character, which can't be sent."),
        ("{" * 99_999, "Line 1: it is no JSON object."),
        (
            '[{"name": "a"}]',
            "It is one JSON array: an object a line is wanted, as `list --jsonl` prints them.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(content: str, said: str) -> None:
    with pytest.raises(BadLines) as fault:
        parse_lines(content.encode())
    assert str(fault.value).startswith(said)


def test_all_faults_are_told_or_how_many_more_there_are() -> None:
    with pytest.raises(BadLines) as fault:
        parse_lines(b"name\n<\n>\n" + b"<b\n" * 10)
    told = str(fault.value).splitlines()
    assert len(told) == 11
    assert told[0].startswith("Line 2: ")
    assert told[-1] == "… and 2 faults more."


def test_what_is_not_in_utf_8_is_refused() -> None:
    with pytest.raises(BadLines, match="not in UTF-8"):
        parse_lines("name\nkiosk-é".encode("latin-1"))


NAMES = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<>"), min_size=1, max_size=6
)
CLIENTS = st.lists(
    st.builds(
        Client,
        id=st.just("client_1"),
        name=NAMES.filter(str.strip),
        description=st.text(
            st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\r\n"), max_size=6
        ),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda client: (client.name, client.description),
)


@given(CLIENTS)
def test_what_list_exports_is_read_back(clients: Sequence[Client]) -> None:
    expected = [(client.name, client.description) for client in clients]
    read = parse_lines(b"".join(as_json_lines(clients, COLUMNS)))
    assert [(line.name, line.description) for line in read] == expected
    guarded = [tuple(f"'{text}" if text[:1] in [*"=+-@\t\r"] else text for text in each) for each in expected]
    read = parse_lines(b"".join(as_csv(clients, COLUMNS)))
    assert [(line.name, line.description) for line in read] == guarded


def test_a_file_is_read_from_the_home_or_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    (Path.home() / "c.csv").write_bytes(b"name\na")
    assert read_lines("~/c.csv") == b"name\na"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"name\nb")))
    assert read_lines("-") == b"name\nb"


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, said in (
        (tmp_path / "none", "none can't be read: no such file or directory."),
        (tmp_path, "can't be read: is a directory."),
        (Path("/dev/zero"), "/dev/zero is longer than 16 MiB."),
    ):
        with pytest.raises(UnreadableLines) as fault:
            read_lines(str(path))
        assert str(fault.value).endswith(said)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnreadableLines, match="stdin is closed"):
        read_lines("-")


def test_json_of_any_shape_is_never_more_than_refused() -> None:
    for value in (None, [], {}, "x", [[1]], {"name": None}, [{"name": "x"}]):
        with pytest.raises(BadLines):
            parse_lines(b'{"name": "ok"}\n' + json.dumps(value).encode())
