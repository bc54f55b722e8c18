"""Writes a commented file of settings to begin with, and adds a profile to one that is there."""

import json
from pathlib import Path
from typing import Final

from butlr_tui.config import keys
from butlr_tui.config.keys import Key
from butlr_tui.config.model import CredentialFile, Profile, ProfileError
from butlr_tui.system.private_files import append_shared, create_private
from butlr_tui.system.private_folders import make_folder
from butlr_tui.text import os_error_reason, safe

_HEAD: Final = """\
# Settings of butlr-tui. Everything in here is an example: take away the `#` before a line to use it.
# `butlr-tui config` shows what is in force and where it comes from; `butlr-tui doctor` tries it.
# No secret belongs in this file, only where one is.
"""
_FILTERS_HEAD: Final = """
# Filters of your own: `butlr-tui list --filter @stale`, and @stale in the app's filter.
# [filters]
"""
_RECIPIENTS_HEAD: Final = """
# Who the secret of a new client can be sealed for: `butlr-tui create --name kiosk --to seal:anna`.
# [recipients]
"""
_KEYS_HEAD: Final = """
# Other keys, by the commands of the documentation's table of all keys (butlr_tui/tui/README.md).
# [keys]
"""
_PROFILE_HEAD: Final = """
# A profile is one service and the credentials for it: `butlr-tui --profile prod`.
# Without a source the sign-in screen asks. `local`, for `butlr-tui serve`, is built in.
# [profiles.prod]
"""
_COMMAND_HEAD: Final = """
# A command that keeps the secret of a new client. It is run without a shell and gets it on its stdin.
# [profiles.prod.commands.vault]
"""


def example() -> str:
    """The text of the file: every key, each with what it does, all of them commented out."""
    own = keys.FILTER._replace(name="stale")
    parts = [
        _HEAD,
        *map(_lines, keys.TOP),
        _FILTERS_HEAD,
        _lines(own),
        _RECIPIENTS_HEAD,
        _lines(keys.RECIPIENT._replace(name="anna")),
        _KEYS_HEAD,
        _lines(keys.BOUND._replace(name="refresh")),
        _PROFILE_HEAD,
        *map(_lines, keys.PROFILE),
    ]
    return "".join([*parts, _COMMAND_HEAD, *map(_lines, keys.COMMAND)])


def _lines(key: Key) -> str:
    return f"\n# {key.says} (default: {key.default}).\n# {key.name} = {key.example}\n"


def write_example(path: Path) -> None:
    """Writes the example to a new file that only its owner can read, in folders likewise. Raises ProfileError."""
    try:
        make_folder(path.parent)
        create_private(path, example().encode())
    except FileExistsError:
        raise ProfileError(f"{safe(str(path))} is there already and stays as it is.") from None
    except OSError as error:
        raise ProfileError(_cannot(path, error)) from None


def add_profile(path: Path, profile: Profile) -> None:
    """Adds `profile` at the end of the settings, and makes the file where there is none.

    Of its source a credential file alone is written down; with any other the sign-in screen asks.
    Raises ProfileError.
    """
    text = f"\n[profiles.{profile.name}]\nbase_url = {_quoted(profile.base_url)}"
    if profile.sign_in_url:
        text += f"\nauth_url = {_quoted(profile.sign_in_url)}"
    if isinstance(profile.source, CredentialFile):
        text += f"\ncredential_file = {_quoted(str(profile.source.path))}"
    if not keys.PROFILE_NAME.fullmatch(profile.name):
        raise ProfileError(f"“{safe(profile.name)}” can't be a profile's name.")
    try:
        make_folder(path.parent)
        append_shared(path, text.encode())  # settings are often kept elsewhere, where a link leads
    except OSError as error:
        raise ProfileError(_cannot(path, error)) from None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a TOML basic string is written alike


def _cannot(path: Path, error: OSError) -> str:
    return f"{safe(str(path))} can't be written ({os_error_reason(error)})."
