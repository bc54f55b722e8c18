"""The keys of the service's tokens: the one that signs, and those that it replaced.

The file is a JWK Set (RFC 7517, 5). Its first key signs. Each other one is public and verifies until the last
token that it signed has ended, which is its `exp`. A lone key is how the file was first written.
"""

import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from butlr_tui.service.files import DataFolderError
from butlr_tui.service.log import where_it_failed
from butlr_tui.system.private_files import read_private, replace_private

ALGORITHM: Final = "EdDSA"
"""As tokens name it. RFC 9864 would have Ed25519 instead, which too few other libraries know yet."""

_CURVE: Final = "Ed25519"
_FILE_LIMIT: Final = 1 << 16
"""Bytes of the file."""
_FRESH_SECONDS: Final = 1.0
"""In which the key that signed verifies, without a look whether it has been taken away."""

_log = logging.getLogger(__name__)


class _Replaced(NamedTuple):
    key: OKPKey
    ends: float
    """Seconds since 1970."""


class SigningKeys:
    """The keys in a file, read again where another process has put a new one there."""

    def __init__(self, file: Path, now: Callable[[], float]) -> None:
        """`now` gives seconds since 1970. Raises OSError, DataFolderError."""
        self._file = file
        self._now = now
        self._seen = _mark(file)
        self._looked = now()
        self._signing, self._replaced = _read(file)

    def signing(self) -> OKPKey:
        """The key to sign with."""
        self._look()
        return self._signing

    def verifying(self, kid: str) -> OKPKey | None:
        """The public key of that id, while tokens that it signed may hold."""
        now = self._now()
        if 0 <= now - self._looked < _FRESH_SECONDS and kid == self._signing.kid:
            return self._signing
        self._look()
        if kid == self._signing.kid:
            return self._signing
        return next((key for key, ends in self._replaced if key.kid == kid and now < ends), None)

    def public(self) -> dict[str, Any]:
        """The JWK Set for those who verify tokens."""
        self._look()
        now = self._now()
        keys = [self._signing, *(key for key, ends in self._replaced if now < ends)]
        return {"keys": [{**_public(key), "use": "sig", "alg": ALGORITHM} for key in keys]}

    def _look(self) -> None:
        self._looked = self._now()
        try:
            mark = _mark(self._file)
            if mark != self._seen:
                self._signing, self._replaced = _read(self._file)
                self._seen = mark
        except (OSError, DataFolderError) as error:  # what was read before still holds
            _log.error("The signing key can't be read again: %s", where_it_failed(error))


def make_keys(file: Path) -> None:
    """Write the first key. Raises OSError."""
    _write(file, _new(), ())


def check_keys(file: Path) -> None:
    """Raises DataFolderError where the file is no use, and OSError."""
    _read(file)


def rotate_keys(file: Path, now: float, until: float) -> None:
    """Put a new key in the place of the one that signs, which verifies `until` then; both in seconds since 1970.

    Without a file there is nothing to be replaced. Raises OSError, DataFolderError.
    """
    replaced: list[_Replaced] = []
    if file.exists():
        signing, replaced = _read(file)
        replaced = [_Replaced(signing, until), *(one for one in replaced if now < one.ends)]
    _write(file, _new(), replaced)


def _new() -> OKPKey:
    return OKPKey.generate_key(_CURVE)


def _mark(file: Path) -> tuple[int, int]:
    """What is another once the file was replaced."""
    status = file.lstat()
    return status.st_ino, status.st_mtime_ns


def _read(file: Path) -> tuple[OKPKey, list[_Replaced]]:
    content = read_private(file, _FILE_LIMIT)
    try:
        held = json.loads(content)
        first, *others = held.get("keys", [held])
        signing = _key(first)
        replaced = [_Replaced(_key(other), float(other["exp"])) for other in others]
        usable = signing.is_private
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        usable = False
    if not usable:
        raise DataFolderError(
            f"{file} holds no usable signing key: put it back from a backup, or move it away and make another "
            "with `butlr-tui serve rotate-key`."
        )
    return signing, replaced


def _key(held: dict[str, Any]) -> OKPKey:
    """Raises ValueError and what joserfc raises."""
    key = OKPKey.import_key({name: value for name, value in held.items() if name != "exp"})
    if key.curve_name != _CURVE:
        raise ValueError(_CURVE)
    key.ensure_kid()
    return key


def _write(file: Path, signing: OKPKey, replaced: Iterable[_Replaced]) -> None:
    old = [{**_public(key), "exp": ends} for key, ends in replaced]
    replace_private(file, json.dumps({"keys": [signing.as_dict(private=True), *old]}).encode())


def _public(key: OKPKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False))
