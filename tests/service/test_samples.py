"""The demo's clients."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from butlr_tui.contract import fault_in_description, fault_in_name
from butlr_tui.ids import created_at
from butlr_tui.service import activity
from butlr_tui.service.local import LocalService, open_service
from butlr_tui.service.samples import add_samples

from .conftest import Clock


def test_forty_plausible_clients_over_three_years(service: LocalService, clock: Clock) -> None:
    assert add_samples(service, now=clock) == 40
    records = service.store.list(service.root.client_id)
    samples = [record for record in records if record.client_id != service.root.client_id]
    assert len({record.name for record in samples}) == 40
    for record in samples:
        assert fault_in_name(record.name) is None
        assert fault_in_description(record.description) is None
    assert any(not record.description for record in samples)
    assert any(not record.name.isascii() for record in samples)
    ages = [datetime.fromtimestamp(clock(), UTC) - (created_at(r.client_id) or datetime.max) for r in samples]
    assert ages == sorted(ages, reverse=True)
    assert timedelta(days=1090) < ages[0] < timedelta(days=1100)
    assert timedelta(0) < ages[-1] < timedelta(days=40)
    with service.store.reading() as db:
        used = activity.last_sign_ins(db, [record.client_id for record in samples])
        assert activity.since(db) <= min(used.values())
    assert 20 < len(used) < 40
    for record in samples:
        created = created_at(record.client_id)
        assert created is not None
        assert created.timestamp() <= used.get(record.client_id, clock()) <= clock()


def test_they_are_added_once(service: LocalService, data: Path) -> None:
    assert add_samples(service) == 40
    assert add_samples(service) == 0
    assert len(service.store.list(service.root.client_id)) == 41
    again = open_service(data)
    assert add_samples(again) == 0
    again.close()


def test_an_emptied_folder_stays_empty(service: LocalService, data: Path) -> None:
    add_samples(service)
    root = service.root.client_id
    for record in service.store.list(root):
        if record.client_id != root:
            service.store.delete(root, record.client_id)
    again = open_service(data)
    assert add_samples(again) == 0
    again.close()
