"""Clients as others take them: CSV, one JSON array, a JSON object a line, or Markdown. A list holds no secret.

Bytes, slice by slice: of a long list not all has to exist at once.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import StringIO
from typing import Final, NamedTuple

from pydantic_core import to_json

from butlr_tui.ids import created_seconds
from butlr_tui.listing.last_use import is_told, moment_of
from butlr_tui.models import Client
from butlr_tui.text import safe

Object = dict[str, str | None]

FIELDS: Final = ("id", "client_id", "name", "description", "created")
"""All that there is of a client, as JSON has it: its fields, and the moment that its id tells."""
ACTIVITY_FIELDS: Final = ("last_sign_in", "activity_since")
"""What there is too where the service tells it: the last sign-in, and from when on it knows of every one."""
CSV_FIELDS: Final = ("name", "client_id", "created", "description")
"""What CSV and Markdown have where nothing else is asked for.

`id` is left out: it is nearly always the `client_id`.
"""

_SLICE: Final = 256
"""Clients: few, since the event loop has its turn after each."""
_DAY: Final = 24 * 60 * 60
_DAYS: Final = 4_096
"""That are remembered as they are written: more than ten years."""
_MINUTES: Final = [f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_SECONDS: Final = [f"{second:02}Z" for second in range(60)]
_WHOLE: Final = len("2026-11-27T12:04:00Z")
_RUN: Final = frozenset("=+-@\t\r")
"""What a spreadsheet takes for the beginning of a formula, which may send away what else is in the sheet."""
_MARKUP: Final = re.compile(r"[\\`*_\[\]<>&|~$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What Markdown may take for more than text within a line."""
_CODE: Final = re.compile(r"[A-Za-z0-9_-]+")


def as_csv(clients: Sequence[Client], fields: Sequence[str] = CSV_FIELDS) -> Iterator[bytes]:
    """A line with the fields' names, then one for each client, as RFC 4180 has them, in UTF-8.

    A cell that a spreadsheet would run has a `'` in front. What the id does not tell is empty.
    """
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(fields)
    for some in sliced(clients):
        writer.writerows(zip(*(_cells(some, field) for field in fields), strict=True))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def as_json_array(clients: Sequence[Client], fields: Sequence[str] = FIELDS) -> Iterator[bytes]:
    """One array with an object for each client, in a line."""
    between = b"["
    for some in sliced(clients):
        yield between + json_document(objects(some, fields))[1:-1]
        between = b","
    yield b"[]\n" if between == b"[" else b"]\n"


def as_json_lines(clients: Sequence[Client], fields: Sequence[str] = FIELDS) -> Iterator[bytes]:
    """An object for each client, each in a line of its own."""
    for some in sliced(clients):
        yield b"".join(json_document(each) + b"\n" for each in objects(some, fields))


def as_markdown(clients: Sequence[Client], fields: Sequence[str] = CSV_FIELDS) -> Iterator[bytes]:
    """A table as GitHub, GitLab and most others draw it, in UTF-8.

    What a service sent is text in it and nothing else: no link, picture or tag. Control characters and line breaks
    are shown as their pictures.
    """
    yield f"| {' | '.join(fields)} |\n|{' --- |' * len(fields)}\n".encode()
    for some in sliced(clients):
        columns = [_in_markdown(some, field) for field in fields]
        yield "".join(f"| {' | '.join(cells)} |\n" for cells in zip(*columns, strict=True)).encode()


def json_document(value: object) -> bytes:
    """A value as JSON. Escapes what is not ASCII, so that nothing in it acts on a terminal."""
    # As bytes, and not by the json module: a long list takes a fourth of the time. Escaping doubles it.
    document = to_json(value)
    return document if document.isascii() else to_json(value, ensure_ascii=True)


def sliced(clients: Sequence[Client]) -> Iterator[Sequence[Client]]:
    """A long list in parts that stay in the processor's cache, which makes it a fourth faster."""
    return (clients[start : start + _SLICE] for start in range(0, len(clients), _SLICE))


def objects(clients: Sequence[Client], fields: Sequence[str] = FIELDS) -> list[Object]:
    """These fields of each client, in this order; None where the id tells no time, or the service no activity."""
    whole: list[Object] = [
        {
            "id": client.id,
            "client_id": client.client_id,
            "name": client.name,
            "description": client.description,
            "created": moment,
        }
        for client, moment in zip(clients, _created(clients), strict=True)
    ]
    if fields == FIELDS:
        return whole
    for field in ACTIVITY_FIELDS:
        if field in fields:
            for each, moment in zip(whole, _moments(clients, field), strict=True):
                each[field] = moment
    if fields == (*FIELDS, *ACTIVITY_FIELDS):
        return whole
    return [{field: each[field] for field in fields} for each in whole]


def _cells(clients: Sequence[Client], field: str) -> Iterable[str | None]:
    if field == "created":
        return _created(clients)
    if field in ACTIVITY_FIELDS:
        return _moments(clients, field)
    texts = [getattr(client, field) for client in clients]
    return [f"'{text}" if text[:1] in _RUN else text for text in texts]


def _in_markdown(clients: Sequence[Client], field: str) -> Iterable[str]:
    if field == "created":
        return [moment or "" for moment in _created(clients)]
    if field in ACTIVITY_FIELDS:
        return [moment or "" for moment in _moments(clients, field)]
    texts = [safe(getattr(client, field)) for client in clients]
    if field in ("id", "client_id"):
        return [f"`{text}`" if _CODE.fullmatch(text) else _escaped(text) for text in texts]
    return map(_escaped, texts)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def _moments(clients: Sequence[Client], field: str) -> list[str | None]:
    """What the service told of their activity, as ISO 8601 has it; None where that is nothing."""
    return [
        None if told is None else _written(told) for told in [getattr(one, field, None) for one in clients]
    ]


@lru_cache(_SLICE)  # from when on the service knows is the same for all of them
def _written(told: str) -> str | None:
    moment = moment_of(told)
    if moment is None:
        return None
    is_so_already = len(told) == _WHOLE and told.endswith("Z")
    return told if is_so_already else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _created(clients: Sequence[Client]) -> list[str | None]:
    """The moments of the ids as ISO 8601 has them.

    Put together from parts that many share: a list may hold 100,000, and isoformat() takes five times as long.
    """
    return [
        None
        if second is None
        else f"{_day(second // _DAY)}{_MINUTES[second // 60 % len(_MINUTES)]}{_SECONDS[second % 60]}"
        for second in created_seconds([client.client_id for client in clients])
    ]


@lru_cache(_DAYS)
def _day(number: int) -> str:
    """The day with this number after 1970-01-01, as ISO 8601 has it."""
    return f"{datetime.fromtimestamp(number * _DAY, UTC):%Y-%m-%d}"


class Form(NamedTuple):
    """A way in which clients are written down."""

    write: Callable[[Sequence[Client], Sequence[str]], Iterator[bytes]]
    fields: Sequence[str]
    """What is in it where nothing else is asked for."""
    activity: Sequence[str]
    """What is in it too where the service tells it."""
    title: str
    ending: str
    """Of the name of a file that holds it."""

    def of(self, clients: Sequence[Client], *, tells_use: bool | None = None) -> Iterator[bytes]:
        """The clients, with what this form has of them, in parts.

        `tells_use`: whether the service tells when they were last used; as these tell, unless given.
        """
        if tells_use is None:
            tells_use = is_told(clients)
        return self.write(clients, (*self.fields, *self.activity) if tells_use else self.fields)


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form(as_csv, CSV_FIELDS, ACTIVITY_FIELDS[:1], "CSV", ".csv"),
    "json": Form(as_json_array, FIELDS, ACTIVITY_FIELDS, "JSON", ".json"),
    "jsonl": Form(as_json_lines, FIELDS, ACTIVITY_FIELDS, "JSON lines", ".jsonl"),
    "markdown": Form(as_markdown, CSV_FIELDS, ACTIVITY_FIELDS[:1], "Markdown", ".md"),
}
"""By the names that `list` knows them by."""
