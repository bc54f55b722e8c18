"""Sealed for somebody: checked before the create, saved or copied, and told with the fingerprints of the keys."""

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import sealing
from butlr_tui.delivery.file import ROOM
from butlr_tui.delivery.formats import Format
from butlr_tui.models import Credentials
from butlr_tui.operations.destinations import BadDestination, Recipients, ToClipboard, ToFile, destination
from butlr_tui.operations.place import Disposition
from butlr_tui.operations.sealed import ToSeal
from tests.support.keys import Key, key, opened_by_age
from tests.support.programs import names_in

SECRET = "s3cr3t-canary"
PAIR = Credentials("client_32hZs4xGQv9eKpJtN6fLrcWbU1D", SecretStr(SECRET))
ENV = f"BUTLR_CLIENT_ID={PAIR.client_id}\nBUTLR_CLIENT_SECRET={SECRET}\n"
XTERM = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9", "PATH": ""}


def nothing(_: str) -> None:
    """A terminal that takes everything."""


@pytest.fixture
def anna(tmp_path: Path) -> Key:
    return key(tmp_path, "ed25519")


def named(to: str, recipients: Recipients, format: Format | None = None) -> ToSeal:
    found = destination(to, format, [], nothing, recipients=recipients)
    assert isinstance(found, ToSeal)
    return found


def test_what_the_words_name() -> None:
    anna = {"anna": ("age1…",)}
    assert named("seal:anna", anna).to == ToFile("~/{name}.{client_id}.age", Format.ENV)
    assert named("seal:anna=/x/{name}.json.age", anna).to == ToFile("/x/{name}.json.age", Format.JSON)
    assert named("seal:anna=/x/y=z", anna, Format.SECRET).to == ToFile("/x/y=z", Format.SECRET)
    copied = named("seal:anna=clipboard", anna)
    assert (copied.to, copied.format) == (ToClipboard(nothing), Format.ENV)


def test_what_names_nobody() -> None:
    with pytest.raises(BadDestination, match=r"no recipient “ann”; there are: anna, ben\."):
        named("seal:ann", {"anna": (), "ben": ()})
    with pytest.raises(BadDestination, match=r"no recipient “anna”; they have none\."):
        named("seal:anna", {})
    with pytest.raises(BadDestination, match="would leave the secret nowhere"):
        named("seal:anna", {"anna": ()}, Format.ID)


async def test_it_is_saved_so_that_only_they_can_read_it(there: Path, anna: Key) -> None:
    to = named(f"seal:anna={there}/{{name}}.{{client_id}}.age", {"anna": (anna.public,)})
    assert await to.check("kiosk") is None
    assert await to.for_whom() == f"anna ({anna.fingerprint})"
    assert names_in(there) == []
    place = to.place("kiosk")
    assert await place.reserve() is None
    assert place.file is not None
    assert place.file.read_bytes() == bytes(2 * ROOM)
    delivery = await place.take(PAIR)
    path = there / f"kiosk.{PAIR.client_id}.age"
    assert delivery.disposition is Disposition.STORED
    assert delivery.said == f"sealed for anna ({anna.fingerprint}) and saved to {path}, read back and equal"
    assert delivery.how == f"sealed for anna ({anna.fingerprint}), saved to {path}"
    assert names_in(there) == [path.name]
    assert SECRET not in path.read_text()
    assert opened_by_age(path.read_text(), anna) == ENV


async def test_a_place_that_is_not_used_leaves_nothing(there: Path, anna: Key) -> None:
    place = named(f"seal:anna={there}/x.age", {"anna": (anna.public,)}).place("kiosk")
    assert await place.reserve() is None
    assert names_in(there) == ["x.age"]
    assert await place.release() == ""
    assert names_in(there) == []


async def test_a_copy_is_no_storage_and_is_sealed(anna: Key) -> None:
    sent: list[str] = []
    copied = ToSeal("anna", (anna.public,), ToClipboard(sent.append, environment=XTERM))
    assert await copied.check("kiosk") is None
    place = copied.place("kiosk")
    assert (await place.reserve(), place.file) == (None, None)
    delivery = await place.take(PAIR)
    assert delivery.disposition is Disposition.CLIPBOARD
    assert delivery.said.startswith(f"Sealed for anna ({anna.fingerprint}). Sent to your terminal")
    assert delivery.how == f"sealed for anna ({anna.fingerprint}), sent to a clipboard (osc52)"
    sealed = base64.b64decode(sent[-1].removeprefix("\x1b]52;c;").rstrip("\x07")).decode()
    assert opened_by_age(sealed, anna) == ENV
    assert await place.release() == ""


@pytest.mark.parametrize("word", ["ecdsa-sha2-nistp256 AAAA", "/nonexistent/anna.pub"])
async def test_a_key_that_can_not_be_used_is_found_before_there_is_a_secret(there: Path, word: str) -> None:
    to = named(f"seal:anna={there}/x.age", {"anna": (word,)})
    fault = await to.check("kiosk")
    assert fault is not None
    assert fault.startswith("Nothing can be sealed for anna.")
    assert await to.place("kiosk").reserve() in fault  # type: ignore[operator]
    assert names_in(there) == []


async def test_a_folder_that_is_not_there_is_found_too(anna: Key) -> None:
    to = named("seal:anna=/nonexistent/x.age", {"anna": (anna.public,)})
    assert "The folder /nonexistent does not exist" in str(await to.check("kiosk"))


async def test_the_keys_that_were_shown_are_those_that_are_used(
    there: Path, anna: Key, tmp_path: Path
) -> None:
    """Somebody changes the file after its fingerprint was shown."""
    file = tmp_path / "anna.pub"
    file.write_text(anna.public)
    to = named(f"seal:anna={there}/x.age", {"anna": (str(file),)})
    shown = await to.for_whom()
    file.write_text(key(tmp_path, "ed25519", "mallory").public)
    place = to.place("kiosk")
    await place.reserve()
    assert shown in (await place.take(PAIR)).said
    assert opened_by_age((there / "x.age").read_text(), anna) == ENV


async def test_what_fails_at_last_is_told_as_nowhere_and_leaves_nothing(
    there: Path, anna: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = named(f"seal:anna={there}/x.age", {"anna": (anna.public,)}).place("kiosk")
    await place.reserve()
    monkeypatch.setattr(sealing, "has_library", lambda: False)
    monkeypatch.setenv("PATH", str(there))
    delivery = await place.take(PAIR)
    assert (delivery.disposition, delivery.said) == (Disposition.NOT_STORED, sealing.NEITHER)
    assert (delivery.refused, delivery.how) == (f"not sealed for anna: {sealing.NEITHER}", "")
    assert names_in(there) == []
    copied = await named("seal:anna=clipboard", {"anna": (anna.public,)}).place("kiosk").take(PAIR)
    assert (copied.refused, copied.how) == ("", sealing.NEITHER)


async def test_another_file_in_its_place_is_not_told_as_stored(there: Path, anna: Key) -> None:
    place = named(f"seal:anna={there}/x.age", {"anna": (anna.public,)}).place("kiosk")
    await place.reserve()
    (there / "x.age").unlink()
    (there / "x.age").write_text("somebody's")
    delivery = await place.take(PAIR)
    assert delivery.disposition is Disposition.NOT_STORED
    assert "another file took its place" in delivery.said
    assert (there / "x.age").read_text() == "somebody's"


async def test_a_secret_that_the_format_can_not_carry(there: Path, anna: Key) -> None:
    place = named(f"seal:anna={there}/x.age", {"anna": (anna.public,)}).place("kiosk")
    await place.reserve()
    delivery = await place.take(Credentials("client_x", SecretStr("two\nlines")))
    assert (delivery.disposition, names_in(there)) == (Disposition.NOT_STORED, [])
    assert "can't carry" in delivery.said
