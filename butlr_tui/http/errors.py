"""What can go wrong on the way to a service and back.

    ServiceError                  has `message`: a sentence that says what happened and what it means
    ├── NotSent                   nothing reached the M2M service
    │   ├── Unreachable           refused, no address, no trusted certificate, no connection in time
    │   ├── CredentialError       no usable credential on this machine
    │   └── NoToken               signing in gave no clear answer, so there was no token to send
    ├── NoResponse                sent, but no whole answer came back: a write may or may not have happened
    ├── InvalidResponse           an answer came that is not what the contract says; `beginning` shows it
    │   └── BadItems              a list some of whose items are no clients; `good` are the others
    ├── Rejected                  the service said no and did nothing
    │   ├── InvalidRequest        400
    │   ├── SignInNeeded          401, after the renewal that auth/bearer.py tries
    │   │   ├── TokenUnreadable   "missing or malformed jwt"
    │   │   ├── TokenWithoutClientId
    │   │   └── CredentialsRefused   the sign-in does not take this client id and secret
    │   ├── TokenRenewed          401 to a create; a new token is here, so it may be sent again
    │   ├── GatewayRefused        403 that the service itself did not write (HTML of a proxy, a WAF)
    │   ├── ClientNotFound        404 with the code CLIENT_NOT_FOUND
    │   ├── NoService             404 or 405 without a code: another program answers at this address
    │   └── RateLimited           429; `retry_at` says when
    └── ServerFailed              5xx, a redirect or an unknown status: a write may or may not have happened

Every text from a server in here went through text.py. No error carries a token or a secret: the exception
of the library that caused it is not chained, since httpx and h11 print what they choke on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from butlr_tui.models import Client


@dataclass(eq=False)
class ServiceError(Exception):
    """The root. `message` is safe to show; `status`, `code`, `server_message` are what the service said, if so."""

    message: str
    status: int | None = None
    code: str = ""
    server_message: str = ""

    def __str__(self) -> str:
        return self.message


class NotSent(ServiceError):
    """Nothing reached the M2M service."""


class Unreachable(NotSent):
    """No connection: refused, no address, no trusted certificate, none in time."""


class CredentialError(NotSent):
    """No usable credential on this machine. The sentence says what to do."""


class NobodySignedIn(CredentialError):
    """The profile's credentials are those that an operator types, and nobody has."""


class NoToken(NotSent):
    """The sign-in failed without refusing the credentials; what needed the token was not sent."""


class NoResponse(ServiceError):
    """The request went out and no whole answer came back. `status` is set where its first line did come."""


@dataclass(eq=False)
class InvalidResponse(ServiceError):
    """The answer is not what the contract says. `beginning` is its first characters, safe to show."""

    beginning: str = ""


@dataclass(eq=False)
class BadItems(InvalidResponse):
    """A list came, and some of its items are no clients."""

    good: list[Client] = field(default_factory=list, repr=False)
    """All others, in the service's order."""


class Rejected(ServiceError):
    """The service said no; nothing was done."""


class InvalidRequest(Rejected):
    """400 INVALID_REQUEST."""


class SignInNeeded(Rejected):
    """401: the token is not, or no longer, accepted."""


class TokenUnreadable(SignInNeeded):
    """401 "missing or malformed jwt"."""


class TokenWithoutClientId(SignInNeeded):
    """401 "token is valid but missing client_id"."""


class CredentialsRefused(SignInNeeded):
    """The sign-in does not take this client id and secret."""


class TokenRenewed(Rejected):
    """401 to a create, which is never sent twice by the program; the token has been renewed since."""


@dataclass(eq=False)
class GatewayRefused(Rejected):
    """403 from something in front of the service. `beginning` is what it said, safe to show."""

    beginning: str = ""


class ClientNotFound(Rejected):
    """404 CLIENT_NOT_FOUND."""


class NoService(Rejected):
    """404 or 405 without a code: no M2M service at this address."""


@dataclass(eq=False)
class RateLimited(Rejected):
    """429: nothing was done. `retry_at` is the time that Retry-After names, if it does."""

    retry_at: datetime | None = None


@dataclass(eq=False)
class ServerFailed(ServiceError):
    """5xx, a redirect or an unknown status. `code` tells what the service could not do, if it says so."""

    retry_at: datetime | None = None
