"""What the screens need once somebody presses a key: imported in a thread, when the list is on screen.

In the event loop these imports would hold up the first key by some 40 ms, before the first paint that one.
"""

import gc

import textual.command  # noqa: F401

import butlr_tui.delivery.clipboard.copy
import butlr_tui.delivery.clipboard.detect
import butlr_tui.flows.create
import butlr_tui.flows.delete
import butlr_tui.flows.delete_several
import butlr_tui.flows.export
import butlr_tui.flows.filters
import butlr_tui.flows.replace_several
import butlr_tui.flows.services
import butlr_tui.flows.sign_in
import butlr_tui.flows.unfinished
import butlr_tui.flows.wording
import butlr_tui.listing.completion
import butlr_tui.listing.query
import butlr_tui.tui.dialogs.ask_text
import butlr_tui.tui.dialogs.choose
import butlr_tui.tui.dialogs.confirm
import butlr_tui.tui.dialogs.create
import butlr_tui.tui.dialogs.delete
import butlr_tui.tui.dialogs.delete_several
import butlr_tui.tui.dialogs.end_replacement
import butlr_tui.tui.dialogs.help
import butlr_tui.tui.dialogs.notice
import butlr_tui.tui.dialogs.replace
import butlr_tui.tui.dialogs.secret
import butlr_tui.tui.dialogs.sign_in
import butlr_tui.tui.dialogs.unfinished
import butlr_tui.tui.palette
import butlr_tui.tui.screens.flow_host
import butlr_tui.tui.screens.journal  # noqa: F401

# All of it stays: to walk it would hold up the keys by 13 ms more at each full collection. Here it is done once.
gc.freeze()
