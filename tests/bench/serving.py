"""What the service answers in a second, against what the same server, libraries and disk do without it."""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.local import DATABASE
from butlr_tui.service.sqlite import open_database
from tests.bench.driver import rate, request
from tests.bench.figure import Figure, Measure, median
from tests.bench.fixtures import Fixtures, client

_LISTS: Final = (40, 1_000, 10_000)
_GROWING: Final = 41
"""Clients at first of the service in which clients are created."""
_CROWD: Final = 16
_SECONDS: Final = 0.4
"""Of each measurement."""


@dataclass(frozen=True)
class Contest:
    """A request to the service, and its like to what it is held against."""

    ours: tuple[str, bytes]
    """Where it goes, and what it is."""
    theirs: tuple[str, bytes]

    def ratio(self, connections: int, rounds: int) -> float:
        """Ours ÷ theirs, in turns."""
        found = [_rate(self.ours, connections) / _rate(self.theirs, connections) for _ in range(rounds + 1)]
        return median(found[1:])  # the first one warms up

    def crowd(self, rounds: int) -> float:
        """Ours on sixteen connections ÷ on one."""
        return median([_rate(self.ours, _CROWD) / _rate(self.ours, 1) for _ in range(rounds)])


def _rate(asked: tuple[str, bytes], connections: int) -> float:
    return rate(*asked, connections, _SECONDS)


@cache
def _reference(fixtures: Fixtures) -> str:
    """Where `tests.bench.reference` is, with the lists and the clients of the services."""
    bodies = [fixtures.folder / f"list-{size}" for size in _LISTS]
    for size, body in zip(_LISTS, bodies, strict=True):
        body.write_bytes(fixtures.service(size).body)
    data = fixtures.service(_GROWING).data
    return fixtures.start([sys.executable, "-m", "tests.bench.reference", data, *bodies])


def health(fixtures: Fixtures) -> Contest:
    ours, theirs = request("GET", "/healthz"), request("GET", "/hello")
    return Contest((fixtures.service(_GROWING).url, ours), (_reference(fixtures), theirs))


def a_list(fixtures: Fixtures, size: int) -> Contest:
    service = fixtures.service(size)
    ours = request("GET", CLIENTS_PATH, service.token)
    theirs = request("GET", f"/lists/{_LISTS.index(size)}", service.token)
    return Contest((service.url, ours), (_reference(fixtures), theirs))


def sign_in(fixtures: Fixtures) -> Contest:
    service = fixtures.service(_GROWING)
    pair = {"client_id": service.client_id, "client_secret": service.secret}
    body = json.dumps(pair | {"audience": AUDIENCE, "grant_type": "client_credentials"}).encode()
    ours, theirs = (request("POST", path, body=body) for path in (CLIENT_LOGIN_PATH, "/sign-in"))
    return Contest((service.url, ours), (_reference(fixtures), theirs))


def create(fixtures: Fixtures) -> Contest:
    service = fixtures.service(_GROWING)
    body = json.dumps({"name": "hvac-sync", "description": "Feeds room occupancy to the air handling units"})
    asked = request("POST", CLIENTS_PATH, service.token, body.encode())
    return Contest((service.url, asked), (_reference(fixtures), asked))


def crowd(fixtures: Fixtures, rounds: int) -> float:
    """The kind of request that suffers most. Sixteen lists of 10,000 at once measure the memory of the machine."""
    kinds = [health(fixtures), *(a_list(fixtures, size) for size in _LISTS[:2]), sign_in(fixtures)]
    return min(kind.crowd(max(3, rounds // 3)) for kind in kinds)


def creates_and_raw(fixtures: Fixtures, rounds: int) -> float:
    """Creates on sixteen connections ÷ inserts of such rows one after the other, each synced, on the same disk."""
    ours = create(fixtures).ours
    file = fixtures.folder / "raw"
    found = []
    for turn in range(rounds + 1):
        theirs = _raw_inserts(file.with_suffix(f".{turn}"))
        found.append(_rate(ours, _CROWD) / theirs)
    return median(found[1:])


def _raw_inserts(file: Path) -> float:
    """So many in a second."""
    db = open_database(file)
    db.execute(
        "CREATE TABLE client (id TEXT PRIMARY KEY, owner TEXT, name TEXT, description TEXT, hash BLOB)"
    )
    one = client(0, "owner")
    rest = (one.owner, one.name, one.description, one.secret_hash)
    count, started = 0, time.perf_counter()
    while (taken := time.perf_counter() - started) < _SECONDS:
        db.execute("INSERT INTO client VALUES (?, ?, ?, ?, ?)", (f"{one.client_id}{count:09}", *rest))
        count += 1
    db.close()
    return count / taken


def commits(fixtures: Fixtures, rounds: int) -> float:
    """For each create, on sixteen connections."""
    service, (url, asked) = fixtures.service(_GROWING), create(fixtures).ours
    db = sqlite3.connect(service.data / DATABASE, isolation_level=None)
    count = "SELECT count(*) FROM client"
    _rate((url, asked), _CROWD)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("BEGIN")  # what is read here stays in the WAL, and all that comes after it
    (before,) = db.execute(count).fetchone()
    committed = _commits(service.data / f"{DATABASE}-wal")
    _rate((url, asked), _CROWD)
    committed = _commits(service.data / f"{DATABASE}-wal") - committed
    db.execute("COMMIT")
    (after,) = db.execute(count).fetchone()
    db.close()
    return committed / float(after - before)


def _commits(wal: Path) -> int:
    """How many are in a WAL: its frames that say how long the database is now.

    Source: sqlite.org/fileformat2.html, "The WAL file format".
    """
    data = wal.read_bytes()
    page = int.from_bytes(data[8:12])
    frames = range(32, len(data), 24 + page)
    return sum(data[at + 4 : at + 8] != bytes(4) and data[at + 8 : at + 16] == data[16:24] for at in frames)


def _both(name: str, says: str, target: float, contest: Callable[[Fixtures], Contest]) -> list[Figure]:
    """The figure on one connection and on sixteen."""

    def on(connections: int) -> Measure:
        return lambda fixtures, rounds: contest(fixtures).ratio(connections, rounds)

    return [
        Figure(name, says, target, on(1), at_least=True),
        Figure(f"{name}-{_CROWD}", "→ on sixteen connections", target, on(_CROWD), at_least=True),
    ]


FIGURES = [
    *_both("healthz", "requests a second: `/healthz` ÷ a bare hello on the same server", 0.9, health),
    *_both("list-40", "a list of 40 ÷ the same bytes sent bare", 0.5, lambda f: a_list(f, 40)),
    *_both("list-1000", "a list of 1,000 ÷ the same bytes sent bare", 0.8, lambda f: a_list(f, 1_000)),
    *_both("list-10000", "a list of 10,000 ÷ the same bytes sent bare", 0.8, lambda f: a_list(f, 10_000)),
    *_both("sign-in", "a sign-in ÷ a bare endpoint with the same read and signature", 0.5, sign_in),
    Figure(
        "crowd",
        "on sixteen connections ÷ on one, the worst of these but a list of 10,000",
        1,
        crowd,
        at_least=True,
    ),
    Figure(
        "create",
        "creates on sixteen connections ÷ the same with a store in memory",
        0.7,
        lambda fixtures, rounds: create(fixtures).ratio(_CROWD, rounds),
        at_least=True,
    ),
    Figure(
        "create-raw", "→ ÷ raw inserts, each synced, on the same disk", 0.1, creates_and_raw, at_least=True
    ),
    Figure("commits", "commits for each of them", 0.25, commits),
]
