"""An Auth0 that strangers wrote, over https with an authority of our own: its tokens and keys, read by the engine.

npm's `@simulacrum/auth0-simulator`, installed in the folder that BUTLR_TUI_SIMULATOR names, as .ci/run does.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr

from butlr_tui.contract import AUDIENCE
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Credentials
from butlr_tui.service.auth0.engine import TenantService, open_tenant_service
from butlr_tui.service.store import InvalidToken
from tests.http.test_tls import DAY, NOW, authority, issue
from tests.support.oracles import SIMULATOR, needs_package
from tests.support.programs import needs

__all__ = ["authority"]

PACKAGE: Final = "@simulacrum/auth0-simulator"
# Read here: no test sees variables of ours in its environment.
FOLDER: Final = os.environ.get("BUTLR_TUI_SIMULATOR", "")
PROGRAM: Final = f"""
require("{PACKAGE}").simulation().listen(0, "127.0.0.1").then(({{port}}) => console.log(port))
"""


@pytest.fixture
async def url(tmp_path: Path, authority: object, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Where it listens."""
    needs("npm", "node")
    if not (Path(FOLDER) / "node_modules" / PACKAGE).is_dir():
        pytest.skip(needs_package(SIMULATOR))
    pem = issue(tmp_path, authority, "localhost", NOW + DAY).read_bytes()  # type: ignore[arg-type]
    certificates = tmp_path / ".simulacrum" / "certs"
    certificates.mkdir(parents=True)
    for name in ("localhost.pem", "localhost-key.pem"):
        (certificates / name).write_bytes(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    process = await asyncio.create_subprocess_exec(
        "node",
        "-e",
        PROGRAM,
        cwd=FOLDER,
        env={**os.environ, "HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    port = ""
    while not port.isdecimal():  # it logs besides
        line = await process.stdout.readline()
        assert line, "it ended"
        port = line.decode().strip()
    yield f"https://localhost:{port}"
    process.kill()
    await process.communicate()


def _service(url: str, data: Path) -> TenantService:
    environment = {"AUTH0_DOMAIN": url, "AUTH0_CLIENT_ID": "id", "AUTH0_CLIENT_SECRET": "secret"}
    # It names no client in its tokens: `gty` stands in for that.
    return open_tenant_service(data, environment | {"BUTLR_CALLER_CLAIMS": "gty"})


async def test_its_tokens_are_verified_with_its_keys(url: str, data: Path) -> None:
    service = _service(url, data)
    engine = service.app.engine
    try:
        issued = await engine.sign_ins.token_for(Credentials("anybody", SecretStr("anything")))
        assert issued is not None
        assert (issued.scope, issued.expires_in) == ("", 86_400)
        # Its Management API is none, so that nobody is there; but the token was found good before that was asked.
        with pytest.raises(ServiceError, match="GET clients"):
            await engine.callers.caller(issued.access_token)
        head, claims, signature = issued.access_token.split(".")
        for forged in (f"{head}.{claims}.{signature[:-4]}AAAA", f"{head}.{claims[:-4]}AAAA.{signature}"):
            with pytest.raises(InvalidToken):
                await engine.callers.caller(forged)
    finally:
        await service.stop()
        service.close()


async def test_a_token_for_another_audience_is_not_ours(url: str, data: Path) -> None:
    service = _service(url, data)
    try:
        token = await service.store._api.token.get()
        assert AUDIENCE not in token.value
        with pytest.raises(InvalidToken):
            await service.app.engine.callers.caller(token.value)
    finally:
        await service.stop()
        service.close()
