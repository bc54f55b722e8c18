"""The secrets of several clients need a place of their own each, wherever they go; that is found out first."""

import os
from pathlib import Path

import pytest

from butlr_tui.delivery.far_file import FarFile
from butlr_tui.operations.destinations import (
    BadDestination,
    ToClipboard,
    ToCommand,
    ToFile,
    ToMachine,
    ToStdout,
)
from butlr_tui.operations.own_places import check_own_places, faults_in, known_as
from butlr_tui.operations.place import Destination
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.delivery import refuse_to_write
from tests.support.keys import key
from tests.support.programs import names_in, near_ssh

CLIPBOARD = ToClipboard(refuse_to_write)


def to_command(*words: str) -> ToCommand:
    return ToCommand(DeliveryCommand("vault", words))


def to_each(template: str) -> list[Destination]:
    """Every destination that can have places of its own, told apart by this."""
    return [
        ToFile(f"/x/{template}"),
        ToMachine(FarFile("web1", f"x/{template}")),
        to_command("vault", "put", f"x/{template}"),
        ToSeal("anna", ("age1…",), ToFile(f"/x/{template}.age")),
    ]


@pytest.mark.parametrize("to", [CLIPBOARD, ToStdout(), ToSeal("anna", ("age1…",), CLIPBOARD)])
def test_what_holds_one_secret_is_refused_for_several(to: Destination) -> None:
    with pytest.raises(
        BadDestination, match=r"need a place each: file:PATH, ssh:HOST:PATH, seal:NAME=PATH, or"
    ):
        check_own_places([ToFile("/x/{name}"), to], ["a", "b"])


@pytest.mark.parametrize("to", to_each("same"), ids=["file", "ssh", "command", "seal"])
def test_one_path_for_all_is_refused(to: Destination) -> None:
    where = "the words of the command vault" if isinstance(to, ToCommand) else "the path"
    with pytest.raises(BadDestination) as told:
        check_own_places([to], ["a", "b"])
    assert str(told.value) == (
        f"{{name}} or {{client_id}} has to stand in {where}: else each secret would take the place of the one "
        "before it."
    )


def test_the_program_itself_tells_no_places_apart() -> None:
    """A placeholder in its name is not filled in."""
    with pytest.raises(BadDestination, match="has to stand in the words of the command vault"):
        check_own_places([to_command("{name}", "put")], ["a", "b"])


@pytest.mark.parametrize("to", to_each("{name}"), ids=["file", "ssh", "command", "seal"])
def test_names_that_are_written_alike_need_the_id(to: Destination) -> None:
    check_own_places([to], ["lobby display", "lobby"])
    with pytest.raises(BadDestination, match=r"with \{client_id\} in the .* each has its own") as told:
        check_own_places([to], ["gate", "lobby-display", "lobby display"])
    assert str(told.value).startswith(
        "The secrets of “lobby-display” and “lobby display” would go to one place"
    )


def test_with_the_id_each_has_its_own_whatever_their_names() -> None:
    check_own_places(to_each("{client_id}"), ["a", "a"])
    check_own_places(to_each("{name}.{client_id}"), ["lobby display", "lobby-display"])


def test_places_are_known_by_the_same_words_wherever_and_however_the_program_is_started(
    monkeypatch: pytest.MonkeyPatch, there: Path
) -> None:
    monkeypatch.chdir(there)
    near = [ToFile("{name}.{client_id}.env"), *to_each("{name}")]
    whole = [*reversed(to_each("{name}")), ToFile(f"{there}/{{name}}.{{client_id}}.env")]
    assert known_as(near, "a b") == known_as(whole, "a b")
    assert known_as(near, "a b").split(" + ") == [
        "command:vault",
        f"file:{there}/a-b.{{client_id}}.env",
        "file:/x/a-b",
        "seal:anna=/x/a-b.age",
        "ssh:web1:x/a-b",
    ]
    assert known_as(near, "a b") != known_as(near, "a")


async def test_every_file_that_is_there_already_is_told_once(there: Path) -> None:
    for name in ("a", "c"):
        (there / f"{name}.env").touch()
    to = ToFile(f"{there}/{{name}}.env")
    assert await faults_in([to, to], ["a", "b", "c"]) == [
        f"{there}/{name}.env exists already and is never overwritten; choose another name."
        for name in ("a", "c")
    ]
    assert sorted(names_in(there)) == ["a.env", "c.env"]


async def test_a_machine_that_can_not_be_reached_is_asked_once(tmp_path: Path) -> None:
    search, _ = near_ssh(tmp_path, 'echo asked >> "$home.log"; exit 255')
    to = ToMachine(FarFile("web1", "{name}"), environment={"PATH": search})
    assert await faults_in([to], ["a", "b"]) == ["ssh lost web1, or never reached it."]
    assert (tmp_path / "far.log").read_text() == "asked\n"


async def test_where_each_can_go_nothing_is_told_and_nothing_made(tmp_path: Path, there: Path) -> None:
    search, home = near_ssh(tmp_path)
    to: list[Destination] = [
        ToFile(f"{there}/{{name}}"),
        ToMachine(FarFile("web1", "{name}"), environment={"PATH": search}),
        ToSeal("anna", (key(tmp_path, "ed25519").public,), ToFile(f"{there}/{{name}}.age")),
    ]
    assert await faults_in(to, ["a", "b"]) == []
    assert names_in(there) == names_in(home) == []


@pytest.mark.parametrize("is_sealed", [False, True], ids=["file", "sealed"])
async def test_room_for_all_of_them_is_looked_for_where_each_alone_would_have_it(
    tmp_path: Path, there: Path, monkeypatch: pytest.MonkeyPatch, is_sealed: bool
) -> None:
    plain = ToFile(f"{there}/{{name}}")
    to = ToSeal("anna", (key(tmp_path, "ed25519").public,), plain) if is_sealed else plain
    real = os.statvfs

    def nearly_full(path: Path) -> os.statvfs_result:
        told = [*real(path)]
        told[1], told[4] = 4096, 2  # two blocks of this size are free
        return os.statvfs_result(told)

    monkeypatch.setattr(os, "statvfs", nearly_full)
    assert await faults_in([to], ["a", "b"]) == []
    assert await faults_in([to], ["a", "b", "c"]) == [f"There is no room for 3 files in {there}."]
    (there / "a").touch()  # what is in the way comes first
    assert await faults_in([to], ["a", "b", "c"]) == [
        f"{there}/a exists already and is never overwritten; choose another name."
    ]
