"""The settings and the profile."""

import os
import stat
from collections.abc import Iterator

from butlr_tui.config.model import Profile, ProfileError, Settings
from butlr_tui.config.show import describe_source
from butlr_tui.doctor.check import Check, fail, ok, warn
from butlr_tui.listing.query import parse
from butlr_tui.text import counted, safe


def settings_checks(settings: Settings) -> Iterator[Check]:
    """A check per problem of the file."""
    path = safe(str(settings.path))
    if not settings.exists:
        yield ok("settings", f"There is no {path}; what is built in holds.")
        return
    for problem in settings.problems:
        yield warn(
            "settings", safe(str(problem)), "Put that line right; `butlr-tui config` shows what holds now."
        )
    if _others_may_write(settings):
        yield warn(
            "settings",
            f"Others may write in {path}, which names programs that are run.",
            f"`chmod go-w {path}`.",
        )
    for name in sorted(settings.filters):
        query = parse(settings.filters[name], is_whole=True)
        if query.problems:
            yield warn(
                "settings",
                f"The filter {name} can't be meant so: {query.problems[0].says.removeprefix('✗ ')}",
                "Put its words right; the table of the filter is in the first page and in the app's help.",
            )
    if not settings.problems:
        yield ok("settings", f"{path} holds {counted(len(settings.own), 'profile')}.")


def _others_may_write(settings: Settings) -> bool:
    try:
        status = settings.path.stat()
    except OSError:
        return False
    return bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) or status.st_uid not in {0, os.geteuid()}


def profile_check(chosen: Profile | ProfileError, by: str) -> Check:
    """Which profile is used, and why."""
    if isinstance(chosen, ProfileError):
        return fail(
            "profile", safe(str(chosen)), "Name one with --profile, or write one: `butlr-tui config init`."
        )
    mode = "read-only, " if chosen.read_only else ""
    return ok("profile", safe(f"{chosen.name} ({mode}{describe_source(chosen.source)}), because of {by}."))
