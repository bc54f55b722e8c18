"""Takes the README's pictures, from the demo: `python -m tests.tools.screenshots`.

They are the same at every run, wherever it is: the time, the ids and the environment are made up.
"""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from butlr_tui.config.profiles import Profile, Settings, embedded
from butlr_tui.operations.connect import connect
from butlr_tui.operations.session import Session
from butlr_tui.service.local import open_service
from butlr_tui.service.samples import add_samples
from tests.support.driver import NARROW, WIDE, KeepingApp, User
from tests.support.machine import forget_this_machine
from tests.support.world import NOW

FOLDER = Path(__file__).parents[2] / "screenshots"
_PASTE_TERMINAL = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9"}


async def the_list(user: User) -> None:
    """The list with a detail beside it."""
    await user.does("filter")
    await user.types("sync")
    await user.does("clear_filter")


async def the_detail(user: User) -> None:
    """The detail in a narrow terminal."""
    await the_list(user)
    await user.does("open")


async def create(user: User) -> None:
    """The form, with a name that exists."""
    await user.does("new")
    await user.types("hvac-sync")
    await user.presses("tab")
    await user.types("Pushes occupancy to the HVAC controllers of HQ")
    await user.sees("46/140")


async def secret(user: User) -> None:
    """A secret, masked, after a copy and a test."""
    await create(user)
    await user.does("create")
    await user.sees("store its secret now")
    await user.does("copy_secret", "try")
    await user.sees("signs in", "Sent to your terminal")


async def delete(user: User) -> None:
    """The question before a deletion."""
    await the_list(user)
    await user.does("delete")
    await user.sees("can't be undone")


PICTURES: dict[str, tuple[tuple[int, int], Callable[[User], Awaitable[None]]]] = {
    "list": (WIDE, the_list),
    "detail": (NARROW, the_detail),
    "create": (WIDE, create),
    "secret": (WIDE, secret),
    "delete": (WIDE, delete),
    "narrow": (NARROW, the_list),
}


@asynccontextmanager
async def demo(size: tuple[int, int]) -> AsyncIterator[User]:
    """The demo on a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        service = open_service(Path(folder), now=NOW.timestamp)
        add_samples(service, now=NOW.timestamp)

        def connected(profile: Profile) -> Session:
            return connect(profile, httpx.ASGITransport(service.app, raise_app_exceptions=False))

        app = KeepingApp(
            embedded(Path(folder)),
            connected,
            settings=Settings(Path("config.toml")),
            clock=lambda: NOW,
            environment=_PASTE_TERMINAL,
        )
        try:
            async with app.run_test(size=size) as pilot:
                user = User(app, pilot)
                await user.sees("41 clients, read at 12:04")
                yield user
        finally:
            service.close()


async def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home:
        forget_this_machine(patch, Path(home))
        for name, (size, scene) in PICTURES.items():
            patch.setattr(secrets, "token_bytes", Random(7).randbytes)
            async with demo(size) as user:
                await scene(user)
                (FOLDER / f"{name}.svg").write_text(await user.picture())
            print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    asyncio.run(main())
