"""What the settings consist of: plain values, since they are read before the first paint.

No secret is ever in here, only where one is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from butlr_tui.contract import AUDIENCE
from butlr_tui.system.delivery_command import DeliveryCommand

LOCAL_URL: Final = "http://127.0.0.1:4010"
BUTLR_URL: Final = "https://api.butlr.io"

SMALLEST_TERMINAL: Final = (60, 16)
"""Columns and lines that the app needs."""
AUTOMATIC: Final = "auto"
DELETE_CONCURRENCY: Final = 4
MOST_AT_ONCE: Final = 8
"""Connections that there are for all requests."""
CLIPBOARDS: Final = (AUTOMATIC, "native", "tmux", "tmux-passthrough", "screen", "osc52", "none")
"""The first, or a name of delivery's Route. A test holds the two together: config may not import delivery."""
ANIMATIONS: Final = (AUTOMATIC, "on", "off")
HIGH_CONTRAST: Final = "high-contrast"
THEMES: Final = ("terminal", HIGH_CONTRAST)
BORDERS: Final = ("round", "ascii")
FORMATS: Final = ("secret", "id", "env", "json")
"""The values of delivery's Format, likewise: what a command may get on its stdin."""
_HUES: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
COLOURS: Final = (*_HUES, *(f"bright_{hue}" for hue in _HUES))
"""The terminal's own 16, so that they look as its owner wants."""


class ReadyFilter(NamedTuple):
    """A filter that is there without settings."""

    query: str
    """In the language of the app's filter."""
    finds: str
    """What it finds, in words."""


READY_FILTERS: Final[Mapping[str, ReadyFilter]] = {
    "old": ReadyFilter("age:>1y", "Older than a year"),
    "same-name": ReadyFilter("same-name:", "Names that several clients have"),
    "replacing": ReadyFilter("replacing:", "Being replaced, and those that take their places"),
}
_READY: Final = MappingProxyType({name: ready.query for name, ready in READY_FILTERS.items()})
_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


class ProfileError(Exception):
    """The profile does not exist, or it can't be used. The text is for the user."""


class NoProfile(ProfileError):
    """No service is named anywhere. `names` are the profiles that could be; empty on a first run.

    `reason` says it without what to do about it on a command line.
    """

    def __init__(self, reason: str, advice: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason} {advice}")
        self.reason = reason
        self.names = names


# To make a frozen dataclass takes 0.6 ms, before the first paint: those of the same fields inherit one. None of
# them equals one of another class.


@dataclass(frozen=True, slots=True)
class _Variables:
    pass


@dataclass(frozen=True, slots=True)
class _File:
    path: Path


@dataclass(frozen=True, slots=True)
class _Program:
    argv: tuple[str, ...]


class TokenVariable(_Variables):
    """A token in BUTLR_TOKEN."""

    __slots__ = ()


class TokenFile(_File):
    """A token in a file that only its owner can read."""

    __slots__ = ()


class TokenCommand(_Program):
    """A program that prints a token."""

    __slots__ = ()


class CredentialVariables(_Variables):
    """BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET, the names that Butlr's own tool reads."""

    __slots__ = ()


class CredentialCommand(_Program):
    """A program that prints `{"client_id": …, "client_secret": …}`."""

    __slots__ = ()


class CredentialFile(_File):
    """`{"client_id": …, "client_secret": …}` in a file that only its owner can read."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """The sign-in screen asks. What is typed there stays in memory, unless the user has it stored."""

    stored: Path | None = None
    """Where a pair goes that the user has stored; read instead of asking once it is there."""


Source = (
    TokenVariable
    | TokenFile
    | TokenCommand
    | CredentialVariables
    | CredentialCommand
    | CredentialFile
    | Prompt
)


class Profile(NamedTuple):
    """One service and how to sign in there."""

    name: str
    base_url: str
    source: Source
    sign_in_url: str = ""
    """Where tokens come from; the base URL unless set."""
    audience: str = AUDIENCE
    read_only: bool = False
    """Nothing is created or deleted."""
    protected: bool = True
    """What destroys asks for typed words; else a plain question does."""
    colour: str = ""
    """One of COLOURS, for the label alone."""
    label: str = ""
    """What the header calls it; its name unless set."""
    commands: tuple[DeliveryCommand, ...] = ()
    """What a new client's secret can be handed to."""
    default_destination: str = ""
    """Where the form of a new client has its secret go at first: `clipboard`, `file:PATH`, `ssh:HOST:PATH`,
    `command:NAME` or `seal:NAME`.
    """
    place: str = ""
    """What the header says instead of the address."""
    socket: Path | None = None
    """Where the service of this user listens besides; used instead of the address while it is there."""
    trust_loopback: bool = False
    """Whether credentials go to a port of this machine whoever listens there."""

    @property
    def host(self) -> str:
        """What the header says of where it is."""
        return self.place or self.base_url.partition("://")[2].rstrip("/")

    @property
    def auth_url(self) -> str:
        """The base URL of the sign-in calls."""
        return self.sign_in_url or self.base_url

    @property
    def title(self) -> str:
        """What the header calls it."""
        return self.label or self.name


class Problem(NamedTuple):
    """What is wrong in the settings; the app starts all the same."""

    file: Path
    line: int | None
    """None where it is about the whole file."""
    sentence: str
    """Safe to show."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}" if self.line else f"{self.file}: {self.sentence}"


class Settings(NamedTuple):
    """What the file of settings says, and what holds where it says nothing."""

    path: Path
    """Where the file is, or would be."""
    exists: bool = False
    profiles: tuple[Profile, ...] = ()
    """Those that can be used, in the file's order; the built-in `local` is the last unless the file has one."""
    default_profile: str | None = None
    """The one that is used where no other is named."""
    clipboard: str = AUTOMATIC
    """One of CLIPBOARDS: the way that a copy takes."""
    clipboard_clear_seconds: float = 45.0
    """After which a verified copy of a secret is cleared again; 0 leaves it."""
    replace_reminder_days: float = 7.0
    """After which the start reminds of a replacement that is not finished; 0 never does."""
    delete_concurrency: int = DELETE_CONCURRENCY
    """How many deletions may be under way at once, where several clients are deleted."""
    mouse: bool = True
    """Whether the app takes the mouse. Without, the terminal's own selection works undisturbed."""
    animations: str = AUTOMATIC
    """One of ANIMATIONS: whether scrolling glides. Of itself not over SSH, where each step is bytes."""
    theme: str = THEMES[0]
    """One of THEMES: the terminal's own colours, or some of high contrast."""
    border: str = BORDERS[0]
    """One of BORDERS: how frames are drawn; ascii for fonts that have no lines."""
    filters: Mapping[str, str] = _READY
    """Queries by the names that stand for them: the ready ones, and then those of the file."""
    recipients: Mapping[str, tuple[str, ...]] = _NONE
    """By name the public keys, and the whole paths of files with some, that what is sealed for it is for."""
    keys: Mapping[str, tuple[str, ...]] = _NONE
    """By the ids of commands the keys, as Textual names them, instead of the shipped ones; () for none."""
    problems: tuple[Problem, ...] = ()
    unusable: Mapping[str, str] = _NONE
    """Profiles of the file that can't be used, and the sentence that says why."""
    origins: Mapping[tuple[str, ...], int] = _NONE
    """The line of each setting that the file holds and that is in use."""

    @property
    def own(self) -> tuple[Profile, ...]:
        """The profiles that the file itself names."""
        return tuple(profile for profile in self.profiles if ("profiles", profile.name) in self.origins)

    def profile(self, name: str) -> Profile:
        """The profile of that name. Raises ProfileError."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        from butlr_tui.config.nearest import nearest
        from butlr_tui.text import safe, truncate

        if name in self.unusable:
            raise ProfileError(self.unusable[name])
        shown = truncate(safe(name), 60)
        names = [profile.name for profile in self.profiles]
        raise ProfileError(
            f"There is no profile “{shown}”.{nearest(name, names)} There are: {', '.join(names)}."
        )
