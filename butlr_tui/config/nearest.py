"""Names what was probably meant."""

from collections.abc import Collection


def guesses(name: str, known: Collection[str], count: int, likeness: float = 0.6) -> list[str]:
    """Up to `count` known names that are spelt most like `name`, the likest first. `likeness` goes up to 1."""
    from difflib import get_close_matches

    if len(name) > 60:
        return []
    plain = {candidate.replace("_", "").lower(): candidate for candidate in known}
    wanted = name.replace("_", "").replace("-", "").lower()
    return [plain[found] for found in get_close_matches(wanted, plain, count, likeness)]


def guess(name: str, known: Collection[str]) -> str | None:
    """The known name that is spelt most like `name`, if any is."""
    return next(iter(guesses(name, known, 1)), None)


def nearest(name: str, known: Collection[str]) -> str:
    """` Did you mean “…”?`, or nothing."""
    found = guess(name, known)
    return f" Did you mean “{found}”?" if found else ""
