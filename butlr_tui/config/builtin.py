"""The profiles that need no file."""

from pathlib import Path

from butlr_tui.config.model import LOCAL_URL, CredentialFile, Profile
from butlr_tui.config.places import data_folder
from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.system.local_socket import socket_path


def local(data: Path | None = None) -> Profile:
    """The built-in profile of `butlr-tui serve` on this machine."""
    data = data or data_folder()
    return Profile("local", LOCAL_URL, CredentialFile(data / ROOT_CREDENTIAL), socket=socket_path(data))


def embedded(data: Path) -> Profile:
    """The profile of the demo, whose service runs inside the app on the folder `data`."""
    return Profile(
        "demo", "http://localhost", CredentialFile(data / ROOT_CREDENTIAL), place="embedded service"
    )
