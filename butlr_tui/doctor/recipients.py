"""Those that a secret can be sealed for."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from butlr_tui.delivery import sealing
from butlr_tui.delivery.public_keys import BadKey, public_keys
from butlr_tui.doctor.check import Check, fail, ok


async def recipient_checks(
    recipients: Mapping[str, tuple[str, ...]], environment: Mapping[str, str]
) -> AsyncIterator[Check]:
    """Whether something can be sealed for each of them, and for which keys."""
    for name, words in recipients.items():
        told = f"recipient {name}"
        try:
            keys = await asyncio.to_thread(public_keys, words)
        except BadKey as error:
            yield fail(told, str(error), "Put that right in [recipients] of the settings.")
            continue
        if fault := await sealing.check(keys, environment):
            yield fail(told, fault, "Install it, or put the key right.")
        else:
            yield ok(told, f"{', '.join(key.fingerprint for key in keys)}.")
