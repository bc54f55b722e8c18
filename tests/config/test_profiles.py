"""Which profile is used, and whose credentials go where."""

from pathlib import Path

import pytest

from butlr_tui.config.model import Profile
from butlr_tui.config.profiles import (
    BUTLR_URL,
    FROM_ENVIRONMENT,
    LOCAL_URL,
    CredentialFile,
    CredentialVariables,
    NoProfile,
    ProfileError,
    Prompt,
    TokenFile,
    TokenVariable,
    choose,
    data_folder,
    embedded,
    local,
    named_by,
)
from butlr_tui.contract import ROOT_CREDENTIAL
from tests.config.conftest import Read

PAIR = {"BUTLR_CLIENT_ID": "a", "BUTLR_CLIENT_SECRET": "b"}
ALL = {**PAIR, "BUTLR_TOKEN": "t", "BUTLR_TOKEN_FILE": "/f"}
PROD = """
[profiles.prod]
base_url = "https://m2m.butlr.io/"
auth_url = "https://evil.example"
read_only = true
colour = "red"
label = "PRODUCTION"
[profiles.prod.commands.vault]
argv = ["vault"]
"""
UNPROTECTED = 'base_url = "https://lab.example"\nprotected = false\n'
LAB = '[profiles.lab]\nbase_url = "https://lab.example"\n'


def test_the_sources_of_the_environment_in_their_order() -> None:
    environment = dict(ALL)
    assert choose(None, environment, token_file="/t").source == TokenFile(Path("/t"))
    assert choose(None, environment).source == TokenVariable()
    del environment["BUTLR_TOKEN"]
    assert choose(None, environment).source == TokenFile(Path("/f"))
    del environment["BUTLR_TOKEN_FILE"]
    assert choose(None, environment).source == CredentialVariables()
    environment["BUTLR_BASE_URL"] = "https://x"
    del environment["BUTLR_CLIENT_SECRET"]
    assert choose(None, environment).source == Prompt()
    environment["BUTLR_BASE_URL"] = ""
    with pytest.raises(NoProfile):
        choose(None, environment)


@pytest.mark.parametrize("base_url", [None, "", "https://m2m.example"])
@pytest.mark.parametrize("auth_url", [None, "", "https://auth.example"])
def test_credentials_from_the_environment_go_to_its_own_addresses_only(
    read: Read, base_url: str | None, auth_url: str | None
) -> None:
    settings = read('default_profile = "prod"\n' + PROD)
    environment = dict(ALL)
    environment |= {} if base_url is None else {"BUTLR_BASE_URL": base_url}
    environment |= {} if auth_url is None else {"BUTLR_AUTH_URL": auth_url}
    profile = choose(None, environment, settings)
    assert profile.name == FROM_ENVIRONMENT
    assert profile.base_url == (base_url or BUTLR_URL)
    assert profile.auth_url == (auth_url or profile.base_url)


@pytest.mark.parametrize("name", ["prod", "lab", "local"])
def test_a_named_profile_uses_its_own_source_alone(read: Read, name: str) -> None:
    settings = read('default_profile = "lab"\n' + PROD + LAB)
    profile = choose(name, {**ALL, "BUTLR_BASE_URL": "https://x", "BUTLR_AUTH_URL": "https://y"}, settings)
    assert profile == settings.profile(name)
    assert isinstance(profile.source, Prompt | CredentialFile)
    with pytest.raises(ProfileError, match="leave out --token-file"):
        choose(name, {}, settings, token_file="/t")


def test_safety_and_looks_of_a_known_address_hold_for_the_environments_credentials_too(read: Read) -> None:
    """Production is production, whoever signs in there; but the sign-in address is not taken over."""
    settings = read(PROD)
    profile = choose(None, {**PAIR, "BUTLR_BASE_URL": "HTTPS://m2m.butlr.io"}, settings)
    assert (profile.read_only, profile.colour, profile.title) == (True, "red", "PRODUCTION")
    assert [command.name for command in profile.commands] == ["vault"]
    assert profile.auth_url == "HTTPS://m2m.butlr.io"
    other = choose(None, {**PAIR, "BUTLR_BASE_URL": "https://other"}, settings)
    assert (other.read_only, other.colour, other.title) == (False, "", FROM_ENVIRONMENT)


@pytest.mark.parametrize(
    ("in_the_settings", "in_the_environment"),
    [
        ("http://127.0.0.1:4010", "http://localhost:4010"),
        ("http://127.0.0.1:4010", "http://127.0.0.1:04010"),
        ("http://[::1]:4010/", "HTTP://LOCALHOST:4010/."),
        ("https://m2m.example.com", "https://m2m.example.com:443/."),
        ("https://m2m.example.com.:443/v2/", "https://M2M.example.com/v2"),
    ],
)
def test_a_known_address_is_known_however_it_is_spelt(
    read: Read, in_the_settings: str, in_the_environment: str
) -> None:
    settings = read(PROD.replace("https://m2m.butlr.io/", in_the_settings) + "[profiles.lab]\n" + UNPROTECTED)
    profile = choose(None, {**PAIR, "BUTLR_BASE_URL": in_the_environment}, settings)
    assert (profile.read_only, profile.protected) == (True, True)
    assert (profile.colour, profile.title) == ("red", "PRODUCTION")
    assert profile.base_url == in_the_environment


def test_another_port_is_another_service(read: Read) -> None:
    settings = read(PROD.replace("https://m2m.butlr.io/", "http://127.0.0.1:4010"))
    assert not choose(None, {**PAIR, "BUTLR_BASE_URL": "http://127.0.0.1:4011"}, settings).read_only


@pytest.mark.parametrize(
    "address", ["m2m.butlr.io:x", "https://m2m.butlr.io:x", "https://m2m.butlr.io:443:443"]
)
def test_what_is_no_address_is_not_known(read: Read, address: str) -> None:
    settings = read(PROD)
    assert not choose(None, {**PAIR, "BUTLR_BASE_URL": address}, settings).read_only
    unusable = read(PROD.replace("https://m2m.butlr.io/", address))
    assert list(unusable.unusable) == ["prod"]


def test_the_settings_own_choice(read: Read) -> None:
    assert choose(None, {}, read('default_profile = "lab"\n' + PROD + LAB)).name == "lab"
    assert choose(None, {}, read('default_profile = "local"\n' + LAB)).name == "local"
    assert choose(None, {}, read(LAB)).name == "lab"


def test_nothing_is_guessed_among_several(read: Read) -> None:
    with pytest.raises(NoProfile, match=r"no default_profile. Choose with --profile: prod, lab\.") as caught:
        choose(None, {}, read(PROD + LAB))
    assert caught.value.names == ("prod", "lab")
    with pytest.raises(NoProfile, match="lab, broken"):
        choose(None, {}, read(LAB + "[profiles.broken]"))
    with pytest.raises(ProfileError, match=r"“prdo”\. Did you mean “prod”"):
        choose(None, {}, read('default_profile = "prdo"\n' + PROD))


def test_a_first_run(read: Read) -> None:
    with pytest.raises(NoProfile, match="butlr-tui demo") as caught:
        choose(None, {}, read(""))
    assert caught.value.names == ()
    with pytest.raises(ProfileError, match="This is not TOML") as broken:
        choose(None, {}, read("["))
    assert not isinstance(broken.value, NoProfile)


def test_settings_are_read_where_none_are_given(read: Read, file: Path) -> None:
    read(LAB)
    assert choose(None, {"BUTLR_TUI_CONFIG": str(file)}).name == "lab"


def test_what_it_goes_by() -> None:
    environment = {**ALL, "BUTLR_BASE_URL": "x"}
    assert named_by("prod", environment) == "--profile"
    assert named_by(None, environment, "/t") == "--token-file"
    for name in ("BUTLR_TOKEN", "BUTLR_TOKEN_FILE"):
        assert named_by(None, environment) == name
        del environment[name]
    assert named_by(None, environment) == "BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET"
    del environment["BUTLR_CLIENT_ID"]
    assert named_by(None, environment) == "BUTLR_BASE_URL"
    assert named_by(None, {}) == "the settings"


def test_what_is_built_in(tmp_path: Path) -> None:
    file, socket = CredentialFile(data_folder() / ROOT_CREDENTIAL), data_folder() / "serve.sock"
    assert local() == Profile("local", LOCAL_URL, file, socket=socket)
    assert local(tmp_path).source == embedded(tmp_path).source == CredentialFile(tmp_path / ROOT_CREDENTIAL)
