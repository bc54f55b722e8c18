"""What a token says about its holder."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.auth.token_claims import Identity, whoami


def jwt(claims: object) -> str:
    middle = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{middle}.sig"


def test_a_full_token() -> None:
    claims = {"client_id": "c", "azp": "z", "scope": "a b", "iss": "https://i/", "exp": 1_700_000_000.5}
    assert whoami(jwt(claims)) == Identity(
        "c", "client_id", ("a", "b"), "https://i/", datetime.fromtimestamp(1_700_000_000.5, UTC)
    )


def test_auth0s_own_claim_is_told_apart() -> None:
    assert whoami(jwt({"client_id": "", "azp": "z", "scope": ["a", 5]})) == Identity("z", "azp", ("a",))


@pytest.mark.parametrize(
    "token",
    ["", "x", "a.b", "a.b.c.d", "..", "a.!!.c", "a.é.c", jwt([]), jwt(None), jwt(1), f"a.{'W' * 70_000}.c"],
)
def test_no_token_at_all(token: str) -> None:
    assert whoami(token) == Identity()


@pytest.mark.parametrize("exp", [True, "1", None, [], 1e300, -1e300, 1 << 70, float("nan"), float("inf")])
def test_odd_times(exp: object) -> None:
    assert whoami(jwt({"exp": exp, "client_id": 5, "scope": {}, "iss": 7})) == Identity()


def test_depth_is_borne() -> None:
    deep = urlsafe_b64encode(b"[" * 40_000).decode()
    assert whoami(f"a.{deep}.c") == Identity()


@given(st.text() | st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists).map(jwt))
def test_garbage_is_borne(token: str) -> None:
    whoami(token)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"client_id": "c"}, None),
        ({"client_id": "c", "azp": "z"}, None),
        ({"azp": "z"}, "Your token names its holder in azp and has no client_id: "),
        ({"scope": "a"}, "Your token names no holder and has no client_id: "),
        ({"iss": "i"}, "Your token names no holder and has no client_id: "),
        ({"exp": 5}, "Your token names no holder and has no client_id: "),
        ({}, None),
        ([], None),
    ],
)
def test_a_token_without_a_client_id_is_warned_about(claims: object, said: str | None) -> None:
    warning = whoami(jwt(claims)).warning
    expected = said and f"{said}the service answers “token is valid but missing client_id”."
    assert warning == expected
