"""Figure 34 of the reliability figures: kill -9 at each step of a replacement; always one client that signs in.

Once each here; `python -m tests.soak` repeats it.
"""

import pytest

from tests.end_to_end.kills import NOTHING_MADE
from tests.end_to_end.replace_kills import APP, BEGIN, CANCEL, FINISH, PLAIN, kill
from tests.support.figures import figure, times

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("program", "step", "point"), [*(("app", *one) for one in APP), *(("plain", *one) for one in PLAIN)]
)
def test_always_one_signs_in_and_what_is_open_is_named(program: str, step: str, point: str) -> None:
    counts = kill(program, step, point, times(1, 20))
    print(program, step, point, counts)
    figure(
        34,
        kills=counts.runs,
        without_a_client_that_signs_in=counts.without,
        secrets_lost_silently=counts.lost,
        open_replacements_unnamed=counts.unnamed,
    )
    assert (counts.without, counts.lost, counts.unnamed) == (0, 0, 0)
    assert counts.left == {how_many(step, point): counts.runs}


NOT_MADE = {"while it asks where the secret goes", *NOTHING_MADE}
"""Points of a begin at which there is no new client yet."""
STILL_THERE = {
    "while it asks which one goes",
    "before the deletion",
    "half the deletion's entry",
    "after the deletion's entry",
    "before the client is deleted",
}
"""Points of an end at which both are there."""


def how_many(step: str, point: str) -> int:
    """The clients of the name that are left."""
    if step == BEGIN:
        return 1 if point in NOT_MADE else 2
    return 2 if point in STILL_THERE else 1


def test_every_step_has_its_points() -> None:
    for step, least in ((BEGIN, 15), (FINISH, 8), (CANCEL, 8)):
        assert sum(one == step for one, _ in PLAIN) >= least
