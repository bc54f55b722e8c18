"""What is sealed: age's own program reads it, each of several can, and nothing of it can be changed unnoticed."""

from pathlib import Path
from shutil import which

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import sealing
from butlr_tui.delivery.age_file import without_armor
from butlr_tui.delivery.opening import CannotOpen, unseal
from butlr_tui.delivery.private_keys import private_keys
from butlr_tui.delivery.public_keys import PublicKey, public_keys
from butlr_tui.delivery.sealing import CannotSeal, check, seal
from tests.support.figures import figure, times
from tests.support.keys import KINDS, Key, key, opened_by_age, sealed_by_age
from tests.support.programs import needs, script

PAIR = "BUTLR_CLIENT_ID=client_x\nBUTLR_CLIENT_SECRET=s3cr3t-canary-ü\n"


def for_them(*keys: Key) -> tuple[PublicKey, ...]:
    return public_keys([each.public for each in keys])


@pytest.mark.parametrize("kind", KINDS)
async def test_ages_own_program_prints_exactly_the_pair(tmp_path: Path, engine: str, kind: str) -> None:
    anna = key(tmp_path, kind)
    for _ in range(rounds := times(1, 17)):
        sealed = await seal(SecretStr(PAIR), for_them(anna))
        assert "canary" not in sealed
        assert sealed.startswith("-----BEGIN AGE ENCRYPTED FILE-----\n")
        assert sealed.isascii()
        assert opened_by_age(sealed, anna) == PAIR
    figure(35, read_by_age=rounds)


async def test_each_of_several_can_read_it_and_nobody_else(tmp_path: Path, engine: str) -> None:
    several = [key(tmp_path, kind, f"of-{kind}") for kind in KINDS]
    other = key(tmp_path, "ed25519", "another")
    sealed = await seal(SecretStr(PAIR), for_them(*several))
    for each in several:
        assert opened_by_age(sealed, each) == PAIR
        opened = await unseal(sealed.encode(), private_keys([each.private]))
        assert opened.get_secret_value() == PAIR
    with pytest.raises(CannotOpen, match=r"It is not sealed for .*another: name the key"):
        await unseal(sealed.encode(), private_keys([other.private]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("armor", [True, False])
async def test_what_ages_own_program_sealed_is_opened(
    tmp_path: Path, engine: str, kind: str, armor: bool
) -> None:
    anna = key(tmp_path, kind)
    sealed = sealed_by_age(tmp_path / "x", PAIR, anna, armor=armor)
    in_a_mail = b"Hello,\r\n" + sealed.replace(b"\n", b"\r\n") + b"\r\nAnna" if armor else sealed
    assert (await unseal(in_a_mail, private_keys([anna.private]))).get_secret_value() == PAIR


async def test_a_flipped_byte_anywhere_is_refused_in_words(tmp_path: Path, engine: str) -> None:
    anna = key(tmp_path, "ed25519")
    keys = private_keys([anna.private])
    sealed = without_armor((await seal(SecretStr(PAIR), for_them(anna))).encode())
    assert sealed is not None
    flips = range(len(sealed)) if engine == "library" else range(30, len(sealed), times(90, 7))
    believed = 0
    for at in flips:
        broken = bytearray(sealed)
        broken[at] ^= 1
        with pytest.raises(CannotOpen) as fault:
            believed += bool(await unseal(bytes(broken), keys))
        assert "canary" not in str(fault.value)
        told = ("was changed or cut", "is not sealed for", "nothing that age has sealed")
        assert any(one in str(fault.value) for one in told)
    for cut in range(0, len(sealed), 40):
        with pytest.raises(CannotOpen):
            believed += bool(await unseal(sealed[:cut], keys))
    figure(35, flips=len(flips), believed=believed)


async def test_a_key_with_a_bad_check_is_found_before_there_is_a_secret(tmp_path: Path, engine: str) -> None:
    anna = key(tmp_path, "age")
    swapped = anna.public[:-1] + ("q" if anna.public[-1] != "q" else "p")
    (bad,) = public_keys([swapped])
    assert await check(for_them(anna)) is None
    fault = await check([bad])
    assert fault is not None
    assert swapped in fault or "for these keys" in fault


async def test_what_the_library_does_not_seal_is_told_without_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyrage = pytest.importorskip("pyrage")

    def fails(plain: bytes, *_: object, **__: object) -> bytes:
        raise pyrage.EncryptError(plain.decode())

    monkeypatch.setattr(pyrage, "encrypt", fails)
    with pytest.raises(CannotSeal) as fault:
        await seal(SecretStr(PAIR), for_them(key(tmp_path, "ed25519")))
    assert str(fault.value) == "age could not seal it for these keys."
    assert fault.value.__context__ is None


async def test_without_library_and_program_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "has_library", lambda: False)
    fault = await check(for_them(key(tmp_path, "ed25519")), {"PATH": str(tmp_path)})
    assert (
        fault
        == "Neither the extra “seal” of butlr-tui nor the program age is installed here: install one of them."
    )


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("cat", "is not sealed for each of the keys, so it is not used"),
        ("cat >/dev/null; echo age: error: 'no such \033[1mkey' >&2; exit 1", "these keys: no such ␛[1mkey."),
        ("cat >/dev/null", "is not sealed for each of the keys"),
        ("cat >&2; exit 3", "could not seal it for these keys"),
    ],
)
async def test_a_program_that_does_not_seal_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str
) -> None:
    monkeypatch.setattr(sealing, "has_library", lambda: False)
    script(tmp_path / "bin", "age", program)
    path = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    keys = for_them(key(tmp_path, "ed25519"))
    assert told in (await check(keys, path) or "")
    with pytest.raises(CannotSeal) as fault:
        await seal(SecretStr("s3cr3t-canary"), keys, path)
    assert "canary" not in str(fault.value)


async def test_what_is_sealed_for_another_is_not_taken_for_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that seals for somebody else than it was told to."""
    needs("age")
    anna, mallory = key(tmp_path, "ed25519"), key(tmp_path, "ed25519", "mallory")
    monkeypatch.setattr(sealing, "has_library", lambda: False)
    script(tmp_path / "bin", "age", f"exec {which('age')} --encrypt --armor -r '{mallory.public}'")
    path = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    assert "not sealed for each of the keys" in (await check(for_them(anna), path) or "")
