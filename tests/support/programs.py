"""Other programs: those that a test needs, and those that it makes up."""

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

PATH: Final = os.pathsep.join(folder for folder in os.get_exec_path() if os.access(folder, os.X_OK))
"""Where programs are, without folders that `su` left there of somebody else: a search would end at them."""


def needs(*programs: str) -> None:
    """Skips the test, naming the program that is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")


def script(folder: Path, name: str, text: str) -> Path:
    """An executable shell script."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def false_xclip(folder: Path) -> dict[str, str]:
    """A clipboard that is a file, as the environment in which it is the machine's own."""
    held = folder / "held"
    held.touch()
    script(
        folder / "bin",
        "xclip",
        f'case "$*" in *-o*) exec /bin/cat {held} ;; *) exec /bin/cat > {held} ;; esac',
    )
    return {"TERM": "xterm", "DISPLAY": ":0", "PATH": str(folder / "bin")}


def folder_with(folder: Path, *programs: str) -> str:
    """A PATH in which there are only these programs."""
    folder.mkdir(exist_ok=True, parents=True)
    for program in programs:
        found = shutil.which(program)
        assert found
        (folder / program).symlink_to(found)
    return str(folder)


def names_in(folder: Path | str) -> list[str]:
    """What is in a folder."""
    return [path.name for path in Path(folder).iterdir()]


def near_ssh(folder: Path, before: str = "true") -> tuple[str, Path]:
    """A PATH whose `ssh` reaches a folder of this machine as if that were a home elsewhere, and that folder.

    It runs `before` first; with `$home` as that folder.
    """
    home = folder / "far"
    home.mkdir()
    stays = f'home={home}; {before}; cd "$home"; for last; do :; done; eval "$last"'
    return f"{script(folder / 'bin', 'ssh', stays).parent}:{PATH}", home


CAN_BE_CUT: Final = "trap 'echo Connection reset >&2; exit 255' TERM"
"""What `near_ssh` runs before, where its connection is to end as one over a network does."""


def cut_with_the_secret(folder: Path, home: Path) -> Path:
    """Once this file is there, `near_ssh` loses the connection with a secret that is there and has no name yet."""
    cut, real = home / "cut", shutil.which("sha256sum")
    script(
        folder / "bin",
        "sha256sum",
        f'given=$(cat; echo .); case "$given" in BUTLR*) [ ! -e {cut} ] || '
        f'{{ rm {cut}; kill 0; }};; esac; printf %s "${{given%.}}" | {real}',
    )
    return cut
