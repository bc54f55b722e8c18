"""Finishes a replacement, or calls it off: either way one of the two clients is deleted, and the other stays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from butlr_tui.flows import use_words, wording
from butlr_tui.flows.delete import ConfirmDelete
from butlr_tui.flows.host import Question
from butlr_tui.flows.replacement_words import seen_to_sign_in
from butlr_tui.ids import created_at
from butlr_tui.journal.replacements import State
from butlr_tui.journal.words import where_the_secret_went
from butlr_tui.models import Client
from butlr_tui.operations.outcomes import AlreadyGone, Deleted
from butlr_tui.operations.replace import LeftAlone, OtherIsGone, end
from butlr_tui.text import ago, old, quoted, safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.journal.replacements import Replacement
    from butlr_tui.operations.replace import EndOutcome


_NOT_SEEN: Final = "Whether all has moved to the new one can't be seen from here."


class Ending(Enum):
    """How a replacement ends."""

    FINISH = "finish"
    """The old one is deleted."""
    CALL_OFF = "call off"
    """The new one is deleted."""


@dataclass(eq=False)
class EndReplacement(Question[Ending]):
    """Which of the two goes. Where the profile is protected, the end of that one's id has to be typed."""

    replacement: Replacement
    deletions: Mapping[Ending, ConfirmDelete]
    """What each ending comes to. Finishing is missing where the new one can't take the place."""
    now: datetime

    @property
    def protected(self) -> bool:
        """Whether something has to be typed."""
        return any(deletion.protected for deletion in self.deletions.values())

    @property
    def facts(self) -> Sequence[tuple[str, str]]:
        """Which is old and which is new, each with what it is called; safe to show."""
        one = self.replacement
        return (
            ("Old", _with_age(one.old_id, self.now)),
            ("New", _with_age(one.new_id or "", self.now)),
            ("", f"Its secret: {where_the_secret_went(one.entry)}. {seen_to_sign_in(one)}"),
        )

    def about(self, ending: Ending) -> str:
        """Which one goes and which one stays, for the option."""
        goes, stays = ("old", "new") if ending is Ending.FINISH else ("new", "old")
        return f"the {goes} one is deleted, the {stays} one stays"

    def consequences(self, ending: Ending) -> str:
        """What stops, and that it is for good."""
        which = safe(self.deletions[ending].client.client_id)
        said = f"{which} goes. Whatever signs in with it stops working. This can't be undone."
        if ending is not Ending.FINISH:
            return said
        return said if self._is_still_used else f"{said} {self._seen or _NOT_SEEN}"

    @property
    def _is_still_used(self) -> bool:
        return use_words.is_still_used(self.replacement, self.deletions[Ending.FINISH].use)

    @property
    def _seen(self) -> str:
        """What is known of the old one since it is being replaced."""
        return use_words.of_the_old_one(self.replacement, self.deletions[Ending.FINISH].use, self.now)

    def warning(self, ending: Ending) -> str:
        """What speaks against it; "" where nothing does."""
        goes = self.deletions[ending]
        said = [goes.warning if goes.own or ending is Ending.CALL_OFF else ""]
        if ending is Ending.FINISH:
            said += [f"! {self._seen}" if self._is_still_used else "", self._unused]
        if Ending.FINISH not in self.deletions:
            said.append(
                "! The new one's secret is not known to be stored, so it can't take the old one's place: call it "
                "off, then begin again."
            )
        return "\n".join(filter(None, said))

    @property
    def _unused(self) -> str:
        """That the new one was not used yet, or not even tried; "" where it was."""
        unused = use_words.of_the_new_one(self.replacement, self.deletions[Ending.CALL_OFF].use)
        if unused or self.replacement.entry.signed_in is not None:
            return unused
        return "! The new one was never seen to sign in: try it before the old one goes."


async def end_replacement(host: FlowHost, context: FlowContext, one: Replacement) -> EndOutcome | None:
    """Delete one of the two and say how that ended; None where the operator leaves both."""
    old_one, new_one = _client(context, one, one.old_id), _client(context, one, one.new_id or "")
    question = _question(context, one, {Ending.FINISH: old_one, Ending.CALL_OFF: new_one})
    try:
        ending = await host.ask(question)
        if ending is None:
            return None
        goes, stays = (old_one, new_one) if ending is Ending.FINISH else (new_one, old_one)
        host.progress(question, "Deleting…")
        outcome = await end(context.session, one, goes=goes, stays=stays)
    finally:
        host.close(question)
    host.say(_said(outcome, ending, stays, host.key))
    if isinstance(outcome, OtherIsGone | Deleted | AlreadyGone):
        host.reload(select=stays.id)
    return outcome


def _question(context: FlowContext, one: Replacement, goes: Mapping[Ending, Client]) -> EndReplacement:
    session, now = context.session, context.clock()
    deletions = {
        ending: ConfirmDelete(
            "",
            client,
            client.client_id == session.own_id,
            context.profile.protected,
            now,
            session.history.last_use(client),
        )
        for ending, client in goes.items()
        if ending is Ending.CALL_OFF or one.state is State.READY
    }
    title = (
        f"Replacing {quoted(one.entry.name)} on {safe(context.profile.title)}, begun {ago(one.begun, now)}"
    )
    return EndReplacement(title, one, deletions, now)


def _said(outcome: EndOutcome, ending: Ending, stays: Client, key: wording.Key) -> str:
    if isinstance(outcome, LeftAlone):
        return "! Both are left alone: another butlr-tui works on this replacement, or has settled it."
    if isinstance(outcome, OtherIsGone):
        return (
            f"✗ {safe(stays.client_id)}, which was to stay, is gone, so nothing is deleted: "
            f"{quoted(outcome.client.name)} ({safe(outcome.client.client_id)}) is all that is left."
        )
    which = f"{quoted(outcome.client.name)} ({safe(outcome.client.client_id)})"
    said = wording.how_deletion_ended(
        outcome,
        which,
        kept=f"is still there; {key('replace')} tries again.",
        look=f"{key('refresh')} reads the list again",
    )
    if not isinstance(outcome, Deleted | AlreadyGone):
        return f"✗ {said}"
    return f"✓ {said} {safe(stays.client_id)} {'has replaced it' if ending is Ending.FINISH else 'stays'}."


def _client(context: FlowContext, one: Replacement, client_id: str) -> Client:
    """The client as the list was last read, else what the journal knows of it."""
    known = (client for client in context.known_clients() if client.client_id == client_id)
    return next(known, Client(client_id, client_id, one.entry.name))


def _with_age(client_id: str, now: datetime) -> str:
    created = created_at(client_id)
    return f"{safe(client_id)}, {old(created, now)}" if created else safe(client_id)
