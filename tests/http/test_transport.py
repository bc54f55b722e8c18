"""Where credentials may go, and what becomes of every way in which an answer can go wrong."""

import asyncio
import gc
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
import truststore

from butlr_tui import __version__
from butlr_tui.http.deadline import Deadline
from butlr_tui.http.errors import InvalidResponse, NoResponse, NotSent, ServiceError, Unreachable
from butlr_tui.http.transport import (
    BadSetting,
    BadUrl,
    Response,
    check_url,
    exchange,
    open_client,
    within_the_process,
)
from tests.support.faults import (
    FaultServer,
    Wire,
    chunked,
    drip,
    endless,
    fault_points,
    hang_up,
    raw,
    reply,
    reset,
    response,
    stall,
    stall_after,
)
from tests.support.waiting import until

GOOD = [
    "https://api.butlr.io",
    "https://api.butlr.io:8443/prefix/",
    "HTTPS://EXAMPLE.org",
    "https://bücher.example",
    "http://127.0.0.1:4010",
    "http://127.9.8.7",
    "http://[::1]:4010",
    "http://LocalHost:4010/x",
]

HOSTILE_HOSTS = """
127.1 127.0.1 0x7f.1 0x7f000001 2130706433 017700000001 0177.0.0.1 127.0.0.01 127.0.0.1. 127.0.0.256
localhost. localhost.evil localhost.localdomain evil.localhost 127.0.0.1.nip.io 127.0.0.1.evil.com
[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [::] [::2] [fe80::1] [::1%25eth0] [::1].evil
127。0。0。1 127．0．0．1 127｡0｡0｡1 １２７.0.0.1 ①②⑦.0.0.1 ⓛocalhost ｌocalhost locaⅼhost lоcalhost localhoſt
0.0.0.0 0 10.0.0.1 192.168.0.1 169.254.169.254 126.0.0.1 128.0.0.1 evil.com 127.0.0.1:80:80 127.0.0.1@evil.com
evil.com@127.0.0.1 user:password@localhost localhost%00.evil localhost%2eevil 127.0.0.1\\@evil.com
localhost#@evil localhost?@evil 127.0.0.1,evil.com 127.0.0.1;evil.com 127.0.0.-1 ip6-localhost
""".split()  # noqa: SIM905


@pytest.mark.parametrize("url", GOOD)
def test_https_and_this_machine_are_taken(url: str) -> None:
    assert check_url(url).host


async def test_no_hostile_spelling_of_this_machine_gets_a_request() -> None:
    assert len(HOSTILE_HOSTS) >= 50
    async with FaultServer(reply(200)) as server:
        for host in HOSTILE_HOSTS:
            with pytest.raises(BadUrl):
                open_client(f"http://{host}:{server.port}")
            with pytest.raises(BadUrl):
                check_url(f"http://{host}")
        assert server.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "", "localhost:4010", "//localhost", "ftp://localhost", "file:///etc/passwd", "httpſ://evil.com", "https://",
        "https:///x", "https://a@b", "https://a:b@c", "https://h?q", "https://h#f", "https://h:0", "https://h:65536",
        "https://h:-1", "https://h:", "https://h:４０", "https://h\\x", "https://h/\\x", " https://h",
        "https://h /", "https://h\n", "https://h\r\nX: y", "https://h/\x00", "https://[::1", "https://[zz]",
        "https://1.2.3.999", "https://h%41", "https://xn--/", "https://xn--a.example", "https://a..b", "https://a..",
        "https://.a", f"https://{'a' * 64}.com", f"https://{'a.' * 130}com", "https://xn--ls8h.la",
        f"https://h:{'9' * 5000}",
        "https://\u202eevil", "https://-\u0301",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        check_url(url)
    assert str(caught.value).endswith(".")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://a:b@c", "An address must not carry a user name or a password."),
        ("h", "An address is https://HOST, https://HOST:PORT or either with a path; nothing else."),
        (
            "http://h",
            "Plain http may go to this machine only (127.0.0.1, [::1], localhost); use https.",
        ),
        ("https://1.2.3.999", "The host of this address is not a host's name."),
        ("https://xn--/", "The host of this address is not a host's name."),
        ("https://a..b", "The host of this address is not a host's name."),
    ],
)
def test_why_an_address_is_refused(url: str, said: str) -> None:
    with pytest.raises(BadUrl) as caught:
        check_url(url)
    assert str(caught.value) == said


async def get(server: FaultServer, *, cap: int = 1000, deadline: float = 5, path: str = "/x") -> object:
    """The answer to a GET, or the error that came instead."""
    async with open_client(server.url) as client:
        try:
            return await exchange(client, client.build_request("GET", path), cap=cap, deadline=deadline)
        except ServiceError as error:
            assert error.__cause__ is None and error.__context__ is None
            return error


async def test_an_answer_comes_whole() -> None:
    async with FaultServer(reply(418, "short", X_Y="z")) as server:
        answer = await get(server)
    assert (answer.status, answer.body, answer.whole) == (418, b"short", True)  # type: ignore[attr-defined]
    sent = server.seen[0].headers
    assert sent["accept-encoding"] == "identity"
    assert sent["accept"] == "application/json"
    assert sent["user-agent"] == f"butlr-tui/{__version__}"


@pytest.mark.parametrize("name", fault_points(response(201, "{}")))
async def test_every_fault_point_ends_in_time_and_in_the_tree(name: str) -> None:
    whole = response(201, '{"client_id": "client_x"}')
    async with FaultServer(fault_points(whole)[name]) as server:
        answer = await get(server, deadline=0.3)
    if isinstance(answer, NoResponse):
        assert answer.status is None
    else:
        fault = answer.incomplete  # type: ignore[attr-defined]
        assert fault is None or isinstance(fault, NoResponse)
        assert fault is None or " broke off in its answer (" in fault.message
        assert fault is None or fault.status == answer.status  # type: ignore[attr-defined]
        if fault is not None and "stall" in name:
            assert fault.message.endswith("(it took too long).")


async def test_no_redirect_is_followed_and_no_header_reaches_the_sink() -> None:
    async with FaultServer(reply(200)) as sink:
        targets = [
            sink.url,
            f"{sink.url}/api/v1/client",
            f"//127.0.0.1:{sink.port}",
            f"http://localhost:{sink.port}/a",
        ]
        places = [*targets, "/here", "https://evil.example", "http://[", "ftp://x", "", "javascript:1"]
        redirects = [
            reply(status, "", Location=place, Set_Cookie="a=b")
            for status in (301, 302, 303, 307, 308)
            for place in [*places, *[place.upper() for place in places]]
        ]
        async with FaultServer(*redirects) as server:
            for _ in redirects:
                answer = await get(server)
                assert 300 < answer.status < 309  # type: ignore[attr-defined]
            assert len(server.seen) == len(redirects) == 100
        assert sink.seen == []


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", "identity, gzip", "GZIP", "x"])
async def test_compressed_answers_are_not_opened(encoding: str) -> None:
    bomb = endless(
        f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n\r\n".encode(), b"\x1f\x8b" + b"\0" * 4096
    )
    async with FaultServer(bomb) as server:
        answer = await get(server)
    assert answer.body == b""  # type: ignore[attr-defined]
    fault = answer.incomplete  # type: ignore[attr-defined]
    assert isinstance(fault, InvalidResponse)
    assert (fault.message, fault.status) == (
        f"127.0.0.1:{server.port} compressed its answer, which was not asked for.",
        200,
    )


@pytest.mark.parametrize("encoding", ["identity", " Identity ", ""])
async def test_an_answer_may_say_that_it_is_not_compressed(encoding: str) -> None:
    async with FaultServer(reply(200, "plain", Content_Encoding=encoding)) as server:
        answer = await get(server)
    assert (answer.body, answer.whole) == (b"plain", True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("head", "chunk"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 9000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b"x" * 9000),
        (b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 9000),
    ],
)
async def test_endless_answers_stop_at_the_cap(head: bytes, chunk: bytes) -> None:
    async with FaultServer(endless(head, chunk)) as server:
        answer = await get(server, cap=1 << 20)
    assert len(answer.body) == 1 << 20  # type: ignore[attr-defined]
    fault = answer.incomplete  # type: ignore[attr-defined]
    assert (fault.message, fault.status) == (f"127.0.0.1:{server.port} sent more than 1 MiB.", 200)


@pytest.mark.parametrize(("more", "whole"), [(0, True), (1, False)])
async def test_an_answer_may_be_as_long_as_the_cap(more: int, whole: bool) -> None:
    async with FaultServer(reply(200, "x" * ((1 << 16) + more))) as server:
        answer = await get(server, cap=1 << 16)
    assert (len(answer.body), answer.whole) == (1 << 16, whole)  # type: ignore[attr-defined]


async def test_drip_ends_at_the_deadline() -> None:
    """Each byte comes in time; the whole does not."""
    async with FaultServer(drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 9999)) as server:
        error = await get(server, deadline=0.5)
        assert isinstance(error, NoResponse)
        assert "took too long" in error.message
    async with FaultServer(drip(response(200, b"x" * 9_999), every=0.0005)) as server:
        answer = await get(server, deadline=1)
        assert answer.status == 200  # type: ignore[attr-defined]
        assert not answer.whole  # type: ignore[attr-defined]


async def test_http_1_0_and_1xx_are_fine() -> None:
    async with FaultServer(
        raw(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" + response(200, "[]")),
        raw(b"HTTP/1.0 200 OK\r\n\r\n[]", close=True),
    ) as server:
        for _ in range(2):
            answer = await get(server)
            assert (answer.body, answer.whole) == (b"[]", True)  # type: ignore[attr-defined]


async def test_progress_is_heard() -> None:
    heard: list[tuple[int, int | None]] = []
    async with FaultServer(reply(200, b"x" * 500)) as server, open_client(server.url) as client:
        await exchange(
            client,
            client.build_request("GET", "/"),
            cap=999,
            deadline=5,
            on_bytes=lambda *two: heard.append(two),
        )
    assert heard[-1] == (500, 500)


async def test_only_the_body_of_a_success_is_taken() -> None:
    """As it comes, and no more than the cap; what a refusal says stays in the response."""
    taken: list[bytes] = []

    async def take(part: bytes) -> None:
        taken.append(part)

    more = asyncio.Event()
    async with (
        FaultServer(
            reply(500, b"sorry"), chunked(b"at once", more, b" later"), reply(200, b"x" * 9_999)
        ) as server,
        open_client(server.url) as client,
    ):

        async def ask() -> Response:
            return await exchange(client, client.build_request("GET", "/"), cap=99, deadline=9, take=take)

        assert ((await ask()).body, taken) == (b"sorry", [])
        asked = asyncio.create_task(ask())
        await until(lambda: taken == [b"at once"])
        assert not asked.done()
        more.set()
        assert ((await asked).body, b"".join(taken)) == (b"", b"at once later")
        taken.clear()
        assert not (await ask()).whole
        assert len(b"".join(taken)) <= 99


async def test_cancelling_passes_untouched() -> None:
    async with FaultServer(stall, stall_after(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")) as server:
        for count in (1, 2):
            task = asyncio.ensure_future(get(server))
            await server.heard(count)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_unreachable_says_why() -> None:
    async with FaultServer(hang_up) as server:
        gone = server.url
    for url, words in [
        (gone, f"Nobody answers at {gone[7:]} (connection refused)."),
        ("https://no-such-host.invalid", "no-such-host.invalid has no address (DNS)."),
    ]:
        async with open_client(url) as client:
            with pytest.raises(Unreachable) as caught:
                await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)
            assert caught.value.message == words
            assert caught.value.__context__ is None


async def test_all_addresses_of_a_host_may_refuse() -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        tried = ExceptionGroup("all", [OSError(101, "canary"), ConnectionRefusedError(111, "canary")])
        raise httpx.ConnectError("All connection attempts failed") from tried

    async with open_client("https://h.example", transport=httpx.MockTransport(fail)) as client:
        with pytest.raises(Unreachable, match=r"at h\.example:443 \(connection refused\)\."):
            await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)


async def test_a_closed_client_sends_nothing() -> None:
    client = open_client("http://127.0.0.1:1")
    await client.aclose()
    with pytest.raises(NotSent, match="is closed"):
        await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)


@pytest.mark.parametrize(
    ("raised", "expected", "words"),
    [
        (httpx.ConnectTimeout("canary"), Unreachable, "no connection in time"),
        (httpx.PoolTimeout("canary"), Unreachable, "all our connections are busy"),
        (httpx.ProxyError("407 canary"), Unreachable, "the proxy on the way refused"),
        (httpx.ConnectError("canary"), Unreachable, "no connection"),
        (httpx.UnsupportedProtocol("canary"), Unreachable, "no connection"),
        (httpx.ReadTimeout("canary"), NoResponse, "took too long"),
        (httpx.WriteTimeout("canary"), NoResponse, "took too long"),
        (httpx.ReadError("canary"), NoResponse, "closed"),
        (httpx.WriteError("canary"), NoResponse, "closed"),
        (httpx.LocalProtocolError("Illegal header value b'Bearer canary'"), NoResponse, "closed"),
        (httpx.RemoteProtocolError("illegal canary"), NoResponse, "not HTTP"),
        (httpx.StreamClosed(), NoResponse, "closed"),
        (ssl.SSLError(1, "canary"), NoResponse, "closed"),
        (ConnectionResetError(104, "canary"), NoResponse, "closed"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
async def test_each_exception_of_the_libraries_has_its_error(
    raised: Exception, expected: type[ServiceError], words: str
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise raised

    async with open_client("https://h.example", transport=httpx.MockTransport(fail)) as client:
        with pytest.raises(expected, match=words) as caught:
            await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)
    assert "canary" not in repr(caught.value)
    assert caught.value.__context__ is None


async def test_a_deadline_before_the_request_left_means_not_sent() -> None:
    class Slow(httpx.Auth):
        async def async_auth_flow(self, request):  # type: ignore[no-untyped-def]
            await asyncio.Event().wait()
            yield request

    async with FaultServer(reply(200)) as server, open_client(server.url, auth=Slow()) as client:
        with pytest.raises(Unreachable, match="in time"):
            await exchange(client, client.build_request("POST", "/"), cap=9, deadline=0.05)
        assert server.seen == []


async def test_what_comes_before_a_request_does_not_use_up_its_time() -> None:
    """A sign-in, or a program that asks for a fingerprint, has a limit of its own."""
    before = Deadline(0.3)

    async def late(wire: Wire) -> None:
        await until(lambda: before.left < 0)
        await reply(200, "late")(wire)

    async with FaultServer(late, stall) as server, open_client(server.url) as client:
        for seconds, once_sent, whole in ((0.3, 30, True), (30, 0.1, False)):
            request = client.build_request("GET", "/")
            deadline = Deadline(seconds, once_sent=once_sent)
            try:
                answer = await exchange(client, request, cap=9, deadline=deadline)
            except NoResponse:
                assert not whole
            else:
                assert (answer.body, whole) == (b"late", True)


async def test_the_network_is_never_asked_through_a_proxy_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with FaultServer(reset) as proxy, FaultServer(reply(200)) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert (await get(server)).status == 200  # type: ignore[attr-defined]
        async with open_client(f"http://[::1]:{server.port}") as client:
            with pytest.raises(Unreachable, match=r"Nobody answers at \[::1\]"):
                await exchange(client, client.build_request("GET", "/"), cap=9, deadline=9)
        assert proxy.lines == []


async def test_a_proxy_is_used_for_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with FaultServer(reply(407)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        async with open_client("https://api.example") as client:
            with pytest.raises(Unreachable, match="the proxy on the way refused"):
                await exchange(client, client.build_request("POST", "/"), cap=9, deadline=9)
        assert proxy.lines == ["CONNECT api.example:443"]


@pytest.mark.parametrize(
    "proxy", ["socks5://user:canary@h", "gopher://user:canary@h", "http://user:canary@h:x"]
)
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(BadSetting) as caught:
        open_client("https://api.example")
    assert str(caught.value) == "HTTPS_PROXY or ALL_PROXY names a proxy that can't be used here."
    gc.collect()


async def test_what_httpx_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's certificates, and times of its own beside the deadline of the whole."""
    told: dict[str, Any] = {}
    really = httpx.AsyncClient

    def client(**how: Any) -> httpx.AsyncClient:
        told.update(how)
        return really(**how)

    monkeypatch.setattr(httpx, "AsyncClient", client)
    await open_client("https://api.example").aclose()
    assert isinstance(told["verify"], truststore.SSLContext)
    assert (told["timeout"], told["follow_redirects"]) == (httpx.Timeout(None, connect=10, pool=5), False)
    assert told["limits"].keepalive_expiry == 2
    await open_client("http://localhost").aclose()
    assert (
        type(told["verify"]) is ssl.SSLContext
    )  # reading the system's takes time, and nothing needs them here


def test_certificates_that_cannot_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "none.pem", tmp_path / "bad.pem"):
        if path.name == "bad.pem":
            path.write_text("no certificate")
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        with pytest.raises(BadSetting, match="SSL_CERT_FILE"):
            open_client("https://api.example")


async def test_an_app_in_this_process_takes_the_networks_place() -> None:
    """Also where it fails, as a server would."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})
        raise RuntimeError

    async with open_client("http://localhost", transport=within_the_process(app)) as client:
        answer = await exchange(client, client.build_request("GET", "/x"), cap=9, deadline=9)
    assert (answer.status, answer.body) == (500, b"/x")
