"""The journal, without which nothing is created."""

from butlr_tui.doctor.check import Check, fail, ok
from butlr_tui.journal.journal import Journal, JournalError
from butlr_tui.text import counted, describe_path, safe


def journal_check(journal: Journal) -> Check:
    """Whether the journal is ours alone and can be read. Writes nothing; blocks."""
    try:
        entries = journal.entries()
    except JournalError as error:
        return fail("journal", safe(str(error)), "Put that right: without a journal nothing is created.")
    unfinished = sum(entry.is_open for entry in entries)
    told = f"; {counted(unfinished, 'create')} in it left unfinished" if unfinished else ""
    return ok("journal", f"{describe_path(journal.path)} can be used{told}.")
