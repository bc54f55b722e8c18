"""What the lines of a journal add up to, whatever became of them."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.replay import replay
from butlr_tui.models import Client

ONE, TWO = "1" * 32, "2" * 32


def line(attempt: str, event: str, **said: object) -> bytes:
    at = "2026-11-24T12:03:00.000+00:00"
    return json.dumps({"at": at, "attempt": attempt, "event": event, **said}, separators=(",", ":")).encode()


def create(attempt: str = ONE, name: str = "kiosk", **more: object) -> bytes:
    said = {"url": "https://x", "profile": "prod", "name": name, "by": "client_me", "before": ["client_old"]}
    return line(attempt, "create", **said, **more)


def entry_of(*lines: bytes) -> Entry:
    (entry,) = replay(b"\n".join((create(), *lines)) + b"\n").values()
    return entry


def test_what_a_create_began_with() -> None:
    assert entry_of() == Entry(
        attempt=ONE,
        event=Event.CREATE,
        at=datetime.fromisoformat("2026-11-24T12:03:00+00:00"),
        url="https://x",
        profile="prod",
        name="kiosk",
        by="client_me",
        before=("client_old",),
    )


CREATED = line(ONE, "created", client_id="client_new")
SENT = line(ONE, "delivered", how="sent to a clipboard (osc52)")


@pytest.mark.parametrize(
    ("lines", "is_open", "said"),
    [
        ([], True, "“kiosk” may have been created at 2026-11-24 12:03: butlr-tui ended before it knew."),
        (
            [line(ONE, "create_unclear", how="No answer.")],
            True,
            "“kiosk” may have been created at 2026-11-24 12:03: no clear answer came, and no secret.",
        ),
        (
            [line(ONE, "created_without_secret", client_id="client_new")],
            True,
            "client_new (“kiosk”) was created at 2026-11-24 12:03, but its secret never arrived.",
        ),
        (
            [line(ONE, "created_without_secret")],
            True,
            "“kiosk” was created at 2026-11-24 12:03, but its secret never arrived.",
        ),
        (
            [CREATED],
            True,
            "client_new (“kiosk”) was created at 2026-11-24 12:03 and its secret was never stored.",
        ),
        (
            [CREATED, SENT],
            True,
            "client_new (“kiosk”) was created at 2026-11-24 12:03 and its secret was never stored, only sent "
            "to a clipboard (osc52).",
        ),
        (
            [CREATED, line(ONE, "not_copied", how="the terminal did not take it")],
            True,
            "client_new (“kiosk”) was created at 2026-11-24 12:03 and its secret was never stored, nor copied: "
            "the terminal did not take it.",
        ),
        (
            [CREATED, SENT, line(ONE, "not_copied", how="the terminal did not take it")],
            True,
            "client_new (“kiosk”) was created at 2026-11-24 12:03 and its secret was never stored, only sent "
            "to a clipboard (osc52).",
        ),
        ([line(ONE, "not_created", how="Refused.")], False, None),
        ([CREATED, SENT, line(ONE, "stored", how="saved to /x")], False, None),
        ([CREATED, line(ONE, "settled", how="kept")], False, None),
    ],
)
def test_what_is_open_and_what_happened(lines: list[bytes], is_open: bool, said: str | None) -> None:
    entry = entry_of(*lines)
    assert entry.is_open is is_open
    assert said is None or entry.summary == said


@pytest.mark.parametrize(
    ("reserved", "where"),
    [
        ("/srv/kiosk.env", "at /srv/kiosk.env"),
        ("/srv/.butlr-tui-1f", "in /srv"),
        ("/srv/\x1b[m", "at /srv/␛[m"),
    ],
)
def test_where_to_look_for_a_secret_whose_file_was_there(reserved: str, where: str) -> None:
    (entry,) = replay(b"\n".join([create(reserved=reserved), CREATED])).values()
    assert entry.summary.endswith(f"; whether its secret is stored is not known: look {where}.")
    (gone,) = replay(b"\n".join([create(reserved=reserved), CREATED, line(ONE, "released")])).values()
    assert gone.summary.endswith(" and its secret was never stored.")


def test_several_files_may_have_been_there() -> None:
    lines = [
        create(reserved=["/srv/a", "/srv/.butlr-tui-1f"]),
        CREATED,
        line(ONE, "reserved", reserved="/srv/c"),
    ]
    (entry,) = replay(b"\n".join(lines)).values()
    assert entry.summary.endswith("look at /srv/a and in /srv and at /srv/c.")
    (gone,) = replay(b"\n".join([*lines, line(ONE, "released", reserved="/srv/a")])).values()
    assert gone.reserved == ("/srv/.butlr-tui-1f", "/srv/c")


def test_what_several_destinations_did() -> None:
    stored = (line(ONE, "stored", how=f"saved to /{name}") for name in "xy")
    entry = entry_of(CREATED, line(ONE, "not_stored", how="not put on web1:x: no"), *stored)
    assert (entry.closed_how, entry.stored_too) == ("saved to /x", ("saved to /y",))
    assert entry.not_stored == ("not put on web1:x: no",)


def test_how_it_was_closed() -> None:
    entry = entry_of(CREATED, SENT, line(ONE, "stored", how="saved to /x"))
    assert (entry.client_id, entry.ended) == ("client_new", Event.CREATED)
    assert entry.deliveries == ("sent to a clipboard (osc52)",)
    assert (entry.closed, entry.closed_how) == (Event.STORED, "saved to /x")
    refused = entry_of(line(ONE, "not_created", how="Refused."))
    assert (refused.closed, refused.why) == (Event.NOT_CREATED, "Refused.")


def test_a_deletion_is_never_open() -> None:
    began = line(TWO, "delete", url="https://x", name="kiosk", client_id="client_old")
    for ends in ([], [line(TWO, "deleted", by="client_me")], [line(TWO, "delete_unclear", how="?")]):
        (entry,) = replay(b"\n".join([began, *ends])).values()
        assert not entry.is_open
        assert entry.client_id == "client_old"
        assert entry.by == ("client_me" if entry.ended is Event.DELETED else None)


def test_hostile_names_are_shown_safely() -> None:
    (entry,) = replay(create(name="\x1b]52;c;QQ==\x07\n\u202e")).values()
    assert entry.name == "\x1b]52;c;QQ==\x07\n\u202e"
    assert entry.summary.isprintable()


def test_which_clients_it_may_be() -> None:
    old, new, other = (
        Client("client_old", name="kiosk"),
        Client("client_new", name="kiosk"),
        Client("client_other", name="lobby"),
    )
    assert entry_of().candidates([old, new, other]) == [new]
    assert entry_of().candidates([old, other]) == []
    assert entry_of(CREATED).candidates([old, new, other]) == [new]
    assert entry_of(CREATED).candidates([old, other, Client("client_3", name="kiosk")]) == []


LINES = [create(), CREATED, create(TWO, "lobby"), SENT]


@given(st.integers(0, len(LINES) - 1), st.data(), st.booleans())
def test_a_torn_line_costs_no_other_one(which: int, data: st.DataObject, glued: bool) -> None:
    """A power cut tears a line; what is added later may even stand on the same line."""
    end = data.draw(st.integers(0, len(LINES[which]) - 1))
    lines = [*LINES[:which], LINES[which][:end] + (b"" if glued else b"\n"), *LINES[which + 1 :]]
    written = b"".join(one if one.endswith(b"\n") or one is lines[which] else one + b"\n" for one in lines)
    whole = [*LINES[:which], *LINES[which + 1 :]]
    assert replay(written) == replay(b"\n".join(whole))


@given(st.binary(max_size=300), st.integers(0, len(LINES)))
def test_foreign_bytes_cost_nothing(noise: bytes, place: int) -> None:
    lines = [*LINES[:place], noise, *LINES[place:]]
    assert replay(b"\n".join(lines)) == replay(b"\n".join(LINES))


@pytest.mark.parametrize(
    "wrong",
    [
        b"[]",
        b"{}",
        b"null",
        line("../../etc/passwd", "create"),
        line(ONE + "\n", "create"),
        line(ONE, "a later version's event"),
        line(ONE, "stored", how=7),
        create()[:-1] + b',"before":7}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_none_is_left_out(wrong: bytes) -> None:
    assert replay(b"\n".join([*LINES, wrong])) == replay(b"\n".join(LINES))


def test_an_entry_begins_once() -> None:
    again = create(name="another")
    assert replay(b"\n".join([*LINES, again])) == replay(b"\n".join(LINES))
    assert replay(CREATED) == {}
