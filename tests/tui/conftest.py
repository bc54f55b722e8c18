"""What the tests of screens share."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from syrupy.location import PyTestLocation


@pytest.fixture
def svg(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with the accepted picture; `pytest --snapshot-update` accepts a new one, to be looked at."""
    return snapshot.use_extension(_Pictures)


class _Pictures(SVGImageSnapshotExtension):
    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        """All pictures in one place, a folder for each file of tests."""
        return str(Path(__file__).parents[1] / "snapshots" / test_location.basename)
