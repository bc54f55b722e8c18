"""Which keys a secret can be sealed for, and how it is told which they are."""

import struct
from base64 import b64encode
from pathlib import Path

import pytest

from butlr_tui.delivery.public_keys import MOST_KEYS, BadKey, public_keys
from tests.support.keys import KINDS, key


def blob(*parts: bytes) -> str:
    """The base64 of an SSH key of these parts."""
    return b64encode(b"".join(struct.pack(">I", len(part)) + part for part in parts)).decode()


ED25519 = "ssh-ed25519 " + blob(b"ssh-ed25519", bytes(32))


@pytest.mark.parametrize("kind", KINDS)
def test_the_fingerprint_is_the_one_that_ssh_keygen_prints(tmp_path: Path, kind: str) -> None:
    made = key(tmp_path, kind)
    (found,) = public_keys([made.public])
    assert found.fingerprint == made.fingerprint
    assert made.public.startswith(found.text)
    assert found.kind == {"ed25519": "ssh-ed25519", "rsa": "ssh-rsa", "age": "age"}[kind]
    assert public_keys([str(tmp_path / f"id_{kind}.pub")]) == (found,)


def test_a_file_may_hold_several_and_each_counts_once(tmp_path: Path) -> None:
    other = "ssh-ed25519 " + blob(b"ssh-ed25519", bytes(31) + b"x")
    file = tmp_path / "team.pub"
    file.write_text(f"# the team\n\n{ED25519} anna\n{other}\n")
    assert [found.text for found in public_keys([ED25519, str(file)])] == [ED25519, other]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        (
            "ecdsa-sha2-nistp256 AAAA",
            "of the kind ecdsa-sha2-nistp256, and age takes ssh-ed25519, ssh-rsa and age1…",
        ),
        ("ssh-dss AAAA", "of the kind ssh-dss"),
        ("ssh-ed25519-cert-v01@openssh.com AAAA", "it is a certificate; name the key that it is about"),
        ("sk-ssh-ed25519@openssh.com AAAA", "it is that of a security key"),
        ("ssh-ed25519 AAA", "is cut or misspelt"),
        ("ssh-ed25519 " + "A" * 5, "is cut or misspelt"),
        ("ssh-ed25519", "is cut or misspelt"),
        ("ssh-rsa " + blob(b"ssh-ed25519", bytes(32)), "is cut or misspelt"),
        ("ssh-ed25519 " + blob(b"ssh-ed25519", bytes(32), b"more"), "is cut or misspelt"),
        ("ssh-ed25519 " + blob(b"ssh-ed25519", bytes(31)), "has not the length"),
        (
            "ssh-rsa " + blob(b"ssh-rsa", b"\x01\x00\x01", b"\x7f" * 128),
            "it has 1023 bits, and age takes 2048",
        ),
        ("age1yubikey1" + "q" * 60, "none of age's own"),
        ("age1" + "b" * 58, "none of age's own"),
        ("AGE-SECRET-KEY-1" + "Q" * 58, "it is a private key"),
        ("\x1b]52;c;x AAAA", "of the kind ␛]52;c;x"),
    ],
)
def test_a_key_that_age_does_not_take_is_told_for_what_it_is(word: str, told: str) -> None:
    with pytest.raises(BadKey) as fault:
        public_keys([word])
    assert told in str(fault.value)
    assert str(fault.value).isprintable()


def test_a_file_with_a_private_key_is_refused_and_not_read_out(tmp_path: Path) -> None:
    made = key(tmp_path, "ed25519")
    with pytest.raises(BadKey) as fault:
        public_keys([str(made.private)])
    assert "holds a private key: name the public one" in str(fault.value)
    assert not any(line in str(fault.value) for line in made.private.read_text().splitlines()[1:-1])


@pytest.mark.parametrize("content", [None, b"", b"# nothing\n", b"ssh-ed25519 \xff\xfe", b"x" * (65 << 10)])
def test_a_file_without_a_key(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.pub"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadKey, match=r"x\.pub"):
        public_keys([str(path)])


def test_there_is_a_most_of_keys() -> None:
    many = ["ssh-ed25519 " + blob(b"ssh-ed25519", bytes([number]) * 32) for number in range(MOST_KEYS + 1)]
    assert len(public_keys(many[1:])) == MOST_KEYS
    with pytest.raises(BadKey, match="These are 51 keys, and 50 are the most"):
        public_keys(many)
