"""When the operator is warned that a token ends, and when they are asked who they are."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.auth.credentials import TypedToken
from butlr_tui.config.profiles import CredentialFile, Prompt, Source, TokenFile
from butlr_tui.http.errors import (
    CredentialError,
    CredentialsRefused,
    ServiceError,
    TokenUnreadable,
    TokenWithoutClientId,
    Unreachable,
)
from butlr_tui.operations.session import Session
from butlr_tui.operations.token_status import asks_who_it_is, seconds_to_its_end
from tests.support.jwt_forger import JwtForger
from tests.support.world import NOW, Reply, World

Opens = Callable[[Source], Session]


@pytest.fixture
async def opens(world: World) -> AsyncIterator[Opens]:
    """Opens a session whose credentials come from there."""
    opened: list[Session] = []

    def open_with(source: Source) -> Session:
        opened.append(world.connect(world.profile._replace(source=source)))
        return opened[-1]

    yield open_with
    for session in opened:
        await session.aclose()


@pytest.fixture
def forger(world: World) -> JwtForger:
    """Makes tokens with the key of the service."""
    return JwtForger.of(world.service.root_file.parent, world.service.root.client_id, "", NOW.timestamp())


def token_file(folder: Path, token: str) -> TokenFile:
    file = folder / "token"
    file.write_text(token)
    file.chmod(0o600)
    return TokenFile(file)


async def refused(session: Session) -> ServiceError:
    """Why the list can't be read."""
    with pytest.raises(ServiceError) as told:
        await session.list()
    return told.value


async def test_nobody_is_warned_of_the_end_of_a_token_that_is_renewed_by_itself(session: Session) -> None:
    assert seconds_to_its_end(session.current_token) is None
    await session.list()
    assert seconds_to_its_end(session.current_token) is None


async def test_it_is_known_how_long_a_token_still_holds_that_nobody_renews(
    opens: Opens, forger: JwtForger, tmp_path: Path
) -> None:
    in_an_hour = datetime.now(UTC).timestamp() + 3600
    session = opens(token_file(tmp_path, forger.claiming(exp=in_an_hour)))
    await session.token()
    left = seconds_to_its_end(session.current_token)
    assert left is not None
    assert 3000 < left <= 3600


async def test_of_one_that_does_not_say_when_it_ends_nothing_is_warned(opens: Opens, tmp_path: Path) -> None:
    session = opens(token_file(tmp_path, "opaque"))
    await session.token()
    assert seconds_to_its_end(session.current_token) is None


async def test_whoever_has_not_signed_in_is_asked_where_the_profile_asks(opens: Opens) -> None:
    session = opens(Prompt())
    assert asks_who_it_is(session, await refused(session))


async def test_whoever_had_a_pair_stored_that_is_refused_now_is_asked(opens: Opens, tmp_path: Path) -> None:
    """Its client is gone since, or was replaced."""
    stored = tmp_path / "pair"
    stored.write_text('{"client_id": "client_gone", "client_secret": "secret"}')
    stored.chmod(0o600)
    session = opens(Prompt(stored))
    error = await refused(session)
    assert isinstance(error, CredentialsRefused)
    assert asks_who_it_is(session, error)
    session = opens(CredentialFile(stored))
    assert not asks_who_it_is(session, await refused(session))


async def test_nobody_is_asked_where_the_profile_has_credentials_of_its_own(
    opens: Opens, tmp_path: Path
) -> None:
    session = opens(CredentialFile(tmp_path / "none"))
    error = await refused(session)
    assert isinstance(error, CredentialError)
    assert not asks_who_it_is(session, error)


async def test_nobody_is_asked_for_what_is_wrong_with_the_service(
    world: World, opens: Opens, forger: JwtForger
) -> None:
    session = opens(Prompt())
    error = Unreachable("Nobody answers.")
    assert not asks_who_it_is(session, error)
    await session.sign_in(TypedToken(SecretStr(forger.claiming())))
    world.between.answer("GET", Reply(403, b"<html>"))
    assert not asks_who_it_is(session, await refused(session))


async def test_once_a_token_has_had_its_day_another_is_asked_for(
    opens: Opens, forger: JwtForger, tmp_path: Path
) -> None:
    session = opens(token_file(tmp_path, forger.claiming(exp=forger.now - 86_400)))
    assert asks_who_it_is(session, await refused(session))


async def test_no_other_token_is_asked_for_where_the_service_would_take_none(
    world: World, opens: Opens, forger: JwtForger, tmp_path: Path
) -> None:
    """A gateway drops the header, or what gives out the tokens leaves a claim out of all of them."""
    session = opens(token_file(tmp_path, forger.claiming()))
    world.between.answer("GET", Reply(401, {"message": "missing or malformed jwt"}))
    error = await refused(session)
    assert isinstance(error, TokenUnreadable)
    assert not asks_who_it_is(session, error)
    session = opens(token_file(tmp_path, forger.claiming(without="client_id")))
    error = await refused(session)
    assert isinstance(error, TokenWithoutClientId)
    assert not asks_who_it_is(session, error)
