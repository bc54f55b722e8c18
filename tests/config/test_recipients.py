"""Whom a secret can be sealed for, as the settings say it: never for fewer, or for others, than were meant."""

from pathlib import Path

import pytest

from butlr_tui.config.show import describe
from tests.config.conftest import Read

ANNA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW anna@laptop"
BEN = "age1" + "q" * 58
PROD = '[profiles.prod]\nbase_url = "https://x"\n'


def test_keys_files_and_groups(read: Read, file: Path) -> None:
    settings = read(
        f'[recipients]\nanna = "{ANNA}"\nben = ["{BEN}", "~/ben.pub", "keys/ben.pub", "/a b/ben.pub"]\n'
        'all = ["anna", "ben", "anna"]\nfile = "carl.pub"\n'
    )
    bens = (BEN, f"{Path.home()}/ben.pub", f"{file.parent}/keys/ben.pub", "/a b/ben.pub")
    assert settings.problems == ()
    assert settings.recipients == {
        "anna": (ANNA,),
        "ben": bens,
        "all": (ANNA, *bens),
        "file": (f"{file.parent}/carl.pub",),
    }
    assert settings.origins["recipients", "anna"] == 2


NO_KEYS = "anna must be a public key, a path to a .pub file, or a list of these and of names."
PRIVATE = "anna: a private key does not belong in here, only the public one that goes with it."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("recipients = 1", "recipients must be a table, begun with the line [recipients]."),
        (
            '[recipients]\n"a b" = "x"',
            "“a b” can't be a recipient's name: letters, digits, “.”, “_” and “-” can.",
        ),
        ("[recipients]\nanna = 1", NO_KEYS),
        ("[recipients]\nanna = []", NO_KEYS),
        ('[recipients]\nanna = ["x", 1]', NO_KEYS),
        ('[recipients]\nanna = "AGE-SECRET-KEY-1canary"', PRIVATE),
        ('[recipients]\nanna = "-----BEGIN OPENSSH PRIVATE KEY-----"', PRIVATE),
        (
            '[recipients]\nanna = "x.pub"\nteam = ["ana"]',
            "team: “ana” is no key, no path and no other recipient. Did you mean “anna”?",
        ),
        ('[recipients]\na = ["b"]\nb = ["a"]', "a: it is a part of itself, by way of b."),
    ],
)
def test_what_can_not_be_meant_leaves_its_name_out(read: Read, text: str, told: str) -> None:
    settings = read(text)
    assert settings.problems[0].sentence == told
    assert set(settings.recipients) <= {"anna"} - {told.partition(":")[0].partition(" ")[0]}


def test_a_group_is_not_sealed_for_without_one_of_its_members(read: Read) -> None:
    settings = read(f'[recipients]\nanna = "{ANNA}"\nben = ["nobody"]\nteam = ["anna", "ben"]\n')
    assert set(settings.recipients) == {"anna"}
    assert len(settings.problems) == 2


def test_a_default_destination_may_be_somebody(read: Read) -> None:
    for chosen in ("seal:anna", "seal:anna=~/x/{name}.age"):
        settings = read(f'[recipients]\nanna = "{ANNA}"\n{PROD}default_destination = "{chosen}"')
        assert settings.problems == ()
        assert settings.profile("prod").default_destination == chosen
    settings = read(f'[recipients]\nanna = "{ANNA}"\n{PROD}default_destination = "seal:ana"')
    assert [problem.sentence for problem in settings.problems] == [
        "There is no recipient “ana”. Did you mean “anna”?"
    ]
    assert settings.profile("prod").default_destination == ""


def test_config_shows_them(read: Read) -> None:
    lines = describe(read(f'[recipients]\nanna = "{ANNA}"\n'))
    start = lines.index("recipients")
    assert lines[start + 1].split() == [
        "anna", "ssh-ed25519", "AAAAC3NzaC1l…HsKLqeplhpW", "anna@laptop", "config.toml:2",
    ]  # fmt: skip
    assert "recipients" not in describe(read(""))
