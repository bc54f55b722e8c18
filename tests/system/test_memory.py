"""What is in our memory stays there. It would hold for all of the tests' process: each has one of its own."""

import json
import subprocess
import sys

import pytest

_TOLD = """
import ctypes, json, resource, sys
def told():
    on_linux = ctypes.CDLL(None).prctl(3) if hasattr(ctypes.CDLL(None), "prctl") else None  # PR_GET_DUMPABLE
    return [resource.getrlimit(resource.RLIMIT_CORE)[0], on_linux]
"""
_HERE = f"""
import subprocess
{_TOLD}
from butlr_tui.system.memory import keep_memory_to_ourselves
resource.setrlimit(resource.RLIMIT_CORE, [resource.getrlimit(resource.RLIMIT_CORE)[1]] * 2)
sys.platform = sys.argv[1]
keep_memory_to_ourselves()
sys.stdout.write(json.dumps(told()) + "\\n")
sys.stdout.flush()
sys.exit(subprocess.run([sys.executable, "-c", sys.argv[2]]).returncode)
"""
_IN_A_PROGRAM = f"""
{_TOLD}
print(json.dumps(told()))
"""


def allowed(system: str) -> list[list[int | None]]:
    """The bytes of a core dump and whether others may read the memory: of a process of ours, of one it starts."""
    told = subprocess.run(
        [sys.executable, "-c", _HERE, system, _IN_A_PROGRAM], check=True, capture_output=True, text=True
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_no_core_is_dumped_and_only_the_memory_of_programs_may_be_read() -> None:
    assert allowed("linux") == [[0, 0], [0, 1]]


def test_elsewhere_no_core_is_dumped_either() -> None:
    ours, programs = allowed("darwin")
    assert ours[0] == programs[0] == 0
    assert ours[1] == programs[1], "what only Linux has is not asked for"
