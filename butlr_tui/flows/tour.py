"""A tour through the demo. Each step is ended by doing it: the journal tells so, and of the first the filter."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from butlr_tui.journal.entries import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.wording import Key
    from butlr_tui.journal.entries import Entry
    from butlr_tui.operations.history import History


class Step(Enum):
    """What is learnt, in this order."""

    FIND = "find"
    CREATE = "create"
    STORE = "store"
    TEST = "test"
    REPLACE = "replace"
    DELETE = "delete"


class At(Enum):
    """Where the operator is."""

    LIST = auto()
    FORM = auto()
    """Before a create."""
    SECRET = auto()
    """With a new pair in hand."""
    DELETION = auto()
    """Before a deletion."""


def offer(profile: Profile, history: History, key: Key) -> str:
    """That there is a tour, for somebody in the demo who has made nothing yet; "" for others."""
    if not profile.place or history.made_here:
        return ""
    return f"{key('tour')} takes you through all this in six steps."


async def entries_for(history: History, say: Callable[[str], None]) -> Sequence[Entry] | None:
    """What the journal tells; None where it can't be read, which is said."""
    from butlr_tui.http.errors import NotSent

    try:
        return await history.entries()
    except NotSent as error:
        say(f"✗ {error.message}")
        return None


class Tour:
    """How far it is. Whatever was done before it began does not count."""

    def __init__(self, before: Iterable[Entry]) -> None:
        self._before = frozenset(entry.attempt for entry in before)
        self._done: set[Step] = set()
        self._is_secret_open = False

    def filtered(self) -> None:
        """The list shows what a filter found."""
        self._done.add(Step.FIND)

    def learn(self, entries: Iterable[Entry]) -> None:
        """What the journal tells by now."""
        new = [entry for entry in entries if entry.attempt not in self._before]
        created = [entry for entry in new if entry.ended is Event.CREATED]
        first = [entry for entry in created if entry.replaces is None]
        stored = [entry for entry in created if entry.closed is Event.STORED]
        self._is_secret_open = len(stored) < len(created)
        came_true = {
            Step.CREATE: first,
            Step.STORE: [entry for entry in first if entry in stored],
            Step.TEST: [entry for entry in first if entry.signed_in],
            Step.REPLACE: [entry for entry in stored if entry.replaces is not None],
            Step.DELETE: [entry for entry in new if entry.ended in (Event.DELETED, Event.ALREADY_GONE)],
        }
        self._done |= {step for step, which in came_true.items() if which}

    @property
    def step(self) -> Step | None:
        """The first that is not done; None at the end."""
        return next((step for step in Step if step not in self._done), None)

    @property
    def title(self) -> str:
        """Which step it is of how many."""
        if self.step is None:
            return "Tour, done"
        steps = list(Step)
        return f"Tour {steps.index(self.step) + 1} of {len(steps)}, {self.step.value}"

    def next(self, at: At, key: Key) -> str:
        """What to do next where the operator is."""
        match at:
            case At.FORM if self.step is Step.REPLACE:
                return f"{key('create')} creates the new one"
            case At.FORM:
                return f"a name, then {key('create')} twice"
            case At.SECRET:
                return self._with_the_secret(key)
            case At.DELETION:
                return f"confirm it, then {key('confirm_delete')}"
        if self.step is None:
            return f"{key('help')} shows every key; {key('tour')} closes this."
        return f"{_in_the_list(key)[self.step]} {key('tour')} leaves."

    def _with_the_secret(self, key: Key) -> str:
        if self._is_secret_open:
            return f"{key('save')} saves both to a file"
        if self.step is Step.TEST:
            return f"{key('try')} signs in with the new pair"
        return f"{key('close_secret')} closes this"


def _in_the_list(key: Key) -> Mapping[Step, str]:
    another = f"{key('new')} makes another client:"
    return {
        Step.FIND: f"{key('filter')}, then sync, then {key('keep_filter')}: only what matches is shown.",
        Step.CREATE: f"{key('back')} clears the filter. {key('new')} makes a client.",
        Step.STORE: f"{another} {key('save')} saves its secret.",
        Step.TEST: f"{another} {key('try')} beside its secret signs in with it.",
        Step.REPLACE: f"{key('replace')} makes a new one in the place of the one under the cursor.",
        Step.DELETE: f"{key('replace')} once more deletes the old one; {key('delete')} deletes any.",
    }
