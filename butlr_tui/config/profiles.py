"""Profiles: which service, and whose credentials go there.

Plain frozen dataclasses: this is read before the first paint. No secret is ever in here, only where one is.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from butlr_tui.contract import AUDIENCE

LOCAL_URL: Final = "http://127.0.0.1:4010"
BUTLR_URL: Final = "https://api.butlr.io"
ROOT_CREDENTIAL: Final = "root-credential.json"
"""The file in its data folder in which the local service leaves its root credential."""


class ProfileError(Exception):
    """The profile does not exist, or it can't be used. The text is for the user."""


@dataclass(frozen=True, slots=True)
class CredentialFile:
    """`{"client_id": …, "client_secret": …}` in a file that only its owner can read."""

    path: Path


@dataclass(frozen=True, slots=True)
class CredentialVariables:
    """BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET, the names that Butlr's own tool reads."""


Source = CredentialFile | CredentialVariables


@dataclass(frozen=True, slots=True)
class Profile:
    """One service and how to sign in there."""

    name: str
    base_url: str
    source: Source
    sign_in_url: str = ""
    """Where tokens come from; the base URL unless set."""
    audience: str = AUDIENCE

    @property
    def auth_url(self) -> str:
        """The base URL of the sign-in calls."""
        return self.sign_in_url or self.base_url


def data_folder() -> Path:
    """Where the local service and the demo keep their data (`XDG_DATA_HOME` and its like elsewhere)."""
    from platformdirs import user_data_path

    return user_data_path("butlr-tui", appauthor=False)


def local(data: Path | None = None) -> Profile:
    """The built-in profile of `butlr-tui serve` on this machine."""
    return Profile("local", LOCAL_URL, CredentialFile((data or data_folder()) / ROOT_CREDENTIAL))


def embedded(data: Path) -> Profile:
    """The profile of the demo, whose service runs inside the app on the folder `data`."""
    return Profile("demo", "http://localhost", CredentialFile(data / ROOT_CREDENTIAL))


def choose(name: str | None, environment: Mapping[str, str] = os.environ) -> Profile:
    """The profile that was named, else the one that the environment describes.

    Credentials from the environment go only to BUTLR_BASE_URL (or its default): naming a profile leaves
    them unused. Raises ProfileError.
    """
    if name == "local":
        return local()
    if name is not None:
        raise ProfileError(f"There is no profile “{name}”. The built-in one is “local”.")
    if environment.get("BUTLR_CLIENT_ID") and environment.get("BUTLR_CLIENT_SECRET"):
        return Profile("butlr", environment.get("BUTLR_BASE_URL") or BUTLR_URL, CredentialVariables())
    raise ProfileError(
        "No service is named. Try `butlr-tui demo`; or run `butlr-tui serve` and, in another terminal, "
        "`butlr-tui --profile local`; or set BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET (and BUTLR_BASE_URL)."
    )
