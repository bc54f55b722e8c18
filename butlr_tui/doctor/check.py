"""One thing that was tried, and how it went."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it went."""

    OK = "ok"
    WARN = "warn"
    """It works, or can't be tried; something is worth knowing."""
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """Safe to show; no secret is in it."""

    name: str
    status: Status
    found: str
    """A sentence."""
    todo: str = ""
    """A sentence that says what to do; empty where nothing is to be done."""
    seconds: float | None = None
    """How long it took, where that says something."""


def ok(name: str, found: str, seconds: float | None = None) -> Check:
    """It works."""
    return Check(name, Status.OK, found, seconds=seconds)


def warn(name: str, found: str, todo: str = "", seconds: float | None = None) -> Check:
    """It works, or can't be tried; something is worth knowing."""
    return Check(name, Status.WARN, found, todo, seconds)


def fail(name: str, found: str, todo: str, seconds: float | None = None) -> Check:
    """It does not work."""
    return Check(name, Status.FAIL, found, todo, seconds)
