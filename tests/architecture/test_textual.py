"""The private members of Textual that we use. It may drop one in any release: then this fails, and says which."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache
from textual.app import App
from textual.command import CommandPalette
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.timer import Timer
from textual.widgets import Input, Static

import butlr_tui.tui
from tests.support import driver

APP: App[None] = App()
SCREEN: ModalScreen[None] = ModalScreen()

BY_THE_APP = {
    "_check_bindings": APP,  # called: whether a key is a command, and runs it
    "_close_messages_no_wait": APP,  # called: ends the app after a crash
    "_disable_notifications": APP,  # set: no screen has a widget for them
    "_disable_tooltips": APP,  # set: likewise
    "_driver": APP,  # written to: sequences for the terminal
    "_exception": APP,  # read: what the app crashed with
    "_exit_renderables": APP,  # replaced: what a crash prints
    "_fatal_error": APP,  # overridden: Textual's own report prints what the app held
    "_on_mount": SCREEN,  # overridden: a dialog takes the focus before the keys that were typed ahead
    "_return_code": APP,  # set: a crash is a failure
    "_select_or_command": CommandPalette,  # called: by the key that answers, whichever it is
}
BY_THE_TESTS = {
    "_background_screens": APP,
    "_compositor": SCREEN,
    "_driver": APP,
}
NAMESAKES = {"_clipboard", "_value"}
"""Members of ours in classes that have none of Textual's by that name; App and Input do."""


@pytest.mark.parametrize(("name", "owner"), [*BY_THE_APP.items(), *BY_THE_TESTS.items()])
def test_textual_still_has_it(name: str, owner: object) -> None:
    assert hasattr(owner, name), f"Textual's {type(owner).__name__} has no {name} any more"


def test_a_timer_of_textual_still_leaves_out_what_it_has_missed() -> None:
    """Of those that come once, the app has none do so."""
    assert Timer(APP, 1)._skip is True


def test_textual_still_remembers_what_it_drew_there() -> None:
    """The app forgets it with each dialog that is left: it would keep the last 1,024 widgets."""
    assert StylesCache.get_inner_outer.cache_info().maxsize == 1024


def test_these_are_all_that_are_used() -> None:
    tui = Path(butlr_tui.tui.__path__[0]).rglob("*.py")
    assert _textuals(name for file in tui for name in _private_names(file)) == set(BY_THE_APP)
    assert _textuals(_private_names(Path(driver.__file__))) == set(BY_THE_TESTS)


def _private_names(file: Path) -> Iterator[str]:
    """Of members that are used or defined in `file`."""
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Attribute(attr=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if (
                name.startswith("_") and not name.startswith("__")
            ):
                yield name


def _textuals(names: Iterable[str]) -> set[str]:
    """Those of `names` that what we build on has, too."""
    bases = (APP, SCREEN, CommandPalette, ScrollView(), Static(), Input())
    return {name for name in names if any(hasattr(base, name) for base in bases)} - NAMESAKES
