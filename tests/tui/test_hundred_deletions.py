"""Figure 36 of the reliability figures: a hundred deletions, many with a failure of their own, interrupted.

What stands on screen, in the journal and at the service agrees in the end.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from tests.support.driver import User, using
from tests.support.faults import SECRET, TOKEN, Behaviour, FaultServer, Wire, hang_up, raw, reply, reset
from tests.support.figures import figure, times
from tests.support.world import Wired, World

pytestmark = pytest.mark.slow

NOT_FOUND = reply(404, {"code": "CLIENT_NOT_FOUND", "message": "client not found"})
SIGNED_IN = reply(200, {"access_token": TOKEN, "expires_in": 3666, "scope": "", "token_type": "Bearer"})
REFUSED = reply(401, {"message": "invalid or expired jwt"})
HUNDRED = 100
FIRST: dict[str, Behaviour] = {
    "busy": reply(503, {"message": "later"}),
    "limited": reply(429, {"message": "slow down"}),
    "garbled": raw(b"SSH-2.0-OpenSSH_9.9\r\n", close=True),
    "forbidden": reply(403, "<html>no</html>"),
    "failing": reply(500, {"code": "CLIENT_DELETE_FAILED", "message": "no"}),
    "reset": reset,
    "silent": hang_up,
}
"""What a deletion that goes this way is answered first; a client that stays is answered so each time."""
STAYS = ("forbidden", "failing", "reset", "silent")
LOST = "client_004"
WAYS = ("fine", "fine", "fine", "gone", "lost", *FIRST)


class Unreliable:
    """A service with a hundred clients. Each deletion goes a way of its own."""

    def __init__(self) -> None:
        self.ways = {f"client_{number:03}": WAYS[number % len(WAYS)] for number in range(HUNDRED)}
        self.there = dict.fromkeys(self.ways)
        self.has_ended = False
        """Whether nobody's token or credentials are accepted."""
        self.deletions = 0
        self.before_deletion: Callable[[int], None] = lambda number: None
        """Hears of each request to delete before it is answered."""
        self._tried: Counter[str] = Counter()

    async def sign_in(self, wire: Wire) -> None:
        await (REFUSED if self.has_ended else SIGNED_IN)(wire)

    async def __call__(self, wire: Wire) -> None:
        method, client_id = wire.seen.method, wire.seen.target.rpartition("/")[2]
        if method == "DELETE":
            self.deletions += 1
            self.before_deletion(self.deletions)
        if self.has_ended:
            await REFUSED(wire)
        elif wire.seen.target == CLIENTS_PATH:
            await reply(200, [_item(one) for one in self.there])(wire)
        elif method == "GET":
            await self._looked(client_id)(wire)
        else:
            await self._deleted(client_id)(wire)

    def _looked(self, client_id: str) -> Behaviour:
        if self.ways[client_id] == "silent":
            return hang_up
        return reply(200, _item(client_id)) if client_id in self.there else NOT_FOUND

    def _deleted(self, client_id: str) -> Behaviour:
        way = self.ways[client_id]
        self._tried[client_id] += 1
        if way in FIRST and (way in STAYS or self._tried[client_id] == 1):
            return FIRST[way]
        was_there = client_id in self.there
        self.there.pop(client_id, None)
        if way == "gone" or not was_there:
            return NOT_FOUND
        return hang_up if way == "lost" else reply(204)


def _item(client_id: str) -> dict[str, str]:
    return {"id": client_id, "client_id": client_id, "name": f"n-{client_id}", "description": ""}


INTERRUPTIONS = [
    ("the session ends", 33),
    ("esc", 60),
    ("nothing", 0),
    *(("esc", number) for number in range(1, 100, 12)),
    *(("the session ends", number) for number in range(2, 102, 12)),
][: times(1, 20)]


@pytest.mark.parametrize(("interruption", "at"), INTERRUPTIONS)
async def test_screen_journal_and_service_agree(
    world: World, tmp_path: Path, interruption: str, at: int
) -> None:
    service = Unreliable()
    async with FaultServer(service, sign_in=service.sign_in) as server:
        wired = Wired.to(server.profile(tmp_path), world)
        wired.profile = wired.profile._replace(protected=True)
        async with using(wired) as user:
            await user.does("mark_all", "delete")
            await user.sees(f"Delete {HUNDRED} clients", f"Type how many: {HUNDRED}")

            def interrupt(number: int) -> None:
                if number == at and interruption == "the session ends":
                    service.has_ended = True
                elif number == at:
                    asyncio.get_running_loop().create_task(user.app.run_action("screen.cancel"))

            if interruption != "nothing":
                service.before_deletion = interrupt
            await user.types(str(HUNDRED))
            await user.does("confirm_several")
            if interruption == "the session ends":
                await user.sees("Sign in to fault")
                assert len(user.app.screen_stack) == 3
                service.has_ended = False
                await user.types("client_me")
                await user.presses("tab")
                await user.types(SECRET)
                await user.does("sign_in_now")
            await _is_over(user, service)
            shown = _shown(user)
            journal = Journal(world.journal.path.parent)
            written = {one.client_id: one.ended for one in journal.entries() if one.event is Event.DELETE}
    assert (shown["not begun"] > 0) == (interruption == "esc")
    counted = Counter(written.values())
    compared = [
        (sum(shown.values()), HUNDRED),
        (shown["deleted"], counted[Event.DELETED]),
        (shown["already gone"], counted[Event.ALREADY_GONE]),
        (shown["not deleted"], counted[Event.NOT_DELETED]),
        (shown["unclear"], counted[Event.DELETE_UNCLEAR]),
        (shown["not begun"], HUNDRED - len(written)),
        (shown["deleted"] + shown["already gone"], HUNDRED - len(service.there)),
    ]
    disagreements = sum(one != other for one, other in compared)
    figure(36, interruptions=1, deletions=HUNDRED - shown["not begun"], disagreements=disagreements)
    assert disagreements == 0, compared


class EndsWithAnAnswer(Unreliable):
    """The session ends with a deletion whose answer is lost: nobody can look whether the client is there."""

    def _deleted(self, client_id: str) -> Behaviour:
        self.has_ended |= client_id == LOST
        return hang_up if client_id == LOST else super()._deleted(client_id)


async def test_what_nobody_could_look_at_for_want_of_a_sign_in_is_deleted_after_it(
    world: World, tmp_path: Path
) -> None:
    service = EndsWithAnAnswer()
    async with (
        FaultServer(service, sign_in=service.sign_in) as server,
        using(Wired.to(server.profile(tmp_path), world)) as user,
    ):
        await user.presses(*["space"] * 5)  # the last of them is the one
        await user.does("delete")
        await user.sees("Type how many: 5", LOST)
        await user.types("5")
        await user.does("confirm_several")
        await user.sees("Sign in to fault")
        service.has_ended = False
        service._deleted = lambda client_id: Unreliable._deleted(service, client_id)  # type: ignore[method-assign]
        await user.types("client_me")
        await user.presses("tab")
        await user.types(SECRET)
        await user.does("sign_in_now")
        await user.sees("✓ Of 5 clients: 4 deleted, 1 already gone.")
    assert LOST not in service.there


async def _is_over(user: User, service: Unreliable) -> None:
    """Wait as long as it goes on: a hundred take their time on a slow machine."""
    while "✗ Of" not in user.text:
        before = service.deletions
        await user.waits_for(lambda before=before: "✗ Of" in user.text or service.deletions > before)  # type: ignore[misc]


def _shown(user: User) -> Counter[str]:
    told = re.findall(rf"✗ Of {HUNDRED} clients: ([^.]*)\.", user.text)[-1]  # that of the dialog alone
    return Counter({how: int(count) for count, how in re.findall(r"(\d+) ([a-z ]+)", told)})
