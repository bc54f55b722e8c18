"""How long ago, in one or two words."""

from datetime import datetime

_UNITS = (("year", 365), ("month", 30), ("day", 1))


def age(then: datetime, now: datetime) -> str:
    """The days between two moments as "today", "12 days", "2 years"."""
    days = (now - then).days
    if days < 0:
        return "in future"  # the service's clock, or an id that was made up
    for unit, length in _UNITS:
        count = days // length
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "today"
