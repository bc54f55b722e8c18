"""Asks a program for a token or for credentials: its stdout holds the answer, its stderr why there is none."""

import signal
from collections.abc import Mapping, Sequence
from typing import Final

from butlr_tui.http.errors import CredentialError
from butlr_tui.text import os_error_reason, safe, truncate

LIMIT: Final = 30.0
"""Seconds. With the sign-in after it, it has to fit into the 45 that a request may take."""
_CAP: Final = 64 << 10
_SHOWN: Final = 300
"""Cells of a program's own words that are shown."""
_HIDDEN: Final = "••••"


async def output_of(
    argv: Sequence[str], environment: Mapping[str, str], seconds: float | None = None
) -> bytes:
    """What the program `argv` prints on its stdout, if it ends with 0 within `seconds` (LIMIT unless given).

    It sees neither our terminal nor our own secrets. At the limit, and where we are cancelled, all that it
    started is ended with it. Raises CredentialError.
    """
    # Here, since few profiles have such a program, and each start reads this file.
    from butlr_tui.system.processes import Capture, run

    seconds = LIMIT if seconds is None else seconds
    told = truncate(safe(argv[0]), 200)
    ended = await run(argv, environment=environment, seconds=seconds, capture=Capture.BOTH)
    if not ended.started:
        if isinstance(ended.error, FileNotFoundError):
            raise CredentialError(f"{told}, which knows the credentials, is not installed here.")
        raise CredentialError(f"{told} could not be started ({os_error_reason(ended.error, 'its words')}).")
    code, answer, words = ended.code, ended.stdout, ended.stderr.decode(errors="replace")
    if code is None:
        raise CredentialError(
            f"{told} did not answer within {seconds:g} s and was stopped{_words(words, answer)}"
        )
    if code != 0:
        raise CredentialError(f"{told} gave no credentials ({_how(code)}){_words(words, answer)}")
    if len(answer) > _CAP:
        raise CredentialError(f"{told} printed too much to be a credential.")
    return answer


def _how(code: int) -> str:
    if code > 0:
        return f"exit code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"


def _words(stderr: str, answer: bytes) -> str:
    """A program's stderr in one line, safe and cut, without its answer if it repeats that."""
    printed = answer.decode(errors="replace").strip()
    if printed:
        stderr = stderr.replace(printed, _HIDDEN)
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return f": {truncate(safe(' / '.join(lines)[: 4 * _SHOWN]), _SHOWN)}" if lines else "."
