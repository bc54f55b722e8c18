"""The words of an error's body, and the time that Retry-After names."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.http.error_body import ErrorBody, beginning, error_body, rate_limited, retry_at
from butlr_tui.http.transport import Response


def answer(body: bytes, **headers: str) -> Response:
    return Response(400, httpx.Headers(headers), body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"code":"A","message":"no."}', ErrorBody("A", "no", True)),
        (b'{"message":"no"}', ErrorBody("", "no", True)),
        (b'{"error":"e","error_description":"d"}', ErrorBody("e", "d", True)),
        (b'{"error":"e"}', ErrorBody("", "e", True)),
        (b'{"code":3,"message":[1]}', ErrorBody("", "", True)),
        (b"[]", ErrorBody(is_json=True)),
        (b"null", ErrorBody()),
        (b"<html>", ErrorBody()),
        (b"\xff\xfe", ErrorBody()),
        (b"", ErrorBody()),
        (b'{"message":"a\\u001b[31m\\u202eb"}', ErrorBody("", "a␛[31m<202e>b", True)),
    ],
)
def test_error_bodies(body: bytes, said: ErrorBody) -> None:
    assert error_body(answer(body)) == said


def test_long_words_are_cut_and_secrets_hidden() -> None:
    assert len(error_body(answer(b'{"message":"%b"}' % (b"x" * 9999))).message) == 200
    assert error_body(answer(b'{"message":"bad canary here"}'), "canary").message == "bad (hidden) here"
    assert "canary" not in beginning(b"<p>" + b"canary" * 999, "canary")
    assert "can" not in beginning(b"x" * 998 + b"canary", "canary")
    assert beginning(b"aXXXXb") == "aXXXXb"
    assert error_body(answer(b'{"code":"canary","message":"aXXXXbX."}')) == ErrorBody(
        "canary", "aXXXXbX", True
    )
    assert error_body(answer(b'{"code":"canary","message":"m"}'), "canary") == ErrorBody(
        "(hidden)", "m", True
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_borne(body: bytes) -> None:
    error_body(answer(body))
    assert beginning(body).isprintable()


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0), ("7", 7), (" 7 ", 7), ("9" * 99, 366 * 86_400),
        ("", None), ("-1", None), ("1.5", None), ("soon", None), ("٧", None), ("0x1", None),
        ("Wed, 99 Foo", None),        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)  # fmt: skip
def test_retry_after(value: str, seconds: int | None) -> None:
    when = retry_at(httpx.Headers({b"Retry-After": value.encode()}))
    if seconds is None:
        assert when is None
    else:
        assert when is not None
        assert abs((when - datetime.now(UTC)).total_seconds() - seconds) < 2


def test_a_date_is_counted_from_the_servers_own_now() -> None:
    theirs = NOW + timedelta(days=3)
    headers = httpx.Headers(
        {
            "Retry-After": format_datetime(theirs + timedelta(seconds=20), usegmt=True),
            "Date": format_datetime(theirs),
        }
    )
    when = retry_at(headers)
    assert when is not None and 18 < (when - datetime.now(UTC)).total_seconds() <= 20
    del headers["Date"]
    when = retry_at(headers)
    assert when is not None and when - NOW > timedelta(days=2)
    past = retry_at(httpx.Headers({"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}))
    assert past is not None and past <= datetime.now(UTC)


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000"])
def test_a_date_is_not_taken_for_this_machines_time(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XYZ-9")
    time.tzset()
    try:
        soon = datetime.now(UTC) + timedelta(seconds=60)
        when = retry_at(httpx.Headers({"Retry-After": f"{soon:%a, %d %b %Y %H:%M:%S} {zone}"}))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert when is not None and when.utcoffset() == timedelta(0)
    assert abs((when - soon).total_seconds()) < 2


def test_slow_down_names_the_time() -> None:
    assert "does not say" in rate_limited(answer(b""), ErrorBody()).message
    soon = rate_limited(answer(b"", **{"Retry-After": "0"}), ErrorBody()).message
    assert soon.startswith("The service asks to wait until ")
    later = rate_limited(answer(b"", **{"Retry-After": "200000"}), ErrorBody())
    assert later.retry_at is not None
    assert f"{later.retry_at.astimezone():%Y-%m-%d %H:%M:%S}" in later.message


def test_a_429_keeps_all_that_was_said() -> None:
    said = ErrorBody("too_many", "slow", True)
    wordless = rate_limited(answer(b""), said)
    assert wordless.message == "The service asks to wait; it does not say how long."
    assert (wordless.status, wordless.code, wordless.server_message) == (400, "too_many", "slow")
    error = rate_limited(answer(b"", **{"Retry-After": "0"}), said)
    assert error.retry_at is not None
    assert error.message == f"The service asks to wait until {error.retry_at.astimezone():%H:%M:%S}."
    assert (error.status, error.code, error.server_message) == (400, "too_many", "slow")
    error = rate_limited(answer(b"", **{"Retry-After": str(3 * 86_400)}), said)
    assert error.retry_at is not None
    assert error.message == f"The service asks to wait until {error.retry_at.astimezone():%Y-%m-%d %H:%M:%S}."
