"""What the API fixes, known to the app and to the service alike.

Source: CONTRACT.md, "The M2M client service" and "Upstream Auth0 limits". Imports nothing heavy, so
that a screen may use it before its first paint.
"""

import re
from enum import StrEnum
from typing import Final

AUDIENCE: Final = "https://butlrauth/"
RESOURCES: Final = ("spaces", "rooms", "sensors", "hives")
ACTIONS: Final = ("read", "write", "delete")
SCOPES: Final = tuple(f"{action}:{resource}" for resource in RESOURCES for action in ACTIONS)

CLIENTS_PATH: Final = "/api/v1/client"
CLIENT_LOGIN_PATH: Final = "/api/v2/clients/login"
USER_LOGIN_PATH: Final = "/api/v2/login"

OFFERS_HEADER: Final = "Butlr-Tui-Offers"
"""The header by which our own service says what may be asked for beyond what is documented."""
INCLUDE: Final = "include"
"""The parameter that asks for it."""
ACTIVITY: Final = "activity"
"""When clients last signed in."""
ROOT_CREDENTIAL: Final = "root-credential.json"
"""The file in its data folder in which our own service leaves its root credential, as
`{"client_id": …, "client_secret": …}`.
"""

NAME_LIMIT: Final = 255
"""Characters that a name may have."""
DESCRIPTION_LIMIT: Final = 140
"""Characters that a description may have."""

# Other tools print what they list as it is, and a terminal acts on these: Unicode's category Cc.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_LINES: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


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
    if len(name) > NAME_LIMIT:
        return f"client name must be at most {NAME_LIMIT} characters"
    if _CONTROL.search(name):
        return "client name must not contain control characters"
    return None


def fault_in_description(description: str) -> str | None:
    """What is wrong with a client's description, in the words of the service, or None."""
    if len(description) > DESCRIPTION_LIMIT:
        return f"client description must be at most {DESCRIPTION_LIMIT} characters"
    if _CONTROL_IN_LINES.search(description):
        return "client description must not contain control characters but tabs and line breaks"
    return None
