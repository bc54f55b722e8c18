"""A stateful Auth0 tenant in this process: the part of the Management API v2 that the engine uses, as strict as
the real one, the sign-in and the keys.

Its shapes are checked against the models and the requests of auth0-python in test_auth0_oracle.py.
"""

import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
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

DOMAIN: Final = "butlr-test.eu.auth0.com"
URL: Final = f"https://{DOMAIN}"
SERVICE_ID: Final = "ServiceClientOfTheTenant0000000"
SERVICE_SECRET: Final = "canary-management-secret-5d1c"
SERVICE_SCOPES: Final = (
    "create:clients read:clients update:clients delete:clients "
    "create:client_grants read:client_grants delete:client_grants read:resource_servers"
)
_CLIENT_FIELDS: Final = {"name", "description", "app_type", "grant_types", "client_metadata"}
_GRANT_FIELDS: Final = {"client_id", "audience", "scope"}

Client = dict[str, Any]


@cache
def rsa_key(number: int) -> RSAKey:
    """One of the tests' keys; making one takes a while. The tenant signs with 0, unless told otherwise."""
    return RSAKey.generate_key(2048, {"kid": f"tenant-key-{number}", "use": "sig", "alg": "RS256"})


class Refusal(Exception):
    """An error of the Management API: `{statusCode, error, message, errorCode}`."""

    def __init__(self, status: int, error: str, message: str, code: str) -> None:
        self.status = status
        self.body = {"statusCode": status, "error": error, "message": message, "errorCode": code}


@dataclass
class Tenant:
    """Its state, open to tests. `limit` is in calls of the Management API a second."""

    now: Callable[[], float]
    limit: int | None = None
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
    refused_paths: list[str] = field(default_factory=list)
    """Of the calls beyond the limit."""
    _window: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.issued.append(SERVICE_SECRET)
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
        return self._add({"name": name, "description": description, "client_metadata": metadata})

    def grant(
        self, client_id: str, scope: tuple[str, ...] = SCOPES, audience: str = AUDIENCE
    ) -> dict[str, Any]:
        """A grant, as if made in the dashboard."""
        made = {"id": f"cgr_{_word(16)}", "client_id": client_id, "audience": audience, "scope": list(scope)}
        self.grants.append(made)
        return made

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
        self.grants = [grant for grant in self.grants if grant["client_id"] != client_id]

    def sign(self, claims: Mapping[str, Any], key: RSAKey | None = None) -> str:
        """A JWT."""
        key = key or self.keys[0]
        token = jwt.encode(
            {"alg": "RS256", "typ": "JWT", "kid": key.kid}, dict(claims), key, algorithms=["RS256"]
        )
        self.issued.append(token)
        return token

    def _add(self, fields: Mapping[str, Any]) -> Client:
        client = {
            "tenant": "butlr-test",
            "global": False,
            "is_first_party": True,
            "app_type": "non_interactive",
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "client_secret_post",
            **fields,
            "client_id": _word(32),
            "client_secret": _word(64),
        }
        self.clients[client["client_id"]] = client
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
            return _oauth_error(401, "access_denied", "Unauthorized")
        for grant in self.grants:
            if (grant["client_id"], grant["audience"]) == (client_id, audience):
                return self._issue(client_id, audience, " ".join(grant["scope"]), self.api["token_lifetime"])
        return _oauth_error(403, "access_denied", f'Client is not authorized to access "{audience}".')

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
        try:
            headers |= self._count()
            self._authorise(request)
            self.before(f"{request.method} {path}")
            status, value = self._do(request.method, path, dict(request.query_params), body)
        except Refusal as refusal:
            status, value = refusal.status, refusal.body
            if status == 429:
                self.refused_paths.append(request.url.path)
                headers |= self._limit_headers(0)
        if value is None:
            return Response(status_code=status, headers=headers)
        return JSONResponse(value, status, headers)

    def _count(self) -> dict[str, str]:
        if self.limit is None:
            return {}
        second, used = self._window
        if second != int(self.now()):
            second, used = int(self.now()), 0
        if used >= self.limit:
            raise Refusal(429, "Too Many Requests", "Global limit has been reached", "too_many_requests")
        self._window = (second, used + 1)
        return self._limit_headers(self.limit - used - 1)

    def _limit_headers(self, remaining: int) -> dict[str, str]:
        reset = str(int(self.now()) + 1)
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": reset,
        }

    def _authorise(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
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
            case "GET", "clients", True:
                self._need("read:clients")
                if name not in self.clients:
                    raise Refusal(404, "Not Found", "The client does not exist", "inexistent_client")
                return 200, _only(self.clients[name], query)
            case "DELETE", "clients", True:
                self._need("delete:clients")
                self.remove(name)
                return 204, None  # a client that is not there, too
            case "POST", "client-grants", False:
                self._need("create:client_grants")
                return 201, self._create_grant(body)
            case "GET", "client-grants", False:
                self._need("read:client_grants")
                wanted = {key: query[key] for key in ("client_id", "audience") if key in query}
                found = [grant for grant in self.grants if wanted.items() <= grant.items()]
                return 200, {"client_grants": found, "total": len(found)} if _totals(query) else found
            case "GET", "resource-servers", True:
                self._need("read:resource_servers")
                if name not in {self.api["identifier"], self.api["id"]}:
                    raise Refusal(
                        404, "Not Found", "The resource server does not exist", "inexistent_resource"
                    )
                return 200, {**self.api, "token_dialect": self.dialect}
        raise Refusal(404, "Not Found", "Not Found", "not_found")

    def _create(self, body: Any) -> Client:
        if not isinstance(body, dict) or not set(body) <= _CLIENT_FIELDS:
            raise _invalid("Additional properties not allowed")
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
        if body.get("app_type") not in {"non_interactive", "spa", "native", "regular_web"}:
            raise _invalid("app_type")
        return self._add(body)

    def _list(self, query: dict[str, str]) -> Any:
        page, size = int(query.get("page", 0)), int(query.get("per_page", 50))
        if not 0 < size <= 100:
            raise Refusal(400, "Bad Request", "per_page", "invalid_query_string")
        app_type = query.get("app_type")
        everybody = [client for client in self.clients.values() if app_type in {None, client["app_type"]}]
        found = [_only(client, query) for client in everybody[page * size :][:size]]
        if not _totals(query):
            return found
        return {"start": page * size, "limit": size, "total": len(everybody), "clients": found}

    def _create_grant(self, body: Any) -> dict[str, Any]:
        if not isinstance(body, dict) or set(body) != _GRANT_FIELDS:
            raise _invalid("Additional properties not allowed")
        client_id, audience, scope = body["client_id"], body["audience"], body["scope"]
        if client_id not in self.clients:
            raise Refusal(404, "Not Found", "Client does not exist", "inexistent_client")
        if audience != self.api["identifier"]:
            raise Refusal(404, "Not Found", "Resource server does not exist", "inexistent_resource_server")
        if not set(scope) <= {scope["value"] for scope in self.api["scopes"]}:
            raise Refusal(400, "Bad Request", "Some scopes are not in the resource server", "invalid_scope")
        if any((grant["client_id"], grant["audience"]) == (client_id, audience) for grant in self.grants):
            raise Refusal(409, "Conflict", "A resource with the same identifier already exists", "conflict")
        return self.grant(client_id, tuple(scope), audience)


def _only(client: Client, query: dict[str, str]) -> Client:
    """The fields that were asked for; never a secret, since nobody here has read:client_keys."""
    fields = query["fields"].split(",") if "fields" in query else list(client)
    assert query.get("include_fields", "true") == "true"
    return {key: value for key, value in client.items() if key in fields and key != "client_secret"}


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
