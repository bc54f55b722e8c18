"""Where the secret of a new client can go, as its form offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from butlr_tui.delivery.command import filled
from butlr_tui.flows.destinations import is_file, sealed_file
from butlr_tui.flows.host import Option
from butlr_tui.operations.place import CLIPBOARD, COMMAND, SEAL
from butlr_tui.text import safe, truncate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.create import NewClientForm
    from butlr_tui.system.delivery_command import DeliveryCommand

A_FILE: Final = "file"
"""The option whose path is asked for. The ids of the others are the destinations."""
_ABOUT: Final = 46
_NO_ID_YET: Final = "client_id"


def first_option(form: NewClientForm) -> str:
    """The id of the one to begin with."""
    return A_FILE if is_file(form.to) else form.to


def options(form: NewClientForm, name: str, expected: str) -> Sequence[Option]:
    """All of them for a client of this name; `expected` is what a copy would come to here.

    The file comes last, so that its path can follow it.
    """
    commands = [
        Option(COMMAND + command.name, safe(command.name), _shown(command, name))
        for command in form.context.profile.commands
    ]
    sealed = [
        Option(named_for(form, recipient), f"for {safe(recipient)}", "sealed: only they can read it")
        for recipient in form.context.recipients
    ]
    return [
        Option(CLIPBOARD, CLIPBOARD, expected),
        *commands,
        *sealed,
        Option(A_FILE, A_FILE, "new, for you alone; or ssh:HOST:PATH"),
    ]


def named_for(form: NewClientForm, recipient: str) -> str:
    """A recipient as a destination, with the path that the settings may name."""
    first, named = form.to, SEAL + recipient
    return first if first.startswith(f"{named}=") else named


def who_reads(sealed: str, keys: str, name: str) -> str:
    """Who can read what is sealed so and where it is saved, or why it can't be sealed, for these `keys_of`."""
    return (
        keys if keys.startswith("✗") else f"For {keys}, saved to {safe(sealed_file(sealed, name or 'name'))}"
    )


def _shown(command: DeliveryCommand, name: str) -> str:
    words = filled(command, name=name or "name", client_id=_NO_ID_YET)
    return truncate(safe(" ".join(words)), _ABOUT)
