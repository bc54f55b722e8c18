"""Keys of people that a secret is sealed for, made by OpenSSH and by age."""

import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.support.programs import needs

PASSPHRASE: Final = "open sesame"
SSH: Final = ("ed25519", "rsa")
KINDS: Final = (*SSH, "age")
"""The kinds that age takes."""


@dataclass(frozen=True)
class Key:
    """A pair of keys."""

    private: Path
    public: str
    """In one line, as it stands in a .pub file, or as age prints it."""
    fingerprint: str
    """As `ssh-keygen -l` prints it; of a key of age the key itself."""


def key(folder: Path, kind: str, name: str = "", *, passphrase: str = "", bits: int = 2048) -> Key:
    """A new file with a private key in `folder`, and the public one beside it. Made once, and then copied."""
    private, public, fingerprint = _made(kind, passphrase, bits, name)
    path = folder / (name or f"id_{kind}")
    path.touch(0o600)
    path.write_bytes(private)
    path.with_name(f"{path.name}.pub").write_text(f"{public}\n")
    return Key(path, public, fingerprint)


@cache
def _made(kind: str, passphrase: str, bits: int, _name: str) -> tuple[bytes, str, str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        if kind == "age":
            needs("age-keygen")
            _run("age-keygen", "-o", str(path))
            public = _run("age-keygen", "-y", str(path)).strip()
            return path.read_bytes(), public, public
        needs("ssh-keygen")
        size = ("-b", str(bits)) if kind == "rsa" else ()
        _run("ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "anna@laptop", "-f", str(path))
        fingerprint = _run("ssh-keygen", "-l", "-f", str(path)).split()[1]
        return path.read_bytes(), path.with_suffix(".pub").read_text().strip(), fingerprint


def _run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60).stdout


def sealed_by_age(path: Path, text: str, *keys: Key, armor: bool = True) -> bytes:
    """What age's own program seals for these keys, which is then also at `path`."""
    needs("age")
    to = [word for each in keys for word in ("-r", each.public)]
    subprocess.run(
        ["age", *(["--armor"] if armor else []), *to, "-o", str(path)], input=text.encode(), check=True
    )
    return path.read_bytes()


def opened_by_age(sealed: str, by: Key) -> str:
    """What age's own program prints of it."""
    needs("age")
    argv = ["age", "-d", "-i", str(by.private)]
    return subprocess.run(
        argv, check=True, input=sealed.encode(), stdout=subprocess.PIPE, timeout=60
    ).stdout.decode()
