"""A stateful Auth0 tenant in this process: the part of the Management API v2 that the engine uses, as strict as
the real one, the sign-in and the keys.

Its shapes are checked against the models and the requests of auth0-python in test_auth0_oracle.py.
"""

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from functools import cache
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from butlr_tui.contract import AUDIENCE, SCOPES
from tests.support.buckets import EVERYTHING, Bucket
from tests.support.paging import Client, Paging, Refused

DOMAIN: Final = "butlr-test.eu.auth0.com"
URL: Final = f"https://{DOMAIN}"
SERVICE_ID: Final = "ServiceClientOfTheTenant0000000"
SERVICE_SECRET: Final = "canary-management-secret-5d1c"
SERVICE_SCOPES: Final = (
    "create:clients read:clients update:clients delete:clients "
    "create:client_grants read:client_grants delete:client_grants read:resource_servers"
)
_BODIES: Final = {
    "clients": {
        *("name", "description", "app_type", "grant_types", "client_metadata", "token_endpoint_auth_method"),
        *("oidc_conformant", "is_first_party", "is_token_endpoint_ip_header_trusted", "jwt_configuration"),
        *("refresh_token", "sso_disabled", "custom_login_page_on", "cross_origin_authentication"),
        *("allowed_clients", "allowed_logout_urls", "allowed_origins", "callbacks", "client_aliases"),
        *("native_social_login", "web_origins"),
    },
    "client-grants": {
        *("client_id", "audience", "scope", "subject_type", "allow_all_scopes", "default_for"),
        *("organization_usage", "allow_any_organization", "authorization_details_types"),
    },
}
"""What the API description allows in them, as far as it is recorded that somebody sent it."""
_SEARCH: Final = re.compile(r'metadata\.(?P<key>\w+):"(?P<value>[^"]*)"')
_SECRETS: Final = {"client_secret", "signing_keys"}
"""The members of a client that only `read:client_keys` shows, but for the answer to its creation."""
PRIVATE_KEY: Final = "canary-private-key-of-a-client-91f4"
_MADE_WITH: Final[dict[str, Any]] = {
    "is_token_endpoint_ip_header_trusted": False,
    "oidc_conformant": False,
    "sso_disabled": False,
    "cross_origin_auth": False,
    "encrypted": True,
    "callback_url_template": False,
    "custom_login_page_on": True,
    "jwt_configuration": {"secret_encoded": False, "lifetime_in_seconds": 36_000},
    "refresh_token": {
        "rotation_type": "non-rotating",
        "expiration_type": "non-expiring",
        "leeway": 0,
        "token_lifetime": 2_592_000,
        "infinite_token_lifetime": True,
        "infinite_idle_token_lifetime": True,
        "idle_token_lifetime": 1_296_000,
    },
    "signing_keys": [
        {"cert": "-----BEGIN CERTIFICATE-----", "key": f"-----BEGIN RSA PRIVATE KEY-----\r\n{PRIVATE_KEY}"}
    ],
    "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
}
"""What a client has that nobody said."""


@cache
def rsa_key(number: int) -> RSAKey:
    """One of the tests' keys; making one takes a while. The tenant signs with 0, unless told otherwise."""
    return RSAKey.generate_key(2048, {"kid": f"tenant-key-{number}", "use": "sig", "alg": "RS256"})


class Refusal(Exception):
    """An error of the Management API: `{statusCode, error, message, errorCode}`, often without the last."""

    def __init__(self, status: int, error: str, message: str, code: str = "") -> None:
        self.status = status
        self.body = {"statusCode": status, "error": error, "message": message}
        if code:
            self.body["errorCode"] = code


@dataclass
class Tenant:
    """Its state, open to tests."""

    now: Callable[[], float]
    buckets: dict[str, Bucket] = field(default_factory=dict)
    """Its rate limits: of `METHOD collection`, and of EVERYTHING else."""
    room: int | None = None
    """How many applications its plan allows."""
    paging: Paging = field(default_factory=Paging)
    search_lag: float | None = None
    """Seconds after which the search knows of a new client. None where there is none: what is answered then is not
    known, here it is what another client's path is."""
    page_seconds: float = 0.0
    """What a list takes."""
    url: str = URL
    scopes: str = SERVICE_SCOPES
    dialect: str = "rfc9068_profile"
    clients: dict[str, Client] = field(default_factory=dict)
    grants: list[dict[str, Any]] = field(default_factory=list)
    keys: list[RSAKey] = field(default_factory=lambda: [rsa_key(0)])
    token_life: int = 86_400
    seen: list[tuple[str, str, Any]] = field(default_factory=list)
    """Method, path with its query, body: of every request that arrived."""
    issued: list[str] = field(default_factory=list)
    """Every token and secret that ever was."""
    before: Callable[[str], None] = lambda call: None
    """Hears `METHOD path` before the call has its effect."""
    api: dict[str, Any] = field(
        default_factory=lambda: {
            "id": "5f0d",
            "name": "Butlr",
            "identifier": AUDIENCE,
            "scopes": [{"value": scope, "description": scope} for scope in SCOPES],
            "signing_alg": "RS256",
            "token_lifetime": 86_400,
        }
    )
    logs: list[dict[str, Any]] = field(default_factory=list)
    """What happened, the oldest first; some of it may be gone."""
    refused_paths: list[str] = field(default_factory=list)
    """Of the calls beyond the limit."""

    _logged: int = 0
    _made_at: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.issued += [SERVICE_SECRET, PRIVATE_KEY]
        self.root = self.make("butlr-tui root", "Made by the service itself; owns itself")
        self.root["client_metadata"] = {"butlr_owner": self.root["client_id"]}
        self.grant(self.root["client_id"])
        self.app = Starlette(
            routes=[
                Route("/oauth/token", self._token, methods=["POST"]),
                Route("/.well-known/jwks.json", self._jwks, methods=["GET"]),
                Route("/api/v2/{path:path}", self._management, methods=["GET", "POST", "PATCH", "DELETE"]),
            ]
        )

    @property
    def environment(self) -> dict[str, str]:
        """What the service is told about it."""
        return {
            "AUTH0_DOMAIN": self.url if self.url.startswith("http:") else DOMAIN,
            "AUTH0_CLIENT_ID": SERVICE_ID,
            "AUTH0_CLIENT_SECRET": SERVICE_SECRET,
        }

    @property
    def root_pair(self) -> dict[str, str]:
        """With which somebody signs in to the service."""
        return {key: self.root[key] for key in ("client_id", "client_secret")}

    @property
    def refused(self) -> int:
        """How many calls were beyond the limit."""
        return len(self.refused_paths)

    def calls(self, method: str, start: str) -> list[str]:
        """The paths of the requests that arrived with that method and path's beginning."""
        return [path for had, path, _ in self.seen if had == method and path.startswith(start)]

    def make(self, name: str, description: str = "", owner: str = "") -> Client:
        """A client, as if made in the dashboard."""
        metadata = {"butlr_owner": owner} if owner else {}
        return self._add(
            {
                "name": name,
                "description": description,
                "app_type": "non_interactive",
                "grant_types": ["client_credentials"],
                "token_endpoint_auth_method": "client_secret_post",
                "client_metadata": metadata,
            }
        )

    def grant(
        self, client_id: str, scope: tuple[str, ...] = SCOPES, audience: str = AUDIENCE
    ) -> dict[str, Any]:
        """A grant, as if made in the dashboard."""
        return self._add_grant({"client_id": client_id, "audience": audience, "scope": list(scope)})

    def granted(self, client_id: str) -> bool:
        """Whether that client may use the API with all scopes."""
        return any(
            grant["client_id"] == client_id
            and grant["audience"] == AUDIENCE
            and set(grant["scope"]) == set(SCOPES)
            for grant in self.grants
        )

    def remove(self, client_id: str) -> None:
        """Deletes a client and what hangs on it."""
        self.clients.pop(client_id, None)
        self.grants = [grant for grant in self.grants if grant.get("client_id") != client_id]

    def sign(self, claims: Mapping[str, Any], key: RSAKey | None = None) -> str:
        """A JWT."""
        key = key or self.keys[0]
        token = jwt.encode(
            {"alg": "RS256", "typ": "JWT", "kid": key.kid}, dict(claims), key, algorithms=["RS256"]
        )
        self.issued.append(token)
        return token

    def log(self, kind: str, client_id: str) -> None:
        """Writes an entry into its logs, at the moment that it is."""
        self._logged += 1
        self.logs.append(
            {
                "log_id": f"90020{self._logged:012}",
                "date": f"{datetime.fromtimestamp(self.now(), UTC):%Y-%m-%dT%H:%M:%S.000Z}",
                "type": kind,
                "client_id": client_id,
            }
        )

    def _add(self, fields: Mapping[str, Any]) -> Client:
        client = {
            "tenant": "butlr-test",
            "global": False,
            "is_first_party": True,
            **_MADE_WITH,
            **fields,
            "client_id": _word(32),
            "client_secret": _word(64),
        }
        self.clients[client["client_id"]] = client
        self._made_at[client["client_id"]] = self.now()
        self.issued.append(client["client_secret"])
        return client

    # Sign-in and keys

    async def _jwks(self, request: Request) -> Response:
        self.seen.append((request.method, request.url.path, None))
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})

    async def _token(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.seen.append((request.method, request.url.path, asked))
        assert set(asked) == {"client_id", "client_secret", "audience", "grant_type"}
        assert asked["grant_type"] == "client_credentials"
        client_id, audience = asked["client_id"], asked["audience"]
        if (client_id, audience) == (SERVICE_ID, f"{self.url}/api/v2/"):
            if asked["client_secret"] != SERVICE_SECRET:
                return _oauth_error(401, "access_denied", "Unauthorized")
            return self._issue(client_id, audience, self.scopes, self.token_life)
        client = self.clients.get(client_id)
        if client is None or client["client_secret"] != asked["client_secret"]:
            self.log("feccft", client_id)
            return _oauth_error(401, "access_denied", "Unauthorized")
        if "client_credentials" not in client["grant_types"]:
            return _oauth_error(
                403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client."
            )
        for grant in self.grants:
            if (grant.get("client_id"), grant["audience"]) == (client_id, audience):
                self.log("seccft", client_id)
                return self._issue(client_id, audience, " ".join(grant["scope"]), self.api["token_lifetime"])
        return _oauth_error(
            403,
            "access_denied",
            f'Client is not authorized to access "{audience}". You need to create a "client-grant" associated '
            "to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants",
        )

    def _issue(self, client_id: str, audience: str, scope: str, life: int) -> Response:
        now = int(self.now())
        claims = {
            "iss": f"{self.url}/",
            "sub": f"{client_id}@clients",
            "aud": audience,
            "iat": now,
            "exp": now + life,
            "scope": scope,
            "gty": "client-credentials",
        }
        claims["client_id" if self.dialect.startswith("rfc9068") else "azp"] = client_id
        token = self.sign(claims)
        return JSONResponse(
            {"access_token": token, "scope": scope, "expires_in": life, "token_type": "Bearer"}
        )

    # The Management API

    async def _management(self, request: Request) -> Response:
        raw = await request.body()
        body = json.loads(raw) if raw else None
        path = request.url.path.removeprefix("/api/v2/")
        query = f"?{request.url.query}" if request.url.query else ""
        self.seen.append((request.method, f"/api/v2/{path}{query}", body))
        headers = {"date": formatdate(self.now(), usegmt=True)}
        if self.page_seconds and (request.method, path) == ("GET", "clients"):
            await asyncio.sleep(self.page_seconds)
        try:
            self._count(request.method, path, headers)
            self._authorise(request)
            self.before(f"{request.method} {path}")
            status, value = self._do(request.method, path, dict(request.query_params), body)
        except Refusal as refusal:
            status, value = refusal.status, refusal.body
            if status == 429:
                self.refused_paths.append(request.url.path)
        if value is None:
            return Response(status_code=status, headers=headers)
        return JSONResponse(value, status, headers)

    def _count(self, method: str, path: str, headers: dict[str, str]) -> None:
        bucket = self.buckets.get(f"{method} {path}", self.buckets.get(EVERYTHING))
        if bucket is None:
            return
        taken = bucket.take(self.now())
        headers |= bucket.headers
        if not taken:
            raise Refusal(429, "Too Many Requests", "Global limit has been reached", "too_many_requests")

    def _authorise(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            raise Refusal(401, "Unauthorized", "Missing authentication")
        try:
            claims = jwt.decode(token, self.keys[0], algorithms=["RS256"]).claims
        except Exception:
            claims = {}
        if scheme != "Bearer" or claims.get("aud") != f"{self.url}/api/v2/" or claims["exp"] <= self.now():
            raise Refusal(401, "Unauthorized", "Invalid token", "invalid_token")
        self._allowed = set(claims["scope"].split())

    def _need(self, scope: str) -> None:
        if scope not in self._allowed:
            message = f"Insufficient scope, expected any of: {scope}"
            raise Refusal(403, "Forbidden", message, "insufficient_scope")

    def _do(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        what, _, name = path.partition("/")
        match method, what, bool(name):
            case "POST", "clients", False:
                self._need("create:clients")
                return 201, self._create(body)
            case "GET", "clients", False:
                self._need("read:clients")
                return 200, self._list(query)
            case "GET", "clients", True if name == "search" and self.search_lag is not None:
                self._need("read:clients")
                return 200, self._search(query, self.search_lag)
            case "GET", "clients", True:
                self._need("read:clients")
                if name not in self.clients:
                    raise Refusal(404, "Not Found", "The client does not exist", "inexistent_client")
                return 200, self._shown(self.clients[name], query)
            case "DELETE", "clients", True:
                self._need("delete:clients")
                self.remove(name)
                return 204, None  # a client that is not there, too
            case "POST", "client-grants", False:
                self._need("create:client_grants")
                return 201, self._create_grant(body)
            case "DELETE", "client-grants", True:
                self._need("delete:client_grants")
                self.grants = [grant for grant in self.grants if grant["id"] != name]
                return 204, None
            case "GET", "client-grants", False:
                self._need("read:client_grants")
                wanted = {key: query[key] for key in ("client_id", "audience") if key in query}
                found = [grant for grant in self.grants if wanted.items() <= grant.items()]
                if "take" in query:
                    return 200, {"client_grants": found}
                if not _totals(query):
                    return 200, found
                size = int(query.get("per_page", 50))
                return 200, {"total": len(found), "start": 0, "limit": size, "client_grants": found[:size]}
            case "GET", "logs", False:
                self._need("read:logs")
                return 200, self._some_logs(query)
            case "GET", "resource-servers", True:
                self._need("read:resource_servers")
                if name not in {self.api["identifier"], self.api["id"]}:
                    raise Refusal(
                        404, "Not Found", "The resource server does not exist", "inexistent_resource_server"
                    )
                return 200, {**self.api, "token_dialect": self.dialect}
        raise Refusal(404, "Not Found", "Not Found")

    def _create(self, body: Any) -> Client:
        _check_members(body, "clients")
        name, description, metadata = (
            body.get("name"),
            body.get("description", ""),
            body.get("client_metadata", {}),
        )
        if not isinstance(name, str) or not name or set("<>") & set(name):
            raise _invalid("name")
        if not isinstance(description, str) or len(description) > 140:
            raise _invalid("description")
        if len(metadata) > 10 or any(not isinstance(v, str) or len(v) > 255 for v in metadata.values()):
            raise _invalid("client_metadata")
        if body.get("app_type", "spa") not in {"non_interactive", "spa", "native", "regular_web"}:
            raise _invalid("app_type")
        if self.room is not None and len(self.clients) >= self.room:
            message = "You reached the limit of entities of this type for this tenant."
            raise Refusal(403, "Forbidden", message, "too_many_entities")
        return self._add(body)

    def _list(self, query: dict[str, str]) -> Any:
        if "q" in query:
            raise Refusal(400, "Bad Request", "Unsupported query.", "query_syntax_error")
        everybody = list(self.clients.values())
        if "app_type" in query:
            everybody = [client for client in everybody if client.get("app_type") == query["app_type"]]
        if "is_global" in query:
            wanted = query["is_global"] == "true"
            everybody = [client for client in everybody if client["global"] == wanted]
        try:
            return self.paging.answer(everybody, query, lambda client: self._shown(client, query))
        except Refused as refused:
            raise Refusal(400, "Bad Request", refused.message, refused.code) from None

    def _search(self, query: dict[str, str], lag: float) -> Any:
        """Those that it knows of by now, by their metadata: as it is documented, since no answer is recorded."""
        asked = _SEARCH.fullmatch(query["q"])
        if asked is None:
            raise Refusal(400, "Bad Request", "Unsupported query.", "query_syntax_error")
        found = [
            self._shown(client, query)
            for client in self.clients.values()
            if client["client_metadata"].get(asked["key"], "")[:64] == asked["value"]
            and self._made_at[client["client_id"]] + lag <= self.now()
        ]
        return {"clients": found[: int(query["take"])]}

    def _shown(self, client: Client, query: dict[str, str]) -> Client:
        """The members that were asked for, and always its tenant."""
        fields = {"tenant", *query["fields"].split(",")} if "fields" in query else set(client)
        assert query.get("include_fields", "true") == "true"
        hidden = set() if "read:client_keys" in self._allowed else _SECRETS
        return {key: value for key, value in client.items() if key in fields - hidden}

    def _some_logs(self, query: dict[str, str]) -> list[dict[str, Any]]:
        if "from" not in query:
            assert query["sort"] == "date:1"
            return self.logs[: int(query["per_page"])]
        ids = [entry["log_id"] for entry in self.logs]
        if query["from"] not in ids:
            raise Refusal(404, "Not Found", "The log was not found")
        return self.logs[ids.index(query["from"]) + 1 :][: int(query["take"])]

    def _create_grant(self, body: Any) -> dict[str, Any]:
        _check_members(body, "client-grants")
        client_id, audience, scope = body.get("client_id"), body["audience"], body.get("scope", [])
        if client_id not in self.clients and "default_for" not in body:
            raise Refusal(404, "Not Found", "Client does not exist", "inexistent_client")
        if audience != self.api["identifier"]:
            raise Refusal(404, "Not Found", "Resource server does not exist", "inexistent_resource_server")
        if not set(scope) <= {scope["value"] for scope in self.api["scopes"]}:
            raise Refusal(400, "Bad Request", "Some scopes are not in the resource server", "invalid_scope")
        if any((grant.get("client_id"), grant["audience"]) == (client_id, audience) for grant in self.grants):
            raise Refusal(409, "Conflict", "A resource with the same identifier already exists", "conflict")
        return self._add_grant(body)

    def _add_grant(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        made = {"id": f"cgr_{_word(16)}", "subject_type": "client", **fields}
        self.grants.append(made)
        return made


def _check_members(body: Any, kind: str) -> None:
    if not isinstance(body, dict):
        raise _invalid("Expected type object but found type null")
    if unknown := sorted(set(body) - _BODIES[kind]):
        raise _invalid(f"Additional properties not allowed: {','.join(unknown)}")


def _totals(query: dict[str, str]) -> bool:
    return query.get("include_totals") == "true"


def _invalid(what: str) -> Refusal:
    return Refusal(400, "Bad Request", f"Payload validation error: '{what}'", "invalid_body")


def _oauth_error(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status)


def _word(length: int) -> str:
    return secrets.token_hex(length // 2)


class Wire(httpx.AsyncBaseTransport):
    """The way to the tenant, where a test may cut in."""

    def __init__(self, tenant: Tenant) -> None:
        self._inner = httpx.ASGITransport(tenant.app)
        self.fault: Callable[[httpx.Request], Fault | None] = lambda request: None
        """Hears each request, and says what becomes of it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self.fault(request)
        if fault is None:
            return await self._inner.handle_async_request(request)
        if fault.after:
            response = await self._inner.handle_async_request(request)
            if fault.error is None and fault.status == 0:
                return httpx.Response(response.status_code, stream=_Stream(await response.aread(), cut=True))
        if fault.error is not None:
            raise fault.error
        return httpx.Response(fault.status, headers=fault.headers, stream=_Stream(fault.body))


@dataclass(frozen=True)
class Fault:
    """What becomes of a request: an error, or an answer in the tenant's place, or (status 0) half an answer.

    `after` is after it had its effect.
    """

    status: int = 0
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    error: BaseException | None = None
    after: bool = False


class _Stream(httpx.AsyncByteStream):
    def __init__(self, content: bytes, *, cut: bool = False) -> None:
        self._content = content
        self._cut = cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content[: len(self._content) // 2] if self._cut else self._content
        if self._cut:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
