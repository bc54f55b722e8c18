"""Clients as other programs take them: all of it reads back, and a spreadsheet runs none of it."""

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from butlr_tui.ids import created_at, ksuid, lowest_ksuid
from butlr_tui.listing.export import (
    CSV_FIELDS,
    FIELDS,
    as_csv,
    as_json_array,
    as_json_lines,
    as_markdown,
    objects,
)
from butlr_tui.models import Client
from butlr_tui.text import safe

ids = st.one_of(
    st.builds(
        lambda second, payload: f"client_{ksuid(datetime.fromtimestamp(second, UTC), payload)}",
        st.integers(1_400_000_000, 1_400_000_000 + 2**32 - 1),
        st.binary(min_size=16, max_size=16),
    ),
    st.text(max_size=40),
    st.text(st.sampled_from("_0Az"), min_size=27, max_size=29),
)


@given(st.lists(ids.filter(bool)))
def test_created_is_the_moment_of_the_id(client_ids: list[str]) -> None:
    told = [fields["created"] for fields in objects([Client("x", client_id) for client_id in client_ids])]
    moments = [created_at(client_id) for client_id in client_ids]
    assert told == [moment and f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in moments]


def test_the_fields_are_those_of_the_client_and_created() -> None:
    client_id = f"client_{lowest_ksuid(datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC))}"
    client = Client("abc", client_id, "é\x1b", "in the lobby")
    assert objects([client, Client("abc")]) == [
        {
            "id": "abc",
            "client_id": client_id,
            "name": "é\x1b",
            "description": "in the lobby",
            "created": "2026-11-24T09:05:07Z",
        },
        {"id": "abc", "client_id": "abc", "name": "", "description": "", "created": None},
    ]


TEXTS = st.text("=+-@\t\r\n'\",; aé\x00\x1b", max_size=4) | st.text(max_size=4)
CLIENTS = st.lists(st.builds(Client, id=ids.filter(bool), name=TEXTS, description=TEXTS), max_size=4)
CHOSEN = st.permutations(FIELDS).flatmap(lambda every: st.integers(1, 5).map(lambda few: every[:few]))


def guarded(text: str) -> str:
    """A cell as a spreadsheet is given it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@given(CLIENTS, CHOSEN)
def test_a_reader_of_csv_reads_back_what_was_written(
    clients: Sequence[Client], fields: Sequence[str]
) -> None:
    written = b"".join(as_csv(clients, fields)).decode()
    head, *rows = csv.reader(StringIO(written, newline=""), strict=True)
    assert head == [*fields]
    assert rows == [[guarded(each[field] or "") for field in fields] for each in objects(clients)]
    assert written.endswith("\r\n")


@given(CLIENTS, CHOSEN)
def test_json_is_exact(clients: Sequence[Client], fields: Sequence[str]) -> None:
    array, lines = (b"".join(form(clients, fields)) for form in (as_json_array, as_json_lines))
    read = [json.loads(line) for line in lines.splitlines()]
    assert (
        read == json.loads(array) == [{field: each[field] for field in fields} for each in objects(clients)]
    )
    assert all([*each] == [*fields] for each in read)
    assert (array + lines).isascii()
    assert array.endswith(b"]\n")


MARKUP = st.lists(
    st.sampled_from(
        [
            *"\\`*_[]()<>&|~$@!#-:.'\" aé\n\x1b",
            "https://x.io",
            "www.x.io",
            "a@x.io",
            "&#64;",
            "![a](b)",
            "<b>",
            "**",
        ]
    ),
    max_size=8,
).map("".join)
MARKED_UP = st.lists(
    st.builds(Client, id=ids.filter(bool) | MARKUP.filter(bool), name=MARKUP, description=MARKUP), max_size=3
)


@given(MARKED_UP, CHOSEN)
def test_markdown_is_a_table_of_text_and_nothing_else(
    clients: Sequence[Client], fields: Sequence[str]
) -> None:
    written = b"".join(as_markdown(clients, fields)).decode()
    assert written.count("\n") == len(clients) + 2
    cells = [
        token.children or []
        for token in MarkdownIt("gfm-like", {"html": True}).parse(written)
        if token.type == "inline"
    ]
    assert {token.type for cell in cells for token in cell} <= {"text", "code_inline"}
    drawn = ["".join(token.content for token in cell) for cell in cells]
    texts = [safe(each[field] or "") for each in objects(clients) for field in fields]
    assert drawn == [*fields, *(text.strip() for text in texts)]


@pytest.mark.parametrize("count", [0, 1, 1000, 2001])
def test_a_long_list_is_whole_and_comes_in_slices(count: int) -> None:
    clients = [Client(f"client_{number}", name="é") for number in range(count)]
    rows = [["é", client.client_id, "", ""] for client in clients]
    parts = [*as_csv(clients)]
    read = csv.reader(StringIO(b"".join(parts).decode(), newline=""))
    assert [*read] == [[*CSV_FIELDS], *rows]
    assert max(part.count(b"\n") for part in parts) <= 1001
    assert max(part.count(b"\n") for part in as_markdown(clients)) <= 1000 or not count
    assert json.loads(b"".join(as_json_array(clients))) == objects(clients)
    assert [json.loads(line) for part in as_json_lines(clients) for line in part.splitlines()] == objects(
        clients
    )
