"""Reads the file of settings. Whatever is wrong with it is told in `Settings.problems`; the app still starts.

Where a value is wrong the safe one holds: a profile whose `read_only` can't be read is read-only.
"""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from butlr_tui.config import keys
from butlr_tui.config.builtin import local
from butlr_tui.config.lines import lines_of
from butlr_tui.config.model import READY_FILTERS, Problem, Profile, Settings
from butlr_tui.config.nearest import nearest
from butlr_tui.config.places import config_file
from butlr_tui.config.reader import Reader
from butlr_tui.config.recipients import read_recipients
from butlr_tui.config.tables import read_profile
from butlr_tui.text import os_error_reason, safe, truncate

_CAP: Final = 1 << 20
"""Bytes."""
_PLACE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this user. Never raises for what is in the file."""
    path = config_file(environment)
    try:
        text = _text(path)
    except FileNotFoundError:
        return _with_local(Settings(path))
    except (OSError, ValueError) as error:
        return _with_local(Settings(path, exists=True, problems=(Problem(path, None, _why(error)),)))
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _with_local(Settings(path, exists=True, problems=(_syntax(path, text, str(error)),)))
    except RecursionError:
        problem = Problem(path, None, "This is nested too deeply; nothing in this file is used.")
        return _with_local(Settings(path, exists=True, problems=(problem,)))
    return _settings(Reader(path, lines_of(text)), values)


def _text(path: Path) -> str:
    # Not blocking: to open a FIFO would wait for its writer.
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with os.fdopen(opened, "rb") as file:
        content = file.read(_CAP + 1)
    if content is None or len(content) > _CAP:
        raise ValueError("This is too long for settings")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("This is not UTF-8 text") from None


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"This can't be read ({os_error_reason(error)}); nothing in it is used."
    return f"{error}; nothing in it is used."


def _syntax(path: Path, text: str, said: str) -> Problem:
    place = _PLACE.search(said)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    reason = truncate(safe(said[: place.start()] if place else said), 120)
    return Problem(path, line, f"This is not TOML: {reason}. Nothing in this file is used.")


def _settings(reader: Reader, values: dict[str, Any]) -> Settings:
    tables, filters = values.pop("profiles", {}), values.pop("filters", {})
    bound = values.pop("keys", None)
    recipients = read_recipients(reader, values.pop("recipients", {}))
    top = reader.table((), values, keys.TOP)
    profiles, unusable = _profiles(reader, tables, recipients)
    top["recipients"] = recipients
    top["filters"] = _filters(reader, filters)
    if bound is not None:
        from butlr_tui.config.bound_keys import read_keys

        top["keys"] = read_keys(reader, bound)
    for number in ("clipboard_clear_seconds", "replace_reminder_days"):
        if number in top:
            top[number] = float(top[number])
    settings = _with_local(Settings(reader.path, exists=True, profiles=profiles, unusable=unusable, **top))
    names = [*(profile.name for profile in settings.profiles), *unusable]
    default = settings.default_profile
    if default is not None and default not in names:
        shown = truncate(safe(default), 60)
        reader.problem(("default_profile",), f"There is no profile “{shown}”.{nearest(default, names)}")
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.line or 0))
    return settings._replace(problems=problems, origins=reader.origins)


def _filters(reader: Reader, table: object) -> dict[str, str]:
    """The ready ones, and those of the file: what their words mean is told where they are used."""
    found = {name: ready.query for name, ready in READY_FILTERS.items()}
    if not isinstance(table, dict):
        reader.problem(("filters",), "filters must be a table, begun with the line [filters].")
        return found
    for name, query in table.items():
        where = ("filters", name)
        if not keys.PROFILE_NAME.fullmatch(name):
            shown = truncate(safe(name), 60)
            reader.problem(
                where, f"“{shown}” can't be a filter's name: letters, digits, “.”, “_” and “-” can."
            )
        elif fault := keys.FILTER.check(query):
            reader.problem(where, f"{name} {fault}.")
        else:
            found[name] = query
            reader.note(where)
    return found


def _profiles(
    reader: Reader, tables: object, recipients: Collection[str]
) -> tuple[tuple[Profile, ...], dict[str, str]]:
    profiles: list[Profile] = []
    unusable: dict[str, str] = {}
    if not isinstance(tables, dict):
        reader.problem(
            ("profiles",), "profiles must be tables, each begun with a line such as [profiles.prod]."
        )
        return (), {}
    for name, table in tables.items():
        where = ("profiles", name)
        if not keys.PROFILE_NAME.fullmatch(name):
            shown = truncate(safe(name), 60)
            reader.problem(
                where, f"“{shown}” can't be a profile's name: letters, digits, “.”, “_” and “-” can."
            )
        elif not isinstance(table, dict):
            reader.problem(where, f"{name} must be a table, begun with the line [profiles.{name}].")
        else:
            read = read_profile(reader, name, table, recipients)
            if isinstance(read, Profile):
                profiles.append(read)
            else:
                unusable[name] = read
    return tuple(profiles), unusable


def _with_local(settings: Settings) -> Settings:
    """With the built-in profile, unless the file has one of that name."""
    names = {profile.name for profile in settings.profiles} | set(settings.unusable)
    if "local" in names:
        return settings
    return settings._replace(profiles=(*settings.profiles, local()))
