"""What an entry tells, in words that are safe to show: for the plain commands and the app alike."""

from typing import Final

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.text import describe_path, safe, truncate_middle

_WHAT: Final = {
    (Event.CREATE, Event.CREATED): "created",
    (Event.CREATE, Event.WITHOUT_SECRET): "created, without a secret",
    (Event.CREATE, Event.NOT_CREATED): "not created",
    (Event.CREATE, Event.CREATE_UNCLEAR): "may be created",
    (Event.CREATE, None): "may be created",
    (Event.DELETE, Event.DELETED): "deleted",
    (Event.DELETE, Event.ALREADY_GONE): "already gone",
    (Event.DELETE, Event.NOT_DELETED): "not deleted",
    (Event.DELETE, Event.DELETE_UNCLEAR): "may be deleted",
    (Event.DELETE, None): "may be deleted",
}
_ID_CELLS: Final = 20
_SAVED: Final = "saved to "
_PUT: Final = "put on "
_HANDED: Final = "handed to the command "
_SEALED: Final = "sealed for "


def what_happened(entry: Entry) -> str:
    """How the attempt ended, as far as is known, and whose place the client is to take."""
    what = _WHAT.get((entry.event, entry.ended), "")
    return f"{what}, for {truncate_middle(safe(entry.replaces), _ID_CELLS)}" if entry.replaces else what


def where_the_secret_went(entry: Entry) -> str:
    """Where the secret of a create is, or what became of it; "" where there is none."""
    if entry.event is Event.DELETE or entry.ended is Event.NOT_CREATED:
        return ""
    if entry.closed is not None:
        return _how_closed(entry)
    if entry.deliveries:
        return f"NOT STORED, only {safe(entry.deliveries[-1])}"
    if entry.not_copied:
        return f"NOT STORED, nor copied: {safe(entry.not_copied)}"
    if entry.ended is Event.WITHOUT_SECRET:
        return "never arrived"
    return "NOT STORED" if entry.ended is Event.CREATED else "NOT STORED, if it exists"


def file_with_the_secret(entry: Entry) -> str:
    """The path of the file that a create's secret was saved to; "" where it went elsewhere. Not safe to show."""
    return _after(_SAVED, entry)


def far_file_with_the_secret(entry: Entry) -> str:
    """`HOST:PATH` of the file on another machine that has a create's secret; "" where it went elsewhere.

    Not safe to show.
    """
    return _after(_PUT, entry)


def command_with_the_secret(entry: Entry) -> str:
    """The name of the command that a create's secret was handed to; "" where it went elsewhere."""
    return _after(_HANDED, entry)


def _how_closed(entry: Entry) -> str:
    """Safe to show."""
    return "; ".join(map(_told, (entry.closed_how, *entry.stored_too)))


def _told(how: str) -> str:
    """What was written of one place, with a path of this machine as its owner would write it."""
    if how.startswith((_SAVED, _SEALED)) and _SAVED in how:
        before, _, path = how.partition(_SAVED)
        return f"{safe(before)}{_SAVED}{describe_path(path)}"
    return safe(how)


def _after(beginning: str, entry: Entry) -> str:
    stored = (entry.closed_how, *entry.stored_too) if entry.closed is Event.STORED else ()
    return next((how.removeprefix(beginning) for how in stored if how.startswith(beginning)), "")


def told_in_full(entry: Entry) -> list[tuple[str, str]]:
    """All that is known of an entry: what it is, and what it says. Without what is not known."""
    told = (
        ("when", f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S %z}"),
        ("what", _WHAT.get((entry.event, entry.ended), "")),
        ("why", safe(entry.why)),
        ("name", safe(entry.name)),
        ("client id", safe(entry.client_id or "")),
        ("replaces", safe(entry.replaces or "")),
        ("where", safe(entry.url)),
        ("profile", safe(entry.profile)),
        ("by", safe(entry.by or "")),
        ("secret", where_the_secret_went(entry)),
        ("not copied", safe(entry.not_copied)),
        ("not stored", safe("; ".join(entry.not_stored))),
        ("signed in", f"{entry.signed_in.astimezone():%Y-%m-%d %H:%M:%S %z}" if entry.signed_in else ""),
        ("ended", safe(entry.replacement_over)),
    )
    return [(label, said) for label, said in told if said]


def of_its_client(entry: Entry) -> str:
    """What a create tells of the client that it made, as a sentence."""
    by = f" by {truncate_middle(safe(entry.by), _ID_CELLS)}" if entry.by else ""
    return f"Created here on {entry.at.astimezone():%Y-%m-%d}{by}, {_of_its_secret(entry)}."


def _of_its_secret(entry: Entry) -> str:
    if entry.closed is Event.STORED:
        return _where_it_is_stored(_how_closed(entry), in_one_place=not entry.stored_too)
    if entry.closed is not None:
        return f"its secret was never stored: {_how_closed(entry)}"
    if entry.deliveries:
        return f"its secret was never stored, only {safe(entry.deliveries[-1])}"
    return (
        "its secret never arrived" if entry.ended is Event.WITHOUT_SECRET else "its secret was never stored"
    )


def _where_it_is_stored(how: str, *, in_one_place: bool) -> str:
    whom, saved, path = how.partition(_SAVED)
    if in_one_place and how.startswith(_SAVED):
        return f"its secret went to {path}"
    if in_one_place and saved and whom.startswith(_SEALED):
        return f"its secret was {whom.removesuffix(', ')} and went to {path}"
    return f"its secret is stored: {how}"
