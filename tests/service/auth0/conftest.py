"""The fake tenant on a port, for engines in other processes."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tests.support.tenant import Tenant


@pytest.fixture
def tenant_on_a_port() -> Iterator[Tenant]:
    """On a port of its own, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Tenant(time.time, url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    config = uvicorn.Config(made.app, lifespan="off", log_config=None, ws="none", http="h11", loop="asyncio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield made
    server.should_exit = True
    thread.join(20)
    listener.close()
