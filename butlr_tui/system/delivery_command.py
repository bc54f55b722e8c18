"""A command of a profile to which the secret of a new client can be handed.

The settings describe it and a delivery runs it. A plain value, since settings are read before the first paint.
"""

from typing import NamedTuple


class DeliveryCommand(NamedTuple):
    """A program that keeps a secret, such as `vault kv put …`: it gets it on its stdin, and no shell runs it."""

    name: str
    argv: tuple[str, ...]
    """{name} and {client_id} are filled in, as slugs, in all but the program itself."""
    format: str = "secret"
    """What it gets: the value of one of delivery's Format."""
    timeout: float = 30.0
    """Seconds that it may take."""
