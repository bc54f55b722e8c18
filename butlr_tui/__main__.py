"""`python -m butlr_tui`."""

from butlr_tui.cli import main

if __name__ == "__main__":
    main()
