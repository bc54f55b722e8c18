"""The journal: entries are begun before a request is sent, told how it went, and closed when all is well."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from butlr_tui.addresses import normalised
from butlr_tui.journal.entries import CLOSES, ENDS_DELETION, Entry, Event, SourceLine
from butlr_tui.journal.entry_locks import EntryLocks
from butlr_tui.journal.lines import BegunLine, begun_lines
from butlr_tui.journal.replacements import Replacements
from butlr_tui.journal.unfinished import Unfinished, match
from butlr_tui.models import Client
from butlr_tui.system.private_files import NotPrivate, append_private, read_own
from butlr_tui.system.private_folders import check_private_folder, make_private_folder
from butlr_tui.system.user_folders import state_folder
from butlr_tui.text import os_error_reason, safe

_DELETION: Final = b'"event":"delete'
"""In the lines that begin a deletion and tell how it ended; all else that has a client's id is of its create."""
_LINES: Final = "lines"
"""Names the lock of whoever creates clients from the lines of a file, in the place of an attempt."""
_LONGEST: Final = 300
"""Characters that are kept of what others say."""
_OUR_OWN_WORDS: Final = (Event.STORED, Event.DELIVERED)
"""They say where a secret is and who can read it: all of that is kept."""


class JournalError(Exception):
    """The journal can't be read or written. The text is for the user."""


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """The journal in `folder`, and the entries that its owner works on. Everything in here blocks."""

    def __init__(self, folder: Path | None = None, clock: Callable[[], datetime] = _now) -> None:
        self.path = (folder or state_folder()) / "journal.jsonl"
        self._clock = clock
        self._entry_locks = EntryLocks(self.path.parent / "attempts")

    def create(
        self,
        url: str,
        profile: str,
        name: str,
        by: str | None,
        before: Iterable[str] = (),
        reserved: Iterable[Path] = (),
        replaces: str | None = None,
        line: SourceLine | None = None,
    ) -> str:
        """Begins the entry of a create and locks it. Returns its attempt.

        `by` is the identity's client id, `before` the ids of the clients that have this name already,
        `reserved` the files that will be made for its secret, `replaces` the client id of the one whose place
        it is to take, and `line` that of a file which it is created from. Raises JournalError.
        """
        attempt = uuid.uuid4().hex
        self._make_folder()
        self._entry_locks.take(attempt)  # before the line, so that nobody can find it unheld
        try:
            said = [*_where(url, profile, name, by), ("before", [*before])]
            if files := [_whole(str(file)) for file in reserved]:
                said.append(("reserved", files))
            if replaces is not None:
                said.append(("replaces", _whole(replaces)))
            if line is not None:
                said += [("description", line.description), ("destination", _whole(line.destination))]
            self._append(attempt, Event.CREATE, *said)
        except JournalError:
            self._entry_locks.drop(attempt)
            raise
        return attempt

    def delete(self, url: str, profile: str, client: Client, by: str | None = None) -> str:
        """Begins the entry of a deletion and locks it. Returns its attempt. Raises JournalError."""
        attempt = uuid.uuid4().hex
        which = ("client_id", _whole(client.client_id))
        self._make_folder()
        self._entry_locks.take(attempt)
        try:
            self._append(attempt, Event.DELETE, *_where(url, profile, client.name, by), which)
        except JournalError:
            self._entry_locks.drop(attempt)
            raise
        return attempt

    def note(self, attempt: str, event: Event, how: str = "", **more: str | None) -> bool:
        """Adds an event to the entry of `attempt`, with `client_id` or `by` where known.

        What closes the entry, or ends a deletion, ends our lock too. False where it can't be written: the entry
        then stays open and is offered again, too often rather than never.
        """
        said = {"how": (how if event in _OUR_OWN_WORDS else how[:_LONGEST]) or None, **more}
        try:
            self._append(attempt, event, *((key, _whole(text)) for key, text in said.items() if text))
        except JournalError:
            return False
        if event in CLOSES | ENDS_DELETION:
            self._entry_locks.drop(attempt)
        return True

    def entries(self, url: str | None = None) -> list[Entry]:
        """All entries (at `url`), the oldest first. Raises JournalError."""
        address = None if url is None else normalised(url)
        return [entry for entry in self._replay().values() if address in (None, normalised(entry.url))]

    def open_entries(self, url: str | None = None) -> list[Entry]:
        """The creates (at `url`) that are not closed and that nobody works on. Raises JournalError."""
        return self._entries_and_open(url)[1]

    def interrupted_deletions(self, url: str) -> list[Entry]:
        """The deletions at `url` whose end is not written down, and that nobody works on. Raises JournalError."""
        free = {
            one.attempt
            for one in self.entries(url)
            if one.was_interrupted and self._entry_locks.is_free(one.attempt)
        }
        # Read anew: whoever held one a moment ago may have ended it.
        return (
            [one for one in self.entries(url) if one.attempt in free and one.was_interrupted] if free else []
        )

    def left_over(self, url: str) -> list[tuple[str, str]]:
        """The attempts at `url` that may have left a file with nothing in it, and which. Raises JournalError.

        Where several were made, the program may have ended once the secret was in one of them.
        """
        entries, still_open = self._entries_and_open(url)
        several = [one for one in entries if one.closed is Event.STORED and len(one.reserved) > 1]
        return [(entry.attempt, file) for entry in (*still_open, *several) for file in entry.reserved]

    def unfinished(self, url: str, clients: Iterable[Client]) -> list[Unfinished]:
        """The open entries at `url`, and what they may have made among its `clients`. Raises JournalError."""
        entries, still_open = self._entries_and_open(url)
        return match(still_open, entries, clients) if still_open else []

    def replacements(self, url: str) -> Replacements:
        """The replacements at `url` that are not ended. Raises JournalError."""
        return self.replacements_in(self.entries(url))

    def replacements_in(self, entries: Sequence[Entry]) -> Replacements:
        """Those among all entries of one service."""
        return Replacements.of_entries(entries, is_held=self._entry_locks.is_held)

    def begun_lines(self, url: str) -> Mapping[SourceLine, BegunLine]:
        """The lines of files that creates at `url` were begun for, and how far they are. Raises JournalError."""
        return begun_lines(self.entries(url), is_held=self._entry_locks.is_held)

    @contextmanager
    def creating_from_lines(self) -> Iterator[bool]:
        """Keeps other processes from creating clients from files meanwhile; False where one does.

        Raises JournalError.
        """
        self._make_folder()
        with self._entry_locks.taken(_LINES) as is_ours:
            yield is_ours

    def _entries_and_open(self, url: str | None) -> tuple[list[Entry], list[Entry]]:
        entries = self.entries(url)
        free = {one.attempt for one in entries if one.is_open and self._entry_locks.is_free(one.attempt)}
        if free:
            entries = self.entries(url)  # whoever held one a moment ago may have closed it
        return entries, [entry for entry in entries if entry.is_open and entry.attempt in free]

    @contextmanager
    def handling(self, attempt: str) -> Iterator[bool]:
        """Keeps others from an open entry meanwhile. False where another process has it or it is closed by now.

        Raises JournalError.
        """
        with self._entry_locks.taken(attempt) as is_ours:
            entry = self._replay().get(attempt) if is_ours else None
            is_open = entry is not None and entry.is_open
            if not is_open:
                self._entry_locks.drop(attempt)
            yield is_open

    def settle_client(self, url: str, client_id: str, how: str) -> None:
        """Closes the entries of a client that is gone, but for those that another process works on."""
        with suppress(JournalError):
            for entry in self.entries(url) if self._knows_more_than_deletions(client_id) else ():
                if entry.is_open and entry.client_id == client_id:
                    with self._entry_locks.taken(entry.attempt) as is_ours:
                        if is_ours:
                            self.note(entry.attempt, Event.SETTLED, how)

    def _knows_more_than_deletions(self, client_id: str) -> bool:
        """Whether a line has this id that is not of a deletion. To replay all of a long journal takes long."""
        wanted, at, written = json.dumps(_whole(client_id)).encode(), 0, self._written()
        while (at := written.find(wanted, at + 1)) >= 0:
            line = written[written.rfind(b"\n", 0, at) + 1 : written.find(b"\n", at)]
            if _DELETION not in line:
                return True
        return False

    def release(self) -> None:
        """Ends our work on all entries: the open ones are for the next start."""
        self._entry_locks.release()

    def _append(self, attempt: str, event: Event, *said: tuple[str, object]) -> None:
        at = self._clock().isoformat(timespec="milliseconds")
        line = {"at": at, "attempt": attempt, "event": event, **dict(said)}
        self._make_folder()
        try:
            append_private(self.path, json.dumps(line, separators=(",", ":")).encode())
        except OSError as error:
            raise self._error("written", error) from None

    def _make_folder(self) -> None:
        try:
            make_private_folder(self.path.parent)
        except OSError as error:
            raise self._error("written", error) from None

    def size(self) -> int:
        """The bytes of the journal, which only grows; 0 where there is none that can be read."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def _replay(self) -> dict[str, Entry]:
        from butlr_tui.journal.replay import replay  # it is not read before the list is here

        return replay(self._written())

    def _written(self) -> bytes:
        try:
            check_private_folder(self.path.parent)
            return read_own(self.path)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise self._error("read", error) from None

    def _error(self, done: str, error: OSError) -> JournalError:
        if isinstance(error, NotPrivate):
            return JournalError(f"The journal can't be {done}. {error.reason}.")
        return JournalError(f"The journal {safe(str(self.path))} can't be {done} ({os_error_reason(error)}).")


def _where(url: str, profile: str, name: str, by: str | None) -> list[tuple[str, object]]:
    return [("url", url.rstrip("/")), ("profile", profile), ("name", _whole(name)), ("by", by)]


def _whole(text: str) -> str:
    """`text` without the half characters that a terminal may pass on: they could not be read back, nor be sent."""
    return text.encode("utf-8", "replace").decode()
