"""Which asker asks which question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from butlr_tui.flows.create import NewClientForm
from butlr_tui.flows.delete import ConfirmDelete
from butlr_tui.flows.delete_several import DeleteSeveral
from butlr_tui.flows.end_replacement import EndReplacement
from butlr_tui.flows.hand_over import SecretInHand
from butlr_tui.flows.host import AskText, Choose, Confirm, Question
from butlr_tui.flows.replace import ReplaceForm
from butlr_tui.flows.sign_in import SignInForm
from butlr_tui.flows.unfinished import DecideCases
from butlr_tui.plain.prompts.deletion import ConfirmDeleteAsker, DeleteSeveralAsker, EndReplacementAsker
from butlr_tui.plain.prompts.form import NewClientAsker, ReplaceAsker
from butlr_tui.plain.prompts.secret import SecretAsker
from butlr_tui.plain.prompts.sign_in import SignInAsker
from butlr_tui.plain.prompts.simple import AskTextAsker, ChooseAsker, ConfirmAsker
from butlr_tui.plain.prompts.unfinished import DecideCasesAsker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from butlr_tui.plain.prompts.asker import Asker
    from butlr_tui.plain.prompts.console import Console

_ASKERS: Final[Mapping[type[Question[Any]], Callable[[Console, Any], Asker[Any]]]] = {
    Confirm: ConfirmAsker,
    Choose: ChooseAsker,
    AskText: AskTextAsker,
    NewClientForm: NewClientAsker,
    ReplaceForm: ReplaceAsker,
    EndReplacement: EndReplacementAsker,
    ConfirmDelete: ConfirmDeleteAsker,
    DeleteSeveral: DeleteSeveralAsker,
    SecretInHand: SecretAsker,
    SignInForm: SignInAsker,
    DecideCases: DecideCasesAsker,
}


def asker_for(console: Console, question: Question[Any]) -> Asker[Any]:
    """An asker for this question."""
    if type(question) not in _ASKERS:
        raise TypeError(f"nothing asks a {type(question).__name__}")
    return _ASKERS[type(question)](console, question)
