"""Writes the parts of the pages that come from the code: `python -m tests.tools.readme`."""

import ast
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from butlr_tui.commands import COMMANDS, MOVES, Command, Place
from butlr_tui.config.keys import VARIABLES, reference
from butlr_tui.listing.query import WORDS
from butlr_tui.plain.exits import Exit
from butlr_tui.usage import MEANINGS, USAGES
from tests.soak.plan import FIGURES, Figure

ROOT = Path(__file__).parents[2]
_PACKAGE = ROOT / "butlr_tui"
_SUPPORT = ROOT / "tests" / "support"
_FOR_SCRIPTS = ("list", "show", "create", "replace", "delete", "open", "verify", "journal", "token")


def key_table() -> str:
    """Every key as shipped, from the command table."""
    rows = (
        (where, _keys(command), f"`{command.id}`", command.help)
        for place in Place
        for where, command in _at(place, COMMANDS)
    )
    return _table(("where", "key", "its command", "what it does"), rows)


def first_keys() -> str:
    """The keys that are needed first: not those that everybody guesses."""
    commands = [command for command in COMMANDS if command.id not in MOVES]
    rows = (
        (where, _keys(command), command.help)
        for place in (Place.MAIN, Place.SECRET)
        for where, command in _at(place, commands)
    )
    return _table(("where", "key", "what it does"), rows)


def _at(place: Place, commands: Iterable[Command]) -> Iterable[tuple[str, Command]]:
    """The commands of a place, the first of them with its name."""
    here = [command for command in commands if command.place is place]
    return zip([place.value, *[""] * len(here)], here, strict=False)


def _keys(command: Command) -> str:
    return " or ".join(f"`{key}`" for key in command.keys.split(" or "))


def script_examples() -> str:
    """The first example of each command that scripts use, as its help has it."""
    examples = [USAGES[command].examples[0] for command in _FOR_SCRIPTS]
    lines = (f"# {does}\n{typed}\n" for typed, does in examples)
    return "```sh\n" + "".join(lines) + "```\n"


def code_table() -> str:
    """Every exit code, and what it means in general."""
    rows = ((str(int(code)), MEANINGS[code]) for code in Exit)
    return _table(("exit code", "what it means"), rows)


def filter_table() -> str:
    """Everything that the filter understands."""
    rows = ((f"`{one.word}`", f"`{one.example}`", one.what) for one in WORDS)
    return _table(("word", "example", "what it finds"), rows)


def settings_table() -> str:
    """Every key of the settings."""
    return reference() + "\n"


def variable_table() -> str:
    """Every variable of the environment that the settings know."""
    return _table(("variable", "what it holds"), ((f"`{name}`", says) for name, says, _ in VARIABLES))


def import_rule() -> str:
    """What may import what, from import-linter's contract."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract.get("containers") == ["butlr_tui"])
    return "```\n" + "\n".join(layers) + "\n```\n"


def room_table() -> str:
    """Every room of the package: its top-level modules, and each folder with what it says of itself."""
    modules = sorted(path for path in _PACKAGE.glob("*.py") if path.name != "__init__.py")
    folders = sorted(path.parent for path in _PACKAGE.glob("*/**/__init__.py"))
    rows = [(f"`{path.name}`", _purpose(path)) for path in modules]
    rows += [
        (f"`{folder.relative_to(_PACKAGE).as_posix()}/`", _purpose(folder / "__init__.py"))
        for folder in folders
    ]
    return _table(("room", "what it is for"), rows)


def support_table() -> str:
    """Every file that tests are written with."""
    files = sorted(path for path in _SUPPORT.glob("*.py") if path.name != "__init__.py")
    return _table(("file", "what it is for"), ((f"`support/{path.name}`", _purpose(path)) for path in files))


def figure_table() -> str:
    """Every figure of reliability, and where it is measured."""
    rows = ((str(figure.number), figure.target, _measured_by(figure)) for figure in FIGURES)
    return _table(("", "figure", "measured by"), rows)


def _measured_by(figure: Figure) -> str:
    files = dict.fromkeys(test.partition("::")[0].removeprefix("tests/") for test in figure.tests)
    return ", ".join(f"`{file}`" for file in files or ("soak/thorough.py",))


def _purpose(module: Path) -> str:
    """The first paragraph that a module says of itself, in one line."""
    says = ast.get_docstring(ast.parse(module.read_text())) or ""
    return " ".join(says.split("\n\n")[0].split())


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heads, ["---"] * len(heads), *rows))


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {
        "keys": first_keys,
        "scripts": script_examples,
        "codes": code_table,
    },
    "butlr_tui/README.md": {"layers": import_rule, "rooms": room_table},
    "butlr_tui/tui/README.md": {"keys": key_table, "filter": filter_table},
    "butlr_tui/config/README.md": {"settings": settings_table, "variables": variable_table},
    "tests/README.md": {"support": support_table, "figures": figure_table},
}
"""The pages that have such parts, and what makes each."""


def written(page: str) -> str:
    """The page with each part as it should be."""
    text = (ROOT / page).read_text()
    for name, part in PAGES[page].items():
        begin, end = f"<!-- {name}: made by `python -m tests.tools.readme` -->\n", f"<!-- /{name} -->"
        before, found, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        assert found and ended, f"{page} has no place for the {name}"
        text = before + begin + part() + end + after
    return text


if __name__ == "__main__":
    for page in PAGES:
        (ROOT / page).write_text(written(page))
