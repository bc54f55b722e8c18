"""What keys are called: by Textual, by a person, and by whoever writes settings."""

import string
from typing import Final

_NAMED: Final = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "backspace": "Backspace",
    "insert": "Ins",
    "delete": "Del",
}
_MARKS: Final = {
    "exclamation_mark": "!",
    "quotation_mark": '"',
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "apostrophe": "'",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "asterisk": "*",
    "plus": "+",
    "comma": ",",
    "minus": "-",
    "full_stop": ".",
    "slash": "/",
    "colon": ":",
    "semicolon": ";",
    "less_than_sign": "<",
    "equals_sign": "=",
    "greater_than_sign": ">",
    "question_mark": "?",
    "at": "@",
    "left_square_bracket": "[",
    "backslash": "\\",
    "right_square_bracket": "]",
    "circumflex_accent": "^",
    "underscore": "_",
    "grave_accent": "`",
    "left_curly_bracket": "{",
    "vertical_line": "|",
    "right_curly_bracket": "}",
    "tilde": "~",
}
_FUNCTIONS: Final = {f"f{number}": f"F{number}" for number in range(1, 13)}
_SPOKEN: Final = _NAMED | _MARKS | _FUNCTIONS
_ALSO: Final = {"esc": "escape", "return": "enter", "ins": "insert", "del": "delete"}
"""What some are called on keyboards and in other settings."""

_OTHER_KEYS: Final = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace"}
"""What a terminal sends for them is what it sends for these."""
_MOVING: Final = ("up", "down", "left", "right", "home", "end")
"""Those that terminals send with Shift and Ctrl, too."""


def spoken(key: str) -> str:
    """A key as a person reads it, for Textual's name."""
    *modifiers, last = key.split("+")
    if not modifiers:
        return _SPOKEN.get(last, last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), _SPOKEN.get(last, last.upper())])


def is_typed(key: str) -> bool:
    """Whether a field takes it as text."""
    return len(key) == 1 or key == "space" or key in _MARKS


def named(text: str) -> str | None:
    """Textual's name of a key that terminals send, written in any way; None where there is no such key."""
    if len(text) == 1 and text.isalnum():
        return text
    for key, shown in _SPOKEN.items():
        if text.lower() in (key, shown.lower()):
            return key
    *modifiers, last = text.lower().replace(" ", "").split("+")
    last = _ALSO.get(last, last)
    if not modifiers:
        return last if last in _NAMED else None
    is_letter = len(last) == 1 and last in string.ascii_lowercase
    if not is_letter:
        last = named(last) or last
    combined = "+".join([*modifiers, last])
    if is_letter and modifiers == ["ctrl"]:
        return _OTHER_KEYS.get(combined, combined)
    fine = combined == "shift+tab" or (modifiers in (["ctrl"], ["shift"]) and last in _MOVING)
    return combined if fine else None


def names() -> list[str]:
    """What the keys that have names are called, to guess which was meant."""
    return [*_SPOKEN, *_ALSO]
