"""What may stand in a command's arguments and in a file's path: {name} and {client_id}, never the secret."""

import re
import unicodedata
from typing import Final

NAME: Final = "{name}"
CLIENT_ID: Final = "{client_id}"
_LONGEST: Final = 128
_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLACEHOLDER: Final = re.compile(r"\{(name|client_id)\}")


def slug(name: str) -> str:
    """`name` as `[A-Za-z0-9][A-Za-z0-9._-]*`: it can be no option, no other folder and no shell word.

    Several names may give one slug, so it is shown before it is used. A name with nothing usable in it
    gives `client`.
    """
    if len(name) <= _LONGEST and _SLUG.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    dashed = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).lstrip("._-")
    return dashed[:_LONGEST].rstrip("._-") or "client"


def fill(template: str, *, name: str, client_id: str) -> str:
    """`template` with {name} and {client_id} filled in, both as slugs; other braces stay as they are."""
    values = {"name": slug(name), "client_id": slug(client_id)}
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
