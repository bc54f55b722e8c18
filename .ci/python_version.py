"""Stops an install on a Python that is too old with a sentence.

Without it older pips, which such Pythons come with, go through the dependencies first, and for minutes; in the end
they complain of one of those. It is run by hatchling, so it must be readable to any Python 3.
"""

import sys

from hatchling.metadata.plugin.interface import MetadataHookInterface

if sys.version_info < (3, 11):  # noqa: UP036 - that is the point
    sys.exit("butlr-tui needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info))


class PythonVersion(MetadataHookInterface):
    """What hatchling wants to find; the metadata stay as they are."""

    def update(self, metadata: dict) -> None:
        """Change nothing."""
