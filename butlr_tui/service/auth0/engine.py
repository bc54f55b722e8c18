"""The whole service on an Auth0 tenant, for `serve`."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from butlr_tui.http.transport import open_client
from butlr_tui.service.app import ServiceApp, create_app
from butlr_tui.service.auth0.callers import ALGORITHM, Keys, TenantCallers
from butlr_tui.service.auth0.clocks import Clocks
from butlr_tui.service.auth0.kept_list import KeptList
from butlr_tui.service.auth0.management import Management
from butlr_tui.service.auth0.orphans import Orphans
from butlr_tui.service.auth0.pages import Pages
from butlr_tui.service.auth0.reading import Reading
from butlr_tui.service.auth0.settings import TenantSettings, read_settings
from butlr_tui.service.auth0.sign_in import TenantSignIns
from butlr_tui.service.auth0.sign_in_log import SignInLog
from butlr_tui.service.auth0.sign_in_record import SignInRecord
from butlr_tui.service.auth0.store import TenantStore
from butlr_tui.service.auth0.sweep import Sweep
from butlr_tui.service.files import DataFolderError
from butlr_tui.service.sqlite import closed_if_it_fails
from butlr_tui.service.tokens import Verifier
from butlr_tui.system.private_folders import make_private_folder
from butlr_tui.text import safe, truncate

ORPHANS: Final = "auth0-unfinished.sqlite3"
"""The file in the data folder with the creates that are not finished."""

EVERY_SECONDS: Final = 180.0
"""Between two sweeps."""
SIGN_INS: Final = "auth0-sign-ins.sqlite3"
"""The file in the data folder with what the tenant's logs told."""


@dataclass(slots=True)
class TenantService:
    """The service on a tenant, ready to be called. One event loop, from the first request on."""

    app: ServiceApp
    """The ASGI app. Needs no lifespan events."""
    store: TenantStore
    orphans: Orphans
    sweep: Sweep
    _reading: Reading
    _kept: KeptList
    _settings: TenantSettings
    _http: httpx.AsyncClient
    sign_ins: SignInLog
    """Tells when clients last signed in, where it `knows`."""
    _sign_in_record: SignInRecord
    _clocks: Clocks
    _beside: asyncio.Task[None] | None = None

    def greeting(self) -> list[str]:
        """What its operator should know at the start."""
        domain = truncate(safe(self._settings.url.partition("://")[2]), 80)
        return [
            f"The clients are in the Auth0 tenant {domain}. `butlr-tui serve check` tells whether it is set up."
        ]

    async def start(self) -> None:
        """Begin to sweep away orphans, and to read the tenant's logs: at once, and every few minutes."""
        self._beside = asyncio.create_task(self._forever())

    async def _forever(self) -> None:
        while True:
            await self.sweep.try_once()
            await self.sign_ins.try_once()
            self._kept.forget_old()
            await self._clocks.sleep(EVERY_SECONDS)

    async def stop(self) -> None:
        """End these and the connections to the tenant."""
        if self._beside is not None:
            self._beside.cancel()
            await asyncio.wait({self._beside})
        await self._reading.end()
        await self._http.aclose()

    def close(self) -> None:
        """Close the files."""
        self.orphans.close()
        self._sign_in_record.close()


def open_tenant_service(
    data: Path,
    environment: Mapping[str, str],
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    clocks: Clocks | None = None,
) -> TenantService:
    """Open the service on the tenant that `environment` names; `data` is for the record of unfinished creates.

    `transport` takes the network's place. Asks the tenant nothing yet. Raises DataFolderError, BadSetting.
    """
    settings = read_settings(environment)
    clocks = clocks or Clocks()
    http = open_client(settings.url, transport=transport)
    try:
        make_private_folder(data)
    except OSError as error:
        raise DataFolderError(f"The data folder {data} can't be used: {error}.") from error
    orphans = Orphans(data / ORPHANS)
    with closed_if_it_fails(orphans):
        record = SignInRecord(data / SIGN_INS)
    api = Management(http, settings, clocks)
    kept = KeptList(clocks)
    reading = Reading(Pages(api), kept)
    store = TenantStore(api, reading, kept, orphans, settings.audience, clocks)
    verifier = Verifier(
        algorithm=ALGORITHM,
        issuer=settings.issuer,
        audience=settings.audience,
        now=clocks.now,
        caller_claims=settings.caller_claims,
    )
    callers = TenantCallers(Keys(http, clocks), verifier, store.exists)
    sign_ins = SignInLog(api, record, clocks)
    app = create_app(
        store,
        callers,
        TenantSignIns(http, settings.audience, clocks),
        settings.audience,
        activity=sign_ins,
    )
    sweep = Sweep(store, reading, orphans, clocks)
    return TenantService(app, store, orphans, sweep, reading, kept, settings, http, sign_ins, record, clocks)
