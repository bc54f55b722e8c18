"""The places where the app shows what a server sent, each gone through on a terminal.

A scenario goes through some of them with one hostile string. A tag before the string tells that it is shown.
"""

import base64
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.faults import Behaviour, FaultServer, Wire, reply
from tests.support.pty import Pty

SECRET = "s" * 43


def refusal(status: int, text: str) -> Behaviour:
    """An error whose message is that text."""
    return reply(status, {"code": "INVALID_REQUEST", "message": text} if status == 400 else {"message": text})


def token_of(client_id: str) -> Behaviour:
    """A sign-in whose token names that client."""
    parts = [{"alg": "none"}, {"client_id": client_id, "sub": client_id, "scope": client_id}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return reply(200, {"access_token": ".".join([*encoded, "x"]), "expires_in": 3666, "scope": client_id})


class Stage:
    """A service that answers as it is told, and the app before it."""

    def __init__(self, server: FaultServer, batch: Sequence[str], folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.clients = [
            {
                "id": f"i{n}{text}",
                "client_id": f"c{n}{text}",
                "name": f"n{n}{text}",
                "description": f"d{n}{text}",
            }
            for n, text in enumerate(batch)
        ]
        self.calm: dict[str, Behaviour] = {"GET": reply(200, self.clients)}
        self.answers = dict(self.calm)
        self.sinks: set[str] = set()
        server.behaviours = [self._answer]

    async def _answer(self, wire: Wire) -> None:
        await self.answers[wire.seen.method](wire)

    def environment(self) -> dict[str, str]:
        """Of a program that finds the server as its profile."""
        config, pair = self.folder / "config" / "butlr-tui", self.folder / "pair.json"
        config.mkdir(parents=True, exist_ok=True)
        (config / "config.toml").write_text(
            f'default_profile = "p"\n[profiles.p]\nbase_url = "{self.server.url}"\nprotected = false\n'
            f'credential_file = "{pair}"\n'
        )
        pair.touch(0o600)
        pair.write_text(json.dumps({"client_id": "client_me", "client_secret": SECRET}))
        named = {
            "XDG_DATA_HOME": "data",
            "XDG_STATE_HOME": "state",
            "XDG_CONFIG_HOME": "config",
            "HOME": "home",
        }
        places = {name: str(self.folder / value) for name, value in named.items()}
        return {**os.environ, **places, "SSH_TTY": "/dev/pts/9"}

    def shown(self, terminal: Pty, sink: str, tag: str) -> None:
        """Wait until a tag is on screen, and count its sink."""
        terminal.shows(tag)
        self.sinks.add(sink)


def leaves(terminal: Pty, title: str) -> None:
    """Esc, which needs its time: with a key behind it, it would be another key."""
    terminal.types("\x1b")
    terminal.waits_for(lambda: title not in terminal.text, f"the end of {title!r}")


def list_and_detail(stage: Stage, terminal: Pty, n: int, text: str) -> None:
    """The row and the detail beside it, a copy of the id."""
    stage.shown(terminal, "list: name", f"n{n}")
    stage.shown(terminal, "detail: id", f"i{n}")
    stage.shown(terminal, "detail: client id", f"c{n}")
    stage.shown(terminal, "detail: description", f"d{n}")
    if text.isascii() and text.isprintable() and len(text) < 12:
        terminal.shows(f"n{n}{text}")  # as it is: markup is text
    terminal.types("y")
    terminal.receives(base64.b64encode(f"c{n}{text}".encode(errors="surrogatepass")))
    stage.shown(terminal, "a copied id", f"→ c{n}")


def reading(stage: Stage, terminal: Pty, n: int, text: str) -> None:
    """Every answer to a refresh whose text is shown."""
    answers: dict[str, Behaviour] = {
        "list: 500": refusal(500, f"e{n}500{text}"),
        "list: 400": refusal(400, f"e{n}400{text}"),
        "list: 403": refusal(403, f"e{n}403{text}"),
        "list: an object": reply(200, {f"k{n}{text}"[:40]: 1}),  # a long one is not named
    }
    tags = [f"e{n}500", f"e{n}400", f"e{n}403", "not a list of clients (an object"]
    for (sink, answer), tag in zip(answers.items(), tags, strict=True):
        stage.answers["GET"] = answer
        terminal.types("r")
        stage.shown(terminal, sink, tag)
    stage.answers["GET"] = reply(403, f"<p>g{n}{text}")
    terminal.types("r")
    terminal.shows("A gateway in front")
    terminal.types("\r")
    stage.shown(terminal, "what a gateway said", f"<p>g{n}")
    leaves(terminal, "What 127.0.0.1")
    stage.answers = dict(stage.calm)
    terminal.types("r")
    terminal.waits_for(lambda: "A gateway" not in terminal.text, "the list")


def deleting(stage: Stage, terminal: Pty, n: int, text: str) -> None:
    """The question, and what is said of how it ended."""
    gone = {"code": "CLIENT_NOT_FOUND", "message": f"m{n}{text}"}
    one = reply(200, stage.clients[n])
    for answer, read, told in (
        (reply(404, gone), stage.calm["GET"], "was already gone"),  # first: after a 500 it would be our doing
        (refusal(400, f"b{n}{text}"), one, f"b{n}"),
        (refusal(500, text), one, "it is still there"),
    ):
        stage.answers = {"GET": read, "DELETE": answer}
        terminal.types("d")
        stage.shown(terminal, "delete: title", f"Delete “n{n}")
        terminal.types("\x1b[B\r")
        stage.shown(terminal, f"delete: {told[:9]}", told)
        terminal.waits_for(lambda: "Delete “" not in terminal.text, "the list")
    stage.answers = dict(stage.calm)


def creating(stage: Stage, terminal: Pty, n: int, text: str) -> None:
    """A refusal, a client with its secret, one without, and one that may exist."""
    new = {"name": f"x{n}{text}", "client_id": f"s{n}{text}"}
    stage.answers["POST"] = refusal(400, f"r{n}{text}")
    terminal.types("n")
    terminal.shows("New client")
    terminal.types(f"\x15zz{n}\r\r")
    stage.shown(terminal, "create: refused", f"r{n}")
    stage.answers["POST"] = reply(201, {**new, "client_secret": SECRET})
    terminal.types("\r\r")
    stage.shown(terminal, "create: the secret", f"s{n}")
    terminal.types("v")
    terminal.shows(SECRET)
    terminal.types("\x1b")
    terminal.shows("Is it stored?")
    terminal.types("\t\r")
    terminal.shows("by your word")
    found = {"id": f"f{n}{text}", "client_id": f"f{n}{text}", "name": f"zz{n}", "description": ""}

    async def unclear(wire: Wire) -> None:
        stage.answers["GET"] = reply(200, [*stage.clients, found])
        await refusal(500, f"u{n}{text}")(wire)

    for sink, answer, told in (
        ("create: no secret", reply(201, {**new, "client_id": f"w{n}{text}"}), f"w{n}"),
        ("create: unclear", unclear, f"f{n}"),
    ):
        stage.answers["POST"] = answer
        terminal.types("n")
        terminal.shows("New client")
        terminal.types(f"\x15zz{n}\r\r")
        stage.shown(terminal, sink, told)
    stage.answers = dict(stage.calm)


def signing_in(stage: Stage, terminal: Pty, n: int, text: str) -> None:
    """A refusal in the dialog, and the client that the token names in the header."""
    stage.server.sign_in = reply(401, {"error": "access_denied", "error_description": f"a{n}{text}"})
    terminal.types("l")
    terminal.shows("Sign in to")
    terminal.types(f"me{n}\tsecret\r")
    stage.shown(terminal, "sign-in: refused", f"a{n}")
    stage.server.sign_in = token_of(f"h{n}{text}")
    terminal.types("\r")
    stage.shown(terminal, "the header", f"h{n}")
    terminal.waits_for(lambda: "Sign in to" not in terminal.text, "the list")


SCENARIOS: Sequence[Callable[[Stage, Pty, int, str], None]] = (
    list_and_detail,
    reading,
    deleting,
    creating,
    signing_in,
)
