"""Choosing a filter that has a name."""

from butlr_tui.config.model import READY_FILTERS
from butlr_tui.flows.filters import choose_filter
from butlr_tui.flows.host import Choose
from tests.flows.scripted import ScriptedHost, as_host

FILTERS = {
    **{name: ready.query for name, ready in READY_FILTERS.items()},
    "replacing": "replacing: -desc:later",
    "stale": "age:>1y \x1b" + "-desc:keep " * 9,
}


async def test_a_ready_one_is_told_in_words_and_one_of_the_settings_as_it_is() -> None:
    host = ScriptedHost(["stale"])
    assert await choose_filter(as_host(host), FILTERS) == "@stale"
    (question,) = host.asked
    assert isinstance(question, Choose)
    assert [(one.label, one.about) for one in question.options[:3]] == [
        ("old", "Older than a year"),
        ("same-name", "Names that several clients have"),
        ("replacing", "replacing: -desc:later"),
    ]
    assert question.options[3].about.startswith("age:>1y ␛-desc:keep")
    assert question.options[3].about.endswith("…")
    assert host.open == []


async def test_going_back_changes_nothing() -> None:
    assert await choose_filter(as_host(ScriptedHost([None])), FILTERS) is None
