"""What one signs in with: a client's pair, a user's name and password, or a token as it is.

Held in memory only. Source: CONTRACT.md, "Signing in".
"""

from dataclasses import dataclass

from pydantic import SecretStr

from butlr_tui.auth.token import is_token
from butlr_tui.http.errors import CredentialError
from butlr_tui.models import Credentials


@dataclass(frozen=True, slots=True)
class TypedClient:
    """A client's id and secret, as they were typed."""

    client_id: str
    client_secret: SecretStr


@dataclass(frozen=True, slots=True)
class TypedUser:
    """A user's name and password, as they were typed."""

    username: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class TypedToken:
    """A token, as it was pasted."""

    token: SecretStr


Typed = TypedClient | TypedUser | TypedToken


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token whose form was checked; there is no renewing it."""

    value: SecretStr


SignInMethod = Credentials | TypedUser | GivenToken


def validate(typed: Typed) -> SignInMethod:
    """What was typed, without the white space around it that pasting brings. Raises CredentialError."""
    match typed:
        case TypedClient():
            client_id, secret = typed.client_id.strip(), typed.client_secret.get_secret_value().strip()
            if not client_id or not secret or not (client_id + secret).isprintable():
                raise CredentialError("A client id and its secret are both needed, as printable text.")
            return Credentials(client_id, SecretStr(secret))
        case TypedUser():
            if not typed.username.strip() or not typed.password.get_secret_value():
                raise CredentialError("A user name and a password are both needed.")
            return TypedUser(typed.username.strip(), typed.password)
    # As people copy it: out of a header.
    return given_token(typed.token.get_secret_value().strip().removeprefix("Bearer "), "What was pasted")


def given_token(text: str, told: str) -> GivenToken:
    """The token in `text`, if it is one. `told` begins the sentence if it is not. Raises CredentialError."""
    text = text.strip()
    if not is_token(text):
        raise CredentialError(f"{told} is not a token: " + ("it is empty." if not text else _odd(text)))
    return GivenToken(SecretStr(text))


def _odd(text: str) -> str:
    return (
        "there is a space or a line break in it." if len(text.split()) > 1 else "a character can't be in one."
    )
