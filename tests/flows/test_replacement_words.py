"""What is said of a replacement in each of its states, as seen from the old client and from the new one."""

from datetime import datetime, timedelta

import pytest

from butlr_tui.flows.replacement_words import Mark, mark, next_step, reminder, seen_to_sign_in
from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.replacements import Replacement, State
from butlr_tui.listing.last_use import LastUse, Use

BEGUN = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
NOW = BEGUN + timedelta(days=3)
ENTRY = Entry(
    "1" * 32, Event.CREATE, BEGUN, "https://x", "prod", "kiosk\x1b", "client_me", replaces="client_old\x1b"
)
READY = Replacement(ENTRY, "client_old\x1b", "client_new", State.READY)


def key(command: str) -> str:
    return f"<{command}>"


@pytest.mark.parametrize(
    ("state", "old", "new"),
    [
        (State.READY, "old, replaced 3 days ago", "new"),
        (State.NOT_STORED, "old, replaced 3 days ago", "new, not stored"),
        (State.UNDER_WAY, "old, being replaced", "new"),
        (State.UNCLEAR, "old, new one unclear", ""),
        (State.OLD_GONE, "", "new, old one gone"),
        (State.NEW_GONE, "old, new one gone", ""),
    ],
)
def test_the_marks(state: State, old: str, new: str) -> None:
    one = READY._replace(state=state)
    if old:
        assert mark(one, one.old_id, NOW) == Mark(old, "old")
    if new:
        assert mark(one, "client_new", NOW) == Mark(new, "new")


@pytest.mark.parametrize(
    ("state", "old", "new"),
    [
        (
            State.READY,
            "Move what uses it to client_new; then <replace> finishes: the old one is deleted.",
            "It replaces client_old␛. Move what uses that one over; then <replace> finishes: the old one is "
            "deleted.",
        ),
        (
            State.NOT_STORED,
            "client_new was to replace it, but that one's secret is not known to be stored. <replace> calls it "
            "off: the new one is deleted.",
            "It was to replace client_old␛, but its secret is not known to be stored. <replace> calls it off: "
            "the new one is deleted.",
        ),
        (State.UNDER_WAY, "Another butlr-tui is creating the client that is to replace this one.", ""),
        (
            State.UNCLEAR,
            "The create of a client that was to replace this one got no clear answer, so there may be another "
            "one of its name. <replace> tries again.",
            "",
        ),
        (State.OLD_GONE, "", "It replaces client_old␛, which is gone. <replace> ends the replacement."),
        (State.NEW_GONE, "client_new, which was to replace it, is gone. <replace> ends the replacement.", ""),
    ],
)
def test_what_is_next(state: State, old: str, new: str) -> None:
    one = READY._replace(state=state)
    for client_id, said in ((one.old_id, old), ("client_new", new)):
        if said:
            assert next_step(one, client_id, NOW, key, LastUse()) == f"{said} Begun 3 days ago."


def test_a_reminder_comes_after_the_days_and_for_what_is_gone() -> None:
    for days, state, is_due in (
        (3, State.READY, True),
        (3.5, State.READY, False),
        (30, State.OLD_GONE, True),
        (30, State.NEW_GONE, True),
        (0, State.NEW_GONE, False),
    ):
        said = reminder([READY._replace(state=state)], NOW, days, key)
        assert ("“kiosk␛”, begun 3 days ago, is not finished." in said) is is_due, (days, state)


def test_a_try_is_told_with_its_day() -> None:
    assert seen_to_sign_in(READY) == "It was never seen to sign in."
    tried = READY._replace(entry=ENTRY._replace(signed_in=BEGUN))
    assert seen_to_sign_in(tried) == "It signed in when it was tried on 2026-11-21."


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (LastUse(), ""),
        (
            LastUse(Use.USED, NOW - timedelta(minutes=2), BEGUN),
            " The old one signed in 2 minutes ago: something still uses it.",
        ),
        (
            LastUse(Use.USED, BEGUN - timedelta(minutes=2), BEGUN),
            " The old one has not signed in since the replacement.",
        ),
        (LastUse(Use.ONLY_TRIED, NOW, BEGUN), " The old one has not signed in since the replacement."),
        (
            LastUse(Use.NEVER, None, BEGUN + timedelta(days=1)),
            " No sign-in of the old one is known since 2026-11-22.",
        ),
    ],
)
def test_what_is_open_says_whether_the_old_one_is_still_used(use: LastUse, said: str) -> None:
    assert next_step(READY, "client_new", NOW, key, use).endswith(f"Begun 3 days ago.{said}")
    assert next_step(READY._replace(state=State.NOT_STORED), "client_new", NOW, key, use).endswith("ago.")
