"""Keys that arrive together are the keys that were typed."""

import pytest
from textual.events import Key

from butlr_tui.tui.terminal.typed import KeyParser


@pytest.mark.parametrize(
    ("arrived", "keys"),
    [
        ("\x1bn", ["escape", "n"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b/k\r", ["escape", "slash", "k", "enter"]),
        ("x\x1b\x1bq", ["x", "escape", "escape", "q"]),
        ("\x1b" + "n" * 40, ["escape", *["n"] * 40]),
        ("\x1b[A\x1bOP\x1b[27uj", ["up", "f1", "escape", "j"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1b[110;3u", ["alt+n"]),
    ],
)
def test_esc_and_what_follows_at_once(arrived: str, keys: list[str]) -> None:
    assert [event.key for event in KeyParser().feed(arrived) if isinstance(event, Key)] == keys
