"""What /proc tells of processes. A test that asks is skipped where there is none."""

from pathlib import Path

import pytest


def proc(pid: int | str = "self") -> Path:
    """The folder of a process."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    return Path("/proc") / str(pid)


def open_files() -> list[Path]:
    """What this process has open. The listing is among it."""
    return [file.resolve() for file in (proc() / "fd").iterdir()]


def processes() -> list[Path]:
    """The folders of all processes. Each may end while one looks at it."""
    return [folder for folder in proc().parent.iterdir() if folder.name.isdigit()]


def processes_with(part: str, of: str = "environ") -> list[int]:
    """The running processes in whose environment (or cmdline) `part` occurs."""
    found = []
    for folder in processes():
        try:
            if part.encode() in (folder / of).read_bytes() and " Z " not in (folder / "stat").read_text():
                found.append(int(folder.name))
        except OSError:
            continue
    return found
