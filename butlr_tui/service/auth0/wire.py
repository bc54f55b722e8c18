"""The tenant's clients and grants as they come over the wire, as far as they are of use here.

Source: CONTRACT.md, "The Auth0 Management API v2".
"""

from collections.abc import Container, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from butlr_tui.contract import SCOPES
from butlr_tui.models import Credentials
from butlr_tui.service.store import Record

OWNER: Final = "butlr_owner"
"""The key in `client_metadata` with the id of the client that created this one."""
HEIRS: Final = "butlr_heirs"
"""The key with the ids of those to whom it belongs once its owner is gone, the next one first; commas between."""
MARK: Final = "butlr_request"
"""The key with the mark of the create request: an outcome that is not known is looked up by it."""
CLIENT_ITSELF: Final = "client"
"""The `subject_type` of a grant that is for the client's own tokens; a "user" grant is for those of people."""
METADATA_LIMIT: Final = 255
"""Characters that a value in the metadata may have."""
M2M: Final = "non_interactive"
"""The `app_type` of a machine-to-machine client."""
FIELDS: Final = "client_id,name,description,app_type,client_metadata"

_WIRE: Final = ConfigDict(hide_input_in_errors=True, extra="ignore")


def _or_empty(value: Any) -> Any:
    return {} if value is None else value


def _text(value: Any) -> Any:
    return "" if value is None else value


@dataclass(frozen=True, slots=True, config=_WIRE)
class TenantClient:
    """A client. Never asked for its secret."""

    client_id: Annotated[str, Field(min_length=1)]
    name: Annotated[str, BeforeValidator(_text)] = ""
    description: Annotated[str, BeforeValidator(_text)] = ""
    app_type: Annotated[str, BeforeValidator(_text)] = ""
    client_metadata: Annotated[dict[str, Any], BeforeValidator(_or_empty)] = Field(default_factory=dict)

    @property
    def owner(self) -> str | None:
        """Who created it, or None where it did not come from here."""
        owner = self.client_metadata.get(OWNER)
        return owner if isinstance(owner, str) else None

    @property
    def owners(self) -> list[str]:
        """To whom it belongs: the first of them that is still there. None are named where it came from elsewhere.

        A deletion thus leaves a client's own clients to whoever it belonged to, in the one call that it is.
        """
        heirs = self.client_metadata.get(HEIRS)
        later = heirs.split(",") if isinstance(heirs, str) and heirs else []
        return [] if self.owner is None else [self.owner, *later]

    @property
    def mark(self) -> str | None:
        """The create request that it came from."""
        mark = self.client_metadata.get(MARK)
        return mark if isinstance(mark, str) else None

    @property
    def record(self) -> Record:
        """What its owner may see."""
        return Record(self.client_id, self.name, self.description)


@dataclass(frozen=True, slots=True, config=_WIRE)
class OffsetPage:
    """A page of the list, as it comes with `include_totals`."""

    clients: list[TenantClient]
    total: int
    limit: int | None = None
    """How many clients it might have; what was asked for, as a rule."""


@dataclass(frozen=True, slots=True, config=_WIRE)
class CheckpointPage:
    """A page of the list, as it comes with `take`."""

    clients: list[TenantClient]
    next: Annotated[str, BeforeValidator(_text)] = ""
    """What stands in `from` for the next page; the last page has none."""
    total: int | None = None
    """Only where `take` was ignored."""


@dataclass(frozen=True, slots=True, config=_WIRE)
class Grant:
    """A client grant: what a client may do on an API."""

    client_id: Annotated[str, BeforeValidator(_text)] = ""
    audience: Annotated[str, BeforeValidator(_text)] = ""
    scope: Annotated[list[str], BeforeValidator(lambda value: value or [])] = Field(default_factory=list)
    allow_all_scopes: bool = False
    """Then it has no list of them."""
    subject_type: Annotated[str, BeforeValidator(lambda value: value or CLIENT_ITSELF)] = CLIENT_ITSELF

    def suffices(self, client_id: str, audience: str) -> bool:
        """Whether it gives that client all that a client of the service gets."""
        named = (self.client_id, self.audience) == (client_id, audience)
        scopes = self.allow_all_scopes or set(SCOPES).issubset(self.scope)
        return named and scopes and self.subject_type == CLIENT_ITSELF


@dataclass(frozen=True, slots=True, config=_WIRE)
class GrantPage:
    """Grants, where the tenant counts them."""

    client_grants: list[Grant]


def owner_among(owners: Sequence[str], existing: Container[str]) -> str:
    """To whom a client belongs where those of `existing` are there; else to the last, who may be no M2M client."""
    return next((one for one in owners if one in existing), owners[-1])


CLIENT: Final = TypeAdapter(TenantClient)
OFFSET_PAGE: Final = TypeAdapter(OffsetPage)
CHECKPOINT_PAGE: Final[TypeAdapter[CheckpointPage | list[TenantClient]]] = TypeAdapter(
    CheckpointPage | list[TenantClient]
)
GRANT: Final = TypeAdapter(Grant)
GRANTS: Final[TypeAdapter[list[Grant] | GrantPage]] = TypeAdapter(list[Grant] | GrantPage)
NEW_CLIENT: Final = TypeAdapter(Credentials)


def new_client(name: str, description: str, owner: TenantClient, mark: str) -> dict[str, Any]:
    """The body of `POST /api/v2/clients`."""
    heirs = [one for one in owner.owners if one != owner.client_id]
    while len(",".join(heirs)) > METADATA_LIMIT:
        heirs.pop()
    return {
        "name": name,
        "description": description,
        "app_type": M2M,
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
        "oidc_conformant": True,
        "client_metadata": {
            OWNER: owner.client_id,
            MARK: mark,
            **({HEIRS: ",".join(heirs)} if heirs else {}),
        },
    }


def new_grant(client_id: str, audience: str) -> dict[str, Any]:
    """The body of `POST /api/v2/client-grants`."""
    return {"client_id": client_id, "audience": audience, "scope": list(SCOPES)}
