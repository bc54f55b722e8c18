"""Builds what a release consists of, from a clean clone of the last commit.

python -m tests.tools.release FOLDER
"""

import argparse
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.tools.release.package import ROOT, build_sdist, build_wheel, clone, run
from tests.tools.release.single_file import build_single_file
from tests.tools.release.targets import TARGETS
from tests.tools.release.wheelhouse import build_wheelhouse, sets_of

_SUMS: Final = "SHA256SUMS"


def build(folder: Path) -> None:
    """Makes `folder` with the sdist, the wheel, the wheelhouse, the single file and the hashes of all."""
    folder.mkdir(parents=True)
    with TemporaryDirectory(prefix="butlr-tui-release-") as temporary:
        source = Path(temporary) / "clone"
        environment = clone(source)
        sdist = build_sdist(source, folder, environment)
        wheel = build_wheel(sdist, folder, environment)
    sys.stderr.write(run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel))
    wheelhouse = folder / "wheelhouse"
    build_wheelhouse(wheel, wheelhouse, sets_of(wheel), TARGETS)
    build_single_file(wheelhouse, folder, TARGETS, environment)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    (folder / _SUMS).write_text("".join(f"{_digest(file)}  {file.relative_to(folder)}\n" for file in files))


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def main() -> None:
    """Build into a new folder outside of the sources."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.release", description="Build a release from the last commit."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="is made, outside of the sources")
    folder: Path = parser.parse_args().folder.resolve()
    if folder.exists() or folder.is_relative_to(ROOT):
        parser.error(f"{folder} is there already, or is among the sources: name a new folder elsewhere.")
    build(folder)
    sys.stdout.write((folder / _SUMS).read_text())


if __name__ == "__main__":
    main()
