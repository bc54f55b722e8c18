"""Figure 5 of the reliability figures: kill -9 at each point of a create; no secret is lost silently.

Once each here; `python -m tests.soak` repeats it.
"""

import pytest

from tests.end_to_end.kills import APP, DELIVERED, NOTHING_MADE, PLAIN, kill
from tests.support.figures import figure, times

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("program", "point"), [*(("app", point) for point in APP), *(("plain", point) for point in PLAIN)]
)
def test_no_secret_is_lost_silently(program: str, point: str) -> None:
    counts = kill(program, point, times(1, 20))
    print(program, point, counts)
    figure(5, kills=counts.runs, secrets_lost_silently=counts.lost)
    assert counts.lost == 0
    assert counts.clients == (0 if point in NOTHING_MADE else counts.runs)
    assert counts.delivered == (counts.runs if point in DELIVERED else 0)


def test_there_are_at_least_twelve_points_each() -> None:
    assert min(len(APP), len(PLAIN)) >= 12
