"""Takes clients out of the app: to a new file, or to the clipboard."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.clipboard.copy import Outcome, Report, Route
from butlr_tui.delivery.clipboard.sequences import OSC52_LIMIT
from butlr_tui.listing.cooperative import in_turns
from butlr_tui.system.private_files import create_private
from butlr_tui.text import describe_path, os_error_reason

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from butlr_tui.listing.export import Form
    from butlr_tui.models import Client
    from butlr_tui.operations.clipboard import Clipboard

_LONGEST: Final = 4 << 20
"""Bytes that are copied at most: more would hold up the event loop, and whatever keeps the clipboard."""
_SAVE_IT: Final = "Save it to a file."
_TOO_LONG: Final = "It is longer than a terminal takes: save it to a file."


async def save(path: str, form: Form, clients: Sequence[Client]) -> str | None:
    """Write clients to a new file (`~` is the home) that only its owner can read, with the event loop running.

    Why that can't be, as a sentence, or None. Nothing is left of a failure.
    """
    return await asyncio.to_thread(_save, path, await in_turns(_parts(form, clients)))


async def copy(clipboard: Clipboard, form: Form, clients: Sequence[Client]) -> Report:
    """Put clients into the clipboard, with the event loop running; what came of it."""
    content = b"".join(await in_turns(_parts(form, clients)))
    if len(content) > _LONGEST:
        return Report(
            Outcome.FAILED, Route.NONE, f"NOT copied: that is more than a clipboard should hold. {_SAVE_IT}"
        )
    otherwise = _TOO_LONG if len(content) > OSC52_LIMIT else _SAVE_IT
    return await clipboard.copy(content.decode(), otherwise)


def _parts(form: Form, clients: Sequence[Client]) -> Generator[None, None, list[bytes]]:
    parts = []
    for part in form.of(clients):
        parts.append(part)
        yield
    return parts


def _save(path: str, parts: Sequence[bytes]) -> str | None:
    file = Path(path)
    try:
        create_private(file.expanduser(), b"".join(parts))
    except FileExistsError:
        return f"{describe_path(file)} exists already and is never overwritten; choose another name."
    except (OSError, RuntimeError, ValueError) as fault:
        return f"{describe_path(file)} can't be written: {os_error_reason(fault, 'no such path')}."
    return None
