"""Settings that an earlier version wrote are read as they are, and what it does not know stays.

`written/` holds a file for each version that changed how settings are written: its example with every key in
use (one source, other values than the defaults), and two profiles that it added itself.
"""

from pathlib import Path

from butlr_tui.config.example import add_profile
from butlr_tui.config.load import load
from butlr_tui.config.model import CredentialFile, Profile, Prompt
from butlr_tui.config.places import credential_store
from butlr_tui.system.delivery_command import DeliveryCommand
from tests.config.conftest import Read

WRITTEN = Path(__file__).with_name("written") / "0.1.0.toml"
LAB = Profile(
    "lab",
    "https://lab.example/ü",
    CredentialFile(Path("/home/ada/lab.json")),
    sign_in_url="https://sign-in.example",
)


def prod(folder: Path) -> Profile:
    return Profile(
        "prod",
        "https://api.butlr.io",
        CredentialFile(folder / "prod.json"),
        sign_in_url="https://api.butlr.io",
        audience="https://butlrauth/",
        read_only=True,
        protected=False,
        colour="red",
        label="PRODUCTION",
        commands=(
            DeliveryCommand("vault", ("vault", "kv", "put", "secret/butlr/{name}", "value=-"), "json", 5.0),
        ),
    )


def test_all_that_was_written_is_read(read: Read, file: Path) -> None:
    settings = read(WRITTEN.read_bytes())
    assert settings.problems == ()
    assert settings.default_profile == "prod"
    assert (settings.clipboard, settings.clipboard_clear_seconds) == ("osc52", 20)
    assert (settings.mouse, settings.animations) == (False, "off")
    typed = Profile("typed", "https://typed.example", Prompt(credential_store("typed")))
    assert settings.own == (prod(file.parent), LAB, typed)


def test_keys_that_only_a_later_version_knows_are_told_and_survive(read: Read, file: Path) -> None:
    """Somebody may go back to this version, and forward again."""
    written = WRITTEN.read_text()
    later = written.replace('\nlabel = "', '\nlater_key = true\nlabel = "', 1)
    later = f"later_version = [1, 2]\n{later}"
    settings = read(later)
    told = [problem.sentence for problem in settings.problems]
    assert len(told) == 2
    assert "later_version" in told[0]
    assert "later_key" in told[1]
    assert settings.own[0] == prod(file.parent)
    add_profile(file, Profile("new", "https://new.example", Prompt()))
    after = file.read_bytes()
    assert after.startswith(later.encode())
    settings = load({"BUTLR_TUI_CONFIG": str(file)})
    assert [problem.sentence for problem in settings.problems] == told
    assert [profile.name for profile in settings.own] == ["prod", "lab", "typed", "new"]
