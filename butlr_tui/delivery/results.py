"""What became of a secret that was handed to a file or to a command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """The secret is where it should live: a file read back equal, or a command that ended with 0."""

    said: str
    """The sentence for the user."""


@dataclass(frozen=True, slots=True)
class NotStored:
    """The secret is not where it should live, or nothing says that it is."""

    said: str
    """The sentence for the user: what happened, and what is left behind."""
