"""Clients for the demo, as a company with smart buildings might have them."""

import time
from collections.abc import Callable
from typing import Final

from butlr_tui.service import activity
from butlr_tui.service.local import LocalService
from butlr_tui.service.minting import digest, mint
from butlr_tui.service.store import StoredClient

_SPAN: Final = 3 * 365 * 86_400
"""Seconds over which the samples were created."""

_DAY: Final = 86_400
_USED: Final = (40, 7 * 60, 5 * 3600, 2 * _DAY, 26 * _DAY, 120 * _DAY, 400 * _DAY, _SPAN)
"""Seconds since they were last used, one after the other; what was created later never was."""

# Oldest first.
_SAMPLES: Final = (
    ("hvac-sync", "Feeds room occupancy to the air handling units, every 5 minutes"),
    ("badge-gateway", "Matches badge swipes with headcounts at the turnstiles"),
    ("lobby-display", "Live occupancy on the screens in the lobby"),
    ("access-audit", "Nightly export for the security team"),
    ("ops-console", "The facilities team's own dashboard"),
    ("cleaning-planner", "Sends cleaners where people have been"),
    ("desk-booking", "Releases booked desks that stay empty for 30 minutes"),
    ("hive-provisioning", "Registers new hives during an installation"),
    ("legacy-export", ""),
    ("zurich-hq-signage", "Wayfinding screens, Zürich Hauptsitz, floors 1–6"),
    ("lighting-control", "Dims the lights in empty rooms"),
    ("energy-report", "Monthly energy use per occupied hour, for ESG reporting"),
    ("meeting-room-panels", "The tablets beside the doors"),
    ("sensor-health", "Alerts when a sensor has been silent for an hour"),
    ("grafana-datasource", "Read only; owned by the platform team"),
    ("elevator-dispatch", "Lobby headcount for the lift controller, pilot in tower B"),
    ("test-client", ""),
    ("cafeteria-queue", "Length of the lunch queue, shown on the intranet"),
    ("snowflake-loader", "Hourly load of traffic data into the warehouse"),
    ("visitor-kiosk", "Checks capacity before a visitor is let in"),
    ("parking-counter", "Garage occupancy, levels -1 to -3"),
    ("teams-bot", "Answers “is there a free room?” in Microsoft Teams"),
    ("restroom-service", "Cleans by use rather than by the clock"),
    ("münchen-lab", "Prüfstand für neue Sensoren, Gebäude 12"),
    ("bms-bridge", "BACnet gateway; contact: building-automation@"),
    ("space-planning", "Quarterly utilisation study, workplace strategy"),
    ("fire-warden-app", "Headcount per floor for evacuations"),
    ("iot-hub-relay", "Forwards detections to Azure IoT Hub"),
    ("contractor-acme", "Temporary: until the retrofit of floor 9 is done"),
    ("retail-footfall", "Visitors per entrance and hour, flagship stores"),
    ("ci-smoke-test", "Runs on every deployment of the integration layer"),
    ("digital-twin", "Positions for the 3D model of the campus"),
    ("tokyo-office", "東京オフィスの会議室パネル"),
    ("air-quality", "Joins CO2 readings with occupancy"),
    ("intranet-widget", ""),
    ("reception-tablet", "Front desk, ground floor"),
    ("data-science-sandbox", "Notebooks; read scopes would be enough"),
    ("webhook-relay", "Retries events that a subscriber missed"),
    ("mobile-app-backend", "Find a quiet corner: the employees' app"),
    ("status-page", "Tells whether sensors and hives report"),
)


def add_samples(service: LocalService, *, now: Callable[[], float] = time.time) -> int:
    """Add the samples on the first start of a folder, owned by its root client. Returns how many were added.

    Their ids are dated back over three years, their secrets known to nobody, and most were used. Raises
    StoreFailed, sqlite3.Error.
    """
    root = service.root.client_id
    if not service.root_is_new or len(service.store.list(root)) > 1:
        return 0
    step = _SPAN / len(_SAMPLES)
    oldest = now() - _SPAN
    clients: list[StoredClient] = []
    used: dict[str, int] = {}
    for index, (name, description) in enumerate(_SAMPLES):
        # Not like clockwork: up to four tenths of a step away, the same on every machine.
        created = oldest + step * (index + 0.8 * (index * 0.618 % 1))
        pair = mint(created)
        last = now() - _USED[index % len(_USED)]
        if last > created:
            used[pair.client_id] = int(last)
        secret_hash = digest(pair.client_secret.get_secret_value())
        clients.append(StoredClient(pair.client_id, root, name, description, secret_hash))
    with service.store.exclusively() as db:
        service.store.add(clients)
        activity.begin(db, oldest)
        activity.stamp(db, used)
    return len(clients)
