"""Creates a client and takes its secret to the destinations that were named, as honestly as the app does."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.flows.wording import cleared
from butlr_tui.http.errors import ServiceError
from butlr_tui.journal.entries import SourceLine
from butlr_tui.models import Client
from butlr_tui.operations.deliver import hand_over
from butlr_tui.operations.outcomes import Created, CreatedWithoutSecret, CreateUnclear, NotCreated
from butlr_tui.operations.place import Destination, SecretPlace
from butlr_tui.operations.sealed import ToSeal
from butlr_tui.operations.session import Look, Session, waits_in_words
from butlr_tui.plain.deliveries import Shortfall, tell_of
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import code_for
from butlr_tui.plain.progress import read_list
from butlr_tui.system.streams import tell
from butlr_tui.text import counted, quoted, safe

_NO_STORAGE: Final = (
    "A clipboard is no storage: paste the secret where it should live first; nobody can show it again."
)


async def create(
    session: Session, to: Sequence[Destination], *, name: str, description: str, replaces: str | None = None
) -> Exit:
    """Create a client with one POST and take its secret to each of `to`, which are checked first, then reserved.

    `replaces` is the client id of the one whose place it is to take: the new pair is then tried too.
    """
    fault = fault_in_name(name) or fault_in_description(description)
    if fault is not None:
        tell(f"{fault[0].upper()}{fault[1:]}. Nothing was created.")
        return Exit.USAGE
    if session.profile.read_only:  # the session would refuse too, but only after a look at the list
        tell(f"The profile {safe(session.profile.name)} is read-only. Nothing was created.")
        return Exit.FAILED
    if left_behind := await session.clear_away():
        tell(cleared(left_behind))
    for one in to:
        if fault := await one.check(name):
            tell(f"{fault} Nothing was created.")
            return Exit.FAILED
    what = "Its secret" if len(to) == 1 else "What is sealed"
    for one in to:
        if isinstance(one, ToSeal):
            tell(f"{what} is for {await one.for_whom()} alone.")
    return await Creation(session, to, name, description, replaces).run()


@dataclass(frozen=True, slots=True)
class Creation:
    """One create, of which nothing is known to be wrong."""

    session: Session
    to: Sequence[Destination]
    name: str
    description: str
    replaces: str | None = None
    line: SourceLine | None = None
    """That of a file which it is created from."""
    say: Callable[[str], None] = tell
    """Tells the person what came of it."""

    async def run(self) -> Exit:
        """Look at the list, create the client and take its secret away. Raises ServiceError before the POST."""
        known = await read_list(self.session)
        try:
            return await self._create([one.place(self.name) for one in self.to], known)
        except asyncio.CancelledError:
            self.say(
                f"Interrupted: {quoted(self.name)} may exist, and its secret may be stored nowhere. `butlr-tui "
                "journal` tells what is known."
            )
            raise

    async def _create(self, places: Sequence[SecretPlace], known: list[Client]) -> Exit:
        before = [client.id for client in known if client.name == self.name]
        match await self.session.create(
            self.name, self.description, places, before=before, replaces=self.replaces, line=self.line
        ):
            case Created() as created:
                code = await self._deliver(created, places)
                is_tried = self.replaces or any(isinstance(one, ToSeal) for one in self.to)
                if code is not Exit.DONE or not is_tried:
                    return code
                return await self._try(created)  # once it is stored: an answer may take its time
            case CreatedWithoutSecret(client_id=client_id):
                which = safe(client_id) if client_id else quoted(self.name)
                self.say(
                    f"{which} is created, but the service sent no secret, and nobody can show it: "
                    f"{self._start_again(client_id)}"
                )
                return Exit.SECRET_NOWHERE
            case NotCreated(error=error):
                self.say(f"{error.message} {quoted(self.name)} is not created.")
                return code_for(error)
            case unclear:
                await self._look(unclear, known)
                return Exit.UNKNOWN

    async def _deliver(self, created: Created, places: Sequence[SecretPlace]) -> Exit:
        client_id = created.credentials.client_id
        made = f"{safe(client_id)} is created"
        if self.replaces:
            made += f" to replace {safe(self.replaces)}"
        try:
            deliveries = [await hand_over(self.session, created, place) for place in places]
        except BaseException:
            for place in places:  # those whose turn never came
                await place.release()
            raise
        return tell_of(deliveries, made, self._shortfall(client_id), self.say)

    async def _try(self, created: Created) -> Exit:
        """Sign in with the new pair: what uses the old one, or somebody else, is to get one that works."""
        client_id = safe(created.credentials.client_id)
        try:
            await self.session.try_pair(created)
        except ServiceError as error:
            then = (
                "Try its pair before the old client goes."
                if self.replaces
                else "`butlr-tui open` tries it again."
            )
            self.say(f"{client_id} does not sign in yet: {error.message} {then}")
            return Exit.UNKNOWN
        self.say(f"{client_id} signs in.")
        return Exit.DONE

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
        again = "create it again" if self.replaces is None else "replace the old one again"
        return f"delete it (`butlr-tui delete {which} --yes`) and {again}."
