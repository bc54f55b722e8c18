"""What it means where ssh came to no answer, and where the other machine could not do what it was asked."""

from typing import Final

from pydantic import SecretStr

from butlr_tui.delivery.far_file import FarFile
from butlr_tui.delivery.far_side import Request
from butlr_tui.masking import without_secret
from butlr_tui.system.processes import ProcessResult
from butlr_tui.text import safe, truncate

_OWN_FAILURE: Final = 255
"""The exit code of ssh for what went wrong with the connection: ssh(1)."""
_SHOWN: Final = 200
"""Cells of other programs' words that are shown."""
_BY_ITS_WORDS: Final = (
    (
        "REMOTE HOST IDENTIFICATION HAS CHANGED",
        "The host key of {host} is not the one that is known here: it was set up anew, or somebody is in between. "
        "`ssh {host}` says which line of known_hosts that is; take it away only once you know why.",
    ),
    (
        "Host key verification failed",
        "The host key of {host} is not known here: `ssh {host}` once, and compare what it shows.",
    ),
    (
        "Could not resolve hostname",
        "There is no host {host}: neither your ssh configuration nor a name server knows it.",
    ),
    (
        "Permission denied",
        "{host} lets you in with no key that needs no question, and nobody is asked here: have your agent hold one"
        "{last}.",
    ),
    ("", "ssh lost {host}, or never reached it{last}."),
)
"""What ssh says where it fails, the surest first, and what that means."""
_BY_ANSWER: Final = {
    "tool": "{host} has no {why}, without which nothing is stored there.",
    "folder": "The folder of {path} does not exist on {host}; make it there, or choose another.",
    "directory": "{path} is a folder on {host}; name a file in it.",
    "exists": "{path} exists already on {host} and is never overwritten; choose another name.",
    "made": "No file can be made in the folder of {path} on {host} ({why}).",
    "written": "{path} can't be written on {host} ({why}).",
    "short": "Not all of it arrived on {host}.",
    "linked": "A file in the folder of {path} on {host} can't be given its name once it is whole ({why}); choose "
    "another folder.",
    "named": "The folder of {path} on {host} can't be synced ({why}).",
    **dict.fromkeys(("held", "gone", "kept"), "{path} on {host} does not keep what is written to it."),
    "absent": "There is no {path} on {host}.",
    "special": "{path} is no file on {host}.",
    "closed": "{path} can't be read on {host} ({why}).",
    "long": "{path} on {host} is too long to hold one pair.",
}
_UNKNOWN: Final = "{host} gave an answer about {path} that means nothing."


def fault_in(
    file: FarFile, request: Request, ended: ProcessResult, seconds: float, secret: SecretStr | None = None
) -> str:
    """Why the other machine did not do what it was asked, as a sentence, without the `secret` that it was given.

    Where it told, that; else what became of ssh, which had so many seconds.
    """
    answer = request.answer(ended.stdout)
    if answer is None or answer.word == "content":  # that did not come whole
        return fault_in_connection(file, ended, seconds, secret)
    template = _BY_ANSWER.get(answer.word, _UNKNOWN)
    why = truncate(safe(answer.said), _SHOWN)
    return template.format(host=safe(file.host), path=safe(file.path), why=why)


def fault_in_connection(
    file: FarFile, ended: ProcessResult, seconds: float, secret: SecretStr | None = None
) -> str:
    """Why no answer came, or no other, as a sentence: see `fault_in`."""
    host = safe(file.host)
    if not ended.started:
        return "ssh could not be started: is it installed here?"
    if ended.code is None:
        return f"{host} did not answer within {seconds:g} s."
    words = ended.stderr.decode(errors="replace")
    if secret is not None:
        words = without_secret(words, secret.get_secret_value())
    last = _last_line(words)
    if 0 <= ended.code < _OWN_FAILURE:
        return (
            f"{host} let us in, but its login runs no POSIX sh that answers (exit code {ended.code}){last}."
        )
    meaning = next(meaning for said, meaning in _BY_ITS_WORDS if said in words)
    return meaning.format(host=host, last=last)


def _last_line(words: str) -> str:
    """What ssh said last, which is why it ended: what comes before may be a banner."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return f": {truncate(safe(lines[-1]), _SHOWN).rstrip('.')}" if lines else ""
