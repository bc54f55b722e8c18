"""The M2M client service, one method per endpoint.

Source: CONTRACT.md, "The M2M client service" and "What the app tolerates, and what it refuses".
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from typing import Final, NamedTuple, TypeVar
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from butlr_tui.api import decode
from butlr_tui.api.decode import NewClient
from butlr_tui.api.incoming import OnClients, incoming
from butlr_tui.api.refusals import Call, contradiction, refusal
from butlr_tui.auth.bearer import OneToken
from butlr_tui.contract import ACTIVITY, CLIENTS_PATH, INCLUDE
from butlr_tui.http.connection_errors import where
from butlr_tui.http.deadline import Deadline
from butlr_tui.http.errors import (
    ClientNotFound,
    CredentialsRefused,
    InvalidResponse,
    NoResponse,
    NotSent,
    ServerFailed,
    ServiceError,
    SignInNeeded,
    TokenWithoutClientId,
)
from butlr_tui.http.loopback import Loopback
from butlr_tui.http.offers import Offers
from butlr_tui.http.retry import Holding, Sleep, Uniform, asks_to_wait, retry
from butlr_tui.http.transport import BODY_CAP, LIST_CAP, Response, Take, exchange, open_client
from butlr_tui.models import Client
from butlr_tui.text import safe, truncate

SIGN_IN: Final = 60.0
"""Seconds for what comes before a call is sent: a program that knows the credentials, and the sign-in."""
ONE: Final = 30.0
"""Seconds for a read or a delete of one client, all attempts together."""
CREATE: Final = 45.0
"""Seconds for a create, which is sent once."""
NEXT_ROW: Final = 30.0
"""Seconds in which a list has to give another client, or a sign of life."""
LIST: Final = 600.0
"""Seconds for a whole list, all attempts together."""
TRIAL: Final = 15.0
"""Seconds in which it has to show whether a token is accepted: somebody waits for it."""
_TRIAL_CAP: Final = 64 << 10
"""Bytes that are read of what answers a token that is tried: a refusal is short, and a list is not wanted."""

_SLICE: Final = 500
"""Clients that are handed on at a time where the list is the one that is known."""
_ETAG: Final = re.compile(r'(W/)?"[!#-~]{0,200}"', re.ASCII)
_READS: Final = "butlr_tui.reads"
"""In the extensions of a request that may also ask for the activity."""

T = TypeVar("T")
OnBytes = Callable[[int, int | None], None]


class _Known(NamedTuple):
    """The list as it was last read, and what the service calls this edition of it."""

    etag: str = ""
    clients: tuple[Client, ...] = ()


class M2MClient:
    """Reads and deletes are tried up to three times; a create is sent once. All raise ServiceError."""

    def __init__(
        self,
        base_url: str,
        auth: httpx.Auth | None,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        loopback: Loopback = Loopback(),  # noqa: B008 (immutable)
        offers: Offers | None = None,
        sleep: Sleep = asyncio.sleep,
        uniform: Uniform = random.uniform,
    ) -> None:
        """`offers` knows what the sign-in may have said already.

        Raises BadSetting for an address, a proxy or a certificate file that can't be used."""
        self._http = open_client(base_url, auth=auth, transport=transport, loopback=loopback)
        self._offers = offers or Offers()
        # Once a token is there: the reply to the sign-in may be the first to say what is offered.
        self._http.event_hooks["request"].append(self._ask_for_activity)
        self._sleep = sleep
        self._uniform = uniform
        self._known = _Known()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    @property
    def knows_activity(self) -> bool:
        """Whether the service said that it tells when clients signed in: then it is asked for that."""
        return self._offers.has_activity(self._http.base_url)

    async def list_clients(
        self,
        progress: OnBytes | None = None,
        on_clients: OnClients | None = None,
        on_again: Callable[[], None] | None = None,
        *,
        anew: bool = True,
    ) -> list[Client]:
        """All clients, in the service's order. Unless `anew`, as it may have read them lately.

        `progress` hears the bytes so far and, where the service tells, in all; `on_clients` the clients,
        some hundreds at a time while they come in; `on_again` that the reading broke off and begins anew, with the
        first of them. Where the service says that nothing has changed since, no body
        comes and they are those that were read last. They are `ActiveClient`s
        where the service tells that. Raises BadItems, which has the good ones, where some items are no clients.
        """
        deadline = Deadline(SIGN_IN, once_sent=LIST, quiet=NEXT_ROW)
        known = self._known
        is_again = False

        async def attempt() -> tuple[Response, list[Client]]:
            nonlocal is_again
            if is_again and on_again is not None:
                on_again()
            is_again = True
            call = self._call("GET", CLIENTS_PATH, "read the list", unless=known.etag, anew=anew)
            async with incoming(call, on_clients) as coming:
                answer = await self._read(
                    call,
                    deadline,
                    cap=LIST_CAP,
                    progress=progress,
                    is_progress=_is_progress,
                    take=coming.take,
                )
                return answer, [] if answer.status == 304 else await coming.end()

        answer, clients = await self._retry(attempt, deadline)
        if answer.status == 304:
            return await _again(known.clients, on_clients)
        if self._known is known:  # else it was forgotten meanwhile
            etag = answer.headers.get("etag", "")
            self._known = _Known(etag, tuple(clients)) if _ETAG.fullmatch(etag) else _Known()
        return clients

    def forget_list(self) -> None:
        """Read the list whole the next time: others may call from now on, and a service may number each caller's
        lists from 1.
        """
        self._known = _Known()

    async def get_client(self, client_id: str) -> Client:
        """One client. Raises ClientNotFound among others."""
        path = client_path(client_id)
        deadline = _for_one()

        async def attempt() -> tuple[Response, Call]:
            call = self._call("GET", path, "read the client")
            return await self._read(call, deadline), call

        answer, call = await self._retry(attempt, deadline)
        return decode.client(answer.body, active=call.asks_for_activity)

    async def create_client(self, name: str, description: str) -> NewClient:
        """Sends one POST, never a second. A result means that the client exists, with or without its secret.

        NotSent and Rejected mean that nothing was created; any other error that it may have been.
        """
        body = {"name": name, "description": description}
        call = self._call(
            "POST", CLIENTS_PATH, "create the client", content=body, new_name=truncate(safe(name), 60)
        )
        answer = await self._send(call, Deadline(SIGN_IN, once_sent=CREATE))
        if not 200 <= answer.status < 300:
            raise refusal(answer, call)
        new = decode.new_client(answer.body)
        if new.client_id is None and new.secret is None and (error := contradiction(answer, call)):
            raise error
        return new

    async def delete_client(self, client_id: str, holding: Holding = nullcontext) -> None:
        """Deletes a client. Raises ClientNotFound only where no earlier attempt may have deleted it.

        `holding` lasts while it waits since the service asked to.
        """
        path = client_path(client_id)
        deadline = _for_one()
        unclear: ServiceError | None = None
        last: ServiceError | None = None

        async def attempt() -> None:
            nonlocal unclear, last
            try:
                call = self._call("DELETE", path, "delete the client")
                answer = await self._send(call, deadline)
                if not 200 <= answer.status < 300:
                    raise _refused(answer, call)
            except (NoResponse, InvalidResponse, ServerFailed) as error:
                unclear = last = error
                raise
            except ClientNotFound:
                if unclear is None:
                    raise
            except ServiceError as error:
                last = error
                raise

        async def wait(seconds: float) -> None:
            with holding() if asks_to_wait(last) else nullcontext():
                await self._sleep(seconds)

        try:
            await retry(attempt, deadline=deadline, sleep=wait, uniform=self._uniform)
        except ServiceError as error:
            # That the last attempt was not even sent says nothing about the one before it.
            raise (unclear or error) from None

    async def try_token(self, token: SecretStr) -> None:
        """Asks the service once whether it takes this token, which no other call uses.

        Raises CredentialsRefused or TokenWithoutClientId where it does not, and what a read may raise.
        """
        request = self._http.build_request("GET", CLIENTS_PATH)
        answer = await exchange(self._http, request, cap=_TRIAL_CAP, deadline=TRIAL, auth=OneToken(token))
        if 200 <= answer.status < 300:
            return
        error = _refused(answer, Call(request, "try the token"))
        if isinstance(error, SignInNeeded) and not isinstance(error, TokenWithoutClientId):
            at, why = where(request.url), error.server_message or answer.status
            error = CredentialsRefused(
                f"{at} does not accept this token ({why}).", error.status, error.code, error.server_message
            )
        raise error

    async def _ask_for_activity(self, request: httpx.Request) -> None:
        if request.extensions.get(_READS) and self.knows_activity:
            request.url = request.url.copy_set_param(INCLUDE, ACTIVITY)

    async def _retry(self, attempt: Callable[[], Awaitable[T]], deadline: Deadline) -> T:
        return await retry(attempt, deadline=deadline, sleep=self._sleep, uniform=self._uniform)

    def _call(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        content: dict[str, str] | None = None,
        unless: str = "",
        anew: bool = False,
        new_name: str = "",
    ) -> Call:
        """What is to be sent. `unless` is the ETag of what is there already. Raises NotSent."""
        try:
            headers = {"If-None-Match": unless} if unless else {}
            if anew:
                headers["Cache-Control"] = "no-cache"
            request = self._http.build_request(method, path, json=content, headers=headers)
        except UnicodeEncodeError:  # half of a surrogate pair, as a terminal may pass on
            request = None
        if request is None:
            raise NotSent("The name or the description holds half a character, so nothing was sent.")
        request.extensions[_READS] = method == "GET"
        return Call(request, doing, new_name)

    async def _read(
        self,
        call: Call,
        deadline: Deadline,
        *,
        cap: int = BODY_CAP,
        progress: OnBytes | None = None,
        is_progress: Callable[[bytes], bool] | None = None,
        take: Take | None = None,
    ) -> Response:
        """What is there, its body given to `take` where there is one; a 304 only where the call has an ETag."""
        answer = await self._send(
            call, deadline, cap=cap, progress=progress, is_progress=is_progress, take=take
        )
        if answer.status == 304 and "If-None-Match" in call.request.headers:
            return answer
        if not 200 <= answer.status < 300:
            raise _refused(answer, call)
        if answer.incomplete is not None:
            raise answer.incomplete
        return answer

    async def _send(
        self,
        call: Call,
        deadline: Deadline,
        *,
        cap: int = BODY_CAP,
        progress: OnBytes | None = None,
        is_progress: Callable[[bytes], bool] | None = None,
        take: Take | None = None,
    ) -> Response:
        answer = await exchange(
            self._http,
            call.request,
            cap=cap,
            deadline=deadline,
            on_bytes=progress,
            is_progress=is_progress,
            take=take,
        )
        self._offers.hear(call.request.url, answer.headers)
        return answer


async def _again(known: Sequence[Client], on_clients: OnClients | None) -> list[Client]:
    if on_clients is not None:
        for start in range(0, len(known), _SLICE):
            on_clients(list(known[start : start + _SLICE]))
            await asyncio.sleep(0)
    return list(known)


def _for_one() -> Deadline:
    return Deadline(SIGN_IN, once_sent=ONE)


def _is_progress(chunk: bytes) -> bool:
    """Whether another client may be whole with it, or the service says with a line break that it is at it."""
    return b"}" in chunk or b"\n" in chunk


def client_path(client_id: str) -> str:
    """The path of a client: its id is one segment, whatever is in it. Raises NotSent.

    Quoting leaves `.` and `..` as they are, and an empty id would name the list: these are refused first.
    """
    try:
        segment = quote(client_id, safe="")
    except UnicodeEncodeError:  # half of a surrogate pair
        segment = ""
    if segment in {"", ".", ".."}:
        raise NotSent("This id can't be part of an address, so nothing was sent.")
    return f"{CLIENTS_PATH}/{segment}"


def _refused(answer: Response, call: Call) -> ServiceError:
    # A 404 that is cut short does not say whether the client or the whole service is missing.
    if answer.incomplete is not None and answer.status == 404:
        return answer.incomplete
    return refusal(answer, call)
