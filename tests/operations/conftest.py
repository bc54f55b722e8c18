"""What the tests of operations share."""

from pathlib import Path

import pytest


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The folder in which secrets are kept."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder
