"""Runs the app as `butlr-tui` does and keeps what Textual writes and how long the event loop stands still:
`python -m tests.support.observed_app FOLDER [ARGUMENT…]`.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Final

import butlr_tui.tui.app as module
from butlr_tui.tui.terminal.driver import TerminalDriver

WRITTEN: Final = "written"
"""What Textual wrote, as it comes."""
PAUSES: Final = "pauses"
"""At the end: the longest pauses of the event loop in seconds, as JSON."""
_TICK = 0.002
_WORTH_KEEPING = 10


def observe(folder: Path) -> None:
    """From now on the app keeps these in `folder`."""
    written = (folder / WRITTEN).open("wb", buffering=0)

    class Observed(TerminalDriver):
        def write(self, data: str) -> None:
            written.write(data.encode())
            super().write(data)

    class ObservedApp(module.ButlrApp):
        def on_mount(self) -> None:
            self.ticking = asyncio.create_task(_tick(folder / PAUSES))

    module.TerminalDriver = Observed  # type: ignore[attr-defined]
    module.ButlrApp = ObservedApp  # type: ignore[misc]


async def _tick(report: Path) -> None:
    pauses = [0.0]
    last = time.perf_counter()
    try:
        while True:
            await asyncio.sleep(_TICK)
            now = time.perf_counter()
            pauses = sorted((*pauses, now - last))[-_WORTH_KEEPING:]
            last = now
    finally:
        report.write_text(json.dumps(pauses))


if __name__ == "__main__":
    observe(Path(sys.argv[1]))
    from butlr_tui.cli import main

    main(sys.argv[2:])
