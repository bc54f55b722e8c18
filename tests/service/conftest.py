"""The service in this process, on a folder of its own and on a clock that only moves when it is told to.

A module whose `engine` fixture is parametrised with `ENGINES` runs on each engine: one suite.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.engine import TenantService, open_tenant_service
from butlr_tui.service.local import LocalService, open_service
from tests.support.tenant import Tenant, Wire

ENGINES = ("sqlite", "auth0")


class Clock:
    """Calling it tells the time; `ahead` moves it, and so does the earliest sleeper when all else is done."""

    def __init__(self) -> None:
        self.time = float(int(time.time()))
        self._sleepers: list[float] = []

    async def sleep(self, seconds: float) -> None:
        ends = self.time + seconds
        self._sleepers.append(ends)
        try:
            while self.time < ends:
                for _ in range(50):  # turns of the loop in which nobody moved the clock: all others wait
                    await asyncio.sleep(0)
                if min(self._sleepers) == ends:
                    self.time = max(self.time, ends)
        finally:
            self._sleepers.remove(ends)

    @property
    def times(self) -> Clocks:
        """For the engine. No jitter, so that its waits can be told."""
        return Clocks(self, self, self.sleep, lambda low, high: low)

    def __call__(self) -> float:
        return self.time

    def ahead(self, seconds: float) -> None:
        self.time += seconds


class Caller:
    """Somebody who calls the service with a token."""

    def __init__(self, http: httpx.AsyncClient, pair: dict[str, str]) -> None:
        self.client_id = pair["client_id"]
        self._pair = pair
        self._http = http
        self._headers: dict[str, str] = {}

    async def sign_in(self) -> "Caller":
        reply = await self._http.post(CLIENT_LOGIN_PATH, json=login(self._pair))
        self._headers = {"Authorization": f"Bearer {reply.json()['access_token']}"}
        return self

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self._headers, **more.pop("headers", {})}
        return await self._http.request(method, path, headers=headers, **more)

    async def create(self, name: str = "hvac-sync", description: str | None = None) -> dict[str, str]:
        reply = await self.request("POST", CLIENTS_PATH, json={"name": name, "description": description})
        assert reply.status_code == 201, reply.text
        pair: dict[str, str] = reply.json()
        return pair

    async def names(self, *, anew: bool = True) -> list[str]:
        """The names of its clients, read `anew`, or as the engine may have kept them."""
        return [client["name"] for client in (await self.list(anew=anew)).json()]

    async def list(self, *, anew: bool = True) -> httpx.Response:
        headers = {"Cache-Control": "max-age=60, no-cache"} if anew else {}
        return await self.request("GET", CLIENTS_PATH, headers=headers)

    async def become(self, pair: dict[str, str]) -> "Caller":
        """The caller who holds `pair`, signed in."""
        return await Caller(self._http, pair).sign_in()


def login(pair: dict[str, str]) -> dict[str, str]:
    """The body of a sign-in."""
    return {
        "client_id": pair["client_id"],
        "client_secret": pair["client_secret"],
        "audience": AUDIENCE,
        "grant_type": "client_credentials",
    }


def root_pair(service: LocalService) -> dict[str, str]:
    """The service's root credential in the open."""
    return {
        "client_id": service.root.client_id,
        "client_secret": service.root.client_secret.get_secret_value(),
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def service(data: Path, clock: Clock) -> Iterator[LocalService]:
    opened = open_service(data, now=clock)
    yield opened
    opened.close()


@pytest.fixture
def tenant(clock: Clock) -> Tenant:
    return Tenant(clock)


@pytest.fixture
def wire(tenant: Tenant) -> Wire:
    return Wire(tenant)


@pytest.fixture
def tenant_service(data: Path, clock: Clock, tenant: Tenant, wire: Wire) -> Iterator[TenantService]:
    opened = open_tenant_service(data, tenant.environment, transport=wire, clocks=clock.times)
    yield opened
    opened.close()


@pytest.fixture
def engine() -> str:
    """Which one `http` and `root` talk to."""
    return "sqlite"


@pytest.fixture
async def http(engine: str, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    opened = request.getfixturevalue("service" if engine == "sqlite" else "tenant_service")
    transport = httpx.ASGITransport(opened.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client
    await opened.stop()


@pytest.fixture
def pair(engine: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The root credential, or a client of the tenant that stands in its place."""
    if engine == "sqlite":
        return root_pair(request.getfixturevalue("service"))
    tenant: Tenant = request.getfixturevalue("tenant")
    return tenant.root_pair


@pytest.fixture
async def root(http: httpx.AsyncClient, pair: dict[str, str]) -> Caller:
    return await Caller(http, pair).sign_in()
