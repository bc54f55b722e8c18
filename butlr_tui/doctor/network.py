"""The way to a service: its address, its name, the proxy, TLS, and what answers there."""

import asyncio
import ipaddress
import os
import socket
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.request import getproxies, proxy_bypass

import httpx

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.doctor.check import Check, fail, ok, warn
from butlr_tui.http.connection_errors import where
from butlr_tui.http.errors import ServiceError, Unreachable
from butlr_tui.http.transport import BODY_CAP, BadSetting, Response, check_url, exchange, open_client
from butlr_tui.text import safe, truncate

LIMIT: Final = 15.0
"""Seconds for each step."""
_SKEW: Final = 60.0
"""Seconds that this machine's clock may be off before it is worth a word."""


async def network_checks(
    name: str, base_url: str, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Check]:
    """The steps to `base_url`, up to the first that fails. `name` begins the names of the checks."""
    try:
        url = check_url(base_url)
    except BadSetting as error:
        yield fail(
            f"{name} address", str(error), "Put the address right (base_url, auth_url or BUTLR_BASE_URL)."
        )
        return
    proxy = None if transport is not None else _proxy(url)
    if transport is None and not _is_number(url.host):
        resolved = await _resolved(name, url, proxy)
        yield resolved
        if resolved.todo:
            return
    async for check in _spoken(name, url, proxy, transport):
        yield check


def _proxy(url: httpx.URL) -> str | None:
    """The proxy's host and port, as httpx takes it from the environment; never for this machine."""
    if url.scheme == "http":
        return None
    proxies = getproxies()
    named = proxies.get("https") or proxies.get("all")
    if not named or proxy_bypass(url.host):
        return None
    try:
        return where(httpx.URL(named))
    except (httpx.InvalidURL, ValueError):
        return "an address that can't be read"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _resolved(name: str, url: httpx.URL, proxy: str | None) -> Check:
    if proxy is not None:
        return ok(
            f"{name} proxy", f"{where(url)} is reached through {proxy}, which also looks up its address."
        )
    host = truncate(safe(url.host), 80)
    started = time.monotonic()
    try:
        async with asyncio.timeout(LIMIT):
            found = await asyncio.get_running_loop().getaddrinfo(url.host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return fail(
            f"{name} DNS",
            f"{host} has no address (DNS).",
            "See whether the name is spelt right, and whether a VPN or a proxy (HTTPS_PROXY) is needed.",
        )
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return ok(f"{name} DNS", f"{host} is {addresses[0]}{more}; no proxy.", time.monotonic() - started)


async def _spoken(
    name: str, url: httpx.URL, proxy: str | None, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Check]:
    """Asks for the list without a token: a 401 shows that the service is there."""
    started = time.monotonic()
    try:
        async with open_client(str(url), transport=transport) as client:
            request = client.build_request("GET", CLIENTS_PATH)
            answer = await exchange(client, request, cap=BODY_CAP, deadline=LIMIT)
    except BadSetting as error:
        yield fail(f"{name} TLS", str(error), "Put that variable of the environment right.")
        return
    except ServiceError as error:
        yield fail(f"{name} answer", error.message, _todo(error, proxy), time.monotonic() - started)
        return
    if url.scheme == "https":
        yield ok(f"{name} TLS", f"The certificate of {truncate(safe(url.host), 80)} is trusted ({_trust()}).")
    yield _answered(name, url, answer, time.monotonic() - started)
    if skew := _skew(answer):
        yield skew


def _trust() -> str:
    return "SSL_CERT_FILE and the system's store" if os.environ.get("SSL_CERT_FILE") else "the system's store"


def _todo(error: ServiceError, proxy: str | None) -> str:
    if "certificate" in error.message:
        return "Name your company's certificates in SSL_CERT_FILE, or correct the host's name."
    if proxy is not None:
        return f"See whether the proxy {proxy} (HTTPS_PROXY, NO_PROXY) lets you through."
    if isinstance(error, Unreachable):
        return "See whether the service runs (`butlr-tui serve` for local) and whether a VPN or a proxy is needed."
    return "Try again; if it stays, the service or what is in front of it has a fault."


def _answered(name: str, url: httpx.URL, answer: Response, seconds: float) -> Check:
    at = where(url)
    match answer.status:
        case 401:
            return ok(f"{name} answer", f"{at} answers, and asks for a token as it should.", seconds)
        case 404 | 405 if name == "sign-in":  # the host that signs in need not serve the clients
            return ok(f"{name} answer", f"{at} answers.", seconds)
        case 404 | 405:
            return fail(
                f"{name} answer",
                f"There is no M2M service at {at} ({answer.status}).",
                "Check base_url.",
                seconds,
            )
        case 403:
            return warn(
                f"{name} answer",
                f"A gateway in front of {at} refused (403).",
                "A proxy or VPN may be needed.",
                seconds,
            )
        case _:
            return warn(
                f"{name} answer", f"{at} answers {answer.status} to a call without a token.", "", seconds
            )


def _skew(answer: Response) -> Check | None:
    """A clock that is off makes tokens look expired."""
    try:
        off = (datetime.now(UTC) - parsedate_to_datetime(answer.headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if abs(off) < _SKEW:
        return None
    way = "ahead of" if off > 0 else "behind"
    return warn("clock", f"This machine's clock is {abs(off):.0f} s {way} the service's.", "Set the clock.")
