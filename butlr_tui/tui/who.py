"""Who is signed in on a main screen: shown in the header, warned before a token ends, asked when it has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from butlr_tui.config.profiles import Prompt
from butlr_tui.http.errors import CredentialError, SignInNeeded, TokenUnreadable, TokenWithoutClientId
from butlr_tui.tui.commands import key

if TYPE_CHECKING:
    from textual.timer import Timer

    from butlr_tui.http.errors import ServiceError
    from butlr_tui.operations.session import Session
    from butlr_tui.tui.screens.main import MainScreen

_WARN_BEFORE: Final = 300
"""Seconds before the end of a token that nobody renews."""


class Who:
    """The identity of one session, on the screen that shows its clients."""

    def __init__(self, screen: MainScreen, session: Session) -> None:
        self._screen = screen
        self._session = session
        self._warned = False
        self._timer: Timer | None = None

    def show(self) -> None:
        """Say who is signed in, and once what the service will not like about the token."""
        identity = self._session.identity
        self._screen.show_identity(identity.client_id if identity else None, self._ending())
        if identity is not None and identity.warning and not self._warned:
            self._warned = True
            self._screen.say(f"! {identity.warning}")

    def _ending(self) -> str:
        """That the token ends soon and nobody renews it; else a timer, once, for the time when it will."""
        token = self._session.current_token
        left = token.seconds_left() if token and token.static else None
        if left is None:
            return ""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if left > _WARN_BEFORE:
            self._timer = self._screen.set_timer(left - _WARN_BEFORE, self.show)
            return ""
        ends = self._screen.clock() + timedelta(seconds=left)
        return f"token ends at {ends:%H:%M}, {key('sign_in')} signs in"

    def ask_after(self, error: ServiceError) -> None:
        """Ask at once where only the operator can say who it is, or where a token has had its day."""
        asks = isinstance(self._screen.profile.source, Prompt) and isinstance(error, CredentialError)
        # Another token would be no better where the service can't read any, or misses a claim in all.
        ended = isinstance(error, SignInNeeded) and not isinstance(
            error, TokenUnreadable | TokenWithoutClientId
        )
        has_one = self._session.current_token is not None
        if self._screen.is_current and (ended if has_one else asks):
            self.sign_in(error.message)

    def sign_in(self, why: str = "") -> None:
        """Let the operator sign in, then read the list again."""
        self._screen.run_worker(self._sign_in(why), group="sign-in", exclusive=True)

    async def _sign_in(self, why: str) -> None:
        from butlr_tui.tui.dialogs.sign_in import SignInDialog

        screen = self._screen
        said = await screen.app.push_screen_wait(SignInDialog(self._session, screen.profile, why))
        if said:
            screen.say(said)
            screen.read()
