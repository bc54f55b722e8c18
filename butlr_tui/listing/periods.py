"""The times that a query names, as the ids that were made then. Dates are days in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from butlr_tui.ids import ABOVE_ALL_KSUIDS, lowest_ksuid
from butlr_tui.listing.terms import CreatedWithin, LastUsed

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGN: Final = r"([<>]=?|=)?"
_DATE: Final = re.compile(_SIGN + r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATE_BEGUN: Final = re.compile(_SIGN + r"(?:[0-9]{0,3}|([0-9]{4}(?:-[0-9]{2})?)-[0-9]?)")
_AGE: Final = re.compile(r"([<>])=?([0-9]+[dwmy])", re.IGNORECASE)
_SPAN: Final = re.compile(r"([0-9]+)([dwmy])", re.IGNORECASE)
_AGE_BEGUN: Final = re.compile(r"(?:[<>]=?[0-9]*)?")
_DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}  # a month and a year as the list tells ages
_LOWEST: Final = "0"  # above the "" of an id that tells no time, and not above any that does


def created(text: str) -> CreatedWithin | None:
    """The period that a comparison with a year, a month or a day leaves, or None where it is none."""
    told = _DATE.fullmatch(text)
    if told is None:
        return None
    sign, year, month, day = told.groups()
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
    before, after = lowest_ksuid(start), _after(start, bool(month), bool(day))
    periods = {
        ">": CreatedWithin(after, ABOVE_ALL_KSUIDS),
        ">=": CreatedWithin(before, ABOVE_ALL_KSUIDS),
        "<": CreatedWithin(_LOWEST, before),
        "<=": CreatedWithin(_LOWEST, after),
    }
    return periods.get(sign, CreatedWithin(before, after))


def is_begun_date(text: str) -> bool:
    """Whether it may become what `created` takes as somebody types on."""
    begun = _DATE_BEGUN.fullmatch(text)
    return begun is not None and (begun[2] is None or created(begun[2]) is not None)


def of_age(text: str, now: datetime) -> CreatedWithin | None:
    """The period in which what is older (`>1y`) or younger (`<30d`) was made, or None where it is none."""
    told = _AGE.fullmatch(text)
    if told is None:
        return None
    moment = lowest_ksuid(_ago(told[2], now))
    return CreatedWithin(_LOWEST, moment) if told[1] == ">" else CreatedWithin(moment, ABOVE_ALL_KSUIDS)


def of_use(text: str, now: datetime, tried: Mapping[str, datetime], *, or_never: bool) -> LastUsed | None:
    """What was last used longer ago (`>90d`) or later (`<1d`), or None where it is none of these.

    See `LastUsed` for `or_never`; `tried` is when pairs last signed in from here.
    """
    told = _AGE.fullmatch(text)
    return None if told is None else LastUsed(_ago(told[2], now), told[1] == ">", or_never, tried)


def _ago(span: str, now: datetime) -> datetime:
    try:
        return now - timedelta(days=days_in(span) or 0)
    except (OverflowError, ValueError):  # longer ago than there were dates
        return datetime.min.replace(tzinfo=UTC)


def days_in(span: str) -> int | None:
    """How many days are in `7d`, `2w`, `3m` or `1y`; None where it is none of these."""
    told = _SPAN.fullmatch(span)
    return int(told[1]) * _DAYS[told[2].lower()] if told else None


def is_begun_age(text: str) -> bool:
    """Whether it may become what `of_age` takes as somebody types on."""
    return _AGE_BEGUN.fullmatch(text) is not None


def _after(start: datetime, has_month: bool, has_day: bool) -> str:
    """The first KSUID after the year, the month or the day that starts then."""
    try:
        end = start + timedelta(days=1 if has_day else 31 if has_month else 366)
    except OverflowError:  # there is no year after 9999
        return ABOVE_ALL_KSUIDS
    if not has_day:
        end = end.replace(day=1) if has_month else end.replace(month=1, day=1)
    return lowest_ksuid(end)
