"""The machines that a release is made for."""

import platform
import sys
from dataclasses import dataclass
from itertools import product
from typing import Final

PYTHONS: Final = ("3.11", "3.12", "3.13")
MACHINES: Final = ("x86_64", "aarch64")
_GLIBC: Final = ("manylinux2014", "manylinux_2_17", "manylinux_2_28")
"""A Linux of 2018 or later, by the names that wheels have for it. The oldest comes first: it is preferred."""

_PIP_THERE: Final = """
import sys
from pip._internal.cli.main import main
from pip._vendor.packaging import markers

here = markers.default_environment()
markers.default_environment = lambda: {{**here, **{}}}
sys.exit(main())
"""


@dataclass(frozen=True, order=True, slots=True)
class Target:
    """CPython of one version on Linux."""

    python: str
    """Such as 3.11."""
    machine: str
    """Such as x86_64."""

    @property
    def pip(self) -> list[str]:
        """pip, as if it ran there: `--python-version` chooses wheels alone, and not what markers name."""
        there = {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "platform_machine": self.machine,
        }
        return [sys.executable, "-c", _PIP_THERE.format(there), "--disable-pip-version-check"]

    @property
    def pip_options(self) -> list[str]:
        """What makes pip choose wheels for this one, wherever it runs itself."""
        platforms = [option for name in _GLIBC for option in ("--platform", f"{name}_{self.machine}")]
        wheels = ("--only-binary", ":all:", "--implementation", "cp", "--python-version", self.python)
        return [*wheels, *platforms]

    @property
    def pex_platform(self) -> str:
        """Its name in pex."""
        return f"{_GLIBC[0]}_{self.machine}-cp-{self.python}.0-cp{self.python.replace('.', '')}"

    @property
    def marker(self) -> str:
        """What is true there alone, in a file of requirements."""
        return f"python_version == '{self.python}' and platform_machine == '{self.machine}'"


TARGETS: Final = tuple(Target(python, machine) for python, machine in product(PYTHONS, MACHINES))


def this_machine() -> Target:
    """The one that this program runs on."""
    return Target("{}.{}".format(*sys.version_info), platform.machine())
