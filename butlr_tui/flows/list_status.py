"""How the list stands: what of it was read when, what went wrong, and the words for that in each place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.text import counted, quoted, safe, truncate_middle

if TYPE_CHECKING:
    from datetime import datetime

    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.wording import Key
    from butlr_tui.http.errors import ServiceError
    from butlr_tui.listing.view import Listing
    from butlr_tui.operations.list_loader import ListLoader

_ID_CELLS: Final = 16


class ListStatus:
    """The state of one list."""

    def __init__(self, profile: Profile, listing: Listing, loader: ListLoader, key: Key) -> None:
        self._host = safe(profile.host)
        self._may_create = not profile.read_only
        self._listing = listing
        self._loader = loader
        self._key = key
        self.read_at: datetime | None = None
        """When the list on screen was read; None before the first."""
        self.error: ServiceError | None = None
        """Why the last reading failed, if it did."""
        self.signed_in_as: str | None = None
        """The client that the list was read as, where its token says so."""

    @property
    def is_stale(self) -> bool:
        """Whether the list on screen is old, since the last reading failed, and is not being read again."""
        return self.error is not None and self.read_at is not None and self._loader.progress is None

    @property
    def was_tried(self) -> bool:
        """Whether the list was read, or that failed."""
        return self.read_at is not None or self.error is not None

    @property
    def failure(self) -> str:
        """Why the last reading failed, and what to press; "" where it did not."""
        from butlr_tui.flows import wording

        return f"✗ {wording.list_failed(self.error, self.read_at, self._key)}" if self.error else ""

    @property
    def what_it_said(self) -> str:
        """The beginning of an answer that nobody expected; "" where there is none."""
        from butlr_tui.flows import wording

        return wording.what_it_said(self.error) if self.error else ""

    def header(self, *, can_cancel: bool = True) -> str:
        """For the header: how many clients there are, and of when; "" before any is there.

        `can_cancel`: the key that breaks a reading off is not for something else at the moment.
        """
        progress = self._loader.progress
        cancels = f"({self._key('back')} cancels)" if can_cancel else ""
        if self._listing.is_partial and progress is not None:
            return " ".join(filter(None, (f"{progress}{self._marked}, reading…", cancels)))
        if self.read_at is None:
            return ""
        if self.is_stale:
            from butlr_tui.flows import wording  # not before the first paint

            return wording.stale(self.read_at, self._key) + self._marked
        doing = f"read at {self.read_at:%H:%M}"
        if progress is not None:
            doing = " ".join(filter(None, ("reading…", progress, cancels)))
        return f"{counted(len(self._listing.clients), 'client')}{self._marked}, {doing}"

    def brief_header(self) -> str:
        """The same where there is less room: of when it is only where that is old."""
        progress = self._loader.progress
        if self._listing.is_partial and progress is not None:
            return progress
        if self.read_at is None:
            return ""
        if progress is not None:
            return "reading…"
        old = f" of {self.read_at:%H:%M}" if self.is_stale else ""
        return counted(len(self._listing.clients), "client") + old + self._marked

    @property
    def _marked(self) -> str:
        return f", {len(self._listing.marks):,} marked" if self._listing.marks else ""

    def notice(self) -> str:
        """For the list's place, where it has no rows: why it has none."""
        if self._loader.is_reading and self.read_at is None:
            doing, progress = f"Reading the clients of {self._host}…", self._loader.progress
            return doing if progress is None else f"{doing} {progress}\n{self._key('back')} cancels."
        if self.read_at is None:
            return (
                self.failure
                or f"The clients of {self._host} are not read. {self._key('refresh')} reads them."
            )
        if hidden := len(self._listing.clients):
            return (
                f"Nothing matches {quoted(self._listing.query)}. {self._key('clear_filter')} clears the "
                f"filter; {counted(hidden, 'client')} {'is' if hidden == 1 else 'are'} hidden."
            )
        return self._none()

    def _none(self) -> str:
        """That a service lists none, and for whom: it may well have clients that it lists for others alone."""
        who = truncate_middle(safe(self.signed_in_as), _ID_CELLS) if self.signed_in_as else "this token"
        create = f" Press {self._key('new')} to create the first." if self._may_create else ""
        return (
            f"No clients yet that {self._host} lists for {who}.{create}\n"
            f"It may list others for someone else: {self._key('sign_in')} signs in."
        )
