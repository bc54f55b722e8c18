"""Which services tell more than is documented: they say so in a header of their replies.

Nobody else is ever asked for it, so that Butlr's own service is sent nothing that it does not document.
Source: CONTRACT.md, "The last sign-in".
"""

import httpx

from butlr_tui.contract import ACTIVITY, OFFERS_HEADER

_Origin = tuple[str, str, int | None]


class Offers:
    """What was seen in replies so far."""

    def __init__(self) -> None:
        self._activity: set[_Origin] = set()

    def hear(self, url: httpx.URL, headers: httpx.Headers) -> None:
        """Take in what the reply to a request at `url` says. What it does not say any more is not asked for."""
        said = {word.strip() for word in headers.get(OFFERS_HEADER, "").split(",")}
        (self._activity.add if ACTIVITY in said else self._activity.discard)(_origin(url))

    def has_activity(self, url: httpx.URL) -> bool:
        """Whether the service at the origin of `url` tells when clients signed in."""
        return _origin(url) in self._activity


def _origin(url: httpx.URL) -> _Origin:
    return url.scheme, url.host, url.port
