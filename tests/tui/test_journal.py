"""The journal in the app: what was created and deleted here, and what the detail tells of a client."""

import asyncio
import time
from datetime import datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.journal.entries import Event
from butlr_tui.models import Client
from butlr_tui.tui.screens.journal import JournalScreen
from butlr_tui.tui.widgets.journal_list import JournalList
from tests.support.driver import NARROW, WIDE, User, using
from tests.support.journals import Line, write_entries
from tests.support.world import World
from tests.tui.sizes import every_size

NEW = "client_3MXdHFURMqfFe0wbg15GMfIHLYr"


def some_entries(world: World, *, url: str = "") -> list[str]:
    """A create that was saved, one that was refused, a deletion and a hostile name."""
    here: dict[str, object] = {"url": url or world.profile.base_url, "profile": "local", "by": "client_me"}

    def create(day: int, name: str, *lines: Line) -> list[Line]:
        return [(f"2026-11-{day:02}T09:30:00.000", "create", {**here, "name": name}), *lines]

    later = "2026-11-20T09:31:00.000"
    return write_entries(
        world.journal.path,
        [
            create(
                3,
                "hvac-sync",
                (later, "created", {"client_id": NEW}),
                (later, "stored", {"how": "saved to /srv/secrets/hvac-sync.env"}),
            ),
            create(4, "refused", (later, "not_created", {"how": "The service asks to wait."})),
            [
                ("2026-11-05T09:30:00.000", "delete", {**here, "name": "lobby", "client_id": "client_lobby"}),
                (later, "deleted", {"by": "client_me"}),
            ],
            create(
                6,
                "[/b]\x1b]52;c;QQ==\x07",
                (later, "created", {"client_id": "client_hostile"}),
                (later, "settled", {"how": "kept by the operator"}),
            ),
        ],
    )


async def in_the_journal(user: User) -> None:
    await user.does("journal")
    await user.sees("newest first")


@every_size
async def test_the_newest_comes_first(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    some_entries(world)
    async with using(world, size, loaded=False) as user:
        await user.sees("access-audit")
        await in_the_journal(user)
        await user.sees("4 entries, newest first", "1 of 4")
        names = ["[/b]", "lobby", "refused", "hvac-sync"]
        rows = user.screen.splitlines()[2:6]
        assert all(name in row for name, row in zip(names, rows, strict=True))
        assert await user.picture() == svg


@pytest.mark.parametrize(
    ("size", "columns"),
    [
        ((60, 16), ["WHEN", "WHAT", "NAME"]),
        (NARROW, ["WHEN", "WHAT", "NAME", "SECRET"]),
        (WIDE, ["WHEN", "WHAT", "NAME", "CLIENT ID", "SECRET", "BY"]),
        ((200, 50), ["WHEN", "WHAT", "NAME", "CLIENT ID", "SECRET", "BY"]),
    ],
)
async def test_columns_come_with_the_width_also_after_a_resize(
    world: World, size: tuple[int, int], columns: list[str]
) -> None:
    some_entries(world)
    async with using(world, WIDE) as user:
        await in_the_journal(user)
        await user.resizes(size)
        whole = "saved to /srv/secrets/hvac-sync.env"

        def is_as_wide() -> bool:
            heading = user.screen.splitlines()[1]
            titles = [title.strip() for title in heading.split("  ") if title.strip()]
            return titles == columns and (whole in user.screen) is (size[0] >= 120)

        await user.waits_for(is_as_wide)


async def test_one_long_name_leaves_room_for_what_happened(world: World) -> None:
    here: dict[str, object] = {"url": world.profile.base_url, "profile": "local", "by": "client_me"}
    long = {**here, "name": "a-quite-long-name-of-an-integration-that-somebody-thought-out"}
    later = "2026-11-03T09:31:00.000"
    write_entries(
        world.journal.path,
        [
            [
                ("2026-11-03T09:30:00.000", "create", long),
                (later, "created", {"client_id": NEW}),
                (later, "delivered", {"how": "sent to a clipboard (osc52)"}),
            ],
            [
                ("2026-11-04T09:30:00.000", "create", {**here, "name": "x"}),
                (later, "not_created", {"how": "The service asks to wait."}),
            ],
        ],
    )
    async with using(world, NARROW) as user:
        await user.sees("decide later")
        await user.does("decide_later")
        await in_the_journal(user)
        assert [line.strip(" ▌") for line in user.screen.splitlines()[2:4]] == [
            "2026-11-04  not created  x",
            "2026-11-03  created      a-quite-long-name-of-an-…  NOT STORED, only sent t…",
        ]


async def test_enter_shows_one_entry_whole(world: World) -> None:
    some_entries(world)
    async with using(world, (60, 16), loaded=False) as user:
        await user.sees("access-audit")
        await in_the_journal(user)
        await user.does("oldest", "open_entry")
        await user.sees("The journal on “hvac-sync”", NEW, "2026-11-03 09:30:00 +0000", "client_me")
        await user.sees("saved to /srv/secrets/hvac-sync.env")
        await user.does("leave")
        await user.sees("4 of 4")
        await user.does("entry_up", "open_entry")
        await user.sees("not created", "The service asks to wait.")


@pytest.mark.parametrize("key", ["escape", "q", "J"])
async def test_it_is_closed_by_each_key_that_a_hand_tries(world: World, key: str) -> None:
    some_entries(world)
    async with using(world) as user:
        await in_the_journal(user)
        await user.presses(key)
        await user.sees("access-audit", "signed in as")
        assert user.is_running


async def test_a_click_puts_the_cursor_there_and_one_more_opens_the_entry(world: World) -> None:
    some_entries(world)
    async with using(world) as user:
        await in_the_journal(user)
        await user.clicks("refused")
        await user.sees("3 of 4")
        await user.clicks("refused")
        await user.sees("The journal on “refused”")


async def test_a_terminal_that_is_too_small_is_told(world: World) -> None:
    some_entries(world)
    async with using(world) as user:
        await in_the_journal(user)
        await user.does("oldest")
        await user.resizes((59, 16))
        await user.sees("butlr-tui needs at least 60 × 16 characters.")
        await user.sees_no("hvac-sync")
        await user.resizes((60, 16))
        await user.sees("hvac-sync", "4 of 4")


async def test_ctrl_c_says_how_to_leave(world: World) -> None:
    some_entries(world)
    async with using(world) as user:
        await in_the_journal(user)
        await user.does("how_to_quit")
        await user.sees("Esc goes back; q quits from there", "1 of 4")


async def test_hostile_names_are_shown_safely(world: World) -> None:
    some_entries(world)
    async with using(world) as user:
        await in_the_journal(user)
        await user.sees("[/b]␛]52;c;QQ==␇")
        await user.does("open_entry")
        await user.sees("The journal on “[/b]␛]52;c;QQ==␇”")


async def test_another_service_has_its_own(world: World) -> None:
    some_entries(world, url="https://elsewhere.example")
    async with using(world) as user:
        await user.does("journal")
        await user.sees("Nothing was created or deleted from here yet.")
        await user.does("entry_down", "open_entry")
        await user.sees("Nothing was created or deleted from here yet.")


async def test_a_journal_that_can_not_be_read_says_so(world: World) -> None:
    async with using(world) as user:
        world.journal.path.mkdir(parents=True)
        await user.does("journal")
        await user.sees("✗ The journal can't be read.", "Others may look into")
        world.journal.path.parent.chmod(0o700)
        await user.presses("escape")
        await user.does("journal")
        await user.sees("✗ The journal can't be read.", "is not a regular file")


async def test_ten_thousand_entries_scroll_without_delay(world: World) -> None:
    """Each key paints two rows or a page, whatever the length: no cell is made that is not seen."""
    begun = datetime(2020, 1, 1)
    here: dict[str, object] = {"url": world.profile.base_url, "name": "n"}
    write_entries(
        world.journal.path,
        [
            [
                ((begun + timedelta(hours=number)).isoformat(), "create", here),
                ("2026-11-20T09:31:00.000", "not_created", {"how": "No."}),
            ]
            for number in range(10_000)
        ],
    )
    async with using(world) as user:
        await user.does("journal")
        await user.sees("10,000 entries, newest first", "1 of 10,000")
        rows_drawn = 0
        (shown,) = user.app.screen.query(JournalList)
        row_line = shown.row_line

        def counted(*arguments: object) -> object:
            nonlocal rows_drawn
            rows_drawn += 1
            return row_line(*arguments)  # type: ignore[arg-type]

        shown.row_line = counted  # type: ignore[method-assign, assignment]
        for _ in range(20):
            await user.does("entries_down")
        await user.does("oldest", "newest")
        await user.sees("1 of 10,000")
        assert 0 < rows_drawn < 22 * 2 * 36


async def test_it_is_read_in_a_thread(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some_entries(world)
    async with using(world) as user:
        (main,) = [screen for screen in user.app.screen_stack if not isinstance(screen, JournalScreen)]
        assert main.is_current
        monkeypatch.setattr("butlr_tui.journal.journal.read_own", slow_reader())
        await user.does("journal")
        ticks, end = 0, time.monotonic() + 0.2
        while time.monotonic() < end:
            await asyncio.sleep(0.005)
            ticks += 1
        assert ticks > 10
        await user.sees("Nothing was created or deleted from here yet.")


def slow_reader() -> object:
    def read(path: object) -> bytes:
        time.sleep(0.5)
        return b""

    return read


async def test_the_detail_tells_what_the_journal_knows(world: World) -> None:
    client_id = world.add("kiosk")
    attempt = world.journal.create(world.profile.base_url, "local", "kiosk", "client_me")
    world.journal.note(attempt, Event.CREATED, client_id=client_id)
    world.journal.note(attempt, Event.STORED, "saved to /srv/kiosk.env")
    async with using(world) as user:
        await user.sees_no("Created here on")
        await user.does("filter")
        await user.types("kiosk")
        await user.sees("Created here on 2026-11-24 by client_me, its secret went to /srv/kiosk.env.")


async def test_the_detail_learns_of_a_create_once_its_secret_is_stored(world: World) -> None:
    async with using(world, environment={"TERM": "linux"}) as user:  # no clipboard: it goes to a file
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("read back")
        await user.does("close_secret")
        await user.sees("Created here on", "its secret went to")
        world.journal.delete(world.profile.base_url, "local", Client("client_x", name="x"))
        await in_the_journal(user)
        await user.sees("2 entries, newest first")
