"""What `--help` ends with, of every command."""

import argparse
import re
import shlex
from collections.abc import Iterator

import pytest

from butlr_tui.cli import _parser
from butlr_tui.plain.exits import Exit
from butlr_tui.usage import USAGES
from tests.cli.conftest import Run

# A command of ours in a line for a shell, up to what follows it there.
_OURS = re.compile(r"(?<!/)\bbutlr-tui\b([^|&)]*)")


def parsers(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command, by its words."""
    yield " ".join(words), parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield from parsers(command, *words, name)


COMMANDS = dict(parsers(_parser()))


def test_every_command_has_its_usage_and_nothing_else_has_one() -> None:
    assert list(USAGES) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_help_ends_with_two_examples_that_are_commands_and_the_exit_codes(command: str) -> None:
    _, examples, rest = COMMANDS[command].format_help().partition("\nexamples:\n")
    examples, _, codes = rest.partition("\n\nexit codes:\n")
    typed = [line.strip() for line in examples.splitlines() if line.startswith("  ") and line[2] != " "]
    assert len(typed) == 2
    for line in typed:
        ours = _OURS.findall(line)
        assert ours
        for words in ours:
            options = _parser().parse_args(shlex.split(words.partition(" > ")[0].rstrip('"')))
            assert callable(options.run)
        first = shlex.split(ours[0].rstrip('"'))
        assert first[: len(command.split())] == command.split() or not command
    assert max(map(len, codes.splitlines())) <= 80
    numbers = [int(line.split()[0]) for line in codes.splitlines()]
    assert {Exit.DONE, Exit.FAILED, Exit.USAGE} <= set(numbers) <= set(Exit)
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("words", [("--help",), ("delete", "--help"), ("config", "init", "--help")])
def test_it_is_printed_so(butlr_tui: Run, words: tuple[str, ...]) -> None:
    shown = butlr_tui(*words).stdout
    assert shown.endswith(COMMANDS[" ".join(words[:-1])].epilog + "\n")  # type: ignore[operator]
