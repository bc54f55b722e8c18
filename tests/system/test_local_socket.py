"""Where a service's socket is: in its data folder, or where a long path leaves it room."""

from pathlib import Path

import pytest

from butlr_tui.system.local_socket import socket_path


def test_in_the_data_folder(tmp_path: Path) -> None:
    assert socket_path(Path("/data"), {}) == Path("/data/serve.sock")


@pytest.mark.parametrize("length", [97, 200])
def test_a_path_that_is_too_long_moves_to_where_the_user_keeps_what_runs(length: int) -> None:
    data = Path("/" + "d" * (length - 1))
    assert socket_path(data, {}) is None
    found = socket_path(data, {"XDG_RUNTIME_DIR": "/run/user/1000"})
    assert found is not None
    assert found.parent == Path("/run/user/1000/butlr-tui")
    assert found == socket_path(data, {"XDG_RUNTIME_DIR": "/run/user/1000"})
    assert found != socket_path(data / "x", {"XDG_RUNTIME_DIR": "/run/user/1000"})
    assert socket_path(data, {"XDG_RUNTIME_DIR": "/" + "r" * 200}) is None


def test_the_longest_that_fits() -> None:
    data = Path("/" + "d" * 95)
    assert socket_path(data, {}) == data / "serve.sock"
    assert len(bytes(data / "serve.sock")) == 107
