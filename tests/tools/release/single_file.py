"""One file that runs wherever there is a Python that the release is made for.

It is made with pex, which takes the wheels of several platforms into one file and installs those that fit, at the
first start, into an environment in the user's cache. shiv lays all packages out in one folder, where the compiled
modules of two processors have the same name.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.tools.release.package import NAME, run
from tests.tools.release.targets import Target

EXTRAS: Final = "[service,seal]"
"""All that is not for developers."""


def build_single_file(
    wheelhouse: Path, into: Path, targets: Sequence[Target], environment: Mapping[str, str]
) -> Path:
    """The file, of wheels in `wheelhouse`, for `targets`."""
    file = into / f"{NAME}.pex"
    platforms = [option for target in targets for option in ("--platform", target.pex_platform)]
    from_here = ("--no-pypi", "--find-links", wheelhouse, "--wheel", "--no-build")
    # --venv: what it starts with sys.executable finds the packages, too. --sh-boot: later starts are quick.
    runs = ("--venv", "--sh-boot", "--console-script", NAME)
    run(
        sys.executable, "-m", "pex", f"{NAME}{EXTRAS}", *from_here, *platforms, *runs, "--output-file", file,
        environment=environment,
    )  # fmt: skip
    return file
