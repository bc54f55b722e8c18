"""What the token of a session means for the operator: when to warn of its end, and when to ask who they are."""

from typing import Final

from butlr_tui.auth.token import Token
from butlr_tui.config.profiles import Prompt
from butlr_tui.http.errors import (
    CredentialError,
    CredentialsRefused,
    ServiceError,
    SignInNeeded,
    TokenUnreadable,
    TokenWithoutClientId,
)
from butlr_tui.operations.session import Session

WARN_BEFORE: Final = 300.0
"""Seconds before the end of a token that nobody renews."""


def seconds_to_its_end(token: Token | None) -> float | None:
    """How long a token that nobody renews still holds; None where there is nothing to warn of."""
    return token.seconds_left() if token is not None and token.static else None


def asks_who_it_is(session: Session, error: ServiceError) -> bool:
    """Whether only the operator can say who it is now: nobody is signed in, or a token has had its day."""
    if session.current_token is None:
        # The pair that an operator had stored may be refused, too.
        nobody = isinstance(error, CredentialError | CredentialsRefused)
        return nobody and isinstance(session.profile.source, Prompt)
    # Another token would be no better where the service can't read any, or misses a claim in all.
    return isinstance(error, SignInNeeded) and not isinstance(error, TokenUnreadable | TokenWithoutClientId)
