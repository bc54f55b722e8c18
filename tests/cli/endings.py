"""Figure 28: every way in which a plain command ends, with each of our streams closed, full or dead.

Reads an ending and what is broken on a line each, runs it in a forked child, whose interpreter ends as any other,
and prints its exit code: `python -m tests.cli.endings FOLDER`.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import httpx
from pydantic import SecretStr

from butlr_tui import cli, cli_clients
from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import Profile
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Credentials
from butlr_tui.operations import destinations
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit

STREAMS = ("stdout", "stderr")
BROKEN = tuple(f"{stream} {how}" for stream in STREAMS for how in ("closed", "full", "dead"))
"""`dead`: a pipe that nobody reads any more."""
WHOLE = "nothing broken"

SIGNED_IN = (200, {"access_token": "h.e30.s", "expires_in": 3666, "scope": ""})
ONE = {"id": "client_1", "name": "kiosk", "description": "", "client_id": "client_1"}
TWO = {**ONE, "id": "client_2", "client_id": "client_2"}
NEW = {"name": "n", "description": "", "client_id": "client_NEW", "client_secret": "s3cr3t-canary"}
NO_CLIENT = (404, {"code": "CLIENT_NOT_FOUND", "message": "client not found"})
FAILS = (500, {"code": "INTERNAL", "message": "no"})
INVALID = (400, {"code": "INVALID_REQUEST", "message": "no"})

Answer = tuple[int, object] | type[BaseException]


@dataclass(frozen=True)
class Ending:
    """A way in which a command ends."""

    words: str
    code: Exit
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By the method of the request, `sign in` and `look` (a GET after the POST); else all is well."""
    has_data: bool = False
    """Whether what it is for is what it prints: a broken stdout is then its failure."""
    before: Callable[[], object] = lambda: None
    """What is done in the folder before it."""


def _in_the_way() -> None:
    Journal().path.mkdir(parents=True)


def _bad_settings() -> None:
    Path("config.toml").write_text("[profiles.p]\ncolur = 1\n")


def _no_settings() -> None:
    Path("config.toml").unlink()


def _lines(*lines: str) -> Callable[[], object]:
    return lambda: Path("lines").write_text("\n".join(("name", *lines)))


REFUSED: Mapping[str, Answer] = {"sign in": (401, {"error": "invalid_client"})}
NOBODY: Mapping[str, Answer] = {"sign in": httpx.ConnectError}
CTRL_C: Mapping[str, Answer] = {"GET": KeyboardInterrupt}
UNCLEAR: Mapping[str, Answer] = {"POST": httpx.ReadError, "look": (200, [ONE, TWO])}
UNSEEN: Mapping[str, Answer] = {"POST": httpx.ReadError}
BLIND: Mapping[str, Answer] = {"POST": httpx.ReadError, "look": FAILS}

ENDINGS: Mapping[str, Ending] = {
    "list": Ending("list", Exit.DONE, has_data=True),
    "list json": Ending("list --json", Exit.DONE, has_data=True),
    "list csv": Ending("list --csv --filter kiosk", Exit.DONE, has_data=True),
    "list of a wrong filter": Ending("list --filter colour:red", Exit.USAGE),
    "list, some can't be read": Ending("list", Exit.FAILED, {"GET": (200, [ONE, {}])}, has_data=True),
    "list fails": Ending("list", Exit.FAILED, {"GET": FAILS}),
    "list, nobody answers": Ending("list", Exit.NOBODY_ANSWERS, NOBODY),
    "list, not signed in": Ending("list", Exit.SIGN_IN, REFUSED),
    "list interrupted": Ending("list", Exit.INTERRUPTED, CTRL_C),
    "list of no profile": Ending("--profile none list", Exit.FAILED),
    "list of what": Ending("list --what", Exit.USAGE),
    "show": Ending("show kiosk", Exit.DONE, has_data=True),
    "show json": Ending("show kiosk --json", Exit.DONE, has_data=True),
    "show none": Ending("show lobby", Exit.FAILED),
    "show one of two": Ending("show kiosk", Exit.USAGE, {"GET": (200, [ONE, TWO])}),
    "show, nobody answers": Ending("show kiosk", Exit.NOBODY_ANSWERS, NOBODY),
    "show, not signed in": Ending("show kiosk", Exit.SIGN_IN, REFUSED),
    "create to a file": Ending("create --name n --to file:n.env", Exit.DONE),
    "create to a file of the id": Ending("create --name n --to file:{client_id}.env", Exit.DONE),
    "create to a command": Ending("create --name n --to command:keep", Exit.DONE),
    "create to stdout": Ending("create --name n --to stdout", Exit.DONE),
    "create refused": Ending("create --name n --to file:n.env", Exit.FAILED, {"POST": INVALID}),
    "create with nowhere to put it": Ending("create --name n --to file:none/n.env", Exit.FAILED),
    "create without a journal": Ending("create --name n --to file:n.env", Exit.FAILED, before=_in_the_way),
    "create of no name": Ending("create --name < --to file:n.env", Exit.USAGE),
    "create to no destination": Ending("create --name n --to nowhere", Exit.USAGE),
    "create unclear, one seen": Ending("create --name kiosk --to file:n.env", Exit.UNKNOWN, UNCLEAR),
    "create unclear, none seen": Ending("create --name n --to file:n.env", Exit.UNKNOWN, UNSEEN),
    "create unclear, nothing to be seen": Ending("create --name n --to file:n.env", Exit.UNKNOWN, BLIND),
    "create, nobody answers": Ending("create --name n --to file:n.env", Exit.NOBODY_ANSWERS, NOBODY),
    "create, not signed in": Ending("create --name n --to file:n.env", Exit.SIGN_IN, REFUSED),
    "create to a clipboard": Ending("create --name n --to clipboard", Exit.ONLY_IN_A_CLIPBOARD),
    "create to a command that refuses": Ending("create --name n --to command:refuses", Exit.SECRET_NOWHERE),
    "create to a command that reads nothing": Ending(
        "create --name n --to command:ignores", Exit.SECRET_NOWHERE
    ),
    "create without a secret": Ending(
        "create --name n --to file:n.env", Exit.SECRET_NOWHERE, {"POST": (201, {"client_id": "client_NEW"})}
    ),
    "create interrupted": Ending(
        "create --name n --to file:n.env", Exit.INTERRUPTED, {"POST": KeyboardInterrupt}
    ),
    "create sealed": Ending("create --name n --to seal:anna=n.age", Exit.DONE),
    "create sealed to a clipboard": Ending(
        "create --name n --to seal:anna=clipboard", Exit.ONLY_IN_A_CLIPBOARD
    ),
    "create for a key that can't be used": Ending("create --name n --to seal:ben", Exit.FAILED),
    "create for nobody": Ending("create --name n --to seal:carl", Exit.USAGE),
    "verify": Ending("verify pair.env", Exit.DONE, has_data=True),
    "verify json": Ending("verify pair.env --json", Exit.DONE, has_data=True),
    "verify no pair": Ending("verify config.toml", Exit.FAILED),
    "verify, nobody answers": Ending("verify pair.env", Exit.NOBODY_ANSWERS, NOBODY),
    "verify, not accepted": Ending("verify pair.env", Exit.SIGN_IN, REFUSED),
    "open what is not sealed": Ending("open pair.env --identity pair.env --to stdout", Exit.FAILED),
    "open to no destination": Ending("open pair.env", Exit.USAGE),
    "create of lines": Ending("create --from lines --to file:{name}.env", Exit.DONE, before=_lines("n", "m")),
    "create of lines, refused": Ending(
        "create --from lines --to file:{name}.env", Exit.FAILED, {"POST": INVALID}, before=_lines("n", "m")
    ),
    "create of lines, unclear": Ending(
        "create --from lines --to file:{name}.env", Exit.UNKNOWN, UNSEEN, before=_lines("n", "m")
    ),
    "create of lines that are the same": Ending(
        "create --from lines --to file:{name}.env", Exit.USAGE, before=_lines("n", "n")
    ),
    "create of lines to one place": Ending(
        "create --from lines --to file:n.env", Exit.USAGE, before=_lines("n", "m")
    ),
    "create of no file of lines": Ending("create --from lines --to file:{name}.env", Exit.FAILED),
    "delete": Ending("delete client_1 --yes", Exit.DONE),
    "delete json": Ending("delete client_1 --yes --json", Exit.DONE, has_data=True),
    "delete unclear json": Ending(
        "delete client_1 --yes --json", Exit.UNKNOWN, {"DELETE": httpx.ReadError, "look": FAILS}
    ),
    "delete by name": Ending("delete kiosk --yes", Exit.DONE),
    "delete what is gone": Ending("delete client_1 --yes", Exit.FAILED, {"DELETE": NO_CLIENT}),
    "delete one of two": Ending("delete kiosk --yes", Exit.USAGE, {"GET": (200, [ONE, TWO])}),
    "delete unclear": Ending(
        "delete client_1 --yes", Exit.UNKNOWN, {"DELETE": httpx.ReadError, "look": FAILS}
    ),
    "delete, nobody answers": Ending("delete client_1 --yes", Exit.NOBODY_ANSWERS, NOBODY),
    "delete, not signed in": Ending("delete client_1 --yes", Exit.SIGN_IN, REFUSED),
    "delete interrupted": Ending("delete client_1 --yes", Exit.INTERRUPTED, {"DELETE": KeyboardInterrupt}),
    "journal": Ending("journal", Exit.DONE, has_data=True),
    "journal json": Ending("journal --json", Exit.DONE, has_data=True),
    "journal that can't be read": Ending("journal", Exit.FAILED, before=_in_the_way),
    "token": Ending("token", Exit.DONE, has_data=True),
    "token, nobody answers": Ending("token", Exit.NOBODY_ANSWERS, NOBODY),
    "token, not signed in": Ending("token", Exit.SIGN_IN, REFUSED),
    "config": Ending("config", Exit.DONE, has_data=True),
    "config with a mistake": Ending("config", Exit.FAILED, before=_bad_settings),
    "config init": Ending("config init", Exit.DONE, before=_no_settings),
    "config init over a file": Ending("config init", Exit.FAILED),
    "no command": Ending("nonsense", Exit.USAGE),
    "the app without a terminal": Ending("", Exit.FAILED),
}


def expected(name: str, broken: str) -> Exit:
    """The exit code of an ending with a stream that is broken."""
    ending = ENDINGS[name]
    if name == "create to stdout" and broken.startswith("stdout"):
        return Exit.SECRET_NOWHERE if broken.endswith("full") else Exit.FAILED  # else refused before the POST
    if ending.has_data and broken.startswith("stdout") and ending.code is Exit.DONE:
        return Exit.FAILED
    return ending.code


class Scripted(httpx.AsyncBaseTransport):
    """Answers as an ending wants it."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self._written = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._answer(request)
        if not isinstance(answer, tuple):
            raise answer("")
        status, body = answer
        return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode() if body else b""))

    def _answer(self, request: httpx.Request) -> Answer:
        if request.url.path.endswith("/login"):
            return self._answers.get("sign in", SIGNED_IN)
        kind = "look" if self._written and "look" in self._answers else request.method
        self._written = self._written or request.method in ("POST", "DELETE")
        usual: dict[str, Answer] = {"POST": (201, NEW), "DELETE": (204, None)}
        answer = self._answers.get(kind, usual.get(kind, (200, [ONE])))
        if (
            kind == "GET"
            and "/client/" in request.url.path
            and isinstance(answer, tuple)
            and answer[0] == 200
        ):
            return (200, ONE) if request.url.path.endswith("/client_1") else NO_CLIENT
        return answer


async def _no_wait(_: float) -> None:
    """Stands in for the wait between looks."""


def _connecting(transport: httpx.AsyncBaseTransport) -> Callable[[Profile], Session]:
    def connect(profile: Profile) -> Session:
        pair = Credentials("client_me", SecretStr("mine"))
        bearer = Bearer(SignIn(profile.auth_url, profile.audience, transport), lambda: pair)
        api = M2MClient(profile.base_url, bearer, transport, sleep=_no_wait)
        return Session(profile, api, bearer, journal=Journal(), sleep=_no_wait)

    return connect


def _settings() -> str:
    lines = ["[profiles.p]", 'base_url = "https://m2m.example.org"']
    for name, program in (
        ("keep", "cat > /dev/null"),
        ("refuses", "cat > /dev/null; exit 3"),
        ("ignores", ":"),
    ):
        lines += [f"[profiles.p.commands.{name}]", f"argv = {json.dumps(['sh', '-c', program])}"]
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN"
    lines += ["[recipients]", f'anna = "{key}"', 'ben = "ecdsa-sha2-nistp256 AAAA"']
    return "\n".join(lines) + "\n"


def _break(broken: str) -> None:
    """Lead our streams to files, and break the one that is to be broken."""
    for number, name in enumerate(STREAMS, 1):
        how = broken.split()[1] if broken.startswith(name) else "whole"
        if how == "closed":
            os.close(number)
            setattr(sys, name, None)  # as the interpreter finds it at its start
            continue
        if how == "dead":
            reading, opened = os.pipe()
            os.close(reading)
        else:
            opened = os.open("/dev/full" if how == "full" else name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)


def _run(name: str, broken: str, folder: Path) -> NoReturn:
    folder.mkdir(mode=0o700)
    os.chdir(folder)
    Path("config.toml").write_text(_settings())
    Path("pair.env").write_text("BUTLR_CLIENT_ID=client_1\nBUTLR_CLIENT_SECRET=s3cr3t-canary\n")
    here = {"HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}
    os.environ.update({variable: str(folder) for variable in here})
    os.environ["BUTLR_TUI_CONFIG"] = str(folder / "config.toml")
    ending = ENDINGS[name]
    ending.before()
    _put(cli_clients, "connect_to", _connecting(Scripted(ending.answers)))
    _put(destinations, "TERMINAL", folder / "tty")
    (folder / "tty").touch()
    words = ending.words.split()
    _break(broken)
    cli.main(words if "--profile" in words or not words else ["--profile", "p", *words])


def _put(owner: Any, name: str, value: object) -> None:
    setattr(owner, name, value)


def main(folder: Path) -> None:
    """Runs what is asked for on stdin."""
    for late in (
        "plain.clients",
        "plain.create_several",
        "plain.lines",
        "plain.delete",
        "plain.history",
        "config.show",
        "config.example",
        "usage",
    ):
        importlib.import_module(f"butlr_tui.{late}")  # once, and not in every child
    for number, line in enumerate(sys.stdin.read().splitlines()):
        name, broken = line.split("\t")
        child = os.fork()
        if child == 0:
            _run(name, broken, folder / str(number))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
