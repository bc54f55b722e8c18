"""Going to a service: what is offered, what is said of each, and what an address that was typed comes to."""

from pathlib import Path

import pytest

from butlr_tui.config.builtin import embedded
from butlr_tui.config.load import load
from butlr_tui.config.profiles import (
    BUTLR_URL,
    CredentialCommand,
    CredentialFile,
    Profile,
    Prompt,
    Settings,
    TokenFile,
    credential_store,
)
from butlr_tui.flows.host import AskText, Choose, Option, Question
from butlr_tui.flows.services import Services, go_to_another
from tests.flows.scripted import ScriptedHost, as_host

LOCAL = Profile("local", "http://127.0.0.1:4010", CredentialFile(Path("/data/root-credential.json")))
PROD = Profile(
    "prod",
    "https://m2m.example.com/v2",
    CredentialCommand(("pass", "show", "prod")),
    label="PRODUCTION",
    read_only=True,
    protected=False,
)
ANOTHER = "another address"


def services(*profiles: Profile, file: Path = Path("config.toml")) -> Services:
    """Those that one can go to where the settings have these profiles."""
    origins: dict[tuple[str, ...], int] = {("profiles", profile.name): 1 for profile in profiles}
    return Services(profiles, Settings(file, exists=True, profiles=profiles, origins=origins))


async def typed(address: str, *more: str | None, to: Services) -> Profile | None:
    """The profile of an address that was typed."""
    return await to.chosen(as_host(ScriptedHost([address, *more])), ANOTHER)


def about(profile: Profile) -> Option:
    (option,) = (each for each in services(profile).options() if each.id == profile.name)
    return option


def test_butlrs_own_api_and_any_other_address_are_offered_beside_the_profiles() -> None:
    assert [option.id for option in services(LOCAL, PROD).options()] == ["local", "prod", "butlr", ANOTHER]


def test_a_profile_for_butlrs_api_stands_for_it() -> None:
    own = Profile("live", "https://API.butlr.io:443/", TokenFile(Path("/t")))
    assert [option.id for option in services(own).options()] == ["live", ANOTHER]


@pytest.mark.parametrize(
    ("profile", "where", "says"),
    [
        (embedded(Path("/data/demo")), "embedded service", "nothing leaves this machine"),
        (LOCAL, "127.0.0.1:4010", "The service on this machine, which `butlr-tui serve` starts"),
        (LOCAL, "127.0.0.1:4010", "Signs in with its root credential."),
        (
            PROD,
            "m2m.example.com/v2, read-only",
            "Signs in with the credentials that `pass show prod` prints.",
        ),
        (PROD, "m2m.example.com/v2, read-only", "Nothing is created or deleted from there."),
        (Profile("x", "https://x", Prompt()), "x", "Asks you to sign in."),
    ],
)
def test_each_has_its_own_description(profile: Profile, where: str, says: str) -> None:
    assert about(profile).about == where
    assert says in about(profile).more


def test_credentials_that_were_stored_are_told() -> None:
    store = credential_store("butlr")
    (butlr,) = (each for each in services().options() if each.id == "butlr")
    assert (butlr.about, butlr.more) == ("api.butlr.io", "Butlr's own API. Asks you to sign in.")
    store.parent.mkdir(parents=True)
    store.touch()
    (butlr,) = (each for each in services().options() if each.id == "butlr")
    assert butlr.more == "Butlr's own API. Signs in with what you stored for it."


async def test_the_chooser_begins_with_the_current_one_and_returns_the_chosen() -> None:
    def choose(question: Question[str]) -> str:
        assert isinstance(question, Choose)
        assert question.chosen == "local"
        return "prod"

    assert await go_to_another(as_host(ScriptedHost([choose])), services(LOCAL, PROD), LOCAL) == PROD
    assert await go_to_another(as_host(ScriptedHost([None])), services(LOCAL, PROD), LOCAL) is None


async def test_an_address_is_checked_and_asked_again() -> None:
    host = ScriptedHost(["http://m2m.example.com", "https://m2m.example.com", ""])
    profile = await services().chosen(as_host(host), ANOTHER)
    assert host.faults[:2] == [
        "",
        "✗ Plain http may go to this machine only (127.0.0.1, [::1], localhost); use https.",
    ]
    assert profile is not None
    assert (profile.base_url, profile.title, profile.source) == ("https://m2m.example.com", "other", Prompt())
    assert host.open == []


async def test_whoever_goes_back_goes_nowhere() -> None:
    assert await typed("", None, to=services()) is None


async def test_two_addresses_are_two_profiles_and_both_stay_offered() -> None:
    to = services(LOCAL)
    first = await typed("https://one.example.com", "", to=to)
    second = await typed("https://two.example.com:8443/v2", "", to=to)
    assert first is not None and second is not None
    assert first.name != second.name
    assert {first.name, second.name} <= {option.id for option in to.options()}


async def test_an_address_whose_name_is_taken_gets_another_name() -> None:
    taken = Profile("one.example.com", "https://elsewhere.example.com", Prompt())
    profile = await typed("https://one.example.com", "", to=services(taken))
    assert profile is not None
    assert profile.name == "one.example.com-2"


@pytest.mark.parametrize("spelt", ["https://m2m.example.com/v2", "HTTPS://M2M.Example.com:443/v2/"])
async def test_what_the_settings_say_of_an_address_holds_for_it_when_typed(spelt: str) -> None:
    profile = await typed(spelt, to=services(PROD))
    assert profile is not None
    assert (profile.read_only, profile.protected, profile.title) == (True, False, "PRODUCTION")
    assert profile.source == Prompt(), "its credentials are for the profile alone"


async def test_an_address_can_be_kept_as_a_profile(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    host = ScriptedHost(["https://m2m.example.com", "a b", "local", "lab"])
    profile = await services(LOCAL, file=file).chosen(as_host(host), ANOTHER)
    assert host.faults[2:] == [
        "✗ A name consists of letters, digits, dots, hyphens and underscores.",
        "✗ There is a profile local already.",
    ]
    assert isinstance(host.asked[1], AskText)
    assert profile == Profile("lab", "https://m2m.example.com", Prompt(credential_store("lab")))
    assert load({"BUTLR_TUI_CONFIG": str(file)}).profile("lab") == profile


async def test_where_it_can_not_be_kept_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    host = ScriptedHost(["https://m2m.example.com", "lab", ""])
    profile = await services(file=tmp_path / "file" / "config.toml").chosen(as_host(host), ANOTHER)
    assert "can't be written" in host.faults[2]
    assert profile is not None
    assert profile.title == "other"


async def test_an_address_on_butlrs_api_is_no_other_than_typed() -> None:
    profile = await typed(BUTLR_URL, "", to=services())
    assert profile is not None
    assert profile._replace(name="", label="") == Profile("", BUTLR_URL, Prompt())
