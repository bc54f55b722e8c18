"""`butlr-tui show` and `delete` by name: which client is meant, and what is said where that is none or several."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from butlr_tui.contract import CLIENTS_PATH
from butlr_tui.ids import lowest_ksuid
from butlr_tui.journal.journal import Journal
from butlr_tui.operations.connect import connect
from butlr_tui.operations.session import Session
from butlr_tui.plain.clients import show
from butlr_tui.plain.delete import delete
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from tests.support.faults import Behaviour, FaultServer, Wire, reply


def made(days: float) -> str:
    """The id of a client that was made so many days ago."""
    return f"client_{lowest_ksuid(datetime.now(UTC) - timedelta(days=days, hours=1))}"


HVAC, OLD_KIOSK, NEW_KIOSK, GONE = made(3), made(800), made(40), made(9)
CLIENTS = {
    HVAC: "hvac-sync",
    OLD_KIOSK: "kiosk",
    NEW_KIOSK: "kiosk",
    "abc123def456": "lobby/display",
    "client_odd": HVAC,
    "nameless": "",
}
"""Names by ids. One has an id for a name: an id always wins."""


def service(extra: Sequence[object] = ()) -> Behaviour:
    """A service that has these clients, and something more in its list."""
    items = [{"id": id, "client_id": id, "name": name, "description": ""} for id, name in CLIENTS.items()]

    async def answer(wire: Wire) -> None:
        method, path = wire.seen.method, wire.seen.target
        found = [item for item in items if unquote(path) == f"{CLIENTS_PATH}/{item['id']}"]
        if path == CLIENTS_PATH:
            await reply(200, [*items, *extra])(wire)
        elif path.count("/") > CLIENTS_PATH.count("/") + 1 or "%2F" in path:
            await reply(404, "not a path of mine")(wire)
        elif not found:
            await reply(404, {"code": "CLIENT_NOT_FOUND", "message": "client not found"})(wire)
        elif method == "GET":
            await reply(200, found[0])(wire)
        else:
            await reply(204)(wire)

    return answer


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote and sent."""

    code: Exit
    out: str
    said: str
    requests: list[str]

    @property
    def deleted(self) -> list[str]:
        return [line.split("/")[-1] for line in self.requests if line.startswith("DELETE")]


Plain = Callable[..., Awaitable[Ended]]


@pytest.fixture
def plain(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Plain:
    """Run a plain command against a service that behaves so."""

    async def ran(command: Callable[[Session], Awaitable[Exit]], behaviour: Behaviour | None = None) -> Ended:
        async with FaultServer(behaviour or service()) as server:
            session = connect(server.profile(tmp_path), journal=Journal(tmp_path / "state"))
            code = await run(session, command)
        printed = capfd.readouterr()
        return Ended(code, printed.out, printed.err, server.lines)

    return ran


def showing(word: str) -> Callable[[Session], Awaitable[Exit]]:
    return lambda session: show(session, word, as_json=True)


def deleting(*words: str) -> Callable[[Session], Awaitable[Exit]]:
    return lambda session: delete(session, words, 4)


@pytest.mark.parametrize(
    ("word", "client_id"),
    [("hvac-sync", HVAC), ("lobby/display", "abc123def456"), (HVAC, HVAC), ("abc123def456",) * 2],
    ids=["name", "name with a slash", "id", "opaque id"],
)
async def test_a_client_is_shown_by_its_id_or_by_a_name_that_no_other_has(
    plain: Plain, word: str, client_id: str
) -> None:
    ended = await plain(showing(word))
    assert (ended.code, ended.said) == (Exit.DONE, "")
    assert json.loads(ended.out)["id"] == client_id


async def test_an_id_is_shown_with_one_request(plain: Plain) -> None:
    assert (await plain(showing(HVAC))).requests == [f"GET {CLIENTS_PATH}/{HVAC}"]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("hvac-snyc", f"Did you mean “hvac-sync” ({HVAC})?"),
        ("display", "Did you mean “lobby/display” (abc123def456)?"),
        ("kiosks", f"Did you mean “kiosk” ({OLD_KIOSK}) or “kiosk” ({NEW_KIOSK})?"),
        (f"{HVAC[:-1]}x", f"Did you mean “{HVAC}” (client_odd) or “hvac-sync” ({HVAC})?"),
        ("abc123dfe456", "Did you mean “lobby/display” (abc123def456)?"),
        ("zz", "`butlr-tui list` prints all."),
    ],
    ids=["name", "part of a name", "another's name", "id", "opaque id", "nothing"],
)
async def test_of_a_client_that_is_not_there_near_ones_are_named(plain: Plain, word: str, near: str) -> None:
    ended = await plain(showing(word))
    assert (ended.code, ended.out) == (Exit.FAILED, "")
    assert ended.said.startswith(f"There is no client “{word}”. {near}")


async def test_where_a_word_means_no_client_none_is_deleted(plain: Plain) -> None:
    ended = await plain(deleting("abc123def456", "hvac-snyc", "zz"))
    assert (ended.code, ended.deleted) == (Exit.FAILED, [])
    assert ended.said == (
        f"There is no client “hvac-snyc”. Did you mean “hvac-sync” ({HVAC})?\n"
        "There is no client “zz”. `butlr-tui list` prints all.\n"
        "Nothing is deleted.\n"
    )


async def test_an_ambiguous_name_lists_the_ids_and_their_ages(plain: Plain) -> None:
    told = (
        "2 clients have the name “kiosk”. Give the id of the one you mean:\n"
        f"  {OLD_KIOSK}  2 years\n"
        f"  {NEW_KIOSK}  1 month\n"
    )
    ended = await plain(showing("kiosk"))
    assert (ended.code, ended.out, ended.said) == (Exit.USAGE, "", told)
    ended = await plain(deleting(HVAC, "zz", "kiosk"))
    assert (ended.code, ended.out, ended.deleted) == (Exit.USAGE, "", [])
    assert ended.said == (
        f"There is no client “zz”. `butlr-tui list` prints all.\n{told}Nothing is deleted.\n"
    )


async def test_what_is_deleted_by_name_is_told_by_its_id(plain: Plain, tmp_path: Path) -> None:
    ended = await plain(deleting("hvac-sync"))
    assert (ended.code, ended.deleted) == (Exit.DONE, [HVAC])
    assert ended.said == f"{HVAC} (“hvac-sync”) is deleted.\n"
    (entry,) = Journal(tmp_path / "state").entries()
    assert (entry.client_id, entry.name) == (HVAC, "hvac-sync")


async def test_several_are_deleted_and_each_once(plain: Plain) -> None:
    ended = await plain(deleting(NEW_KIOSK, "lobby/display", "hvac-sync", HVAC, NEW_KIOSK))
    assert (ended.code, sorted(ended.deleted)) == (Exit.DONE, sorted([NEW_KIOSK, "abc123def456", HVAC]))


async def test_an_id_wins_over_a_name(plain: Plain) -> None:
    assert (await plain(deleting(HVAC))).deleted == [HVAC]


async def test_an_id_is_deleted_with_one_request_and_may_be_gone(plain: Plain) -> None:
    ended = await plain(deleting(GONE))
    assert (ended.code, ended.requests) == (Exit.FAILED, [f"DELETE {CLIENTS_PATH}/{GONE}"])
    assert ended.said == f"{GONE} was already gone.\n"


async def test_an_empty_word_never_means_the_client_without_a_name(plain: Plain) -> None:
    """As of a variable in a script that was not set."""
    ended = await plain(deleting(""))
    assert ended.code is not Exit.DONE
    assert ended.deleted == []


async def test_in_a_list_that_is_not_whole_no_name_is_known_to_be_the_only_one(plain: Plain) -> None:
    for command in (showing("hvac-sync"), deleting("hvac-sync")):
        ended = await plain(command, service([{"name": "hvac-sync"}]))
        assert (ended.code, ended.out, ended.deleted) == (Exit.FAILED, "", [])
        assert "A name may be one of theirs too: give an id." in ended.said


async def test_where_the_list_can_not_be_read_nothing_is_deleted(plain: Plain) -> None:
    ended = await plain(deleting(HVAC, "hvac-sync"), reply(403, "<html>no"))
    assert (ended.code, ended.deleted) == (Exit.FAILED, [])
    assert ended.said.endswith(" Nothing is deleted.\n")
