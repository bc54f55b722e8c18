"""One thing that was tried, and how it went."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a check went."""

    OK = "ok"
    WARN = "warn"
    """It works, or can't be tried; something is worth knowing."""
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried, what was found and what to do about it. Safe to show; holds no secret."""

    name: str
    status: Status
    found: str
    """A sentence."""
    todo: str = ""
    """A sentence that says what to do; empty where nothing is to be done."""
    seconds: float | None = None
    """How long it took, where that says something."""


def ok(name: str, found: str, seconds: float | None = None) -> Check:
    """A check of what works."""
    return Check(name, Status.OK, found, seconds=seconds)


def warn(name: str, found: str, todo: str = "", seconds: float | None = None) -> Check:
    """A check of what works or can't be tried, where something is worth knowing."""
    return Check(name, Status.WARN, found, todo, seconds)


def fail(name: str, found: str, todo: str, seconds: float | None = None) -> Check:
    """A check of what does not work."""
    return Check(name, Status.FAIL, found, todo, seconds)
