"""Types what a test's answer comes to in the plain prompts, so that each scenario of a flow runs in them too."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from butlr_tui.auth.credentials import TypedClient, TypedToken, TypedUser
from butlr_tui.delivery.formats import Format
from butlr_tui.flows.create import Draft, FilledForm, NewClientForm, Wish
from butlr_tui.flows.delete import ConfirmDelete
from butlr_tui.flows.delete_several import DeleteSeveral
from butlr_tui.flows.destinations import is_file
from butlr_tui.flows.end_replacement import EndReplacement
from butlr_tui.flows.hand_over import (
    Close,
    Copy,
    CopyId,
    HandToCommand,
    Save,
    Seal,
    SecretInHand,
    SecretWish,
    TryPair,
)
from butlr_tui.flows.host import AskText, Choose, Confirm, Question
from butlr_tui.flows.replace import ReplaceForm
from butlr_tui.flows.sign_in import FilledSignIn, SignInForm
from butlr_tui.flows.unfinished import DecideCases
from butlr_tui.plain.prompts.asker import Asker
from butlr_tui.plain.prompts.console import Console, WentBack
from butlr_tui.plain.prompts.for_question import asker_for

T = TypeVar("T")

_ENOUGH = 20
"""Prompts of one question."""
_WISHES: dict[SecretWish, str] = {
    Copy(Format.SECRET): "copy secret",
    Copy(Format.ENV): "copy .env",
    Copy(Format.JSON): "copy JSON",
    CopyId(): "copy id",
    Save(): "save to a file",
    HandToCommand(): "to a command",
    Seal(): "seal for",
    TryPair(): "test it",
    Close(): "0",
}


class NotOffered(Exception):
    """The prompts would not take that: as a dialog, they do not offer it."""


class Typist:
    """The person at the terminal of the prompts; `transcript` is all that this person gets to see."""

    def __init__(self) -> None:
        self.transcript = ""
        self._console = Console(self, self._put)
        self._askers: dict[Question[Any], Asker[Any]] = {}
        self._answers: Callable[[str], str] = lambda prompt: ""

    def _put(self, text: str) -> None:
        assert text.replace("\n", "").isprintable()  # nothing that a terminal would act on
        self.transcript += text

    async def read(self, *, hidden: bool = False) -> str:
        """What is typed for the prompt that is seen last."""
        line = self._answers(self.transcript.rpartition("\n")[2])
        if not hidden:
            self.transcript += f"{line}\n"  # as the terminal shows it
        return line

    def forget(self) -> None:
        """Nothing is typed ahead."""

    async def answers(self, question: Question[T], fault: str, answer: T | None) -> T | None:
        """What the flow gets where this answer is typed. Raises NotOffered."""
        asker = self._askers.get(question)
        is_first = asker is None
        if asker is None:
            asker = self._askers[question] = asker_for(self._console, question)
        lines = iter(_lines(question, answer, is_first=is_first))
        chooses = _form_filler(answer, question) if isinstance(answer, FilledForm) else None

        prompts: list[str] = []

        def types(prompt: str) -> str:
            prompts.append(prompt)
            assert len(prompts) < _ENOUGH, f"the same is asked again and again:\n{self.transcript[-2000:]}"
            line = chooses(prompt) if chooses is not None else next(lines, None)
            assert line is not None, f"nothing is typed for {prompt!r}"
            return line

        self._answers = types
        try:
            got = await asker.answer(fault)
        except WentBack:
            got = asker.went_back()
        return got

    def sees(self, question: Question[T], text: str, done: int, of: int) -> None:
        """Something is told in an open question."""
        if question in self._askers:
            self._askers[question].progress(text, done, of)

    def closes(self, question: Question[T]) -> None:
        """It is over."""
        self._askers.pop(question, None)


def _lines(question: Question[Any], answer: Any, *, is_first: bool) -> Sequence[str]:
    """What is typed, line by line."""
    match question:
        case Confirm():
            return ["1" if answer else "0"]
        case Choose():
            return [_number_of(answer, [option.id for option in question.options])]
        case AskText() if answer == "" and question.value:
            raise NotOffered  # Enter alone takes what is suggested
        case AskText():
            return ["go back" if answer is None else "" if answer == question.value else answer]
        case NewClientForm():
            return ["go back"]
        case SecretInHand():
            return [_word_for(question, answer or Close())]
        case ConfirmDelete():
            return [_confirmation(question.to_type, question.protected) if answer else "go back"]
        case DeleteSeveral() if not is_first:
            return ["1" if answer else "0"]
        case DeleteSeveral():
            return [_confirmation(question.to_type, question.protected) if answer else "go back"]
        case EndReplacement() if answer is None:
            return ["not yet"]
        case EndReplacement():
            if answer not in question.deletions:
                raise NotOffered
            goes = question.deletions[answer]
            return [answer.value, _confirmation(goes.to_type, question.protected)]
        case SignInForm():
            return _signs_in(answer)
        case DecideCases() if answer is None:
            return ["0"]
        case DecideCases() if len(answer) != len(question.cases):
            raise NotOffered
        case DecideCases():
            ids = [[option.id for option in case.options] for case in question.cases]
            return [_number_of(chosen, offered) for chosen, offered in zip(answer, ids, strict=True)]
    raise TypeError(type(question).__name__)


def _number_of(wanted: str | None, ids: Sequence[str]) -> str:
    return "0" if wanted is None else str(ids.index(wanted) + 1)


def _confirmation(to_type: str, protected: bool) -> str:
    return to_type if protected else "delete"


def _word_for(question: SecretInHand, wish: SecretWish) -> str:
    absent = {HandToCommand(): not question.has_commands, Seal(): not question.has_recipients}
    if wish not in _WISHES or absent.get(wish):
        raise NotOffered
    return _WISHES[wish]


def _signs_in(answer: FilledSignIn | None) -> Sequence[str]:
    if answer is None:
        return ["0"]
    keep = "2" if answer.keep else "1"
    match answer.typed:
        case TypedClient(client_id=who, client_secret=proof):
            return ["client", who, proof.get_secret_value(), keep]
        case TypedUser(username=who, password=proof):
            return ["user", who, proof.get_secret_value()]
        case TypedToken(token=proof):
            return ["token", proof.get_secret_value()]
    return ["the profile's own"]


def _form_filler(wanted: FilledForm, form: Question[Any]) -> Callable[[str], str]:
    """Answers each prompt of a form so that it comes to what is wanted."""
    assert isinstance(form, NewClientForm)
    all_of_it = (wanted.to, *wanted.also)
    offered = ["clipboard", *(f"command:{one.name}" for one in form.context.profile.commands)]
    offered += [f"seal:{name}" for name in form.context.recipients]
    if sum(map(is_file, all_of_it)) > 1:
        raise NotOffered
    numbers = []
    for named in all_of_it:
        if not is_file(named) and named not in offered:
            raise NotOffered
        numbers.append(str(len(offered) + 1 if is_file(named) else offered.index(named) + 1))
    if form.fault_in_name(wanted.draft.name) or form.fault_in_description(wanted.draft.description):
        raise NotOffered
    files = iter([named.removeprefix("file:") for named in all_of_it if is_file(named)])
    said = {
        "name": wanted.draft.name,
        "description": wanted.draft.description,
        "where its secret goes": " ".join(numbers),
    }
    left = ["where its secret goes"] if isinstance(form, ReplaceForm) else list(said)

    def answers(prompt: str) -> str:
        if prompt.startswith("File"):
            return next(files)
        asked = {"Name": "name", "Description": "description", "Number, or several": "where its secret goes"}
        for beginning, about in asked.items():
            if prompt.startswith(beginning):
                left[:] = [one for one in left if one != about]
                return said[about]
        if left:
            return f"change {left[0]}" if left[0].startswith("where") else f"change its {left[0]}"
        return {Wish.CREATE: "create", Wish.LOOK_AGAIN: "look again", Wish.LEAVE: "0"}[wanted.wish]

    return answers


def leaves(answer: Any) -> bool:
    """Whether the operator goes back."""
    return answer in (None, False) or (isinstance(answer, FilledForm) and answer.wish is Wish.LEAVE)


def is_same(wanted: Any, got: Any) -> bool:
    """Whether what was typed is what the test meant, as far as a flow could tell."""
    if leaves(wanted):
        return leaves(got)
    if isinstance(wanted, FilledSignIn) and wanted.typed is None:
        return isinstance(got, FilledSignIn) and got.typed is None
    if isinstance(wanted, FilledForm):
        return isinstance(got, FilledForm) and (got.draft, got.to, got.wish, [*got.also]) == (
            Draft(wanted.draft.name, wanted.draft.description),
            wanted.to,
            wanted.wish,
            [*wanted.also],
        )
    return bool(wanted == got)


def assert_no_secret(transcript: str, open_questions: Sequence[Question[Any]]) -> None:
    """No secret was printed that nobody asked to see."""
    for question in open_questions:
        if isinstance(question, SecretInHand):
            assert question.credentials.client_secret.get_secret_value() not in transcript
