"""Figure 32: a terminal shows the same whether it is sent what our driver sends or what Textual writes."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings

from butlr_tui.tui.terminal.cells import Cells
from butlr_tui.tui.terminal.difference import Shown
from butlr_tui.tui.terminal.parser import DRAWN, Parser
from tests.support.figures import figure, times
from tests.support.looks import Picture
from tests.tui.terminal.frames import Overtaken, Resized, Scribble, Step, visits

_frames = 0


def test_ten_thousand_random_frames() -> None:
    _one_visit()
    figure(32, frames=_frames, differences=0)
    assert _frames >= times(100, 10_000)


@settings(
    max_examples=times(60, 3_000),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(visits())
def _one_visit(visit: tuple[tuple[int, int], Sequence[Step]]) -> None:
    global _frames  # noqa: PLW0603
    (width, height), steps = visit
    cells, shown = Cells(width, height), Shown()
    parser = Parser(cells)
    textual, ours = Picture(width, height), Picture(width, height)
    shown.cleared(width, height)
    for step in steps:
        if isinstance(step, Scribble):
            ours.feed(step.data)
            shown.forget(width, height)
        else:
            if isinstance(step, Resized):
                width, height = step.width, step.height
                cells.resize(width, height)
                shown.forget(width, height)
                ours.resize(width, height)
                textual = Picture(width, height)
            assert [*parser.feed(step.data)] == [DRAWN]
            textual.feed(step.data)
            _frames += 1
            if isinstance(step, Overtaken):
                shown.update(cells)
                shown.undo()
                continue
        ours.feed(shown.update(cells))
        assert ours.looks == textual.looks
        assert ours.cursor == textual.cursor or isinstance(step, Scribble)
        assert shown.update(cells) == "", "what is shown already is not sent again"
