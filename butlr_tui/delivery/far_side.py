"""What a POSIX shell on another machine is asked to do with a file, and what it answers.

All that is asked goes through its stdin. The command that ssh hands to the login shell there, whichever that is
(a csh and a fish quote otherwise), is always the same, and no name of a file is ever a part of it. Each answer is
a line that begins with a random word, so that nothing that a login prints can be taken for one.
"""

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

COMMAND: Final = "sh -c 'IFS= read -r s; case $s in umask*) eval \"$s\";; esac'"
"""Runs the first line of its stdin, if it is ours and not what a login left over of it."""

_SCRIPT: Final = r"""
umask 077; trap "" PIPE; trap "exit 1" HUP INT TERM;
IFS= read -r task; IFS= read -r mark; IFS= read -r size; IFS= read -r path;
say() { echo; echo "$mark $*"; };
fail() { say "$@"; exit 1; };
needs() { for tool in "$@"; do command -v "$tool" > /dev/null 2>&1 || fail tool "$tool"; done; };
case $path in /*) ;; "~/"*) path=$HOME/${path#"~/"};; *) path=./$path;; esac;
case $task in
read)
needs cat wc;
[ -e "$path" ] || fail absent;
[ -f "$path" ] || fail special;
why=$( { true < "$path"; } 2>&1 ) || fail closed "$why";
[ $(wc -c < "$path") -le "$size" ] || fail long;
say content; cat "$path" || exit 1; say end;;
rehearse|store)
needs cat ln rm sync wc;
for sum in sha256sum "shasum -a 256" "sha256 -q" "openssl dgst -r -sha256" ""; do
command -v "${sum%% *}" > /dev/null 2>&1 && break; done;
[ "$sum" ] || fail tool sha256sum;
folder=${path%/*}/; new=$folder.butlr-tui-$mark; name=$path;
[ -d "$folder" ] || fail folder;
[ -d "$path" ] && fail directory;
{ [ -e "$path" ] || [ -L "$path" ]; } && fail exists;
[ $task = store ] || name=$new-2;
clean() { rm -f "$new" "$new-2"; }; trap clean EXIT;
set -C; why=$( { true > "$new"; } 2>&1 ) || fail made "$why"; set +C;
why=$(cat 2>&1 > "$new") || fail written "$why";
[ $(wc -c < "$new") -eq "$size" ] || fail short;
why=$(sync "$new" 2>&1) || fail written "$why";
why=$(ln "$new" "$name" 2>&1) || { [ -e "$name" ] && fail exists; fail linked "$why"; };
why=$(sync "$folder" 2>&1) || fail named "$why";
rm -f "$new"; set -- $($sum < "$name"); say kept "$1";;
esac;
"""
"""It makes a file under another name, empty and for its owner alone, and fills, counts, syncs and links it: never
over one that is there, and never what arrived in part. What it read back of that it answers as a SHA-256."""
_LINE: Final = " ".join(_SCRIPT.split("\n")).strip()


class Task(StrEnum):
    """What is to be done on the other machine."""

    REHEARSE = "rehearse"
    """All of STORE under a passing name, which is taken away again."""
    STORE = "store"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Request:
    """One task, and how its answers can be told."""

    task: Task
    path: str
    size: int
    """Bytes: how many there are to store, or at most to read."""
    mark: str

    @classmethod
    def of(cls, task: Task, path: str, size: int) -> "Request":
        """A request with a mark of its own."""
        return cls(task, path, size, secrets.token_hex(8))

    @property
    def head(self) -> bytes:
        """What goes to the shell's stdin, before what is to be stored."""
        lines = (_LINE, self.task, self.mark, str(self.size), self.path)
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")

    def answer(self, printed: bytes) -> "FarAnswer | None":
        """What the shell answered; None where it never did."""
        found = re.search(rb"^%b ([a-z]+) ?(.*)$" % self.mark.encode(), printed, re.MULTILINE)
        if found is None:
            return None
        said = found[2].decode(errors="replace").strip()
        return FarAnswer(found[1].decode(), said.rpartition(": ")[2])

    def content(self, printed: bytes) -> bytes | None:
        """What the shell read of a file; None where that did not come whole."""
        mark = re.escape(self.mark.encode())
        found = re.search(rb"^%b content\n(.*)\n%b end$" % (mark, mark), printed, re.MULTILINE | re.DOTALL)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class FarAnswer:
    """What the shell on the other machine answered."""

    word: str
    """How it ended: of those that the script has."""
    said: str
    """The digest of what it keeps; else its system's own reason, or the program that it lacks. Not safe."""
