"""Another machine, with another user on it: a real sshd, which our ssh starts as its proxy and so needs no port.

What goes in and what comes out may be cut at any byte, and the login there may be any shell.
"""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.programs import PATH, needs, script

USER: Final = "tester"
"""Who logs in there."""
_AS_THEM: Final = (
    f"setpriv --reuid {USER} --regid {USER} --clear-groups env -i HOME=/home/{USER} PATH=/usr/bin:/bin"
)


@dataclass
class FarMachine:
    """A machine that is called `box` in the configuration of the ssh in `environment`."""

    folder: Path
    """Its keys, its log, and whatever a test looks for."""
    home: Path
    """A folder of its user's there."""
    sshd: str

    @property
    def environment(self) -> dict[str, str]:
        """Of a program whose `ssh` knows this machine."""
        return {**os.environ, "PATH": f"{self.folder / 'bin'}:{PATH}"}

    @property
    def log(self) -> str:
        """All that its sshd has logged."""
        return (self.folder / "log").read_text(errors="replace")

    def behaves(self, login: str = "", cut: Mapping[str, int] | None = None) -> None:
        """From now on its login runs `login`, which finds what was asked for in $SSH_ORIGINAL_COMMAND.

        `cut`: after how many bytes that go "in", or come "out", a connection ends.
        """
        (self.folder / "sshd_config").write_text(
            f"HostKey {self.folder}/host_key\nAuthorizedKeysFile {self.folder}/authorized_keys\n"
            "StrictModes no\nUsePAM no\nPidFile none\nPrintMotd no\nLogLevel DEBUG3\n"
            + (f"ForceCommand {login}\n" if login else "")
        )
        log, config = shlex.quote(f"{self.folder}/log"), shlex.quote(f"{self.folder}/sshd_config")
        sshd = f"{_AS_THEM} {self.sshd} -i -e -f {config} 2>> {log}"
        ways = [self._piece(way, (cut or {}).get(way)) for way in ("in", "out")]
        # Nothing but the last of the three holds the way out open: ssh sees its end at once.
        proxy = f"exec 3<&0; exec {ways[1]} < <({ways[0]} <&3 | {sshd})"
        script(self.folder, "proxy", f"exec bash -c {shlex.quote(proxy)}")

    def _piece(self, way: str, cut: int | None) -> str:
        """What stands between ssh and sshd. dd keeps nothing back, so that a byte that came has gone on."""
        counts = f"tee {shlex.quote(str(self.folder / way))}"
        return counts if cut is None else f"dd bs=1 count={cut} status=none"

    def knows_host_key(self, public: str) -> None:
        """What our ssh takes for its key from now on; "" for none."""
        (self.folder / "known_hosts").write_text(f"box {public}" if public else "")

    def passed(self, way: str) -> int:
        """How many bytes went `in` or came `out` over the last connection that was not cut."""
        return (self.folder / way).stat().st_size


def key_pair(path: Path) -> str:
    """Make a key; its public half."""
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(argv, check=True, timeout=30)
    return path.with_suffix(".pub").read_text()


def needs_sshd() -> str:
    """The path of sshd; skips the test where there is none."""
    needs("ssh", "ssh-keygen")
    sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if sshd is None:
        pytest.skip("needs sshd")
    return sshd


@contextmanager
def far_machine() -> Iterator[FarMachine]:
    """A machine that lets us in."""
    sshd = needs_sshd()
    needs("setpriv")
    if os.geteuid() != 0:
        pytest.skip("needs root, to be a second user")
    if subprocess.run(["id", USER], check=False, capture_output=True).returncode:
        pytest.skip(f"needs the user {USER}")
    with tempfile.TemporaryDirectory() as name:  # pytest's own is closed to others
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "authorized_keys").write_text(key_pair(folder / "key"))
        public = key_pair(folder / "host_key")
        home = folder / "home"
        home.mkdir()
        for path in (home, folder / "host_key"):
            shutil.chown(path, USER, USER)
        (folder / "config").write_text(
            f"Host box\nUser {USER}\nHostKeyAlias box\nIdentityFile {folder}/key\nIdentitiesOnly yes\n"
            f"IdentityAgent none\nUserKnownHostsFile {folder}/known_hosts\nGlobalKnownHostsFile /dev/null\n"
            f"ProxyCommand {folder}/proxy\n"
        )
        script(folder / "bin", "ssh", f'exec {shutil.which("ssh")} -F {folder}/config "$@"')
        machine = FarMachine(folder, home, sshd)
        machine.knows_host_key(public)
        machine.behaves()
        yield machine
