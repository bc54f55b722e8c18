"""Libraries of others that tests hold ours against. A registry may lack them, so they are the extra `oracles`."""

from typing import Any, Final

import pytest

PACKAGES: Final = {
    "auth0": "auth0-python",
    "schemathesis": "schemathesis",
    "jwt": "pyjwt",
    "jwcrypto": "jwcrypto",
}
"""Their modules, and what to install for them."""

SIMULATOR: Final = "@simulacrum/auth0-simulator, and BUTLR_TUI_SIMULATOR to name the folder that it is in"
"""Of npm, which .ci/run has where there is npm."""


def library(module: str) -> Any:
    """The module; where its package is missing, what asks for it is skipped, naming the package."""
    package = PACKAGES[module.partition(".")[0]]
    return pytest.importorskip(module, reason=needs_package(package))


def needs_package(package: str) -> str:
    """Why a test is skipped that has no use without a package."""
    return f"needs the package {package}"
