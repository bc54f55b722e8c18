"""What the tests of operations share: the real service in this process, and a session with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from butlr_tui.operations.session import Session
from tests.support.world import World
from tests.support.world import world as a_world


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with a_world(tmp_path / "world", monkeypatch) as made:
        yield made


@pytest.fixture
async def session(world: World) -> AsyncIterator[Session]:
    opened = world.connect(world.profile)
    yield opened
    await opened.aclose()


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder in which secrets are kept."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder
