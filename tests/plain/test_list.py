"""`butlr-tui list`: which clients, in which order, in which form; `written/` holds the bytes of each form."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from pydantic import SecretStr

from butlr_tui import cli, cli_clients
from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialVariables, Profile
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Credentials
from butlr_tui.operations.session import Session
from butlr_tui.plain import output
from butlr_tui.plain.exits import Exit

WRITTEN = Path(__file__).with_name("written")
BADGE = "client_2YfPpCE7O9gAX24G6oQHFClKjm7"
HVAC = "client_32hZs4xGQv9eKpJtN6fLrcWbU1D"
LOBBY = "client_3MXdHFURMqfFe0wbg15GMfIHLYr"
ITEMS = [
    {"id": HVAC, "client_id": HVAC, "name": "hvac-sync", "description": "Pushes occupancy to Zürich, HQ"},
    {"id": LOBBY, "client_id": LOBBY, "name": "hvac-sync", "description": '=HYPERLINK("https://x","y")'},
    {"id": "7", "client_id": "opaque-7", "name": "+1 lobby\x1b[2J", "description": "two\r\nlines"},
    {"id": BADGE, "client_id": BADGE, "name": "Badge “gateway”", "description": "\t@home -1"},
    {"id": "client_8", "client_id": "client_8", "name": "", "description": ""},
]


class Ended(NamedTuple):
    """How a command ended, what it wrote, and what it sent."""

    code: int
    out: bytes
    said: str
    requests: list[str]


List = Callable[..., Ended]


class _Service(httpx.AsyncBaseTransport):
    """Has these items in its list."""

    def __init__(self, items: Sequence[object], tells: bool) -> None:
        self._items = items
        self._headers = {"Butlr-Tui-Offers": "activity"} if tells else {}
        self.requests: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request.method)
        token = {"access_token": "h.e30.s", "expires_in": 3666, "scope": ""}
        answer = token if request.method == "POST" else self._items
        stream = httpx.ByteStream(json.dumps(answer).encode())
        return httpx.Response(200, headers=self._headers, stream=stream)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state")


@pytest.fixture
def list_(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], journal: Journal
) -> List:
    """Run `butlr-tui list …` in this process, on a service with some items."""

    def run(*words: str, items: Sequence[object] = ITEMS, tells: bool = False) -> Ended:
        service = _Service(items, tells)

        async def with_session(command: Callable[[Session], Awaitable[Exit]]) -> Exit:
            pair = Credentials("client_me", SecretStr("mine"))
            bearer = Bearer(SignIn("https://x", "https://butlrauth/", service), lambda: pair)
            api = M2MClient("https://x", bearer, service)
            profile = Profile("prod", "https://x", CredentialVariables())
            return await output.run(Session(profile, api, bearer, journal=journal), command)

        monkeypatch.setattr(cli_clients, "_run_plain", lambda _, command: asyncio.run(with_session(command)))
        try:
            options = cli._parsed(["list", *words])
            code = options.run(options)
        except SystemExit as over:
            code = over.code
        written = capfdbinary.readouterr()
        return Ended(code, written.out, written.err.decode(), service.requests)

    return run


def ids(ended: Ended) -> list[str]:
    """The client ids of a `--jsonl`, in their order."""
    assert ended.code == Exit.DONE
    return [json.loads(line)["client_id"] for line in ended.out.splitlines()]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("table.txt", ""),
        ("columns.txt", "--columns description,id"),
        ("list.csv", "--csv"),
        ("columns.csv", "--csv --columns id,created"),
        ("list.json", "--json"),
        ("columns.json", "--json --columns name,client_id"),
        ("list.jsonl", "--jsonl"),
        ("columns.jsonl", "--jsonl --columns created,name"),
        ("list.md", "--markdown"),
        ("columns.md", "--markdown --columns id,description"),
    ],
)
def test_each_form_is_written_so_to_the_byte(list_: List, file: str, words: str) -> None:
    ended = list_(*words.split())
    assert ended.code == Exit.DONE
    assert ended.out == (WRITTEN / file).read_bytes()
    assert ended.said == ("5 clients\n" if file.endswith(".txt") else "")


@pytest.mark.parametrize("form", ["--csv", "--json", "--jsonl", "--markdown"])
def test_of_no_client_a_form_has_nothing_but_its_frame(list_: List, form: str) -> None:
    frames = {
        "--csv": b"name,client_id,created,description\r\n",
        "--json": b"[]\n",
        "--jsonl": b"",
        "--markdown": b"| name | client_id | created | description |\n| --- | --- | --- | --- |\n",
    }
    assert list_(form, "--filter", "nobody") == (0, frames[form], "", ["POST", "GET"])


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ([], [HVAC, LOBBY, "opaque-7", BADGE, "client_8"]),
        (["--reverse"], ["client_8", BADGE, "opaque-7", LOBBY, HVAC]),
        (["--sort", "name"], ["client_8", "opaque-7", BADGE, LOBBY, HVAC]),
        (["--sort", "name", "--reverse"], [HVAC, LOBBY, BADGE, "opaque-7", "client_8"]),
        (["--sort", "created"], [LOBBY, HVAC, BADGE, "opaque-7", "client_8"]),
        (["--sort", "created", "--reverse"], [BADGE, HVAC, LOBBY, "opaque-7", "client_8"]),
        (["--sort", "id"], [BADGE, HVAC, LOBBY, "client_8", "opaque-7"]),
        (["--filter", "hvac"], [HVAC, LOBBY]),
        (["--filter", "hvac", "--reverse"], [LOBBY, HVAC]),
        (["--filter=-name:hvac", "--sort", "created"], [BADGE, "opaque-7", "client_8"]),
        (["--filter", "created:>2022 -zurich"], [LOBBY, BADGE]),
        (["--filter", "hvac", "--filter", "zurich"], [HVAC]),
        (["--filter", '"badge', "--filter", "gateway"], [BADGE]),
        (["--filter", " "], [HVAC, LOBBY, "opaque-7", BADGE, "client_8"]),
    ],
)
def test_which_clients_in_which_order(list_: List, words: list[str], order: list[str]) -> None:
    assert ids(list_("--jsonl", *words)) == order


def test_those_that_were_made_here_are_known_by_the_journal(list_: List, journal: Journal) -> None:
    for url, client_id in (("https://x/", HVAC), ("https://y", LOBBY), ("https://x", "client_gone")):
        journal.note(journal.create(url, "prod", "n", None), Event.CREATED, client_id=client_id)
    assert ids(list_("--jsonl", "--filter", "made-here:")) == [HVAC]
    assert ids(list_("--jsonl", "--filter=-made-here: -lobby")) == [LOBBY, BADGE, "client_8"]


def test_those_that_are_being_replaced_are_known_by_the_journal(list_: List, journal: Journal) -> None:
    attempt = journal.create("https://x", "prod", "hvac-sync", None, replaces=HVAC)
    journal.note(attempt, Event.CREATED, client_id=LOBBY)
    journal.note(attempt, Event.STORED, "saved to /x")
    assert ids(list_("--jsonl", "--filter", "@replacing")) == [HVAC, LOBBY]
    assert ids(list_("--jsonl", "--filter", "replacing: -made-here:")) == [HVAC]


def test_only_what_asks_for_the_journal_fails_without_it(list_: List, journal: Journal) -> None:
    journal.path.mkdir(parents=True)
    assert ids(list_("--jsonl", "--filter", "same-name:")) == [HVAC, LOBBY]
    for words in ("made-here:", "-replacing:", "@replacing"):
        ended = list_("--filter=" + words)
        assert (ended.code, ended.out) == (Exit.FAILED, b"")
        assert "can't be read" in ended.said


def test_a_filter_of_the_settings_is_used_by_its_name(
    list_: List, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('[filters]\nzurich = "hvac desc:zürich"\nbad = "colour:red"\n')
    monkeypatch.setenv("BUTLR_TUI_CONFIG", str(settings))
    assert ids(list_("--jsonl", "--filter", "@zurich")) == [HVAC]
    assert ids(list_("--jsonl", "--filter", "@same-name -@zurich")) == [LOBBY]
    for wrong in ("hvac @bad", "hvac @odd"):
        ended = list_("--filter", wrong)
        assert (ended.code, ended.requests) == (Exit.USAGE, [])
        assert ended.said.endswith(f"  {wrong}\n       ^^^^\n")


def test_a_table_says_how_many_of_all_it_shows(list_: List) -> None:
    ended = list_("--filter", "lobby")
    assert [line.split()[0] for line in ended.out.splitlines()] == [b"NAME", b"+1"]
    assert ended.said == "1 of 5 clients\n"


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (
            ["hvac colour:red zürich"],
            ["✗ colour:red: the filter knows", "  hvac colour:red zürich\n       ^^^^^^^^^^\n"],
        ),
        (["客户\x1b age:old"], ["✗ age:old is no age", "  客户␛ age:old\n        ^^^^^^^\n"]),
        (
            ["hvac", "created:soon id: x"],
            ["is no date", "looks for what", "  ^^^^^^^^^^^^\n", "               ^^^\n"],
        ),
        (["age:"], ["✗ age: is no age", "  age:\n  ^^^^\n"]),
        (["created:>2026-1"], ["is no date"]),
        (["id:"], ["looks for what stands right behind it"]),
    ],
)
def test_what_a_filter_can_not_mean_is_told_with_its_place_before_anything_is_sent(
    list_: List, filters: list[str], said: list[str]
) -> None:
    ended = list_(*(word for text in filters for word in ("--filter", text)))
    assert (ended.code, ended.out, ended.requests) == (Exit.USAGE, b"", [])
    for part in said:
        assert part in ended.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--columns nmae,created", "there is no column “nmae”. Did you mean “name”? There are id, client_id"),
        (
            "--columns x",
            "there is no column “x”. There are id, client_id, name, description, created, last_sign_in, "
            "activity_since.",
        ),
        ("--columns name,", "there is no column “”"),
        ("--sort age", "invalid choice: 'age'"),
        ("--csv --json", "not allowed with argument"),
        ("--filter -name:test", "expected one argument"),
    ],
)
def test_what_a_command_line_can_not_mean_is_told(list_: List, words: str, said: str) -> None:
    ended = list_(*words.split())
    assert (ended.code, ended.out, ended.requests) == (Exit.USAGE, b"", [])
    assert said in ended.said


def test_a_column_that_comes_twice_is_there_once(list_: List) -> None:
    assert list_("--csv", "--columns", "id, name,id").out.startswith(b"id,name\r\n")


def test_on_a_terminal_csv_has_nothing_that_acts_on_it(list_: List, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = list_("--csv").out.decode()
    assert all(char.isprintable() for line in shown.split("\r\n") for char in line)
    assert "'+1 lobby␛[2J,opaque-7,,two␍␊lines" in shown


def test_on_a_terminal_a_description_gives_up_cells_first(
    list_: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    head, first, *_ = list_("--columns", "created,name,description").out.decode().splitlines()
    assert head.split() == ["CREATED", "NAME", "DESCRIPTION"]
    assert first.endswith("hvac-sync       Pushes occu…")


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_the_good_ones_are_printed_and_the_bad_ones_told(list_: List, form: str) -> None:
    ended = list_(form, items=[{"name": "nobody"}, ITEMS[0]])
    assert ended.code == Exit.FAILED
    assert ended.said == "One item of the service's list is left out: item 1 is not a client with an id.\n"
    assert HVAC.encode() in ended.out


ACTIVE = [
    {**item, "last_sign_in": at, "activity_since": "2026-01-01T00:00:00Z"}
    for item, at in zip(ITEMS[:2], ("2026-11-24T12:04:00Z", None), strict=True)
]


def test_where_the_service_tells_the_last_sign_in_csv_and_json_have_it(list_: List) -> None:
    ended = list_("--csv", items=ACTIVE, tells=True)
    head, first, second = ended.out.splitlines()
    assert head == b"name,client_id,created,description,last_sign_in"
    assert first.endswith(b",2026-11-24T12:04:00Z")
    assert second.endswith(b",")
    told = json.loads(list_("--json", items=ACTIVE, tells=True).out)
    assert [list(each.items())[-2:] for each in told] == [
        [("last_sign_in", at), ("activity_since", "2026-01-01T00:00:00Z")]
        for at in ("2026-11-24T12:04:00Z", None)
    ]
    ended = list_("--columns", "name,last_sign_in", items=ACTIVE, tells=True)
    assert ended.out.splitlines()[1].split() == [b"hvac-sync", b"2026-11-24", b"12:04:00Z"]


def test_the_first_answer_of_a_service_that_tells_only_then_is_asked_for_again(list_: List) -> None:
    """The sign-in may be at another address."""
    ended = list_("--jsonl", items=ACTIVE, tells=True)
    assert ended.requests == ["POST", "GET", "GET"]
    assert b"last_sign_in" in ended.out


def test_unused_needs_a_service_that_tells_it(list_: List, journal: Journal) -> None:
    assert ids(list_("--jsonl", "--filter", "unused:>1d", items=ACTIVE[1:], tells=True)) == [LOBBY]
    ended = list_("--filter", "unused:>1d")
    assert (ended.code, ended.out) == (Exit.FAILED, b"")
    assert ended.said.startswith("✗ unused:>1d: this service does not tell when a client was last used.\n")
    assert list_("--filter", "unused:soon").requests == []
    ended = list_("--jsonl", "--columns", "name,last_sign_in")
    assert json.loads(ended.out.splitlines()[0]) == {"name": "hvac-sync", "last_sign_in": None}
    assert ended.said == "This service does not tell when a client was last used.\n"
