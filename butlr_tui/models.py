"""The wire types. A secret is a `SecretStr` from the parse on.

Source of the shapes and of what is tolerated: contract.md, "The M2M client service" and "What the app
tolerates, and what it refuses". Slotted dataclasses rather than BaseModels: a list may hold 100,000.
"""

from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr
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

    id: _Text = ""
    client_id: _Text = ""
    name: _Text = ""
    description: _Text = ""

    def __post_init__(self) -> None:
        # Not a validator "before": that one would build a second dict for each of 100,000 items.
        if self.id and self.client_id:
            return
        known = self.id or self.client_id
        if not known:
            raise ValueError("no id")
        object.__setattr__(self, "id", known)
        object.__setattr__(self, "client_id", known)


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
