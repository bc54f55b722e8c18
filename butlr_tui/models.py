"""The wire types. A secret is a `SecretStr` from the parse on.

Source of the shapes and of what is tolerated: contract.md, "The M2M client service" and "What the app
tolerates, and what it refuses". Slotted dataclasses rather than BaseModels: a list may hold 100,000.
"""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic.dataclasses import dataclass

# What a server sent must not come back in the text of a validation error.
_WIRE: Final = ConfigDict(hide_input_in_errors=True, extra="ignore", strict=True)


def _empty_for_null(value: Any) -> Any:
    return "" if value is None else value


_Text = Annotated[str, BeforeValidator(_empty_for_null)]
_Id = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True, config=_WIRE)
class Client:
    """An M2M client as the list and the detail give it; `id` falls back to `client_id` and the reverse."""

    id: _Id
    client_id: _Id
    name: _Text = ""
    description: _Text = ""

    @model_validator(mode="before")
    @classmethod
    def _either_id(cls, value: Any) -> Any:
        fields = value.kwargs if hasattr(value, "kwargs") else value
        if isinstance(fields, dict):
            known = fields.get("id") or fields.get("client_id")
            return {**fields, "id": known, "client_id": fields.get("client_id") or known}
        return value


@dataclass(frozen=True, slots=True, config=_WIRE)
class Credentials:
    """The pair with which a client signs in."""

    client_id: _Id
    client_secret: SecretStr


@dataclass(frozen=True, slots=True, config=_WIRE)
class TokenReply:
    """The reply to a sign-in. `expires_in` is in seconds and varies: never hard-code it."""

    access_token: SecretStr
    expires_in: Annotated[float, Field(strict=False, gt=0)]
    scope: _Text = ""
