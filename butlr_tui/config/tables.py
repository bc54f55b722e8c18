"""Makes a profile of its table."""

from collections.abc import Collection
from typing import Any

from butlr_tui.config import keys
from butlr_tui.config.model import (
    CredentialCommand,
    CredentialFile,
    Profile,
    Prompt,
    Source,
    TokenCommand,
    TokenFile,
)
from butlr_tui.config.nearest import guess, nearest
from butlr_tui.config.places import credential_store, expanded
from butlr_tui.config.reader import Reader
from butlr_tui.contract import AUDIENCE
from butlr_tui.system.delivery_command import DeliveryCommand
from butlr_tui.text import safe, truncate


def read_profile(
    reader: Reader, name: str, table: dict[str, Any], recipients: Collection[str]
) -> Profile | str:
    """The profile, or the sentence that says why it can't be used. `recipients` are those of the settings."""
    where = ("profiles", name)
    reader.note(where)
    commands = _commands(reader, name, table.get("commands", {}))
    plain = {key: value for key, value in table.items() if key != "commands"}
    taken = reader.table(where, plain, keys.PROFILE)
    if "base_url" not in taken:
        if "base_url" not in table:
            reader.problem(where, f"The profile {name} has no base_url.")
        return f"The profile {name} can't be used: its base_url is missing or wrong ({reader.path})."
    if "auth_url" in table and "auth_url" not in taken:  # else its secret would go to another address
        return f"The profile {name} can't be used: its auth_url is wrong ({reader.path})."
    return Profile(
        name,
        taken["base_url"],
        _source(reader, name, table, taken),
        sign_in_url=taken.get("auth_url", ""),
        audience=taken.get("audience", AUDIENCE),
        read_only=taken.get("read_only", _meant(table, "read_only")),
        protected=taken.get("protected", True),
        colour=taken.get("colour", ""),
        label=taken.get("label", ""),
        trust_loopback=taken.get("trust_loopback", False),
        commands=commands,
        default_destination=_default_destination(reader, name, taken, commands, recipients),
    )


def _default_destination(
    reader: Reader,
    profile: str,
    taken: dict[str, Any],
    commands: tuple[DeliveryCommand, ...],
    recipients: Collection[str],
) -> str:
    chosen: str = taken.get("default_destination", "")
    kind, _, wanted = chosen.partition(":")
    match kind:
        case "command":
            missing, names = f"The profile {profile} has no command", [command.name for command in commands]
        case "seal":
            missing, names = "There is no recipient", [*recipients]
            wanted = wanted.partition("=")[0]
        case _:
            return chosen
    if wanted in names:
        return chosen
    where = ("profiles", profile, "default_destination")
    del reader.origins[where]
    reader.problem(where, f"{missing} “{truncate(safe(wanted), 40)}”.{nearest(wanted, names)}")
    return ""


def _meant(table: dict[str, Any], wanted: str) -> bool:
    """Whether `wanted` stands there with a wrong value, or misspelt: then it is as good as set."""
    known = [setting.name for setting in keys.PROFILE]
    return any(key == wanted or (key not in known and guess(key, known) == wanted) for key in table)


def _source(reader: Reader, name: str, table: dict[str, Any], taken: dict[str, Any]) -> Source:
    given = [key for key in keys.SOURCES if table.get(key, False) is not False]
    if len(given) > 1:
        reader.problem(
            ("profiles", name, given[1]),
            f"The profile {name} has {len(given)} sources ({', '.join(given)}); only {given[0]} is used.",
        )
    first = given[0] if given else keys.PROMPT
    if first not in taken:  # what is wrong is no reason to take other credentials than those that were meant
        return Prompt(credential_store(name))
    match first:
        case keys.TOKEN_COMMAND:
            return TokenCommand(tuple(taken[first]))
        case keys.CREDENTIAL_COMMAND:
            return CredentialCommand(tuple(taken[first]))
        case keys.TOKEN_FILE:
            return TokenFile(expanded(taken[first], reader.path.parent))
        case keys.CREDENTIAL_FILE:
            return CredentialFile(expanded(taken[first], reader.path.parent))
        case _:
            return Prompt(credential_store(name))


def _commands(reader: Reader, profile: str, tables: object) -> tuple[DeliveryCommand, ...]:
    where = ("profiles", profile, "commands")
    found: list[DeliveryCommand] = []
    if not isinstance(tables, dict):
        reader.problem(where, f"commands must be tables, such as [profiles.{profile}.commands.vault].")
        return ()
    for name, table in tables.items():
        here = (*where, name)
        if not keys.PROFILE_NAME.fullmatch(name) or not isinstance(table, dict):
            reader.problem(here, f"A command is a table such as [profiles.{profile}.commands.vault].")
            continue
        taken = reader.table(here, table, keys.COMMAND)
        if "argv" not in taken:
            if "argv" not in table:
                reader.problem(here, f"The command {name} has no argv.")
            continue
        if "format" in table and "format" not in taken:
            continue  # not another one than was meant
        reader.note(here)
        del taken["argv"]
        found.append(DeliveryCommand(name, tuple(table["argv"]), **taken))
    return tuple(found)
