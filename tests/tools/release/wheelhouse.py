"""A folder of wheels with which the package is installed on a machine without a network.

Beside the wheels stand files of requirements, `core.txt`, `service.txt` and `all.txt`: each names one set of
extras, all that it needs, and the hash of every wheel that may be installed for it.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from packaging.utils import parse_wheel_filename

from tests.tools.release.package import NAME, extras_of, run
from tests.tools.release.targets import Target

CORE: Final = "core"
_HEAD: Final = """\
# {what} and all that it needs. Where there is no network:
# pip install -r {name}.txt
--no-index
--find-links .
--only-binary :all:
"""


def build_wheelhouse(wheel: Path, into: Path, sets: Mapping[str, str], targets: Sequence[Target]) -> None:
    """Makes the folder `into`, for sets of extras of which the last holds the others (see `sets_of`)."""
    into.mkdir()
    shutil.copy(wheel, into)
    for target in targets:
        _download(f"{wheel}{[*sets.values()][-1]}", target, into)
    for name, extras in sets.items():
        needed = {target: needed_of(into, f"{wheel}{extras}", target) for target in targets}
        head = _HEAD.format(what=f"{NAME}{extras}", name=name)
        (into / f"{name}.txt").write_text(head + "".join(requirements(needed)))


def sets_of(wheel: Path) -> dict[str, str]:
    """The names of the sets that a release offers, and their extras as pip writes them."""
    return {CORE: "", "service": "[service]", "all": f"[{','.join(extras_of(wheel))}]"}


def requirements(needed: Mapping[Target, Mapping[str, Path]]) -> Iterator[str]:
    """A line for each distribution that any target needs, pinned and with the hashes of its wheels.

    One that is not needed everywhere, or not in that version, says where it is.
    """
    for pinned in sorted({pinned for wheels in needed.values() for pinned in wheels}):
        on = [target for target, wheels in needed.items() if pinned in wheels]
        where = "" if len(on) == len(needed) else f" ; {' or '.join(target.marker for target in on)}"
        digests = {sha256(needed[target][pinned].read_bytes()).hexdigest() for target in on}
        yield f"{pinned}{where}{''.join(f' --hash=sha256:{digest}' for digest in sorted(digests))}\n"


def needed_of(folder: Path, requirement: str, target: Target) -> dict[str, Path]:
    """What pip would install on `target` from `folder` alone: each name and version, and its wheel.

    Not by `pip install --dry-run`, which holds what a wheel requires of Python against the one that it runs on.
    """
    with TemporaryDirectory() as there:
        _download(requirement, target, Path(there), "--no-index", "--find-links", folder)
        names = [wheel.name for wheel in Path(there).iterdir()]
    told = {name: parse_wheel_filename(name) for name in names}
    return {f"{project}=={version}": folder / name for name, (project, version, *_) in told.items()}


def _download(requirement: str, target: Target, into: Path, *where: str | Path) -> None:
    run(*target.pip, "download", "--quiet", "--dest", into, *where, *target.pip_options, requirement)
