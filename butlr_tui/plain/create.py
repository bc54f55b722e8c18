"""Creates a client and takes its secret to the destinations that were named, as honestly as the app does."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from butlr_tui.flows.wording import cleared
from butlr_tui.http.errors import ServiceError
from butlr_tui.models import Client
from butlr_tui.operations.create import Delivered, Outcome, WantedClient, create_and_deliver
from butlr_tui.operations.outcomes import CreatedWithoutSecret, CreateUnclear, NotCreated
from butlr_tui.operations.place import Destination
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.operations.session import Look, Session, waits_in_words
from butlr_tui.plain.deliveries import Shortfall, code_of, tell_of
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import code_for
from butlr_tui.plain.progress import read_list
from butlr_tui.system.streams import tell
from butlr_tui.text import counted, quoted, safe, sentence

NOTHING: Final = "Nothing was created."
_NO_STORAGE: Final = (
    "A clipboard is no storage: paste the secret where it should live first; nobody can show it again."
)


async def create(session: Session, to: Sequence[Destination], *, name: str, description: str) -> Exit:
    """Create a client with one POST and take its secret to each of `to`, which are checked first, then reserved.

    Where it is sealed for somebody, the pair is then tried too.
    """
    new = WantedClient(name, description, to)
    if new.fault is not None:
        tell(f"{sentence(new.fault)}. {NOTHING}")
        return Exit.USAGE
    if not may_create(session):
        return Exit.FAILED
    await clear_away(session)
    for one in to:
        if fault := await one.check(name):
            tell(f"{fault} {NOTHING}")
            return Exit.FAILED
    await tell_for_whom(to)
    return await Creation(session, new).run()


def may_create(session: Session) -> bool:
    """Whether the profile may; where it may not, that is told."""
    if session.profile.read_only:  # the session would refuse too, but only after a look at the list
        tell(f"The profile {safe(session.profile.name)} is read-only. {NOTHING}")
    return not session.profile.read_only


async def clear_away(session: Session) -> None:
    """Take away what interrupted creates left behind, and tell it."""
    if left_behind := await session.clear_away():
        tell(cleared(left_behind))


async def tell_for_whom(to: Sequence[Destination]) -> None:
    """Say who alone can read what is sealed."""
    what = "Its secret" if len(to) == 1 else "What is sealed"
    for one in to:
        if isinstance(one, ToSeal):
            tell(f"{what} is for {await one.for_whom()} alone.")


@dataclass(frozen=True, slots=True)
class Creation:
    """One create, of which nothing is known to be wrong, and what is told of it."""

    session: Session
    new: WantedClient
    say: Callable[[str], None] = tell
    """Tells the person what came of it."""

    async def run(self) -> Exit:
        """Look at the list, create the client and take its secret away. Raises ServiceError before the POST."""
        known = await read_list(self.session)
        sent = asyncio.Event()
        try:
            outcome = await create_and_deliver(
                self.session, self.new, known, self._tell_of_delivery, sent.set
            )
            return await self._tell(outcome, known)
        except asyncio.CancelledError:
            self.say(
                f"Interrupted: {quoted(self.new.name)} may exist, and its secret may be stored nowhere. "
                "`butlr-tui journal` tells what is known."
                if sent.is_set()
                else f"Interrupted before anything was sent: {quoted(self.new.name)} is not created."
            )
            raise

    async def _tell(self, outcome: Outcome, known: list[Client]) -> Exit:
        match outcome:
            case Delivered(deliveries=deliveries):
                code = code_of(deliveries)
                return self._tell_of_try(outcome) if code is Exit.DONE and self.new.is_tried else code
            case CreatedWithoutSecret(client_id=client_id):
                which = safe(client_id) if client_id else quoted(self.new.name)
                self.say(
                    f"{which} is created, but the service sent no secret, and nobody can show it: "
                    f"{self._start_again(client_id)}"
                )
                return Exit.SECRET_NOWHERE
            case NotCreated(error=error):
                self.say(f"{error.message} {quoted(self.new.name)} is not created.")
                return code_for(error)
            case unclear:
                await self._look(unclear, known)
                return Exit.UNKNOWN

    def _tell_of_delivery(self, delivered: Delivered) -> None:
        client_id = delivered.created.credentials.client_id
        made = f"{safe(client_id)} is created"
        if self.new.replaces:
            made += f" to replace {safe(self.new.replaces)}"
        tell_of(delivered.deliveries, made, self._shortfall(client_id), self.say)

    def _tell_of_try(self, delivered: Delivered) -> Exit:
        client_id = safe(delivered.created.credentials.client_id)
        if delivered.error is None:
            self.say(f"{client_id} signs in.")
            return Exit.DONE
        then = (
            "Try its pair before the old client goes."
            if self.new.replaces
            else "`butlr-tui open` tries it again."
        )
        self.say(f"{client_id} does not sign in yet: {delivered.error.message} {then}")
        return Exit.UNKNOWN

    async def _look(self, unclear: CreateUnclear, known: list[Client]) -> None:
        name = quoted(unclear.name)
        self.say(
            f"{unclear.error.message} {name} may or may not exist. Looking at the list at {waits_in_words()}…"
        )
        try:
            found = await self.session.look_for(
                unclear.name, {client.id for client in known}, on_look=self._tell_look
            )
        except ServiceError as error:
            self.say(f"The list could not be read to find out: {error.message} Look with `butlr-tui list`.")
            return
        if not found:
            self.say(
                f"{name} is not seen yet. Look again with `butlr-tui list` before you create another one."
            )
        elif len(found) == 1:
            self.say(
                f"{safe(found[0].client_id)} is new and probably this one; its secret did not arrive and nobody "
                f"can show it. Unless a colleague made it, {self._start_again(found[0].id)}"
            )
        else:
            self.say(
                f"{counted(len(found), 'client')} named {name} are new; yours may be one of them, and its secret "
                f"did not arrive: {', '.join(safe(client.client_id) for client in found)}."
            )

    def _tell_look(self, look: Look) -> None:
        if look.error is not None:
            self.say(f"At {look.after:g} s: {look.error.message}")

    def _shortfall(self, client_id: str) -> Shortfall:
        start_again = self._start_again(client_id)
        return Shortfall(
            only_one="its secret is stored nowhere",
            none="So its secret is stored nowhere.",
            then=f"Nobody can show it again: {start_again}",
            some=f"So it is not everywhere: take it there from where it is stored, or {start_again}",
            copied=_NO_STORAGE,
        )

    def _start_again(self, client_id: str | None) -> str:
        which = safe(client_id) if client_id else "ID"
        again = "create it again" if self.new.replaces is None else "replace the old one again"
        return f"delete it (`butlr-tui delete {which} --yes`) and {again}."
