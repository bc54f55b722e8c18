"""The part of the command line that runs and looks after the service: `serve`, and the commands below it.

Imports nothing heavy before a command runs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from butlr_tui.config.places import service_folder
from butlr_tui.system import streams
from butlr_tui.system.streams import tell
from butlr_tui.text import safe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime
    from ipaddress import IPv4Network, IPv6Network

_FAILED: Final = 1
_USAGE: Final = 2
_MAY_WRITE: Final = (
    "This makes an application named “butlr-tui serve check” in the tenant, reads it until the tenant's rate "
    "limit says no (60 times at most) and deletes it again. It is tested, but not on a real tenant. Go on? [y/N]"
)
NEEDS_SERVICE: Final = (
    "This command runs the M2M client service, which needs the extra “service”: install butlr-tui again from "
    "where it came from, with that extra. In a copy of the repository: .venv/bin/pip install -e '.[service]'."
)


def add_serve(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add `serve` and its commands with `add`, as `cli` adds its own."""
    import argparse

    serve = add("serve", _serve, "Run the M2M client service on this machine.")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=4010, help="port to listen on (%(default)s)")
    _add_data(serve, None)
    serve.add_argument(
        "--engine", choices=("sqlite", "auth0"), default="sqlite", help="what keeps the clients (%(default)s)"
    )
    serve.add_argument("--issuer", type=_issuer, metavar="URL", help="what its tokens name as their issuer")
    serve.add_argument(
        "--log",
        choices=("json", "text", "none"),
        default="none",
        help="a line a request, on stdout (%(default)s)",
    )
    serve.add_argument(
        "--forwarded-from",
        action="append",
        default=[],
        type=_network,
        metavar="ADDR",
        help="address or network of a proxy, whose X-Forwarded-For is believed; may be given again",
    )
    serve.add_argument(
        "--audit-days",
        type=_days,
        metavar="DAYS",
        help="how long the audit is kept (a year, unless given)",
    )
    among = serve.add_subparsers(title="commands", metavar="COMMAND")
    _add_check(add, among)
    clients = add("clients", _clients, "Print all clients of a data folder, whoever owns them.", among)
    clients.add_argument("--tree", action="store_true", help="each below the one that owns it")
    revoke = add("revoke", _revoke, "Delete a client, whoever owns it.", among)
    revoke.add_argument("client", metavar="ID", help="its id")
    revoke.add_argument(
        "--with-descendants",
        action="store_true",
        help="also those that it made, those that they made, and so on",
    )
    rotate_key = add("rotate-key", _rotate_key, "Sign with another key from now on.", among)
    rotate_root = add("rotate-root", _rotate_root, "Make another root credential.", among)
    backup = add("backup", _backup, "Copy a data folder, also while it is served.", among)
    backup.add_argument("to", metavar="DIR|FILE.tar", type=Path, help="where nothing is yet")
    restore = add("restore", _restore, "Put a backup into an empty data folder.", among)
    restore.add_argument("source", metavar="DIR|FILE.tar", type=Path, help="what backup wrote")
    audit = add("audit", _audit, "Print who did what at the service of this machine.", among)
    _add_audit(audit)
    for command in (clients, revoke, rotate_key, rotate_root, backup, restore, audit):
        _add_data(command, argparse.SUPPRESS)


def _add_check(add: Callable[..., argparse.ArgumentParser], among: object) -> None:
    import argparse

    check = add(
        "check",
        _check,
        "Only verify that the Auth0 tenant can serve; changes nothing without --write.",
        among,
    )
    check.add_argument(
        "--write",
        action="store_true",
        help="also make a client there, try it out and delete it: tells what only the tenant itself can tell",
    )
    check.add_argument("--yes", action="store_true", help="with --write: without a question")
    # Of `serve`: they mean nothing here, and do no harm.
    for option in ("--host", "--port", "--data", "--engine", "--audit-days"):
        check.add_argument(option, default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _add_audit(command: argparse.ArgumentParser) -> None:
    """The arguments of `serve audit`."""

    command.add_argument(
        "--since",
        type=_since,
        metavar="WHEN",
        help="from then on: 7d (d, w, m or y), or a day such as 2026-11-24",
    )
    command.add_argument("--client", metavar="ID", help="only what this client did, or what is about it")
    command.add_argument("--json", action="store_true", help="as JSON, a row a line")
    command.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl+C")


def _since(word: str) -> datetime:
    """What stands behind --since. Raises ArgumentTypeError."""
    import argparse
    from datetime import UTC, datetime, timedelta

    from butlr_tui.listing.periods import days_in

    try:
        if (days := days_in(word)) is not None:
            return datetime.now(UTC) - timedelta(days=days)
        day = datetime.fromisoformat(word)
    except (OverflowError, ValueError):
        raise argparse.ArgumentTypeError(
            f"“{safe(word)}” is no time: 7d, 2w, 3m, 1y or a day such as 2026-11-24 is"
        ) from None
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def _days(word: str) -> int:
    """What stands behind --audit-days. Raises ArgumentTypeError."""
    import argparse

    if not word.isdecimal() or not 0 < int(word) < 100_000:
        raise argparse.ArgumentTypeError(f"“{safe(word)}” is no number of days")
    return int(word)


def _add_data(command: argparse.ArgumentParser, default: str | None) -> None:
    command.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=default,
        help="folder of the database and the credentials",
    )


def _issuer(url: str) -> str:
    """What stands behind --issuer. Raises ArgumentTypeError."""
    import argparse
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"https", "http"} and bool(parts.hostname) and url.isprintable()
    except ValueError:
        is_good = False
    if not is_good or "?" in url or "#" in url or " " in url:
        raise argparse.ArgumentTypeError("it has to be an address such as https://m2m.example.com")
    return url


def _network(words: str) -> IPv4Network | IPv6Network:
    """What stands behind --forwarded-from. Raises ArgumentTypeError."""
    import argparse
    from ipaddress import ip_network

    try:
        return ip_network(words)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "it has to be an address or a network such as 127.0.0.1 or 10.0.0.0/8"
        ) from None


def _serve(options: argparse.Namespace) -> int:
    try:
        from butlr_tui.service.request_log import LogForm
        from butlr_tui.service.run import opener, serve
        from butlr_tui.service.tokens import ISSUER
    except ModuleNotFoundError:
        tell(NEEDS_SERVICE)
        return _FAILED
    if options.issuer and options.engine == "auth0":
        tell("--issuer is for the engine sqlite: with auth0 the tenant issues the tokens.")
        return _USAGE
    return serve(
        service_folder(options.data),
        options.host,
        options.port,
        tell,
        opener(options.engine, os.environ, options.issuer or ISSUER, options.audit_days),
        log_form=LogForm(options.log),
        proxies=options.forwarded_from,
    )


def _check(options: argparse.Namespace) -> int:
    import asyncio

    from butlr_tui.plain.prompt import ask, somebody_is_there

    try:
        from butlr_tui.service.auth0.check import check
    except ModuleNotFoundError:
        tell(NEEDS_SERVICE)
        return _FAILED
    if options.write and not options.yes:
        if not somebody_is_there():
            tell("Without a terminal nobody can be asked: --yes makes the client without a question.")
            return _USAGE
        if asyncio.run(ask(_MAY_WRITE)).lower() not in {"y", "yes"}:
            tell("Nothing was written.")
            return _FAILED
    return check(os.environ, tell, write=options.write)


def _clients(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.clients import clients

        return clients(data, streams.put, as_tree=options.tree)

    return _administer(options, run)


def _revoke(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.revoke import revoke

        return revoke(data, options.client, tell, with_descendants=options.with_descendants)

    return _administer(options, run)


def _rotate_key(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.rotate_key import rotate_key

        return rotate_key(data, tell)

    return _administer(options, run)


def _rotate_root(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.rotate_root import rotate_root

        return rotate_root(data, tell)

    return _administer(options, run)


def _backup(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.backup import backup

        return backup(data, options.to, tell)

    return _administer(options, run)


def _restore(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.restore import restore

        return restore(options.source, data, tell)

    return _administer(options, run)


def _audit(options: argparse.Namespace) -> int:
    def run(data: Path) -> int:
        from butlr_tui.service.commands.audit import print_audit

        return print_audit(
            data,
            since=options.since,
            client=options.client,
            as_json=options.json,
            follow=options.follow,
        )

    return _administer(options, run)


def _administer(options: argparse.Namespace, command: Callable[[Path], int]) -> int:
    """Run a command on the data folder."""
    try:
        from butlr_tui.service.files import DataFolderError

        return command(service_folder(options.data))
    except ModuleNotFoundError:
        tell(NEEDS_SERVICE)
    except DataFolderError as error:
        tell(str(error))
    return _FAILED
