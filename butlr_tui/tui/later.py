"""What the screens need once somebody presses a key: imported in a thread, when the list is on screen.

In the event loop these imports would hold up the first key by some 40 ms, before the first paint that one.
"""

import textual.command  # noqa: F401

import butlr_tui.delivery.clipboard.copy
import butlr_tui.delivery.clipboard.detect
import butlr_tui.tui.changes
import butlr_tui.tui.dialogs.create
import butlr_tui.tui.dialogs.delete
import butlr_tui.tui.dialogs.notice
import butlr_tui.tui.dialogs.secret
import butlr_tui.tui.filtering
import butlr_tui.tui.palette
import butlr_tui.tui.screens.help
import butlr_tui.tui.sentences  # noqa: F401
