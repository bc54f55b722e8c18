"""Where the settings and the data are on this machine."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from butlr_tui.system.user_folders import user_folder

CONFIG_VARIABLE: Final = "BUTLR_TUI_CONFIG"


def data_folder() -> Path:
    """Where the local service and the demo keep their data (`XDG_DATA_HOME` and its like elsewhere)."""
    return user_folder("data")


def service_folder(named: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Where `serve` and its commands keep their data: the folder that was named, else the one that systemd made
    (`StateDirectory=`), else the user's own.
    """
    if named is not None:
        return named
    made = environment.get("STATE_DIRECTORY", "").partition(":")[0]  # of several, the first
    return Path(made) if made else data_folder()


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file of settings: what BUTLR_TUI_CONFIG names, else `config.toml` in the user's own place for it."""
    named = environment.get(CONFIG_VARIABLE)
    if named:
        return expanded(named)
    return user_folder("config") / "config.toml"


def credential_store(profile: str) -> Path:
    """Where a pair of credentials goes that was typed for `profile` and that the user has stored."""
    return data_folder() / "credentials" / f"{profile}.json"


def expanded(path: str, folder: Path | None = None) -> Path:
    """`path` with its `~` made whole, and taken from `folder` where it is relative."""
    try:
        whole = Path(path).expanduser()
    except RuntimeError:  # a ~name that nobody has
        whole = Path(path)
    return (folder or Path.cwd()) / whole
