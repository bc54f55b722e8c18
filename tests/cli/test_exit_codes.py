"""An exit code is a contract: what a command has done is told by it, whatever has become of its streams."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.endings import BROKEN, ENDINGS, WHOLE, expected
from tests.support.figures import figure, times

pytestmark = pytest.mark.slow

ALL = [(name, broken) for name in ENDINGS for broken in (WHOLE, *BROKEN)]
FEW = [
    ("create to a file", "stderr full"),
    ("create to stdout", "stdout full"),
    ("create refused", "stderr closed"),
    ("create unclear, one seen", "stderr dead"),
    ("create to a clipboard", "stderr full"),
    ("create without a secret", "stdout closed"),
    ("create interrupted", "stderr closed"),
    ("delete by name", "stderr full"),
    ("delete json", "stdout closed"),
    ("delete unclear json", "stdout full"),
    ("delete unclear json", "stdout closed"),
    ("delete, nobody answers", "stderr dead"),
    ("list", "stdout dead"),
    ("list json", "stdout full"),
    ("token, not signed in", "stderr full"),
]
"""Each exit code and each broken stream once."""


@pytest.mark.parametrize("unbuffered", ["", "1"][: times(1, 2)])
def test_no_broken_stream_changes_an_exit_code(tmp_path: Path, unbuffered: str) -> None:
    cases = [FEW, ALL][times(0, 1)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.cli.endings", str(tmp_path)],
        check=True,
        input="\n".join(f"{name}\t{broken}" for name, broken in cases),
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    codes = [int(code) for code in ended.stdout.split()]
    assert len(codes) == len(cases)
    wrong = [
        f"{name}, {broken}: {code}, not {expected(name, broken)}"
        for (name, broken), code in zip(cases, codes, strict=True)
        if code != expected(name, broken)
    ]
    figure(28, endings=len(cases), wrong_exit_codes=len(wrong))
    assert wrong == [], wrong
