"""Joins the parts: which session a profile gets, and what the app and the service run on.

Everything is imported when it is needed: the app has to paint before anything heavy is read.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Final

from butlr_tui.config.profiles import Profile, ProfileError, Settings, embedded
from butlr_tui.plain.exits import Exit
from butlr_tui.system.streams import is_terminal, tell

if TYPE_CHECKING:
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


def run_app(start: Profile | str, settings: Settings, demo_data: Path) -> int:
    """Run the app; its exit code. `start` is the profile to begin with, or why there is none.

    Raises ProfileError where there is no terminal.
    """
    if not is_terminal():
        raise ProfileError(
            "The app needs a terminal. For scripts there are butlr-tui list, show, create, replace, delete and "
            "token."
        )
    if os.environ.get("TERM") == "dumb":
        tell(
            "The app can't draw here, since TERM is dumb: use butlr-tui list, show, create, replace, delete, "
            "journal and token."
        )
        return Exit.USAGE
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

    demo = embedded(demo_data)

    def connect(profile: Profile) -> Session:
        try:
            return connect_embedded(profile, demo_data) if profile == demo else connect_to(profile)
        finally:
            if not gc.isenabled():
                gc.freeze()  # what is there by now stays
                gc.enable()

    app = ButlrApp(
        start,
        connect,
        settings=settings,
        profiles=(*((demo,) if has_service() else ()), *settings.profiles),
        recorded_by=powers,
    )
    app.run(mouse=settings.mouse)
    return app.return_code or 0


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
