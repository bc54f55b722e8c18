"""What `butlr-tui open` says and how it ends: what was sealed for us is tried and taken where it should live."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery.formats import Format, render
from butlr_tui.delivery.public_keys import public_keys
from butlr_tui.delivery.sealing import seal
from butlr_tui.models import Credentials
from butlr_tui.operations.destinations import ToClipboard, ToCommand, ToFile
from butlr_tui.operations.outcomes import Created
from butlr_tui.operations.place import Destination
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.open_sealed import open_sealed
from butlr_tui.plain.output import run
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.keys import Key, key
from tests.support.programs import names_in, near_ssh
from tests.support.world import World

XTERM = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9", "PATH": ""}


@pytest.fixture
def ben(tmp_path: Path) -> Key:
    """Who gets it."""
    return key(tmp_path, "ed25519")


class Opened:
    """A pair that was sealed for Ben, and `butlr-tui open` on his machine."""

    def __init__(self, world: World, pair: Credentials, file: Path, ben: Key, there: Path) -> None:
        self.world, self.pair, self.file, self.ben, self.there = world, pair, file, ben, there

    async def to(
        self,
        to: Destination | Sequence[Destination],
        *identities: Path,
        place: str = "",
        client_id: str | None = None,
    ) -> Exit:
        session = self.world.connect(self.world.profile)
        paths = identities or (self.ben.private,)
        to = to if isinstance(to, Sequence) else [to]
        return await run(
            session, lambda session: open_sealed(session, to, place or str(self.file), paths, client_id)
        )


@pytest.fixture
async def opened(world: World, ben: Key, tmp_path: Path) -> Opened:
    session = world.connect(world.profile)
    created = await session.create("kiosk", "")
    await session.aclose()
    assert isinstance(created, Created)
    file = tmp_path / "kiosk.client_x.age"
    file.write_text(await seal(render(created.credentials, Format.ENV), public_keys([ben.public])))
    (tmp_path / "kept").mkdir()
    return Opened(world, created.credentials, file, ben, tmp_path / "kept")


async def test_it_goes_where_it_should_live(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    assert await opened.to(ToFile(f"{opened.there}/{{name}}.env")) is Exit.DONE
    path = opened.there / "kiosk.env"
    assert path.read_text() == render(opened.pair, Format.ENV).get_secret_value()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        f"{opened.pair.client_id} signs in: saved to {path} (only you can read it), read back and equal.\n"
    )


async def test_a_clipboard_is_no_storage(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    assert await opened.to(ToClipboard(lambda _: None, environment=XTERM)) is Exit.ONLY_IN_A_CLIPBOARD
    assert "A clipboard is no storage" in capsys.readouterr().err


async def test_a_command_that_refuses_it(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    refuses = ToCommand(DeliveryCommand("keep", ("sh", "-c", "cat >&2; exit 3")))
    assert await opened.to(refuses) is Exit.SECRET_NOWHERE
    said = capsys.readouterr().err
    assert "signs in, but is stored nowhere: keep did not accept it (exit code 3): ••••." in said
    assert said.endswith("/kiosk.client_x.age stays as it is.\n")


async def test_it_can_go_to_several_places(opened: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    files = [ToFile(f"{opened.there}/{{name}}.{format}") for format in ("env", "txt")]
    assert await opened.to(files) is Exit.DONE
    assert sorted(names_in(opened.there)) == ["kiosk.env", "kiosk.txt"]
    assert capsys.readouterr().err.splitlines() == [
        f"{opened.pair.client_id} signs in.",
        *(
            f"Saved to {opened.there}/kiosk.{format} (only you can read it), read back and equal."
            for format in ("env", "txt")
        ),
    ]


REFUSES = ToCommand(DeliveryCommand("keep", ("sh", "-c", "exit 3")))
COPIES = ToClipboard(lambda _: None, environment=XTERM)


@pytest.mark.parametrize(
    ("to", "code", "said"),
    [
        ([ToFile("kept/x"), REFUSES], Exit.SECRET_NOWHERE, "So it is not everywhere. "),
        ([REFUSES, REFUSES], Exit.SECRET_NOWHERE, "So it is stored nowhere. "),
        ([REFUSES, COPIES], Exit.ONLY_IN_A_CLIPBOARD, "A clipboard is no storage"),
    ],
)
async def test_what_it_means_that_not_all_of_several_have_it(
    opened: Opened,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    to: list[Destination],
    code: Exit,
    said: str,
) -> None:
    monkeypatch.chdir(opened.there.parent)
    assert await opened.to(to) is code
    assert capsys.readouterr().err.splitlines()[-1].startswith(said)


async def test_one_that_lies_on_another_machine(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    path, home = near_ssh(opened.there.parent)
    monkeypatch.setenv("PATH", path)
    (home / "kiosk.age").write_text(opened.file.read_text())
    assert await opened.to(ToFile(f"{opened.there}/{{name}}.env"), place="ssh:web1:kiosk.age") is Exit.DONE
    assert names_in(opened.there) == ["kiosk.env"]


async def test_a_destination_that_can_not_be_used_is_found_first(
    opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await opened.to(ToFile("/nonexistent/x")) is Exit.FAILED
    assert "The folder /nonexistent does not exist" in capsys.readouterr().err


async def test_a_pair_that_does_not_sign_in_is_taken_nowhere(
    opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    opened.world.remove(opened.pair.client_id)
    assert await opened.to(ToFile(f"{opened.there}/x")) is Exit.SIGN_IN
    assert "does not accept this client id and secret" in capsys.readouterr().err
    assert names_in(opened.there) == []


async def test_what_can_not_be_opened(
    opened: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ToFile(f"{opened.there}/x")
    other = key(tmp_path, "ed25519", "other")
    assert await opened.to(to, other.private) is Exit.FAILED
    assert "kiosk.client_x.age: It is not sealed for" in capsys.readouterr().err
    assert await opened.to(to, tmp_path / "none") is Exit.FAILED
    assert "none can't be read" in capsys.readouterr().err
    assert await opened.to(to, place=str(tmp_path / "no.age")) is Exit.FAILED
    assert "no.age can't be read" in capsys.readouterr().err
    text = opened.file.read_text()
    opened.file.write_text(text.replace(text.splitlines()[3], text.splitlines()[3].swapcase()))
    assert await opened.to(to) is Exit.FAILED
    assert "was changed or cut on its way" in capsys.readouterr().err
    assert names_in(opened.there) == []


async def test_the_secret_alone_needs_to_be_told_whose_it_is(
    opened: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = SecretStr(opened.pair.client_secret.get_secret_value())
    opened.file.write_text(await seal(secret, public_keys([opened.ben.public])))
    to = ToFile(f"{opened.there}/x")
    assert await opened.to(to) is Exit.FAILED
    assert "say with --client-id whose" in capsys.readouterr().err
    assert await opened.to(to, client_id=opened.pair.client_id) is Exit.DONE
