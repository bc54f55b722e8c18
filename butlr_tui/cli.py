"""The command line: reads the arguments and runs what they name.

Each command imports what it needs when it runs: the app has to paint before anything heavy is read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

from butlr_tui import __version__
from butlr_tui.cli_serve import NEEDS_SERVICE, add_serve
from butlr_tui.config.load import load
from butlr_tui.config.profiles import NoProfile, Profile, ProfileError, choose, data_folder, embedded
from butlr_tui.system import streams
from butlr_tui.system.memory import keep_memory_to_ourselves
from butlr_tui.system.streams import tell
from butlr_tui.system.user_folders import NoHome
from butlr_tui.text import safe
from butlr_tui.wiring import connect_to, has_service, run_app

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable, Sequence

    from butlr_tui.operations.place import Destination
    from butlr_tui.operations.session import Session
    from butlr_tui.plain.exits import Exit

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_DEFAULTS: dict[str, str | bool | None] = {"profile": None, "token_file": None, "plain_prompts": False}
_FAILED = 1
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command that the arguments name and exit with its code.

    A broken stderr changes no code, nor does a broken stdout, but that of a command whose data it loses.
    """
    keep_memory_to_ourselves()
    streams.occupy_closed_ones()
    code = 0
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        streams.flush()
    except streams.Unprinted as fault:
        code = code or _FAILED
        if told := str(fault):
            tell(told)
    streams.give_up()
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    try:
        options = _parsed(arguments) if arguments else SimpleNamespace(run=_app, **_DEFAULTS)
        code: int = options.run(options)
    except (ProfileError, NoHome) as error:
        tell(str(error))
        return _FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except SystemExit as over:  # argparse, once it has said why
        return over.code if isinstance(over.code, int) else _FAILED
    return code


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    import argparse  # it and all the commands take as long as 2 % of a start, which mostly has no arguments

    return _parser().parse_args(arguments, argparse.Namespace(**_DEFAULTS))


def _parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    import argparse

    from butlr_tui.usage import PROGRAM, ending

    as_written = argparse.RawDescriptionHelpFormatter
    # On every command and before it; SUPPRESS, so that the one that was not given overwrites nothing.
    profile = argparse.ArgumentParser(add_help=False)
    profile.add_argument(
        "--profile", metavar="NAME", default=argparse.SUPPRESS, help="the service to talk to, such as local"
    )
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Look after the machine-to-machine (M2M) clients of the Butlr API.\n"
        "Without a command: the app.",
        epilog=ending(""),
        formatter_class=as_written,
        parents=[profile],
    )
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="a token in a file that only you can read"
    )
    _add_prompts(parser)
    parser.add_argument("--version", action="version", version=f"butlr-tui {__version__}")
    parser.set_defaults(run=_app)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], help: str, among: _Commands = commands
    ) -> argparse.ArgumentParser:
        command = among.add_parser(
            name, help=help, description=help, formatter_class=as_written, parents=[profile]
        )
        command.epilog = ending(command.prog.removeprefix(f"{PROGRAM} "))
        command.set_defaults(run=run)
        return command

    demo = add("demo", _demo, "The app on an embedded service with sample clients.")
    demo.add_argument(
        "--fresh", action="store_true", help="in a temporary folder that is forgotten at the end"
    )
    _add_prompts(demo)
    add_serve(add)
    config = add("config", _config, "Print the settings in force, and where each comes from.")
    add(
        "init",
        _config_init,
        "Write a commented file to start with.",
        config.add_subparsers(title="commands", metavar="COMMAND"),
    )
    doctor = add("doctor", _doctor, "Try everything, from the settings to the list call and the clipboard.")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.add_argument("--copy", action="store_true", help="also put a harmless word into the clipboard")
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
    completion = add(
        "completion", _completion, "Print what makes a shell complete the words of this program."
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    token = add("token", _token, "Print a token.")
    token.add_argument("--header", action="store_true", help="as a header, for curl -H @-")
    return parser


def _add_prompts(command: argparse.ArgumentParser) -> None:
    """The argument of the app that has it in lines."""
    import argparse

    command.add_argument(
        "--plain-prompts",
        action="store_true",
        default=argparse.SUPPRESS,
        help="the app as lines and numbered questions, for screen readers; so does ACCESSIBLE=1, or TERM=dumb",
    )


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


# The app


def _app(options: argparse.Namespace) -> int:
    settings = load()
    try:
        start: Profile | str = choose(options.profile, settings=settings, token_file=options.token_file)
    except NoProfile as error:
        start = error.reason
    return run_app(start, settings, data_folder() / "demo", plain_prompts=options.plain_prompts)


def _demo(options: argparse.Namespace) -> int:
    import tempfile

    if not has_service():
        tell(NEEDS_SERVICE)
        return _FAILED
    with tempfile.TemporaryDirectory(prefix="butlr-tui-", ignore_cleanup_errors=True) as temporary:
        data = Path(temporary) / "demo" if options.fresh else data_folder() / "demo"
        return run_app(embedded(data), load(), data, plain_prompts=options.plain_prompts)


# The settings


def _config(options: argparse.Namespace) -> int:
    from butlr_tui.config.show import describe

    settings = load()
    streams.put("\n".join(describe(settings, options.profile)) + "\n")
    return _FAILED if settings.problems else 0


def _config_init(_options: argparse.Namespace) -> int:
    from butlr_tui.config.example import write_example

    settings = load()
    write_example(settings.path)
    tell(f"Wrote {settings.path}: everything in it is an example, until you take a # away.")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    import asyncio

    from butlr_tui.doctor.report import run

    return asyncio.run(
        run(options.profile, as_json=options.json, token_file=options.token_file, try_copy=options.copy)
    )


# The plain commands


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


def _completion(options: argparse.Namespace) -> int:
    from butlr_tui.plain.completion import print_completion

    return print_completion(options.shell)


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
