"""Runs the app as `butlr-tui` does and writes down, as JSON, when what happened in it and how long its event
loop stood still: `python -m tests.bench.probe FILE CLIENTS`. Ends by itself a second after all are shown.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import butlr_tui.tui.app as module
from butlr_tui.tui.widgets.client_list import ClientList

if TYPE_CHECKING:
    from butlr_tui.config.profiles import Profile
    from butlr_tui.operations.session import Session

_TICK = 0.001
_AFTERWARDS = 1.0
"""Seconds in which what the loading left behind, such as work for the garbage collector, may still come."""

moments: dict[str, float] = {}
stalls: list[tuple[float, float]] = []
"""When the loop had stood still, and for how long."""
rows_drawn = 0
modules: list[str] = []


def _note(what: str) -> None:
    moments.setdefault(what, time.perf_counter())


class Watched(module.ButlrApp):
    """The app, watched."""

    def __init__(self, start: Profile | str, connect: Any, **named: Any) -> None:
        def watched(profile: Profile) -> Session:
            modules.extend(sys.modules)  # in the thread that is started once the first paint is out
            session: Session = connect(profile)
            _note("connected")
            _watch_the_decode()
            return session

        super().__init__(start, watched, **named)

    def on_mount(self) -> None:
        self.watching = asyncio.create_task(_tick())
        driver = self._driver
        assert driver is not None
        write = driver.write

        def watched(data: str) -> None:
            write(data)
            self._see(data)

        driver.write = watched  # type: ignore[method-assign]

    def _see(self, data: str) -> None:
        if "quit" in data:  # in the key bar, the last line
            _note("first paint")
        listing = getattr(self.screen, "listing", None)
        if not rows_drawn or listing is None:
            return
        _note("first rows")
        since = rows_drawn > moments.get("rows drawn before", 0)
        if since and len(listing.clients) >= expected and "all rows" not in moments:
            _note("all rows")
            self.set_timer(_AFTERWARDS, self.exit)


def _watch_the_decode() -> None:
    from butlr_tui.api.incoming import Incoming

    take, end = Incoming.take, Incoming.end

    async def taken(self: Incoming, part: bytes) -> None:
        _note("first bytes")
        await take(self, part)

    async def ended(self: Incoming) -> Any:
        _note("received")
        try:
            return await end(self)
        finally:
            moments["rows drawn before"] = rows_drawn

    Incoming.take, Incoming.end = taken, ended  # type: ignore[method-assign]


async def _tick() -> None:
    last, busy = time.perf_counter(), time.process_time()
    while True:
        await asyncio.sleep(_TICK)
        now, busy_now = time.perf_counter(), time.process_time()
        # No longer than this process worked: another one on the same core is none of its doing.
        if (length := min(now - last, busy_now - busy)) > 2 * _TICK:
            stalls.append((now, length))
        last, busy = now, busy_now


def _longest(start: str, end: str, more: float = 0.0) -> float:
    first, last = moments[start], moments[end] + more
    return max((length for at, length in stalls if first < at <= last + length), default=0.0)


if __name__ == "__main__":
    report, expected = Path(sys.argv[1]), int(sys.argv[2])
    client_line = ClientList.row_line

    def drawn(*arguments: Any) -> Any:
        global rows_drawn  # noqa: PLW0603
        rows_drawn += 1
        return client_line(*arguments)

    ClientList.row_line = drawn  # type: ignore[method-assign,assignment]
    module.ButlrApp = Watched  # type: ignore[misc]
    from butlr_tui.cli import main

    try:
        main([])
    finally:
        figures = {
            "first rows": moments["first rows"] - moments["first bytes"],
            "all rows": moments["all rows"] - moments["received"],
            "pause of imports": _longest("first paint", "connected"),
            "pause of asking": _longest("connected", "first bytes"),
            "pause of loading": _longest("first bytes", "all rows", _AFTERWARDS),
            "modules": modules,
        }
        report.write_text(json.dumps(figures))
