"""The one way out to the network, for the API, sign-in and the Auth0 engine alike."""

import sys
from typing import TYPE_CHECKING

if not TYPE_CHECKING:
    # httpx's own command line: where its parts are installed, reading them takes longer than httpx itself.
    sys.modules.setdefault("httpx._main", None)
