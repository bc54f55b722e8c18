"""Asks which of several it is to be, by number or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from butlr_tui.plain.prompts.console import WentBack
from butlr_tui.plain.prompts.words import NotMeant, label, numbers
from butlr_tui.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from butlr_tui.flows.host import Option
    from butlr_tui.plain.prompts.console import Console


def show(console: Console, options: Sequence[Option], out: str) -> None:
    """Say what there is to choose from, a line each; 0 is the way `out`."""
    lines = [f"{number} {_line(option)}" for number, option in enumerate(options, 1)]
    console.tell("\n".join([*lines, f"0 {out}"]))


async def choose(
    console: Console,
    options: Sequence[Option],
    prompt: str = "Number?",
    *,
    out: str = "",
    default: str = "",
    is_shown: bool = False,
) -> str:
    """The id of the one that is chosen. Raises WentBack for 0 and for `out`, the words beside it.

    `default` is the id that Enter alone takes. “help” shows the options again; `is_shown` that they just were.
    """
    out = out or label("leave")
    if not is_shown:
        show(console, options, out)
    while True:
        typed = (await console.ask(prompt)).strip()
        if not typed and default:
            return default
        if typed.casefold() in ("0", out.casefold(), label("leave")):
            raise WentBack
        if typed.casefold() in ("help", "?"):
            show(console, options, out)
            continue
        try:
            return meant(options, typed).id
        except NotMeant as fault:
            console.tell(f"✗ {fault}")


async def choose_several(console: Console, options: Sequence[Option], prompt: str) -> list[str]:
    """The ids of those that are chosen, in the order in which they were typed; none for Enter alone.

    Raises WentBack.
    """
    show(console, options, label("leave"))
    while True:
        typed = (await console.ask(prompt)).strip()
        if typed.casefold() in ("0", label("leave")):
            raise WentBack
        try:
            if typed[:1].isdigit():
                return [options[number - 1].id for number in numbers(typed, len(options))]
            return [meant(options, typed).id] if typed else []
        except NotMeant as fault:
            console.tell(f"✗ {fault}")


def meant(options: Sequence[Option], typed: str) -> Option:
    """The option with this number, or whose label begins so. Raises NotMeant."""
    if typed.isdecimal() and len(typed) < 10 and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1]
    wanted = typed.casefold()
    exact = [option for option in options if option.label.casefold() == wanted]
    begin = [option for option in options if option.label.casefold().startswith(wanted)]
    found = exact or begin
    if len(found) == 1 and wanted:
        return found[0]
    if found and wanted:
        raise NotMeant(f"{quoted(typed)} may be {' or '.join(option.label for option in found)}.")
    what = f"There is no {quoted(typed)}. " if typed else ""
    raise NotMeant(f"{what}Type a number from 0 to {len(options)}; help shows them again.")


def _line(option: Option) -> str:
    about = f": {option.about}" if option.about else ""
    return f"{option.label}{about}{'. ' if option.more else ''}{option.more}"
