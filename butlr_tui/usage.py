"""What each command's help ends with: two examples, and the exit codes that it can give.

The first page has the same, from here. Imports nothing heavy: it is read before the app paints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from butlr_tui.plain.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROGRAM: Final = "butlr-tui"

MEANINGS: Final[Mapping[Exit, str]] = {
    Exit.DONE: "done",
    Exit.FAILED: "refused or failed",
    Exit.USAGE: "the command line can't be meant so: nothing was done",
    Exit.UNKNOWN: "no clear answer: it may or may not have happened",
    Exit.NOBODY_ANSWERS: "nobody answers: nothing was done",
    Exit.SIGN_IN: "the credentials are not accepted: nothing was done",
    Exit.ONLY_IN_A_CLIPBOARD: "created, and its secret is only in, or on its way to, a clipboard",
    Exit.SECRET_NOWHERE: "created, but its secret is nowhere, or not everywhere; what to do is said",
    Exit.INTERRUPTED: "interrupted with Ctrl+C",
}

_AMBIGUOUS: Final = "a wrong command line, or a name that several have: nothing was done"
_NO_FOLDER: Final = {Exit.FAILED: "the data folder can't be used: nothing was done"}
_LOCAL: Final = (Exit.DONE, Exit.FAILED, Exit.USAGE, Exit.INTERRUPTED)
_OF_THE_APP: Final = (*_LOCAL[:3], Exit.ONLY_IN_A_CLIPBOARD, Exit.SECRET_NOWHERE, Exit.INTERRUPTED)
_LEFT_OPEN: Final = {
    Exit.ONLY_IN_A_CLIPBOARD: "the prompts' input ended, and a secret is only in a clipboard",
    Exit.SECRET_NOWHERE: "the prompts' input ended, and a secret is stored nowhere",
}
_READS: Final = (
    Exit.DONE,
    Exit.FAILED,
    Exit.USAGE,
    Exit.NOBODY_ANSWERS,
    Exit.SIGN_IN,
    Exit.INTERRUPTED,
)


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one command."""

    examples: tuple[tuple[str, str], tuple[str, str]]
    """What is typed, and what that does."""
    codes: tuple[Exit, ...] = _LOCAL
    says: Mapping[Exit, str] = field(default_factory=dict)
    """What a code means where this command has words of its own for it."""


USAGES: Final[Mapping[str, Usage]] = {
    "": Usage(
        (
            ("butlr-tui", "the app, on the profile used by default"),
            ("butlr-tui --profile local --plain-prompts", "line by line, on the service of this machine"),
        ),
        _OF_THE_APP,
        _LEFT_OPEN,
    ),
    "demo": Usage(
        (
            ("butlr-tui demo", "the app on sample clients, kept for the next time"),
            ("butlr-tui demo --fresh", "the same, forgotten at the end"),
        ),
        _OF_THE_APP,
        _LEFT_OPEN,
    ),
    "serve": Usage(
        (
            ("butlr-tui serve", "the service on this machine, for the profile local"),
            (
                "butlr-tui serve --log json --forwarded-from 127.0.0.1",
                "the same behind a proxy, with a line for each request",
            ),
        ),
        (Exit.DONE, Exit.FAILED, Exit.USAGE),
        {Exit.DONE: "ended by SIGINT (Ctrl+C) or SIGTERM", Exit.FAILED: "it could not listen or start"},
    ),
    "serve check": Usage(
        (
            ("butlr-tui serve check", "a line for each thing that the tenant needs"),
            ("butlr-tui serve check --write", "also make, read and delete a client there"),
        ),
        says={Exit.DONE: "the tenant can serve", Exit.FAILED: "it can't; what to do is said"},
    ),
    "serve clients": Usage(
        (
            ("butlr-tui serve clients", "every client, and who owns it"),
            ("butlr-tui serve clients --tree --data ~/m2m", "each below its owner, of another folder"),
        ),
        says=_NO_FOLDER,
    ),
    "serve revoke": Usage(
        (
            ("butlr-tui serve revoke ID", "delete this client; its owner gets its clients"),
            ("butlr-tui serve revoke ID --with-descendants", "the same with all that came of it"),
        ),
        says={Exit.FAILED: "nothing was deleted; why is said"},
    ),
    "serve rotate-key": Usage(
        (
            ("butlr-tui serve rotate-key", "another key signs; the old one verifies for an hour yet"),
            ("butlr-tui serve rotate-key --data ~/m2m", "the same for another folder"),
        ),
        says=_NO_FOLDER,
    ),
    "serve rotate-root": Usage(
        (
            ("butlr-tui serve rotate-root", "a new root credential, which has the clients of the old one"),
            ("butlr-tui serve rotate-root --data ~/m2m", "the same for another folder"),
        ),
        says=_NO_FOLDER,
    ),
    "serve backup": Usage(
        (
            ("butlr-tui serve backup ~/m2m-monday.tar", "the database and the keys in one file, mode 0600"),
            ("butlr-tui serve backup ~/m2m-monday --data ~/m2m", "the same in a folder, of another one"),
        ),
        says={Exit.DONE: "the backup is there, and sound", Exit.FAILED: "there is none; why is said"},
    ),
    "serve restore": Usage(
        (
            ("butlr-tui serve restore ~/m2m-monday.tar --data ~/m2m", "into a folder that is empty"),
            ("butlr-tui serve restore ~/m2m-monday", "from a folder, to where serve looks"),
        ),
        says={Exit.FAILED: "nothing was restored; why is said"},
    ),
    "serve audit": Usage(
        (
            ("butlr-tui serve audit --since 7d", "who signed in, created and deleted in the last week"),
            ("butlr-tui serve audit --client ID --follow", "what this client does, as it does it"),
        ),
        says={Exit.FAILED: "there is no audit, or it can't be read"},
    ),
    "config": Usage(
        (
            ("butlr-tui config", "every setting in force, and where it comes from"),
            ("butlr-tui config --profile local", "the same, with this profile chosen"),
        ),
        says={Exit.FAILED: "something in the settings is wrong; its line is said"},
    ),
    "config init": Usage(
        (
            ("butlr-tui config init", "a commented file, where the settings are looked for"),
            ("BUTLR_TUI_CONFIG=~/m2m.toml butlr-tui config init", "the same, elsewhere"),
        ),
        says={Exit.FAILED: "nothing was written, such as over a file that is there"},
    ),
    "doctor": Usage(
        (
            ("butlr-tui doctor", "a line for each check, and what to do where it fails"),
            ("butlr-tui doctor --profile local --json", "the same for a program, or to report a fault"),
        ),
        says={Exit.DONE: "nothing failed", Exit.FAILED: "something failed"},
    ),
    "list": Usage(
        (
            (
                "butlr-tui list --filter 'age:>1y' --sort created --csv",
                "those older than a year, the newest first, for a spreadsheet",
            ),
            (
                "butlr-tui list --json | jq -r '.[] | .created + \" \" + .name'",
                "when each was created, by a program",
            ),
        ),
        _READS,
    ),
    "show": Usage(
        (
            ("butlr-tui show hvac-sync", "the client of this name, where no other has it"),
            ("butlr-tui show ID --json", "one by its id, for a program"),
        ),
        _READS,
        {Exit.USAGE: _AMBIGUOUS},
    ),
    "create": Usage(
        (
            (
                "butlr-tui create --name hvac-sync --to file:~/secrets/{name}.env",
                "its secret to a new file, mode 0600",
            ),
            (
                "butlr-tui create --from clients.csv --to file:~/secrets/{name}.env",
                "a client for each line; called again it goes on where it stopped",
            ),
        ),
        tuple(Exit),
        {
            Exit.DONE: "created, and its secret is stored or written to stdout",
            Exit.FAILED: "nothing was created; with --from, those before it are",
            Exit.UNKNOWN: "it may or may not exist; or it is sealed, and does not sign in yet",
            Exit.INTERRUPTED: "interrupted: it may exist, and the journal says so",
        },
    ),
    "replace": Usage(
        (
            (
                "butlr-tui replace ID --to 'file:~/secrets/{name}.{client_id}.env'",
                "a new client in its place, whose secret goes to a new file; the old one stays",
            ),
            ("butlr-tui replace --finish ID", "delete the old one, once what used it has moved"),
        ),
        tuple(Exit),
        {
            Exit.DONE: "done: the new secret is stored and signs in, or the old client is deleted",
            Exit.USAGE: _AMBIGUOUS,
            Exit.FAILED: "one was refused or failed; those before it are done",
            Exit.UNKNOWN: "it may or may not exist, sign in, or be deleted; what to do is said",
            Exit.INTERRUPTED: "interrupted: a new client may exist, and the journal says so",
        },
    ),
    "open": Usage(
        (
            (
                "butlr-tui open hvac-sync.age --to file:~/secrets/{name}.env",
                "what was sealed for your SSH key to a new file, once it signs in",
            ),
            (
                "butlr-tui open - --identity ~/.ssh/id_rsa --to command:vault",
                "pasted, with another key, to a command of the profile",
            ),
        ),
        (
            Exit.DONE,
            Exit.FAILED,
            Exit.USAGE,
            Exit.NOBODY_ANSWERS,
            Exit.SIGN_IN,
            Exit.ONLY_IN_A_CLIPBOARD,
            Exit.SECRET_NOWHERE,
            Exit.INTERRUPTED,
        ),
        {
            Exit.DONE: "it signs in, and is stored or written to stdout",
            Exit.FAILED: "it can't be opened, or can't go there: nothing was stored",
            Exit.NOBODY_ANSWERS: "nobody answers, so it could not be tried: nothing was stored",
            Exit.SIGN_IN: "it is not accepted: nothing was stored",
            Exit.ONLY_IN_A_CLIPBOARD: "it signs in, and is only in, or on its way to, a clipboard",
            Exit.SECRET_NOWHERE: "it signs in, but is nowhere, or not everywhere; what is sealed stays",
        },
    ),
    "delete": Usage(
        (
            ("butlr-tui delete hvac-sync --yes", "the client of this name, where no other has it"),
            (
                "butlr-tui delete ID ID --yes --json",
                "two by their ids, and what became of each, by a program",
            ),
        ),
        (*_READS[:3], Exit.UNKNOWN, *_READS[3:]),
        {
            Exit.USAGE: _AMBIGUOUS,
            Exit.FAILED: "one was not deleted, or was not there",
        },
    ),
    "verify": Usage(
        (
            ("butlr-tui verify ~/secrets/hvac-sync.env", "whose it is, what it may do, for how long"),
            (
                "pass show butlr/hvac-sync | butlr-tui verify - --client-id ID --json",
                "the secret alone, from another program",
            ),
        ),
        _READS,
        {
            Exit.DONE: "it signs in",
            Exit.FAILED: "it holds no pair, or signing in failed; why is said",
            Exit.NOBODY_ANSWERS: "nobody answers: nothing is known of it",
            Exit.SIGN_IN: "it is not accepted",
        },
    ),
    "journal": Usage(
        (
            ("butlr-tui journal", "what was created and deleted here, and where each secret went"),
            (
                "butlr-tui journal --json | jq '.[] | select(.open)'",
                "the clients whose secret is not known to be stored",
            ),
        ),
    ),
    "token": Usage(
        (
            ("TOKEN=$(butlr-tui token --profile local)", "a token, for other programs"),
            (
                "butlr-tui token --header | curl -H @- http://127.0.0.1:4010/api/v1/client",
                "the same, for curl: in a pipe, since others on this machine see arguments",
            ),
        ),
        _READS,
    ),
    "completion": Usage(
        (
            (
                "butlr-tui completion bash > ~/.local/share/bash-completion/completions/butlr-tui",
                "TAB completes commands, profiles, destinations and ids in bash",
            ),
            (
                "butlr-tui completion fish > ~/.config/fish/completions/butlr-tui.fish",
                "the same in fish",
            ),
        ),
    ),
}
"""By the words of the command."""


def ending(command: str) -> str:
    """The last part of a command's help. `command` is its words, such as `config init`."""
    usage = USAGES[command]
    lines = ["examples:"]
    for typed, does in usage.examples:
        lines += [f"  {typed}", f"      {does}"]
    lines += ["", "exit codes:"]
    lines += [f"  {code:>3}  {usage.says.get(code, MEANINGS[code])}" for code in usage.codes]
    return "\n".join(lines)


def in_general(code: Exit, commands: Iterable[str]) -> str:
    """What a code means, and what it means to those of the commands that have words of their own for it."""
    own: dict[str, list[str]] = {}
    for command in commands:
        if code in USAGES[command].says:
            own.setdefault(USAGES[command].says[code], []).append(f"`{command}`" if command else "the app")
    return "; ".join((MEANINGS[code], *(f"for {' and '.join(who)}: {says}" for says, who in own.items())))
