"""What an app in a test talks to: the real service in this process, with known clients, and whatever a test
puts between the two.
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.auth.sources import obtain
from butlr_tui.config.profiles import CredentialFile, Profile
from butlr_tui.contract import CLIENTS_PATH, OFFERS_HEADER
from butlr_tui.http.offers import Offers
from butlr_tui.ids import new_ksuid
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.session import Session
from butlr_tui.service import activity
from butlr_tui.service.local import LocalService, open_service
from butlr_tui.service.minting import digest
from butlr_tui.service.store import StoredClient

NOW = datetime(2026, 11, 24, 12, 4, tzinfo=UTC)
"""The moment at which every test of a screen takes place."""

SOME_CLIENTS = (
    ("hvac-sync", "Pushes occupancy to the HVAC controllers of HQ", 436),
    ("badge-gateway", "Matches badge swipes with headcounts", 500),
    ("lobby-display", "Live occupancy on the screens in the lobby", 400),
    ("access-audit", "", 797),
    ("zurich-signage", "Wayfinding screens, Zürich", 31),
)
"""Name, description, age in days."""

HOSTILE_NAMES = (
    "[/b]",
    "[@click=app.quit]x[/]",
    "\x1b]52;c;QQ==\x07",
    "right\u202eto left",
    "n" * 300,
    "🏢 emoji 👩‍👩‍👧",
    "中文客户端",
    "c1\x9b31m",
    "zalgo" + "\u0301" * 20,
    "two\nlines\ttab",
)


@dataclass(frozen=True)
class Reply:
    """An answer in the service's place."""

    status: int
    body: object = b""
    """Bytes as they are; anything else as JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    ends: asyncio.Event | None = None
    """What the end of the body waits for."""

    def response(self) -> httpx.Response:
        """As a transport gives it: not read yet."""
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return httpx.Response(self.status, headers=self.headers, stream=_Stream(content, self.ends))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, content: bytes, ends: asyncio.Event | None) -> None:
        self._content = content
        self._ends = ends

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content
        if self._ends is not None:
            await self._ends.wait()


Answer = Reply | Exception


class InterceptingTransport(httpx.AsyncBaseTransport):
    """Stands between client and service: counts what is sent, and answers in the service's place when told."""

    def __init__(self, service: LocalService) -> None:
        self._inner = httpx.ASGITransport(service.app, raise_app_exceptions=False)
        self._instead: dict[str, deque[Answer]] = {}
        self._gates: dict[str, asyncio.Event] = {}
        self._heard: dict[str, asyncio.Event] = {}
        self.sent: list[str] = []
        """`METHOD path` of each request to the clients' endpoints."""
        self.urls: list[str] = []
        """The same requests' addresses, whole."""
        self.hides_offers = False
        """Whether the service seems to tell nothing but what is documented."""

    def answer(self, method: str, *answers: Answer) -> None:
        """Answer the next requests of that method in the service's place."""
        self._instead.setdefault(method, deque()).extend(answers)

    def recover(self) -> None:
        """Let the service answer again."""
        self._instead.clear()

    def hold(self, method: str) -> asyncio.Event:
        """Let requests of that method wait until the event is set."""
        return self._gates.setdefault(method, asyncio.Event())

    def hears(self, method: str) -> asyncio.Event:
        """Set once a request of that method has come."""
        return self._heard.setdefault(method, asyncio.Event())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith(CLIENTS_PATH):
            return await self._answer(request)
        self.sent.append(f"{request.method} {request.url.path}")
        self.urls.append(str(request.url))
        self.hears(request.method).set()
        if gate := self._gates.get(request.method):
            await gate.wait()
        instead = self._instead.get(request.method)
        if not instead:
            return await self._answer(request)
        answer = instead.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer.response()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if self.hides_offers:
            del response.headers[OFFERS_HEADER]
        return response


@dataclass
class World:
    """The service, what stands before it, and a session with it whose waits take no time."""

    service: LocalService
    between: InterceptingTransport
    profile: Profile
    journal: Journal

    def connect(self, profile: Profile) -> Session:
        """What the app calls to get its session."""
        return self._session(profile, self.between)

    def _session(self, profile: Profile, transport: httpx.AsyncBaseTransport | None) -> Session:
        offers = Offers()
        sign_in = SignIn(profile.auth_url, profile.audience, transport, offers=offers)
        bearer = Bearer(sign_in, lambda: obtain(profile.source))
        api = M2MClient(profile.base_url, bearer, transport, offers=offers, sleep=_no_wait)
        return Session(
            profile, api, bearer, journal=Journal(self.journal.path.parent, lambda: NOW), sleep=_no_wait
        )

    def add(self, name: str, description: str = "", days: float = 1) -> str:
        """Put a client of ours into the service, behind the app's back. Returns its id."""
        return self.add_many([(name, description, days)])[0]

    def add_many(self, clients: Sequence[tuple[str, str, float]]) -> list[str]:
        """The same for many."""
        owner = self.service.root.client_id
        new = [
            StoredClient(
                f"client_{new_ksuid(NOW - timedelta(days=days))}",
                owner,
                name,
                description,
                digest("nobody's"),
            )
            for name, description, days in clients
        ]
        self.service.store.add(new)
        return [client.client_id for client in new]

    def knows_sign_ins_for(self, time: timedelta) -> None:
        """Have the service know of sign-ins for so long."""
        with self.service.store.exclusively() as db:
            activity.begin(db, (NOW - time).timestamp())

    def signed_in(self, client_id: str, ago: timedelta) -> None:
        """Have somebody sign in as this client, so long ago."""
        with self.service.store.exclusively() as db:
            activity.stamp(db, {client_id: int((NOW - ago).timestamp())})

    def remove(self, client_id: str) -> None:
        """Delete a client behind the app's back."""
        self.service.store.delete(self.service.root.client_id, client_id)

    def names(self) -> list[str]:
        """The names of all clients that the service has, but for the root's."""
        records = self.service.store.list(self.service.root.client_id)
        return [record.name for record in records if record.client_id != self.service.root.client_id]

    @property
    def posts(self) -> int:
        """How many creates were sent."""
        return sum(request.startswith("POST") for request in self.between.sent)


class Wired(World):
    """A world whose service is at the end of a real wire: a `FaultServer`, say."""

    def connect(self, profile: Profile) -> Session:
        """What the app calls to get its session."""
        return self._session(profile, None)

    @classmethod
    def to(cls, profile: Profile, world: World) -> "Wired":
        """The same world, but for its service."""
        return cls(world.service, world.between, profile, world.journal)


async def _no_wait(seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A world with `SOME_CLIENTS`, the same at every run down to the ids and secrets."""
    monkeypatch.setattr(secrets, "token_bytes", Random(7).randbytes)
    now: Callable[[], float] = NOW.timestamp
    service = open_service(folder / "data", now=now)
    try:
        profile = Profile("local", "http://127.0.0.1:4010", CredentialFile(service.root_file))
        made = World(
            service, InterceptingTransport(service), profile, Journal(folder / "journal", lambda: NOW)
        )
        made.add_many(SOME_CLIENTS)
        yield made
    finally:
        service.close()
