"""butlr-tui: a terminal app for the machine-to-machine clients of the Butlr API."""

__version__ = "1.0.0"
