"""Room for files, looked for before the first is made."""

import os
from pathlib import Path

import pytest

from butlr_tui.delivery.room import fault_in_room


@pytest.mark.parametrize(
    ("block", "free", "names", "free_names", "has_room"),
    [
        (4096, 2, 100, 2, True),
        (4096, 1, 100, 2, False),
        (512, 15, 100, 2, False),  # eight blocks each
        (65536, 2, 100, 2, True),
        (4096, 2, 100, 1, False),
        (4096, 2, 0, 0, True),  # names are made as they are needed
    ],
)
async def test_blocks_and_names_are_counted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    block: int,
    free: int,
    names: int,
    free_names: int,
    has_room: bool,
) -> None:
    told = os.statvfs_result((block, block, 1000, 1000, free, names, free_names, free_names, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda folder: told)
    fault = await fault_in_room([tmp_path / "a", tmp_path / "b"])
    assert fault == (None if has_room else f"There is no room for 2 files in {tmp_path}.")


async def test_a_folder_that_can_not_be_looked_at_is_told(tmp_path: Path) -> None:
    fault = await fault_in_room([tmp_path / "none" / "a"])
    assert fault == f"{tmp_path}/none can't be looked at: no such file or directory."
