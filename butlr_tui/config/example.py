"""Writes a commented file of settings to begin with, and adds a profile to one that is there."""

import json
import os
from pathlib import Path
from typing import Final

from butlr_tui.config import keys
from butlr_tui.config.keys import Key
from butlr_tui.config.model import CredentialFile, Profile, ProfileError
from butlr_tui.text import os_error_reason, safe

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_HEAD: Final = """\
# Settings of butlr-tui. Everything in here is an example: take away the `#` before a line to use it.
# `butlr-tui config` shows what is in force and where it comes from; `butlr-tui doctor` tries it.
# No secret belongs in this file, only where one is.
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
    parts = [_HEAD, *map(_lines, keys.TOP), _PROFILE_HEAD, *map(_lines, keys.PROFILE)]
    return "".join([*parts, _COMMAND_HEAD, *map(_lines, keys.COMMAND)])


def _lines(key: Key) -> str:
    return f"\n# {key.says} (default: {key.default}).\n# {key.name} = {key.example}\n"


def write_example(path: Path) -> None:
    """Writes it to a new file that only its owner can read, in folders likewise. Raises ProfileError."""
    try:
        _make_folder(path.parent)
        opened = os.open(path, _NEW, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            os.fchmod(opened, 0o600)  # whatever the umask took away
            out.write(example())
    except FileExistsError:
        raise ProfileError(f"{safe(str(path))} is there already and stays as it is.") from None
    except OSError as error:
        raise ProfileError(_cannot(path, error)) from None


def add_profile(path: Path, profile: Profile) -> None:
    """Adds `profile` at the end of the settings, and makes the file where there is none.

    What it says of its source is a credential file, if that is what it has; else the sign-in screen asks.
    Raises ProfileError.
    """
    text = f"\n[profiles.{profile.name}]\nbase_url = {_quoted(profile.base_url)}\n"
    if profile.sign_in_url:
        text += f"auth_url = {_quoted(profile.sign_in_url)}\n"
    if isinstance(profile.source, CredentialFile):
        text += f"credential_file = {_quoted(str(profile.source.path))}\n"
    if not keys.PROFILE_NAME.fullmatch(profile.name):
        raise ProfileError(f"“{safe(profile.name)}” can't be a profile's name.")
    try:
        _make_folder(path.parent)
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(opened, "a", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise ProfileError(_cannot(path, error)) from None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a TOML basic string is written alike


def _make_folder(folder: Path) -> None:
    """With 0700 all the way down: `parents=True` would give the outer ones the umask's mode."""
    missing = [ancestor for ancestor in (folder, *folder.parents) if not ancestor.exists()]
    for ancestor in reversed(missing):
        ancestor.mkdir(0o700, exist_ok=True)


def _cannot(path: Path, error: OSError) -> str:
    return f"{safe(str(path))} can't be written ({os_error_reason(error)})."
