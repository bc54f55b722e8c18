"""Joins client, token and sign-in to a session."""

import os
from collections.abc import Mapping

import httpx

from butlr_tui.addresses import normalised
from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.auth.sources import obtain
from butlr_tui.config.profiles import Profile
from butlr_tui.http.loopback import Loopback
from butlr_tui.http.offers import Offers
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.session import Session


def connect(
    profile: Profile,
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    journal: Journal | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Session:
    """A session of `profile`. Sends nothing yet: the first call signs in.

    `transport` takes the network's place: the demo's service runs in the process. `journal` is written
    before each create. Credentials in variables are read from `environment`, which the profile's commands get
    without them. Raises BadSetting for an address, a proxy or a certificate file that can't be used.
    """
    loopback = Loopback(profile.socket, profile.trust_loopback)
    # The socket is that of one service; what gives out tokens at another address is reached by that.
    same = normalised(profile.auth_url) == normalised(profile.base_url)
    to_sign_in = loopback if same else Loopback(trusted=profile.trust_loopback)
    offers = Offers()
    sign_in = SignIn(profile.auth_url, profile.audience, transport, to_sign_in, offers)
    bearer = Bearer(sign_in, lambda: obtain(profile.source, environment))
    api = M2MClient(profile.base_url, bearer, transport, loopback=loopback, offers=offers)
    return Session(profile, api, bearer, journal=journal)
