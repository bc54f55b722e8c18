"""Whom a secret is sealed for, with the fingerprints of their keys, and whether it is then saved or copied."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.public_keys import BadKey
from butlr_tui.flows.destinations import sealed, sealed_copy, sealed_file
from butlr_tui.flows.host import Choose, Option, ask_once, ask_until_right
from butlr_tui.text import safe

if TYPE_CHECKING:
    from butlr_tui.flows.context import FlowContext
    from butlr_tui.flows.host import FlowHost
    from butlr_tui.operations.sealed import ToSeal

_SAVED: Final = "file"
_COPIED: Final = "clipboard"


async def keys_of(recipient: str, context: FlowContext) -> str:
    """The fingerprints of a recipient's keys, or why they can't be used; safe to show."""
    try:
        keys = await sealed(recipient, context).keys()
    except BadKey as error:
        return f"✗ {error}"
    return ", ".join(key.fingerprint for key in keys)


async def choose_sealed(host: FlowHost, context: FlowContext, name: str) -> ToSeal | None:
    """Whom the secret of the client called `name` is sealed for, and how it goes to them; None for nobody."""
    told = await asyncio.gather(*(keys_of(recipient, context) for recipient in context.recipients))
    keys = dict(zip(context.recipients, told, strict=True))
    options = [Option(recipient, safe(recipient), more=of_them) for recipient, of_them in keys.items()]
    question = Choose("Seal it for somebody", "Only they can read it then, with their private keys.", options)
    recipient = await ask_until_right(
        host, question, lambda recipient: sealed(recipient, context).check(name)
    )
    if recipient is None:
        return None
    ways = [
        Option(_SAVED, "save it", sealed_file("", name)),
        Option(_COPIED, "copy it", "for a chat or a mail; a clipboard is no storage"),
    ]
    way = await ask_once(host, Choose(f"Seal it for {safe(recipient)}", f"For {keys[recipient]}.", ways))
    if way is None:
        return None
    return sealed(recipient, context) if way == _SAVED else sealed_copy(recipient, context)
