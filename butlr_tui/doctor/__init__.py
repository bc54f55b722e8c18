"""Tries all that the app stands on, one after the other, and says what to do where something fails."""

from butlr_tui.doctor.check import Check, Status
from butlr_tui.doctor.examine import examine
from butlr_tui.doctor.report import run

__all__ = ["Check", "Status", "examine", "run"]
