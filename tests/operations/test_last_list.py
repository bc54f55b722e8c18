"""What the shells complete: the ids and names of the last list of each profile, in a file that is ours alone."""

import stat
import time
from pathlib import Path

import pytest

from butlr_tui.models import Client
from butlr_tui.operations import last_list

SEVERAL = [Client(f"client_{number:05}", name=f"n{number}") for number in range(9000)]
"""More than are kept, in the order in which services list them: the newest come last."""
MOST = 2000


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "butlr-tui" / "clients"


def lines(*clients: Client) -> str:
    return "".join(f"{client.client_id}\t{client.name}\n" for client in clients)


def test_each_profile_has_its_own_and_the_newest_come_first(cache: Path) -> None:
    old, new, other = (Client(f"client_{which}", name=which) for which in ("1old", "2new", "3other"))
    last_list.keep("prod", [old, new])
    last_list.keep("lab", [other])
    assert (cache / "prod").read_text() == lines(new, old)
    assert (cache / "lab").read_text() == lines(other)
    last_list.keep("prod", [new])
    assert (cache / "prod").read_text() == lines(new)


@pytest.mark.parametrize("is_reversed", [False, True], ids=["the newest last", "the newest first"])
def test_of_many_the_newest_are_kept_in_whatever_order_they_came(cache: Path, is_reversed: bool) -> None:
    last_list.keep("prod", SEVERAL[::-1] if is_reversed else SEVERAL)
    assert (cache / "prod").read_text() == lines(*SEVERAL[: -MOST - 1 : -1])


def test_it_is_ours_alone_and_holds_no_id_that_a_shell_would_run(cache: Path) -> None:
    hostile = [Client(id=id, name="x") for id in ("$(id)", "a b", "a;b", "-x", "é", "a\tb")]
    last_list.keep("prod", [*hostile, Client(id="client_1", name="tab\tand\nbreak")])
    assert (cache / "prod").read_text() == "client_1\ttab␉and␊break\n"
    assert stat.S_IMODE((cache / "prod").stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_a_list_that_is_as_it_was_is_not_written_again(cache: Path) -> None:
    last_list.keep("prod", SEVERAL[:2])
    written = (cache / "prod").stat()
    last_list.keep("prod", SEVERAL[:2])
    assert (cache / "prod").stat() == written
    last_list.keep("prod", SEVERAL[:3])
    assert (cache / "prod").read_text() == lines(*SEVERAL[2::-1])


def test_one_that_others_may_read_by_now_is_ours_alone_again(cache: Path) -> None:
    last_list.keep("prod", SEVERAL[:1])
    (cache / "prod").chmod(0o644)
    last_list.keep("prod", SEVERAL[:2])
    assert (cache / "prod").read_text() == lines(*SEVERAL[1::-1])
    assert stat.S_IMODE((cache / "prod").stat().st_mode) == 0o600


def test_what_can_not_be_kept_is_not_told(cache: Path) -> None:
    """It is for comfort alone."""
    cache.parent.mkdir(0o700)
    cache.write_text("a file where the folder should be")
    last_list.keep("prod", SEVERAL[:1])
    assert cache.read_text() == "a file where the folder should be"


def test_where_others_may_go_on_meanwhile_the_same_is_kept(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    last_list.keep("prod", SEVERAL)
    kept = (cache / "prod").read_text()
    monkeypatch.setattr(time, "sleep", pauses.append)
    last_list.keep("lab", SEVERAL, 0.004)
    assert (cache / "lab").read_text() == kept
    assert {*pauses} == {0.004}
    assert len(pauses) > MOST / 256  # for as long as it takes, not only at its beginning
