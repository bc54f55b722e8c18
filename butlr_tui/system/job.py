"""The shell's job that we are a part of."""

import os
import signal
from typing import Final

_STDIN: Final = 0


def stop_the_job() -> None:
    """Stop all of the job until it is in the foreground again; not where no shell could bring it back.

    SIGTSTP must have the system's own handling meanwhile.
    """
    job = os.getpgrp()
    os.killpg(job, signal.SIGTSTP)  # which the system ignores there
    while os.tcgetpgrp(_STDIN) != job:  # `bg`: nothing can be shown from there
        os.killpg(job, signal.SIGSTOP)
