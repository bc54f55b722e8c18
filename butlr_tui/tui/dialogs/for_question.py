"""Which dialog shows which question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from butlr_tui.flows.host import AskText, Choose, Confirm

if TYPE_CHECKING:
    from collections.abc import Callable

    from butlr_tui.flows.host import Question
    from butlr_tui.tui.dialogs.question import QuestionDialog


def dialog_for(question: Question[Any]) -> QuestionDialog[Any]:
    """A dialog for this question. Each is imported when it is first needed: none is for the first paint."""
    match question:
        case Confirm():
            from butlr_tui.tui.dialogs.confirm import ConfirmDialog

            return ConfirmDialog(question)
        case Choose():
            from butlr_tui.tui.dialogs.choose import ChooseDialog

            return ChooseDialog(question)
        case AskText():
            from butlr_tui.tui.dialogs.ask_text import AskTextDialog

            return AskTextDialog(question)
    return _dialog_of_a_form(question)


def _dialog_of_a_form(question: Question[Any]) -> QuestionDialog[Any]:
    from butlr_tui.flows.create import NewClientForm
    from butlr_tui.flows.delete import ConfirmDelete
    from butlr_tui.flows.delete_several import DeleteSeveral
    from butlr_tui.flows.end_replacement import EndReplacement
    from butlr_tui.flows.hand_over import SecretInHand
    from butlr_tui.flows.replace import ReplaceForm
    from butlr_tui.flows.sign_in import SignInForm
    from butlr_tui.flows.unfinished import DecideCases
    from butlr_tui.tui.dialogs.create import CreateDialog
    from butlr_tui.tui.dialogs.delete import DeleteDialog
    from butlr_tui.tui.dialogs.delete_several import DeleteSeveralDialog
    from butlr_tui.tui.dialogs.end_replacement import EndReplacementDialog
    from butlr_tui.tui.dialogs.replace import ReplaceDialog
    from butlr_tui.tui.dialogs.secret import SecretDialog
    from butlr_tui.tui.dialogs.sign_in import SignInDialog
    from butlr_tui.tui.dialogs.unfinished import UnfinishedDialog

    dialogs: dict[type[Question[Any]], Callable[[Any], QuestionDialog[Any]]] = {
        NewClientForm: CreateDialog,
        ReplaceForm: ReplaceDialog,
        EndReplacement: EndReplacementDialog,
        ConfirmDelete: DeleteDialog,
        DeleteSeveral: DeleteSeveralDialog,
        SecretInHand: SecretDialog,
        SignInForm: SignInDialog,
        DecideCases: UnfinishedDialog,
    }
    if type(question) not in dialogs:
        raise TypeError(f"no dialog shows a {type(question).__name__}")
    return dialogs[type(question)](question)
