"""Walks every page: its links, commands, files and settings; and every page that something cites."""

import contextlib
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from butlr_tui.cli import _parser
from butlr_tui.config.keys import PROFILE
from butlr_tui.config.load import load
from tests.tools.readme import PAGES, written

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "butlr_tui"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# Where a shell takes a word for a program: at a line's start, after && and |, in $(…), at the end of a path.
# Nothing ends it within '…'.
_COMMAND = re.compile(r"(?:^ *|&& |\| |\$\(|/bin/)butlr-tui(?= |$)((?:'[^'\n]*'|[^|&;)#>\n])*)", re.MULTILINE)
_MODULE = re.compile(r"python3? -m (tests[\w.]*)")
_PATH = re.compile(r"(?:[\w.-]+/)*[\w.-]+\.(?:py|md|svg|tcss|toml)|(?:[\w.-]+/)+[\w.-]*")
_PAGE = re.compile(r"(?:\.\./)*([\w./-]*\w\.md)\b")
_CITED = re.compile(r'CONTRACT\.md((?:,? (?:and )?"[^"]+"(?: \([^)]*\))?)*)')


def files(*patterns: str) -> list[Path]:
    """What git tracks, or would."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def pages() -> Iterator[tuple[Path, str]]:
    for path in files("*.md"):
        yield path, path.read_text()


def prose(page: str) -> str:
    """A page without its blocks of code."""
    return _BLOCK.sub("", page)


def code(page: str) -> Iterator[str]:
    """The blocks and the spans of code in a page."""
    yield from (body for _, body in _BLOCK.findall(page))
    yield from _SPAN.findall(prose(page))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: str) -> set[str]:
    """What a link may name after its #, as GitHub makes it of the headings."""
    bare = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {heading.replace(" ", "-") for heading in bare}


def test_each_promise_of_security_names_its_tests() -> None:
    rows = re.findall(r"^\|.*\|$", (ROOT / ".github" / "SECURITY.md").read_text(), re.MULTILINE)[2:]
    promises = [row.split("|")[3:5] for row in rows]
    assert len(rows) > 10
    assert [promise for promise, tried in promises if promise.strip() and "../tests/" not in tried] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_in_the_pages_are_those_of_the_code(page: str) -> None:
    assert written(page) == (ROOT / page).read_text(), "run `python -m tests.tools.readme`"


def test_every_link_leads_somewhere() -> None:
    links = [
        (path, target)
        for path, page in pages()
        for target in _LINK.findall(prose(page))
        if not target.startswith("https://")
    ]
    assert links
    astray = []
    for path, target in links:
        file, _, anchor = target.partition("#")
        to = (path.parent / file).resolve() if file else path
        if not to.is_file() or (anchor and anchor not in anchors(to.read_text())):
            astray.append(f"{name_of(path)}: {target}")
    assert not astray, "\n".join(astray)


def test_every_command_of_ours_is_one() -> None:
    commands = [
        (path, words.strip())
        for path, page in pages()
        for text in code(page)
        for words in _COMMAND.findall(text)
    ]
    assert commands
    refused = []
    for path, words in commands:
        try:
            with contextlib.redirect_stdout(None):
                _parser().parse_args(shlex.split(words))
        except SystemExit as ended:
            if ended.code:
                refused.append(f"{name_of(path)}: butlr-tui {words}")
    assert not refused, "\n".join(refused)


def test_every_program_of_the_tests_can_be_run() -> None:
    modules = [(path, module) for path, page in pages() for module in _MODULE.findall(page)]
    assert modules
    missing = [f"{name_of(path)}: {module}" for path, module in modules if not can_be_run(module)]
    assert not missing, "\n".join(missing)


def can_be_run(module: str) -> bool:
    """Whether `python -m` finds something to run: in a package that is its `__main__`."""
    spec = find_spec(module)
    if spec is None:
        return False
    return spec.submodule_search_locations is None or find_spec(f"{module}.__main__") is not None


def test_every_file_that_a_page_names_exists() -> None:
    """As seen from the page, from the package or from the top."""
    named = [
        (path, span, (path.parent, PACKAGE, ROOT))
        for path, page in pages()
        for span in _SPAN.findall(prose(page))
        if _PATH.fullmatch(span)
    ]
    ours = [
        (path, span, bases)
        for path, span, bases in named
        if span.endswith((".py", ".md", ".svg", ".tcss", "/"))
        or any((base / span.split("/")[0]).exists() for base in bases)
    ]
    assert ours
    missing = [
        f"{name_of(path)}: {span}"
        for path, span, bases in ours
        if not any((base / span).exists() for base in bases)
    ]
    assert not missing, "\n".join(missing)


def test_every_example_of_settings_is_taken_as_it_stands(tmp_path: Path) -> None:
    examples = [
        (path, body) for path, page in pages() for kind, body in _BLOCK.findall(page) if kind == "toml"
    ]
    assert examples
    wrong = []
    for number, (path, body) in enumerate(examples):
        settings = tmp_path / f"{number}.toml"
        settings.write_text(_whole(body))
        wrong += [
            f"{name_of(path)}: {problem.sentence}"
            for problem in load({"BUTLR_TUI_CONFIG": str(settings)}).problems
        ]
    assert not wrong, "\n".join(wrong)


def _whole(example: str) -> str:
    """An example that shows a part of a profile, within one."""
    given = tomllib.loads(example)
    whole = "base_url" in next(iter(given.get("profiles", {}).values()), {})
    part = not whole and (given.keys() <= {key.name for key in PROFILE} | {"profiles"})
    return f'[profiles.prod]\nbase_url = "https://m2m.example.org"\n{example}' if part else example


def test_every_citation_of_the_contract_names_one_of_its_headings() -> None:
    headings = set(_HEADING.findall(prose((PACKAGE / "CONTRACT.md").read_text())))
    cited: list[tuple[Path, str]] = []
    for path in files("*.py"):
        if path != Path(__file__):
            source = re.sub(r"\s*\n\s*(?:# )?", " ", path.read_text())
            for tail in _CITED.findall(source):
                cited += [(path, heading) for heading in re.findall(r'"([^"]+)"', tail) or [""]]
    assert cited
    astray = [f"{name_of(path)}: “{heading}”" for path, heading in cited if heading not in headings]
    assert not astray, "\n".join(astray)


def test_nothing_cites_a_page_that_is_not_here() -> None:
    here = [name_of(path) for path, _ in pages()]
    missing = [
        f"{name_of(path)}: {cited}"
        for path in files("*.py", "*.md", "*.toml", "*.tcss", ".ci")
        for cited in _PAGE.findall(path.read_text())
        if not any(f"/{page}".endswith(f"/{cited}") for page in here)
    ]
    assert not missing, "\n".join(missing)
