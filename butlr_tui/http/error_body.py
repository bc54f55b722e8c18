"""Reads what an answer says went wrong, and makes it safe to show. For the M2M service and the sign-in alike.

Source: CONTRACT.md, "Errors" and "Signing in". A body may be anything: nothing here raises.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from butlr_tui.http.errors import RateLimited
from butlr_tui.http.transport import Response
from butlr_tui.masking import without_secret
from butlr_tui.text import safe, truncate

_CELLS: Final = 200
_BEGINNING: Final = 1000
"""Characters of a body that are worth showing."""
BEGINNING_BYTES: Final = 64 * _BEGINNING
"""Bytes of a body that `beginning` looks at."""
_LONGEST: Final = 366 * 86_400
"""Seconds; a Retry-After beyond it is no time that anybody waits for."""


class ErrorBody(NamedTuple):
    """`{"code", "message"}`, `{"message"}` or OAuth's `{"error", "error_description"}`; safe, cut."""

    code: str = ""
    message: str = ""
    is_json: bool = False


def error_body(answer: Response, hide: str = "") -> ErrorBody:
    """The words of an error. `hide` is a secret that the server may echo, and that must not be shown."""
    fields = parsed(answer.body)
    if not isinstance(fields, dict):
        return ErrorBody(is_json=fields is not None)
    code, message = fields.get("code"), fields.get("message")
    error, description = fields.get("error"), fields.get("error_description")
    if not message:
        code, message = (code or error, description) if description else (code, error)
    return ErrorBody(_shown(code, hide), _shown(message, hide).rstrip(" ."), is_json=True)


def beginning(body: bytes, hide: str = "") -> str:
    """The first characters of a body, safe to show."""
    # Cut after the secret is out, not before: half of one would not be found.
    text = _without(body[:BEGINNING_BYTES].decode("utf-8", "replace"), hide)
    return truncate(safe(text[:_BEGINNING]), _BEGINNING)


def parsed(body: bytes) -> Any:
    """The JSON in `body`, or None."""
    try:
        return from_json(body)
    except ValueError:
        return None


def rate_limited(answer: Response, said: ErrorBody) -> RateLimited:
    """The error for a 429."""
    when = retry_at(answer.headers)
    if when is None:
        message = "The service asks to wait; it does not say how long."
    else:
        local = when.astimezone()
        day = "" if local.date() == datetime.now().astimezone().date() else f"{local:%Y-%m-%d} "
        message = f"The service asks to wait until {day}{local:%H:%M:%S}."
    return RateLimited(message, answer.status, said.code, said.message, retry_at=when)


def retry_at(headers: Mapping[str, str]) -> datetime | None:
    """The time that Retry-After names, on this machine's clock (UTC), or None where it names none."""
    now = datetime.now(UTC)
    wait = retry_after(headers, now)
    return None if wait is None else now + timedelta(seconds=wait)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that Retry-After asks to wait from `now` on, or None where it does not say."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return min(int(value[:12]), _LONGEST)
    named, server_now = _date(value), _date(headers.get("Date", ""))
    if named is None:
        return None
    # Clocks differ: the server's date is counted from the server's own now.
    wait = (named - (server_now or now)).total_seconds()
    return min(max(wait, 0), _LONGEST)


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _shown(value: object, hide: str) -> str:
    if not isinstance(value, str):
        return ""
    return truncate(safe(_without(value, hide)[:_BEGINNING]), _CELLS)


def _without(text: str, hide: str) -> str:
    return without_secret(text, hide, "(hidden)")
