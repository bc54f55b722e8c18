"""A token, and how long it holds."""

import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import SecretStr

from butlr_tui.auth.token_claims import whoami

_B64TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""RFC 6750, 2.1. A CR or LF in a token would end up in an exception that prints it."""


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A token and how long it is good for, on both clocks."""

    value: SecretStr
    scopes: tuple[str, ...]
    life: float
    """Seconds, when it came; infinite where only the server knows."""
    ends: float
    """On time.monotonic(); infinite likewise."""
    expires_at: datetime | None
    """UTC, by this machine's clock: to be shown, not to be decided on."""
    static: bool = False
    """It was given as it is: no sign-in of ours makes another."""

    def seconds_left(self) -> float | None:
        """Until it ends, below 0 after that; None where nobody told. To be shown."""
        if not self.static:  # told in seconds when it came: no wall clock is in that
            return self.ends - time.monotonic()
        return (self.expires_at - datetime.now(UTC)).total_seconds() if self.expires_at else None


def is_token(text: str) -> bool:
    """Whether it can be sent as a bearer token."""
    return _B64TOKEN.fullmatch(text) is not None


def static_token(value: SecretStr) -> Token:
    """A Token of what was given as it is and passed `is_token`. What it says of itself is shown, not believed."""
    said = whoami(value.get_secret_value())
    return Token(value, said.scopes, math.inf, math.inf, said.expires_at, static=True)
