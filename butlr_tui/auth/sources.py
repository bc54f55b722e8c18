"""Where credentials are read from. A secret never comes from an argument: `ps` shows those.

Source: reliability.md, "The HTTP boundary".
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.config.profiles import ROOT_CREDENTIAL, CredentialFile, Source
from butlr_tui.http.errors import CredentialError
from butlr_tui.models import Credentials
from butlr_tui.text import cut, safe

_CAP: Final = 64 << 10
_CREDENTIALS: Final = TypeAdapter(Credentials)


def read_credentials(source: Source, environment: Mapping[str, str] = os.environ) -> Credentials:
    """The pair that `source` names, read anew each time. Raises CredentialError."""
    if isinstance(source, CredentialFile):
        return _from_file(source.path)
    client_id, secret = environment.get("BUTLR_CLIENT_ID"), environment.get("BUTLR_CLIENT_SECRET")
    if client_id and secret and (client_id + secret).isprintable():
        return Credentials(client_id, SecretStr(secret))
    raise CredentialError("BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET must both be set, to printable text.")


def _from_file(path: Path) -> Credentials:
    shown = cut(safe(str(path)), 200)
    content = _read_private(path, shown)
    try:
        credentials = _CREDENTIALS.validate_json(content)
    except ValidationError:
        credentials = None
    if credentials is None or not credentials.client_secret.get_secret_value():
        raise CredentialError(f'{shown} does not hold {{"client_id": …, "client_secret": …}}.')
    return credentials


def _read_private(path: Path, shown: str) -> bytes:
    """The content of a regular file that is ours alone, checked on what was opened and not on its name."""
    try:
        # Not blocking: to open a FIFO would wait for its writer.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError:
        file = None
    except (OSError, ValueError) as error:
        raise CredentialError(f"{shown} can't be opened ({_why(error)}).") from None
    if file is None:
        if path.name == ROOT_CREDENTIAL:
            raise CredentialError(
                f"No root credential at {shown}: start `butlr-tui serve` once on this machine."
            )
        raise CredentialError(f"No credentials at {shown}: there is no such file.")
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise CredentialError(f"{shown} is not a regular file.")
        if status.st_uid != os.geteuid():
            raise CredentialError(f"{shown} belongs to someone else.")
        if stat.S_IMODE(status.st_mode) & ~0o600:
            raise CredentialError(
                f"Others may read {shown} (mode {stat.S_IMODE(status.st_mode):04o}): `chmod 600` it."
            )
        if status.st_size > _CAP:
            raise CredentialError(f"{shown} is too long to be a credential.")
        return os.read(file, _CAP)
    finally:
        os.close(file)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in {40, 62}:  # ELOOP on Linux, macOS: O_NOFOLLOW met a link
        return "it is a symbolic link"
    return os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else "no such name"
