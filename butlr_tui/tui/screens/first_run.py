"""What a newcomer sees: no service is named, so which one is it to be?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from butlr_tui.tui.bindings import bindings, bindings_of
from butlr_tui.tui.commands import Place, command, key
from butlr_tui.tui.screens.full_screen import FullScreen
from butlr_tui.tui.widgets.choice import Choice, Options
from butlr_tui.tui.widgets.key_bar import KeyBar
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from butlr_tui.config.profiles import Profile
    from butlr_tui.flows.services import Services


class FirstRun(FullScreen):
    """Asks which service to go to."""

    AUTO_FOCUS = "Choice"
    BINDINGS = [*bindings(Place.FIRST_RUN), *bindings_of("how_to_quit")]  # noqa: RUF012 (as Textual has it)

    def __init__(self, services: Services, use: Callable[[Profile], None], why: str) -> None:
        """`why` it is asked: nothing names a service, or several could be meant."""
        super().__init__()
        self._services = services
        self._use = use
        self._why = why

    def compose(self) -> ComposeResult:
        """A greeting, the question, the services, what is to be known of the chosen one, the keys."""
        options = self._services.options()
        yield Words(Content.assemble(("butlr", "bold"), "  looks after the M2M clients of the Butlr API"))
        yield Words(f"{self._why} Which one is it to be?", classes="paragraph")
        with Options():
            yield Choice(options)
        yield Words(options[0].more, id="more")
        yield Words(id="said")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(KeyBar).show_commands([command("choose_service"), command("quit_first_run")])

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        self.query_one("#more", Words).say(message.option.more)

    async def action_choose(self) -> None:
        """Go on with what is chosen."""
        from butlr_tui.tui.screens.flow_host import AppFlowHost

        host = AppFlowHost(self.app)
        option = self.query_one(Choice).chosen

        async def flow() -> None:
            profile = await self._services.chosen(host, option.id)
            if profile is not None:
                self._use(profile)

        await host.begin(flow, self.run_worker, "service")

    def action_how_to_quit(self) -> None:
        """Say which key quits."""
        self.query_one("#said", Words).say(f"{key('quit_first_run')} quits.")

    def action_quit(self) -> None:
        """Quit."""
        self.app.exit()
