"""Sealing a secret for somebody without a screen: what is asked, what is told, and what it takes to close."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from butlr_tui.delivery.clipboard.copy import ClipboardDigest, Outcome, Report, Route
from butlr_tui.delivery.formats import Format
from butlr_tui.flows.context import FlowContext
from butlr_tui.flows.create import CreateResult, Draft, FilledForm, create
from butlr_tui.flows.destinations import first_destination
from butlr_tui.flows.hand_over import Close, Copy, Seal, SecretInHand
from butlr_tui.flows.host import Choose, Confirm
from butlr_tui.operations import destinations
from tests.flows.scripted import After, ScriptedHost, as_host
from tests.support.keys import Key, key


@pytest.fixture
def anna(tmp_path: Path) -> Key:
    return key(tmp_path, "ed25519")


def knowing(context: FlowContext, *keys: str) -> FlowContext:
    """Where the settings have Anna, with these keys."""
    return context._replace(recipients={"anna": keys})


def filled(to: str) -> FilledForm:
    return FilledForm(Draft("kiosk"), to)


def sealed_files() -> list[Path]:
    return [*Path.home().glob("kiosk.client_*.age")]


async def test_a_create_for_somebody_is_tried_sealed_and_stored(context: FlowContext, anna: Key) -> None:
    host = ScriptedHost([filled("seal:anna"), After("signs in:", Close())])
    result = await create(as_host(host), knowing(context, anna.public), Draft())
    assert isinstance(result, CreateResult)
    (file,) = sealed_files()
    told = f"sealed for anna ({anna.fingerprint}) and saved to ~/{file.name}, read back and equal"
    assert host.said == [f"✓ “kiosk” is created; its secret is {told}."]
    assert f"✓ for anna at 12:04: {told}" in host.told[-1]
    assert file.read_text().startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    await context.session.history.refresh()
    line = context.session.history.journal_line(result.created.credentials.client_id)
    assert f"its secret was sealed for anna ({anna.fingerprint}) and went to ~/{file.name}." in line
    assert await first_destination(context.profile) == "clipboard"  # whom it was for is no habit


async def test_a_key_that_can_not_be_used_is_told_in_the_form_and_nothing_is_sent(
    context: FlowContext,
) -> None:
    host = ScriptedHost([filled("seal:anna"), None])
    assert await create(as_host(host), knowing(context, "ecdsa-sha2-nistp256 AAAA"), Draft()) is None
    assert host.faults[-1].startswith("✗ Nothing can be sealed for anna. A key can't be used")
    assert host.faults[-1].endswith("Nothing was created; <create> tries again.")
    assert not sealed_files()


async def test_the_open_pair_is_sealed_and_saved(context: FlowContext, anna: Key) -> None:
    offered: list[str] = []

    def chooses(question: Choose) -> str:
        offered.append(question.options[0].more)
        return "anna"

    host = ScriptedHost(
        [filled("clipboard"), After("→ secret", Seal()), chooses, "file", After("✓ for anna", Close())]
    )
    await create(as_host(host), knowing(context, anna.public), Draft())
    assert offered == [anna.fingerprint]
    assert len(sealed_files()) == 1
    assert host.said[0].startswith("✓ “kiosk” is created; its secret is sealed for anna")


async def test_a_copy_of_what_is_sealed_closes_with_the_clipboards_question(
    context: FlowContext, anna: Key
) -> None:
    host = ScriptedHost(
        [
            filled("clipboard"),
            After("→ secret", Seal()),
            "anna",
            "clipboard",
            After("→ for anna", Close()),
            True,
        ]
    )
    result = await create(as_host(host), knowing(context, anna.public), Draft())
    assert isinstance(result, CreateResult)
    assert isinstance(host.asked[-1], Confirm)
    assert result.delivery.digest is None
    assert (
        f"→ for anna at 12:04: Sealed for anna ({anna.fingerprint}). Sent to your terminal" in host.told[-1]
    )
    assert not sealed_files()


async def test_a_verified_copy_of_what_is_sealed_is_left_in_the_clipboard(
    context: FlowContext, anna: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way there is tried with real X servers elsewhere."""

    async def copy(text: SecretStr, *_: object, **__: object) -> Report:
        return Report(Outcome.VERIFIED, Route.NATIVE, "Copied, and verified.", ClipboardDigest.of(text))

    monkeypatch.setattr(destinations, "copy", copy)
    host = ScriptedHost(
        [
            filled("clipboard"),
            After("✓ secret", Seal()),
            "anna",
            "clipboard",
            After("✓ for anna", Close()),
            True,
        ]
    )
    result = await create(as_host(host), knowing(context, anna.public), Draft())
    assert isinstance(result, CreateResult)
    assert result.delivery.digest is None


async def test_who_goes_back_seals_nothing(context: FlowContext, anna: Key) -> None:
    host = ScriptedHost(
        [filled("clipboard"), After("→ secret", Seal()), None, Seal(), "anna", None, Copy(Format.ENV),
         After("→ .env", Close()), True]
    )  # fmt: skip
    await create(as_host(host), knowing(context, anna.public), Draft())
    assert not sealed_files()
    assert "for anna" not in host.told[-1]


async def test_somebody_whose_key_can_not_be_used_is_told_as_that(context: FlowContext) -> None:
    host = ScriptedHost([filled("clipboard"), After("→ secret", Seal()), "anna", None, Close(), True])
    await create(as_host(host), knowing(context, "/nonexistent/anna.pub"), Draft())
    assert "✗ Nothing can be sealed for anna. /nonexistent/anna.pub can't be read" in host.faults[3]
    choice = host.asked[3]
    assert isinstance(choice, Choose)
    assert choice.options[0].more.startswith("✗ /nonexistent/anna.pub can't be read")


async def test_it_is_offered_only_where_there_is_somebody(context: FlowContext) -> None:
    offered: list[bool] = []

    def closes(question: SecretInHand) -> Close:
        offered.append(question.has_recipients)
        return Close()

    for there in (context, knowing(context, "age1…")):
        host = ScriptedHost([filled("clipboard"), After("→ secret", closes), True])
        await create(as_host(host), there, Draft())
    assert offered == [False, True]
