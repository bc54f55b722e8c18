"""Which entries somebody works on, also where no file can tell it."""

from pathlib import Path

from butlr_tui.journal.entry_locks import EntryLocks

ATTEMPT = "1" * 32


def test_what_one_works_on_another_can_not_take_until_it_is_let_go(tmp_path: Path) -> None:
    one, two = EntryLocks(tmp_path), EntryLocks(tmp_path)
    assert one.take(ATTEMPT) and not two.take(ATTEMPT)
    assert (one.is_held(ATTEMPT), two.is_held(ATTEMPT), two.is_free(ATTEMPT)) == (False, True, False)
    one.release()
    assert two.take(ATTEMPT)
    two.drop(ATTEMPT)
    assert list(tmp_path.iterdir()) == []


def test_where_no_lock_can_be_made_the_entry_can_be_worked_on_all_the_same(tmp_path: Path) -> None:
    """By several at once, which is better than by none."""
    (tmp_path / "file").touch()
    one, two = EntryLocks(tmp_path / "file"), EntryLocks(tmp_path / "file")
    assert one.take(ATTEMPT) and two.take(ATTEMPT)
    assert not one.is_free(ATTEMPT), "it is at work itself"
    assert not one.is_held(ATTEMPT)
    one.drop(ATTEMPT)
    assert one.is_free(ATTEMPT)
