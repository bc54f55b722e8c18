"""Joins the parts: which session a profile gets, and what the app and the service run on.

Everything is imported when it is needed: the app has to paint before anything heavy is read.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Final

from butlr_tui.config.profiles import Profile, ProfileError, Settings, embedded
from butlr_tui.system.streams import is_terminal, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from butlr_tui.operations.session import Session

# Of Textual's variables, those that only say how it looks. Others record what is typed and drawn, secrets
# included, press keys or import a class: none is heeded outside development, nor any that Textual will add.
_LOOKS: Final = frozenset(
    {
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DIM_FACTOR",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
    }
)
_DEVELOPMENT: Final = "BUTLR_TUI_DEV"
_NO: Final = ("", "0", "no", "false", "off")
"""What ACCESSIBLE says where the prompts are not wanted."""


def run_app(start: Profile | str, settings: Settings, demo_data: Path, *, plain_prompts: bool = False) -> int:
    """Run the app; its exit code. `start` is the profile to begin with, or why there is none.

    As prompts in lines where that is wanted, or where the terminal can do no more. Raises ProfileError where
    there is no terminal.
    """
    if not is_terminal():
        raise ProfileError(
            "The app needs a terminal. For scripts there are butlr-tui list, show, create, replace, delete and "
            "token."
        )
    is_dumb = os.environ.get("TERM") == "dumb"
    if is_dumb or plain_prompts or os.environ.get("ACCESSIBLE", "").lower() not in _NO:
        if is_dumb:
            tell("TERM is dumb, so the app can't draw here. These are its prompts, line by line.")
        return _run_prompts(start, settings, demo_data)
    powers = sorted(name for name in os.environ if name.startswith("TEXTUAL") and name not in _LOOKS)
    if os.environ.get(_DEVELOPMENT) != "1":
        for variable in powers:
            del os.environ[variable]
        powers = []
    if os.environ.get("TERM", "").startswith("vt"):  # has none, though rich takes it to have 16
        os.environ.setdefault("NO_COLOR", "1")
    # The start makes little garbage and many objects: walking them again and again is a tenth of it. Later the
    # collector comes as it always does: it passes by the clients of a list (api/untracked.py).
    gc.disable()
    from butlr_tui.tui.app import ButlrApp

    def connect(profile: Profile) -> Session:
        try:
            return _session_of(profile, demo_data)
        finally:
            if not gc.isenabled():
                gc.freeze()  # what is there by now stays
                gc.enable()

    app = ButlrApp(
        start,
        connect,
        settings=settings,
        profiles=_offered(settings, demo_data),
        recorded_by=powers,
    )
    app.run(mouse=settings.mouse)
    return app.return_code or 0


def _run_prompts(start: Profile | str, settings: Settings, demo_data: Path) -> int:
    import asyncio

    from butlr_tui.plain.prompts.run import Prompts

    prompts = Prompts(
        start,
        lambda profile: _session_of(profile, demo_data),
        settings=settings,
        profiles=_offered(settings, demo_data),
    )
    return asyncio.run(prompts.run_on_terminal())


def _offered(settings: Settings, demo_data: Path) -> Sequence[Profile]:
    """The profiles that can be gone to."""
    return (*((embedded(demo_data),) if has_service() else ()), *settings.profiles)


def _session_of(profile: Profile, demo_data: Path) -> Session:
    """A session with the demo or with another service. Raises ProfileError."""
    is_demo = profile == embedded(demo_data)
    return connect_embedded(profile, demo_data) if is_demo else connect_to(profile)


def has_service() -> bool:
    """Whether the extra `service` is installed."""
    from importlib.util import find_spec

    return find_spec("starlette") is not None


def connect_to(profile: Profile) -> Session:
    """A session with the profile's service. Raises ProfileError."""
    from butlr_tui.http.transport import BadSetting
    from butlr_tui.journal.journal import Journal
    from butlr_tui.operations.connect import connect

    try:
        return connect(profile, journal=Journal())
    except BadSetting as error:
        raise ProfileError(str(error)) from None


def connect_embedded(profile: Profile, data: Path) -> Session:
    """A session on a service in this process: the same client, operations and screens, without a network.

    Raises ProfileError.
    """
    from butlr_tui.http.transport import within_the_process
    from butlr_tui.journal.journal import Journal
    from butlr_tui.operations.connect import connect
    from butlr_tui.service.files import DataFolderError
    from butlr_tui.service.local import open_service
    from butlr_tui.service.samples import add_samples

    try:
        service = open_service(data)
        add_samples(service)
    except DataFolderError as error:
        raise ProfileError(str(error)) from None
    transport = within_the_process(service.app)
    return connect(profile, transport, journal=Journal(data))  # beside the clients that it is about
