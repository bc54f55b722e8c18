"""What `butlr-tui create` says and how it ends, for each end of a create."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.api.client import M2MClient
from butlr_tui.auth.bearer import Bearer
from butlr_tui.auth.sign_in import SignIn
from butlr_tui.config.profiles import CredentialVariables, Profile
from butlr_tui.delivery import sealing
from butlr_tui.delivery.file import ROOM
from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal
from butlr_tui.models import Credentials
from butlr_tui.operations.destinations import ToFile, destination
from butlr_tui.operations.place import Delivery, Destination, Disposition
from butlr_tui.operations.session import Session
from butlr_tui.plain.create import create
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import run
from tests.support.faults import Behaviour, FaultServer, Wire, reply, reset, response
from tests.support.keys import key

NEW = {"name": "kiosk", "description": "", "client_id": "client_NEW", "client_secret": "s3cr3t-canary"}


def listed(*names: str) -> Behaviour:
    """A list of clients with these names."""
    clients = [
        {"id": f"client_{i}", "name": name, "client_id": f"client_{i}"} for i, name in enumerate(names)
    ]
    return reply(200, [*clients])


class Somewhere:
    """A destination that keeps it, or not."""

    def __init__(self, delivery: Delivery, fault: str | None = None) -> None:
        self.delivery = delivery
        self.fault = fault
        self.taken: list[Credentials] = []
        self.file: Path | None = None
        self.reserved = 0
        self.released = 0

    async def check(self, name: str) -> str | None:
        return self.fault

    def place(self, name: str, client_id: str = "") -> "Somewhere":
        return self

    async def reserve(self) -> str | None:
        self.reserved = 1
        return None

    async def take(self, credentials: Credentials) -> Delivery:
        self.taken.append(credentials)
        return self.delivery

    async def release(self) -> str:
        self.released += 1
        return ""


KEPT = Delivery(Disposition.STORED, "vault accepted it", "handed to the command vault")


async def no_wait(_: float) -> None:
    """Stands in for the wait between looks."""


class Ran:
    """A whole `butlr-tui create` against a server that behaves so."""

    code: Exit
    said: str
    server: FaultServer
    to: Sequence[Destination]


async def ran(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *behaviours: Behaviour,
    to: Destination | Sequence[Destination] | None = None,
    before: Callable[[str], None] = lambda url: None,
    name: str = "kiosk",
    read_only: bool = False,
    sign_in: Behaviour | None = None,
) -> Ran:
    result = Ran()
    to = to or Somewhere(KEPT)
    result.to = to if isinstance(to, Sequence) else [to]
    async with FaultServer(*behaviours, sign_in=sign_in) as result.server:
        url = result.server.url
        before(url)
        profile = Profile("prod", url, CredentialVariables())._replace(read_only=read_only)
        pair = Credentials("client_me", SecretStr("mine"))
        bearer = Bearer(SignIn(url, "https://butlrauth/"), lambda: pair)
        api = M2MClient(url, bearer, sleep=no_wait)
        session = Session(profile, api, bearer, journal=Journal(folder), sleep=no_wait)
        result.code = await run(
            session, lambda session: create(session, result.to, name=name, description="")
        )
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "canary" not in printed.err
    result.said = printed.err
    return result


async def test_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, listed("kiosk", "lobby"), reply(201, NEW))
    assert (done.code, done.said) == (0, "client_NEW is created: vault accepted it.\n")
    assert done.server.lines == ["GET /api/v1/client", "POST /api/v1/client"]
    (to,) = done.to
    assert isinstance(to, Somewhere)
    assert [taken.client_id for taken in to.taken] == ["client_NEW"]
    (entry,) = Journal(tmp_path).entries()
    assert (entry.before, entry.closed_how) == (("client_0",), "handed to the command vault")


async def test_stored_but_the_journal_can_not_be_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def in_the_way(wire: Wire) -> None:
        """From the moment of the create on, no line can be added."""
        (tmp_path / "journal.jsonl").rename(tmp_path / "elsewhere")
        (tmp_path / "journal.jsonl").mkdir()
        await reply(201, NEW)(wire)

    done = await ran(tmp_path, capsys, listed(), in_the_way)
    assert (done.code, done.said) == (
        0,
        "client_NEW is created: vault accepted it; the journal could not be written, so butlr-tui will ask "
        "about it once more at its next start.\n",
    )


@pytest.mark.parametrize(
    ("delivery", "code", "said"),
    [
        (
            Delivery(Disposition.CLIPBOARD, "Sent to your terminal.", "sent"),
            6,
            "client_NEW is created. Sent to your terminal. A clipboard is no storage: paste the secret where it "
            "should live first; nobody can show it again.\n",
        ),
        (
            Delivery(Disposition.NOT_STORED, "NOT copied: X."),
            7,
            "client_NEW is created, but its secret is stored nowhere: NOT copied: X. Nobody can show it again: "
            "delete it (`butlr-tui delete client_NEW --yes`) and create it again.\n",
        ),
    ],
)
async def test_not_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], delivery: Delivery, code: int, said: str
) -> None:
    done = await ran(tmp_path, capsys, listed(), reply(201, NEW), to=Somewhere(delivery))
    assert (done.code, done.said) == (code, said)
    assert len(Journal(tmp_path).open_entries()) == 1


@pytest.mark.parametrize(
    ("body", "which", "told"),
    [({"client_id": "client_NEW"}, "client_NEW", "client_NEW"), ({}, "“kiosk”", "ID")],
)
async def test_created_without_a_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: dict[str, str], which: str, told: str
) -> None:
    done = await ran(tmp_path, capsys, listed(), reply(201, body))
    assert (done.code, done.said) == (
        7,
        f"{which} is created, but the service sent no secret, and nobody can show it: delete it "
        f"(`butlr-tui delete {told} --yes`) and create it again.\n",
    )
    (to,) = done.to
    assert isinstance(to, Somewhere)
    assert to.taken == []


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (reply(400, {"code": "INVALID_REQUEST", "message": "no"}), 1),
        (reply(429), 1),
        (reply(403, "<html>"), 1),
    ],
)
async def test_not_created(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], behaviour: Behaviour, code: int
) -> None:
    done = await ran(tmp_path, capsys, listed(), behaviour)
    assert done.code == code
    assert done.said.endswith(" “kiosk” is not created.\n")
    assert Journal(tmp_path).open_entries() == []


async def test_not_signed_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, listed(), sign_in=reply(401))
    assert (done.code, done.server.seen) == (5, [])


async def test_unclear_and_not_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, listed("kiosk"), reset, listed("kiosk"))
    assert done.code == 3
    assert "“kiosk” may or may not exist. Looking at the list at 0, 1, 3 and 10 s…\n" in done.said
    assert done.said.endswith(
        "“kiosk” is not seen yet. Look again with `butlr-tui list` before you create another one.\n"
    )
    assert done.server.lines == ["GET /api/v1/client", "POST /api/v1/client", *["GET /api/v1/client"] * 4]


async def test_unclear_and_one_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, listed("kiosk"), reset, listed("kiosk", "kiosk"))
    assert done.code == 3
    assert "client_1 is new and probably this one" in done.said
    assert "Unless a colleague made it, delete it (`butlr-tui delete client_1 --yes`)" in done.said
    assert len(Journal(tmp_path).open_entries()) == 1


async def test_unclear_and_several_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, listed("kiosk"), reset, listed("kiosk", "kiosk", "kiosk"))
    assert done.code == 3
    assert "2 clients named “kiosk” are new; yours may be one of them" in done.said
    assert "client_1, client_2" in done.said


async def test_unclear_and_nothing_can_be_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, listed(), reset, reply(403, "<html>"))
    assert done.code == 3
    assert done.said.count("At ") == 4
    assert "The list could not be read to find out:" in done.said


async def test_where_it_should_go_is_checked_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = await ran(tmp_path, capsys, reply(201, NEW), to=Somewhere(KEPT, "It is full."))
    assert (done.code, done.said) == (1, "It is full. Nothing was created.\n")
    assert done.server.seen == []


@pytest.mark.parametrize(
    ("answer", "released"),
    [
        (reply(201, NEW), 0),
        (reply(400, {"code": "INVALID_REQUEST", "message": "no"}), 1),
        (reset, 1),
        (reply(201, {"client_id": "client_NEW"}), 1),
    ],
)
async def test_its_place_is_reserved_before_the_post(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: Behaviour, released: int
) -> None:
    to = Somewhere(KEPT)
    reserved: list[int] = []

    async def looks(wire: Wire) -> None:
        reserved.append(to.reserved)
        await answer(wire)

    await ran(tmp_path, capsys, listed(), looks, listed(), to=to)
    assert reserved == [1]
    assert to.released == released


async def test_what_an_interrupted_create_left_is_taken_away_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "kiosk.env"

    def leave(url: str) -> None:
        journal = Journal(tmp_path)
        journal.create(url, "prod", "kiosk", None, (), [left])
        journal.release()
        left.write_bytes(bytes(ROOM))
        left.chmod(0o600)

    done = await ran(tmp_path, capsys, listed(), reply(201, NEW), to=ToFile(str(left)), before=leave)
    assert done.code == 0
    told = f"{left}, which an interrupted create had kept for its secret, held nothing and is taken away.\n"
    assert done.said.startswith(told)
    assert "canary" in left.read_text()


async def test_a_read_only_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, reply(201, NEW), read_only=True)
    assert (done.code, done.said) == (1, "The profile prod is read-only. Nothing was created.\n")
    assert done.server.seen == []


async def test_a_name_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = await ran(tmp_path, capsys, reply(201, NEW), name=" ")
    assert (done.code, done.said) == (2, "Client name is required. Nothing was created.\n")
    assert done.server.seen == []


async def test_interrupted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arrived = asyncio.Event()

    async def stall(wire: Wire) -> None:
        if wire.seen.method == "GET":
            await wire.send(response(200, []))
            return
        arrived.set()
        await wire.over.wait()

    running = asyncio.create_task(ran(tmp_path, capsys, stall))
    await arrived.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert "Interrupted: “kiosk” may exist" in capsys.readouterr().err
    assert len(Journal(tmp_path).open_entries()) == 1


async def test_interrupted_before_it_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A place may take its time to be reserved: one on another machine."""

    class Interrupted(Somewhere):
        async def reserve(self) -> str | None:
            raise asyncio.CancelledError

    place = Interrupted(KEPT)
    with pytest.raises(asyncio.CancelledError):
        await ran(tmp_path, capsys, listed(), to=[place])
    said = capsys.readouterr().err
    assert said == "Interrupted before anything was sent: “kiosk” is not created.\n"
    assert place.released
    assert [entry.closed for entry in Journal(tmp_path).entries()] == [Event.NOT_CREATED]


COPIED = Delivery(Disposition.CLIPBOARD, "Sent to your terminal.", "sent to a clipboard (osc52)")
NOT_COPIED = Delivery(Disposition.NOT_STORED, "NOT copied: X.", "X")
REFUSED = Delivery(Disposition.NOT_STORED, "/x is full.", refused="not saved to /x: /x is full.")
_AGAIN = "delete it (`butlr-tui delete client_NEW --yes`) and create it again."
_PASTE = "A clipboard is no storage: paste the secret where it should live first; nobody can show it again."


@pytest.mark.parametrize(
    ("deliveries", "code", "said"),
    [
        ([KEPT, KEPT], 0, ["Vault accepted it.", "Vault accepted it."]),
        ([KEPT, COPIED], 0, ["Vault accepted it.", "Sent to your terminal."]),
        ([NOT_COPIED, KEPT], 0, ["NOT copied: X.", "Vault accepted it."]),
        ([KEPT, REFUSED], 7, ["Vault accepted it.", "/x is full.",
            f"So it is not everywhere: take it there from where it is stored, or {_AGAIN}"]),
        ([REFUSED, COPIED], 6, ["/x is full.", "Sent to your terminal.", _PASTE]),
        ([REFUSED, NOT_COPIED], 7, ["/x is full.", "NOT copied: X.",
            f"So its secret is stored nowhere. Nobody can show it again: {_AGAIN}"]),
    ],
)  # fmt: skip
async def test_each_of_several_has_its_line_and_only_where_all_store_it_the_code_is_0(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    deliveries: list[Delivery],
    code: int,
    said: list[str],
) -> None:
    to = [Somewhere(delivery) for delivery in deliveries]
    done = await ran(tmp_path, capsys, listed(), reply(201, NEW), to=to)
    assert (done.code, done.said.splitlines()) == (code, ["client_NEW is created.", *said])
    assert [len(one.taken) for one in to] == [1, 1]
    (entry,) = Journal(tmp_path).entries()
    stored = deliveries.count(KEPT)
    assert (*([entry.closed_how] if stored else []), *entry.stored_too) == (KEPT.how,) * stored
    assert entry.not_stored == ((REFUSED.refused,) if REFUSED in deliveries else ())
    assert entry.deliveries == ((COPIED.how,) if COPIED in deliveries else ())


async def test_where_one_of_several_can_not_take_it_nothing_is_created(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = [Somewhere(KEPT), Somewhere(KEPT, "It is full.")]
    done = await ran(tmp_path, capsys, listed(), to=to)
    assert (done.code, done.said) == (1, "It is full. Nothing was created.\n")
    assert done.server.seen == []


async def test_an_interrupted_delivery_keeps_no_place_any_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(Somewhere):
        async def take(self, credentials: Credentials) -> Delivery:
            assert (tmp_path / "x").exists()
            raise asyncio.CancelledError

    to: list[Destination] = [Interrupted(KEPT), ToFile(str(tmp_path / "x"))]
    with pytest.raises(asyncio.CancelledError):
        await ran(tmp_path, capsys, listed(), reply(201, NEW), to=to)
    assert not (tmp_path / "x").exists()
    assert [entry.client_id for entry in Journal(tmp_path).entries() if entry.is_open] == ["client_NEW"]


def nothing(_: str) -> None:
    """A terminal that takes everything."""


@pytest.mark.parametrize(("also", "what"), [([], "Its secret"), ([Somewhere(KEPT)], "What is sealed")])
async def test_whom_it_is_sealed_for_is_told_first_and_its_pair_is_tried_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], also: list[Destination], what: str
) -> None:
    anna = key(tmp_path, "ed25519")
    sealed = destination(
        f"seal:anna={tmp_path}/x.age", None, [], nothing, recipients={"anna": (anna.public,)}
    )
    done = await ran(tmp_path, capsys, listed(), reply(201, NEW), to=[sealed, *also])
    said = done.said.splitlines()
    assert (done.code, said[0]) == (0, f"{what} is for anna ({anna.fingerprint}) alone.")
    assert said[-1] == "client_NEW signs in."


async def test_a_pair_that_could_not_be_sealed_is_not_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = key(tmp_path, "ed25519")
    sealed = destination(
        f"seal:anna={tmp_path}/x.age", None, [], nothing, recipients={"anna": (anna.public,)}
    )

    async def fails(*_: object) -> str:
        raise sealing.CannotSeal("It could not be sealed.")

    monkeypatch.setattr(sealing, "seal", fails)
    done = await ran(tmp_path, capsys, listed(), reply(201, NEW), to=[sealed, Somewhere(KEPT)])
    assert (done.code, done.said.splitlines()[-1].partition(":")[0]) == (7, "So it is not everywhere")
    (entry,) = Journal(tmp_path).entries()
    assert entry.not_stored == ("not sealed for anna: It could not be sealed.",)
