"""kill -9 while clients are created from lines: no line gets a second one, and no secret is lost silently.

A point or two here; `python -m tests.soak` goes through all of them, again and again.
"""

import pytest

from butlr_tui.operations import session
from tests.end_to_end.kills import PLAIN
from tests.end_to_end.line_kills import kill
from tests.support.figures import figure, times

pytestmark = pytest.mark.slow

_FEW = ("after the client is made", "after the outcome")
"""One that leaves an unclear create, and one that leaves a secret nowhere."""


@pytest.mark.parametrize("point", [_FEW, PLAIN][times(0, 1)])
def test_no_line_gets_a_second_client(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    monkeypatch.setattr(session, "WAITS", (0.0,))
    counts = kill(point, times(1, 20))
    figure(
        5,
        kills=counts.runs,
        second_clients_of_a_line=counts.second,
        secrets_lost_silently=counts.lost,
    )
    assert (counts.second, counts.lost) == (0, 0)
