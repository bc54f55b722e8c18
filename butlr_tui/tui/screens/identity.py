"""Who is signed in, as a main screen tells it, and the warning before a token ends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from butlr_tui.operations.token_status import WARN_BEFORE, seconds_to_its_end
from butlr_tui.tui.commands import key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.screen import Screen
    from textual.timer import Timer

    from butlr_tui.operations.session import Session


class IdentityStatus:
    """The identity of one session. Looks again by itself when its token is about to end."""

    def __init__(
        self,
        screen: Screen[None],
        session: Session,
        clock: Callable[[], datetime],
        *,
        show: Callable[[str | None, str], None],
        say: Callable[[str], None],
    ) -> None:
        """`show` gets the client's id and that its token ends soon; `say` what the service will not like."""
        self._screen = screen
        self._session = session
        self._clock = clock
        self._show = show
        self._say = say
        self._warned = False
        self._timer: Timer | None = None

    def update(self) -> None:
        """Say who is signed in, and once what the service will not like about the token."""
        identity, left = self._session.identity, seconds_to_its_end(self._session.current_token)
        self._wait_until_it_ends_soon(left)
        self._show(self._session.own_id, self._ending(left))
        if identity is not None and identity.warning and not self._warned:
            self._warned = True
            self._say(f"! {identity.warning}")

    def _ending(self, left: float | None) -> str:
        """That the token ends in these few seconds and nobody renews it; "" where that is not so."""
        if left is None or left > WARN_BEFORE:
            return ""
        ends = self._clock() + timedelta(seconds=left)
        return f"token ends at {ends:%H:%M}, {key('sign_in')} signs in"

    def _wait_until_it_ends_soon(self, left: float | None) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if left is not None and left > WARN_BEFORE:
            self._timer = self._screen.set_timer(left - WARN_BEFORE, self.update)
