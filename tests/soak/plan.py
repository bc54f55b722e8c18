"""Which tests measure which figure of reliability, and what they must reach."""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Figure:
    """A figure is met if its tests pass, none is skipped, and their counts are these."""

    number: int
    target: str
    tests: tuple[str, ...]
    least: dict[str, int] = field(default_factory=dict)
    """What has to be counted at least so often in a full run; in a quick one, once."""
    none: tuple[str, ...] = ()
    """What has to be counted, and be 0."""


_SESSION: Final = "tests/operations/test_session.py"
_STORE: Final = "tests/service/test_store.py"
_HTTP: Final = "tests/http/test_figures.py"
_FAULTS: Final = "tests/service/auth0/test_faults.py"
_CLIENT: Final = "tests/api/test_client.py"
_TERMINAL: Final = "tests/tui/terminal"

THOROUGH: Final = Figure(23, "Branch coverage 100%; ≥ 90% of the mutants killed", ())
"""Measured by tests/soak/thorough.py."""

FIGURES: Final = (
    Figure(
        1,
        "20 fault points × 50 creates: 0 second POSTs, 0 wrong states",
        (f"{_SESSION}::test_each_fault_point_is_one_post_and_the_right_state",),
        {"creates": 1000},
        ("second posts", "wrong states"),
    ),
    Figure(
        2,
        "The 201 cut at every byte: 0 crashes, 0 false “failed”",
        (f"{_SESSION}::test_a_201_cut_at_every_byte_is_never_not_created",),
        {"cuts": 100},
        ("crashes", "false failed", "wrong states"),
    ),
    Figure(
        3,
        "1,000 double Enters: 1 POST each",
        (f"{_SESSION}::test_a_thousand_double_enters_are_a_thousand_posts",),
        {"double enters": 1000},
        ("second posts",),
    ),
    Figure(
        4,
        "Reconcile with 0, 1, many foreign creates: 0 wrong certainties",
        ("tests/operations/test_reconcile.py",),
        {"unclear creates": 1000},
        ("wrong certainties",),
    ),
    Figure(
        5,
        "kill -9 of the app at 12 points × 20: 0 secrets lost silently, 0 second clients of a line",
        ("tests/end_to_end/test_kills.py", "tests/end_to_end/test_line_kills.py"),
        {"kills": 2 * 12 * 20},
        ("secrets lost silently", "second clients of a line"),
    ),
    Figure(
        6,
        "HUP, TERM, INT × every screen: terminal restored, journal kept, exit code right",
        ("tests/tui/test_signals.py",),
        {"endings": 36},
        ("wrong",),
    ),
    Figure(
        7,
        "Method × outcome: exact request counts; 10,000 backoff samples in bounds",
        (f"{_CLIENT}::test_the_matrix_of_methods_and_outcomes", "tests/http/test_retry.py"),
        {"pairs": 80, "backoff samples": 10_000},
        ("wrong counts", "out of bounds"),
    ),
    Figure(
        8,
        "10,000 fuzzed ids: 0 paths outside /api/v1/client/{one segment}",
        (f"{_CLIENT}::test_ten_thousand_hostile_ids_stay_one_segment_of_the_url",),
        {"ids": 10_000},
        ("paths outside",),
    ),
    Figure(
        9,
        "20 redirects × 5 statuses: 0 credentials at the sink",
        (f"{_HTTP}::test_figure_9_no_redirect_takes_credentials_elsewhere",),
        {"redirects": 100},
        ("requests at the sink",),
    ),
    Figure(
        10,
        "Plain http to 50 host spellings: 0 tokens sent",
        (f"{_HTTP}::test_figure_10_no_token_goes_over_plain_http",),
        {"hosts": 50},
        ("tokens sent",),
    ),
    Figure(
        11,
        "Bombs: < 20 MiB above the cap, inside the deadline",
        ("tests/http/test_bombs.py",),
        {"bombs": 10},
        ("over 20 MiB", "late"),
    ),
    Figure(
        12,
        "TLS expired, wrong host, self-signed, custom CA: 4/4 right",
        (f"{_HTTP}::test_figure_12_tls_is_right_four_times_of_four",),
        {"right": 4},
        ("wrong",),
    ),
    Figure(
        13,
        "A canary token and secret through 40 failures: 0 hits",
        ("tests/end_to_end/test_leaks.py",),
        {"failures": 40, "places": 400},
        ("hits",),
    ),
    Figure(
        14,
        "5,000 bad JSON bodies: 0 crashes, 0 echoed values",
        ("tests/api/test_decode.py::test_five_thousand_bad_bodies",),
        {"bodies": 5000},
        ("crashes", "echoed values"),
    ),
    Figure(
        15,
        "200 hostile strings × every sink, on the pty: 0 injected controls, 0 MarkupErrors",
        ("tests/end_to_end/test_hostile_text.py",),
        {"strings": 200, "sinks": 10},
        ("injected controls", "MarkupErrors"),
    ),
    Figure(
        16,
        "60 JWT attacks: 0 accepted; 20 valid: all accepted",
        ("tests/service/test_tokens.py::test_attack", "tests/service/test_tokens.py::test_valid"),
        {"attacks": 60, "valid": 20},
        ("accepted", "refused"),
    ),
    Figure(
        17,
        "100 owners, 10,000 random operations: 0 cross-owner reads or deletes",
        (f"{_STORE}::test_owners_never_meet", f"{_STORE}::test_owners_never_meet_over_http"),
        {"owners": 100, "operations": 20_000},
        ("crossed",),
    ),
    Figure(
        18,
        "Service kill -9 × 200 during creates: 0 acknowledged lost, integrity_check ok",
        ("tests/service/test_run.py::test_kill_9_during_creates_loses_nothing_acknowledged",),
        {"kills": 200},
        ("acknowledged lost", "broken databases"),
    ),
    Figure(
        19,
        "64 concurrent creates × 50: all unique, 0 “database is locked”",
        (f"{_STORE}::test_64_creates_at_once",),
        {"creates": 3200},
        ("twins", "database is locked"),
    ),
    Figure(
        20,
        "Issued secrets in the database, the WAL and backups: 0",
        (f"{_STORE}::test_secrets_are_nowhere_on_disk",),
        {"secrets": 20},
        ("found",),
    ),
    Figure(
        21,
        "The Auth0 engine with a failure at each call: 0 unrecorded orphans",
        (f"{_FAULTS}::test_create", f"{_FAULTS}::test_delete"),
        {"failures": 100},
        ("unrecorded orphans",),
    ),
    Figure(
        22,
        "Schemathesis, 10,000 cases: 0 undocumented statuses, 0 schema violations",
        ("tests/service/test_schemathesis.py",),
        {"cases": 10_000},
        ("undocumented statuses", "schema violations"),
    ),
    THOROUGH,
    Figure(
        24,
        "Token files with 30 bad modes, owners, links, FIFOs: 0 accepted",
        ("tests/auth/test_private_files.py",),
        {"bad files": 30},
        ("accepted",),
    ),
    Figure(
        25,
        "Another user on the local service's port, IPv4 and IPv6: 0 credentials received",
        ("tests/http/test_loopback_backend.py",),
        {"tries": 60},
        ("credentials received",),
    ),
    Figure(
        26,
        "12 kinds of data and state folders that are not ours alone: 0 believed",
        ("tests/system/test_private_folders.py",),
        {"folders": 12},
        ("believed",),
    ),
    Figure(
        27,
        "20 destinations that end well without taking the secret: 0 told as stored",
        ("tests/operations/test_consumed.py",),
        {"destinations": 20},
        ("told as stored",),
    ),
    Figure(
        28,
        "Every outcome of every plain command × 6 broken streams: 0 wrong exit codes",
        ("tests/cli/test_exit_codes.py",),
        {"endings": 2 * 65 * 6},
        ("wrong exit codes",),
    ),
    Figure(
        29,
        "A secret in 12 coats in a command's and a server's words: 0 shown",
        ("tests/text/test_masking.py",),
        {"coats": 12},
        ("shown",),
    ),
    Figure(
        30,
        "600 half-open requests, 1,100 idle connections under 1,024 descriptors, 25 unread lists of 60,000: "
        "others answered within 2 s, < 200 MiB, < 100 kB of log",
        ("tests/service/test_crowds.py",),
        {"half open": 600, "idle": 1100, "unread lists": 25},
        ("late", "over 200 MiB", "over 100 kB"),
    ),
    Figure(
        31,
        "A terminal that does not read for 60 s under 2,000 keys: no pause over 25 ms; "
        "3 signals × every screen end the app within 2 s",
        (f"{_TERMINAL}/test_stalled.py",),
        {"keys": 2_000, "endings": 36},
        ("pauses over 25 ms", "late"),
    ),
    Figure(
        32,
        "10,000 random frames and every screen at 4 sizes: our driver's picture is Textual's",
        (f"{_TERMINAL}/test_oracle.py", f"{_TERMINAL}/test_screens.py"),
        {"frames": 10_000, "screens": 100},
        ("differences",),
    ),
    Figure(
        33,
        "1,000 random sequences of sizes: every screen equals a fresh start, cell by cell",
        ("tests/tui/test_resize.py",),
        {"sequences": 1000},
        ("differences",),
    ),
    Figure(
        34,
        "Replace: kill -9 at every step × 20: always a client that signs in, 0 secrets lost silently, "
        "0 open replacements unnamed",
        ("tests/end_to_end/test_replace_kills.py",),
        {"kills": 800},
        ("without a client that signs in", "secrets lost silently", "open replacements unnamed"),
    ),
    Figure(
        35,
        "Sealed, or on its way to another machine: 60 failures, a canary 0 hits; 12 cuts: 0 false “stored”, 0 "
        "half-written; age's own program reads 100 of 100; flipped bytes: 0 believed",
        (
            "tests/end_to_end/test_sealed.py",
            "tests/delivery/test_sealing.py",
            "tests/delivery/test_ssh.py",
            "tests/delivery/test_far_side.py",
        ),
        {"failures": 60, "read by age": 100, "flips": 300, "cuts": 12, "places": 100},
        ("hits", "believed", "false stored", "half written"),
    ),
    Figure(
        36,
        "Several: 100 deletions with mixed failures × 20 interruptions, kill -9 in the middle × 20: screen, "
        "journal and service agree",
        ("tests/tui/test_hundred_deletions.py", "tests/end_to_end/test_delete_kills.py"),
        {"interruptions": 20, "kills": 160},
        ("disagreements",),
    ),
    Figure(
        37,
        "The engine and the fake against every recorded Auth0 answer: all agree",
        ("tests/service/auth0/test_recorded.py",),
        {"answers given to the engine": 60, "answers asked of the fake": 100},
    ),
    Figure(
        38,
        "12,000 clients of a tenant at 0.3 s a page: first rows within 2 s, nothing quiet for 20 s, all within "
        "the deadline; 100,000 by the virtual clock",
        ("tests/service/auth0/test_long_lists.py",),
        {"clients over sockets": 12_000, "clients by the virtual clock": 100_000},
        ("missing", "first rows late", "quiet for 20 s"),
    ),
    Figure(
        39,
        "Orphans with short pages, clamps and refused paging: 0 forgotten",
        ("tests/service/auth0/test_hidden_orphans.py",),
        {"orphans": 400},
        ("forgotten",),
    ),
    Figure(
        40,
        "Each call of the system of a create, its journal, its file and the store fails, one at a time: 0 false "
        "“stored”, 0 false “nothing happened”, 0 broken files on the next start",
        ("tests/operations/test_broken_disk.py", "tests/service/test_broken_disk.py"),
        {"failures": 600},
        ("false stored", "false nothing happened", "broken files"),
    ),
    Figure(
        41,
        "The service restarted and backed up × 50 under 16 connections: 0 acknowledged lost, there or in a "
        "backup, 0 made unknown, 0 half answers",
        ("tests/service/test_restart.py",),
        {"restarts": 50},
        ("acknowledged lost", "unacknowledged", "missing in a backup", "halves"),
    ),
    Figure(
        42,
        "Two creates, their files and a filter, typed ahead on a line of 150 ms each way × 40: 0 keys lost or "
        "misdirected",
        ("tests/end_to_end/test_far_terminal.py",),
        {"keys": 1000},
        ("lost or misdirected",),
    ),
    Figure(
        43,
        "A release built twice: every file equal; each wheelhouse, the single file, uv and pipx on 3 Pythons "
        "without a network: 0 that do not run or do not copy",
        ("tests/end_to_end/test_release.py",),
        {"installations": 18, "equal files": 100},
        ("broken", "different files"),
    ),
)
