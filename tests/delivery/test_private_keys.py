"""Which private key opens what is sealed, and which can't; none of them is ever shown."""

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery import opening, sealing
from butlr_tui.delivery.opening import CannotOpen, unseal
from butlr_tui.delivery.private_keys import BadPrivateKey, private_keys
from butlr_tui.delivery.public_keys import public_keys
from butlr_tui.delivery.sealing import seal
from tests.support.keys import PASSPHRASE, key
from tests.support.programs import script


async def sealed_for(*keys: str) -> bytes:
    return (await seal(SecretStr("canary"), public_keys(keys))).encode()


@pytest.mark.parametrize(("kind", "locked"), [("ed25519", ""), ("ed25519", PASSPHRASE), ("rsa", "")])
def test_what_a_key_is_is_known_without_using_it(tmp_path: Path, kind: str, locked: str) -> None:
    made = key(tmp_path, kind, passphrase=locked)
    (found,) = private_keys([made.private])
    (public,) = public_keys([made.public])
    assert (found.is_locked, found.is_of_ssh, found.tag) == (bool(locked), True, public.tag)
    assert "PRIVATE" not in repr(found)


def test_the_usual_ones_are_looked_for() -> None:
    with pytest.raises(BadPrivateKey, match=r"an SSH agent can't decrypt, .*: name it with --identity FILE"):
        private_keys([])
    folder = Path.home() / ".ssh"
    folder.mkdir()
    made = key(folder, "ed25519")
    assert [found.path for found in private_keys([])] == [made.private]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "can't be read (no such file or directory)"),
        (b"ssh-ed25519 AAAA anna", "holds a public key; an SSH agent can't decrypt"),
        (b"hello", "holds no private key that age knows"),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            "is cut or misspelt",
        ),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\n!\n-----END OPENSSH PRIVATE KEY-----", "is cut or misspelt"),
    ],
)
def test_a_file_that_is_no_private_key(tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "id"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadPrivateKey) as fault:
        private_keys([path])
    assert told in str(fault.value)


def test_a_key_of_a_kind_that_age_does_not_take(tmp_path: Path) -> None:
    made = key(tmp_path, "ecdsa")
    with pytest.raises(BadPrivateKey, match="of the kind ecdsa-sha2-nistp256: age opens with ssh-ed25519"):
        private_keys([made.private])


def test_a_security_key_can_not_decrypt(tmp_path: Path) -> None:
    made = key(tmp_path, "ed25519")
    lines = made.private.read_text().splitlines()
    blob = base64.b64decode("".join(lines[1:-1]))
    kind = b"sk-ssh-ed25519@openssh.com"
    public = len(kind).to_bytes(4) + kind + blob.partition(b"ssh-ed25519")[2][:36]
    start = blob.index(b"\0\0\0\x01") + 4
    changed = blob[:start] + len(public).to_bytes(4) + public
    made.private.write_text(f"{lines[0]}\n{base64.b64encode(changed).decode()}\n{lines[-1]}\n")
    with pytest.raises(
        BadPrivateKey, match=r"security key \(sk-ssh-ed25519@openssh.com\), which can't decrypt"
    ):
        private_keys([made.private])


async def test_a_passphrase_needs_the_program(tmp_path: Path) -> None:
    locked = key(tmp_path, "ed25519", passphrase=PASSPHRASE)
    pytest.importorskip("pyrage")
    with pytest.raises(CannotOpen) as fault:
        await unseal(await sealed_for(locked.public), private_keys([locked.private]), {"PATH": str(tmp_path)})
    assert str(fault.value).endswith("wants a passphrase, which the program age asks for: install it.")


async def test_without_library_and_program_nothing_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = key(tmp_path, "ed25519")
    content = await sealed_for(made.public)
    monkeypatch.setattr(sealing, "has_library", lambda: False)
    with pytest.raises(CannotOpen) as fault:
        await unseal(content, private_keys([made.private]), {"PATH": str(tmp_path)})
    assert str(fault.value) == sealing.NEITHER


async def test_no_passphrase_is_asked_for_in_vain(tmp_path: Path) -> None:
    locked, open_one = key(tmp_path, "ed25519", "locked", passphrase=PASSPHRASE), key(tmp_path, "ed25519")
    keys = private_keys([locked.private, open_one.private])
    script(tmp_path / "bin", "age", f"touch '{tmp_path}/asked'; exit 1")
    path = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    pytest.importorskip("pyrage")
    assert (await unseal(await sealed_for(open_one.public), keys, path)).get_secret_value() == "canary"
    with pytest.raises(CannotOpen, match="It is not sealed for"):
        await unseal(await sealed_for(key(tmp_path, "ed25519", "other").public), keys, path)
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (
            "echo 'age: error: incorrect passphrase' >&2; exit 1",
            "could not use the key: incorrect passphrase.",
        ),
        (
            "cat >/dev/null; echo 'age: error: x509: decryption password incorrect' >&2; exit 1",
            "could not use the key: x509: decryption password incorrect.",
        ),
        ("echo 'age: error: no identity matched any of the recipients' >&2; exit 1", "It is not sealed for"),
        ("echo 'age: error: bad header MAC' >&2; exit 1", "changed or cut on its way.*said: bad header MAC."),
        ("exit 1", "changed or cut on its way"),
        ("cat >/dev/null; printf '\\377'", "is no text"),
        ("exec sleep 60", "No passphrase was typed within 0.1 s"),
    ],
)
async def test_what_the_program_says_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str
) -> None:
    made = key(tmp_path, "ed25519")
    content = await sealed_for(made.public)
    monkeypatch.setattr(sealing, "has_library", lambda: False)
    if "sleep" in program:
        monkeypatch.setattr(opening, "_SECONDS", 0.1)
    script(tmp_path / "bin", "age", program)
    with pytest.raises(CannotOpen, match=told):
        await unseal(content, private_keys([made.private]), {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"hello", "nothing that age has sealed"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\nAAAA", "changed or cut on its way"),
        (
            b"-----BEGIN AGE ENCRYPTED FILE-----\nA\n-----END AGE ENCRYPTED FILE-----",
            "changed or cut on its way",
        ),
    ],
)
async def test_what_is_not_sealed(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(CannotOpen, match=told):
        await unseal(content, private_keys([key(tmp_path, "ed25519").private]))


async def test_a_key_that_the_library_does_not_take(tmp_path: Path) -> None:
    pytest.importorskip("pyrage")
    made = key(tmp_path, "ed25519")
    content = await sealed_for(made.public)
    broken = tmp_path / "broken"
    broken.write_text("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")
    with pytest.raises(CannotOpen, match="broken holds no private key that age can use"):
        await unseal(content, private_keys([broken]))
