"""What the environment says of the tenant."""

import pytest

from butlr_tui.http.transport import BadSetting
from butlr_tui.service.auth0.settings import read_settings

GIVEN = {"AUTH0_DOMAIN": "t.eu.auth0.com", "AUTH0_CLIENT_ID": "id", "AUTH0_CLIENT_SECRET": "canary"}


def test_the_least_and_its_defaults() -> None:
    settings = read_settings(GIVEN)
    assert settings.url == "https://t.eu.auth0.com"
    assert settings.issuer == "https://t.eu.auth0.com/"
    assert settings.management == "https://t.eu.auth0.com/api/v2/"
    assert settings.audience == "https://butlrauth/"
    assert settings.caller_claims == ("client_id",)
    assert settings.client_secret.get_secret_value() == "canary"
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("domain", "url"),
    [
        ("https://t.auth0.com", "https://t.auth0.com"),
        ("https://t.auth0.com/", "https://t.auth0.com"),
        (" t.auth0.com ", "https://t.auth0.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_domains(domain: str, url: str) -> None:
    assert read_settings(GIVEN | {"AUTH0_DOMAIN": domain}).url == url


@pytest.mark.parametrize(
    "domain", ["http://t.auth0.com", "t.auth0.com/api/v2", "t.auth0.com@evil", "t.auth0.com?x", "a b", "://"]
)
def test_domains_that_credentials_must_not_go_to(domain: str) -> None:
    with pytest.raises(BadSetting):
        read_settings(GIVEN | {"AUTH0_DOMAIN": domain})


@pytest.mark.parametrize("missing", [*GIVEN, "all"])
def test_what_is_missing_is_named(missing: str) -> None:
    environment = {name: value for name, value in GIVEN.items() if missing not in {name, "all"}}
    with pytest.raises(BadSetting) as caught:
        read_settings(environment)
    said = str(caught.value).partition(";")[2]
    assert all((name in said) == (missing in {name, "all"}) for name in GIVEN)
    assert "canary" not in said


def test_the_secret_of_a_command_may_end_with_a_new_line() -> None:
    given = {name: f"{value}\n" for name, value in GIVEN.items()}
    settings = read_settings(given)
    assert (settings.client_id, settings.client_secret.get_secret_value()) == ("id", "canary")
    with pytest.raises(BadSetting, match="AUTH0_CLIENT_SECRET is not set"):
        read_settings(GIVEN | {"AUTH0_CLIENT_SECRET": "\n"})


def test_claims() -> None:
    setting = GIVEN | {"BUTLR_CALLER_CLAIMS": "client_id, azp,https://butlr.io/id"}
    assert read_settings(setting).caller_claims == ("client_id", "azp", "https://butlr.io/id")
    for bad in ("client_id,", "a b", ",", "é"):
        with pytest.raises(BadSetting, match="BUTLR_CALLER_CLAIMS"):
            read_settings(GIVEN | {"BUTLR_CALLER_CLAIMS": bad})
