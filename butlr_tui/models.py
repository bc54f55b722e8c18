"""The wire types. A secret is a `SecretStr` from the parse on.

Source of the shapes and of what is tolerated: CONTRACT.md, "The M2M client service" and "What the app
tolerates, and what it refuses". Slotted dataclasses rather than BaseModels: a list may hold 100,000.
"""

import os
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, SecretStr
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, core_schema

# Plugins of pydantic see all that is validated, secrets included, and looking for them takes 10 ms.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"

# What a server sent must not come back in the text of a validation error.
_WIRE: Final = ConfigDict(hide_input_in_errors=True, extra="ignore", strict=True)


def _empty_for_null(value: Any) -> Any:
    return "" if value is None else value


class _OrNull:
    """Lets a null pass, for `__post_init__` to replace.

    A validator in Python for each of four fields would cost a quarter of the decode of a long list. It would
    also keep pydantic from making one string of an id that comes twice.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.nullable_schema(handler(source))


class _OrNothing:
    """Takes what is not of the type for None: nothing else is lost for a field that is not documented."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


_Text = Annotated[str, BeforeValidator(_empty_for_null)]
_Field = Annotated[str, _OrNull()]
_Id = Annotated[str, Field(min_length=1)]
# As text: a list may hold 200,000, of which a screen shows thirty.
_Moment = Annotated[
    str | None,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([0-9]{2}:){2}[0-9]{2}([.][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$"
    ),
    _OrNothing(),
]


@dataclass(frozen=True, slots=True, config=_WIRE)
class Client:
    """An M2M client as the list and the detail give it; `id` falls back to `client_id` and the reverse."""

    id: _Field = ""
    client_id: _Field = ""
    name: _Field = ""
    description: _Field = ""

    def __post_init__(self) -> None:
        # Not a validator "before": that one would build a second dict for each of 100,000 items.
        if self.name is None:
            object.__setattr__(self, "name", "")
        if self.description is None:
            object.__setattr__(self, "description", "")
        if self.id and self.client_id:
            return
        known = self.id or self.client_id
        if not known:
            raise ValueError("no id")
        object.__setattr__(self, "id", known)
        object.__setattr__(self, "client_id", known)


@dataclass(frozen=True, slots=True, config=_WIRE)
class ActiveClient(Client):
    """A client of a service that was asked when it last signed in.

    Source: CONTRACT.md, "The last sign-in".
    """

    last_sign_in: _Moment = None
    """As ISO 8601 has it; None where none is known. `last_use` tells what it means."""
    activity_since: _Moment = None
    """From when on every sign-in is known; None where the service does not tell after all."""


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
