"""Where a new client's secret can be taken, checked before the create and told honestly after it."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Outcome, Report
from butlr_tui.delivery.clipboard.routes import Route
from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.formats import Format
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Credentials
from butlr_tui.operations import destinations as module
from butlr_tui.operations.connect import connect
from butlr_tui.operations.deliver import hand_over_later, stored_by_word
from butlr_tui.operations.destinations import (
    BadDestination,
    ToClipboard,
    ToCommand,
    ToFile,
    ToMachine,
    ToStdout,
    destination,
    destinations,
    to_terminal,
)
from butlr_tui.operations.outcomes import Created
from butlr_tui.operations.place import Delivery, Destination, Disposition
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.faults import FaultServer, reply
from tests.support.programs import names_in, near_ssh
from tests.support.pty import Pty

SECRET = "s3cr3t-Zq8_tYw0"
PAIR = Credentials("client_32hZs4xGQv9eKpJtN6fLrcWbU1D", SecretStr(SECRET))
NEW = {"client_id": PAIR.client_id, "client_secret": SECRET}
XTERM = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/9", "PATH": ""}
VAULT = DeliveryCommand("vault", ("vault", "kv", "put", "x/{name}", "-"), "json", 7.0)


def nothing(_: str) -> None:
    """A terminal that takes everything."""


def stalled(_: str) -> None:
    """A terminal that does not read."""
    raise TimeoutError


def no_terminal(_: str) -> None:
    raise OSError(6, "")


def named(to: str, format: Format | None = None) -> Destination:
    return destination(to, format, [VAULT], nothing)


async def taken(to: Destination, credentials: Credentials, name: str) -> Delivery:
    """What comes of credentials that are taken there, to a place that is reserved when the client is known."""
    place = to.place(name, credentials.client_id)
    fault = await place.reserve()
    return Delivery(Disposition.NOT_STORED, fault) if fault else await place.take(credentials)


def test_what_the_words_name() -> None:
    assert named("file:~/x/{name}.env") == ToFile("~/x/{name}.env", Format.ENV)
    assert named("file:a:b", Format.JSON) == ToFile("a:b", Format.JSON)
    assert named("ssh:ada@web1:x/{name}.json") == ToMachine(FarFile("ada@web1", "x/{name}.json"), Format.JSON)
    assert named("ssh:web1:x", Format.SECRET) == ToMachine(FarFile("web1", "x"), Format.SECRET)
    assert named("stdout") == ToStdout(Format.ENV, sys.stdout.fileno())
    assert named("clipboard") == ToClipboard(nothing, Format.SECRET)
    forced = destination("clipboard", Format.ENV, [], nothing, Route.OSC52)
    assert forced == ToClipboard(nothing, Format.ENV, Route.OSC52)
    assert named("command:vault") == ToCommand(DeliveryCommand("vault", VAULT.argv, Format.JSON, 7.0))
    secret = named("command:vault", Format.SECRET)
    assert secret == ToCommand(DeliveryCommand("vault", VAULT.argv, Format.SECRET, 7.0))


@pytest.mark.parametrize(
    "to", ["", "file", "file:", "command:", "clipboard:x", "stdout:", "ftp:x", "\x1b]52"]
)
def test_what_names_nothing(to: str) -> None:
    with pytest.raises(
        BadDestination, match="is not file:PATH, ssh:HOST:PATH, command:NAME, seal:NAME, clipboard or stdout"
    ) as told:
        named(to)
    assert str(told.value).isprintable()


@pytest.mark.parametrize("to", ["ssh:-oProxyCommand=x:y", "ssh:web1", "ssh:web1:x/"])
def test_another_machine_that_can_not_be_meant(to: str) -> None:
    with pytest.raises(BadDestination, match=r"names no host|is not HOST:PATH|is a folder"):
        named(to)


def test_several_are_each_named_once() -> None:
    both = ["file:x", "ssh:web1:x"]
    assert destinations(both, None, [VAULT], nothing) == [named(to) for to in both]
    with pytest.raises(BadDestination, match="“file:x” is named twice"):
        destinations([*both, "file:x"], None, [VAULT], nothing)


async def test_another_machine(tmp_path: Path) -> None:
    """The way there is tested with a real sshd elsewhere; here `ssh` is a shell that stays where it is."""
    search, home = near_ssh(tmp_path)
    to = ToMachine(FarFile("web1", "{name}-{client_id}.env"), Format.ENV, {"PATH": search})
    assert await to.check("a b") is None
    place, another = to.place("a b", PAIR.client_id), to.place("a b", PAIR.client_id)
    assert (await place.reserve(), await another.reserve()) == (None, None)
    delivery = await place.take(PAIR)
    assert (delivery.disposition, delivery.how) == (
        Disposition.STORED,
        f"put on web1:a-b-{PAIR.client_id}.env",
    )
    assert SECRET in (home / f"a-b-{PAIR.client_id}.env").read_text()
    again = await another.take(PAIR)
    assert again.disposition is Disposition.NOT_STORED
    assert again.refused == f"not {delivery.how}: {again.said}"
    assert "exists already on web1" in again.said
    assert names_in(home) == [f"a-b-{PAIR.client_id}.env"]
    assert "exists already on web1" in (await taken(to, PAIR, "a b")).said


def test_a_command_that_the_profile_has_not() -> None:
    with pytest.raises(BadDestination, match=r"no command “valut”; there are: vault\."):
        named("command:valut")
    with pytest.raises(BadDestination, match=r"no command “valut”; there are: vault, pass\."):
        destination("command:valut", None, [VAULT, DeliveryCommand("pass", ("pass",))], nothing)
    with pytest.raises(BadDestination, match=r"no command “vault”; it has none\."):
        destination("command:vault", None, [], nothing)


@pytest.mark.parametrize("to", ["file:x", "ssh:h:x", "command:vault", "clipboard", "stdout"])
def test_no_format_may_leave_the_secret_out(to: str) -> None:
    with pytest.raises(BadDestination) as told:
        named(to, Format.ID)
    assert str(told.value) == (
        "The id alone would leave the secret nowhere, and nobody can show it again: choose the format secret, "
        "env or json."
    )
    with pytest.raises(BadDestination, match="would leave the secret nowhere"):
        destination("command:id", None, [DeliveryCommand("id", ("x",), "id")], nothing)


async def test_a_file(tmp_path: Path) -> None:
    to = ToFile(f"{tmp_path}/{{name}}-{{client_id}}.env")
    assert await to.check("../a b") is None
    path = tmp_path / f"a-b-{PAIR.client_id}.env"
    delivery = await taken(to, PAIR, "../a b")
    assert (delivery.disposition, delivery.how) == (Disposition.STORED, f"saved to {path}")
    assert path.read_text() == f"BUTLR_CLIENT_ID={PAIR.client_id}\nBUTLR_CLIENT_SECRET={SECRET}\n"
    again = await taken(to, PAIR, "../a b")
    assert again.disposition is Disposition.NOT_STORED
    assert "exists already" in again.said


async def test_a_relative_path_is_journalled_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (await taken(ToFile("x.json", Format.JSON), PAIR, "n")).how == f"saved to {tmp_path}/x.json"
    assert json.loads((tmp_path / "x.json").read_text()) == NEW


@pytest.mark.parametrize("path", ["~nobody-of-that-name/x", "/nonexistent/x", "a\0b", "/", "{client_id}/x"])
async def test_a_path_that_can_not_be_written(path: str) -> None:
    to = ToFile(path)
    assert await to.check("n")
    delivery = await taken(to, PAIR, "n")
    assert delivery.disposition is Disposition.NOT_STORED
    assert SECRET not in delivery.said


async def test_a_secret_that_the_format_can_not_carry(tmp_path: Path) -> None:
    odd = Credentials("client_x", SecretStr("two\nlines"))
    for to in (ToFile(str(tmp_path / "x")), ToStdout(out=1), ToClipboard(nothing, Format.ENV, None, XTERM)):
        delivery = await taken(to, odd, "n")
        assert delivery.disposition is Disposition.NOT_STORED
        assert "can't carry" in delivery.said
        assert "two" not in delivery.said


async def test_a_command(tmp_path: Path) -> None:
    argv = ("sh", "-c", 'cat > "$0/$1"', str(tmp_path), "{name}")
    to = ToCommand(DeliveryCommand("keep", argv, Format.SECRET))
    assert await to.check("n") is None
    delivery = await taken(to, PAIR, "a b")
    assert (delivery.disposition, delivery.said) == (Disposition.STORED, "keep accepted it")
    assert delivery.how == "handed to the command keep"
    assert (tmp_path / "a-b").read_text() == SECRET


async def test_a_command_that_refuses() -> None:
    to = ToCommand(DeliveryCommand("keep", ("sh", "-c", "cat >&2; exit 3")))
    delivery = await taken(to, PAIR, "n")
    assert delivery.disposition is Disposition.NOT_STORED
    assert delivery.said == "keep did not accept it (exit code 3): ••••."
    missing = ToCommand(DeliveryCommand("keep", ("no-such-program",)))
    assert "not installed" in str(await missing.check("n"))
    here = ToCommand(DeliveryCommand("keep", ("sh",)), {"PATH": "/nonexistent"})  # looked for in its own PATH
    assert await here.check("n") == "The command keep needs sh, which is not installed here."
    assert (await taken(here, PAIR, "n")).said == await here.check("n")


async def test_what_a_folder_says_is_one_sentence(tmp_path: Path) -> None:
    delivery = await taken(ToFile(f"{tmp_path}/none/x"), PAIR, "n")
    assert delivery.said == f"The folder {tmp_path}/none does not exist; make it, or choose another."


async def test_a_clipboard_that_can_not_answer() -> None:
    sent: list[str] = []
    to = ToClipboard(sent.append, environment=XTERM)
    assert await to.check("n") is None
    assert sent == [""]
    delivery = await taken(to, PAIR, "n")
    assert delivery.disposition is Disposition.CLIPBOARD
    assert delivery.how == "sent to a clipboard (osc52)"
    assert delivery.said.startswith("Sent to your terminal")
    assert base64.b64decode(sent[1].removeprefix("\x1b]52;c;").rstrip("\x07")).decode() == SECRET


async def test_a_clipboard_that_was_read_back_is_no_storage_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way there is tested with real X servers elsewhere; here what is made of its report."""

    async def copy(*_: object, **__: object) -> Report:
        return Report(Outcome.VERIFIED, Route.NATIVE, "Copied, and verified.", ClipboardDigest.of(SECRET))

    monkeypatch.setattr(module, "copy", copy)
    delivery = await taken(ToClipboard(no_terminal, environment=XTERM), PAIR, "n")
    assert (delivery.disposition, delivery.how) == (
        Disposition.CLIPBOARD,
        "copied to a clipboard, verified (native)",
    )
    assert delivery.said == "Copied, and verified."
    assert delivery.digest is not None


@pytest.mark.parametrize("route", [Route.NATIVE, Route.TMUX])
async def test_only_ways_through_the_terminal_need_one(route: Route) -> None:
    assert await ToClipboard(no_terminal, force=route, environment=XTERM).check("n") is None


@pytest.mark.parametrize("force", [Route.NONE, None])
async def test_where_nothing_takes_a_copy(force: Route | None) -> None:
    to = ToClipboard(no_terminal, force=force, environment={"TERM": "dumb", "PATH": ""})
    assert "could not be copied here" in str(await to.check("n"))
    delivery = await taken(to, PAIR, "n")
    assert delivery.disposition is Disposition.NOT_STORED
    why = "NOT copied: the settings switch copying off." if force else "This terminal can't take a copy"
    assert delivery.said.startswith(why)


async def test_without_a_terminal_there_is_no_terminals_clipboard() -> None:
    to = ToClipboard(no_terminal, environment=XTERM)
    assert (
        await to.check("n")
        == "It could not be copied here: there is no terminal to send it to, or it does not read."
    )
    assert (await taken(to, PAIR, "n")).disposition is Disposition.NOT_STORED


def test_the_writer_of_the_plain_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = tmp_path / "tty"
    terminal.touch()
    monkeypatch.setattr(module, "TERMINAL", terminal)
    to_terminal("\x1b]52;c;QQ==\x07")
    assert terminal.read_bytes() == b"\x1b]52;c;QQ==\x07"


async def read_all(opened: int) -> bytes:
    with os.fdopen(opened, "rb") as pipe:
        return await asyncio.to_thread(pipe.read)


@pytest.mark.parametrize(
    ("format", "written"),
    [
        (Format.SECRET, SECRET),
        (Format.ENV, f"BUTLR_CLIENT_ID={PAIR.client_id}\nBUTLR_CLIENT_SECRET={SECRET}\n"),
        (Format.JSON, json.dumps(NEW) + "\n"),
    ],
)
async def test_stdout_gets_exactly_what_was_asked_for(format: Format, written: str) -> None:
    ours, its = os.pipe()
    to = ToStdout(format, its)
    assert await to.check("n") is None
    reading = asyncio.create_task(read_all(ours))
    delivery = await taken(to, PAIR, "n")
    os.close(its)
    assert delivery == Delivery(Disposition.STORED, "written to stdout", "written to stdout")
    assert await reading == written.encode()


async def test_a_line_on_a_terminal_is_ended() -> None:
    with Pty(["sleep", "600"]) as terminal:
        stdout = os.open(terminal.device, os.O_WRONLY | os.O_NOCTTY)
        await taken(ToStdout(Format.SECRET, stdout), PAIR, "n")
        terminal.receives(b"\n")
        assert terminal.output == SECRET.encode() + b"\r\n"
        await taken(ToStdout(Format.ENV, stdout), PAIR, "n")
        terminal.receives(f"={SECRET}\r\n".encode())
        os.close(stdout)


async def test_a_stdout_that_nobody_reads() -> None:
    ours, its = os.pipe()
    os.close(ours)
    to = ToStdout(out=its)
    assert await to.check("n") == "Nobody reads what is written to stdout."
    delivery = await taken(to, PAIR, "n")
    os.close(its)
    assert (delivery.disposition, delivery.said) == (
        Disposition.NOT_STORED,
        "stdout did not take all of it (broken pipe).",
    )


async def test_a_stdout_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert named("ssh:ada@web1:x/{name}.json") == ToMachine(FarFile("ada@web1", "x/{name}.json"), Format.JSON)
    assert named("ssh:web1:x", Format.SECRET) == ToMachine(FarFile("web1", "x"), Format.SECRET)
    assert named("stdout") == ToStdout(Format.ENV, None)
    assert await ToStdout().check("n") == "stdout is closed."
    delivery = await taken(ToStdout(), PAIR, "n")
    assert (delivery.disposition, delivery.said) == (Disposition.NOT_STORED, "stdout is closed.")


async def test_what_became_of_it_is_journalled(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state")
    async with FaultServer(reply(201, NEW)) as server:
        session = connect(server.profile(tmp_path), journal=journal)
        for to, is_open, how in (
            (ToFile(str(tmp_path / "kept")), False, f"saved to {tmp_path}/kept"),
            (ToFile("/nonexistent/x"), True, ""),
            (ToClipboard(nothing, environment=XTERM), True, "sent to a clipboard (osc52)"),
            (ToClipboard(stalled, environment=XTERM), True, "the terminal did not take it"),
        ):
            created = await session.create("n", "d")
            assert isinstance(created, Created)
            await hand_over_later(session, created, to)
            last = journal.entries()[-1]
            assert last.ended is Event.CREATED
            assert last.is_open is is_open
            assert how in (last.closed_how, last.not_copied, *last.deliveries)
        await session.aclose()
    assert SECRET not in journal.path.read_text()


async def test_a_journal_that_could_not_be_told_is_told_to_the_user(tmp_path: Path) -> None:
    """The secret is where it should be, and will be asked about all the same."""
    once_more = "the journal could not be written, so butlr-tui will ask about it once more at its next start"
    journal = Journal(tmp_path / "state")
    async with FaultServer(reply(201, NEW)) as server:
        session = connect(server.profile(tmp_path), journal=journal)
        created = await session.create("n", "d")
        assert isinstance(created, Created)
        elsewhere = journal.path.rename(tmp_path / "elsewhere")
        journal.path.mkdir()
        path = tmp_path / "kept"
        saved = await hand_over_later(session, created, ToFile(str(path)))
        copied = await hand_over_later(session, created, ToClipboard(nothing, environment=XTERM))
        nowhere = await hand_over_later(session, created, ToFile("/nonexistent/x"))
        by_word = await stored_by_word(session, created)
        await session.aclose()
    assert SECRET in path.read_text()
    assert (saved.disposition, saved.said) == (
        Disposition.STORED,
        f"saved to {path} (only you can read it), read back and equal; {once_more}",
    )
    assert copied.disposition is Disposition.CLIPBOARD
    assert copied.said == (
        "Sent to your terminal; many terminals ignore this: paste to check. "
        "The journal could not be written, so it does not know of this copy."
    )
    assert "journal" not in nowhere.said
    assert by_word.said == f"stored by your word; {once_more}"
    journal.path.rmdir()
    elsewhere.rename(journal.path)
    assert [entry.attempt for entry in Journal(tmp_path / "state").open_entries()] == [created.attempt]


async def test_without_a_journal_there_is_nothing_to_tell(tmp_path: Path) -> None:
    async with FaultServer(reply(201, NEW)) as server:
        session = connect(server.profile(tmp_path))
        created = await session.create("n", "d")
        assert isinstance(created, Created)
        delivery = await hand_over_later(session, created, ToFile(str(tmp_path / "kept")))
        await session.aclose()
    assert delivery.said.endswith("read back and equal")
