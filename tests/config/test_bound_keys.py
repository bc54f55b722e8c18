"""The table [keys]: what it takes, and how it says what would not act."""

import pytest
from textual.binding import Binding
from textual.keys import _character_to_key
from textual.widgets import Input

from butlr_tui.commands import COMMANDS
from butlr_tui.config.bound_keys import EDITING
from butlr_tui.config.example import example
from butlr_tui.config.show import describe
from butlr_tui.key_names import is_typed, named, spoken
from tests.config.conftest import Read


def test_keys_are_written_as_the_help_shows_them(read: Read) -> None:
    settings = read(
        '[keys]\nnew = "N"\nrefresh = ["F5", "Ctrl+r", "f5"]\nsign_in = ""\nhelp = ","\nup = "↑"\n'
    )
    assert settings.problems == ()
    assert settings.keys == {
        "new": ("N",),
        "refresh": ("f5", "ctrl+r"),
        "sign_in": (),
        "help": ("comma",),
        "up": ("up",),
    }
    assert settings.origins["keys", "refresh"] == 3


def test_two_commands_may_change_places(read: Read) -> None:
    settings = read('[keys]\nsort = "r"\nrefresh = "s"\n')
    assert (settings.problems, settings.keys) == ((), {"sort": ("r",), "refresh": ("s",)})


def test_a_key_may_mean_something_else_in_another_place(read: Read) -> None:
    assert read('[keys]\nclose_secret = "n"\nnew = "c"\n').problems == ()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("refersh = 'N'", "There is no command “refersh”. Did you mean “refresh”?"),
        ("new = 1", 'new: it must be a key in quotes, a list of keys, or "" for none. Its key stays n.'),
        (
            'new = ["N", 1]',
            'new: it must be a key in quotes, a list of keys, or "" for none. Its key stays n.',
        ),
        ('new = "ctrl+shift+n"', "new: no terminal sends “ctrl+shift+n”. Its key stays n."),
        ('new = "alt+n"', "new: no terminal sends “alt+n”. Its key stays n."),
        ('new = "entr"', "new: no terminal sends “entr”. Did you mean “enter”? Its key stays n."),
        ('new = "ctrl+b"', "new: Ctrl+B is the prefix of tmux. Its key stays n."),
        ('new = "ctrl+a"', "new: Ctrl+A is the prefix of screen. Its key stays n."),
        ('new = "ctrl+s"', "new: Ctrl+S stops the output of a terminal. Its key stays n."),
        ('new = "ctrl+q"', "new: Ctrl+Q starts the output of a terminal again. Its key stays n."),
        ('create = "x"', "create: x is typed there. Its key stays Enter."),
        ('create = "ctrl+k"', "create: Ctrl+K moves and edits in a field. Its key stays Enter."),
        ('cancel_create = ""', "cancel_create: it leads out there, so it needs one. Its key stays Esc."),
        ('new = "r"', "new: r is the key of refresh (The list). Its key stays n."),
        ('new = "ctrl+l"', "new: Ctrl+L is the key of redraw (Everywhere). Its key stays n."),
        (
            'create = "ctrl+m"\ncancel_create = "enter"',
            "cancel_create: Enter is the key of create (New client). ",
        ),
        ('answer = "pgdn"', "answer: PgDn is the key of scroll_down (Any form). Its key stays Enter."),
        ('down = "q"\nquit = "Q"', "down: q is the key of close_help (This help). Its key stays ↓ or j."),
        ('new = "N"\nsort = "N"', "sort: N is the key of new (The list). Its key stays s."),
    ],
)
def test_what_would_not_act_is_told_with_its_line_and_stays_as_shipped(
    read: Read, line: str, told: str
) -> None:
    settings = read(f"# mine\n[keys]\n{line}\n")
    (problem,) = settings.problems
    assert problem.sentence.startswith(told)
    last = line.count("\n")
    assert problem.line == 3 + (0 if line.startswith("down") else last)
    name = line.split("\n")[0 if line.startswith("down") else last].partition(" ")[0]
    assert name not in settings.keys


def test_what_falls_back_on_a_key_that_another_took_takes_it_back(read: Read) -> None:
    settings = read('[keys]\nsort = "r"\nrefresh = "alt+s"\n')
    assert [problem.sentence.partition(":")[0] for problem in settings.problems] == ["sort", "refresh"]
    assert settings.keys == {}


def test_a_table_is_asked_for(read: Read) -> None:
    assert read("keys = 1").problems[0].sentence == "keys must be a table, begun with the line [keys]."


def test_config_shows_what_is_bound_and_where(read: Read) -> None:
    lines = [
        " ".join(line.split()) for line in describe(read('[keys]\nsign_in = ""\nrefresh = ["f5", "#"]\n'))
    ]
    assert lines[(at := lines.index("keys")) + 1 : at + 3] == [
        "sign_in none config.toml:2",
        "refresh F5 or # config.toml:3",
    ]


def test_the_example_has_one() -> None:
    assert "# [keys]\n" in example()
    assert '# refresh = ["F5", "ctrl+r"]\n' in example()


def test_what_is_shipped_would_be_taken(read: Read) -> None:
    lines = [
        f"{each.id} = [{', '.join(repr(word) for word in each.keys.split(' or '))}]\n" for each in COMMANDS
    ]
    settings = read("[keys]\n" + "".join(lines))
    assert settings.problems == ()
    assert settings.keys == {each.id: tuple(each.key.split(",")) for each in COMMANDS}


def test_signs_are_called_as_textual_calls_them() -> None:
    signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    assert [named(sign) for sign in signs] == [_character_to_key(sign) for sign in signs]
    assert "".join(spoken(_character_to_key(sign)) for sign in signs) == signs
    assert all(is_typed(_character_to_key(sign)) for sign in signs)


def test_all_that_a_field_takes_itself_is_known() -> None:
    """But Enter, which fields leave to the dialog around them."""
    taken = {each.key for each in Binding.make_bindings(Input.BINDINGS)}
    assert {key for key in taken if named(key) == key} - {"enter"} == EDITING - {"tab", "shift+tab"}
