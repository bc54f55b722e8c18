"""The journal on a real disk, between real processes."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from butlr_tui.journal.entries import Event
from butlr_tui.journal.journal import Journal, JournalError
from butlr_tui.journal.replay import BEGINNING
from butlr_tui.models import Client
from butlr_tui.system.user_folders import state_folder
from tests.support.proc import open_files

URL = "https://x"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state")


def begin(journal: Journal, name: str = "kiosk", url: str = URL) -> str:
    return journal.create(url, "prod", name, "client_me", ["client_old"])


def after_a_crash(journal: Journal) -> Journal:
    """The same journal for another process, once the first one is gone."""
    journal.release()
    return Journal(journal.path.parent)


def test_it_is_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "butlr-tui"
    assert Journal().path == tmp_path / "butlr-tui" / "journal.jsonl"


def test_nothing_is_there_at_first_and_looking_makes_nothing(journal: Journal) -> None:
    assert journal.entries() == journal.open_entries() == []
    journal.settle_client(URL, "client_x", "deleted")
    assert not journal.path.parent.exists()


def test_only_its_owner_can_read_it(journal: Journal) -> None:
    old = os.umask(0)
    try:
        begin(journal)
    finally:
        os.umask(old)
    for path in journal.path.parent.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700
    journal.path.chmod(0o644)
    begin(journal)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_a_line_is_on_the_disk_before_anything_else_happens(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, int]] = []
    real = os.fsync

    def fsync(opened: int) -> None:
        status = os.fstat(opened)
        synced.append((stat.S_ISDIR(status.st_mode), status.st_size if stat.S_ISREG(status.st_mode) else 0))
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    attempt = begin(journal)
    first = journal.path.stat().st_size
    journal.note(attempt, Event.CREATED, client_id="client_new")
    assert synced == [(False, first), (True, 0), (False, journal.path.stat().st_size)]


def test_a_folder_that_can_not_be_synced_is_no_hindrance(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fsync(opened: int) -> None:
        if stat.S_ISDIR(os.fstat(opened).st_mode):
            raise OSError(errno.EINVAL, "")
        real(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    begin(journal)
    assert len(journal.entries()) == 1


def test_names_are_data(journal: Journal) -> None:
    hostile = '"},\n{"at":"\x1b]52;c;QQ==\x07 \ud83c'
    begin(journal, hostile)
    journal.delete(URL, "prod", Client("client_\ud83c", name=hostile))
    written = journal.path.read_bytes()
    assert len(written.splitlines()) == 2
    assert written.isascii()
    created, deleted = journal.entries()
    assert created.name == deleted.name == hostile[:-1] + "?"
    assert deleted.client_id == "client_?"


def test_a_long_reason_is_cut(journal: Journal) -> None:
    journal.note(begin(journal), Event.NOT_CREATED, "x" * 10_000)
    assert journal.entries()[0].why == "x" * 300


def test_where_a_secret_is_and_who_can_read_it_is_kept_whole(journal: Journal) -> None:
    attempt = begin(journal)
    journal.note(attempt, Event.DELIVERED, "x" * 2_000)
    journal.note(attempt, Event.STORED, "y" * 2_000)
    (entry,) = journal.entries()
    assert (entry.deliveries, entry.closed_how) == (("x" * 2_000,), "y" * 2_000)


def test_only_a_closing_line_ends_the_hold(journal: Journal) -> None:
    attempt = begin(journal)
    lock = journal.path.parent / "attempts" / f"{attempt}.lock"
    for event in (Event.CREATED, Event.DELIVERED, Event.WITHOUT_SECRET, Event.CREATE_UNCLEAR):
        assert journal.note(attempt, event)
        assert lock.exists()
    assert journal.note(attempt, Event.STORED, "saved")
    assert not lock.exists()


def test_a_line_of_somebody_else_ends_no_hold(journal: Journal) -> None:
    attempt = begin(journal)
    other = Journal(journal.path.parent)
    assert other.note(attempt, Event.STORED, "saved")
    assert (journal.path.parent / "attempts" / f"{attempt}.lock").exists()
    assert journal.open_entries() == other.open_entries() == []


def test_what_a_crash_left_is_offered_until_it_is_settled(journal: Journal) -> None:
    attempt = begin(journal)
    assert journal.open_entries() == []  # ours, and we still work on it
    later = after_a_crash(journal)
    assert [entry.attempt for entry in later.open_entries()] == [attempt]
    assert [entry.attempt for entry in later.open_entries()] == [attempt]
    later.note(attempt, Event.SETTLED, "kept")
    assert after_a_crash(later).open_entries() == []


def test_each_service_has_its_own(journal: Journal) -> None:
    here, _ = begin(journal, url="https://x/X/"), begin(journal, url="https://y")
    later = after_a_crash(journal)
    assert [entry.attempt for entry in later.open_entries("https://x/X")] == [here]
    assert [entry.attempt for entry in later.open_entries("https://x/X/")] == [here]
    assert later.open_entries("https://x") == []
    assert len(later.open_entries()) == 2


@pytest.mark.parametrize(
    ("begun_at", "looked_at"),
    [
        ("http://127.0.0.1:4010", "http://localhost:4010/"),
        ("http://localhost:4010", "http://[::1]:04010"),
        ("https://M2M.example.com./v2/", "https://m2m.example.com:443/v2/."),
        ("no address/", "no address"),
    ],
)
def test_a_service_is_one_however_its_address_is_spelt(
    journal: Journal, begun_at: str, looked_at: str
) -> None:
    attempt = begin(journal, url=begun_at)
    journal.note(attempt, Event.CREATED, client_id="client_new")
    later = after_a_crash(journal)
    assert [(entry.attempt, entry.url) for entry in later.open_entries(looked_at)] == [
        (attempt, begun_at.rstrip("/"))
    ]
    later.settle_client(looked_at, "client_new", "deleted")
    assert not any(entry.is_open for entry in later.entries())


def test_what_a_line_is_like(journal: Journal) -> None:
    """Its beginning is what a line torn by a crash is told from the next by, and its time is that of anywhere."""
    attempt = begin(journal)
    assert journal.note(attempt, Event.STORED)
    assert all(line.startswith(BEGINNING) for line in journal.path.read_bytes().splitlines())
    (entry,) = journal.entries()
    assert abs((datetime.now(UTC) - entry.at).total_seconds()) < 60
    assert (entry.closed, entry.closed_how) == (Event.STORED, "")


def test_a_hold_that_is_over_leaves_nothing_open(journal: Journal) -> None:
    before = len(open_files())
    for _ in range(3):
        journal.note(begin(journal), Event.STORED, "saved")
    assert len(open_files()) == before


def test_one_that_an_instance_handles_is_not_offered_by_another(journal: Journal) -> None:
    attempt = begin(journal)
    one, two = after_a_crash(journal), Journal(journal.path.parent)
    assert one.open_entries() == two.open_entries() != []
    with one.handling(attempt) as is_ours:
        assert is_ours
        assert one.open_entries() == two.open_entries() == []
        with two.handling(attempt) as is_theirs:
            assert not is_theirs
    assert len(two.open_entries()) == 1


def test_one_that_was_closed_meanwhile_is_not_offered(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begin(journal)
    later = Journal(journal.path.parent)
    is_free = later._entry_locks.is_free

    def closed_first(which: str) -> bool:
        journal.note(attempt, Event.STORED, "saved")
        return is_free(which)

    monkeypatch.setattr(later._entry_locks, "is_free", closed_first)
    assert later.open_entries() == []


def test_one_that_was_closed_meanwhile_is_not_handled(journal: Journal) -> None:
    attempt = begin(journal)
    one, two = after_a_crash(journal), Journal(journal.path.parent)
    (offered,) = two.open_entries()
    with one.handling(attempt) as is_ours:
        assert is_ours
        assert one.note(attempt, Event.SETTLED, "kept")
    with two.handling(offered.attempt) as is_ours:
        assert not is_ours
    assert list((journal.path.parent / "attempts").iterdir()) == []
    with two.handling("f" * 32) as is_ours:  # somebody cut the journal
        assert not is_ours


def test_handling_that_settles_nothing_leaves_it_to_others(journal: Journal) -> None:
    attempt = begin(journal)
    one, two = after_a_crash(journal), Journal(journal.path.parent)
    with pytest.raises(ZeroDivisionError), one.handling(attempt):
        raise ZeroDivisionError
    with two.handling(attempt) as is_ours:
        assert is_ours


def test_what_this_run_works_on_stays_its_own(journal: Journal) -> None:
    attempt = begin(journal)
    with journal.handling(attempt) as is_ours:
        assert is_ours
    assert Journal(journal.path.parent).open_entries() == []


def test_six_hundred_open_entries_use_up_no_descriptors(journal: Journal) -> None:
    for _ in range(600):
        begin_and_let_go(journal)
    running = begin(journal)
    later = Journal(journal.path.parent)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = len(open_files())
    resource.setrlimit(resource.RLIMIT_NOFILE, (before + 20, limits[1]))
    try:
        offered = later.open_entries(URL)
        assert len(open_files()) == before
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert len(offered) == 600
    assert running not in {entry.attempt for entry in offered}


def begin_and_let_go(journal: Journal) -> None:
    begin(journal)
    journal.release()


def test_the_entries_of_a_client_that_is_gone_are_settled(journal: Journal) -> None:
    gone, other, elsewhere, held = begin(journal), begin(journal), begin(journal, url="https://y"), ""
    for attempt in (gone, elsewhere):
        journal.note(attempt, Event.CREATED, client_id="client_new")
    journal.note(other, Event.CREATED, client_id="client_other")
    later = after_a_crash(journal)
    held = begin(journal)
    journal.note(held, Event.CREATED, client_id="client_new")
    later.settle_client(URL, "client_new", "deleted")
    assert {entry.attempt for entry in later.entries() if entry.is_open} == {other, elsewhere, held}
    journal.settle_client(URL, "client_new", "deleted")  # its own it may
    assert {entry.attempt for entry in later.entries() if entry.is_open} == {other, elsewhere}


def test_a_client_whose_deletions_alone_are_known_has_nothing_to_settle(journal: Journal) -> None:
    journal.note(journal.delete(URL, "prod", Client("client_x")), Event.NOT_DELETED, "no")
    journal.delete(URL, "prod", Client("client_x"))
    journal.release()
    before = journal.path.read_bytes()
    journal.settle_client(URL, "client_x", "deleted")
    assert journal.path.read_bytes() == before
    created = begin(journal)
    journal.note(created, Event.CREATED, client_id="client_x")
    journal.settle_client(URL, "client_x", "deleted")
    assert [one.attempt for one in journal.entries() if one.closed is Event.SETTLED] == [created]


def test_files_that_may_be_left_without_a_secret_are_told_with_their_attempts(journal: Journal) -> None:
    """Once one of several has the secret, another may still lie there; a single one that has it is none."""

    def reserving(*names: str) -> str:
        return journal.create(
            URL, "prod", "kiosk", "client_me", reserved=[Path("/srv", one) for one in names]
        )

    one, stored, several = reserving("a"), reserving("b"), reserving("c", "d")
    for attempt in (stored, several):
        journal.note(attempt, Event.STORED, "saved")
    assert Journal(journal.path.parent).left_over(URL) == [(several, "/srv/c"), (several, "/srv/d")]
    assert after_a_crash(journal).left_over(URL)[0] == (one, "/srv/a")


def test_what_was_left_open_is_told_with_the_clients_that_it_may_have_made(journal: Journal) -> None:
    clients = [Client("client_old", name="kiosk"), Client("client_new", name="kiosk")]
    attempt = begin(journal)
    assert Journal(journal.path.parent).unfinished(URL, clients) == [], "somebody works on it"
    (found,) = after_a_crash(journal).unfinished(URL, clients)
    assert (found.entry.attempt, found.candidates) == (attempt, clients[1:])


def test_its_size_tells_whether_somebody_added_to_it(journal: Journal) -> None:
    other = Journal(journal.path.parent)
    assert other.size() == 0
    begin(journal)
    before = other.size()
    begin(journal)
    assert 0 < before < other.size() == len(journal.path.read_bytes())


HOLDER = """
import sys
from pathlib import Path
from butlr_tui.journal.journal import Journal
print(Journal(Path(sys.argv[1])).create("https://x", "prod", "kiosk", "client_me"), flush=True)
sys.stdin.read()
"""


def test_a_hold_ends_with_its_process(journal: Journal) -> None:
    folder = str(journal.path.parent)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        attempt = holder.stdout.readline().strip()
        assert [entry.attempt for entry in journal.entries()] == [attempt]
        assert journal.open_entries() == []
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        assert [entry.attempt for entry in journal.open_entries()] == [attempt]


def test_a_child_does_not_inherit_a_hold(journal: Journal) -> None:
    begin(journal)
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        assert len(after_a_crash(journal).open_entries()) == 1
        child.kill()


def as_a_folder(path: Path) -> None:
    path.parent.mkdir(0o700)
    path.mkdir()


def as_a_link(path: Path) -> None:
    path.parent.mkdir(0o700)
    target = path.parent / "target"
    target.touch()
    path.symlink_to(target)


def as_a_fifo(path: Path) -> None:
    path.parent.mkdir(0o700)
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (as_a_folder, "(is a directory|not a regular file)"),
        (as_a_link, "symbolic links"),
        (as_a_fifo, "not a regular file"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(
    journal: Journal, spoil: Callable[[Path], None], why: str
) -> None:
    spoil(journal.path)
    with pytest.raises(JournalError, match=rf"The journal .*can't be written.*{why}"):
        begin(journal)
    with pytest.raises(JournalError, match=rf"can't be read.*{why}"):
        journal.entries()
    with pytest.raises(JournalError):
        journal.open_entries()
    with pytest.raises(JournalError):
        journal.delete(URL, "prod", Client("client_x"))
    journal.settle_client(URL, "client_x", "deleted")
    assert not journal.note("1" * 32, Event.STORED)
    assert list((journal.path.parent / "attempts").glob("*")) == []


def test_somebody_elses_file_is_refused(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(journal)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(JournalError, match=r"can't be written\. .*belongs to another user"):
        begin(journal)
    with pytest.raises(JournalError, match=r"can't be read\. .*belongs to another user"):
        journal.entries()


def test_a_path_that_can_be_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"file exists|not a directory"):
        begin(Journal(tmp_path / "file"))


def test_a_full_disk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a line gets there. What is added later is read all the same."""
    attempt = begin(journal)
    real = os.write
    monkeypatch.setattr(os, "write", lambda opened, data: real(opened, data[: len(data) // 2]))
    with pytest.raises(JournalError, match="no space left on device"):
        begin(journal)
    assert not journal.note(attempt, Event.STORED, "saved")
    monkeypatch.undo()
    assert journal.note(attempt, Event.CREATED, client_id="client_new")
    (entry,) = journal.entries()
    assert (entry.is_open, entry.client_id) == (True, "client_new")


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks(journal: Journal, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Better that two instances offer an entry than that none does, or that nothing can be created."""

    def flock(*_: object) -> None:
        raise OSError(number, "")

    monkeypatch.setattr("fcntl.flock", flock)
    attempt = begin(journal)
    later = after_a_crash(journal)
    assert [entry.attempt for entry in later.open_entries()] == [attempt]
    assert later.note(attempt, Event.STORED)


def test_locks_that_can_not_be_made(journal: Journal) -> None:
    attempt = begin(journal)
    later = after_a_crash(journal)
    for lock in (journal.path.parent / "attempts").iterdir():
        lock.unlink()
    (journal.path.parent / "attempts").rmdir()
    (journal.path.parent / "attempts").touch()
    assert [entry.attempt for entry in later.open_entries()] == [attempt]


class TwoInstances(RuleBasedStateMachine):
    """Two instances on one journal, kills and power cuts: what is offered is what the lines say."""

    attempts: Bundle[str] = Bundle("attempts")

    @initialize(folder=st.integers())
    def start(self, folder: int) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.instances = [Journal(Path(self.folder.name)) for _ in range(2)]
        self.lines: list[tuple[str, Event]] = []
        self.held: list[set[str]] = [set(), set()]

    @rule(target=attempts, which=st.integers(0, 1))
    def create(self, which: int) -> str:
        attempt = begin(self.instances[which])
        self.lines.append((attempt, Event.CREATE))
        self.held[which].add(attempt)
        return attempt

    @rule(
        attempt=attempts,
        event=st.sampled_from(
            [
                Event.CREATED,
                Event.CREATE_UNCLEAR,
                Event.DELIVERED,
                Event.STORED,
                Event.SETTLED,
                Event.NOT_CREATED,
            ]
        ),
    )
    def note(self, attempt: str, event: Event) -> None:
        for which, held in enumerate(self.held):
            if attempt in held:
                assert self.instances[which].note(attempt, event)
                self.lines.append((attempt, event))
                if event in (Event.STORED, Event.SETTLED, Event.NOT_CREATED):
                    held.discard(attempt)

    @rule(which=st.integers(0, 1))
    def look(self, which: int) -> None:
        found = {entry.attempt for entry in self.instances[which].open_entries()}
        assert found == self.open - self.held[0] - self.held[1]

    @rule(which=st.integers(0, 1), attempt=attempts)
    def settle(self, which: int, attempt: str) -> None:
        with self.instances[which].handling(attempt) as is_ours:
            assert is_ours is (attempt in self.open - self.held[1 - which])
            assert attempt not in {entry.attempt for entry in self.instances[1 - which].open_entries()}
            if is_ours:
                assert self.instances[which].note(attempt, Event.SETTLED, "kept")
                self.lines.append((attempt, Event.SETTLED))
                self.held[which].discard(attempt)

    @rule(which=st.integers(0, 1))
    def kill(self, which: int) -> None:
        self.instances[which].release()
        self.instances[which] = Journal(Path(self.folder.name))
        self.held[which] = set()

    @rule(torn=st.integers(2, 100))
    def cut_the_power(self, torn: int) -> None:
        """Both end, and the last line is only partly there."""
        path = self.instances[0].path
        written = path.read_bytes() if path.exists() else b""
        if written.endswith(b"\n"):  # else the last line is torn already
            last = len(written.splitlines()[-1])
            os.truncate(path, len(written) - min(torn, last))
            self.lines.pop()
        for which in range(2):
            self.kill(which)

    @property
    def open(self) -> set[str]:
        begun = {attempt for attempt, event in self.lines if event is Event.CREATE}
        ends = (Event.STORED, Event.SETTLED, Event.NOT_CREATED)
        return begun - {attempt for attempt, event in self.lines if event in ends}

    @invariant()
    def a_third_is_offered_what_nobody_holds(self) -> None:
        third = Journal(Path(self.folder.name))
        assert {entry.attempt for entry in third.open_entries()} == self.open - self.held[0] - self.held[1]
        third.release()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            for instance in self.instances:
                instance.release()
            self.folder.cleanup()


TestTwoInstances = TwoInstances.TestCase
TestTwoInstances.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)


def test_a_deletion_is_interrupted_where_nobody_works_on_it_and_nobody_wrote_down_its_end(
    journal: Journal,
) -> None:
    another = Journal(journal.path.parent)
    attempts = [another.delete(URL, "prod", Client(f"client_{number}"), "client_me") for number in range(2)]
    assert journal.interrupted_deletions(URL) == []  # another process is at it
    another.note(attempts[0], Event.NOT_DELETED, "no")
    another.release()
    (found,) = journal.interrupted_deletions(f"{URL}/")
    assert (found.attempt, found.client_id, found.by) == (attempts[1], "client_1", "client_me")
    assert journal.interrupted_deletions("https://elsewhere.example") == []
    journal.note(found.attempt, Event.DELETED)
    assert journal.interrupted_deletions(URL) == []


def test_a_deletion_leaves_no_lock_behind(journal: Journal) -> None:
    attempt = journal.delete(URL, "prod", Client("client_x"))
    journal.note(attempt, Event.DELETED)
    assert [*(journal.path.parent / "attempts").iterdir()] == []
