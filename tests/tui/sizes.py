"""The two sizes at which every screen has its picture."""

import pytest

from tests.support.driver import NARROW, WIDE

both_sizes = pytest.mark.parametrize(
    "size", [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")]
)
