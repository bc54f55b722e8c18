"""A small shell that runs a program as its one job, so that Ctrl+Z has somewhere to lead to."""

import sys
from typing import Final

_SHELL: Final = """
import os, signal, sys, termios, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
at_first = termios.tcgetattr(0)
job = os.fork()
if not job:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execvp(sys.argv[1], sys.argv[1:])
stops = 0
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        sys.exit(os.waitstatus_to_exitcode(status))
    stops += 1
    same = termios.tcgetattr(0) == at_first
    os.tcsetpgrp(0, os.getpid())
    print("\\x1b[2J\\x1b[H", end="")  # its own screen, of which the terminal in the test has but one
    print(f"stopped {stops}, terminal {'restored' if same else 'left as it was'}", flush=True)
    if sys.stdin.readline() == "fg\\n":
        os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
"""
AS_A_JOB: Final = (sys.executable, "-c", _SHELL)
"""Runs what follows. Whenever that stops it says so, and goes on with it at "fg" or "bg"."""
