"""Commands get the secret on stdin alone, and what they say of it is told honestly."""

import os
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery.command import check, filled, run
from butlr_tui.delivery.formats import Format, render
from butlr_tui.delivery.results import NotStored, Stored
from butlr_tui.models import Credentials
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.support.delivery import CREDENTIALS, SECRET
from tests.support.proc import proc, processes_with
from tests.support.programs import script
from tests.support.waiting import until


def shell(text: str, **settings: float) -> DeliveryCommand:
    return DeliveryCommand("vault", ("sh", "-c", text), **settings)  # type: ignore[arg-type]


async def test_it_gets_the_format_on_stdin(tmp_path: Path) -> None:
    for format in Format:
        got = tmp_path / format
        command = DeliveryCommand("vault", ("sh", "-c", f"cat > {got}"), format)
        assert await run(command, CREDENTIALS, name="hvac") == Stored("vault accepted it")
        assert got.read_text() == render(CREDENTIALS, format).get_secret_value()


async def test_placeholders_are_slugs_and_the_program_is_none() -> None:
    command = DeliveryCommand("vault", ("{name}", "put", "secret/{name}", "--id={client_id}"))
    assert filled(command, name="../prod/db", client_id="-x y") == (
        "{name}", "put", "secret/prod-db", "--id=x-y",
    )  # fmt: skip


async def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    got = tmp_path / "got"
    keeper = script(tmp_path, "keeper", f'printf "%s\\n" "$@" > {got}; cat > /dev/null')
    command = DeliveryCommand("keeper", (str(keeper), "$(id)", "a b", "{name}"))
    assert isinstance(await run(command, CREDENTIALS, name="x; id"), Stored)
    assert got.read_text() == "$(id)\na b\nx-id\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exit 2", "vault did not accept it (exit code 2)"),
        ("echo 'permission denied' >&2; exit 1", "(exit code 1): permission denied"),
        ("printf '\\033]0;x\\007a\\nb\\n' >&2; exit 1", "(exit code 1): ␛]0;x␇a"),
        ("printf '\\377' >&2; exit 1", "(exit code 1): �"),
        ("cat >&2; exit 1", "(exit code 1): ••••"),
        ("kill -TERM $$", "vault was ended by SIGTERM; look there whether it stored it"),
        ("kill -35 $$", "vault was ended by signal 35; look there whether it stored it"),
    ],
)
async def test_failures_are_told(text: str, said: str) -> None:
    done = await run(shell(text), CREDENTIALS, name="hvac")
    assert isinstance(done, NotStored)
    assert said in done.said
    assert SECRET not in done.said


async def test_what_it_says_is_cut() -> None:
    done = await run(
        shell("yes abcdefg | head -c 3000000 | tr -d '\\n' >&2; exit 1"), CREDENTIALS, name="hvac"
    )
    assert isinstance(done, NotStored)
    assert len(done.said) < 400
    assert done.said.endswith("…")


async def test_a_hang_ends_with_all_that_it_started() -> None:
    mark = f"command-{time.monotonic_ns()}"
    done = await run(
        shell("sleep 20 & sleep 20", timeout=0.3),
        CREDENTIALS,
        name="x",
        environment={**os.environ, "MARK": mark},
    )
    assert done == NotStored(
        "vault did not end within 0.3 s and was stopped; look there whether it stored it"
    )
    await until(lambda: not processes_with(mark))


async def test_a_missing_program_is_told_before() -> None:
    command = DeliveryCommand("vault", ("no-such-program",))
    assert await check(command) == "The command vault needs no-such-program, which is not installed here."
    assert isinstance(await run(command, CREDENTIALS, name="x"), NotStored)
    assert await check(DeliveryCommand("vault", ())) is not None
    assert await check(DeliveryCommand("vault", ("sh",))) is None


async def test_the_program_is_looked_for_where_it_would_be_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the PATH of the environment that it gets, not in ours; without one, where the system looks."""
    bin = script(tmp_path / "bin", "keeper", "cat > /dev/null").parent
    keeper, missing = (
        DeliveryCommand("keep", ("keeper",)),
        "The command keep needs keeper, which is not installed here.",
    )
    assert await check(keeper, {"PATH": str(bin)}) is None
    monkeypatch.setenv("PATH", str(bin))
    for elsewhere in ({"PATH": str(tmp_path)}, {}):
        assert await check(keeper, elsewhere) == missing
        done = await run(keeper, CREDENTIALS, name="x", environment=elsewhere)
        assert done == NotStored(missing)
    assert await check(DeliveryCommand("sh", ("sh",)), {}) is None


async def test_a_program_that_can_not_be_started(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    done = await run(DeliveryCommand("vault", (str(broken),)), CREDENTIALS, name="x")
    assert done == NotStored("vault could not be started, so it stored nothing")


async def test_the_secret_is_in_no_argument_and_no_environment(tmp_path: Path) -> None:
    proc()
    started = tmp_path / "started"
    ours = {**os.environ, "BUTLR_CLIENT_SECRET": "ours", "BUTLR_TOKEN": "ours", "MARK": str(tmp_path)}
    looked = shell(
        f"cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ > {started} 2>&1; env >> {started}; cat >/dev/null"
    )
    assert isinstance(await run(looked, CREDENTIALS, name="x", environment=ours), Stored)
    seen = started.read_bytes()
    assert str(started).encode() in seen
    assert SECRET.encode() not in seen
    assert b"\nBUTLR_TOKEN" not in seen


async def test_the_environment_has_nothing_secret_of_ours(tmp_path: Path) -> None:
    ours = {**os.environ, "BUTLR_CLIENT_SECRET": "ours-1", "BUTLR_TOKEN": "ours-2"}
    await run(shell(f"env > {tmp_path}/seen"), CREDENTIALS, name="x", environment=ours)
    assert "ours-" not in (tmp_path / "seen").read_text()


async def test_what_env_can_not_carry_is_not_run(tmp_path: Path) -> None:
    command = DeliveryCommand("vault", ("touch", str(tmp_path / "ran")), Format.ENV)
    done = await run(command, Credentials("id", SecretStr(f"{SECRET}\nX=1")), name="x")
    assert isinstance(done, NotStored)
    assert "was not run" in done.said
    assert SECRET not in done.said
    assert not (tmp_path / "ran").exists()


async def test_a_command_that_ends_well_without_reading_it_all_has_not_stored_it() -> None:
    """Which others there are: tests/operations/test_consumed.py."""
    assert await run(shell("head -c 5 >/dev/null"), CREDENTIALS, name="n") == NotStored(
        "vault ended well but did not read all that it was given, so it can't have stored it; look there whether "
        "it stored it"
    )


async def test_what_it_leaves_running_may_read_it_a_little_later(tmp_path: Path) -> None:
    program = f"exec 3<&0; (sleep 0.2; cat <&3 > {tmp_path}/late) & exit 0"
    assert isinstance(await run(shell(program), CREDENTIALS, name="n"), Stored)
    await until(lambda: (tmp_path / "late").read_text() == SECRET)
