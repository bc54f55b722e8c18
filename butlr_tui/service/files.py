"""The service's data folder, in which its database, key and root credential are."""

from pathlib import Path

from butlr_tui.system.private_files import make_private_folder, others_may_write


class DataFolderError(Exception):
    """The data folder can't be used. The text is for the user."""


def make_data_folder(folder: Path) -> None:
    """Makes `folder` with mode 0700 unless it is there. Raises OSError, DataFolderError."""
    make_private_folder(folder)
    if others_may_write(folder):
        raise DataFolderError(
            f"Others may write in {folder}, and could replace the keys in it: `chmod go-w` it first."
        )
