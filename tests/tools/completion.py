"""Makes the scripts by which shells complete the program's words: `python -m tests.tools.completion`.

The words come from the program's own parser, through shtab. What only the settings and the last lists know is read
by the shells themselves, by the functions in `shells/`.
"""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import shtab

from butlr_tui.cli import _parser
from butlr_tui.plain.completion import SCRIPTS, SHELLS

_FUNCTIONS: Final = Path(__file__).parent / "shells"
_SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "bash": ("words.sh", "bash.sh"),
    "zsh": ("words.sh", "zsh.sh"),
    "fish": ("fish.fish",),
}
_KINDS: Final[Mapping[str, str]] = {
    "--profile": "profiles",
    "--to": "destinations",
    "CLIENT": "clients",
    "--client": "clients",
}
"""What stands behind an option, or in an argument's place."""
_OURS_COMES_FIRST: Final = ("-F _shtab_butlr_tui butlr-tui", "-F _butlr_tui butlr-tui")
"""In bash a function of ours calls shtab's."""
_FILES: Final = ("--token-file", "--from", "--identity", "FILE", "DIR|FILE.tar")
_FOLDERS: Final = ("--data",)


def script(shell: str) -> str:
    """What one of SHELLS reads."""
    whole = _parser()
    for action in _actions(whole):
        name = action.option_strings[-1] if action.option_strings else action.metavar
        if name in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif name in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif isinstance(name, str) and (kind := _KINDS.get(name)):
            function = f"_butlr_tui_{kind}"
            action.complete = {"bash": function, "zsh": function, "fish": f"({function})"}  # type: ignore[attr-defined]
    functions = "\n".join((_FUNCTIONS / source).read_text() for source in _SOURCES[shell])
    made: str = shtab.complete(whole, shell, preamble={shell: functions})  # type: ignore[arg-type]
    return made.replace(*_OURS_COMES_FIRST).rstrip() + "\n"


def _actions(whole: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
        else:
            yield action


def main() -> None:
    """Write them all."""
    for shell in SHELLS:
        (SCRIPTS / f"butlr-tui.{shell}").write_text(script(shell))


if __name__ == "__main__":
    main()
