"""Keys that were pressed while a flow works on the answer before them: they are for what comes then."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App
    from textual.events import Key


@runtime_checkable
class Asking(Protocol):
    """A dialog with a question, as far as keys are concerned."""

    leads_to_a_dialog: bool
    """Whether what is typed ahead is for a dialog, so that nothing else may have it."""

    def is_for_later(self, key: str, *, follows: bool) -> bool:
        """Whether a key is for what comes next; `follows` whether others before it are."""
        ...


class TypeAhead:
    """Keeps keys in their order. `act` does all that a key does."""

    def __init__(self, app: App[Any], act: Callable[[Key], Awaitable[None]]) -> None:
        self._app = app
        self._act = act
        self._kept: deque[Key] = deque()
        self._for_a_dialog = False

    async def heed(self, event: Key) -> None:
        """Let a key act, after those that are kept, or keep it too."""
        await self.go_on()
        screen = self._app.screen
        if isinstance(screen, Asking) and screen.is_for_later(event.key, follows=bool(self._kept)):
            self._kept.append(event)
            self._for_a_dialog = screen.leads_to_a_dialog
        else:
            await self._act(event)

    async def go_on(self) -> None:
        """Something else may be in view: let it have the keys that are for it."""
        while self._kept:
            screen = self._app.screen
            if not isinstance(screen, Asking):
                if self._for_a_dialog:  # which did not come
                    self.forget()
                    return
            elif screen.is_for_later(self._kept[0].key, follows=True):
                return
            else:
                self._for_a_dialog = screen.leads_to_a_dialog
            await self._act(self._kept.popleft())

    def go_on_soon(self) -> None:
        """The same, once what is under way in the app is done."""
        if self._kept:
            self._app.call_later(self.go_on)

    def forget(self) -> None:
        """What they were typed for will not come."""
        self._kept.clear()


class _HasTypeAhead(Protocol):
    """The app, as far as its keys are known here."""

    type_ahead: TypeAhead


def type_ahead_of(app: App[Any]) -> TypeAhead:
    """What was typed ahead in the app."""
    return cast("_HasTypeAhead", app).type_ahead
