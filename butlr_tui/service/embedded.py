"""The embedded engine as the service sees it: what waits for a disk runs in a thread.

Reads run in the event loop. They wait for nothing, and sixteen callers whose reads each went to a thread and back
were answered five times slower than one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from butlr_tui.contract import SCOPES, ErrorCode
from butlr_tui.models import Credentials
from butlr_tui.service.additions import Addition
from butlr_tui.service.audit import ADDRESS, AuditEvent, AuditRow
from butlr_tui.service.group_commit import GroupCommit
from butlr_tui.service.minting import digest, matches, mint
from butlr_tui.service.sqlite import Deletion, SqliteStore, failing_as, write_nothing
from butlr_tui.service.store import PIECE, Edition, InvalidToken, Issued, Record, StoredClient
from butlr_tui.service.tokens import Tokens


class Embedded:
    """`Store`, `Callers` and `SignIns` over one SQLite file and one signing key."""

    def __init__(self, store: SqliteStore, tokens: Tokens, now: Callable[[], float]) -> None:
        """`now` gives seconds since 1970."""
        self._store = store
        self._writes = GroupCommit(store)
        self._tokens = tokens
        self._now = now

    async def create(self, owner: str, name: str, description: str) -> Credentials:
        made = mint(self._now())
        secret_hash = digest(made.client_secret.get_secret_value())
        client = StoredClient(made.client_id, owner, name, description, secret_hash)
        row = AuditRow(
            self._now(), AuditEvent.CREATE, caller=owner, client=made.client_id, address=ADDRESS.get()
        )
        with failing_as(ErrorCode.CLIENT_CREATE_FAILED):
            await self._writes.run(Addition(client, row))
        return made

    async def list(self, owner: str, *, anew: bool = False) -> AsyncIterator[Sequence[Record]]:
        after = ""
        while True:
            if piece := self._store.list(owner, after, PIECE):
                yield piece
            if len(piece) < PIECE:
                return
            after = piece[-1].client_id
            await asyncio.sleep(0)  # others have their turn

    async def edition(self, owner: str) -> Edition:
        return self._store.edition(owner)

    async def get(self, owner: str, client_id: str) -> Record | None:
        return self._store.get(owner, client_id)

    async def delete(self, owner: str, client_id: str) -> bool:
        row = AuditRow(self._now(), AuditEvent.DELETE, caller=owner, client=client_id, address=ADDRESS.get())
        with failing_as(ErrorCode.CLIENT_DELETE_FAILED):
            return bool(await self._writes.run(Deletion(owner, client_id, row)))

    async def prove_writable(self) -> None:
        await asyncio.to_thread(self._write_nothing)

    def _write_nothing(self) -> None:
        with self._store.exclusively() as db:
            write_nothing(db)

    async def caller(self, token: str) -> str:
        caller = self._tokens.caller(token)
        if self._store.secret_hash(caller) is None:
            raise InvalidToken
        return caller

    async def holder(self, token: str) -> str:
        return self._tokens.caller(token)

    async def token_for(self, pair: Credentials) -> Issued | None:
        secret_hash = self._store.secret_hash(pair.client_id)
        if not matches(pair.client_secret.get_secret_value(), secret_hash):
            return None
        return Issued(self._tokens.issue(pair.client_id), " ".join(SCOPES), self._tokens.lifetime)
