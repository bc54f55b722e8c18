"""Tells whether a pair signs in, whose it is and what it may do; or precisely why not."""

from typing import Any

from butlr_tui.auth.token_claims import whoami
from butlr_tui.delivery.pair import NotAPair
from butlr_tui.flows.wording import duration
from butlr_tui.http.errors import Rejected, ServiceError
from butlr_tui.operations.pair_source import CannotRead, described, machine_of, pair_at
from butlr_tui.operations.session import Session
from butlr_tui.plain.exits import Exit
from butlr_tui.plain.output import code_for, print_json, print_line
from butlr_tui.system.streams import tell
from butlr_tui.text import counted, safe


async def verify(session: Session, place: str, client_id: str | None, *, as_json: bool) -> Exit:
    """Sign in with the pair at `place`, from here, and print what came of it.

    `client_id` says whose it is where it is the secret alone.
    """
    found: dict[str, Any] = {"client_id": client_id, "signs_in": None, "at": session.profile.auth_url}
    try:
        pair = await pair_at(place, client_id)
        found["client_id"] = pair.client_id
        token = await session.verify(pair)
    except CannotRead as fault:
        code, why = Exit.FAILED, str(fault)
    except NotAPair as fault:
        code, why = Exit.FAILED, f"{described(place)}: {fault}"
    except ServiceError as error:
        found["signs_in"] = False if isinstance(error, Rejected) else None
        code, why = code_for(error), f"{safe(str(found['client_id']))} does not sign in: {error.message}"
        if machine_of(place):
            why += f" It was {_tried(place)}."
    else:
        holder = whoami(token.value.get_secret_value())
        found |= {
            "signs_in": True,
            "identity": holder.client_id,
            "scopes": list(token.scopes or holder.scopes),
            "lasts_seconds": token.life,
        }
        code, why = Exit.DONE, holder.warning or ""
    if as_json:
        print_json({**found, "why": why} if why else found)
        return code
    if code is not Exit.DONE:
        tell(why)
        return code
    scopes = " ".join(map(safe, found["scopes"]))
    rows = {
        "client id": safe(pair.client_id),
        "signs in": f"at {safe(session.profile.auth_url)}, {_tried(place)}",
        "as": safe(holder.client_id) if holder.client_id else "its token does not say",
        "may": f"{counted(len(found['scopes']), 'scope')}: {scopes}"
        if scopes
        else "its token names no scope",
        "tokens last": duration(token.life),
    }
    for label, value in rows.items():
        print_line(f"{label:<12} {value}")
    if why:
        tell(why)
    return code


def _tried(place: str) -> str:
    """Where it was tried from: who uses it on the machine that it lies on may have another way to the service."""
    machine = machine_of(place)
    return f"tried from this machine, not from {machine}" if machine else "tried from this machine"
