"""The tenant's clients as they were last read, so that not every list reads the tenant again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.pages import Page
from butlr_tui.service.auth0.wire import TenantClient, owner_among
from butlr_tui.service.store import PIECE, Record

KEPT_SECONDS: Final = 60.0
"""How old what was read may be, counted from when its first page was asked for."""
LONGEST_SECONDS: Final = 600.0
"""The same at most, where reading takes so long that a minute is no use: then it is twice what that took."""

Line = tuple[str, ...]
"""To whom a client belongs: the first of them that is there."""
Known = tuple[Record, Line]


class Snapshot:
    """Those clients of the tenant that came from here, and what this process has done to them since."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.ends = began
        """Until when it may be believed, once it is whole; both in monotonic seconds."""
        self.is_whole = False
        self._there: set[str] = set()
        self._gone: set[str] = set()
        """Deleted while it is read: a page that was asked for before may still have them."""
        self._lines: dict[Line, Line] = {}
        """Clients have few different ones, and each is in memory once."""
        self._made_by: defaultdict[str, list[Known]] = defaultdict(list)
        self._may_come_to: defaultdict[str, list[Known]] = defaultdict(list)

    def add(self, clients: Page) -> None:
        """Take in clients that are there."""
        for client in clients:
            if client.client_id in self._there or client.client_id in self._gone:
                continue
            self._there.add(client.client_id)
            if line := tuple(client.owners):
                known = client.record, self._lines.setdefault(line, line)
                self._made_by[line[0]].append(known)
                for heir in {*line[1:]} - {line[0]}:
                    self._may_come_to[heir].append(known)

    def remove(self, client_id: str) -> None:
        """One is gone, and its id never comes back."""
        self._there.discard(client_id)
        if not self.is_whole:
            self._gone.add(client_id)

    def of(self, owner: str) -> Iterator[Sequence[Record]]:
        """The clients of `owner`, then those that came to it from others who are gone: pieces, often empty."""
        for clients in (self._made_by.get(owner, ()), self._may_come_to.get(owner, ())):
            for start in range(0, len(clients), PIECE):
                yield [
                    record
                    for record, line in clients[start : start + PIECE]
                    if record.client_id in self._there
                    and (line[0] == owner or owner_among(line, self._there) == owner)
                ]


class KeptList:
    """What the last whole reading found, until it is too old; other processes' changes show only then.

    It answers lists, and nothing else: whether a client exists is only known of the client itself.
    """

    def __init__(self, clocks: Clocks) -> None:
        self._clocks = clocks
        self._kept: Snapshot | None = None
        self._coming: Snapshot | None = None

    def begin(self) -> Snapshot:
        """What a reading that begins now is to fill."""
        self._coming = Snapshot(self._clocks.monotonic())
        return self._coming

    def end(self, snapshot: Snapshot, *, is_whole: bool) -> None:
        """A reading is over. It is kept if it is whole, and nothing put it into doubt meanwhile."""
        if snapshot is not self._coming:
            return
        self._coming = None
        if is_whole:
            took = self._clocks.monotonic() - snapshot.began
            snapshot.ends += min(max(KEPT_SECONDS, 2 * took), LONGEST_SECONDS)
            snapshot.is_whole = True
            self._kept = snapshot

    def current(self) -> Snapshot | None:
        """What was read, where it is young enough."""
        self.forget_old()
        return self._kept

    def forget_old(self) -> None:
        """Give back the memory of what nobody may be told any more."""
        if self._kept is not None and self._clocks.monotonic() >= self._kept.ends:
            self._kept = None

    def add(self, client: TenantClient) -> None:
        """This process made a client."""
        for snapshot in self._both():
            snapshot.add([client])

    def remove(self, client_id: str) -> None:
        """This process deleted a client, or heard from the tenant that it is gone."""
        for snapshot in self._both():
            snapshot.remove(client_id)

    def doubt(self) -> None:
        """A change had no clear answer: the next list reads the tenant."""
        self._kept = self._coming = None

    def _both(self) -> list[Snapshot]:
        return [one for one in (self._kept, self._coming) if one is not None]
