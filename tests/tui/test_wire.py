"""What goes over the wire: bytes to the terminal, on a real pty, and requests to the service."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.contract import CLIENTS_PATH
from tests.bench.fixtures import Fixtures
from tests.bench.wire import app, bytes_for, counted, visit
from tests.support.requests import requests_of

pytestmark = pytest.mark.slow

_SIZE = 1_000
_IN_VIEW = 30
"""Rows that a screen of 36 lines has at least."""
_LONG = 1.5
"""Seconds in which a cursor would have blinked."""


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fixtures]:
    made = Fixtures(tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


def test_a_row_down_costs_few_bytes_and_nothing_happening_costs_none(fixtures: Fixtures) -> None:
    with app(fixtures, clients=_SIZE) as terminal:
        written = [bytes_for(terminal, "j") for _ in range(3 * _IN_VIEW)]
        assert min(written) > 100
        assert max(written[:_IN_VIEW]) <= 400, "in view: two rows, the detail and the position"
        assert sum(written) / len(written) <= 900, "at the edge the list scrolls by half a page"
        for keys, text in (("", ""), ("/", "keep")):
            bytes_for(terminal, keys, text)
            before = len(terminal.output)
            terminal.reads_for(_LONG)
            assert len(terminal.output) == before


def test_a_visit_costs_little_more_than_what_changes_on_the_screen(fixtures: Fixtures) -> None:
    counts = counted(fixtures)
    assert counts["start"] <= 6_000
    assert counts["nothing"] == 0
    assert counts["form"] <= 2_500
    assert counts["closed"] <= 1_200
    written, needed = visit(fixtures)
    assert written <= 1.5 * needed


async def test_what_is_asked_of_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = await requests_of(tmp_path, monkeypatch)
    assert sent["start"] == [f"GET {CLIENTS_PATH}"]
    assert sent["create"] == [f"POST {CLIENTS_PATH}", f"GET {CLIENTS_PATH}"]
    delete, *then = sent["delete"]
    assert delete.startswith(f"DELETE {CLIENTS_PATH}/client_")
    assert then == [f"GET {CLIENTS_PATH}"]
