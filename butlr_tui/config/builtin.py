"""The profiles that need no file."""

from pathlib import Path

from butlr_tui.config.model import LOCAL_URL, ROOT_CREDENTIAL, CredentialFile, Profile
from butlr_tui.config.places import data_folder


def local(data: Path | None = None) -> Profile:
    """The built-in profile of `butlr-tui serve` on this machine."""
    return Profile("local", LOCAL_URL, CredentialFile((data or data_folder()) / ROOT_CREDENTIAL))


def embedded(data: Path) -> Profile:
    """The profile of the demo, whose service runs inside the app on the folder `data`."""
    return Profile(
        "demo", "http://localhost", CredentialFile(data / ROOT_CREDENTIAL), place="embedded service"
    )
