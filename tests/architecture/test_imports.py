"""The package as a graph: no module needs itself, not even to name a type, and no two classes share a name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "butlr_tui"


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name."""
    found = {}
    for file in sorted((ROOT / PACKAGE).rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(file.read_text())
    return found


def imports(tree: ast.Module, among: dict[str, ast.Module]) -> Iterator[str]:
    """The modules of the package that a module names: on top, in its functions, and for types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name in among:
                yield name
            elif (parent := name.rpartition(".")[0]) in among:
                yield parent


def test_no_module_needs_itself_not_even_for_a_type() -> None:
    found = modules()
    graph = {name: set(imports(tree, found)) - {name} for name, tree in found.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" is imported by ".join(error.args[1])) from None


def test_imports_are_absolute() -> None:
    """So that the graph above is whole."""
    for name, tree in modules().items():
        relative = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
        assert not relative, name


def test_no_two_classes_share_a_name() -> None:
    places: defaultdict[str, list[str]] = defaultdict(list)
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(name)
    twins = {name: found for name, found in places.items() if len(found) > 1}
    assert not twins
