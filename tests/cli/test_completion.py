"""What TAB does in the shells that people use, each in a terminal of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from butlr_tui.models import Client
from butlr_tui.operations import last_list
from butlr_tui.plain.completion import SCRIPTS, SHELLS
from tests.support.programs import needs
from tests.support.pty import Pty
from tests.tools.completion import script

CLIENTS = [
    Client(id="client_2aaaTheOldOne", name="hvac-sync"),
    Client(id="client_2bbbTheNewOne", name="lobby $(touch pwned) `touch pwned`"),
]
SETTINGS = """
[profiles.prod]
base_url = "https://api.butlr.io"
[profiles.prod.commands.vault]
run = ["vault"]
[recipients]
anna = "age1…"
[filters]
anybody = "age:>1y"
"""
STARTS = {
    "bash": (["bash", "--norc", "--noprofile"], 'PS1="> "; eval "$(cat {script})"'),
    "zsh": (["zsh", "-f"], 'PS1="> "; autoload -U compinit; compinit -u -D; eval "$(cat {script})"'),
    "fish": (["fish", "-N", "--private"], 'function fish_prompt; echo "> "; end; source {script}'),
}


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pty]:
    """A shell that knows this program, in a home where a profile is set up and a list was read."""
    needs(request.param)
    config, cache = tmp_path / "config", tmp_path / "cache"
    (config / "butlr-tui").mkdir(parents=True)
    (config / "butlr-tui" / "config.toml").write_text(SETTINGS)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    last_list.keep("prod", CLIENTS)
    argv, command = STARTS[request.param]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(config),
        "XDG_CACHE_HOME": str(cache),
    }
    with Pty(argv, environment, folder=tmp_path) as terminal:
        terminal.types(f"{command.format(script=SCRIPTS / f'butlr-tui.{request.param}')}; echo re''ady\r")
        terminal.shows("ready")
        yield terminal
    assert not (tmp_path / "pwned").exists()


def test_tab_completes_commands_profiles_destinations_and_ids(shell: Pty) -> None:
    shell.types("butlr-tui compl\tba\t")
    shell.shows("butlr-tui completion bash")
    shell.types("\x15butlr-tui --profile pr\t")
    shell.shows("butlr-tui --profile prod")
    shell.types("\x15butlr-tui create --to command:v\t")
    shell.shows("create --to command:vault")
    shell.types("\x15butlr-tui create --to seal:a\t")
    shell.shows("create --to seal:anna")
    shell.types("\x15butlr-tui show client_2a\t")
    shell.shows("butlr-tui show client_2aaaTheOldOne")


def test_where_several_begin_so_they_are_listed_with_their_names(shell: Pty) -> None:
    shell.types("butlr-tui --profile prod delete client_2\t\t")
    shell.shows("hvac-sync")
    shell.shows("lobby $(touch pwned)")


@pytest.mark.parametrize("shell_name", SHELLS)
def test_the_scripts_are_those_of_the_parser(shell_name: str) -> None:
    """After a change of the parser: `python -m tests.tools.completion`."""
    assert (SCRIPTS / f"butlr-tui.{shell_name}").read_text() == script(shell_name)
