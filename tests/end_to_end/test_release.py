"""What a release consists of, installed and used where there is no network.

CI builds the smallest part of one, for its own Python; the soak builds all of it, twice, and tries it on each.
"""

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from filecmp import cmpfiles
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from butlr_tui.doctor.terminal import WORD
from tests.support.figures import figure, times
from tests.support.programs import false_xclip
from tests.support.pty import Pty
from tests.tools.release.__main__ import build
from tests.tools.release.package import ROOT, build_wheel, clone
from tests.tools.release.targets import PYTHONS, this_machine
from tests.tools.release.wheelhouse import CORE, build_wheelhouse

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be without a network"),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a clone of the repository"),
]

_IN_FULL: Final = times(0, 1)
_WITHOUT_A_SERVICE: Final = (CORE, "uv", "pipx")
_WITHOUT_A_NETWORK: Final = ("unshare", "--net")


def made(folder: Path) -> Path:
    """A folder as `python -m tests.tools.release` makes it; in CI with the core's wheelhouse alone."""
    if _IN_FULL:
        build(folder)
    else:
        build_wheelhouse(built_wheel(folder), folder / "wheelhouse", {CORE: ""}, [this_machine()])
    return folder


def built_wheel(folder: Path) -> Path:
    """The wheel alone, in a new folder, from a clone that is not there any more."""
    folder.mkdir()
    with TemporaryDirectory() as temporary:
        source = Path(temporary) / "clone"
        return build_wheel(source, folder, clone(source))


def interpreters() -> Iterator[Path]:
    """The Pythons to try it on: this one, or in full each that a release is for."""
    if not _IN_FULL:
        yield Path(sys.executable)
        return
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    for version in PYTHONS:
        found = sorted((home / ".pyenv" / "versions").glob(f"{version}.*/bin/python{version}"))
        yield from found[-1:] or [Path(f"/usr/bin/python{version}")]


def installed(requirements: Path, python: Path, into: Path) -> Path:
    """The command in a new environment, after an installation that could ask nobody."""
    subprocess.run([python, "-m", "venv", "--without-pip", into], check=True)
    pip = (sys.executable, "-m", "pip", "--python", into / "bin" / "python", "install", "--quiet")
    subprocess.run([*_WITHOUT_A_NETWORK, *pip, "-r", requirements], check=True)
    return into / "bin" / "butlr-tui"


def installed_by_tools(release: Path, python: Path, folder: Path) -> dict[str, list[str]]:
    """The commands that uv and pipx make of the wheel, each for a user of its own, from the wheelhouse alone."""
    alone = ("--no-index", "--find-links", str(release / "wheelhouse"))
    here = ("--python", str(python), str(next(release.glob("*.whl"))))
    found = {}
    for tool, words in {
        "uv": ("tool", "install", "--quiet", "--offline", *alone, *here),
        "pipx": ("install", "--quiet", "--pip-args", " ".join(alone), *here),
    }.items():
        environment = {"HOME": str(folder / tool), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        argv = [*_WITHOUT_A_NETWORK, str(Path(sys.executable).with_name(tool)), *words]
        subprocess.run(argv, env=environment, check=True)
        found[tool] = [str(folder / tool / ".local" / "bin" / "butlr-tui")]
    return found


def commands(release: Path, python: Path, folder: Path) -> dict[str, list[str]]:
    """Each way to run what is in a release: installed in `folder`, or as it is."""
    found = {
        requirements.stem: [str(installed(requirements, python, folder / requirements.stem))]
        for requirements in (release / "wheelhouse").glob("*.txt")
    }
    found |= {file.name: [str(python), str(file)] for file in release.glob("*.pex")}
    return found | installed_by_tools(release, python, folder) if _IN_FULL else found


def works(name: str, command: Sequence[str], python: Path, folder: Path) -> bool:
    """Whether the command starts there, and its clipboard, which is a process of its own, takes a copy.

    Where the service is in it, the app comes up, too.
    """
    environment = {**false_xclip(folder), "HOME": str(folder), "LANG": "C.UTF-8"}
    environment["PATH"] += f":{python.parent}:/usr/bin:/bin"
    (folder / "held").write_text("")
    argv = [*_WITHOUT_A_NETWORK, *command, "doctor", "--copy", "--json"]
    ended = subprocess.run(argv, env=environment, check=False, capture_output=True, text=True)
    found = {check["name"]: check["found"] for check in json.loads(ended.stdout)["checks"]}
    copied = "verified by reading it back" in found["copy"] and (folder / "held").read_text() == WORD
    return copied and (name in _WITHOUT_A_SERVICE or shows_the_demo(command, environment))


def shows_the_demo(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether the app comes up in a terminal, with the service in it."""
    with Pty([*_WITHOUT_A_NETWORK, *command, "demo", "--fresh"], environment) as terminal:
        terminal.shows("1 of 41")
        terminal.types("q")
        return terminal.ends() == 0


def test_figure_43_two_builds_are_equal_and_each_part_runs_without_a_network(tmp_path: Path) -> None:
    release, again = made(tmp_path / "release"), tmp_path / "again"
    (build if _IN_FULL else built_wheel)(again)
    files = [str(path.relative_to(again)) for path in again.rglob("*") if path.is_file()]
    equal, different, missing = cmpfiles(release, again, files, shallow=False)
    runs = broken = 0
    for number, python in enumerate(interpreters()):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, command in commands(release, python, folder).items():
            runs, broken = runs + 1, broken + (not works(name, command, python, folder))
    figure(
        43,
        equal_files=len(equal),
        different_files=len(different) + len(missing),
        installations=runs,
        broken=broken,
    )
    assert equal and not different + missing
    assert runs and not broken
