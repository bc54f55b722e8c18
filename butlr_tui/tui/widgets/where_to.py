"""Where the secret of a new client is to go, chosen before it is created, and what to expect of it here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual import work
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from butlr_tui.delivery.command import filled
from butlr_tui.flows.destinations import CLIPBOARD, COMMAND, FILE, suggested_path
from butlr_tui.flows.host import Option
from butlr_tui.text import safe, truncate
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.fields import TextField

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from butlr_tui.config.profiles import Profile
    from butlr_tui.operations.clipboard import Clipboard
    from butlr_tui.system.delivery_command import DeliveryCommand

_FILE: Final = "file"
_ABOUT: Final = 46
_NO_ID_YET: Final = "client_id"


class WhereTo(Vertical):
    """A clipboard, a file, or a command of the profile."""

    def __init__(self, profile: Profile, clipboard: Clipboard) -> None:
        super().__init__(id="where-to")
        self._profile = profile
        self._clipboard = clipboard
        self._expected = ""
        self._client_name = ""
        self._follows = True  # the path follows the name until it is edited

    def compose(self) -> ComposeResult:
        """The options, and the path where a file is chosen."""
        yield Label("Its secret goes to")
        yield Choice(self._options(), id="destinations")
        yield Horizontal(
            Label("Path", classes="label"), TextField(id="path"), id="path-line", classes="field"
        )

    def on_mount(self) -> None:
        self.follow("")
        self._find_out_what_to_expect()

    @work(group="expect")
    async def _find_out_what_to_expect(self) -> None:
        expected = await self._clipboard.expectation()
        self._expected = expected.said
        works_not = not expected.works
        self._offer(_FILE if works_not else "")

    def follow(self, name: str) -> None:
        """The client is to have this name now."""
        self._client_name = name
        if self._follows:
            with self.prevent(Input.Changed):
                self.query_one("#path", Input).value = suggested_path(name)
        self._offer()

    @property
    def chosen(self) -> str:
        """Where it is to go, as flows/destinations.py names it."""
        option = self.query_one(Choice).chosen.id
        return FILE + self.query_one("#path", Input).value if option == _FILE else option

    def _offer(self, chosen: str = "") -> None:
        choice = self.query_one(Choice)
        choice.offer(self._options(), chosen)
        self.query_one("#path-line").display = choice.chosen.id == _FILE

    def _options(self) -> Sequence[Option]:
        commands = [
            Option(COMMAND + command.name, safe(command.name), self._shown(command))
            for command in self._profile.commands
        ]
        return [
            Option(CLIPBOARD, CLIPBOARD, self._expected),
            Option(_FILE, _FILE, "new, for you alone, read back"),
            *commands,
        ]

    def _shown(self, command: DeliveryCommand) -> str:
        words = filled(command, name=self._client_name or "name", client_id=_NO_ID_YET)
        return truncate(safe(" ".join(words)), _ABOUT)

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        message.stop()
        self.query_one("#path-line").display = message.option.id == _FILE

    def on_input_changed(self, message: Input.Changed) -> None:
        message.stop()
        self._follows = False
