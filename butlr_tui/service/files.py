"""The service's data folder, in which its database, keys and root credential (`ROOT_CREDENTIAL`) are."""

from typing import Final

DATABASE: Final = "clients.sqlite3"
SIGNING_KEY: Final = "signing-key.json"


class DataFolderError(Exception):
    """The data folder can't be used. The text is for the user."""
