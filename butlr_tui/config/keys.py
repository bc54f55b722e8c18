"""Every key that the settings know: what it takes and what it says.

The reader, `butlr-tui config`, the example file and the README's table all come from here.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from butlr_tui.addresses import may_be_reached
from butlr_tui.config.model import (
    ANIMATIONS,
    AUTOMATIC,
    BORDERS,
    CLIPBOARDS,
    COLOURS,
    DELETE_CONCURRENCY,
    FORMATS,
    HIGH_CONTRAST,
    MOST_AT_ONCE,
    READY_FILTERS,
    THEMES,
)
from butlr_tui.config.nearest import nearest
from butlr_tui.contract import AUDIENCE
from butlr_tui.text import safe, truncate

PROFILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Of a profile, and of a command, a filter and a recipient likewise. It becomes part of file names."""

_KINDS: Final = ("clipboard", "file", "ssh", "command", "seal")
_DESTINATION: Final = re.compile(
    r"clipboard|file:(?:~[^/]*)?/(?:.*[^/])?|ssh:[^-:].*:.*[^/]|command:.+|seal:[^=]+(?:=(?:~[^/]*)?/(?:.*[^/])?)?",
    re.DOTALL,
)

Check = Callable[[object], str | None]
"""What is wrong with a value, after the key's name in a sentence; None where nothing is."""


class Key(NamedTuple):
    """One setting that the file may hold: what it takes and what it does."""

    name: str
    check: Check
    example: str
    """As TOML."""
    default: str
    """In words or as TOML, to be shown."""
    says: str
    """What it does, in a sentence without a full stop."""


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false, without quotes"


def _text(value: object) -> str | None:
    fine = isinstance(value, str) and value.isprintable() and value.strip()
    return None if fine else "must be text in quotes"


def _url(value: object) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s@]+", value, re.IGNORECASE):
        return "must be an address such as https://api.butlr.io, without a user name"
    fine = may_be_reached(re.split("[?#]", value, maxsplit=1)[0])
    return None if fine else "can't be reached: its host is no host's name, or its port not one of 1 to 65535"


def _argv(value: object) -> str | None:
    fine = isinstance(value, list) and value and all(isinstance(word, str) for word in value) and value[0]
    return None if fine else 'must be a list of words with the program first, such as ["pass", "show", "x"]'


def _number(of: str, least: float, most: float) -> Check:
    def check(value: object) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and least <= value <= most:  # type: ignore[operator]
            return None
        return f"must be a number of {of} from {least:g} to {most:g}"

    return check


def _whole_number(least: int, most: int) -> Check:
    def check(value: object) -> str | None:
        fine = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return None if fine else f"must be a whole number from {least} to {most}"

    return check


def _keys(value: object) -> str | None:
    words = value if isinstance(value, list) else [value]
    fine = words and all(isinstance(word, str) and word.isprintable() and word.strip() for word in words)
    return None if fine else "must be a public key, a path to a .pub file, or a list of these and of names"


def _destination(value: object) -> str | None:
    asked = '"clipboard", "file:PATH" with a whole path, "ssh:HOST:PATH", "command:NAME" or "seal:NAME"'
    if not isinstance(value, str):
        return f"must be {asked}"
    if _DESTINATION.fullmatch(value):
        return None
    kind = value.partition(":")[0]
    meant = "" if kind in _KINDS else nearest(kind, _KINDS)
    return f"can't be “{truncate(safe(value), 40)}”.{meant} It is {asked}"


def _one_of(names: tuple[str, ...]) -> Check:
    def check(value: object) -> str | None:
        if isinstance(value, str) and value in names:
            return None
        if not isinstance(value, str):
            return f"must be one of {', '.join(names)}, in quotes"
        return (
            f"can't be “{truncate(safe(value), 40)}”.{nearest(value, names)} It is one of {', '.join(names)}"
        )

    return check


TOP: Final = (
    Key("default_profile", _text, '"prod"', "the only profile, if there is one",
        "The profile that is used where none is named"),
    Key("clipboard", _one_of(CLIPBOARDS), f'"{AUTOMATIC}"', f'"{AUTOMATIC}"',
        "The way that a copy takes: " + ", ".join(CLIPBOARDS)),
    Key("clipboard_clear_seconds", _number("seconds", 0, 86_400), "45", "45",
        "After so long a verified copy of a secret is cleared again; 0 leaves it"),
    Key("replace_reminder_days", _number("days", 0, 3_650), "7", "7",
        "After so many days the start reminds of a replacement that is not finished; 0 never does"),
    Key("delete_concurrency", _whole_number(1, MOST_AT_ONCE), "2", str(DELETE_CONCURRENCY),
        "So many deletions may be under way at once, where several clients are deleted"),
    Key("mouse", _flag, "true", "true",
        "Whether the app takes the mouse; without it your terminal selects text as everywhere"),
    Key("animations", _one_of(ANIMATIONS), '"off"', f'"{AUTOMATIC}"',
        "Whether scrolling glides: " + ", ".join(ANIMATIONS) + f"; {AUTOMATIC}: not over SSH"),
    Key("theme", _one_of(THEMES), f'"{HIGH_CONTRAST}"', f'"{THEMES[0]}"',
        f"The colours: the terminal's own, or {HIGH_CONTRAST} on black"),
    Key("border", _one_of(BORDERS), '"ascii"', f'"{BORDERS[0]}"',
        "How frames are drawn: " + ", ".join(BORDERS) + ", which is for fonts without lines"),
)  # fmt: skip

TOKEN_COMMAND: Final = "token_command"  # noqa: S105
CREDENTIAL_COMMAND: Final = "credential_command"
TOKEN_FILE: Final = "token_file"  # noqa: S105
CREDENTIAL_FILE: Final = "credential_file"
PROMPT: Final = "prompt"
SOURCES: Final = (TOKEN_COMMAND, CREDENTIAL_COMMAND, TOKEN_FILE, CREDENTIAL_FILE, PROMPT)
"""One of them says where the credentials are; where several do, the first here is used."""

PROFILE: Final = (
    Key("base_url", _url, '"https://api.butlr.io"', "it has to be given",
        "The address of the service that serves /api/v1/client"),
    Key("auth_url", _url, '"https://api.butlr.io"', "base_url",
        "The address that gives out tokens, where it is another"),
    Key("audience", _text, f'"{AUDIENCE}"', f'"{AUDIENCE}"', "What the tokens are asked for"),
    Key(TOKEN_COMMAND, _argv, '["butlr-token", "--prod"]', "none",
        "A program that prints a token; run without a shell, for at most 30 s"),
    Key(CREDENTIAL_COMMAND, _argv, '["pass", "show", "butlr/prod"]', "none",
        'A program that prints {"client_id": …, "client_secret": …}; run without a shell, for at most 30 s'),
    Key(TOKEN_FILE, _text, '"~/.config/butlr-tui/prod.token"', "none",
        "A file with a token; it must be yours, with mode 0600"),
    Key(CREDENTIAL_FILE, _text, '"prod.json"', "none",
        'A file with {"client_id": …, "client_secret": …}; it must be yours, with mode 0600'),
    Key(PROMPT, _flag, "true", "true where no other source is given", "The sign-in screen asks"),
    Key("read_only", _flag, "true", "false", "Nothing is created or deleted"),
    Key("protected", _flag, "true", "true", "What destroys asks for typed words; false: a plain question"),
    Key("colour", _one_of(COLOURS), '"red"', "none", "The label's colour: " + ", ".join(COLOURS)),
    Key("default_destination", _destination, '"file:~/secrets/{name}.env"', "what stored a secret last",
        "Where the form of a new client has its secret go at first, and `create` without --to: clipboard, "
        "file:PATH, ssh:HOST:PATH, command:NAME or seal:NAME"),
    Key("label", _text, '"PRODUCTION"', "the profile's name", "What the header calls it"),
    Key("trust_loopback", _flag, "true", "false",
        "Plain http goes to a port of this machine even where another user listens on it"),
)  # fmt: skip

COMMAND: Final = (
    Key("argv", _argv, '["vault", "kv", "put", "secret/butlr/{name}", "value=-"]', "it has to be given",
        "The program and its words, without a shell; {name} and {client_id} are filled in"),
    Key("format", _one_of(FORMATS), '"secret"', '"secret"', "What it gets on its stdin: " + ", ".join(FORMATS)),
    Key("timeout", _number("seconds", 1, 600), "30", "30", "Seconds that it may take"),
)  # fmt: skip

FILTER: Final = Key(
    "NAME",
    _text,
    '"age:>1y -desc:keep"',
    "none",
    "Words of the filter that @NAME stands for, in the app and in list",
)
FILTERS: Final = (
    FILTER,
    *(
        Key(
            name,
            _text,
            f'"{ready.query}"',
            f'"{ready.query}"',
            f"{ready.finds}: a ready one, which another may replace",
        )
        for name, ready in READY_FILTERS.items()
    ),
)

RECIPIENT: Final = Key(
    "NAME",
    _keys,
    '"ssh-ed25519 AAAA…"',
    "none",
    "Who can open what is sealed for NAME: an ssh-ed25519, ssh-rsa or age1 key, a path to a .pub file, or a list "
    "of these and of other names here",
)

BOUND: Final = Key(
    "COMMAND",
    _text,
    '["F5", "ctrl+r"]',
    "as in the help",
    'The key of a command, or a list of keys; "" for none',
)

VARIABLES: Final = (
    ("BUTLR_TOKEN", "A token", True),
    ("BUTLR_TOKEN_FILE", "The path of a file with a token", False),
    ("BUTLR_CLIENT_ID", "A client's id; with its secret, as Butlr's own tool reads them", False),
    ("BUTLR_CLIENT_SECRET", "Its secret", True),
    ("BUTLR_BASE_URL", "The only address that the four above go to; https://api.butlr.io unless set", False),
    ("BUTLR_AUTH_URL", "The address that gives out tokens for it, where that is another", False),
    ("BUTLR_TUI_CONFIG", "The path of the file of settings", False),
    ("ACCESSIBLE", "1 for the app as lines and numbered questions, as `--plain-prompts` has it", False),
)
"""Name, what it holds, and whether that is a secret."""


TABLES: Final = (
    ("", TOP),
    ("filters.", FILTERS),
    ("recipients.", (RECIPIENT,)),
    ("keys.", (BOUND,)),
    ("profiles.NAME.", PROFILE),
    ("profiles.NAME.commands.NAME.", COMMAND),
)
"""Every key, by what stands before it."""


def reference() -> str:
    """The settings as a table in Markdown, for the README."""
    rows = ["| key | default | what it does |", "|---|---|---|"]
    for prefix, keys in TABLES:
        rows += [f"| `{prefix}{key.name}` | {_cell(key.default)} | {_cell(key.says)} |" for key in keys]
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip('"') if text.startswith('"') else text.replace("|", "\\|")
