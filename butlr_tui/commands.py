"""THE table of commands, as plain data, with the keys that are shipped.

What the settings bind otherwise is read against it (config/bound_keys.py). Bindings, the key bar, the help, the
palette and sentences take it as it is in force (tui/commands.py), and nothing else says which key does what.
"""

from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from butlr_tui.key_names import spoken


class Place(StrEnum):
    """Where a command acts; the headings of the help screen and of the README's table."""

    MAIN = "The list"
    FILTER = "In the filter"
    CREATE = "New client"
    SECRET = "The secret"  # noqa: S105
    DELETE = "Delete"
    SEVERAL = "Delete several"
    SIGN_IN = "Signing in"
    UNFINISHED = "Unfinished creates"
    JOURNAL = "The journal"
    QUESTION = "A question"
    HELP = "This help"
    FORM = "Any form"
    FIRST_RUN = "The first start"
    ANYWHERE = "Everywhere"


class Need(Enum):
    """What has to be there for a command of the list to act."""

    NOTHING = auto()
    SESSION = auto()
    """The profile's settings led to a session with the service."""
    CLIENTS = auto()
    """The list is not known to be empty."""
    CLIENT = auto()
    """One is under the cursor."""
    TARGET = auto()
    """One is marked, or under the cursor."""
    MARKS = auto()
    """One is marked."""
    DEMO = auto()
    """It is the demo."""


class Command(NamedTuple):
    """One thing an operator can do: which key, what it is called, what it does."""

    id: str
    place: Place
    key: str
    """As Textual names it; several, comma-separated, where one is the habit of another tool; "" for none."""
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
    needs: Need = Need.NOTHING
    comes_first: bool = False
    """Whether the key means this whatever has the focus."""

    @property
    def keys(self) -> str:
        """The keys as a person reads them: "n", "? or F1"; "" where it has none."""
        return " or ".join(map(spoken, filter(None, self.key.split(","))))

    @property
    def first_key(self) -> str:
        """The key that sentences and the key bar name."""
        return self.keys.split(" or ", maxsplit=1)[0]


COMMANDS: Final = (
    Command("new", Place.MAIN, "n", "new", "Make a new client", "new", dangerous=True),
    Command("copy_id", Place.MAIN, "y", "copy id", "Copy the whole client id", "copy_id", needs=Need.TARGET),
    Command(
        "delete",
        Place.MAIN,
        "d,delete",
        "delete",
        "Delete the client, or the marked ones",
        "delete",
        dangerous=True,
        needs=Need.TARGET,
    ),
    Command(
        "replace",
        Place.MAIN,
        "R",
        "replace",
        "Replace the client by a new one, or finish that",
        "replace",
        False,
        dangerous=True,
        needs=Need.TARGET,
    ),
    Command(
        "mark",
        Place.MAIN,
        "space",
        "mark",
        "Mark or unmark the client, and move on",
        "mark",
        False,
        needs=Need.CLIENT,
    ),
    Command(
        "mark_to",
        Place.MAIN,
        "V",
        "mark to",
        "Mark to where the cursor goes; again: end",
        "mark_to",
        False,
        needs=Need.CLIENT,
    ),
    Command(
        "mark_all",
        Place.MAIN,
        "asterisk",
        "mark all",
        "Mark all that are shown",
        "mark_all",
        False,
        needs=Need.CLIENT,
    ),
    Command("unmark", Place.MAIN, "u", "unmark", "Take all marks back", "unmark", False, needs=Need.MARKS),
    Command("filter", Place.MAIN, "slash", "filter", "Show only what matches", "filter", needs=Need.CLIENTS),
    Command(
        "tour",
        Place.MAIN,
        "t",
        "tour",
        "In the demo: begin or leave a tour of six steps",
        "tour",
        needs=Need.DEMO,
    ),
    Command(
        "ready_filters",
        Place.MAIN,
        "F",
        "ready filters",
        "Choose a ready filter, or one of yours",
        "ready_filters",
        False,
        needs=Need.CLIENTS,
    ),
    Command(
        "sort",
        Place.MAIN,
        "s",
        "sort",
        "Sort by name, then by age, then by client id",
        "sort",
        needs=Need.CLIENTS,
    ),
    Command(
        "reverse",
        Place.MAIN,
        "S",
        "reverse",
        "Sort the other way round",
        "reverse",
        False,
        needs=Need.CLIENTS,
    ),
    Command(
        "export",
        Place.MAIN,
        "o",
        "export",
        "Export what is marked or shown: CSV, JSON or Markdown",
        "export",
        False,
        needs=Need.CLIENTS,
    ),
    Command("refresh", Place.MAIN, "r", "refresh", "Read the list again", "refresh", needs=Need.SESSION),
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
    Command("journal", Place.MAIN, "J", "journal", "Show what was created and deleted from here", "journal"),
    Command(
        "sign_in",
        Place.MAIN,
        "l",
        "sign in",
        "Sign in, or as someone else",
        "sign_in",
        False,
        needs=Need.SESSION,
    ),
    Command("palette", Place.MAIN, "ctrl+p", "commands", "Find a command by its name", "palette", False),
    Command("help", Place.MAIN, "question_mark,f1", "help", "This help", "help"),
    Command("quit", Place.MAIN, "q", "quit", "Quit", "quit"),
    Command("keep_filter", Place.FILTER, "enter,down", "keep", "Keep the filter, back to the list", "keep"),
    Command(
        "complete", Place.FILTER, "tab", "complete", "Complete a word of the filter, or a name", "complete"
    ),
    Command("clear_filter", Place.FILTER, "escape", "clear", "Clear the filter, back to the list", "clear"),
    Command(
        "create",
        Place.CREATE,
        "enter",
        "create",
        "Create the client; from its name, go on to the description",
        "submit",
        dangerous=True,
    ),
    Command(
        "here_too",
        Place.CREATE,
        "space",
        "here too",
        "Where the secret goes: here too, whatever else is chosen",
        "here_too",
        False,
    ),
    Command("look", Place.CREATE, "ctrl+r", "look again", "Look again whether it exists", "look", False),
    Command("cancel_create", Place.CREATE, "escape", "cancel", "Leave (asks if you typed)", "cancel"),
    Command("copy_secret", Place.SECRET, "c", "copy secret", "Copy the secret alone", "copy('secret')"),
    Command("copy_env", Place.SECRET, "e", "copy .env", "Copy both as .env lines", "copy('env')"),
    Command("copy_json", Place.SECRET, "j", "copy JSON", "Copy both as JSON", "copy('json')"),
    Command("copy_new_id", Place.SECRET, "i", "copy id", "Copy the client id alone", "copy_id"),
    Command("reveal", Place.SECRET, "v", "reveal", "Show the secret for 30 seconds, or hide it", "reveal"),
    Command("save", Place.SECRET, "f", "save to a file", "Save both as .env to a file", "save"),
    Command("hand_over", Place.SECRET, "x", "to a command", "Hand both to a command", "hand_to_command"),
    Command("seal", Place.SECRET, "a", "seal for", "Seal both for somebody, who alone can read them", "seal"),
    Command("try", Place.SECRET, "t", "test it", "Sign in with the new pair", "try_pair"),
    Command("close_secret", Place.SECRET, "escape,ctrl+c", "close", "Close, once it is stored", "close"),
    Command(
        "confirm_delete", Place.DELETE, "enter", "delete", "Delete, once the id's end is typed", "submit"
    ),
    Command("cancel_delete", Place.DELETE, "escape", "cancel", "Leave, deleting nothing", "cancel"),
    Command(
        "confirm_several", Place.SEVERAL, "enter", "delete", "Delete, once their number is typed", "submit"
    ),
    Command("stop_several", Place.SEVERAL, "escape", "cancel", "Leave; stop after those under way", "cancel"),
    Command("try_again", Place.SEVERAL, "r", "try again", "Try again what is not deleted", "try_again"),
    Command("sign_in_now", Place.SIGN_IN, "enter", "sign in", "Sign in with what is typed", "submit"),
    Command(
        "cancel_sign_in", Place.SIGN_IN, "escape", "cancel", "Leave; what is typed is forgotten", "cancel"
    ),
    Command("case_up", Place.UNFINISHED, "up,k", "up", "One create up", "case(-1)", False),
    Command("case_down", Place.UNFINISHED, "down,j", "next", "One create down", "case(1)", False),
    Command("cases_up", Place.UNFINISHED, "pageup", "page up", "A page up", "page(-1)", False),
    Command("cases_down", Place.UNFINISHED, "pagedown", "page down", "A page down", "page(1)", False),
    Command("first_case", Place.UNFINISHED, "home,g", "first", "To the first create", "first", False),
    Command("last_case", Place.UNFINISHED, "end,G", "last", "To the last create", "last", False),
    Command("answer_left", Place.UNFINISHED, "left", "answer", "The answer to the left", "decide(-1)"),
    Command("answer_right", Place.UNFINISHED, "right", "answer", "The answer to the right", "decide(1)"),
    Command("apply", Place.UNFINISHED, "enter", "apply", "Do what is chosen for each", "apply"),
    Command("decide_later", Place.UNFINISHED, "escape", "decide later", "Leave all as they are", "leave"),
    Command("entry_up", Place.JOURNAL, "up,k", "up", "One entry up", "cursor(-1)", False),
    Command("entry_down", Place.JOURNAL, "down,j", "down", "One entry down", "cursor(1)", False),
    Command("entries_up", Place.JOURNAL, "pageup", "page up", "A page up", "page(-1)", False),
    Command("entries_down", Place.JOURNAL, "pagedown", "page down", "A page down", "page(1)", False),
    Command("newest", Place.JOURNAL, "home,g", "newest", "To the newest entry", "first", False),
    Command("oldest", Place.JOURNAL, "end,G", "oldest", "To the oldest entry", "last", False),
    Command("open_entry", Place.JOURNAL, "enter", "whole entry", "Show all that an entry says", "open"),
    Command("close_journal", Place.JOURNAL, "escape,q,J", "close", "Back to the list", "close"),
    Command("answer", Place.QUESTION, "enter", "go on", "Take the answer that has the focus", "choose"),
    Command("leave", Place.QUESTION, "escape", "go back", "Go back; nothing changes", "back"),
    Command("filter_help", Place.HELP, "slash", "filter", "Show only the keys that match", "filter"),
    Command("keep_help", Place.HELP, "enter", "keep", "Keep what is typed, and scroll", "keep", False),
    Command("clear_help", Place.HELP, "escape", "clear", "Clear what is typed; then close", "back", False),
    Command("close_help", Place.HELP, "q,question_mark,f1", "close", "Close this help", "close"),
    Command("answer_before", Place.QUESTION, "left", "answer", "The answer on the left", "turn(-1)", False),
    Command("answer_after", Place.QUESTION, "right", "answer", "The answer on the right", "turn(1)", False),
    Command("field_above", Place.FORM, "up", "above", "The field or option above", "go_to_field(-1)", False),
    Command("field_below", Place.FORM, "down", "below", "The field or option below", "go_to_field(1)", False),
    Command("scroll_up", Place.FORM, "pageup", "page up", "A page up", "page(-1)", False),
    Command("scroll_down", Place.FORM, "pagedown", "page down", "A page down", "page(1)", False),
    Command("choose_service", Place.FIRST_RUN, "enter", "choose", "Go on with what is chosen", "choose"),
    Command("quit_first_run", Place.FIRST_RUN, "q", "quit", "Quit", "quit"),
    Command(
        "redraw",
        Place.ANYWHERE,
        "ctrl+l",
        "redraw",
        "Draw the screen anew",
        "redraw",
        False,
        comes_first=True,
    ),
    Command("how_to_quit", Place.ANYWHERE, "ctrl+c", "how to quit", "Say how to quit", "how_to_quit", False),
    Command(
        "suspend",
        Place.ANYWHERE,
        "ctrl+z",
        "stop",
        "Stop the app; fg in the shell brings it back",
        "suspend",
        False,
        comes_first=True,
    ),
)

BY_ID: Final = {command.id: command for command in COMMANDS}

MOVES: Final = ("up", "down", "page_up", "page_down", "first", "last")
"""The commands that move through the list. They scroll the help as well."""
