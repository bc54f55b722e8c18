"""The contract as an OpenAPI 3.1 document, which the service serves at `/openapi.json`.

Source: CONTRACT.md, "The M2M client service" and "Signing in". What stands there as not documented is said to be
so. No object may have more fields than it names: a secret that slipped into an answer would be a mistake that a
test of this document finds.
"""

from typing import Any, Final

from butlr_tui import __version__
from butlr_tui.contract import (
    ACTIVITY,
    CLIENT_LOGIN_PATH,
    CLIENTS_PATH,
    DESCRIPTION_LIMIT,
    INCLUDE,
    NAME_LIMIT,
    OFFERS_HEADER,
    ErrorCode,
)

OPENAPI_PATH: Final = "/openapi.json"
HEALTH_PATH: Final = "/healthz"
READY_PATH: Final = "/readyz"
KEYS_PATH: Final = "/.well-known/jwks.json"

_Json = dict[str, Any]

_TEXT: Final[_Json] = {"type": "string"}
_ID: Final[_Json] = {
    "type": "string",
    "minLength": 1,
    "description": "Opaque. Where it is `client_` and a KSUID, it tells when it was made.",
    "examples": ["client_2mA7CiVpUluJ4rz5MxhfxNAH3PT"],
}
_IN_A_NAME: Final = r"<>\u0000-\u001f\u007f-\u009f"
"""What a name must not contain, in a class of characters."""
_NAME: Final = rf"^[^{_IN_A_NAME}]*[^{_IN_A_NAME}\s][^{_IN_A_NAME}]*$"
_DESCRIPTION: Final = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
_INCLUDE: Final[_Json] = {
    "name": INCLUDE,
    "in": "query",
    "schema": _TEXT,
    "description": f"`{ACTIVITY}` asks for `last_sign_in` and `activity_since`. Only of use where replies have "
    f"`{OFFERS_HEADER}: {ACTIVITY}`; anything else is ignored. Not documented by Butlr",
}
_ANEW: Final[_Json] = {
    "name": "Cache-Control",
    "in": "header",
    "schema": _TEXT,
    "description": "`no-cache` has an Auth0 tenant read for this list; else what others did elsewhere may show a "
    "minute late, or more. Anything else is ignored. Not documented by Butlr",
}
_MOMENT: Final[_Json] = {"type": "string", "format": "date-time"}
_SECRET: Final[_Json] = {"type": "string", "minLength": 1}


def document(audience: str) -> _Json:
    """The document, for a service whose tokens are asked for `audience`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "M2M client service",
            "version": __version__,
            "description": "Machine-to-machine clients of the Butlr API. Lists are not paged, names need not "
            "be unique, and a create has no idempotency key.",
        },
        "paths": {
            CLIENTS_PATH: {"get": _list(), "post": _create()},
            f"{CLIENTS_PATH}/{{client_id}}": {
                "parameters": [
                    {"name": "client_id", "in": "path", "required": True, "schema": _ID},
                ],
                "get": _show(),
                "delete": _delete(),
            },
            CLIENT_LOGIN_PATH: {"post": _sign_in(audience)},
            HEALTH_PATH: {"get": _open("healthy", "Whether the service runs", {"200": _status()})},
            READY_PATH: {"get": _open("ready", "Whether it can keep a new client", _readiness())},
            KEYS_PATH: {"get": _open("keys", "The public keys of its tokens", _keys())},
            OPENAPI_PATH: {"get": _open("openapi", "This document", {"200": _json({"type": "object"})})},
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "It must carry the claim `client_id`.",
                }
            },
        },
    }


def _status() -> _Json:
    return _json(_object(status=_TEXT))


def _readiness() -> _Json:
    return {"200": _status(), "503": {**_status(), "description": "Not now"}}


def _keys() -> _Json:
    key = {"type": "object", "required": ["kty", "kid", "use", "alg"]}
    keys = _json(_object(keys={"type": "array", "items": key}), "A JWK Set (RFC 7517)")
    elsewhere = _json(
        _object(message=_TEXT), "The tokens are of an Auth0 tenant, whose own set has their keys"
    )
    return {"200": keys, "404": elsewhere}


def _list() -> _Json:
    edition = "Which edition of the list this is, for `If-None-Match`. With an Auth0 tenant there is none"
    whole = _json({"type": "array", "items": _ref("Client")})
    whole["headers"] = {"ETag": {"schema": _TEXT, "description": edition}}
    same = {"description": "`If-None-Match` names the edition that there is. Not documented"}
    return {**_guarded("list", "All clients", {"200": whole, "304": same}), "parameters": [_INCLUDE, _ANEW]}


def _create() -> _Json:
    new = {"201": _json(_ref("NewClient"), "The secret is never shown again"), "400": _refusal("invalid")}
    return _guarded("create", "Create a client", new, body=_ref("Wanted"))


def _show() -> _Json:
    answers = {"200": _json(_ref("Client")), "404": _missing()}
    return {**_guarded("show", "One client", answers), "parameters": [_INCLUDE]}


def _delete() -> _Json:
    gone = {"204": {"description": "Deleted"}, "404": _missing()}
    return _guarded("delete", "Delete a client", gone)


def _sign_in(audience: str) -> _Json:
    pair = _object(
        client_id=_ID,
        client_secret=_SECRET,
        audience={"type": "string", "minLength": 1, "examples": [audience]},
        grant_type={"const": "client_credentials"},
    )
    refused = {
        status: _json(_ref("SignInError"), f"{why}. The body is not documented")
        for status, why in (("400", "Not understood"), ("401", "No such pair"), ("403", "Another audience"))
    }
    answers = {"200": _json(_ref("Token")), **refused, "429": _rate_limited(), "500": _failed()}
    # what is not named is ignored, as in every body that comes in
    return _open(
        "signIn", "A token for a client's id and secret", answers, {**pair, "additionalProperties": True}
    )


def _guarded(name: str, summary: str, answers: _Json, body: _Json | None = None) -> _Json:
    """An operation that wants a token."""
    unauthorized = _json(_object(message=_TEXT), "No token, or not a good one")
    unauthorized["headers"] = {"WWW-Authenticate": {"required": True, "schema": _TEXT}}
    every = {**answers, "401": unauthorized, "429": _rate_limited(), "500": _failed()}
    return {**_open(name, summary, every, body), "security": [{"token": []}]}


def _open(name: str, summary: str, answers: _Json, body: _Json | None = None) -> _Json:
    operation = {"operationId": name, "summary": summary, "responses": answers}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _json(schema: _Json, description: str = "Done") -> _Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusal(why: str) -> _Json:
    code = {"const": ErrorCode.INVALID_REQUEST.value}
    return _json(_object(code=code, message=_TEXT), f"The request is {why}; nothing was done")


def _missing() -> _Json:
    schema = _object(code={"const": ErrorCode.CLIENT_NOT_FOUND.value}, message=_TEXT)
    schema["required"] = ["message"]
    return _json(
        schema, "No such client, or another's. Without a code: no such path, as a slash in an id makes"
    )


def _rate_limited() -> _Json:
    answer = _json(_object(message=_TEXT), "Nothing was done, try later. Not documented")
    after = {"type": "integer", "minimum": 1, "description": "Seconds"}
    return {**answer, "headers": {"Retry-After": {"required": True, "schema": after}}}


def _failed() -> _Json:
    codes = [code.value for code in ErrorCode if code.value.endswith("_FAILED")]
    schema = _object(code={"enum": codes}, message=_TEXT)
    schema["required"] = ["message"]
    return _json(schema, "It may or may not have happened. The status of the codes is not documented")


def _schemas() -> _Json:
    wanted = _object(
        name={
            "type": "string",
            "pattern": _NAME,
            "maxLength": NAME_LIMIT,
            "description": "Not blank, without <, > and control characters",
        },
        description={
            "type": ["string", "null"],
            "pattern": _DESCRIPTION,
            "maxLength": DESCRIPTION_LIMIT,
            "description": "Without control characters but tabs and line breaks",
        },
    )
    client = _object(id=_ID, name=_TEXT, description=_TEXT, client_id=_ID)
    client["properties"] |= {
        "last_sign_in": {
            **_MOMENT,
            "type": ["string", "null"],
            "description": f"Only where `{INCLUDE}` asks for it; null where none is known",
        },
        "activity_since": {
            **_MOMENT,
            "description": "With `last_sign_in`: from when on every sign-in is known",
        },
    }
    return {
        "Wanted": {**wanted, "required": ["name"], "additionalProperties": True},
        "NewClient": _object(name=_TEXT, description=_TEXT, client_id=_ID, client_secret=_SECRET),
        "Client": client,
        "Token": _object(
            access_token=_SECRET,
            scope=_TEXT,
            expires_in={"type": "integer", "minimum": 0, "description": "Seconds; it varies"},
            token_type={"const": "Bearer"},
        ),
        "SignInError": _object(error=_TEXT, error_description=_TEXT),
    }


def _object(**properties: _Json) -> _Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> _Json:
    return {"$ref": f"#/components/schemas/{name}"}
