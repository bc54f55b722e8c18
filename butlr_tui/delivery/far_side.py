"""What a POSIX shell on another machine is asked to do with a file, and what it answers.

All that is asked goes through its stdin. The command that ssh hands to the login shell there, whichever that is
(a csh and a fish quote otherwise), is always the same, and no name of a file is ever a part of it. Each answer is
a line that begins with a random word, so that nothing that a login prints can be taken for one.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

COMMAND: Final = "sh -c 'IFS= read -r s; case $s in umask*) eval \"$s\";; esac'"
"""Runs the first line of its stdin, if it is ours and not what a login left over of it."""

_SCRIPT: Final = r"""
umask 077; trap "" PIPE; trap "exit 1" HUP INT TERM;
IFS= read -r task; IFS= read -r mark; IFS= read -r size; IFS= read -r path;
say() { echo; echo "$mark $*"; };
fail() { say "$@"; exit 1; };
needs() { for tool in "$@"; do command -v "$tool" > /dev/null 2>&1 || fail tool "$tool"; done; };
lead() { case $path in /*) ;; "~/"*) path=$HOME/${path#"~/"};; *) path=./$path;; esac; };
lead;
case $task in
read)
needs cat wc;
[ -e "$path" ] || fail absent;
[ -f "$path" ] || fail special;
why=$( { true < "$path"; } 2>&1 ) || fail closed "$why";
[ $(wc -c < "$path") -le "$size" ] || fail long;
say content; cat "$path" || exit 1; say end;;
hold)
needs cat dd ln rm sleep sync;
for sum in sha256sum "shasum -a 256" "sha256 -q" "openssl dgst -r -sha256" ""; do
command -v "${sum%% *}" > /dev/null 2>&1 && break; done;
[ "$sum" ] || fail tool sha256sum;
free() { [ -d "$path" ] && fail directory; { [ -e "$path" ] || [ -L "$path" ]; } && fail exists; };
folder=${path%/*}/; new=$folder.butlr-tui-$mark;
[ -d "$folder" ] || fail folder;
free;
clean() { rm -f "$new" "$new-2"; }; trap clean EXIT;
set -C; why=$( { true > "$new"; } 2>&1 ) || fail made "$why"; set +C;
exec 3<> "$new" 4<> "$new";
cut() { dd if=/dev/null of=/dev/stdout bs=1 seek="$1" 2>&1 >&4; };
why=$(printf "%0${size}d." 0 2> /dev/null | cat 2>&1 >&3) || fail written "$why";
why=$(cut "$size") || fail written "$why";
why=$(sync "$new" 2>&1) || fail written "$why";
why=$(ln "$new" "$new-2" 2>&1) || fail linked "$why";
rm -f "$new-2"; why=$(sync "$folder" 2>&1) || fail named "$why";
( trap - EXIT HUP INT TERM; n=0;
while kill -0 $$ && [ $n -lt 120 ]; do sleep 5; [ -e "$new" ] || exit; n=$((n+1)); done; rm -f "$new"; kill $$ )
< /dev/null > /dev/null 2>&1 3>&- 4>&- &
set -- $($sum < "$new"); say held "$1";
IFS= read -r size && IFS= read -r digest && IFS= read -r path ||
{ clean; [ -e "$new" ] || say gone; exit 1; };
lead; why=$(cat 2>&1 >&4) || fail written "$why";
why=$(cut "$size") || fail written "$why";
set -- $($sum < "$new"); [ "$1" = "$digest" ] || fail short;
why=$(sync "$new" 2>&1) || fail written "$why";
free; why=$(ln "$new" "$path" 2>&1) || { [ -e "$path" ] && fail exists; fail linked "$why"; };
why=$(sync "$folder" 2>&1) || fail named "$why";
rm -f "$new"; set -- $($sum < "$path"); say kept "$1";;
esac;
"""
"""To hold a file, it makes one under another name, for its owner alone, fills it to its room, syncs it, tries
whether it can be linked, and answers the SHA-256 of what it reads back. Then it waits for the pair, for 10 minutes
at most, since a connection can be lost without either side hearing of it. The pair goes to the file that is open,
whatever has its name by then: others may be allowed to write in the folder. Only what has the SHA-256 that came
with it is synced and linked to its name, never over one that is there. What it reads back of that it answers."""
_LINE: Final = " ".join(_SCRIPT.split("\n")).strip()


class Task(StrEnum):
    """What is to be done on the other machine."""

    HOLD = "hold"
    """To keep a file for a pair that comes later; where none comes, nothing is left of it."""
    READ = "read"


@dataclass(frozen=True, slots=True)
class Request:
    """One task, and how its answers can be told."""

    task: Task
    path: str
    size: int
    """Bytes: how many to have room for, or at most to read."""
    mark: str

    @classmethod
    def of(cls, task: Task, path: str, size: int) -> "Request":
        """A request with a mark of its own."""
        return cls(task, path, size, secrets.token_hex(8))

    @property
    def head(self) -> bytes:
        """What goes to the shell's stdin first."""
        return _lines(_LINE, self.task, self.mark, str(self.size), self.path)

    def answer(self, printed: bytes) -> "FarAnswer | None":
        """What the shell answered last; None where it never did."""
        answers = self._answers(printed)
        return answers[-1] if answers else None

    def is_held(self, printed: bytes) -> bool:
        """Whether the file is held, or was, and can be read back."""
        filler = b"0" * self.size
        return any(answer.tells("held", filler) for answer in self._answers(printed))

    def content(self, printed: bytes) -> bytes | None:
        """What the shell read of a file; None where that did not come whole."""
        mark = re.escape(self.mark.encode())
        found = re.search(rb"^%b content\n(.*)\n%b end$" % (mark, mark), printed, re.MULTILINE | re.DOTALL)
        return found[1] if found else None

    def _answers(self, printed: bytes) -> "list[FarAnswer]":
        """Those that came whole."""
        found = re.findall(rb"^%b ([a-z]+) ?(.*)\n" % self.mark.encode(), printed, re.MULTILINE)
        return [FarAnswer(word.decode(), _reason(said)) for word, said in found]


def pair_for(path: str, data: bytes) -> bytes:
    """What goes to the shell's stdin once there is a pair for a file that is held: with the name that it gets."""
    return _lines(str(len(data)), sha256(data).hexdigest(), path) + data


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _reason(said: bytes) -> str:
    return said.decode(errors="replace").strip().rpartition(": ")[2]


@dataclass(frozen=True, slots=True)
class FarAnswer:
    """What the shell on the other machine answered."""

    word: str
    """How it ended: of those that the script has."""
    said: str
    """The digest of what it keeps; else its system's own reason, or the program that it lacks. Not safe."""

    def tells(self, word: str, data: bytes) -> bool:
        """Whether it is this word, with the SHA-256 of `data`."""
        digest = sha256(data).hexdigest()
        return self.word == word and hmac.compare_digest(self.said.encode(), digest.encode())
