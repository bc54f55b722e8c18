"""What an entry tells, in words."""

from datetime import datetime
from pathlib import Path

import pytest

from butlr_tui.journal.entries import Entry, Event
from butlr_tui.journal.words import (
    command_with_the_secret,
    far_file_with_the_secret,
    file_with_the_secret,
    of_its_client,
    told_in_full,
    what_happened,
    where_the_secret_went,
)

CREATED = Entry(
    attempt="1" * 32,
    event=Event.CREATE,
    at=datetime.fromisoformat("2026-11-03T12:03:00+00:00"),
    url="https://x",
    profile="prod",
    name="kiosk\x1b",
    by="client_me",
    client_id="client_new",
    ended=Event.CREATED,
)
NOT_COPIED = CREATED._replace(not_copied="the terminal did not take it")
SENT = CREATED._replace(deliveries=("sent to a clipboard (osc52)",))
DELETION = CREATED._replace(event=Event.DELETE, ended=None)


@pytest.mark.parametrize(
    ("entry", "what", "of_the_secret"),
    [
        (CREATED._replace(ended=None), "may be created", "NOT STORED, if it exists"),
        (CREATED._replace(ended=Event.CREATE_UNCLEAR), "may be created", "NOT STORED, if it exists"),
        (CREATED._replace(ended=Event.NOT_CREATED), "not created", ""),
        (CREATED._replace(ended=Event.WITHOUT_SECRET), "created, without a secret", "never arrived"),
        (CREATED, "created", "NOT STORED"),
        (SENT, "created", "NOT STORED, only sent to a clipboard (osc52)"),
        (
            CREATED._replace(replaces="client_3MXdHFURMqfFe0wbg15GMfIHLYr"),
            "created, for client_3MX…5GMfIHLYr",
            "NOT STORED",
        ),
        (DELETION, "may be deleted", ""),
        (DELETION._replace(ended=Event.DELETE_UNCLEAR), "may be deleted", ""),
        (DELETION._replace(ended=Event.DELETED), "deleted", ""),
        (DELETION._replace(ended=Event.ALREADY_GONE), "already gone", ""),
        (DELETION._replace(ended=Event.NOT_DELETED), "not deleted", ""),
    ],
)
def test_the_list_of_all_tells_what_happened_and_where_a_secret_is(
    entry: Entry, what: str, of_the_secret: str
) -> None:
    assert (what_happened(entry), where_the_secret_went(entry)) == (what, of_the_secret)


@pytest.mark.parametrize(
    ("entry", "of_the_secret"),
    [
        (CREATED, "its secret was never stored"),
        (SENT, "its secret was never stored, only sent to a clipboard (osc52)"),
        (
            CREATED._replace(closed=Event.STORED, closed_how="saved to /srv/kiosk.env"),
            "its secret went to /srv/kiosk.env",
        ),
        (
            SENT._replace(closed=Event.STORED, closed_how="handed to the command vault\x1b"),
            "its secret is stored: handed to the command vault␛",
        ),
        (
            CREATED._replace(
                closed=Event.STORED, closed_how="sealed for anna (SHA256:x), saved to /srv/k.age"
            ),
            "its secret was sealed for anna (SHA256:x) and went to /srv/k.age",
        ),
        (CREATED._replace(closed=Event.SETTLED, closed_how="kept by the operator"), "kept by the operator"),
        (CREATED._replace(ended=Event.WITHOUT_SECRET), "its secret never arrived"),
    ],
)
def test_what_a_create_tells_of_its_client(entry: Entry, of_the_secret: str) -> None:
    said = of_its_client(entry)
    assert said.startswith("Created here on 2026-11-03 by client_me, ")
    assert said.endswith(f"{of_the_secret}.")


@pytest.mark.parametrize(
    ("how", "too", "of_the_secret"),
    [
        ("saved to {home}/k.env", [], "its secret went to ~/k.env"),
        ("sealed for anna, saved to {home}/k.age", [], "its secret was sealed for anna and went to ~/k.age"),
        (
            "sealed for anna, saved to {home}/k.age",
            ["saved to {home}/k.env", "put on web1:{home}/k.env"],
            "its secret is stored: sealed for anna, saved to ~/k.age; saved to ~/k.env; put on web1:{home}/k.env",
        ),
    ],
)
def test_a_path_is_told_as_its_owner_would_write_it(how: str, too: list[str], of_the_secret: str) -> None:
    how, of_the_secret, *too = (text.format(home=Path.home()) for text in (how, of_the_secret, *too))
    saved = CREATED._replace(closed=Event.STORED, closed_how=how, stored_too=tuple(too))
    assert of_its_client(saved).endswith(f"{of_the_secret}.")


def test_so_is_each_of_several_in_the_list_of_all() -> None:
    home = Path.home()
    saved = CREATED._replace(
        closed=Event.STORED,
        closed_how=f"put on web1:{home}/k.env",
        stored_too=(f"saved to {home}/k.env",),
    )
    assert where_the_secret_went(saved) == f"put on web1:{home}/k.env; saved to ~/k.env"


def test_a_long_identity_loses_its_middle_and_an_unknown_one_is_not_named() -> None:
    by = of_its_client(CREATED._replace(by="client_3MXdHFURMqfFe0wbg15GMfIHLYr"))
    assert by == "Created here on 2026-11-03 by client_3MX…5GMfIHLYr, its secret was never stored."
    assert (
        of_its_client(CREATED._replace(by=None)) == "Created here on 2026-11-03, its secret was never stored."
    )


def test_all_that_is_known_is_told_and_nothing_more() -> None:
    assert told_in_full(SENT) == [
        ("when", "2026-11-03 12:03:00 +0000"),
        ("what", "created"),
        ("name", "kiosk␛"),
        ("client id", "client_new"),
        ("where", "https://x"),
        ("profile", "prod"),
        ("by", "client_me"),
        ("secret", "NOT STORED, only sent to a clipboard (osc52)"),
    ]
    assert told_in_full(NOT_COPIED)[-2:] == [
        ("secret", "NOT STORED, nor copied: the terminal did not take it"),
        ("not copied", "the terminal did not take it"),
    ]
    refused = Entry("2" * 32, Event.CREATE, CREATED.at, "", "", "n", None, ended=Event.NOT_CREATED, why="No.")
    assert [label for label, _ in told_in_full(refused)] == ["when", "what", "why", "name"]


def test_all_places_that_have_it_and_those_that_have_not_are_told() -> None:
    entry = CREATED._replace(
        closed=Event.STORED,
        closed_how="handed to the command vault",
        stored_too=("put on web1:/x", "saved to /y"),
        not_stored=("not saved to /z: it is full.",),
    )
    told = dict(told_in_full(entry))
    assert told["secret"] == "handed to the command vault; put on web1:/x; saved to /y"
    assert of_its_client(entry).endswith(f"its secret is stored: {told['secret']}.")
    assert told["not stored"] == "not saved to /z: it is full."
    assert (far_file_with_the_secret(entry), file_with_the_secret(entry)) == ("web1:/x", "/y")
    assert command_with_the_secret(entry) == "vault"
    assert command_with_the_secret(entry._replace(closed=Event.SETTLED)) == "", "it is not stored there"
    sealed = entry._replace(
        closed_how="sealed for anna (SHA256:x), saved to /k.age", stored_too=("saved to /y",)
    )
    assert of_its_client(sealed).endswith(
        "its secret is stored: sealed for anna (SHA256:x), saved to /k.age; saved to /y."
    )
