"""`butlr-tui create` and `journal`, in processes of their own: where secrets really arrive, what the codes say."""

import json
import os
import re
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from butlr_tui.journal.journal import Journal
from tests.cli.conftest import Configure, Run
from tests.support.programs import CAN_BE_CUT, cut_with_the_secret, near_ssh
from tests.support.pty import Pty

pytestmark = pytest.mark.slow

SignsIn = Callable[[str, str], bool]


@pytest.fixture
def signs_in(serving: str) -> SignsIn:
    """Whether the service takes a pair."""

    def ask(client_id: str, secret: str) -> bool:
        login = {
            "client_id": client_id,
            "client_secret": secret,
            "audience": "https://butlrauth/",
            "grant_type": "client_credentials",
        }
        url = f"{serving}/api/v2/clients/login"
        return httpx.post(url, json=login, trust_env=False).status_code == 200

    return ask


def env_of(text: str) -> tuple[str, str]:
    """The pair in .env lines."""
    first, second = text.splitlines()
    return first.removeprefix("BUTLR_CLIENT_ID="), second.removeprefix("BUTLR_CLIENT_SECRET=")


@pytest.fixture
def create(serving: str, butlr_tui: Run) -> Run:
    """Run `butlr-tui create` for a client called kiosk."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return butlr_tui("create", "--profile", "local", "--name", "kiosk", *arguments)

    return run


def test_stdout(create: Run, signs_in: SignsIn) -> None:
    ended = create("--description", "in the lobby", "--to", "stdout")
    assert ended.returncode == 0
    client_id, secret = env_of(ended.stdout)
    assert signs_in(client_id, secret)
    assert ended.stderr == f"{client_id} is created: written to stdout.\n"
    shown = json.loads(create("--to", "stdout", "--format", "json").stdout)
    assert signs_in(shown["client_id"], shown["client_secret"])
    alone = create("--to", "stdout", "--format", "secret")
    assert signs_in(alone.stderr.split()[0], alone.stdout)


def test_a_file(create: Run, signs_in: SignsIn, tmp_path: Path) -> None:
    ended = create("--to", f"file:{tmp_path}/{{name}}-{{client_id}}.env")
    assert ended.returncode == 0
    (kept,) = tmp_path.glob("kiosk-client_*.env")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert signs_in(*env_of(kept.read_text()))
    assert ended.stdout == ""
    assert "read back and equal" in ended.stderr


def test_without_a_destination_it_is_the_profile_s_own(
    serving: str, configure: Configure, create: Run, signs_in: SignsIn, tmp_path: Path
) -> None:
    nowhere = create()
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "Say with --to where its secret is to go" in nowhere.stderr
    assert nowhere.stderr.endswith("Nothing was created.\n")

    configure(serving, f'default_destination = "file:{tmp_path}/{{name}}.json"')
    assert create().returncode == 0
    kept = json.loads((tmp_path / "kiosk.json").read_text())
    assert signs_in(kept["client_id"], kept["client_secret"])
    elsewhere = create("--to", "stdout")
    assert signs_in(*env_of(elsewhere.stdout))


def test_lines_from_stdin_are_created_once_each(serving: str, signs_in: SignsIn, tmp_path: Path) -> None:
    def run(lines: str) -> "subprocess.CompletedProcess[str]":
        words = ["create", "--profile", "local", "--from", "-", "--to", f"file:{tmp_path}/{{name}}.env"]
        return subprocess.run(
            [sys.executable, "-m", "butlr_tui", *words],
            check=False,
            input=lines,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert run("name,description\nkiosk,in the lobby\n").returncode == 0
    ended = run("name,description\nkiosk,in the lobby\ngate,\n")
    assert (ended.returncode, ended.stdout) == (0, "")
    before, head, made = ended.stderr.splitlines()
    assert before.startswith("line 2, “kiosk”: created before as client_")
    assert head.startswith("1 of 2 lines to go.")
    assert made.startswith("line 3, “gate”: client_")
    for name in ("kiosk", "gate"):
        assert signs_in(*env_of((tmp_path / f"{name}.env").read_text()))
    assert [entry.name for entry in Journal().entries()] == ["kiosk", "gate"]
    wrong = run("name\nkiosk\nkiosk\n")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Line 3: it is the same as line 2" in wrong.stderr


def test_a_file_of_lines_has_the_descriptions(create: Run, butlr_tui: Run) -> None:
    both = create("--from", "lines.csv", "--to", "stdout")
    assert both.returncode == 2
    assert "not allowed with argument --name" in both.stderr
    words = ("create", "--from", "none.csv", "--to", "file:{name}.env")
    described = butlr_tui(*words, "--description", "x")
    assert (described.returncode, described.stderr) == (
        2,
        "With --from each line has its own description. Nothing was created.\n",
    )
    missing = butlr_tui(*words)
    assert missing.returncode == 1
    assert missing.stderr == "none.csv can't be read: no such file or directory. Nothing was created.\n"


def test_a_command_of_the_profile(
    serving: str, configure: Configure, create: Run, signs_in: SignsIn, tmp_path: Path
) -> None:
    keep = ["sh", "-c", 'cat > "$0/$1"', str(tmp_path), "{name}.json"]
    configure(
        serving,
        "[profiles.local.commands.keep]",
        f"argv = {json.dumps(keep)}",
        'format = "json"',
        "[profiles.local.commands.refuses]",
        'argv = ["sh", "-c", "cat >&2; exit 4"]',
    )
    ended = create("--to", "command:keep")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.endswith(" is created: keep accepted it.\n")
    kept = json.loads((tmp_path / "kiosk.json").read_text())
    assert signs_in(kept["client_id"], kept["client_secret"])

    refused = create("--to", "command:refuses")
    assert (refused.returncode, refused.stdout) == (7, "")
    assert (
        "refuses did not accept it (exit code 4): ••••. Nobody can show it again: delete it" in refused.stderr
    )

    unknown = create("--to", "command:vault")
    assert unknown.returncode == 2
    assert "no command “vault”; there are: keep, refuses." in unknown.stderr


def test_a_clipboard_is_told_as_no_storage(serving: str, signs_in: SignsIn) -> None:
    """Also where stdout is a file: the sequence goes to the terminal."""
    words = ("create", "--profile", "local", "--name", "kiosk", "--to", "clipboard")
    with Pty(["sh", "-c", '"$@" >/dev/null', "sh", sys.executable, "-m", "butlr_tui", *words]) as terminal:
        assert terminal.ends() == 6
        assert "Sent to your terminal" in terminal.text
        assert "it should live first; nobody can show it again." in terminal.text
        sent = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", terminal.output)
        assert sent
        client_id = terminal.text.split()[0]
        assert signs_in(client_id, b64decode(sent[1]).decode())
    (entry,) = Journal().open_entries()
    assert (entry.client_id, entry.deliveries) == (client_id, ("sent to a clipboard (osc52)",))


@pytest.mark.parametrize(
    ("to", "code", "said"),
    [
        ("file:/nonexistent/x", 1, "The folder /nonexistent does not exist; make it, or choose another."),
        ("clipboard", 1, "there is no terminal to send it to"),
        ("command:vault", 2, "no command “vault”; it has none."),
        ("nowhere", 2, "is not file:PATH, ssh:HOST:PATH, command:NAME, seal:NAME, clipboard or stdout"),
    ],
)
def test_a_destination_that_can_not_be_used_is_found_first(
    create: Run, butlr_tui: Run, to: str, code: int, said: str
) -> None:
    ended = create("--to", to)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr
    assert "kiosk" not in butlr_tui("list", "--profile", "local").stdout
    assert Journal().entries() == []


@pytest.mark.parametrize("arguments", [("--name", "a<b"), ("--name", "n", "--description", "x" * 141)])
def test_what_the_service_would_refuse_is_not_sent(create: Run, arguments: tuple[str, ...]) -> None:
    ended = create("--to", "stdout", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.endswith("Nothing was created.\n")
    assert Journal().entries() == []


def test_a_stdout_that_takes_nothing(serving: str) -> None:
    """The client exists and its secret is lost: said, and told by the code and by the journal."""
    words = ["create", "--profile", "local", "--name", "kiosk", "--to", "stdout"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "butlr_tui", *words],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 7
    assert (
        "its secret is stored nowhere: stdout did not take all of it (no space left on device)"
        in ended.stderr
    )
    (entry,) = Journal().open_entries()
    assert f"butlr-tui delete {entry.client_id} --yes" in ended.stderr


def test_a_stdout_that_nobody_reads_is_found_first(serving: str) -> None:
    words = ["create", "--profile", "local", "--name", "kiosk", "--to", "stdout"]
    ours, its = os.pipe()
    os.close(ours)
    ended = subprocess.run(
        [sys.executable, "-m", "butlr_tui", *words],
        check=False,
        stdout=its,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    os.close(its)
    assert (ended.returncode, ended.stderr) == (
        1,
        "Nobody reads what is written to stdout. Nothing was created.\n",
    )
    assert Journal().entries() == []


def test_a_stdout_that_is_closed_is_found_first(serving: str) -> None:
    """The secret must not go to whatever was opened in its place."""
    words = ["create", "--profile", "local", "--name", "kiosk", "--to", "stdout"]
    ended = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", sys.executable, "-m", "butlr_tui", *words],
        check=False,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (1, "stdout is closed. Nothing was created.\n")
    assert Journal().entries() == []


def test_interrupted_on_its_way_to_a_command(serving: str, configure: Configure) -> None:
    slow = ["sh", "-c", "echo started > /dev/tty; sleep 60"]
    configure(serving, "[profiles.local.commands.slow]", f"argv = {json.dumps(slow)}")
    words = ("create", "--profile", "local", "--name", "kiosk", "--to", "command:slow")
    with Pty([sys.executable, "-m", "butlr_tui", *words]) as terminal:
        terminal.waits_for(lambda: any(entry.client_id for entry in Journal().entries()), "the client")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.ends() == 130
        assert "Interrupted: “kiosk” may exist" in terminal.text
    assert [entry.name for entry in Journal().open_entries()] == ["kiosk"]


def test_each_of_two_places_gets_it(
    create: Run, signs_in: SignsIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is on another machine, to which the connection with the secret may be cut."""
    search, home = near_ssh(tmp_path, CAN_BE_CUT)
    monkeypatch.setenv("PATH", search)
    ended = create("--to", "ssh:web1:{name}.env", "--to", f"file:{tmp_path}/1.env")
    made, there, here = ended.stderr.splitlines()
    assert (ended.returncode, made.split(" ", 1)[1], ended.stdout) == (0, "is created.", "")
    assert there == "Put on web1:kiosk.env (only its owner there can read it), read back and equal."
    assert here.startswith(f"Saved to {tmp_path}/1.env")
    assert (home / "kiosk.env").read_text() == (tmp_path / "1.env").read_text()
    assert signs_in(*env_of((tmp_path / "1.env").read_text()))

    again = create("--to", f"file:{tmp_path}/2.env", "--to", "ssh:web1:{name}.env")
    assert (again.returncode, again.stderr) == (
        1,
        "kiosk.env exists already on web1 and is never overwritten; choose another name. Nothing was created.\n",
    )
    assert not (tmp_path / "2.env").exists()

    cut_with_the_secret(tmp_path, home).touch()
    lost = create("--to", "ssh:web1:3.env", "--to", f"file:{tmp_path}/3.env")
    assert lost.returncode == 7
    assert "Whether web1:3.env is there is not known: look before you put it there again." in lost.stderr
    assert (
        "So it is not everywhere: take it there from where it is stored, or delete it (`butlr-tui"
        in lost.stderr
    )
    assert signs_in(*env_of((tmp_path / "3.env").read_text()))
    assert "client_secret" not in lost.stderr.lower()


def test_a_place_that_is_named_twice(create: Run) -> None:
    ended = create("--to", "stdout", "--to", "stdout")
    assert (ended.returncode, ended.stderr) == (2, "“stdout” is named twice.\n")


def test_the_journal_tells_all_of_it(serving: str, create: Run, butlr_tui: Run, tmp_path: Path) -> None:
    assert json.loads(butlr_tui("journal", "--json").stdout) == []
    create("--to", f"file:{tmp_path}/kept.env")
    client_id, secret = env_of((tmp_path / "kept.env").read_text())
    butlr_tui("delete", "--profile", "local", client_id, "--yes")

    created, deleted = json.loads(butlr_tui("journal", "--json").stdout)
    own_id = json.loads((tmp_path / "butlr-tui" / "root-credential.json").read_text())["client_id"]
    assert (created["event"], created["ended"], created["closed"]) == ("create", "created", "stored")
    assert created["closed_how"] == f"saved to {tmp_path}/kept.env"
    assert (deleted["event"], deleted["ended"]) == ("delete", "deleted")
    for entry in (created, deleted):
        assert (entry["client_id"], entry["by"]) == (client_id, own_id)
        assert (entry["url"], entry["profile"]) == (serving, "local")

    table = butlr_tui("journal")
    assert table.returncode == 0
    assert [line.split()[2] for line in table.stdout.splitlines()] == ["WHAT", "created", "deleted"]
    assert secret not in table.stdout + Journal().path.read_text()


def test_the_journal_shows_hostile_names_safely(butlr_tui: Run) -> None:
    journal = Journal()
    journal.create("https://x", "prod", "\x1b]52;c;QQ==\x07\nx\u202e", "client_me")
    ended = butlr_tui("journal")
    assert len(ended.stdout.splitlines()) == 2
    assert all(char.isprintable() or char == "\n" for char in ended.stdout)
    assert "NOT STORED, if it exists" in ended.stdout
    assert "can't be had any more" in ended.stderr


def test_a_journal_that_can_not_be_read(butlr_tui: Run) -> None:
    Journal().path.mkdir(parents=True)
    ended = butlr_tui("journal")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "can't be read" in ended.stderr
