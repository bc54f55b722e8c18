"""Every row of the table of sentences that a list or a deletion can meet, with its words, keys and picture."""

import errno
import socket
import ssl
from datetime import datetime, tzinfo

import httpx
import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.http import error_body, retry
from tests.support.driver import using
from tests.support.world import NOW, Answer, Reply, World
from tests.tui.sizes import every_size, roomy_sizes

HTML = b"<html><head><title>Access denied</title></head><body>Request blocked by policy</body></html>"


def no_connection(cause: OSError) -> httpx.ConnectError:
    """As httpx says why there is none."""
    error = httpx.ConnectError("canary")
    error.__cause__ = cause
    return error


def untrusted(code: int) -> ssl.SSLCertVerificationError:
    """As OpenSSL judges a certificate."""
    error = ssl.SSLCertVerificationError(1, "canary")
    error.verify_code = code
    return error


FAILURES: dict[str, tuple[Answer, str]] = {
    "no_token": (
        Reply(401, {"message": "missing or malformed jwt"}),
        "The service wants a token and got none that it can read.",
    ),
    "no_client_id": (
        Reply(401, {"message": "token is valid but missing client_id"}),
        "Your token is valid but names no client_id, which this service needs.",
    ),
    "expired": (
        Reply(401, {"message": "invalid or expired jwt"}),
        "The service no longer accepts your token.",
    ),
    "gateway": (
        Reply(403, HTML, {"content-type": "text/html"}),
        "A gateway in front of the service refused the request (403); the service itself was not reached.",
    ),
    "no_service": (
        Reply(404, {"message": "Not Found"}),
        "There is no M2M service at 127.0.0.1:4010. Check the address of the profile; r tries again.",
    ),
    "rate_limited": (
        Reply(429, {"message": "Too many requests"}, {"retry-after": "Tue, 24 Nov 2026 23:09:30 GMT"}),
        "The service asks to wait until",
    ),
    "server_error": (
        Reply(500, {"message": "Internal server error"}),
        "Could not read the list: Internal server error. r tries again.",
    ),
    "an_object": (
        Reply(200, {"error": "boo"}),
        "The service answered something that is not a list of clients (an object with key “error”).",
    ),
    "refused": (
        no_connection(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")),
        "Nobody answers at 127.0.0.1:4010 (connection refused).",
    ),
    "no_address": (no_connection(socket.gaierror(-2, "no such name")), "127.0.0.1 has no address (DNS)."),
    "self_signed": (
        no_connection(untrusted(18)),
        "The certificate of 127.0.0.1 is not trusted here (self-signed). SSL_CERT_FILE can name your company's.",
    ),
}


class Today(datetime):
    """The day on which these tests take place, for what tells a time of today from one of another day."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return NOW.astimezone(tz)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (error_body, retry):
        monkeypatch.setattr(module, "datetime", Today)


@every_size
@pytest.mark.parametrize("failure", FAILURES)
async def test_the_list_could_not_be_read(
    world: World,
    svg: SnapshotAssertion,
    failure: str,
    size: tuple[int, int],
) -> None:
    """Before anything was read: the sentence stands in the list's place, with the key that tries again."""
    answer, sentence = FAILURES[failure]
    world.between.answer("GET", *[answer] * 3)
    async with using(world, size, loaded=False) as user:
        await user.sees(sentence)
        assert await user.picture() == svg
        world.between.recover()
        if failure == "expired":  # it asks to sign in again at once
            await user.sees("Sign in to local")
            await user.does("cancel_sign_in")
        await user.does("refresh")
        await user.sees("hvac-sync", "6 clients, read at 12:04")


@roomy_sizes
async def test_a_refresh_that_fails_keeps_the_list_and_says_how_old_it_is(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size) as user:
        world.between.answer("GET", *[Reply(503, {"message": "Service Unavailable"})] * 3)
        await user.does("refresh")
        await user.sees(
            "not refreshed since 12:04; r tries again",
            "Could not read the list: Service Unavailable. What you see is from 12:04. r tries again.",
            "hvac-sync",
        )
        assert await user.picture() == svg
        await user.does("refresh")
        await user.sees("6 clients, read at 12:04")
        await user.sees_no("What you see is from")


@every_size
async def test_enter_shows_what_a_gateway_said(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    world.between.answer("GET", Reply(403, HTML, {"content-type": "text/html"}))
    async with using(world, size, loaded=False) as user:
        await user.sees("Enter shows what it said")
        await user.does("open")
        await user.sees("What 127.0.0.1:4010 said", "Request blocked by policy")
        assert await user.picture() == svg


async def test_a_burst_of_failures_stacks_nothing(world: World) -> None:
    async with using(world) as user:
        world.between.answer("GET", *[Reply(500, {"message": "Internal server error"})] * 10)
        for _ in range(10):
            await user.does("refresh")
        await user.sees("Could not read the list")
        assert len(user.app.screen_stack) == 1


async def test_no_credentials_yet(world: World) -> None:
    world.service.root_file.unlink()
    async with using(world, loaded=False) as user:
        await user.sees("No root credential at", "start `butlr-tui serve` once on this machine")
