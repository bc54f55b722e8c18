"""What a wheelhouse's files of requirements say of wheels that not every machine needs."""

from hashlib import sha256
from pathlib import Path

from tests.tools.release.targets import Target
from tests.tools.release.wheelhouse import requirements


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
