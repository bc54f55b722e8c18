"""What tmux is told when it is handed a secret. That the terminal then gets it: test_terminals.py."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from butlr_tui.delivery.clipboard import tmux as tmux_
from butlr_tui.delivery.clipboard.tmux import Tmux, hand_over
from butlr_tui.system.processes import ProcessResult
from tests.support.delivery import SECRET

OURS = Tmux("/s", "$1", (3, 3), "external", False, "/dev/pts/9", True)


@pytest.mark.parametrize("code", [0, 1, None])
async def test_a_buffer_of_its_own_that_does_not_stay(
    code: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[tuple[str, ...], dict[str, Any]]] = []

    async def run(argv: Sequence[str], **how: Any) -> ProcessResult:
        asked.append((tuple(argv), how))
        return ProcessResult(code if argv[3] == "load-buffer" else 0)

    monkeypatch.setattr(tmux_, "run", run)
    assert await hand_over(OURS, "/dev/pts/9", SECRET.encode(), {"X": "y"}) is (code == 0)
    (words, how), *then = asked
    buffer = words[8]
    assert re.fullmatch(r"butlr-[0-9a-f]{16}", buffer)  # 64 bits: nobody else's, nor guessed
    load = ("load-buffer", "-w", "-t", "/dev/pts/9", "-b", buffer, "-")
    delete = ("delete-buffer", "-b", buffer)
    assert words == ("tmux", "-S", "/s", *load, ";", *delete)
    assert how == {"environment": {"X": "y"}, "seconds": 2.0, "stdin": SECRET.encode()}
    again = (("tmux", "-S", "/s", *delete), {"environment": {"X": "y"}, "seconds": 2.0})
    assert then == ([] if code == 0 else [again])
