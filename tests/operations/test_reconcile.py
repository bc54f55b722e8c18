"""Figure 4 of the reliability figures: after a create without a clear answer, nothing is said that is not known.

Colleagues create and delete clients of the same name before the create, and between the looks at the list;
our own client comes at once, late or never; looks fail. What may be said is worked out from what each look saw.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialVariables, Profile
from butlr_tui.flows import wording
from butlr_tui.http.errors import ServiceError
from butlr_tui.http.retry import Sleep
from butlr_tui.models import Client, Credentials
from butlr_tui.operations import outcomes
from butlr_tui.operations.session import WAITS, Session
from butlr_tui.tui.commands import key
from tests.support.figures import figure, times

URL = "http://localhost"
NAME = "n"
NEVER = len(WAITS)
names = st.sampled_from([NAME, "other"])
counts: Counter[str] = Counter()


@dataclass(frozen=True)
class Meanwhile:
    """What happens before one look."""

    foreign: Sequence[str]
    """Names of clients that a colleague creates."""
    deleted: int
    """How many of the first ones a colleague deletes."""
    is_blind: bool
    """The look itself fails."""


betweens = st.builds(Meanwhile, st.lists(names, max_size=3), st.integers(0, 2), st.booleans())
looks = st.lists(betweens, min_size=len(WAITS), max_size=len(WAITS))
arrivals = st.sampled_from([0, 1, 2, 3, NEVER])
"""The look before which our own client comes."""
statuses = st.sampled_from([None, 302, 500, 502, 504])
"""Of the answer to the create; None is no answer."""


class Reconciling(RuleBasedStateMachine):
    """A service, the list that the app has of it, and creates that get no clear answer."""

    def __init__(self) -> None:
        super().__init__()
        self.clients: dict[str, str] = {}
        self.known: set[str] = set()
        self.made = 0

    def _add(self, name: str) -> None:
        self.made += 1
        self.clients[f"client_{self.made}"] = name

    @rule(name=names)
    def a_colleague_creates(self, name: str) -> None:
        """The app does not see it before it reads the list."""
        self._add(name)

    @rule(which=st.integers(0, 9))
    def a_colleague_deletes(self, which: int) -> None:
        """Any of them."""
        for client_id in list(self.clients)[which : which + 1]:
            del self.clients[client_id]

    @rule()
    def the_app_reads_the_list(self) -> None:
        """What is in it from now on is no new client."""
        self.known = set(self.clients)

    @initialize(arrives=arrivals, status=statuses, between=looks)
    def the_first_create_gets_no_clear_answer(
        self, arrives: int, status: int | None, between: list[Meanwhile]
    ) -> None:
        """In every run there is one."""
        asyncio.run(self._create(arrives, status, between))

    @rule(arrives=arrivals, status=statuses, between=looks)
    def a_create_gets_no_clear_answer(
        self, arrives: int, status: int | None, between: list[Meanwhile]
    ) -> None:
        """And the app looks for it, as often as it may."""
        asyncio.run(self._create(arrives, status, between))

    async def _create(self, arrives: int, status: int | None, between: list[Meanwhile]) -> None:
        sent: list[str] = []
        saw: list[list[Client] | None] = []

        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("login"):
                return _json(200, {"access_token": "t", "expires_in": 3600})
            sent.append(request.method)
            if request.method == "POST":
                if status is None:
                    raise httpx.ReadTimeout("x")
                return _json(status, {"message": "x"})
            if between[len(saw)].is_blind:
                saw.append(None)
                return _json(500, {"message": "x"})
            saw.append([Client(item, item, name) for item, name in self.clients.items()])
            return _json(200, [{"id": item, "name": name} for item, name in self.clients.items()])

        async def sleep(_: float) -> None:
            """A look is due: the world has gone on."""
            now = between[len(saw)]
            if len(saw) == arrives:
                self._add(NAME)
            for name in now.foreign:
                self._add(name)
            for client_id in list(self.clients)[: now.deleted]:
                del self.clients[client_id]

        session = _session(httpx.MockTransport(answer), sleep)
        ended = await session.create(NAME, "")
        assert isinstance(ended, outcomes.CreateUnclear)
        try:
            found: list[Client] | ServiceError = await session.look_for(NAME, self.known)
        except ServiceError as error:
            found = error
        await session.aclose()
        counts["unclear creates"] += 1
        counts["wrong certainties"] += not (
            self._is_borne_out(found, saw) and _is_worded_with_care(ended, found)
        )
        assert sent == ["POST"] + ["GET"] * len(saw)  # nothing sent twice, nothing deleted
        assert counts["wrong certainties"] == 0

    def _is_borne_out(self, found: list[Client] | ServiceError, saw: Sequence[list[Client] | None]) -> bool:
        """Whether just that was found which the looks saw, and they went on for as long as they saw nothing."""
        new = [
            [seen.id for seen in look if seen.name == NAME and seen.id not in self.known]
            for look in saw
            if look is not None
        ]
        if isinstance(found, ServiceError):
            return not new and len(saw) == len(WAITS)
        if not found:
            return not any(new) and len(saw) == len(WAITS)
        return [client.id for client in found] == new[-1] and not any(new[:-1])


def _is_worded_with_care(ended: outcomes.CreateUnclear, found: list[Client] | ServiceError) -> bool:
    """Whether the app's sentence says how sure it is."""
    if isinstance(found, ServiceError):
        said = wording.could_not_look(NAME, ended.error, found, key)
        return "may or may not exist" in said and "could make a second one" in said
    match len(found):
        case 0:
            said = wording.not_seen(NAME, ended.error, "0, 1, 3 and 10 s", key)
            return "may or may not exist" in said and "not seen yet" in said
        case 1:
            said = wording.found(NAME, ended.error, found, "create again", key)
            return "probably this one" in said and "Unless a colleague made it" in said
    said = wording.found(NAME, ended.error, found, "create again", key)
    return "may be one of them" in said and f"{len(found)} clients" in said


def _session(transport: httpx.MockTransport, sleep: Sleep) -> Session:
    pair = Credentials("client_me", SecretStr("s"))
    bearer = Bearer(SignIn(URL, "a", transport), lambda: pair)
    profile = Profile("p", URL, CredentialVariables())
    return Session(profile, M2MClient(URL, bearer, transport), bearer, sleep=sleep)


def _json(status: int, body: object) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode()))


def test_nothing_is_said_that_the_looks_do_not_bear_out() -> None:
    counts.clear()
    run_state_machine_as_test(
        Reconciling,
        settings=settings(
            max_examples=times(60, 1000),
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
        ),
    )
    figure(4, **{what.replace(" ", "_"): counts[what] for what in ("unclear creates", "wrong certainties")})
    assert counts["unclear creates"] > 50
