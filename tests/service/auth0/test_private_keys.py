"""The answer to a create can hold a private signing key: nothing of it gets any further."""

import json
import logging

import httpx
import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.service.auth0.engine import TenantService
from tests.service.conftest import Caller
from tests.support.tenant import PRIVATE_KEY, Fault, Tenant, Wire


@pytest.fixture
def engine() -> str:
    return "auth0"


@pytest.mark.parametrize("fails", ["nothing", "the secret", "the id", "the rest", "the grant", "the record"])
async def test_it_is_nowhere(
    fails: str,
    root: Caller,
    tenant: Tenant,
    wire: Wire,
    tenant_service: TenantService,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    made = {"client_id": "x" * 32, "client_secret": "s" * 64, "signing_keys": [{"key": PRIVATE_KEY}]}
    match fails:
        case "the secret":
            _answer(wire, json.dumps({**made, "client_secret": None}).encode())
        case "the id":
            _answer(wire, json.dumps({**made, "client_id": ""}).encode())
        case "the rest":
            _answer(wire, json.dumps(made).encode()[:-2])
        case "the grant":
            wire.fault = lambda request: Fault(500) if request.url.path.endswith("client-grants") else None
        case "the record":
            tenant.before = lambda call: (
                tenant_service.orphans.close() if call == "POST client-grants" else None
            )
    reply = await root.request("POST", CLIENTS_PATH, json={"name": "n"})
    assert reply.status_code == (201 if fails == "nothing" else 500)
    listed = await root.request("GET", CLIENTS_PATH)
    assert tenant.calls("POST", "/api/v2/clients")
    told = reply.text + listed.text + caplog.text + "".join(capfd.readouterr())
    assert PRIVATE_KEY not in told
    assert "signing_keys" not in told


def _answer(wire: Wire, body: bytes) -> None:
    def fault(request: httpx.Request) -> Fault | None:
        is_create = (request.method, request.url.path) == ("POST", "/api/v2/clients")
        return Fault(201, body, after=True) if is_create else None

    wire.fault = fault
