"""What a newcomer sees: nothing is configured, and four ways to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.screen import Screen

from butlr_tui.addresses import normalised
from butlr_tui.config.profiles import BUTLR_URL, LOCAL_URL, Profile, Prompt
from butlr_tui.flows.host import Option
from butlr_tui.tui.bindings import bindings
from butlr_tui.tui.commands import Place, command
from butlr_tui.tui.widgets.choice import Choice
from butlr_tui.tui.widgets.key_bar import KeyBar
from butlr_tui.tui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

_OTHER: Final = "other"
_URL: Final = Option(_OTHER, "another address", "any service that speaks the M2M API")


class FirstRun(Screen[None]):
    """Offers the profiles that need no configuration, Butlr's API, and any other address."""

    AUTO_FOCUS = "Choice"
    BINDINGS = bindings(Place.FIRST_RUN)

    def __init__(self, profiles: Sequence[Profile], use: Callable[[Profile], None], why: str) -> None:
        super().__init__()
        self._profiles = {profile.name: profile for profile in (*profiles, _butlr())}
        self._use = use
        self._why = why

    def compose(self) -> ComposeResult:
        """A greeting, the ways, the keys."""
        yield Words(Content.assemble(("butlr", "bold"), "  looks after the M2M clients of the Butlr API"))
        yield Words(self._why, classes="paragraph")
        yield Choice(
            [*(Option(name, name, _about(profile)) for name, profile in self._profiles.items()), _URL]
        )
        yield Words(
            "Profiles for more than one service go into a file: butlr-tui config init writes one to start with.",
            classes="paragraph",
        )
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(KeyBar).show_commands([command("choose_service"), command("quit_first_run")])

    async def action_choose(self) -> None:
        """Go on with what is chosen."""
        chosen = self.query_one(Choice).chosen.id
        if chosen != _OTHER:
            self._use(self._profiles[chosen])
            return
        from butlr_tui.flows.host import AskText, ask_until_right
        from butlr_tui.tui.screens.flow_host import AppFlowHost

        question = AskText(
            "Another address",
            "The base URL of the service, such as https://m2m.example.com. Plain http is taken for this "
            "machine only.",
            value="https://",
        )
        host = AppFlowHost(self.app)

        async def flow() -> None:
            url = await ask_until_right(host, question, _fault_in_url)
            if url is not None:
                self._use(Profile(_OTHER, url.strip(), Prompt()))

        await host.begin(flow(), self.run_worker, "address")

    def action_quit(self) -> None:
        """Quit."""
        self.app.exit()


def _butlr() -> Profile:
    return Profile("butlr", BUTLR_URL, Prompt())


def _about(profile: Profile) -> str:
    if normalised(profile.base_url) == normalised(LOCAL_URL):
        return "the service on this machine (start it with: butlr-tui serve)"
    if profile.name == "demo":
        return "sample clients on an embedded service; nothing leaves this machine"
    return f"{profile.base_url}, asks you to sign in"


async def _fault_in_url(url: str) -> str | None:
    from butlr_tui.http.transport import BadUrl, check_url

    try:
        check_url(url.strip())
    except BadUrl as error:
        return str(error)
    return None
