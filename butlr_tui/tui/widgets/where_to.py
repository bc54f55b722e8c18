"""Where the secret of a new client is to go, chosen before it is created, and what to expect of it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.containers import Horizontal, Vertical
from textual.widgets import Label

from butlr_tui.flows.destinations import named_file
from butlr_tui.flows.where_to import A_FILE, first_option, named_for, options, who_reads
from butlr_tui.operations.place import CLIPBOARD
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.fields import SuggestionField
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from butlr_tui.flows.create import NewClientForm
    from butlr_tui.flows.host import Option


class WhereTo(Vertical):
    """A clipboard, a command of the profile, somebody that it is sealed for, or a file.

    That comes last, so that its path is right below it.
    """

    def __init__(self, form: NewClientForm) -> None:
        super().__init__(id="where-to")
        self._form = form
        self._expected = ""
        self._for_whom: dict[str, str] = {}
        """By their options who can read what is sealed, and where it is saved."""
        self._client_name = form.draft.name

    def compose(self) -> ComposeResult:
        """The options, and the path where a file is chosen."""
        yield Label("Its secret goes to")
        yield Choice(self._options(), first_option(self._form), id="destinations")
        yield Horizontal(SuggestionField(id="path"), id="path-line")
        yield Words(id="for-whom")

    def on_mount(self) -> None:
        self._show_what_belongs_to_it()
        self._find_out_what_to_expect()
        self._find_out_for_whom()
        self.follow(self._client_name)

    @work(group="expect")
    async def _find_out_what_to_expect(self) -> None:
        expected = await self._form.context.clipboard.expectation()
        self._expected = expected.said
        chosen = self.query_one(Choice).chosen.id
        self._offer(A_FILE if chosen == CLIPBOARD and not expected.works else chosen)

    @work(group="for whom")
    async def _find_out_for_whom(self) -> None:
        from butlr_tui.flows.seal import keys_of

        context = self._form.context
        for recipient in context.recipients:
            self._for_whom[named_for(self._form, recipient)] = await keys_of(recipient, context)
        self._show_what_belongs_to_it()

    def follow(self, name: str) -> None:
        """The client is to have this name now."""
        self._client_name = name
        self._offer(self.query_one(Choice).chosen.id)
        self._suggest()

    @work(group="suggest", exclusive=True)
    async def _suggest(self) -> None:
        await self.settle()

    async def settle(self) -> None:
        """Suggest a path for the name as it is now, which is a look at the disk."""
        path = await self._form.suggested_path(self._client_name)
        self.query_one(SuggestionField).suggest(path)

    @property
    def chosen(self) -> str:
        """Where it is to go, as flows/destinations.py names it."""
        return self._named(self.query_one(Choice).chosen.id)

    @property
    def also(self) -> Sequence[str]:
        """Where else it is to go."""
        choice = self.query_one(Choice)
        return [self._named(option.id) for option in choice.marked if option.id != choice.chosen.id]

    def mark(self) -> None:
        """Have it go to the chosen option whichever is chosen then, or no longer so."""
        self.query_one(Choice).mark()
        self._show_what_belongs_to_it()

    @property
    def what_may_be_wrong(self) -> Widget:
        """The path where a file is chosen or marked, else the options."""
        return self.query_one("#path" if self._has_file else "#destinations")

    @property
    def _has_file(self) -> bool:
        choice = self.query_one(Choice)
        return any(option.id == A_FILE for option in (choice.chosen, *choice.marked))

    def _named(self, option: str) -> str:
        return named_file(self.query_one(SuggestionField).value) if option == A_FILE else option

    def _offer(self, chosen: str) -> None:
        self.query_one(Choice).offer(self._options(), chosen)
        self._show_what_belongs_to_it()

    def _options(self) -> Sequence[Option]:
        return options(self._form, self._client_name, self._expected)

    def _show_what_belongs_to_it(self) -> None:
        choice = self.query_one(Choice)
        self.query_one("#path-line").display = self._has_file
        meant = dict.fromkeys(option.id for option in (*choice.marked, choice.chosen))
        keys = [
            who_reads(option, self._for_whom[option], self._client_name)
            for option in meant
            if self._for_whom.get(option)
        ]
        self.query_one("#for-whom", Words).say("\n".join(keys))

    def on_choice_chosen(self) -> None:
        self._show_what_belongs_to_it()
