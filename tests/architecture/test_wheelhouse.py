"""What a wheelhouse's files of requirements say of wheels that not every machine needs."""

from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.tools.release.targets import TARGETS, Target
from tests.tools.release.wheelhouse import needed_of, requirements


def wheel(folder: Path, name: str, *needs: str, python: str = ">=3") -> None:
    """A wheel for every machine, with nothing in it, which needs these others and a `python`."""
    metadata = [f"Name: {name}", "Version: 1.0", f"Requires-Python: {python}"]
    metadata += [f"Requires-Dist: {one}" for one in needs]
    files = {
        "METADATA": "\n".join(["Metadata-Version: 2.1", *metadata, ""]),
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for file, content in files.items():
            archive.writestr(f"{name}-1.0.dist-info/{file}", content)


@pytest.mark.parametrize("target", [TARGETS[0], TARGETS[-1]])
def test_what_is_needed_goes_by_the_machine_that_it_is_for(target: Target, tmp_path: Path) -> None:
    """Not by the one that builds it: a wheelhouse lacked what Python 3.13 alone needs."""
    wheel(tmp_path, "old", python="<3.12")
    wheel(tmp_path, "new", python=">=3.13")
    wheel(tmp_path, "arm")
    of_python, of_machine = "new; python_version == '3.13'", "arm; platform_machine == 'aarch64'"
    wheel(tmp_path, "app", "old; python_version < '3.12'", of_python, of_machine)
    expected = {
        "app==1.0",
        *(["old==1.0"] if target.python == "3.11" else []),
        *(["new==1.0"] if target.python == "3.13" else []),
        *(["arm==1.0"] if target.machine == "aarch64" else []),
    }
    assert set(needed_of(tmp_path, "app", target)) == expected


def test_each_wheel_that_may_be_installed_is_named_and_says_where_it_is_needed(tmp_path: Path) -> None:
    old, new = Target("3.11", "x86_64"), Target("3.12", "aarch64")
    wheels = {name: tmp_path / name for name in ("everywhere", "compiled-old", "compiled-new", "once")}
    for name, file in wheels.items():
        file.write_text(name)
    digest = {name: sha256(name.encode()).hexdigest() for name in wheels}
    needed = {
        old: {"a==1": wheels["everywhere"], "b==1": wheels["compiled-old"], "c==1": wheels["once"]},
        new: {"a==1": wheels["everywhere"], "b==1": wheels["compiled-new"]},
    }
    first, second = sorted((digest["compiled-old"], digest["compiled-new"]))
    where = "python_version == '3.11' and platform_machine == 'x86_64'"
    assert list(requirements(needed)) == [
        f"a==1 --hash=sha256:{digest['everywhere']}\n",
        f"b==1 --hash=sha256:{first} --hash=sha256:{second}\n",
        f"c==1 ; {where} --hash=sha256:{digest['once']}\n",
    ]
