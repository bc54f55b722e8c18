"""Writes the manual's pages, from the parser and from the table of settings: `python -m tests.tools.manual`."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from butlr_tui import __version__
from butlr_tui.cli import _parser
from butlr_tui.config.example import example
from butlr_tui.config.keys import TABLES, VARIABLES
from butlr_tui.plain.exits import Exit
from butlr_tui.usage import PROGRAM, USAGES, in_general

_MINUS: Final = "\\-"
PAGES: Final = Path(__file__).parents[2] / "butlr_tui" / "manual"


def commands_page() -> str:
    """butlr-tui(1)."""
    whole = _parser()
    lines = [
        f'.TH BUTLR\\-TUI 1 "" "butlr\\-tui {__version__}" "User Commands"',
        *_section("NAME"),
        "butlr\\-tui \\- look after the machine\\-to\\-machine clients of the Butlr API",
        *_section("SYNOPSIS"),
        f".B {_text(PROGRAM)}",
        "[\\fIOPTION\\fR]... [\\fICOMMAND\\fR [\\fIARGUMENT\\fR]...]",
        *_section("DESCRIPTION"),
        "Lists, creates, replaces and deletes the machine\\-to\\-machine (M2M) OAuth clients of the Butlr API,",
        "and takes the secret of a new one where it should live: it is shown this once.",
        "Without a command it is an app for the terminal; its keys are listed there under \\fB?\\fR.",
        *_section("OPTIONS"),
        *_options(whole),
        *_section("COMMANDS"),
    ]
    for words, command in _commands(whole):
        lines += [
            f".SS {_text(words)}",
            _text(command.description or ""),
            *_options(command, without="--profile"),
        ]
        lines += [line for typed, does in USAGES[words].examples for line in _item(typed, does)]
    lines += [*_section("EXIT STATUS"), "A command gives those of these that its", ".B \\-\\-help", "names."]
    lines += [line for code in Exit for line in _item(str(int(code)), in_general(code, USAGES))]
    lines += [
        *_section("ENVIRONMENT"),
        *(line for name, holds, _ in VARIABLES for line in _item(name, holds)),
    ]
    lines += [*_section("SEE ALSO"), ".BR butlr\\-tui\\-config (5)"]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """butlr-tui-config(5)."""
    lines = [
        f'.TH BUTLR\\-TUI\\-CONFIG 5 "" "butlr\\-tui {__version__}" "File Formats"',
        *_section("NAME"),
        "butlr\\-tui\\-config \\- the settings of butlr\\-tui",
        *_section("SYNOPSIS"),
        ".I \\(ti/.config/butlr\\-tui/config.toml",
        *_section("DESCRIPTION"),
        "A file in TOML.",
        ".B butlr\\-tui config init",
        "writes one to start with,",
        ".B butlr\\-tui config",
        "prints what is in force, and where it comes from. What is wrong in it is told with its line.",
    ]
    for prefix, keys in TABLES:
        lines += _section(_title(prefix))
        for key in keys:
            lines += _item(
                f"{prefix}{key.name}", f"{key.says}. Example: {key.example}. Default: {key.default}."
            )
    lines += [*_section("EXAMPLE"), ".nf", *map(_text, example().splitlines()), ".fi"]
    lines += [*_section("SEE ALSO"), ".BR butlr\\-tui (1)"]
    return "\n".join(lines) + "\n"


def _title(prefix: str) -> str:
    return f"SETTINGS OF {prefix.rstrip('.')}" if prefix else "SETTINGS"


def _section(title: str) -> tuple[str, ...]:
    return (f".SH {_text(title)}",)


def _item(term: str, says: str) -> tuple[str, ...]:
    return (".TP", f".B {_text(term)}", _text(says))


def _options(command: argparse.ArgumentParser, without: str = "") -> Iterator[str]:
    formatter = command._get_formatter()
    for action in command._actions:
        if action.help is argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):
            continue
        if "--help" in action.option_strings or without in action.option_strings:
            continue
        named = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        takes = f" {formatter._format_args(action, _placeholder(action))}" if action.option_strings else ""
        said = formatter._expand_help(action) if action.help else f"One of {', '.join(action.choices or ())}"
        yield from _item(f"{named}{takes}".rstrip(), said)


def _placeholder(action: argparse.Action) -> str:
    return str(action.metavar or action.dest.upper())


def _commands(
    whole: argparse.ArgumentParser, before: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield f"{before}{name}", command
                yield from _commands(command, f"{before}{name} ")


def _text(text: str) -> str:
    """As roff shows it unchanged."""
    one_line = " ".join(text.split()) if "\n" in text else text
    shown = one_line.replace("\\", "\\e").replace("-", _MINUS)
    return f"\\&{shown}" if shown.startswith((".", "'")) else shown


def pages() -> Iterable[tuple[Path, str]]:
    """Each page and what it says."""
    yield PAGES / "butlr-tui.1", commands_page()
    yield PAGES / "butlr-tui-config.5", settings_page()


def main() -> None:
    """Write both."""
    for path, text in pages():
        path.write_text(text)


if __name__ == "__main__":
    main()
