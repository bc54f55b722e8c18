"""Long lists and the garbage collector."""

import gc
import json

from tests.support.lists import taken_in


async def test_the_collector_passes_by_the_clients_of_a_list() -> None:
    items = [{"id": f"client_{number}", "name": "n", "description": "d"} for number in range(1_000)]
    clients = await taken_in(json.dumps(items).encode())
    assert len(clients) == 1_000
    assert not any(map(gc.is_tracked, clients))
    assert gc.is_tracked(clients)
    assert clients[-1].client_id == "client_999"
