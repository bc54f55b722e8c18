"""What the API fixes, known to the app and to the service alike.

Source: CONTRACT.md, "The M2M client service" and "Upstream Auth0 limits". Imports nothing heavy, so
that a screen may use it before its first paint.
"""

from enum import StrEnum
from typing import Final

AUDIENCE: Final = "https://butlrauth/"
RESOURCES: Final = ("spaces", "rooms", "sensors", "hives")
ACTIONS: Final = ("read", "write", "delete")
SCOPES: Final = tuple(f"{action}:{resource}" for resource in RESOURCES for action in ACTIONS)

CLIENTS_PATH: Final = "/api/v1/client"
CLIENT_LOGIN_PATH: Final = "/api/v2/clients/login"
USER_LOGIN_PATH: Final = "/api/v2/login"

DESCRIPTION_LIMIT: Final = 140
"""Characters that a description may have."""


class ErrorCode(StrEnum):
    """The `code` of an error body."""

    INVALID_REQUEST = "INVALID_REQUEST"
    CLIENT_NOT_FOUND = "CLIENT_NOT_FOUND"
    CLIENT_CREATE_FAILED = "CLIENT_CREATE_FAILED"
    CLIENT_GRANT_CREATE_FAILED = "CLIENT_GRANT_CREATE_FAILED"
    CLIENT_UPDATE_FAILED = "CLIENT_UPDATE_FAILED"
    CLIENT_DELETE_FAILED = "CLIENT_DELETE_FAILED"


def fault_in_name(name: str) -> str | None:
    """What is wrong with a client's name, in the words of the service, or None."""
    if not name.strip():
        return "client name is required"
    if "<" in name or ">" in name:
        return "client name must not contain < or >"
    return None


def fault_in_description(description: str) -> str | None:
    """What is wrong with a client's description, in the words of the service, or None."""
    if len(description) > DESCRIPTION_LIMIT:
        return f"client description must be at most {DESCRIPTION_LIMIT} characters"
    return None
