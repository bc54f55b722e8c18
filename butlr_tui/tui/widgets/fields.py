"""The fields of a form."""

from __future__ import annotations

from textual.widgets import Input


class TextField(Input):
    """One line of text, without a frame and without a cursor that blinks over somebody's slow link."""

    def __init__(self, value: str = "", *, id: str, password: bool = False) -> None:
        super().__init__(value, id=id, password=password, compact=True, select_on_focus=False)
        self.cursor_blink = False


class SecretField(TextField):
    """A line that is not shown, and that no key takes out again: Textual's ctrl+c copies the real text."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, password=True)

    def action_copy(self) -> None:
        """Copies nothing."""

    def action_cut(self) -> None:
        """Cuts nothing."""
