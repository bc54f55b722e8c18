"""The service in this process, on a folder of its own and on a clock that only moves when it is told to."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from butlr_tui.contract import AUDIENCE, CLIENT_LOGIN_PATH, CLIENTS_PATH
from butlr_tui.service.local import LocalService, open_service


class Clock:
    """Calling it tells the time; `ahead` moves it."""

    def __init__(self) -> None:
        self.time = float(int(time.time()))

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

    async def names(self) -> list[str]:
        return [client["name"] for client in (await self.request("GET", CLIENTS_PATH)).json()]

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
async def http(service: LocalService) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
async def root(service: LocalService, http: httpx.AsyncClient) -> Caller:
    return await Caller(http, root_pair(service)).sign_in()
