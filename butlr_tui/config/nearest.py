"""Names what was probably meant."""

from collections.abc import Collection


def guess(name: str, known: Collection[str]) -> str | None:
    """The known name that is spelt most like `name`, if any is."""
    from difflib import get_close_matches

    if len(name) > 60:
        return None
    plain = {candidate.replace("_", "").lower(): candidate for candidate in known}
    found = get_close_matches(name.replace("_", "").replace("-", "").lower(), plain, n=1)
    return plain[found[0]] if found else None


def nearest(name: str, known: Collection[str]) -> str:
    """` Did you mean “…”?`, or nothing."""
    found = guess(name, known)
    return f" Did you mean “{found}”?" if found else ""
