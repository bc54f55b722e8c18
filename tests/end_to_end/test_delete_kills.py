"""Figure 36 of the reliability figures: kill -9 while several clients are deleted, and what the next start tells.

One of each program here; `python -m tests.soak` repeats all.
"""

import pytest

from tests.end_to_end.delete_kills import POINTS, PROGRAMS, kill
from tests.support.figures import figure, times

pytestmark = pytest.mark.slow

CASES = [(program, point) for point in POINTS for program in PROGRAMS][: times(2, 8)]


@pytest.mark.parametrize(("program", "point"), CASES)
def test_the_next_start_tells_what_is_open(program: str, point: str) -> None:
    counts = kill(program, point, times(1, 20))
    print(program, point, counts)
    figure(36, kills=counts.runs, deletions=counts.gone, disagreements=counts.silent + counts.wrong)
    assert (counts.silent, counts.wrong) == (0, 0)
    assert counts.gone >= 2 * counts.runs  # it was in the middle
    assert counts.told > 0
