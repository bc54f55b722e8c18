"""What happened, in words: what it means and what to press. The app and the plain commands share them.

The first two come with the error (http/errors.py); here it gets its place: which list, which name, which
key. Nothing in here is markup, and what servers said arrives made safe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from butlr_tui.http import errors
from butlr_tui.operations.outcomes import AlreadyGone, Deleted, DeleteUnclear, NotDeleted, ReadOnly
from butlr_tui.text import counted, describe_path, quoted, safe, truncate_middle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from butlr_tui.delivery.clipboard.copy import Report
    from butlr_tui.journal.unfinished import Unfinished
    from butlr_tui.models import Client
    from butlr_tui.operations.outcomes import DeleteOutcome

NOT_SETTLED: Final = (
    "The journal could not be written: what you decided counts for this time, and the next start asks again."
)
_ID_CELLS: Final = 40

Key = Callable[[str], str]
"""Names the key of a command: a sentence that says what to press asks the front end for it."""


def glyph(report: Report) -> str:
    """The sign before what is told of a copy: ✓ only where it was read back."""
    return {"verified": "✓", "sent": "→", "failed": "✗"}[report.outcome.value]


def duration(seconds: float) -> str:
    """How long a token lasts."""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h" if minutes >= 60 and minutes % 60 == 0 else f"{minutes} min"


def what_it_said(error: errors.ServiceError) -> str:
    """The beginning of an answer that nobody expected, to show on request; "" where there is none."""
    return getattr(error, "beginning", "")


def list_failed(error: errors.ServiceError, read_at: datetime | None, key: Key) -> str:
    """The list could not be read."""
    again = f"{key('refresh')} tries again."
    match error:
        case errors.RateLimited(retry_at=at) if at is not None:
            again = f"{key('refresh')} tries again then."
        case errors.ServerFailed(server_message=message, status=status):
            meaning = f"Could not read the list: {message or f'the service answered {status}'}."
            since = f" What you see is from {read_at:%H:%M}." if read_at else ""
            return f"{meaning}{since} {again}"
        case errors.TokenWithoutClientId():
            return f"{error.message} {key('sign_in')} signs in with client credentials."
        case errors.NobodySignedIn():
            return f"{error.message} {key('sign_in')} signs in."
        case errors.TokenUnreadable() | errors.CredentialsRefused():
            return f"{error.message} {key('sign_in')} signs in; {again}"
        case errors.SignInNeeded():
            return f"{error.message} {key('sign_in')} signs in again; everything here stays as it is."
        case errors.CredentialError():
            again = f"Then {key('refresh')}; or {key('sign_in')} signs in with others."
        case errors.NoService():
            again = f"Check the address of the profile; {key('refresh')} tries again."
        case errors.InvalidResponse() | errors.GatewayRefused() if what_it_said(error):
            again = f"{key('open')} shows what it said; {key('refresh')} tries again."
    return f"{error.message} {again}"


def stale(read_at: datetime, key: Key) -> str:
    """For the header, while an older list stays on screen."""
    return f"not refreshed since {read_at:%H:%M}; {key('refresh')} tries again"


def not_created(error: errors.ServiceError, key: Key) -> str:
    """Nothing was created, and that is known."""
    match error:
        case errors.InvalidRequest(server_message=message):
            return f"The service refused this: {message.rstrip('.')}. Nothing was created."
        case errors.RateLimited():
            return f"{error.message} Nothing was created; {key('create')} tries again then."
    return f"{error.message} Nothing was created; {key('create')} tries again."


def looking(name: str, error: errors.ServiceError) -> str:
    """The create got no clear answer, and the app is looking."""
    return f"{_unclear(name, error)} Looking…"


def not_seen(name: str, error: errors.ServiceError, looked: str, key: Key) -> str:
    """The create got no clear answer, and nothing new was seen."""
    if error.code == "CLIENT_CREATE_FAILED":
        return (
            f"The service could not create {quoted(name)}. Looked at {looked} to be sure: it is not there. "
            f"{key('create')} tries again."
        )
    return (
        f"{_unclear(name, error)} Looked at {looked}: not seen yet. {key('look')} looks again; "
        "creating it now could make a second one."
    )


def could_not_look(name: str, error: errors.ServiceError, why: errors.ServiceError, key: Key) -> str:
    """The create got no clear answer, and the list could not be read either."""
    return (
        f"{_unclear(name, error)} The list could not be read to find out: {why.message} "
        f"{key('look')} looks again; creating it now could make a second one."
    )


def found(name: str, error: errors.ServiceError, seen: Sequence[Client], again: str, key: Key) -> str:
    """The create got no clear answer, and clients of this name are new in the list. `again` says what then."""
    if len(seen) > 1:
        return (
            f"{counted(len(seen), 'client')} named {quoted(name)} are new in the list; yours may be one of "
            "them, and its secret did not arrive. Compare them in the list before you delete any "
            f"({key('delete')})."
        )
    return (
        f"{safe(seen[0].client_id)} is new and probably this one; its secret did not arrive and can't be "
        f"had any more. Unless a colleague made it: delete it ({key('delete')}), then {again}."
    )


def found_maybe_old(name: str, seen: Sequence[Client], key: Key) -> str:
    """The create got no clear answer, and which clients of this name were there before is not known."""
    one = len(seen) == 1
    it, yours, them = ("It", "it", "it") if one else ("Each", "one of them", "any")
    return (
        f"{counted(len(seen), 'client')} named {quoted(name)} {'is' if one else 'are'} in the list. {it} may have "
        f"been there before, since the list was not whole then; yours may be {yours}, and its secret did not "
        f"arrive. See when {it.lower()} was created before you delete {them} ({key('delete')})."
    )


def no_secret(client_id: str | None, name: str, again: str, key: Key) -> str:
    """A 201 came without a secret. `again` says what to do once the client is deleted."""
    which = safe(client_id) if client_id else quoted(name)
    return (
        f"{which} exists, but the service sent no secret, and it can't be had any more. "
        f"{key('delete')} deletes it; then {again}."
    )


def explained(creates: Sequence[Unfinished]) -> str:
    """Earlier creates without a clear answer are settled, since later ones made what they could have made."""
    if len(creates) > 1:
        return (
            f"{len(creates):,} earlier creates that got no clear answer are settled: what they could have made "
            "was created after them."
        )
    (one,) = creates
    return (
        f"The create of {quoted(one.entry.name)} at {one.entry.at.astimezone():%Y-%m-%d %H:%M}, which got no "
        f"clear answer, is settled: {safe(one.explained_by)} was created after it, and no other of that name is "
        "new."
    )


def cleared(files: Sequence[Path]) -> str:
    """What interrupted creates had reserved is taken away."""
    if len(files) > 1:
        return (
            f"{len(files):,} files, which interrupted creates had kept for their secrets, held nothing and are "
            "taken away."
        )
    return (
        f"{describe_path(files[0])}, which an interrupted create had kept for its secret, held nothing and is "
        "taken away."
    )


def left_alone(count: int) -> str:
    """Another instance was faster."""
    were = "was" if count == 1 else "were"
    return f"{counted(count, 'earlier create')} {were} left alone: another butlr-tui was faster."


def deleted(outcome: DeleteOutcome, key: Key) -> str:
    """How a deletion ended, by the client's name and with the key that goes on."""
    name = which = quoted(outcome.client.name)
    kept = f"is still there; {key('delete')} tries again."
    match outcome:
        case Deleted(client=client):
            which = f"{name} ({truncate_middle(safe(client.client_id), _ID_CELLS)})"  # names repeat
        case NotDeleted(error=errors.ServerFailed()):
            return f"The service could not delete {name}; it is still there. {key('delete')} tries again."
        case NotDeleted(error=ReadOnly()):
            kept = "is still there."
    return how_deletion_ended(outcome, which, kept=kept, look=f"{key('refresh')} reads the list again")


def how_deletion_ended(outcome: DeleteOutcome, which: str, *, kept: str, look: str) -> str:
    """How a deletion of `which` ended. `kept` says that it is still there, `look` how to find out if it is."""
    match outcome:
        case Deleted():
            return f"{which} is deleted."
        case AlreadyGone():
            return f"{which} was already gone."
        case NotDeleted(error=error):
            return f"{error.message} {which} {kept}"
        case DeleteUnclear(error=error):
            return f"{error.message} {which} may or may not be deleted: {look}."


def _unclear(name: str, error: errors.ServiceError) -> str:
    if error.code in ("CLIENT_GRANT_CREATE_FAILED", "CLIENT_UPDATE_FAILED"):
        return f"{quoted(name)} may exist without any rights, and its secret did not arrive."
    return f"No clear answer came back, so {quoted(name)} may or may not exist."
