"""The Unix socket on which a service can be reached by its own user alone."""

import fcntl
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from butlr_tui.system.private_files import open_own
from butlr_tui.system.private_folders import make_private_folder

_NAME: Final = "serve.sock"
_LONGEST: Final = 107
"""Bytes that a socket's path may have: unix(7)."""


def socket_path(data: Path, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the service on the folder `data` listens: there, or, where that path is too long for a socket, in the
    user's folder for what runs. None where neither will do."""
    path = data.absolute() / _NAME
    if len(os.fsencode(path)) <= _LONGEST:
        return path
    runtime = environment.get("XDG_RUNTIME_DIR")
    if not runtime:
        return None
    from hashlib import sha256

    name = sha256(os.fsencode(data.absolute())).hexdigest()[:16]
    path = Path(runtime) / "butlr-tui" / f"{name}.sock"
    return path if len(os.fsencode(path)) <= _LONGEST else None


class LocalListener:
    """Listens on the socket at `path`, for the user alone, until it is closed."""

    def __init__(self, path: Path) -> None:
        """Raises OSError; BlockingIOError where another service has it."""
        make_private_folder(path.parent)
        self._lock = open_own(path.with_name(f"{path.stem}.lock"), os.O_RDWR | os.O_CREAT)
        self._path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)  # under the lock: it was left behind
            self.socket.bind(str(path))
            path.chmod(0o600)
            self.socket.listen()
        except BaseException:
            self.socket.close()
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Takes the socket away."""
        with suppress(OSError):
            self._path.unlink()
        self.socket.close()
        os.close(self._lock)
