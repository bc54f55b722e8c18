"""Figures 9, 10 and 12 of reliability, with real credentials on the way; each prints its count."""

import json
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Name
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.credentials import GivenToken, TypedUser
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialFile, Profile, TokenFile
from butlr_tui.http.errors import ServiceError, Unreachable
from butlr_tui.http.transport import BadUrl
from butlr_tui.models import Credentials
from butlr_tui.operations.connect import connect
from tests.http.test_tls import DAY, NOW, ask, authority, issue
from tests.http.test_transport import HOSTILE_HOSTS
from tests.support.faults import SECRET, TOKEN, Behaviour, FaultServer, reply
from tests.support.figures import figure, times

pytestmark = pytest.mark.slow

__all__ = ["authority"]  # a fixture

STATUSES = (301, 302, 303, 307, 308)
PAIR = Credentials("client_me", SecretStr(SECRET))
USER = TypedUser("me", SecretStr(SECRET))


def places(sink: FaultServer) -> list[str]:
    """Twenty spellings of somewhere else; most lead to the sink."""
    port = sink.port
    return [
        sink.url,
        f"{sink.url}/",
        f"{sink.url}/api/v1/client",
        f"{sink.url}/api/v2/clients/login",
        f"http://localhost:{port}/api/v1/client",
        f"HTTP://LOCALHOST:{port}",
        f"//127.0.0.1:{port}/",
        f"//localhost:{port}/api/v1/client",
        f"http://127.1:{port}/",
        f"http://me:{TOKEN}@127.0.0.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http:/\\127.0.0.1:{port}/",
        f"http:127.0.0.1:{port}/",
        f" {sink.url} ",
        f"{sink.url}?next=/api/v1/client",
        f"{sink.url}#x",
        f"/\\127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}/",
        "/api/v1/client?again",
        "http://[",
    ]


async def _list(url: str) -> None:
    await _with_token(url, "list")


async def _create(url: str) -> None:
    await _with_token(url, "create")


async def _delete(url: str) -> None:
    await _with_token(url, "delete")


async def _with_token(url: str, call: str) -> None:
    bearer = Bearer(SignIn(url, "x"), lambda: GivenToken(SecretStr(TOKEN)))
    client = M2MClient(url, bearer)
    try:
        if call == "list":
            await client.list_clients()
        elif call == "create":
            await client.create_client("n", "d")
        else:
            await client.delete_client("client_x")
    finally:
        await client.aclose()
        await bearer.aclose()


async def _sign_in(url: str) -> None:
    door = SignIn(url, "x")
    try:
        await door.token_for(PAIR)
    finally:
        await door.aclose()


async def _sign_in_user(url: str) -> None:
    door = SignIn(url, "x")
    try:
        await door.token_for_user(USER)
    finally:
        await door.aclose()


@pytest.mark.parametrize("call", [_list, _create, _delete, _sign_in, _sign_in_user])
async def test_figure_9_no_redirect_takes_credentials_elsewhere(call: object) -> None:
    assert callable(call)
    async with FaultServer(reply(200)) as sink:
        every = [(status, place) for place in places(sink) for status in STATUSES]
        assert len(every) == 20 * 5
        redirects = every[:: times(4, 1)]  # four of five: every place, and every status
        for status, place in redirects:
            redirect: Behaviour = reply(status, "", Location=place)
            async with FaultServer(redirect, sign_in=redirect) as server:
                with pytest.raises(ServiceError) as caught:
                    await call(server.url)
                assert len(server.seen) + len(server.sign_ins) == 1
                assert SECRET not in repr(caught.value) and TOKEN not in repr(caught.value)
        heard = len(sink.seen) + len(sink.sign_ins)
    figure(9, redirects=len(redirects), requests_at_the_sink=heard)
    assert heard == 0


async def test_figure_10_no_token_goes_over_plain_http(tmp_path: Path) -> None:
    token, pair = tmp_path / "token", tmp_path / "pair"
    for path, content in ((token, TOKEN), (pair, json.dumps({"client_id": "a", "client_secret": SECRET}))):
        path.touch(0o600)
        path.write_text(content)
    tried = 0
    async with FaultServer(reply(200, [])) as server:
        every = [
            profile
            for host in HOSTILE_HOSTS
            for url in (f"http://{host}:{server.port}", f"HTTP://{host}:{server.port}/", f"http://{host}")
            for source in (TokenFile(token), CredentialFile(pair))
            for profile in (
                Profile("p", url, source),
                Profile("p", server.url, source, sign_in_url=url),
                Profile("p", url, source, sign_in_url=server.url),
            )
        ]
        for profile in every[:: times(7, 1)]:  # two or three of the eighteen of each host
            tried += 1
            with pytest.raises(BadUrl):
                connect(profile)
        good = connect(Profile("p", server.url, TokenFile(token)))
        assert await good.list() == []
        await good.aclose()
        sent = len(server.seen) + len(server.sign_ins) - 1
    figure(10, hosts=len(set(HOSTILE_HOSTS)), tries=tried, tokens_sent=sent)
    assert len(set(HOSTILE_HOSTS)) >= 50
    assert sent == 0


async def test_figure_12_tls_is_right_four_times_of_four(
    tmp_path: Path, authority: tuple[Name, ec.EllipticCurvePrivateKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    tried = right = 0
    for pem, words in (
        (issue(tmp_path, authority, "127.0.0.1", NOW - DAY), "it has expired"),
        (issue(tmp_path, authority, "other.example", NOW + DAY), "is not for 127.0.0.1"),
        (issue(tmp_path, None, "127.0.0.1", NOW + DAY), "self-signed"),
    ):
        with pytest.raises(Unreachable) as caught:
            await ask(pem)  # it makes sure that the server heard no request
        tried += 1
        right += words in caught.value.message
    tried += 1
    right += await ask(issue(tmp_path, authority, "127.0.0.1", NOW + DAY)) == 204
    print(ssl.OPENSSL_VERSION)
    figure(12, right=right, wrong=tried - right)
    assert right == tried == 4
