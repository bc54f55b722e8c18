"""`butlr-tui list` where some of what came is no client."""

import json

import pytest
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialVariables, Profile
from butlr_tui.models import Credentials
from butlr_tui.operations.session import Session
from butlr_tui.plain.clients import list_clients
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from tests.support.faults import FaultServer, reply

GOOD = {"id": "client_1", "name": "é<>", "description": "", "client_id": "client_1"}


@pytest.mark.parametrize(
    ("items", "code", "told"),
    [
        ([GOOD], Exit.DONE, ""),
        (
            [{"name": "nobody"}, GOOD],
            Exit.FAILED,
            "One item of the service's list is left out: item 1 is not a client with an id.\n",
        ),
    ],
)
async def test_the_good_ones_are_printed_and_the_bad_ones_told(
    items: list[object], code: Exit, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    async with FaultServer(reply(200, items)) as server:
        pair = Credentials("client_me", SecretStr("mine"))
        bearer = Bearer(SignIn(server.url, "https://butlrauth/"), lambda: pair)
        session = Session(
            Profile("prod", server.url, CredentialVariables()), M2MClient(server.url, bearer), bearer
        )
        assert await run(session, lambda session: list_clients(session, as_json=True)) is code
    printed = capfd.readouterr()
    assert printed.err == told
    assert json.loads(printed.out) == [GOOD | {"created": None}]
    assert printed.out.isascii()
