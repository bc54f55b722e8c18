"""THE table of commands, as plain data. Bindings, the key bar, the help, the palette, sentences and the page's
table of keys all come from here, and nothing else says which key does what.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Place(StrEnum):
    """Where a command acts; the headings of the help screen and of the README's table."""

    MAIN = "The list"
    FILTER = "In the filter"
    CREATE = "New client"
    SECRET = "The secret"  # noqa: S105
    DELETE = "Delete"
    SIGN_IN = "Signing in"
    QUESTION = "A question"
    FIRST_RUN = "The first start"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing an operator can do: which key, what it is called, what it does."""

    id: str
    place: Place
    key: str
    """As Textual names it; several, comma-separated, where one is the habit of another tool."""
    label: str
    """For the key bar: one or two words."""
    help: str
    """For the help screen: what it does, in half a sentence."""
    action: str
    """The action of the place's screen or widget."""
    shown: bool = True
    """Whether the key bar has room for it."""
    dangerous: bool = False
    """Whether it changes something at the service."""

    @property
    def keys(self) -> str:
        """The keys as a person reads them: "n", "? or F1"."""
        return " or ".join(_KEY_NAMES.get(key, key.replace("ctrl+", "Ctrl+")) for key in self.key.split(","))

    @property
    def first_key(self) -> str:
        """The key that sentences and the key bar name."""
        return self.keys.split(" or ", maxsplit=1)[0]


_KEY_NAMES: Final = {
    "enter": "Enter",
    "escape": "Esc",
    "slash": "/",
    "question_mark": "?",
    "f1": "F1",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "delete": "Del",
}

COMMANDS: Final = (
    Command("new", Place.MAIN, "n", "new", "Make a new client", "new", dangerous=True),
    Command("copy_id", Place.MAIN, "y", "copy id", "Copy the whole client id", "copy_id"),
    Command(
        "delete",
        Place.MAIN,
        "d,delete",
        "delete",
        "Delete the client (asks first)",
        "delete",
        dangerous=True,
    ),
    Command("filter", Place.MAIN, "slash", "filter", "Show only what matches", "filter"),
    Command("sort", Place.MAIN, "s", "sort", "Sort by name, then by age, then by client id", "sort"),
    Command("reverse", Place.MAIN, "S", "reverse", "Sort the other way round", "reverse", False),
    Command("refresh", Place.MAIN, "r", "refresh", "Read the list again", "refresh"),
    Command("open", Place.MAIN, "enter", "detail", "Open the detail, or what an error said", "open", False),
    Command(
        "back",
        Place.MAIN,
        "escape",
        "back",
        "Close the detail; stop reading; clear the filter",
        "back",
        False,
    ),
    Command("up", Place.MAIN, "up,k", "up", "One client up", "cursor(-1)", False),
    Command("down", Place.MAIN, "down,j", "down", "One client down", "cursor(1)", False),
    Command("page_up", Place.MAIN, "pageup", "page up", "A page up", "page(-1)", False),
    Command("page_down", Place.MAIN, "pagedown", "page down", "A page down", "page(1)", False),
    Command("first", Place.MAIN, "home,g", "first", "To the first client", "first", False),
    Command("last", Place.MAIN, "end,G", "last", "To the last client", "last", False),
    Command("profiles", Place.MAIN, "p", "profile", "Go to another service", "profiles"),
    Command("sign_in", Place.MAIN, "l", "sign in", "Sign in, or as someone else", "sign_in", False),
    Command("palette", Place.MAIN, "ctrl+p", "commands", "Find a command by its name", "palette", False),
    Command("help", Place.MAIN, "question_mark,f1", "help", "This help", "help"),
    Command("quit", Place.MAIN, "q", "quit", "Quit", "quit"),
    Command("keep_filter", Place.FILTER, "enter,down", "keep", "Keep the filter, back to the list", "keep"),
    Command("clear_filter", Place.FILTER, "escape", "clear", "Clear the filter, back to the list", "clear"),
    Command("create", Place.CREATE, "enter", "create", "Create the client", "submit", dangerous=True),
    Command("look", Place.CREATE, "ctrl+l", "look again", "Look again whether it exists", "look", False),
    Command("cancel_create", Place.CREATE, "escape", "cancel", "Leave (asks if you typed)", "cancel"),
    Command("copy_secret", Place.SECRET, "c", "copy secret", "Copy the secret alone", "copy('secret')"),
    Command("copy_env", Place.SECRET, "e", "copy .env", "Copy both as .env lines", "copy('env')"),
    Command("copy_json", Place.SECRET, "j", "copy JSON", "Copy both as JSON", "copy('json')"),
    Command("copy_new_id", Place.SECRET, "i", "copy id", "Copy the client id alone", "copy_id"),
    Command("reveal", Place.SECRET, "v", "reveal", "Show the secret for 30 seconds, or hide it", "reveal"),
    Command("save", Place.SECRET, "f", "save to a file", "Save both as .env to a file", "save"),
    Command("hand_over", Place.SECRET, "x", "hand to a command", "Hand both to a command", "hand_to_command"),
    Command("try", Place.SECRET, "t", "test it", "Sign in with the new pair", "try_pair"),
    Command("close_secret", Place.SECRET, "escape", "close", "Close, once it is stored", "close"),
    Command(
        "confirm_delete", Place.DELETE, "enter", "delete", "Delete, once the id's end is typed", "submit"
    ),
    Command("cancel_delete", Place.DELETE, "escape", "cancel", "Leave, deleting nothing", "cancel"),
    Command("sign_in_now", Place.SIGN_IN, "enter", "sign in", "Sign in with what is typed", "submit"),
    Command(
        "cancel_sign_in", Place.SIGN_IN, "escape", "cancel", "Leave; what is typed is forgotten", "cancel"
    ),
    Command("answer", Place.QUESTION, "enter", "go on", "Take the answer that has the focus", "choose"),
    Command("leave", Place.QUESTION, "escape", "go back", "Go back; nothing changes", "back"),
    Command("choose_service", Place.FIRST_RUN, "enter", "choose", "Go on with what is chosen", "choose"),
    Command("quit_first_run", Place.FIRST_RUN, "q", "quit", "Quit", "quit"),
)

_BY_ID: Final = {command.id: command for command in COMMANDS}


def command(command_id: str) -> Command:
    """The command with this id."""
    return _BY_ID[command_id]


def key(command_id: str) -> str:
    """The key to name in a sentence."""
    return _BY_ID[command_id].first_key


def at(place: Place) -> list[Command]:
    """The commands of one place, in the table's order."""
    return [cmd for cmd in COMMANDS if cmd.place is place]
