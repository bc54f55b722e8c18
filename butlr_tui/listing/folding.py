"""The form in which texts are compared: without upper case and accents."""

from unicodedata import combining, normalize


def fold(text: str) -> str:
    """`münchen` and `MUNCHEN` both as `munchen`. What two texts fold to is what they fold to together."""
    if text.isascii():
        return text.lower()
    bare = "".join(char for char in normalize("NFKD", text) if not combining(char))
    return bare.casefold()
