"""The service's data folder, in which its database, key and root credential are."""


class DataFolderError(Exception):
    """The data folder can't be used. The text is for the user."""
