"""Runs the app as `butlr-tui` does and keeps what Textual writes and how long the event loop stands still:
`python -m tests.support.observed_app FOLDER REVEALED_FOR [ARGUMENT…]`.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from textual.events import Event, Key

import butlr_tui.tui.app as module
import butlr_tui.tui.dialogs.secret as secret
from butlr_tui.tui.terminal.driver import TerminalDriver

WRITTEN: Final = "written"
"""What Textual wrote, as it comes."""
SETTLE: Final = "\x1b[24~"
"""A key (F12) that the app answers, when all typed before it is done, drawn and sent, with a mark of which a
terminal shows nothing: how much Textual had written by then."""
PAUSES: Final = "pauses"
"""At the end: the longest pauses of the event loop, as JSON: when each was over (of the monotonic clock), how
long it was, and for how much of that this process worked, in seconds."""
_TICK = 0.002
_WORTH_KEEPING = 0.01
_DRAWN_WITHIN = 1.0


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

        async def on_event(self, event: Event) -> None:
            if isinstance(event, Key) and event.key == "f12":
                self.settling = asyncio.create_task(self._settle())
            else:
                await super().on_event(event)

        async def _settle(self) -> None:
            for _ in ("what is typed asks for a painting", "it is painted"):
                painted = asyncio.Event()
                self.screen.call_after_refresh(painted.set)
                with suppress(TimeoutError):
                    await asyncio.wait_for(painted.wait(), _DRAWN_WITHIN)
            assert isinstance(self._driver, TerminalDriver)
            await self._driver.deliver(f"\x1b_{written.tell()}\x1b\\", _DRAWN_WITHIN)

    module.TerminalDriver = Observed  # type: ignore[attr-defined]
    module.ButlrApp = ObservedApp  # type: ignore[misc]


async def _tick(report: Path) -> None:
    pauses: list[tuple[float, float, float]] = []
    last, worked = time.monotonic(), time.process_time()
    try:
        while True:
            await asyncio.sleep(_TICK)
            now, worked_now = time.monotonic(), time.process_time()
            if now - last > _WORTH_KEEPING:
                pauses.append((now, now - last, min(now - last, worked_now - worked)))
            last, worked = now, worked_now
    finally:
        report.write_text(json.dumps(pauses))


if __name__ == "__main__":
    observe(Path(sys.argv[1]))
    secret.REVEALED_FOR = float(sys.argv[2])  # type: ignore[misc]
    from butlr_tui.cli import main

    main(sys.argv[3:])
