"""What tests of sealing share."""

import pytest

from butlr_tui.delivery import sealing
from tests.support.programs import needs


@pytest.fixture(params=["library", "program"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What seals and opens: the library, or the program where there is none."""
    if request.param == "library":
        pytest.importorskip("pyrage")
    else:
        needs("age")
        monkeypatch.setattr(sealing, "has_library", lambda: False)
    return str(request.param)
