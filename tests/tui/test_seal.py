"""Sealing a secret for somebody on screen: whose keys they are is shown before, and what came of it after."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from butlr_tui.config.model import Settings
from tests.support.driver import WIDE, User, using
from tests.support.world import World
from tests.tui.sizes import every_size, sizes

pytestmark = pytest.mark.slow

ANNA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN anna@laptop"
FINGERPRINT = "SHA256:PYX4o9UfGwCwG76hFcLAEkmMS0PtIBtV9MNmVgW16Oc"
SETTINGS = Settings(Path("config.toml"), recipients={"anna": (ANNA,), "ben": ("ecdsa-sha2-nistp256 AAAA",)})


async def open_the_form(user: User, options_down: int) -> None:
    """Up to an option of where the secret goes."""
    await user.does("new")
    await user.types("kiosk")
    await user.presses("down", *["down"] * options_down)


@sizes("narrow")
async def test_whose_key_it_is_is_shown_before_the_create(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size, settings=SETTINGS) as user:
        await open_the_form(user, 2)
        await user.sees("◉ for anna", f"For {FINGERPRINT}, saved to ~/kiosk.{{client_id}}.age")
        assert await user.picture() == svg
    assert world.posts == 0


@every_size
async def test_it_is_tried_and_sealed(world: World, svg: SnapshotAssertion, size: tuple[int, int]) -> None:
    async with using(world, size, settings=SETTINGS) as user:
        await open_the_form(user, 2)
        await user.submits()
        await user.sees("✓ signs in", f"sealed for anna ({FINGERPRINT}) and saved to")
        assert await user.picture() == svg
        await user.does("close_secret")
        await user.sees("✓ “kiosk” is created; its secret is sealed for anna")
    (file,) = Path.home().glob("kiosk.client_*.age")
    assert file.read_text().startswith("-----BEGIN AGE ENCRYPTED FILE-----")


async def test_a_key_that_can_not_be_used_is_told_before_anything_is_created(world: World) -> None:
    async with using(world, settings=SETTINGS) as user:
        await open_the_form(user, 3)
        await user.sees("◉ for ben", "✗ A key can't be used")
        await user.submits()
        await user.sees("✗ Nothing can be sealed for ben.", "Nothing was created")
    assert world.posts == 0


@sizes("narrow")
async def test_the_open_pair_is_sealed_for_somebody(
    world: World, svg: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with using(world, size, settings=SETTINGS) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("→ secret at 12:04", "a seal for")
        await user.does("seal")
        await user.sees("Seal it for somebody", FINGERPRINT)
        assert await user.picture() == svg
        await user.does("answer")
        await user.sees("Seal it for anna", "save it", "copy it")
        await user.presses("down")
        await user.does("answer")
        await user.sees("→ for anna at 12:04: Sealed for anna", "✓ signs in")
        await user.does("close_secret")
        await user.sees("It is only in your clipboard.")


async def test_the_settings_may_name_somebody_and_a_path(world: World) -> None:
    world.profile = world.profile._replace(default_destination="seal:anna=~/{name}.json.age")
    async with using(world, settings=SETTINGS) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.sees("◉ for anna", f"For {FINGERPRINT}, saved to ~/kiosk.json.age")
        await user.submits()
        await user.sees("and saved to ~/kiosk.json.age, read back and equal")


async def test_whose_key_it_is_stays_in_sight_where_it_goes_to_a_file_too(world: World) -> None:
    async with using(world, settings=SETTINGS) as user:
        await open_the_form(user, 2)
        await user.does("here_too")
        await user.presses("down", "down")
        await user.sees("✓ for anna", "◉ file", f"For {FINGERPRINT}, saved to ~/kiosk.{{client_id}}.age")
        await user.submits()
        await user.sees("✓ signs in", "sealed for anna", "saved to ~/kiosk.env")


async def test_nobody_to_seal_it_for(world: World) -> None:
    async with using(world, WIDE) as user:
        await user.does("new")
        await user.types("kiosk")
        await user.submits()
        await user.sees("→ secret at 12:04")
        await user.does("seal")
        await user.sees_no("a seal for", "Seal it for somebody")
