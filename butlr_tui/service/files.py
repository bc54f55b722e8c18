"""The service's data folder, and files in it that nobody else may read."""

import os
from pathlib import Path


class DataFolderError(Exception):
    """The data folder can't be used. The text is for the user."""


def make_private_folder(folder: Path) -> None:
    """Create `folder` with mode 0700 unless it is there. Raises OSError, DataFolderError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o022:
        raise DataFolderError(
            f"Others may write in {folder}, and could replace the keys in it: `chmod go-w` it first."
        )


def write_private(file: Path, content: bytes) -> None:
    """Write `file` with mode 0600, whole or not at all, and durably. Raises OSError.

    One writer at a time: callers hold the store's lock.
    """
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)  # what a crash left
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # only there can a folder be opened
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
