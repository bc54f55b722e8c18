"""What some words of a query stand for, which the list itself does not tell: whoever asks hands it in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the list."""

    made_here: frozenset[str] = frozenset()
    """The client ids that `made-here:` finds."""
    replacing: frozenset[str] = frozenset()
    """Those that `replacing:` finds."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Queries by the names that stand for them, as in `@old`. In one of them no other name is known."""
