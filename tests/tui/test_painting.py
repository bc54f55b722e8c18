"""What is laid out, styled and painted for a key: nothing that has not changed. The driver would hide it."""

from collections.abc import Iterator

import pytest
from textual.dom import DOMNode
from textual.geometry import Region
from textual.strip import Strip

from butlr_tui.tui.app import ButlrApp
from butlr_tui.tui.dialogs.notice import Notice
from butlr_tui.tui.screens.main import MainScreen
from butlr_tui.tui.widgets.client_list import ClientList
from butlr_tui.tui.widgets.key_bar import KeyBar
from butlr_tui.tui.widgets.lines import Lines
from butlr_tui.tui.widgets.status_bar import StatusBar
from butlr_tui.tui.widgets.words import Words
from tests.support.driver import User, using
from tests.support.world import World


class Work:
    """What Textual was made to do."""

    def __init__(self) -> None:
        self.paintings = 0
        """How often the list was painted, or a part of it."""
        self.styled: list[DOMNode] = []
        """The widgets whose styles were applied anew, with all that is in them."""
        self.layouts = 0
        """How often the screen was laid out."""

    def begins(self, user: User, screen: int = 0) -> None:
        """What came before does not count. `screen` counts from the list's, on which dialogs lie."""
        self.styled.clear()
        self.layouts = self.paintings = 0
        laid_out = user.app.screen_stack[screen].screen_layout_refresh_signal
        laid_out.unsubscribe(user.app)
        laid_out.subscribe(user.app, self._laid_out, immediate=True)

    def _laid_out(self, _: object) -> None:
        self.layouts += 1


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    done = Work()
    render_lines, update_styles = ClientList.render_lines, ButlrApp.update_styles

    def painted(self: ClientList, crop: Region) -> list[Strip]:
        done.paintings += 1
        return render_lines(self, crop)

    def styled(self: ButlrApp, node: DOMNode, animate: bool = True) -> None:
        done.styled.append(node)
        update_styles(self, node, animate)

    monkeypatch.setattr(ClientList, "render_lines", painted)
    monkeypatch.setattr(ButlrApp, "update_styles", styled)
    yield done


async def test_a_key_that_changes_nothing_makes_no_work(world: World, work: Work) -> None:
    async with using(world) as user:
        for command in ("open", "up", "first", "page_up", "back"):
            await user.rests()
            work.begins(user)
            await user.does(command)
            await user.rests()
            assert (command, work.layouts, work.styled, work.paintings) == (command, 0, [], 0)


async def test_a_dialog_makes_no_work_with_what_lies_under_it_but_to_paint_it_once(
    world: World, work: Work
) -> None:
    async with using(world) as user:
        for command in ("new", "help"):
            await user.rests()
            work.begins(user)
            await user.does(command)
            await user.rests()
            assert len(user.app.screen_stack) == 2
            assert [node for node in work.styled if isinstance(node.screen, MainScreen)] == []
            assert work.layouts == 0
            work.begins(user)
            await user.does("leave")
            await user.rests()
            assert len(user.app.screen_stack) == 1
            left = [node for node in work.styled if node.is_attached and isinstance(node.screen, MainScreen)]
            assert (command, work.layouts, left, work.paintings) == (command, 1, [], 1)


async def test_a_letter_or_another_field_lays_out_no_form(world: World, work: Work) -> None:
    async with using(world) as user:
        await user.does("new")
        await user.sees("New client on local")
        await user.rests()
        for key in ("k", "tab", "x"):
            work.begins(user, screen=1)
            await user.presses(key)
            await user.rests()
            assert (key, work.layouts) == (key, 0)
        await user.sees("1/140")


async def test_the_first_frame_is_complete(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: dict[type[Lines], list[str]] = {StatusBar: [], KeyBar: []}
    render_line = Lines.render_line

    def painted(self: Lines, y: int) -> Strip:
        strip = render_line(self, y)
        frames.get(type(self), []).append(strip.text)
        return strip

    monkeypatch.setattr(Lines, "render_line", painted)
    async with using(world, loaded=False) as user:
        await user.sees("read at")
    assert "butlr  ▌local▐" in frames[StatusBar][0]
    assert "filter" in frames[KeyBar][0]


async def test_what_changes_under_a_dialog_while_another_closes_is_painted(world: World) -> None:
    """On a busy machine the turn of the screen below comes between the end of a dialog and its last frame."""
    async with using(world) as user:
        below = user.app.screen
        user.app.push_screen(Notice("A form", "It closes."))
        await user.sees("A form")
        await user.rests()
        closed = user.app.pop_screen()
        user.app.push_screen(Notice("A secret", "It comes once."))
        below.query_one("#said", Words).say("The list has another client.")
        below._on_timer_update()
        await closed
        await user.sees("A secret", "The list has another client.")
