"""The file of settings: what it gives, and that whatever is wrong in it is told and stops nothing."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from butlr_tui.config.load import load
from butlr_tui.config.model import (
    CredentialCommand,
    CredentialFile,
    Profile,
    ProfileError,
    Prompt,
    Settings,
    TokenCommand,
    TokenFile,
)
from butlr_tui.config.places import credential_store
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.config.conftest import Read

PROD = '[profiles.prod]\nbase_url = "https://m2m.butlr.io"\n'

WHOLE = """
default_profile = "prod"
clipboard = "osc52"
clipboard_clear_seconds = 20
replace_reminder_days = 2.5
delete_concurrency = 2
mouse = false

[profiles.prod]
base_url = "https://m2m.butlr.io"
auth_url = "https://api.butlr.io"
audience = "https://other/"
credential_command = ["op", "read", "x"]
read_only = true
protected = false
colour = "bright_red"
label = "PRODUCTION"
default_destination = "command:vault"

[profiles.prod.commands.vault]
argv = ["vault", "kv", "put", "secret/{name}", "value=-"]
format = "json"
timeout = 5

[profiles.prod.commands]
pass.argv = ["pass", "insert", "-m", "butlr/{name}"]

[profiles.lab]
base_url = "http://127.0.0.1:9"
"""


def sentences(settings: Settings) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.sentence) for problem in settings.problems]


def test_without_a_file_all_is_as_built_in(file: Path) -> None:
    settings = load({"BUTLR_TUI_CONFIG": str(file)})
    assert (settings.path, settings.exists, settings.problems) == (file, False, ())
    assert [profile.name for profile in settings.profiles] == ["local"]
    assert (settings.mouse, settings.clipboard, settings.clipboard_clear_seconds) == (True, "auto", 45)


def test_the_users_own_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load({}).path == tmp_path / "butlr-tui" / "config.toml"


def test_everything_that_can_be_set(read: Read) -> None:
    settings = read(WHOLE)
    assert settings.problems == ()
    assert (settings.default_profile, settings.clipboard) == ("prod", "osc52")
    assert (settings.clipboard_clear_seconds, settings.mouse) == (20, False)
    assert (settings.replace_reminder_days, settings.delete_concurrency) == (2.5, 2)
    prod, lab, local = settings.profiles
    assert prod == Profile(
        "prod",
        "https://m2m.butlr.io",
        CredentialCommand(("op", "read", "x")),
        sign_in_url="https://api.butlr.io",
        audience="https://other/",
        read_only=True,
        protected=False,
        colour="bright_red",
        label="PRODUCTION",
        commands=(
            DeliveryCommand("vault", ("vault", "kv", "put", "secret/{name}", "value=-"), "json", 5),
            DeliveryCommand("pass", ("pass", "insert", "-m", "butlr/{name}")),
        ),
        default_destination="command:vault",
    )
    assert (prod.title, prod.auth_url) == ("PRODUCTION", "https://api.butlr.io")
    assert lab == Profile("lab", "http://127.0.0.1:9", Prompt(credential_store("lab")))
    assert (lab.title, lab.auth_url, lab.protected, lab.read_only) == (
        "lab",
        "http://127.0.0.1:9",
        True,
        False,
    )
    assert settings.own == (prod, lab)
    assert local.name == "local"
    assert settings.profile("prod") is prod
    assert settings.origins["profiles", "prod", "label"] == 17


def test_filters_have_names_and_the_ready_ones_may_be_replaced(read: Read) -> None:
    ready = load({"BUTLR_TUI_CONFIG": "/nowhere"}).filters
    assert ready["old"] == "age:>1y"
    settings = read('[filters]\nstale = "age:>1y -desc:keep"\nold = "age:>2y"\n')
    assert settings.problems == ()
    assert settings.filters == {**ready, "old": "age:>2y", "stale": "age:>1y -desc:keep"}
    assert settings.origins["filters", "stale"] == 2


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            '\n[filters]\n"a b" = "x"',
            3,
            "“a b” can't be a filter's name: letters, digits, “.”, “_” and “-” can.",
        ),
        ("[filters]\nx = 1", 2, "x must be text in quotes."),
        ('[filters]\nx = " "', 2, "x must be text in quotes."),
        ('[filters.x]\ny = "z"', 1, "x must be text in quotes."),
        ("filters = 1", 1, "filters must be a table, begun with the line [filters]."),
    ],
)
def test_a_filter_that_can_not_be_used_is_told_and_left_out(
    read: Read, text: str, line: int, sentence: str
) -> None:
    settings = read(text)
    assert sentences(settings) == [(line, sentence)]
    assert settings.filters == load({"BUTLR_TUI_CONFIG": "/nowhere"}).filters


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ('token_command = ["x", "y"]', TokenCommand(("x", "y"))),
        ('credential_command = ["x"]', CredentialCommand(("x",))),
        ('token_file = "/t"', TokenFile(Path("/t"))),
        ('credential_file = "/c"', CredentialFile(Path("/c"))),
    ],
)
def test_each_source(read: Read, line: str, source: object) -> None:
    settings = read(PROD + line)
    assert settings.problems == ()
    assert settings.profile("prod").source == source


def test_the_screen_asks_or_what_was_stored_there_is_read(read: Read) -> None:
    for line in ("", "prompt = true", "prompt = false"):
        settings = read(PROD + line)
        assert settings.problems == ()
        assert settings.profile("prod").source == Prompt(credential_store("prod"))


@pytest.mark.parametrize(
    "chosen", ["clipboard", "file:~/x", "file:~me/x", "file:/a b/{name}.json", "ssh:a:x"]
)
def test_where_a_secret_goes_at_first(read: Read, chosen: str) -> None:
    settings = read(PROD + f'default_destination = "{chosen}"')
    assert settings.problems == ()
    assert settings.profile("prod").default_destination == chosen


def test_the_home_in_a_path(read: Read) -> None:
    settings = read(
        PROD + 'credential_file = "~/c"\n[profiles.b]\nbase_url = "https://x"\ntoken_file = "~no-one/c"'
    )
    assert settings.profile("prod").source == CredentialFile(Path.home() / "c")
    assert settings.profile("b").source == TokenFile(settings.path.parent / "~no-one/c")


def test_a_relative_path_begins_at_the_file(read: Read, file: Path) -> None:
    settings = read(PROD + 'credential_file = "prod.json"')
    assert settings.profile("prod").source == CredentialFile(file.parent / "prod.json")


def test_the_file_may_have_its_own_local(read: Read) -> None:
    settings = read('[profiles.local]\nbase_url = "http://127.0.0.1:9"')
    assert [profile.base_url for profile in settings.profiles] == ["http://127.0.0.1:9"]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("mouze = true", 1, "There is no setting “mouze” here. Did you mean “mouse”?"),
        ("\nzzz = 1", 2, "There is no setting “zzz” here."),
        ('"a\\u001b[2J" = 1', 1, "There is no setting “a␛[2J” here."),
        ('mouse = "true"', 1, "mouse must be true or false, without quotes."),
        ("mouse = 1", 1, "mouse must be true or false, without quotes."),
        ('clipboard = "os52"', 1, "clipboard can't be “os52”. Did you mean “osc52”? It is one of auto, native, "
         "tmux, tmux-passthrough, screen, osc52, none."),
        ("clipboard = false", 1, "clipboard must be one of auto, native, tmux, tmux-passthrough, screen, osc52, "
         "none, in quotes."),
        ("clipboard_clear_seconds = -1", 1,
         "clipboard_clear_seconds must be a number of seconds from 0 to 86400."),
        ("clipboard_clear_seconds = nan", 1,
         "clipboard_clear_seconds must be a number of seconds from 0 to 86400."),
        ("clipboard_clear_seconds = true", 1,
         "clipboard_clear_seconds must be a number of seconds from 0 to 86400."),
        ("delete_concurrency = 9", 1, "delete_concurrency must be a whole number from 1 to 8."),
        ("delete_concurrency = 2.5", 1, "delete_concurrency must be a whole number from 1 to 8."),
        ("replace_reminder_days = -1", 1, "replace_reminder_days must be a number of days from 0 to 3650."),
        ('default_profile = "loacl"', 1, "There is no profile “loacl”. Did you mean “local”?"),
        ("base_url = 1", 1, "base_url belongs in a profile, below a line such as [profiles.prod]."),
        ("profiles = 1", 1, "profiles must be tables, each begun with a line such as [profiles.prod]."),
        ("profiles.prod = 1", 1, "prod must be a table, begun with the line [profiles.prod]."),
        ('[profiles."../x"]\nbase_url = "https://x"', 1,
         "“../x” can't be a profile's name: letters, digits, “.”, “_” and “-” can."),
        ("[profiles.prod]", 1, "The profile prod has no base_url."),
        ('[profiles.prod]\nbase_url = "https://me:pw@x"', 2,
         "base_url must be an address such as https://api.butlr.io, without a user name."),
        ('[profiles.prod]\nbase_url = "https://xn--/"', 2,
         "base_url can't be reached: its host is no host's name, or its port not one of 1 to 65535."),
        (PROD + 'auth_url = "https://a..b"', 3,
         "auth_url can't be reached: its host is no host's name, or its port not one of 1 to 65535."),
        (PROD + 'color = "red"', 3, "There is no setting “color” here. Did you mean “colour”?"),
        (PROD + "mouse = true", 3,
         "mouse belongs at the top of the file, before the first line in [brackets]."),
        (PROD + 'client_secret = "canary"', 3,
         "client_secret: a secret does not belong in here. Put it in a file of its own (credential_file)."),
        (PROD + 'label = ""', 3, "label must be text in quotes."),
        (PROD + 'default_destination = "fiel:~/x"', 3, "default_destination can't be “fiel:~/x”. Did you mean "
         '“file”? It is "clipboard", "file:PATH" with a whole path, "ssh:HOST:PATH", "command:NAME" or '
         '"seal:NAME".'),
        (PROD + 'default_destination = "file:secrets/{name}.env"', 3,
         "default_destination can't be “file:secrets/{name}.env”. "
         'It is "clipboard", "file:PATH" with a whole path, "ssh:HOST:PATH", "command:NAME" or "seal:NAME".'),
        (PROD + 'default_destination = "file:~/secrets/"', 3,
         "default_destination can't be “file:~/secrets/”. "
         'It is "clipboard", "file:PATH" with a whole path, "ssh:HOST:PATH", "command:NAME" or "seal:NAME".'),
        (PROD + "default_destination = true", 3,
         'default_destination must be "clipboard", "file:PATH" with a whole path, "ssh:HOST:PATH", "command:NAME" '
         'or "seal:NAME".'),
        (PROD + 'default_destination = "command:valt"\n[profiles.prod.commands.vault]\nargv = ["a"]', 3,
         "The profile prod has no command “valt”. Did you mean “vault”?"),
        (PROD + 'token_command = "op read"', 3,
         'token_command must be a list of words with the program first, such as ["pass", "show", "x"].'),
        (PROD + "token_command = []", 3,
         'token_command must be a list of words with the program first, such as ["pass", "show", "x"].'),
        (PROD + 'credential_file = "a"\nprompt = true\ntoken_file = "b"', 3,
         "The profile prod has 3 sources (token_file, credential_file, prompt); only token_file is used."),
        (PROD + "commands = 1", 3, "commands must be tables, such as [profiles.prod.commands.vault]."),
        (PROD + "commands.vault = 1", 3, "A command is a table such as [profiles.prod.commands.vault]."),
        (PROD + "[profiles.prod.commands.vault]\nformat = 'env'", 3, "The command vault has no argv."),
        (PROD + "commands.vault = { argv = ['a'], fromat = 'env' }", 3,
         "There is no setting “fromat” here. Did you mean “format”?"),
        (PROD + "[profiles.prod.commands.vault]\nargv = ['a']\ntimeout = 0", 5,
         "timeout must be a number of seconds from 1 to 600."),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(read: Read, text: str, line: int, sentence: str) -> None:
    settings = read(text)
    assert sentences(settings) == [(line, sentence)]
    assert str(settings.problems[0]) == f"{settings.path}:{line}: {sentence}"
    assert settings.profile("local")


@pytest.mark.parametrize(
    ("text", "line", "begins"),
    [
        ("a = \n", 1, "This is not TOML: Invalid value."),
        ("mouse = true\n[profiles.x\n", 2, "This is not TOML: "),
        ("a = 1\na = 2\n", 2, "This is not TOML: Cannot overwrite a value."),
        ('a = "', 1, "This is not TOML: "),
        ("\n\n\nx = [1,", 4, "This is not TOML: "),
        (b"\xff\xfe", None, "This is not UTF-8 text; nothing in it is used."),
        (b"#" * ((1 << 20) + 1), None, "This is too long for settings; nothing in it is used."),
        ("x = " + "[" * 100_000, None, "This is "),
    ],
)
def test_what_is_no_toml_at_all(read: Read, text: str | bytes, line: int | None, begins: str) -> None:
    settings = read(text)
    (problem,) = settings.problems
    assert problem.sentence.startswith(begins)
    assert problem.line == line or begins == "This is "
    assert settings.exists
    assert [profile.name for profile in settings.profiles] == ["local"]


def test_what_is_no_file(file: Path) -> None:
    environment = {"BUTLR_TUI_CONFIG": str(file)}
    os.mkfifo(file)
    assert load(environment).profiles
    file.unlink()
    file.mkdir()
    (problem,) = load(environment).problems
    assert problem.sentence == "This can't be read (is a directory); nothing in it is used."
    assert str(problem) == f"{file}: {problem.sentence}"
    assert load({"BUTLR_TUI_CONFIG": "a\0b"}).problems


@pytest.mark.parametrize(
    "line", ["read_only = 1", 'read_only = "true"', "readonly = true", "read-only = true"]
)
def test_where_read_only_is_wrong_the_profile_is_read_only(read: Read, line: str) -> None:
    settings = read(PROD + line)
    assert settings.profile("prod").read_only
    assert len(settings.problems) == 1


@pytest.mark.parametrize("line", ["protected = 0", 'protected = "false"', "protect = false"])
def test_where_protected_is_wrong_the_profile_is_protected(read: Read, line: str) -> None:
    assert read(PROD + line).profile("prod").protected


@pytest.mark.parametrize("line", ["auth_url = 1", 'auth_url = "api.butlr.io"', 'auth_url = ""'])
def test_no_secret_goes_to_another_address_than_was_meant(read: Read, line: str) -> None:
    settings = read(PROD + line)
    with pytest.raises(ProfileError, match="its auth_url is wrong"):
        settings.profile("prod")


def test_a_wrong_source_is_not_replaced_by_another(read: Read) -> None:
    settings = read(PROD + 'token_command = "x"\ncredential_file = "y"')
    assert isinstance(settings.profile("prod").source, Prompt)
    assert len(settings.problems) == 2


def test_a_command_with_a_wrong_format_is_left_out(read: Read) -> None:
    settings = read(PROD + "[profiles.prod.commands.vault]\nargv = ['a']\nformat = 'jsn'")
    assert settings.profile("prod").commands == ()
    assert "Did you mean “json”?" in settings.problems[0].sentence


def test_a_profile_that_is_not_there(read: Read) -> None:
    settings = read(PROD + "[profiles.broken]")
    with pytest.raises(
        ProfileError, match=r"^There is no profile “prdo”\. Did you mean “prod”\? There are: prod, lo"
    ):
        settings.profile("prdo")
    with pytest.raises(
        ProfileError, match="The profile broken can't be used: its base_url is missing or wrong"
    ):
        settings.profile("broken")
    with pytest.raises(ProfileError, match="“x␛”"):
        settings.profile("x\x1b")


values = st.recursive(
    st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5) | st.just("https://x"),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
KEYS = [
    "base_url",
    "auth_url",
    "token_command",
    "credential_file",
    "prompt",
    "read_only",
    "colour",
    "commands",
    "x",
]


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=5))
def test_no_value_stops_the_app(tmp_path: Path, table: dict[str, object]) -> None:
    lines = [f"{key} = {_toml(value)}" for key, value in table.items()]
    file = tmp_path / "c.toml"
    file.write_text("[profiles.prod]\n" + "\n".join(lines), encoding="utf-8")
    read = load({"BUTLR_TUI_CONFIG": str(file)})
    assert read.profile("local")
    for problem in read.problems:
        assert problem.sentence.isprintable()
        assert problem.line is not None and not problem.sentence.startswith("This is not TOML")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return (
            '"' + "".join(f"\\U{ord(char):08x}" for char in value if not 0xD800 <= ord(char) < 0xE000) + '"'
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return repr(value)
