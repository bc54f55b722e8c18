"""Several clients are deleted a few at a time; what one meets that all would meet stops the others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialVariables, Profile
from butlr_tui.http.errors import RateLimited, SignInNeeded, Unreachable
from butlr_tui.models import Client, Credentials
from butlr_tui.operations.delete_several import SeveralDeletions
from butlr_tui.operations.outcomes import AlreadyGone, Deleted, DeleteUnclear, NotDeleted
from butlr_tui.operations.session import Session
from tests.support.faults import Behaviour, FaultServer, Wire, reply, reset
from tests.support.waiting import until

CLIENTS = [Client(f"client_{number}", f"client_{number}", f"n{number}") for number in range(9)]
GONE = reply(404, {"code": "CLIENT_NOT_FOUND", "message": "client not found"})


class Turns:
    """Stands in for the waits between attempts: they last until the test lets them end."""

    def __init__(self) -> None:
        self.waiting = 0
        self._ends: deque[asyncio.Event] = deque()
        self._is_over = False

    async def sleep(self, seconds: float) -> None:
        self.waiting += 1
        self._ends.append(asyncio.Event())
        if not self._is_over:
            await self._ends[-1].wait()

    def end_one(self) -> None:
        """Let the one that waits longest go on."""
        self._ends.popleft().set()

    def end(self) -> None:
        """Let all that wait go on, and no other wait."""
        self._is_over = True
        for one in self._ends:
            one.set()


@asynccontextmanager
async def deleting(
    *behaviours: Behaviour, clients: Sequence[Client] = CLIENTS, at_once: int = 4
) -> AsyncIterator[tuple[SeveralDeletions, FaultServer, Turns]]:
    """Deletions at a server that behaves so."""
    turns = Turns()
    async with FaultServer(*behaviours) as server:
        pair = Credentials("client_me", SecretStr("s"))
        bearer = Bearer(SignIn(server.url, "https://butlrauth/"), lambda: pair)
        api = M2MClient(server.url, bearer, sleep=turns.sleep)
        session = Session(Profile("fault", server.url, CredentialVariables()), api, bearer)
        try:
            yield SeveralDeletions(session, clients, at_once), server, turns
        finally:
            await session.aclose()


async def run(deletions: SeveralDeletions, stop: asyncio.Event | None = None) -> list[str]:
    """Run them; the ids of the clients whose deletion began or ended, in that order."""
    heard: list[str] = []
    await deletions.run(stop or asyncio.Event(), lambda client: heard.append(client.id))
    return heard


async def test_no_more_are_under_way_than_was_asked_for() -> None:
    answer, under_way, most = asyncio.Event(), 0, 0

    async def behave(wire: Wire) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await answer.wait()
        under_way -= 1
        await reply(204)(wire)

    async with deleting(behave, at_once=3) as (deletions, server, _):
        running = asyncio.create_task(run(deletions))
        await server.heard(3)
        assert len(deletions.under_way) == 3
        answer.set()
        heard = await running
    assert most == 3
    assert len(server.lines) == deletions.gone == len(CLIENTS)
    assert sorted(heard) == sorted(2 * [client.id for client in CLIENTS])
    assert not deletions.can_go_on


async def test_each_has_its_outcome_and_what_is_left_can_be_tried_again() -> None:
    answers: dict[str, list[Behaviour]] = {
        "client_1": [GONE],
        "client_2": [reply(403, "<html>no</html>"), reply(204)],
    }

    async def behave(wire: Wire) -> None:
        own = answers.get(wire.seen.target.rpartition("/")[2])
        await (own.pop(0) if own else reply(204))(wire)

    async with deleting(behave, clients=CLIENTS[:4]) as (deletions, server, _):
        await run(deletions)
        kinds = [type(deletions.outcomes[client.id]) for client in CLIENTS[:4]]
        assert kinds == [Deleted, AlreadyGone, NotDeleted, Deleted]
        assert (deletions.gone, deletions.left) == (3, [CLIENTS[2]])
        deletions.try_again(deletions.left)
        await run(deletions)
        assert (deletions.gone, deletions.left) == (4, [])
    assert server.lines.count("DELETE /api/v1/client/client_2") == 2
    assert len(server.lines) == 5


async def test_while_one_is_asked_to_wait_no_other_begins() -> None:
    async with deleting(reply(429, {"message": "slow down"}, Retry_After="1"), reply(204)) as (
        deletions,
        server,
        turns,
    ):
        running = asyncio.create_task(run(deletions))
        await until(lambda: turns.waiting == 1 and len(deletions.under_way) == 1)
        assert len(server.lines) == 4  # those that were under way when it was told
        assert len(deletions.outcomes) == 3
        turns.end()
        await running
    assert deletions.gone == len(CLIENTS)
    assert len(server.lines) == len(CLIENTS) + 1


async def test_no_other_begins_before_all_that_were_asked_to_wait_have_waited() -> None:
    slow_down = reply(429, {"message": "slow down"}, Retry_After="1")
    async with deleting(slow_down, slow_down, reply(204), at_once=3) as (deletions, server, turns):
        running = asyncio.create_task(run(deletions))
        await until(lambda: turns.waiting == 2 and deletions.gone == 1)
        turns.end_one()
        await until(lambda: deletions.gone == 2)
        assert len(deletions.under_way) == 1
        assert len(deletions.not_begun) == len(CLIENTS) - 3
        turns.end()
        await running
    assert deletions.gone == len(CLIENTS)
    assert len(server.lines) == len(CLIENTS) + 2


async def test_one_that_is_refused_for_being_too_fast_comes_to_its_turn_again() -> None:
    refused = [reply(429, {"message": "slow down"})] * 4
    async with deleting(*refused, reply(204), clients=CLIENTS[:1]) as (deletions, server, turns):
        turns.end()
        await run(deletions)
        assert deletions.gone == 1
    assert len(server.lines) == 5  # three in a turn


async def test_a_service_that_asks_for_long_is_left_alone() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    async with deleting(reply(429, {"message": "slow down"}, Retry_After=later)) as (
        deletions,
        server,
        turns,
    ):
        await run(deletions)
        assert isinstance(deletions.hindrance, RateLimited)
        assert turns.waiting == 0
        assert len(server.lines) == len(deletions.outcomes) <= 4
        assert len(deletions.not_begun) == len(CLIENTS) - len(deletions.outcomes)
        assert deletions.can_go_on


@pytest.mark.parametrize(
    ("behaviour", "error"), [(reply(401, {"message": "invalid or expired jwt"}), SignInNeeded)]
)
async def test_where_nobody_is_signed_in_any_more_the_others_are_not_begun(
    behaviour: Behaviour, error: type[Exception]
) -> None:
    async with deleting(behaviour) as (deletions, server, _):
        await run(deletions)
        assert isinstance(deletions.hindrance, error)
        assert len(deletions.outcomes) <= 4
        assert len(deletions.not_begun) + len(deletions.outcomes) == len(CLIENTS)
        server.behaviours[:] = [reply(204)]
        deletions.try_again(deletions.left)
        await run(deletions)
        assert deletions.gone == len(CLIENTS)


async def test_of_those_that_are_left_it_is_known_which_a_sign_in_may_mend() -> None:
    """Also where it was the look at a client, after an unclear deletion, that was refused."""
    answers: dict[str, list[Behaviour]] = {
        "client_0": [reply(403, "<html>no</html>")],
        "client_1": [reset] * 3 + [reply(401, {"message": "invalid or expired jwt"})] * 2,
    }

    async def behave(wire: Wire) -> None:
        own = answers.get(wire.seen.target.rpartition("/")[2])
        await (own.pop(0) if own else reply(204))(wire)

    async with deleting(behave, at_once=1) as (deletions, _, turns):
        turns.end()
        await run(deletions)
        assert (deletions.left, deletions.refused) == (CLIENTS[:2], CLIENTS[1:2])
        assert isinstance(deletions.outcomes["client_1"], DeleteUnclear)
        assert deletions.needs_sign_in
        assert deletions.not_begun == CLIENTS[2:]
        deletions.try_again(deletions.refused)
        await run(deletions)
        assert (deletions.left, deletions.refused) == (CLIENTS[:1], [])
        assert not deletions.needs_sign_in


async def test_where_nobody_answers_the_others_are_not_begun() -> None:
    async with deleting(reply(204)) as (deletions, server, turns):
        turns.end()
        await server.__aexit__(None, None, None)
        await run(deletions)
        assert isinstance(deletions.hindrance, Unreachable)
        assert (deletions.needs_sign_in, deletions.refused) == (False, [])
        assert len(deletions.outcomes) <= 4
    assert server.lines == []


@pytest.mark.parametrize("at_once", [1, 4])
async def test_once_it_is_stopped_no_other_begins_and_what_is_spared_is_never_begun(at_once: int) -> None:
    answer, stop = asyncio.Event(), asyncio.Event()

    async def behave(wire: Wire) -> None:
        await answer.wait()
        await reply(204)(wire)

    async with deleting(behave, at_once=at_once) as (deletions, server, _):
        running = asyncio.create_task(run(deletions, stop))
        await server.heard(at_once)
        stop.set()
        answer.set()
        await running
        assert len(server.lines) == deletions.gone == at_once
        deletions.spare_the_rest()
        assert not deletions.can_go_on
        await run(deletions)
        assert len(deletions.not_begun) == len(CLIENTS) - at_once
    assert len(server.lines) == at_once
