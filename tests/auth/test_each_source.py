"""Each source at the running service: good, wrong, expired, revoked, slow and malformed; then signing in again."""

import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui.api import client as api
from butlr_tui.auth import programs, sign_in
from butlr_tui.auth.credentials import TypedClient, TypedToken
from butlr_tui.config.profiles import CredentialCommand, Profile, TokenCommand
from butlr_tui.http import errors
from butlr_tui.models import Client, Credentials
from butlr_tui.operations import outcomes
from butlr_tui.operations.connect import connect
from butlr_tui.operations.session import Session
from butlr_tui.service.local import LocalService, open_service
from tests.auth.test_token_claims import jwt
from tests.service.conftest import Clock
from tests.support.faults import SECRET, TOKEN, Behaviour, FaultServer, endless, reply, stall
from tests.support.holders import PAIRS, READ_AGAIN, TOKENS, Holder, as_json, root_of, session_of

PAIR = Credentials("client_me", SecretStr(SECRET))


@dataclass
class Here:
    """The service, and a client of its root's that signs in there."""

    service: LocalService
    clock: Clock
    pair: Credentials
    folder: Path

    @property
    def transport(self) -> httpx.ASGITransport:
        return httpx.ASGITransport(self.service.app, raise_app_exceptions=False)

    async def token(self) -> str:
        """A token of the client's."""
        async with root_of(self.service) as root:
            return (await root.try_pair(outcomes.Created("", self.pair))).value.get_secret_value()

    async def revoke(self) -> None:
        """Deletes the client."""
        async with root_of(self.service) as root:
            ended = await root.delete(Client(id=self.pair.client_id))
            assert isinstance(ended, outcomes.Deleted)

    async def holder(self, kind: str) -> Holder:
        """A source of that kind with good content."""
        return holding(kind, self.folder, as_json(self.pair) if kind in PAIRS else await self.token())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[LocalService]:
    opened = open_service(tmp_path / "data", now=clock)
    yield opened
    opened.close()


@pytest.fixture
async def here(service: LocalService, clock: Clock, tmp_path: Path) -> AsyncIterator[Here]:
    async with root_of(service) as root:
        made = await root.create("the holder", "")
        assert isinstance(made, outcomes.Created)
    yield Here(service, clock, made.credentials, tmp_path)


async def signs_in_again(session: Session, here: Here) -> None:
    """The same session goes on once something good is typed."""
    root = here.service.root
    await session.sign_in(TypedClient(root.client_id, root.client_secret))
    assert root.client_id in [client.client_id for client in await session.list()]
    assert session.identity is not None and session.identity.client_id == root.client_id


def holding(kind: str, folder: Path, content: str = "") -> Holder:
    """A source that needs no service of ours."""
    return Holder(kind, folder / "held", content or (as_json(PAIR) if kind in PAIRS else TOKEN))


def tells_no_secret(error: BaseException, *secrets: str) -> None:
    printed = "".join(traceback.format_exception(error)) + repr(error)
    assert not [secret for secret in secrets if secret in printed]


@pytest.mark.parametrize("kind", [*PAIRS, *TOKENS])
async def test_good(here: Here, kind: str) -> None:
    holder = await here.holder(kind)
    async with session_of(holder, "http://localhost", here.transport) as session:
        await holder.sign_in(session)
        made = await session.create("new", "")
        assert isinstance(made, outcomes.Created)
        assert [client.name for client in await session.list()] == ["new"]
        assert session.identity is not None
        assert session.identity.client_id == here.pair.client_id
        assert session.identity.warning is None
        assert session.current_token is not None
        assert session.current_token.static == (kind in TOKENS)
        left = session.current_token.seconds_left()
        assert left is not None and 3500 < left <= 3600


@pytest.mark.parametrize("kind", PAIRS)
async def test_a_wrong_pair(here: Here, kind: str) -> None:
    wrong = Credentials(here.pair.client_id, SecretStr("canary-wrong"))
    holder = holding(kind, here.folder, as_json(wrong))
    async with session_of(holder, "http://localhost", here.transport) as session:
        with pytest.raises(errors.CredentialsRefused) as caught:
            await holder.sign_in(session)
            await session.list()
        tells_no_secret(caught.value, "canary")
        if kind != "typed pair":
            ended = await session.create("new", "")
            assert isinstance(ended, outcomes.NotCreated)
            assert isinstance(ended.error, errors.CredentialsRefused)
        await signs_in_again(session, here)


@pytest.mark.parametrize("kind", TOKENS)
async def test_a_wrong_token(here: Here, kind: str) -> None:
    wrong = jwt({"client_id": here.pair.client_id, "canary": 1})
    holder = holding(kind, here.folder, wrong)
    async with session_of(holder, "http://localhost", here.transport) as session:
        with pytest.raises(errors.SignInNeeded) as caught:
            await holder.sign_in(session)  # where one pastes it, it is tried at once
            await session.list()
        tells_no_secret(caught.value, wrong)
        ended = await session.create("new", "")
        assert isinstance(ended, outcomes.NotCreated)
        kept = errors.CredentialError if kind == "pasted token" else errors.SignInNeeded
        assert isinstance(ended.error, kept)
        await signs_in_again(session, here)


async def test_a_pasted_token_that_is_refused_leaves_what_worked(here: Here) -> None:
    holder = await here.holder("credential file")
    wrong = jwt({"client_id": here.pair.client_id, "canary": 1})
    async with session_of(holder, "http://localhost", here.transport) as session:
        for _ in range(2):  # also before anybody has signed in
            with pytest.raises(errors.CredentialsRefused) as caught:
                await session.sign_in(TypedToken(SecretStr(wrong)))
            assert caught.value.message == "localhost:80 does not accept this token (invalid or expired jwt)."
            tells_no_secret(caught.value, wrong)
            assert await session.list() == []
            assert not session.can_return_to_own
        here.clock.ahead(4000)
        assert await session.list() == []  # renewed with the profile's own credentials


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (stall, errors.NoResponse, "took too long"),
        (reply(500, {"message": "tired"}), errors.ServerFailed, "Could not try the token: tired."),
        (reply(403, "<html>"), errors.GatewayRefused, "the service itself was not reached"),
        (reply(404, {}), errors.NoService, "There is no M2M service at"),
        (
            reply(401, {"message": "missing or malformed jwt"}),
            errors.CredentialsRefused,
            r"does not accept this token \(missing or malformed jwt\)",
        ),
    ],
)
async def test_a_pasted_token_that_could_not_be_tried_is_not_used(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Behaviour,
    kind: type[errors.ServiceError],
    words: str,
) -> None:
    monkeypatch.setattr(api, "TRIAL", 2.0)
    holder = holding("token file", tmp_path)
    async with FaultServer(answer, reply(200, [])) as server, session_of(holder, server.url) as session:
        with pytest.raises(kind, match=words):
            await session.sign_in(TypedToken(SecretStr("pasted")))
        assert await session.list() == []
        assert [seen.headers["authorization"] for seen in server.seen] == ["Bearer pasted", f"Bearer {TOKEN}"]


async def test_a_pasted_token_is_tried_without_reading_a_long_list(tmp_path: Path) -> None:
    flood = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"[" * 4096)
    holder = holding("pasted token", tmp_path)
    async with FaultServer(flood) as server, session_of(holder, server.url) as session:
        await holder.sign_in(session)
        assert session.current_token is not None and session.current_token.value.get_secret_value() == TOKEN


@pytest.mark.parametrize(
    "kind", [kind for kind in (*PAIRS, *TOKENS) if not kind.startswith(("typed", "pasted"))]
)
async def test_the_profile_s_own_credentials_come_back(here: Here, kind: str) -> None:
    holder = await here.holder(kind)
    async with session_of(holder, "http://localhost", here.transport) as session:
        await session.list()
        assert not session.can_return_to_own
        await signs_in_again(session, here)
        assert session.can_return_to_own
        await session.return_to_own()
        assert not session.can_return_to_own
        assert session.identity is not None and session.identity.client_id == here.pair.client_id
        assert await session.list() == []


async def test_own_credentials_that_are_refused_leave_what_was_typed(here: Here) -> None:
    holder = await here.holder("token file")
    async with session_of(holder, "http://localhost", here.transport) as session:
        await signs_in_again(session, here)
        for content, kind in (("two words", errors.CredentialError), ("wrong", errors.CredentialsRefused)):
            holder.put(content)
            with pytest.raises(kind):
                await session.return_to_own()
            assert session.can_return_to_own
            assert len(await session.list()) == 2


async def test_a_profile_that_asks_has_nothing_to_return_to(here: Here) -> None:
    async with session_of(holding("typed pair", here.folder), "http://localhost", here.transport) as session:
        await signs_in_again(session, here)
        assert not session.can_return_to_own


@pytest.mark.parametrize("kind", PAIRS)
async def test_an_expired_token_of_a_pair_is_renewed(here: Here, kind: str) -> None:
    holder = await here.holder(kind)
    async with session_of(holder, "http://localhost", here.transport) as session:
        await holder.sign_in(session)
        await session.list()
        here.clock.ahead(4000)
        assert await session.list() == []
        here.clock.ahead(4000)
        ended = await session.create("new", "")  # never sent twice by itself
        assert isinstance(ended, outcomes.NotCreated)
        assert isinstance(ended.error, errors.TokenRenewed)
        assert isinstance(await session.create("new", ""), outcomes.Created)


@pytest.mark.parametrize("kind", TOKENS)
async def test_an_expired_token_asks_to_sign_in(here: Here, kind: str) -> None:
    holder = await here.holder(kind)
    async with session_of(holder, "http://localhost", here.transport) as session:
        await holder.sign_in(session)
        await session.list()
        here.clock.ahead(4000)
        with pytest.raises(errors.SignInNeeded, match="no longer accepts your token"):
            await session.list()
        ended = await session.create("new", "")
        assert isinstance(ended, outcomes.NotCreated)
        assert isinstance(ended.error, errors.SignInNeeded)
        if kind in READ_AGAIN:
            holder.put(await here.token())
            assert await session.list() == []
        else:
            await session.sign_in(TypedToken(SecretStr(await here.token())))
            assert await session.list() == []
        await signs_in_again(session, here)


@pytest.mark.parametrize("kind", [*PAIRS, *TOKENS])
async def test_revoked(here: Here, kind: str) -> None:
    holder = await here.holder(kind)
    async with session_of(holder, "http://localhost", here.transport) as session:
        await holder.sign_in(session)
        await session.list()
        await here.revoke()
        kept = errors.CredentialsRefused if kind in PAIRS else errors.SignInNeeded
        with pytest.raises(kept):
            await session.list()
        ended = await session.create("new", "")
        assert isinstance(ended, outcomes.NotCreated)
        assert isinstance(ended.error, kept)
        await signs_in_again(session, here)


@pytest.mark.parametrize("kind", PAIRS)
async def test_a_slow_sign_in(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "DEADLINE", 1.0)
    holder = holding(kind, tmp_path)
    async with (
        FaultServer(reply(200, []), sign_in=stall) as server,
        session_of(holder, server.url) as session,
    ):
        with pytest.raises(errors.NoToken, match="took too long"):
            await holder.sign_in(session)
            await session.token()
        assert server.seen == []
        assert len(server.sign_ins) == 1


@pytest.mark.parametrize("kind", TOKENS)
async def test_a_slow_service(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "CREATE", 1.0)
    holder = holding(kind, tmp_path)
    tried = [reply(200, [])] if kind == "pasted token" else []
    async with FaultServer(*tried, stall) as server, session_of(holder, server.url) as session:
        await holder.sign_in(session)
        ended = await session.create("new", "")
        assert isinstance(ended, outcomes.CreateUnclear)
        assert server.sign_ins == []
        assert len(server.seen) == len(tried) + 1


@pytest.mark.parametrize("source", [CredentialCommand(("sleep", "60")), TokenCommand(("sleep", "60"))])
async def test_a_slow_command(
    here: Here, source: CredentialCommand | TokenCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "LIMIT", 0.2)
    session = connect(Profile("p", "http://localhost", source), here.transport)
    with pytest.raises(errors.CredentialError, match=r"sleep did not answer within 0\.2 s and was stopped\."):
        await session.list()
    await signs_in_again(session, here)
    await session.aclose()


@pytest.mark.parametrize(
    "content", ["", "canary canary", "canary\nX: y", '{"canary": 1}', "canary\0", "canaryé"]
)
@pytest.mark.parametrize("kind", [*PAIRS, *TOKENS])
async def test_malformed_content(tmp_path: Path, kind: str, content: str) -> None:
    if kind == "typed pair":
        content = as_json(Credentials("canary\x1b", SecretStr("canary")))
    holder = Holder(kind, tmp_path / "held", content)
    async with FaultServer(reply(200, [])) as server:
        async with session_of(holder, server.url) as session:
            with pytest.raises(errors.CredentialError) as caught:
                await holder.sign_in(session)
                await session.list()
            tells_no_secret(caught.value, "canary")
            assert caught.value.message.isprintable()
        assert server.seen == server.sign_ins == []


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("answer", ["<html>", "[]", {"access_token": "a b", "expires_in": 9}, {}])
async def test_a_malformed_answer_to_the_sign_in(
    tmp_path: Path, kind: str, answer: str | dict[str, object]
) -> None:
    holder = holding(kind, tmp_path)
    async with FaultServer(reply(200, []), sign_in=reply(200, answer)) as server:
        async with session_of(holder, server.url) as session:
            with pytest.raises(errors.NoToken, match="without a usable token"):
                await holder.sign_in(session)
                await session.list()
        assert server.seen == []


async def test_a_token_with_azp_alone_is_explained_before_and_after_the_401(tmp_path: Path) -> None:
    token = jwt({"azp": "auth0-id", "scope": "read:rooms", "exp": 4e9})
    refusal = {"message": "token is valid but missing client_id"}
    async with (
        FaultServer(reply(401, refusal)) as stub,
        session_of(holding("token variable", tmp_path, token), stub.url) as session,
    ):
        await session.token()
        assert session.identity is not None
        assert session.identity.warning == (
            "Your token names its holder in azp and has no client_id: the service answers "
            "“token is valid but missing client_id”."
        )
        with pytest.raises(errors.TokenWithoutClientId):
            await session.list()
        assert len(stub.seen) == 1
        with pytest.raises(
            errors.TokenWithoutClientId, match="names no client_id"
        ):  # pasted: before it is used
            await session.sign_in(TypedToken(SecretStr(token)))
