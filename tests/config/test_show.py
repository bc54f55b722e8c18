"""What `butlr-tui config` prints: all that is in force, where it comes from, and no secret."""

import pytest

from butlr_tui.config.load import load
from butlr_tui.config.show import MASK, describe, masked
from tests.config.conftest import Read

TEXT = """
default_profile = "prod"

[profiles.prod]
base_url = "https://m2m.butlr.io"
read_only = true
token_command = ["curl", "-H", "Authorization: Bearer canary", "https://me:canary@x/y"]
mouze = 1

[profiles.prod.commands.vault]
argv = ["vault", "kv", "put", "secret/{name}", "value=-"]

[profiles.lab]
base_url = "https://lab"
"""


def row(lines: list[str], key: str) -> list[str]:
    """The parts of the first line that begins with `key`."""
    line = next(one for one in lines if one.strip().startswith(key))
    return [part.strip() for part in line.strip().split("  ") if part.strip()]


def test_each_setting_and_where_it_comes_from(read: Read) -> None:
    settings = read(TEXT)
    lines = describe(settings, environment={"BUTLR_TUI_CONFIG": str(settings.path)})
    assert row(lines, "file") == ["file", str(settings.path), "BUTLR_TUI_CONFIG"]
    assert row(lines, "default_profile") == ["default_profile", "prod", "config.toml:2"]
    assert row(lines, "mouse") == ["mouse", "true", "default"]
    assert row(lines, "clipboard_clear_seconds") == ["clipboard_clear_seconds", "45", "default"]
    assert row(lines, "profile prod") == ["profile prod", "config.toml:4"]
    assert row(lines, "base_url") == ["base_url", "https://m2m.butlr.io", "config.toml:5"]
    assert row(lines, "auth_url") == ["auth_url", "https://m2m.butlr.io", "default"]
    assert row(lines, "read_only") == ["read_only", "true", "config.toml:6"]
    assert row(lines, "colour") == ["colour", "(none)", "default"]
    assert row(lines, "source")[-1].endswith("config.toml:7")
    vault = "vault kv put secret/{name} value=-"
    assert row(lines, "command vault") == ["command vault", vault, "(secret, 30 s)", "config.toml:10"]
    assert row(lines, "profile local") == ["profile local", "built in"]
    assert row(lines, "in use")[1].startswith("profile prod, https://m2m.butlr.io, the token that `curl")
    assert lines[-1] == (
        f"  {settings.path}:8: There is no setting “mouze” here. "
        "Did you mean “mouse”, at the top of the file?"
    )


def test_no_secret_is_printed(read: Read) -> None:
    environment = {
        "BUTLR_TOKEN": "canary",
        "BUTLR_CLIENT_ID": "client_me",
        "BUTLR_CLIENT_SECRET": "canary",
        "BUTLR_BASE_URL": "https://me:canary@x",
        "BUTLR_TOKEN_FILE": "/a\x1b]0;x\x07",
    }
    lines = describe(read(TEXT), environment=environment)
    printed = "\n".join(lines)
    assert "canary" not in printed
    assert all(line.isprintable() for line in lines)
    assert row(lines, "BUTLR_TOKEN") == ["BUTLR_TOKEN", MASK]
    assert row(lines, "BUTLR_CLIENT_ID") == ["BUTLR_CLIENT_ID", "client_me"]
    assert row(lines, "BUTLR_AUTH_URL") == ["BUTLR_AUTH_URL", "not set"]
    assert row(lines, "BUTLR_BASE_URL") == ["BUTLR_BASE_URL", f"https://{MASK}@x"]


def test_filters_are_told_with_the_ready_ones(read: Read) -> None:
    lines = describe(read('[filters]\nstale = "age:>1y -desc:keep"\n' + TEXT.replace("default_profile", "#")))
    assert row(lines, "stale") == ["stale", "age:>1y -desc:keep", "config.toml:2"]
    assert row(lines, "old") == ["old", "age:>1y", "built in"]
    assert row(lines, "same-name") == ["same-name", "same-name:", "built in"]


def test_the_profile_that_was_asked_for(read: Read) -> None:
    lines = describe(read(TEXT), "lab", {"BUTLR_TOKEN": "x"})
    assert row(lines, "in use")[1].startswith("profile lab, https://lab, the sign-in screen, or ")
    assert row(lines, "in use")[2] == "because of --profile"
    assert row(describe(read(TEXT), "no", {}), "in use")[1] == "nothing"


def test_without_a_file() -> None:
    lines = describe(load({}), environment={})
    assert row(lines, "file")[-1] == "not there; `butlr-tui config init` writes one to begin with"
    assert row(lines, "default_profile")[1] == "(the only profile, if there is one)"
    assert "problems" not in lines


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (("op", "read", "op://vault/butlr/token"), "op read op://vault/butlr/token"),
        (("vault", "kv", "get", "-format=json", "secret/butlr"), "vault kv get -format=json secret/butlr"),
        (("x", "--token", "canary", "y"), f"x --token {MASK} y"),
        (("x", "--client-secret=canary"), f"x --client-secret={MASK}"),
        (("x", "X-Vault-Token: canary"), f"x 'X-Vault-Token: {MASK}'"),
        (("x", "API_KEY=canary", ""), f"x API_KEY={MASK} ''"),
        (("x", "https://me:canary@h/y"), f"x https://{MASK}@h/y"),
    ],
)
def test_words_that_look_like_secrets_are_masked(argv: tuple[str, ...], shown: str) -> None:
    assert masked(argv) == shown


def test_where_a_secret_goes_at_first_is_said_as_it_is_used(read: Read) -> None:
    profile = '[profiles.{0}]\nbase_url = "https://{0}"\ndefault_destination = "{1}"\n'
    settings = read(profile.format("lab", "file:~/{name}.env") + profile.format("prod", "command:valt"))
    lab, prod, local = (
        line.split()
        for line in describe(settings, environment={})
        if line.startswith("  default_destination")
    )
    assert lab == ["default_destination", "file:~/{name}.env", "config.toml:3"]
    not_set = ["default_destination", "(what", "stored", "a", "secret", "last)", "default"]
    assert prod == not_set
    assert local == not_set
