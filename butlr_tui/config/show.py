"""What `butlr-tui config` prints: the settings in force, and where each comes from. No secret."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Final

from butlr_tui.config import keys
from butlr_tui.config.keys import Key
from butlr_tui.config.model import (
    CredentialCommand,
    CredentialFile,
    CredentialVariables,
    Profile,
    ProfileError,
    Prompt,
    Settings,
    Source,
    TokenCommand,
    TokenFile,
    TokenVariable,
)
from butlr_tui.config.places import CONFIG_VARIABLE
from butlr_tui.config.profiles import choose, named_by
from butlr_tui.key_names import spoken
from butlr_tui.system.delivery_command import DeliveryCommand
from butlr_tui.text import safe, truncate_middle, width

MASK: Final = "••••"
_KEY_CELLS: Final = 48
_NAMED: Final = re.compile(
    r"(.*?(?:secret|token|passw(?:or)?d|bearer|basic|api[-_]?key)[\w-]*\s*[=: ]\s*)\S.*", re.IGNORECASE
)
_OPTION: Final = re.compile(r"-{1,2}.*(?:secret|token|passw(?:or)?d|api[-_]?key)", re.IGNORECASE)
_IN_URL: Final = re.compile(r"(\w+://)[^/@\s]+@")


def describe(
    settings: Settings, name: str | None = None, environment: Mapping[str, str] = os.environ
) -> list[str]:
    """The lines of `butlr-tui config`, safe to print; `name` is the profile that was asked for, if any."""
    rows: list[tuple[str, str, str]] = []
    rows += _file(settings, environment)
    rows += _top(settings)
    rows += [("", "", ""), ("filters", "", ""), *_filters(settings)]
    if settings.recipients:
        rows += [("", "", ""), ("recipients", "", ""), *_recipients(settings)]
    if settings.keys:
        rows += [("", "", ""), ("keys", "", ""), *_keys(settings)]
    for profile in settings.profiles:
        rows += _profile(settings, profile)
    rows += [("", "", ""), ("environment", "", ""), *_variables(environment)]
    rows += [("", "", ""), _in_use(settings, name, environment)]
    lines = list(_aligned(rows))
    if settings.problems:
        lines += ["", "problems", *(f"  {safe(str(problem))}" for problem in settings.problems)]
    return lines


def masked(argv: tuple[str, ...]) -> str:
    """A command's words, without what looks like a secret among them."""
    shown: list[str] = []
    hide = False
    for word in argv:
        shown.append(MASK if hide else _IN_URL.sub(rf"\1{MASK}@", _NAMED.sub(rf"\1{MASK}", word)))
        hide = bool(_OPTION.fullmatch(word))
    return " ".join(word if word and " " not in word else repr(word) for word in shown)


def describe_source(source: Source) -> str:
    """A source in a few words."""
    match source:
        case TokenVariable():
            words = "the token in BUTLR_TOKEN"
        case TokenFile(path):
            words = f"the token in {path}"
        case TokenCommand(argv):
            words = f"the token that `{masked(argv)}` prints"
        case CredentialVariables():
            words = "BUTLR_CLIENT_ID and BUTLR_CLIENT_SECRET"
        case CredentialCommand(argv):
            words = f"the credentials that `{masked(argv)}` prints"
        case CredentialFile(path):
            words = f"the credentials in {path}"
        case Prompt(stored):
            words = f"the sign-in screen, or {stored} once it is there" if stored else "the sign-in screen"
    return words


Rows = Iterator[tuple[str, str, str]]
"""Key, value, origin."""


def _file(settings: Settings, environment: Mapping[str, str]) -> Rows:
    origin = CONFIG_VARIABLE if environment.get(CONFIG_VARIABLE) else ""
    missing = "" if settings.exists else "not there; `butlr-tui config init` writes one to begin with"
    yield "file", str(settings.path), ", ".join(filter(None, (missing, origin)))


def _top(settings: Settings) -> Rows:
    for key in keys.TOP:
        yield key.name, _value(getattr(settings, key.name), key), _origin(settings, (key.name,))


def _filters(settings: Settings) -> Rows:
    for name, query in settings.filters.items():
        yield f"  {name}", query, _origin(settings, ("filters", name), "built in")


def _recipients(settings: Settings) -> Rows:
    for name, words in settings.recipients.items():
        shown = ", ".join(truncate_middle(safe(word), _KEY_CELLS) for word in words)
        yield f"  {name}", shown, _origin(settings, ("recipients", name))


def _keys(settings: Settings) -> Rows:
    for name, bound in settings.keys.items():
        yield f"  {name}", " or ".join(map(spoken, bound)) or "none", _origin(settings, ("keys", name))


def _profile(settings: Settings, profile: Profile) -> Rows:
    where = ("profiles", profile.name)
    yield "", "", ""
    yield f"profile {profile.name}", "", _origin(settings, where, "built in")
    attributes = {"auth_url": "auth_url", "label": "title"}
    for key in keys.PROFILE:
        if key.name in keys.SOURCES:
            continue
        value = getattr(profile, attributes.get(key.name, key.name))
        yield (
            f"  {key.name}",
            _IN_URL.sub(rf"\1{MASK}@", _value(value, key)),
            _origin(settings, (*where, key.name)),
        )
    given = next((setting for setting in keys.SOURCES if (*where, setting) in settings.origins), "")
    built_in = "default" if where in settings.origins else "built in"
    yield "  source", describe_source(profile.source), _origin(settings, (*where, given), built_in)
    for command in profile.commands:
        yield (
            f"  command {command.name}",
            _command(command),
            _origin(settings, (*where, "commands", command.name)),
        )


def _command(command: DeliveryCommand) -> str:
    return f"{masked(command.argv)}  ({command.format}, {command.timeout:g} s)"


def _variables(environment: Mapping[str, str]) -> Rows:
    for name, _, is_secret in keys.VARIABLES:
        value = environment.get(name, "")
        yield (
            f"  {name}",
            (MASK if is_secret and value else _IN_URL.sub(rf"\1{MASK}@", value)) or "not set",
            "",
        )


def _in_use(settings: Settings, name: str | None, environment: Mapping[str, str]) -> tuple[str, str, str]:
    try:
        profile = choose(name, environment, settings)
    except ProfileError as error:
        return "in use", "nothing", str(error)
    by = named_by(name, environment)
    base_url = _IN_URL.sub(rf"\1{MASK}@", profile.base_url)
    return (
        "in use",
        f"profile {profile.name}, {base_url}, {describe_source(profile.source)}",
        f"because of {by}",
    )


def _value(value: object, key: Key) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if value else f"({key.default})"


def _origin(settings: Settings, where: tuple[str, ...], otherwise: str = "default") -> str:
    line = settings.origins.get(where)
    return f"{settings.path.name}:{line}" if line else otherwise


def _aligned(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    rows = [(key, safe(value), safe(origin)) for key, value, origin in rows]
    keys_ = max(width(key) for key, _, _ in rows)
    values = max((width(value) for _, value, _ in rows if width(value) <= 60), default=0)
    for key, value, origin in rows:
        gap = " " * max(values - width(value), 0)
        yield f"{key}{' ' * (keys_ - width(key))}  {value}{gap}  {origin}".rstrip()
