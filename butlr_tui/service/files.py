"""The service's data folder, in which its database, keys and root credential are."""

from typing import Final

DATABASE: Final = "clients.sqlite3"
SIGNING_KEY: Final = "signing-key.json"
ROOT_CREDENTIAL: Final = "root-credential.json"
"""The file in the data folder with the root credential, `{"client_id": …, "client_secret": …}`."""


class DataFolderError(Exception):
    """The data folder can't be used. The text is for the user."""
