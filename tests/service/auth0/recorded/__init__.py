"""Answers of Auth0, recorded by others on tenants of theirs or published by Auth0; each names its source."""

import json
from pathlib import Path
from typing import Any


def recorded(name: str) -> Any:
    """What is in that file."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())
