"""Looks for canaries wherever a secret or a token could have leaked to."""

import base64
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.support.faults import SECRET, TOKEN
from tests.support.figures import times
from tests.support.proc import proc, processes

NEW_SECRET = "canary-new-2b7e151628aed2a6abf7158809cf4f3c"
"""The one-time secret of a client that is created."""
CANARIES = [
    form.encode()
    for plain in (SECRET, TOKEN, NEW_SECRET)
    for form in (
        plain,
        base64.b64encode(plain.encode()).decode().rstrip("="),
        plain.encode().hex(),
        plain[-12:],
    )
]


@dataclass
class Search:
    """Where was looked, and where a canary was."""

    places: int = 0
    hits: list[str] = field(default_factory=list)

    def look_at(self, content: bytes | str, place: str) -> None:
        """Look into something that was kept."""
        self.places += 1
        data = content.encode(errors="surrogatepass") if isinstance(content, str) else content
        if any(canary in data for canary in CANARIES):
            self.hits.append(place)

    def look_into(self, folder: Path, but: Iterable[Path] = ()) -> None:
        """Look into every file below a folder, and at its name."""
        for path in folder.rglob("*"):
            self.look_at(str(path), f"the name of {path}")
            if path.is_file() and path not in but:
                self.look_at(path.read_bytes(), str(path))


class Processes:
    """Watches the arguments and the environments of all processes that ours has started, while they run."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.seen: set[int] = set()

    def __enter__(self) -> Self:
        proc()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            for pid in _descendants(os.getpid()):
                self._look_at(pid)
            self._over.wait(times(20, 2) / 1000)

    def _look_at(self, pid: int) -> None:
        for what in ("cmdline", "environ"):
            try:
                content = (proc(pid) / what).read_bytes()
            except OSError:  # it has ended
                continue
            if pid not in self.seen or any(canary in content for canary in CANARIES):
                self._search.look_at(content, f"{what} of a child")
        self.seen.add(pid)


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for process in processes():
        try:
            stat = (process / "stat").read_text()
        except OSError:
            continue
        parents[int(process.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]
