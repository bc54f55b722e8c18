"""What is left in a clipboard: cleared after a while, or at once where the app ends before."""

import asyncio

import pytest

from butlr_tui.delivery.clipboard.copy import ClipboardDigest
from butlr_tui.operations import clipboard
from butlr_tui.operations.clipboard import Clipboard

HELD = ClipboardDigest.of("the secret")
MAY_BE_IN_IT = "! Your clipboard could not be read, so the secret may still be in it: clear it yourself."


@pytest.fixture
def cleared(monkeypatch: pytest.MonkeyPatch) -> list[ClipboardDigest]:
    """The copies that were cleared, each at once."""
    found: list[ClipboardDigest] = []

    async def clear(held: ClipboardDigest, _: object) -> bool:
        found.append(held)
        return True

    monkeypatch.setattr("butlr_tui.delivery.clipboard.copy.clear_if_ours", clear)
    return found


def waiting(board: Clipboard, held: ClipboardDigest) -> "asyncio.Task[str]":
    return asyncio.create_task(board.clear_later(held))


async def test_at_the_end_the_copy_that_waits_is_cleared_once(cleared: list[ClipboardDigest]) -> None:
    board = Clipboard(lambda _: None, {})
    assert await board.clear_now() == ""
    later = waiting(board, HELD)
    await asyncio.sleep(0)
    later.cancel()  # as the end of the app does
    assert await board.clear_now() == "✓ The secret is cleared from your clipboard."
    assert await board.clear_now() == ""
    assert cleared == [HELD]


async def test_the_last_copy_is_the_one_that_is_still_there(cleared: list[ClipboardDigest]) -> None:
    board = Clipboard(lambda _: None, {})
    both = [waiting(board, held) for held in (ClipboardDigest.of("an earlier one"), HELD)]
    await asyncio.sleep(0)
    assert await board.clear_now() == "✓ The secret is cleared from your clipboard."
    assert cleared == [HELD]
    for one in both:
        one.cancel()


async def test_a_copy_that_came_while_an_earlier_one_was_cleared_still_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[ClipboardDigest] = []
    is_looked_at, goes_on = asyncio.Event(), asyncio.Event()

    async def clear(held: ClipboardDigest, _: object) -> bool:
        found.append(held)
        is_looked_at.set()
        await goes_on.wait()
        return held is HELD

    monkeypatch.setattr("butlr_tui.delivery.clipboard.copy.clear_if_ours", clear)
    earlier, board = ClipboardDigest.of("an earlier one"), Clipboard(lambda _: None, {}, clear_seconds=0.01)
    clearing = waiting(board, earlier)
    await is_looked_at.wait()
    later = waiting(board, HELD)
    await asyncio.sleep(0)
    later.cancel()
    goes_on.set()
    assert await clearing == ""  # something else is in it by now
    assert await board.clear_now() == "✓ The secret is cleared from your clipboard."
    assert found == [earlier, HELD]


async def test_a_clipboard_that_does_not_answer_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(*_: object) -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr("butlr_tui.delivery.clipboard.copy.clear_if_ours", hang)
    monkeypatch.setattr(clipboard, "_LAST_CHANCE", 0.05)
    board = Clipboard(lambda _: None, {})
    later = waiting(board, HELD)
    await asyncio.sleep(0)
    assert await board.clear_now() == MAY_BE_IN_IT
    later.cancel()
