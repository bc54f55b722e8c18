"""The part of the command line that looks after the clients: the plain commands.

Imports nothing heavy before a command runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from butlr_tui.config.load import load
from butlr_tui.config.profiles import choose
from butlr_tui.system.streams import tell
from butlr_tui.text import safe
from butlr_tui.wiring import connect_to

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Sequence

    from butlr_tui.operations.place import Destination
    from butlr_tui.operations.session import Session
    from butlr_tui.plain.exits import Exit


def add_clients(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the plain commands with `add`, as `cli` adds its own."""
    _add_list(add("list", _list, "Print all clients, or those that a filter finds."))
    show = add("show", _show, "Print one client.")
    show.add_argument("--json", action="store_true", help="as JSON")
    show.add_argument("client", metavar="CLIENT", help="its id, or its name where no other client has it")
    create = add("create", _create, "Create a client and take its one-time secret where it should live.")
    _add_what(create)
    replaced = add("replace", _replace, "Give clients new secrets: by new clients, which take their places.")
    replaced.add_argument(
        "clients", metavar="CLIENT", nargs="*", help="its id, or its name where no other client has it"
    )
    opened = add("open", _open, "Open a pair that was sealed for you, and take it where it should live.")
    _add_open(opened)
    for cmd in (create, replaced, opened):
        cmd.add_argument(
            "--to",
            action="append",
            default=[],
            metavar="WHERE",
            help="file:PATH, ssh:HOST:PATH, command:NAME (of the profile), seal:NAME[=PATH] (of the recipients in "
            "the settings), seal:NAME=clipboard, clipboard or stdout; {name} and {client_id} may stand in PATH; "
            "where given again, to each; the profile's default_destination unless given",
        )
        cmd.add_argument(
            "--format",
            choices=("secret", "id", "env", "json"),
            help="env for a file and stdout, json for a file named so, else secret",
        )
    _add_ends(replaced)
    _add_delete(add("delete", _delete, "Delete clients."))
    _add_verify(add("verify", _verify, "Tell whether a pair signs in, whose it is and what it may do."))
    journal = add("journal", _journal, "Print what was created and deleted, and where each secret went.")
    journal.add_argument("--json", action="store_true", help="as JSON")
    token = add("token", _token, "Print a token.")
    token.add_argument("--header", action="store_true", help="as a header, for curl -H @-")


def _add_what(command: argparse.ArgumentParser) -> None:
    """The arguments of `create` that say which clients."""
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--name")
    which.add_argument(
        "--from",
        dest="lines",
        metavar="FILE",
        help="a client for each line: CSV with the columns name and description, or JSON, an object a line; - is "
        "stdin; each secret to a place of its own, by {name} or {client_id}; called again it goes on after the "
        "last good one, by the journal of this machine",
    )
    command.add_argument("--description", default="", help="with --name")


def _add_ends(command: argparse.ArgumentParser) -> None:
    """The arguments of `replace` that begin no replacement."""
    instead = command.add_mutually_exclusive_group()
    instead.add_argument("--finish", action="store_true", help="delete the old client; the new one stays")
    instead.add_argument("--cancel", action="store_true", help="delete the new client; the old one stays")
    instead.add_argument("--list", action="store_true", help="print the replacements that are not ended")
    command.add_argument("--yes", action="store_true", help="delete without asking")
    command.add_argument("--json", action="store_true", help="with --list: as JSON")


def _add_delete(command: argparse.ArgumentParser) -> None:
    """The arguments of `delete`."""
    command.add_argument(
        "clients", metavar="CLIENT", nargs="+", help="its id, or its name where no other client has it"
    )
    command.add_argument(
        "--yes", action="store_true", required=True, help="really; there is no other question"
    )
    command.add_argument("--json", action="store_true", help="also print what became of each, as JSON")


def _add_open(command: argparse.ArgumentParser) -> None:
    """The arguments of `open`, but for where it goes."""
    command.add_argument(
        "sealed", metavar="FILE", help="what is sealed; ssh:HOST:PATH is on another machine, - is stdin"
    )
    command.add_argument(
        "--identity",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="your private key: ssh-ed25519, ssh-rsa or one of age; ~/.ssh/id_ed25519 and ~/.ssh/id_rsa unless "
        "given",
    )
    _add_client_id(command)


def _add_verify(command: argparse.ArgumentParser) -> None:
    """The arguments of `verify`."""
    command.add_argument(
        "pair",
        metavar="FILE",
        help="with .env lines, JSON or the secret; ssh:HOST:PATH is on another machine, - is stdin",
    )
    command.add_argument("--json", action="store_true", help="as JSON")
    _add_client_id(command)


def _add_client_id(command: argparse.ArgumentParser) -> None:
    command.add_argument("--client-id", metavar="ID", help="whose it is, where it is the secret alone")


def _add_list(command: argparse.ArgumentParser) -> None:
    """The arguments of `list`."""
    command.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="WORDS",
        help="only what these find, in the words of the app's filter, such as 'age:>1y -name:test'; with = "
        "where a minus comes first: --filter=-name:test",
    )
    command.add_argument(
        "--sort",
        choices=("name", "created", "id"),
        help="in the order of the app: created begins with the newest; without, as the service sends them",
    )
    command.add_argument("--reverse", action="store_true", help="the other way round")
    command.add_argument(
        "--columns",
        type=_fields,
        default=(),
        metavar="NAMES",
        help="these alone, in this order, with commas between: id, client_id, name, description, created, "
        "and where the service tells it last_sign_in, activity_since",
    )
    forms = command.add_mutually_exclusive_group()
    for form, help in (
        ("json", "as one JSON array"),
        ("jsonl", "as JSON, a client a line"),
        ("csv", "as CSV; a cell that a spreadsheet would run gets a ' in front"),
        ("markdown", "as a table in Markdown"),
    ):
        forms.add_argument(f"--{form}", action="store_const", dest="form", const=form, help=help)


def _fields(words: str) -> tuple[str, ...]:
    """What stands behind --columns. Raises ArgumentTypeError."""
    import argparse

    from butlr_tui.config.nearest import nearest
    from butlr_tui.listing.export import ACTIVITY_FIELDS, FIELDS

    known = (*FIELDS, *ACTIVITY_FIELDS)
    fields = [word.strip() for word in words.split(",")]
    for field in fields:
        if field not in known:
            raise argparse.ArgumentTypeError(
                f"there is no column “{safe(field)}”.{nearest(field, known)} There are {', '.join(known)}."
            )
    return tuple(dict.fromkeys(fields))


def _list(options: argparse.Namespace) -> int:
    from butlr_tui.plain.list import Wanted, list_clients

    wanted = Wanted(options.filter, options.sort, options.reverse, options.form, options.columns)
    named = load().filters
    return _run_plain(options, lambda session: list_clients(session, wanted, named))


def _show(options: argparse.Namespace) -> int:
    from butlr_tui.plain.clients import show

    return _run_plain(options, lambda session: show(session, options.client, as_json=options.json))


def _delete(options: argparse.Namespace) -> int:
    from butlr_tui.plain.delete import delete

    at_once = load().delete_concurrency
    return _run_plain(
        options, lambda session: delete(session, options.clients, at_once, as_json=options.json)
    )


def _create(options: argparse.Namespace) -> int:
    from butlr_tui.plain.create import create

    if options.lines is not None:
        return _create_several(options)
    return _run_with_destination(
        options,
        lambda session, to: create(session, to, name=options.name, description=options.description),
    )


def _create_several(options: argparse.Namespace) -> int:
    from butlr_tui.plain.create_several import create_several
    from butlr_tui.plain.exits import Exit
    from butlr_tui.plain.lines import BadLines, UnreadableLines, parse_lines, read_lines

    if options.description:
        tell("With --from each line has its own description. Nothing was created.")
        return Exit.USAGE
    try:
        lines = parse_lines(read_lines(options.lines))
    except UnreadableLines as fault:
        tell(f"{fault} Nothing was created.")
        return Exit.FAILED
    except BadLines as fault:
        tell(f"{safe(options.lines)} can't be meant so:\n{fault}\nNothing was created.")
        return Exit.USAGE
    return _run_with_destination(options, lambda session, to: create_several(session, to, lines))


def _replace(options: argparse.Namespace) -> int:
    from butlr_tui.flows.end_replacement import Ending
    from butlr_tui.plain.exits import Exit
    from butlr_tui.plain.prompt import somebody_is_there
    from butlr_tui.plain.replace import replace
    from butlr_tui.plain.replacements import end_replacements, list_replacements

    if options.list:
        return _run_plain(options, lambda session: list_replacements(session, as_json=options.json))
    if not options.clients:
        tell("Which client? Give its id, or its name where no other client has it.")
        return Exit.USAGE
    if options.finish or options.cancel:
        ending = Ending.FINISH if options.finish else Ending.CALL_OFF
        if not options.yes and not somebody_is_there():
            tell("Without a terminal nobody can be asked: --yes deletes without a question.")
            return Exit.USAGE
        return _run_plain(
            options,
            lambda session: end_replacements(session, options.clients, ending, is_sure=options.yes),
        )
    return _run_with_destination(options, lambda session, to: replace(session, options.clients, to))


def _journal(options: argparse.Namespace) -> int:
    from butlr_tui.journal.journal import Journal
    from butlr_tui.plain.history import history

    return history(Journal(), as_json=options.json)


def _token(options: argparse.Namespace) -> int:
    from butlr_tui.plain.clients import token

    return _run_plain(options, lambda session: token(session, as_header=options.header))


def _open(options: argparse.Namespace) -> int:
    from butlr_tui.plain.open_sealed import open_sealed

    def command(session: Session, to: Sequence[Destination]) -> Awaitable[Exit]:
        return open_sealed(session, to, options.sealed, options.identity, options.client_id)

    return _run_with_destination(options, command, "Nothing was opened.")


def _verify(options: argparse.Namespace) -> int:
    from butlr_tui.plain.verify import verify

    return _run_plain(
        options, lambda session: verify(session, options.pair, options.client_id, as_json=options.json)
    )


def _run_with_destination(
    options: argparse.Namespace,
    command: Callable[[Session, Sequence[Destination]], Awaitable[Exit]],
    nothing: str = "Nothing was created.",
) -> int:
    from butlr_tui.config.model import AUTOMATIC
    from butlr_tui.delivery.clipboard.routes import Route
    from butlr_tui.delivery.formats import Format
    from butlr_tui.operations.destinations import BadDestination, destinations, to_terminal
    from butlr_tui.plain.exits import Exit
    from butlr_tui.text import safe

    settings = load()
    forced = None if settings.clipboard == AUTOMATIC else Route(settings.clipboard)
    profile = choose(options.profile, settings=settings)
    format = Format(options.format) if options.format else None
    named = options.to or [profile.default_destination]
    if not all(named):
        tell(
            "Say with --to where its secret is to go, or let default_destination of the profile "
            f"{safe(profile.name)} say it: nobody can show it again. {nothing}"
        )
        return Exit.USAGE
    try:
        to = destinations(named, format, profile.commands, to_terminal, forced, settings.recipients)
    except BadDestination as error:
        tell(str(error))
        return Exit.USAGE
    return _run_plain(options, lambda session: command(session, to))


def _run_plain(options: argparse.Namespace, command: Callable[[Session], Awaitable[Exit]]) -> int:
    import asyncio
    import gc

    gc.disable()  # it is over before there is garbage to speak of, and a list can be long
    from butlr_tui.plain.output import run

    session = connect_to(choose(options.profile, token_file=options.token_file))
    try:
        return asyncio.run(run(session, command))
    finally:
        gc.freeze()  # else the interpreter walks all objects once more as it ends
