"""`butlr-tui config init`: a file that says everything, changes nothing and is ours alone."""

import os
import re
from pathlib import Path

import pytest

from butlr_tui.config import keys
from butlr_tui.config.example import add_profile, example, write_example
from butlr_tui.config.keys import reference
from butlr_tui.config.load import load
from butlr_tui.config.model import CredentialFile, Profile, ProfileError, Prompt
from butlr_tui.config.places import credential_store
from tests.config.conftest import Read


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_it_changes_nothing(read: Read) -> None:
    settings = read(example())
    assert (settings.problems, settings.own, settings.origins) == ((), (), {})


def test_every_line_of_it_may_be_used(read: Read) -> None:
    lines = [re.sub(r"^# (?=\w+ = |\[)", "", line) for line in example().splitlines()]
    settings = read("\n".join(lines))
    told = [problem.sentence for problem in settings.problems]
    assert [problem.split(";")[0] for problem in told] == [
        "The profile prod has 5 sources (token_command, credential_command, token_file, credential_file, prompt)"
    ]
    (prod,) = settings.own
    assert prod.commands
    assert settings.filters["stale"] == "age:>1y -desc:keep"
    known = {*keys.TOP, *keys.PROFILE, *keys.COMMAND}
    assert {name[-1] for name in settings.origins} >= {setting.name for setting in known}


def test_the_readmes_table_has_every_key() -> None:
    for key in (*keys.TOP, *keys.FILTERS, *keys.PROFILE, *keys.COMMAND):
        assert f".{key.name}` |" in reference() or f"`{key.name}` |" in reference()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_its_owner_can_read_it(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "a" / "b" / "config.toml"
    before = os.umask(umask)
    try:
        write_example(path)
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent), mode(path.parent.parent)) == (0o600, 0o700, 0o700)
    assert path.read_text() == example()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mine")
    for place in (path, tmp_path / "link", tmp_path / "dangling"):
        if place.name == "link":
            place.symlink_to(path)
        if place.name == "dangling":
            place.symlink_to(tmp_path / "nothing")
        with pytest.raises(ProfileError, match="is there already and stays as it is"):
            write_example(place)
    assert path.read_text() == "mine"
    assert not (tmp_path / "nothing").exists()
    with pytest.raises(ProfileError, match=r"can't be written \(not a directory\)"):
        write_example(path / "below")


def test_a_profile_is_added_to_what_is_there(read: Read, file: Path) -> None:
    read("mouse = false # mine")
    add_profile(file, Profile("prod", "https://x/ü", Prompt(), sign_in_url="https://y"))
    add_profile(file, Profile("lab", "https://z", CredentialFile(Path('/a "b"\\c'))))
    settings = load({"BUTLR_TUI_CONFIG": str(file)})
    assert settings.problems == ()
    assert not settings.mouse
    assert settings.own == (
        Profile("prod", "https://x/ü", Prompt(credential_store("prod")), sign_in_url="https://y"),
        Profile("lab", "https://z", CredentialFile(Path('/a "b"\\c'))),
    )
    with pytest.raises(ProfileError, match="can't be a profile's name"):
        add_profile(file, Profile("a b", "https://z", Prompt()))
    with pytest.raises(ProfileError, match="can't be written"):
        add_profile(file / "below", Profile("x", "https://z", Prompt()))


def test_a_new_file_with_a_profile_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    add_profile(path, Profile("prod", "https://x", Prompt()))
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
