"""The whole way, with keys only, in a real tmux: list, filter, create, reveal, copy, delete."""

import os
import re
import shlex
import sys
import tempfile
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Run
from tests.support.programs import needs
from tests.support.tmux import TmuxServer
from tests.support.waiting import until

pytestmark = pytest.mark.slow

_OSC_52 = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]+)\x07")


@pytest.fixture
async def tmux(data: Path) -> AsyncIterator[TmuxServer]:
    needs("tmux")
    with tempfile.TemporaryDirectory() as folder:  # a socket's path may have no more than some 100 characters
        server = TmuxServer(Path(folder) / "s")
        server.environment |= {name: os.environ[name] for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        yield server
        server.close()


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=["wide", "narrow"])
async def test_list_filter_create_reveal_copy_sign_in_and_delete(
    tmux: TmuxServer, serving: str, butlr_tui: Run, size: tuple[int, int]
) -> None:
    token = butlr_tui("token", "--profile", "local").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=serving, headers=headers, trust_env=False) as curl:
        await curl.post("/api/v1/client", json={"name": "made-by-curl", "description": "[/b]\u202e"})

        app = f"exec {sys.executable} -m butlr_tui --profile local"
        tmux.start("ours", app, size)
        tmux("set-option", "-g", "window-size", "manual")
        outer = await tmux.attach("ours")
        await tmux.shows("ours", "2 clients, read at")
        await tmux.shows("ours", "made-by-curl")

        tmux.presses("ours", "/", "curl", "Enter")
        await tmux.shows("ours", "1 of 1")
        tmux.presses("ours", "Escape")
        await tmux.shows("ours", "of 2")

        tmux.presses("ours", "n", "from-the-app", "Enter", "Enter")
        await tmux.shows("ours", "store its secret now")
        tmux.presses("ours", "v")
        await until(lambda: "••••" not in tmux.screen("ours"))
        tmux.presses("ours", "c")
        await tmux.shows("ours", "Sent to your terminal through tmux")
        await until(lambda: _OSC_52.search(outer.output))
        found = _OSC_52.search(outer.output)
        assert found
        secret = b64decode(found[1]).decode()
        assert secret in tmux.screen("ours")  # it was revealed, whole and on one line

        listed = (await curl.get("/api/v1/client")).json()
        (new,) = (client for client in listed if client["name"] == "from-the-app")
        login = {
            "client_id": new["client_id"],
            "client_secret": secret,
            "audience": "https://butlrauth/",
            "grant_type": "client_credentials",
        }
        assert (await curl.post("/api/v2/clients/login", json=login)).status_code == 200

        tmux.presses("ours", "Escape")
        await tmux.shows("ours", "It is only in your clipboard")
        tmux.presses("ours", "Tab", "Enter")
        await tmux.shows("ours", "its secret is stored by your word")

        tmux.presses("ours", "d")
        await tmux.shows("ours", "can't be undone")
        tmux.presses("ours", *new["client_id"][-6:], "Enter")  # one by one: "0x2C" is a key to tmux
        await tmux.shows("ours", f"“from-the-app” ({new['client_id']}) is deleted.")
        missing = await curl.get(f"/api/v1/client/{new['client_id']}")
        assert (missing.status_code, missing.json()["code"]) == (404, "CLIENT_NOT_FOUND")
        assert secret not in tmux("capture-pane", "-p", "-S", "-", "-t", "ours")


# The built-in profile names a port of this machine, which may be taken: here it names another one.
_ON_ANOTHER_PORT = """
import sys
from butlr_tui.config import model
model.LOCAL_URL = sys.argv.pop(1)
from butlr_tui.cli import main
main()
"""


async def test_from_nothing_configured_to_the_local_list_in_two_inputs(
    tmux: TmuxServer, listening: str
) -> None:
    app = shlex.join([sys.executable, "-c", _ON_ANOTHER_PORT, listening])
    tmux.start("ours", f"exec {app}", (80, 24))
    await tmux.shows("ours", "another address")
    tmux.presses("ours", "Down")
    await tmux.shows("ours", "◉ local")
    tmux.presses("ours", "Enter")
    await tmux.shows("ours", "1 client, read at")
