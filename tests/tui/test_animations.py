"""Whether scrolling glides: over a slow link each step is bytes and time."""

from pathlib import Path

import pytest

from butlr_tui.config.model import Settings
from tests.support.driver import using
from tests.support.world import World

LOCAL = {"TERM": "xterm-256color"}
SSH = {**LOCAL, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}


@pytest.mark.parametrize(
    ("setting", "environment", "level"),
    [
        ("auto", LOCAL, "full"),
        ("auto", SSH, "none"),
        ("auto", {**LOCAL, "SSH_TTY": "/dev/pts/1"}, "none"),
        ("auto", {**SSH, "TEXTUAL_ANIMATIONS": "full"}, "full"),
        ("on", SSH, "full"),
        ("off", LOCAL, "none"),
    ],
)
async def test_not_over_ssh_unless_the_settings_say_so(
    world: World, setting: str, environment: dict[str, str], level: str
) -> None:
    settings = Settings(Path("config.toml"), animations=setting)
    async with using(world, environment=environment, settings=settings) as user:
        assert user.app.animation_level == level
