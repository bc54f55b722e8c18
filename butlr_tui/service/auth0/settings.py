"""The settings of the Auth0 engine, from the environment: which tenant, as whom, and for which API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from butlr_tui.contract import AUDIENCE
from butlr_tui.http.transport import BadSetting, check_url

_NEEDED: Final = ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET")
_CLAIM: Final = re.compile(r"[A-Za-z0-9_:/.\-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """What the engine is told about its tenant."""

    url: str
    """`https://DOMAIN`, without a slash at its end."""
    client_id: str
    client_secret: SecretStr
    audience: str = AUDIENCE
    """The API that new clients may use and that callers' tokens are for."""
    caller_claims: tuple[str, ...] = ("client_id",)
    """The claims of a caller's token that may name the caller; the first that is there does."""

    @property
    def issuer(self) -> str:
        """The `iss` of the tenant's tokens."""
        return f"{self.url}/"

    @property
    def management(self) -> str:
        """The base URL of the Management API, which is its audience, too."""
        return f"{self.url}/api/v2/"


def read_settings(environment: Mapping[str, str]) -> TenantSettings:
    """The settings in `environment`. Raises BadSetting, whose text never holds the secret."""
    missing = [name for name in _NEEDED if not environment.get(name, "").strip()]
    if missing:
        raise BadSetting(
            f"The auth0 engine needs {', '.join(_NEEDED)} in the environment; "
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set."
        )
    domain = environment["AUTH0_DOMAIN"].strip().rstrip("/")
    url = str(check_url(domain if "://" in domain else f"https://{domain}")).rstrip("/")
    if url.count("/") > 2:
        raise BadSetting(
            "AUTH0_DOMAIN is the tenant's domain, such as your-tenant.eu.auth0.com, without a path."
        )
    claims = tuple(
        claim.strip() for claim in (environment.get("BUTLR_CALLER_CLAIMS") or "client_id").split(",")
    )
    if not all(map(_CLAIM.fullmatch, claims)):
        raise BadSetting("BUTLR_CALLER_CLAIMS is a list of claims with commas between: client_id,azp.")
    return TenantSettings(
        url,
        environment["AUTH0_CLIENT_ID"].strip(),
        SecretStr(environment["AUTH0_CLIENT_SECRET"].strip()),  # a command's output ends with a new line
        environment.get("BUTLR_API_AUDIENCE") or AUDIENCE,
        claims,
    )
