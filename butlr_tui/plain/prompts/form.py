"""The form of a new client, and that of one which takes another's place: line by line, then all of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from butlr_tui.flows.create import Draft, FilledForm, Wish
from butlr_tui.flows.destinations import named_file
from butlr_tui.flows.host import Option
from butlr_tui.flows.seal import keys_of
from butlr_tui.flows.where_to import A_FILE, first_option, named_for, options, who_reads
from butlr_tui.operations.place import CLIPBOARD, FILE, SSH
from butlr_tui.plain.prompts.asker import ON_ITS_WAY, Asker
from butlr_tui.plain.prompts.choosing import choose, choose_several
from butlr_tui.plain.prompts.console import WentBack
from butlr_tui.plain.prompts.words import label, told
from butlr_tui.text import describe_path, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.create import NewClientForm
    from butlr_tui.flows.replace import ReplaceForm
    from butlr_tui.plain.prompts.console import Console

_CREATE: Final = "create"
_LOOK: Final = "look"
_NAME: Final = "name"
_DESCRIPTION: Final = "description"
_WHERE: Final = "where"


class NewClientAsker(Asker[FilledForm]):
    """A name, a description, where the secret goes; then what is to be changed of it, or that it is created."""

    def __init__(self, console: Console, form: NewClientForm) -> None:
        super().__init__(console, form)
        self.form = form
        self.draft = form.draft
        self._to: Sequence[str] = ()
        """All destinations that are chosen; none yet."""

    async def ask(self, *, is_first: bool) -> FilledForm:
        if is_first and not self._to:
            self.introduce()
        await self.fill_in()
        while True:
            wish = await choose(self.console, self._wishes(), out=label("cancel_create"))
            if wish in (_CREATE, _LOOK):
                return self._filled(Wish.CREATE if wish == _CREATE else Wish.LOOK_AGAIN)
            with suppress(WentBack):  # to these choices
                await self.change(wish)

    def introduce(self) -> None:
        """Say what this is."""
        self.console.tell(f"{self.title}\n{self.form.rights}")

    async def fill_in(self) -> None:
        """Ask for all that is missing."""
        if self.form.fault_in_name(self.draft.name) or not self._to:
            await self.change(_NAME)
        if not self._to:
            await self.change(_DESCRIPTION)
        await self.ask_where()

    async def ask_where(self) -> None:
        """Ask where the secret goes, unless that is chosen."""
        if not self._to:
            await self.change(_WHERE)

    async def change(self, what: str) -> None:
        """Ask for one part of it."""
        if what == _NAME:
            self._draft(name=await self._ask_name())
        elif what == _DESCRIPTION:
            self._draft(description=await self._ask_description())
        else:
            self._to = await self._ask_destinations()

    def changes(self) -> Sequence[Option]:
        """What can be changed, with what it is now."""
        where = ", ".join(map(_shown, self._to))
        return [
            Option(_NAME, "change its name", safe(self.draft.name)),
            Option(_DESCRIPTION, "change its description", safe(self.draft.description) or "none"),
            Option(_WHERE, "change where its secret goes", where),
        ]

    def went_back(self) -> FilledForm | None:
        """Leave it; where something was typed, the flow asks first."""
        return None if self.draft == Draft() else self._filled(Wish.LEAVE)

    def interrupt(self) -> None:
        """A look at another machine can be broken off, the create can't."""
        self.stop.set()
        if self.form.is_sent:
            self.console.tell(ON_ITS_WAY)

    def _wishes(self) -> Sequence[Option]:
        look = [Option(_LOOK, label("look"), "whether it exists")] if self.form.can_look_again else []
        return [Option(_CREATE, label("create")), *look, *self.changes()]

    def _filled(self, wish: Wish) -> FilledForm:
        first, *also = self._to or [self.form.to]
        return FilledForm(self.draft, first, wish, also)

    def _draft(self, name: str | None = None, description: str | None = None) -> None:
        before = self.draft
        self.draft = Draft(
            before.name if name is None else name,
            before.description if description is None else description,
        )
        if self.draft != before:  # another name is another client
            self.form.can_look_again = False

    async def _ask_name(self) -> str:
        while True:
            name = await self._line("Name", self.draft.name)
            if fault := self.form.fault_in_name(name):
                self.console.tell(fault)
                continue
            if about := self.form.about_name(name):
                self.console.tell(about)
            return name

    async def _ask_description(self) -> str:
        while True:
            description = await self._line("Description", self.draft.description, "none")
            if not (fault := self.form.fault_in_description(description)):
                return description
            self.console.tell(f"{fault} ({self.form.length_of(description)})")

    async def _line(self, what: str, value: str, otherwise: str = "") -> str:
        kept = safe(value) or otherwise
        return await self.console.ask_text(f"{what}, or Enter for {kept}:" if kept else f"{what}:") or value

    async def _ask_destinations(self) -> Sequence[str]:
        """Where it goes, as flows/destinations.py names it: one, or several."""
        expected = await self.form.context.clipboard.expectation()
        first = first_option(self.form)
        if first == CLIPBOARD and not expected.works:
            first = A_FILE
        offered = options(self.form, self.draft.name, expected.said)
        default = next((option.label for option in offered if option.id == first), "")
        self.console.tell("Its secret goes to:")
        prompt = f"Number, or several, or Enter for {default}:" if default else "Number, or several:"
        chosen = await choose_several(self.console, offered, prompt) or ([first] if default else [])
        await self._tell_for_whom(chosen)
        return [await self._path() if one == A_FILE else one for one in chosen]

    async def _path(self) -> str:
        suggested = await self.form.suggested_path(self.draft.name)
        if not suggested:
            return named_file(await self.console.ask_text("File:"))
        typed = await self.console.ask_text(f"File, or Enter for {safe(suggested)}:")
        return named_file(typed if typed.strip() else suggested)

    async def _tell_for_whom(self, chosen: Sequence[str]) -> None:
        context = self.form.context
        recipients = [one for one in context.recipients if named_for(self.form, one) in chosen]
        told = await asyncio.gather(*(keys_of(recipient, context) for recipient in recipients))
        for recipient, keys in zip(recipients, told, strict=True):
            self.console.tell(who_reads(named_for(self.form, recipient), keys, self.draft.name))


class ReplaceAsker(NewClientAsker):
    """What is replaced by what. There is nothing to ask for but the destination."""

    def __init__(self, console: Console, form: ReplaceForm) -> None:
        super().__init__(console, form)
        self._replacing = form

    def introduce(self) -> None:
        form = self._replacing
        self.console.tell(
            "\n".join(filter(None, (self.title, *told(form.facts), form.warning, form.what_then)))
        )

    async def fill_in(self) -> None:
        await self.ask_where()

    def changes(self) -> Sequence[Option]:
        return super().changes()[-1:]

    def went_back(self) -> None:
        return None


def _shown(destination: str) -> str:
    """A destination as it stands in a sentence."""
    if destination.startswith(FILE):
        return f"the file {describe_path(destination.removeprefix(FILE))}"
    if destination.startswith(SSH):
        return f"the file {safe(destination.removeprefix(SSH))} on another machine"
    return safe(destination)
