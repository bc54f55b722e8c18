"""What is sent again, when, and how often."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from butlr_tui.http import errors
from butlr_tui.http.deadline import Deadline
from butlr_tui.http.retry import ATTEMPTS, LONGEST_WAIT, backoff_delay, retry
from tests.support.figures import figure

AGAIN = [
    errors.Unreachable("x"),
    errors.NoResponse("x"),
    errors.RateLimited("x", 429),
    *[errors.ServerFailed("x", status) for status in (502, 503, 504)],
]
NEVER = [
    errors.NotSent("x"),
    errors.CredentialError("x"),
    errors.NoToken("x"),
    errors.InvalidResponse("x"),
    errors.Rejected("x"),
    errors.InvalidRequest("x", 400),
    errors.SignInNeeded("x", 401),
    errors.ClientNotFound("x", 404),
    *[errors.ServerFailed("x", status) for status in (302, 409, 500, 501, 505)],
]


async def run(*outcomes: errors.ServiceError | str, deadline: float = 1e9) -> tuple[object, int, list[float]]:
    waits: list[float] = []
    calls = 0
    now = 0.0

    async def attempt() -> str:
        nonlocal calls
        outcome = outcomes[min(calls, len(outcomes) - 1)]
        calls += 1
        if isinstance(outcome, str):
            return outcome
        raise outcome

    async def sleep(seconds: float) -> None:
        nonlocal now
        waits.append(seconds)
        now += seconds

    try:
        until = Deadline(deadline, clock=lambda: now)
        result: object = await retry(attempt, deadline=until, sleep=sleep)
    except errors.ServiceError as error:
        result = error
    return result, calls, waits


@pytest.mark.parametrize("error", AGAIN, ids=repr)
async def test_what_may_pass_is_tried_three_times(error: errors.ServiceError) -> None:
    result, calls, waits = await run(error)
    assert (result, calls, len(waits)) == (error, 3, 2)
    assert (await run(error, error, "fine"))[:2] == ("fine", 3)
    assert (await run(error, "fine"))[:2] == ("fine", 2)


@pytest.mark.parametrize("error", NEVER, ids=repr)
async def test_what_will_not_pass_is_tried_once(error: errors.ServiceError) -> None:
    assert await run(error) == (error, 1, [])


def test_ten_thousand_waits_are_in_bounds() -> None:
    uniform = random.Random(1).uniform
    samples = outside = 0
    for index in range(10_000):
        tried = index % (ATTEMPTS - 1) + 1
        wait = backoff_delay(errors.NoResponse("x"), tried, uniform)
        samples += 1
        outside += wait is None or not 0 <= wait <= min(8, 0.5 * 2 ** (tried - 1))
    figure(7, backoff_samples=samples, out_of_bounds=outside)
    assert outside == 0


@pytest.mark.parametrize("kind", [errors.RateLimited, errors.ServerFailed])
async def test_retry_after_is_a_floor_up_to_its_cap(kind: type[errors.RateLimited]) -> None:
    def after(seconds: float) -> errors.RateLimited:
        return kind("x", 503, retry_at=datetime.now(UTC) + timedelta(seconds=seconds))

    _, calls, waits = await run(after(20), "fine")
    assert calls == 2 and 19 < waits[0] <= 20
    assert (await run(after(LONGEST_WAIT + 5)))[1] == 1
    assert 0 <= (await run(after(-99), "fine"))[2][0] <= 0.5


async def test_the_deadline_holds_for_all_attempts_together() -> None:
    error = errors.RateLimited("x", 429, retry_at=datetime.now(UTC) + timedelta(seconds=20))
    assert (await run(error, deadline=30))[1] == 2
    assert (await run(error, deadline=10))[1] == 1


async def test_each_attempt_hears_what_is_left_and_none_begins_at_the_end() -> None:
    left: list[float] = []
    now = 100.0

    async def attempt() -> None:
        nonlocal now
        left.append(until.left)
        now += 4
        raise errors.NoResponse("x")

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    def longest(least: float, most: float) -> float:
        assert least == 0
        return most

    for deadline, expected in (
        (20, [20, 15.5, 10.5]),
        (9.5, [9.5, 5]),
        (9, [9, 4.5]),
        (4.5, [4.5]),
        (1, [1]),
    ):
        left.clear()
        with pytest.raises(errors.NoResponse):
            until = Deadline(deadline, clock=lambda: now)
            await retry(attempt, deadline=until, sleep=sleep, uniform=longest)
        assert left == expected


def test_the_room_for_a_wait_doubles() -> None:
    asked: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        asked.append((least, most))
        return most

    waits = [backoff_delay(errors.NoResponse("x"), tried, uniform) for tried in (1, 2, 3)]
    assert (waits, asked) == ([0.5, 1.0, None], [(0, 0.5), (0, 1.0)])


async def test_waiting_can_be_cancelled() -> None:
    async def attempt() -> None:
        raise errors.NoResponse("x")

    async def sleep(seconds: float) -> None:
        await asyncio.Event().wait()

    task = asyncio.ensure_future(retry(attempt, deadline=Deadline(99), sleep=sleep))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
