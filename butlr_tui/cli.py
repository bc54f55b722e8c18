"""The command line: reads the arguments and runs what they name.

Each command imports what it needs when it runs: the app has to paint before anything heavy is read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

from butlr_tui import __version__
from butlr_tui.config.load import load
from butlr_tui.config.profiles import NoProfile, Profile, ProfileError, choose, data_folder, embedded
from butlr_tui.system import streams
from butlr_tui.system.memory import keep_memory_to_ourselves
from butlr_tui.system.streams import tell
from butlr_tui.system.user_folders import NoHome
from butlr_tui.wiring import has_service, run_app

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

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

    from butlr_tui.cli_clients import add_clients
    from butlr_tui.cli_serve import add_serve
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
    add_clients(add)
    completion = add(
        "completion", _completion, "Print what makes a shell complete the words of this program."
    )
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
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

    from butlr_tui.cli_serve import NEEDS_SERVICE

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


def _completion(options: argparse.Namespace) -> int:
    from butlr_tui.plain.completion import print_completion

    return print_completion(options.shell)
