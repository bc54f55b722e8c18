"""The command line, and the composition root: reads the arguments, wires what they name, runs it.

Each command imports what it needs when it runs: the app has to paint before anything heavy is read.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from butlr_tui import __version__
from butlr_tui.config.profiles import Profile, ProfileError, choose, data_folder, embedded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from butlr_tui.operations.session import Session
    from butlr_tui.plain import Exit

_FAILED = 1
_INTERRUPTED = 130
_NEEDS_SERVICE = (
    "This command runs the M2M client service, which needs the extra “service”: "
    "pip install 'butlr-tui[service]'."
)
# They record what is typed and drawn, secrets included (secret-delivery.md, "Never leak").
_RECORDERS = (
    "TEXTUAL",
    "TEXTUAL_LOG",
    "TEXTUAL_DEVTOOLS_HOST",
    "TEXTUAL_DEVTOOLS_PORT",
    "TEXTUAL_SCREENSHOT",
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command that the arguments name and exit with its code."""
    _forbid_core_dumps()
    options = _parser().parse_args(arguments, argparse.Namespace(profile=None))
    try:
        sys.exit(options.run(options))
    except ProfileError as error:
        _tell(str(error))
        sys.exit(_FAILED)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # `butlr-tui list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_FAILED)


def _parser() -> argparse.ArgumentParser:
    # On every command and before it; SUPPRESS, so that the one that was not given overwrites nothing.
    profile = argparse.ArgumentParser(add_help=False)
    profile.add_argument(
        "--profile", metavar="NAME", default=argparse.SUPPRESS, help="the service to talk to, such as local"
    )
    parser = argparse.ArgumentParser(
        prog="butlr-tui",
        description="Look after the machine-to-machine (M2M) clients of the Butlr API. "
        "Without a command: the app.",
        parents=[profile],
    )
    parser.add_argument("--version", action="version", version=f"butlr-tui {__version__}")
    parser.set_defaults(run=_app)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help, parents=[profile])
        command.set_defaults(run=run)
        return command

    demo = add("demo", _demo, "The app on an embedded service with sample clients.")
    demo.add_argument(
        "--fresh", action="store_true", help="in a temporary folder that is forgotten at the end"
    )
    serve = add("serve", _serve, "Run the M2M client service on this machine.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=4010, help="port to listen on (%(default)s)")
    serve.add_argument("--data", type=Path, metavar="DIR", help="folder of the database and the credentials")
    for each in (
        add("list", _list, "Print all clients."),
        show := add("show", _show, "Print one client."),
    ):
        each.add_argument("--json", action="store_true", help="as JSON")
    show.add_argument("id", metavar="ID")
    delete = add("delete", _delete, "Delete clients.")
    delete.add_argument("ids", metavar="ID", nargs="+")
    delete.add_argument(
        "--yes", action="store_true", required=True, help="really; there is no other question"
    )
    add("token", _token, 'Print a token: curl -H "Authorization: Bearer $(butlr-tui token)" …')
    return parser


# The app


def _app(options: argparse.Namespace) -> int:
    profile = choose(options.profile)
    return _run_app(profile, profile.base_url.partition("://")[2].rstrip("/"), _connect)


def _demo(options: argparse.Namespace) -> int:
    import tempfile
    from importlib.util import find_spec

    if find_spec("starlette") is None:
        _tell(_NEEDS_SERVICE)
        return _FAILED
    with tempfile.TemporaryDirectory(prefix="butlr-tui-", ignore_cleanup_errors=True) as temporary:
        data = Path(temporary) / "demo" if options.fresh else data_folder() / "demo"
        return _run_app(embedded(data), "embedded service", lambda chosen: _connect_embedded(chosen, data))


def _run_app(profile: Profile, host: str, connect: Callable[[Profile], Session]) -> int:
    if not sys.stdout.isatty() or not sys.stdin.isatty():
        _tell(
            "The app needs a terminal. For scripts there are `butlr-tui list`, `show`, `delete` and `token`."
        )
        return _FAILED
    if os.environ.get("BUTLR_TUI_DEV") != "1":
        for each in _RECORDERS:
            os.environ.pop(each, None)
    from butlr_tui.tui.app import ButlrApp

    app = ButlrApp(profile, host, connect)
    app.run()
    return app.return_code or 0


def _connect(profile: Profile) -> Session:
    from butlr_tui.http.transport import BadSetting
    from butlr_tui.operations.connect import connect

    try:
        return connect(profile)
    except BadSetting as error:
        raise ProfileError(str(error)) from None


def _connect_embedded(profile: Profile, data: Path) -> Session:
    """A session on a service in this process: the same client, operations and screens, without a network."""
    import httpx

    from butlr_tui.operations.connect import connect
    from butlr_tui.service.files import DataFolderError
    from butlr_tui.service.local import open_service
    from butlr_tui.service.samples import add_samples

    try:
        service = open_service(data)
    except DataFolderError as error:
        raise ProfileError(str(error)) from None
    add_samples(service)
    return connect(profile, httpx.ASGITransport(service.app, raise_app_exceptions=False))


# The service


def _serve(options: argparse.Namespace) -> int:
    try:
        from butlr_tui.service.run import serve
    except ModuleNotFoundError:
        _tell(_NEEDS_SERVICE)
        return _FAILED
    return serve(options.data or data_folder(), options.host, options.port, _tell)


# The plain commands


def _list(options: argparse.Namespace) -> int:
    from butlr_tui import plain

    return _run_plain(options, lambda session: plain.list_clients(session, as_json=options.json))


def _show(options: argparse.Namespace) -> int:
    from butlr_tui import plain

    return _run_plain(options, lambda session: plain.show(session, options.id, as_json=options.json))


def _delete(options: argparse.Namespace) -> int:
    from butlr_tui import plain

    return _run_plain(options, lambda session: plain.delete(session, options.ids))


def _token(options: argparse.Namespace) -> int:
    from butlr_tui import plain

    return _run_plain(options, plain.token)


def _run_plain(options: argparse.Namespace, command: Callable[[Session], Awaitable[Exit]]) -> int:
    import asyncio

    from butlr_tui import plain

    return asyncio.run(plain.run(_connect(choose(options.profile)), command))


def _forbid_core_dumps() -> None:
    try:
        import resource
    except ImportError:  # Windows has none
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")
