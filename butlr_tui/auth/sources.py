"""Reads credentials from where a profile has them. A secret never comes from an argument: `ps` shows those."""

import asyncio
import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr, TypeAdapter, ValidationError

from butlr_tui.auth.credentials import GivenToken, SignInMethod, given_token
from butlr_tui.auth.programs import output_of
from butlr_tui.config.profiles import (
    CredentialCommand,
    CredentialFile,
    Prompt,
    Source,
    TokenCommand,
    TokenFile,
    TokenVariable,
)
from butlr_tui.contract import ROOT_CREDENTIAL
from butlr_tui.http.errors import CredentialError, NobodySignedIn
from butlr_tui.models import Credentials
from butlr_tui.system.private_files import NotPrivate, read_private
from butlr_tui.text import describe_path, os_error_reason, safe, truncate

_CREDENTIALS: Final = TypeAdapter(Credentials)
_CAP: Final = 64 << 10
_SHAPE: Final = '{"client_id": …, "client_secret": …}'


async def obtain(source: Source, environment: Mapping[str, str] = os.environ) -> SignInMethod:
    """What `source` gives to sign in with, asked anew each time. Raises CredentialError."""
    match source:
        case TokenCommand(argv):
            printed = await output_of(argv, environment)
            return given_token(_text(printed), f"What {truncate(safe(argv[0]), 60)} prints")
        case CredentialCommand(argv):
            pair = _pair(await output_of(argv, environment))
            if pair is None:
                raise CredentialError(f"{truncate(safe(argv[0]), 60)} does not print {_SHAPE}.")
            return pair
        case _:
            return await asyncio.to_thread(read, source, environment)


def read(source: Source, environment: Mapping[str, str] = os.environ) -> SignInMethod:
    """What `source`, which is no command, gives to sign in with. Blocks on files. Raises CredentialError."""
    match source:
        case TokenVariable():
            return given_token(environment.get("BUTLR_TOKEN", ""), "BUTLR_TOKEN")
        case TokenFile(path):
            return _token_file(path)
        case _:
            return read_credentials(source, environment)


def read_credentials(source: Source, environment: Mapping[str, str] = os.environ) -> Credentials:
    """The pair that `source` names, read anew each time. Blocks on files. Raises CredentialError."""
    match source:
        case CredentialFile(path):
            return _credential_file(path)
        case Prompt(stored) if stored is not None and os.path.lexists(stored):
            return _credential_file(stored)
        case Prompt():
            raise NobodySignedIn("Nobody has signed in: this profile asks for its credentials.")
    client_id, secret = environment.get("BUTLR_CLIENT_ID"), environment.get("BUTLR_CLIENT_SECRET")
    if client_id and secret and (client_id + secret).isprintable():
        return Credentials(client_id, SecretStr(secret))
    raise CredentialError("BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET must both be set, to printable text.")


def _token_file(path: Path) -> GivenToken:
    return given_token(_text(_content(path)), f"What {describe_path(path)} holds")


def _credential_file(path: Path) -> Credentials:
    if path.name == ROOT_CREDENTIAL and not os.path.lexists(path):
        raise CredentialError(
            f"No root credential at {describe_path(path)}: start `butlr-tui serve` once on this machine."
        )
    pair = _pair(_content(path))
    if pair is None:
        raise CredentialError(f"{describe_path(path)} does not hold {_SHAPE}.")
    return pair


def _content(path: Path) -> bytes:
    try:
        content = read_private(path, _CAP + 1)
    except FileNotFoundError:
        raise CredentialError(f"No credentials at {describe_path(path)}: there is no such file.") from None
    except NotPrivate as error:
        raise CredentialError(f"{error}.") from None
    except (OSError, ValueError) as error:
        raise CredentialError(f"{describe_path(path)} can't be opened ({_why(error)}).") from None
    if len(content) > _CAP:
        raise CredentialError(f"{describe_path(path)} is too long to be a credential.")
    return content


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "it is a symbolic link"
    return os_error_reason(error, "no such name")


def _pair(content: bytes) -> Credentials | None:
    try:
        pair = _CREDENTIALS.validate_json(content)
    except ValidationError:
        return None
    return pair if pair.client_secret.get_secret_value() else None


def _text(content: bytes) -> str:
    return content.decode("ascii", "replace")  # what is not ASCII is in no token
