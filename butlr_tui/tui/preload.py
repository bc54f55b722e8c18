"""What the screens need once somebody presses a key: imported in a thread, when the list is on screen.

In the event loop these imports would hold up the first key by some 40 ms, before the first paint that one.
"""

import textual.command  # noqa: F401
