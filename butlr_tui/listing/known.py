"""What some words of a query stand for, which the list itself does not tell: whoever asks hands it in."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Known(NamedTuple):
    """What is known beside the list."""

    made_here: frozenset[str] = frozenset()
    """The client ids that `made-here:` finds."""
    replacing: frozenset[str] = frozenset()
    """Those that `replacing:` finds."""
    tried: Mapping[str, datetime] = MappingProxyType({})
    """When the pair of a client last signed in from here, by client ids: no use of it to `used:` and `unused:`."""
    tells_use: bool = True
    """Whether the service tells when a client was last used; else these two words find nothing and say so."""
    filters: Mapping[str, str] = MappingProxyType({})
    """Queries by the names that stand for them, as in `@old`. In one of them no other name is known."""
