"""Writes the parts of the README that come from the code: `python -m tests.tools.readme`."""

import ast
from collections.abc import Callable
from pathlib import Path

from butlr_tui.config.keys import reference
from butlr_tui.tui.commands import Place, at

ROOT = Path(__file__).parents[2]


def key_table() -> str:
    """Every key, from the command table."""
    lines = ["| where | key | what it does |", "| --- | --- | --- |"]
    for place in Place:
        for number, command in enumerate(at(place)):
            names = " or ".join(f"`{key}`" for key in command.keys.split(" or "))
            lines.append(f"| {place.value if number == 0 else ''} | {names} | {command.help} |")
    return "\n".join(lines) + "\n"


def file_list() -> str:
    """Every file of the package with the first sentence that it says of itself."""
    lines = ["| file | what it is for |", "| --- | --- |"]
    package = ROOT / "butlr_tui"
    for file in sorted(package.rglob("*.py"), key=lambda path: (path.parent, path.name)):
        told = ast.get_docstring(ast.parse(file.read_text())) or ""
        first = " ".join(told.split("\n\n")[0].split())
        name = file.relative_to(package)
        folder = name.parent.as_posix() + "/" if name.name == "__init__.py" else name.as_posix()
        lines.append(f"| `{'butlr_tui/' if folder == './' else folder}` | {first} |")
    return "\n".join(lines) + "\n"


PARTS: dict[str, Callable[[], str]] = {"keys": key_table, "files": file_list, "settings": reference}


def written(readme: str) -> str:
    """The README with each part as it should be."""
    for name, part in PARTS.items():
        begin, end = f"<!-- {name}: made by `python -m tests.tools.readme` -->\n", f"<!-- /{name} -->"
        before, found, rest = readme.partition(begin)
        _, _, after = rest.partition(end)
        assert found, f"the README has no place for the {name}"
        readme = before + begin + part() + end + after
    return readme


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(written(path.read_text()))
