"""The package itself: a clean clone, and the sdist and the wheel that are built from it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zipfile import ZipFile

ROOT: Final = Path(__file__).parents[3]
NAME: Final = "butlr-tui"


def run(*argv: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """What a program printed. Raises CalledProcessError; what it complains of is shown."""
    ended = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return ended.stdout


def clone(folder: Path) -> dict[str, str]:
    """Clones the last commit into `folder`. The environment in which builds of it are equal byte for byte."""
    # Root builds from another user's folder, too: both halves of git ask whom to trust, and we run from it.
    trusting = ("git", "-c", f"safe.directory={ROOT}/.git")
    there = shlex.join((*trusting, "upload-pack"))
    run(*trusting, "clone", "--quiet", "--no-hardlinks", "--upload-pack", there, ROOT, folder)
    return {**os.environ, "SOURCE_DATE_EPOCH": run("git", "-C", folder, "log", "-1", "--format=%ct").strip()}


def build_sdist(source: Path, into: Path, environment: Mapping[str, str]) -> Path:
    """The sdist of the sources in `source`."""
    run(sys.executable, "-m", "build", "--sdist", "--outdir", into, source, environment=environment)
    return next(into.glob("*.tar.gz"))


def build_wheel(source: Path, into: Path, environment: Mapping[str, str]) -> Path:
    """The wheel of the sources in `source`, a folder or an sdist."""
    run(*PIP, "wheel", "--quiet", "--no-deps", "--wheel-dir", into, source, environment=environment)
    return next(into.glob("butlr_tui-*.whl"))


def extras_of(wheel: Path) -> list[str]:
    """The extras that a wheel offers."""
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    return [line.split()[1] for line in lines if line.startswith("Provides-Extra:")]


PIP: Final = (sys.executable, "-m", "pip", "--disable-pip-version-check")
