"""Which addresses are one service, however they are spelt.

Whether a profile is read-only and which entries of the journal are its own hang on this, so all who compare
addresses compare what `normalised` makes of them. What is sent, shown or written is always as it was spelt.
"""

import ipaddress
import re
from typing import Final

_ADDRESS: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/\\@:?#\[\]]*[^\s/\\@:?#\[\].])\.*"
    r"(:(?P<port>[0-9]+))?(?P<path>/[^\s?#\\]*)?",
    re.IGNORECASE | re.ASCII,
)
_DEFAULT_PORTS: Final = {"http": "80", "https": "443"}


def normalised(address: str) -> str:
    """The one form in which `address` is compared, such as `https://m2m.example.com:443/v2`.

    Scheme and host are in lower case, the port is told, and the path has neither dot segments nor a slash at
    its end; all names of this machine are `localhost`. What is no address is returned as it is. Never raises.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return address
    try:
        host = _host(match["host"].lower())
    except ValueError:
        return address
    scheme = match["scheme"].lower()
    port = (match["port"] or _DEFAULT_PORTS[scheme]).lstrip("0") or "0"
    return f"{scheme}://{host}:{port}{_path(match['path'] or '')}"


def is_loopback(host: str) -> bool:
    """Whether `host`, as it stands in an address, is this machine, spelt so that every resolver agrees.

    127.1, 0x7f.1 and the like are not.
    """
    if host.lower() == "localhost" or host == "[::1]":
        return True
    try:
        return host.isascii() and ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def _host(host: str) -> str:
    if host.startswith("["):
        host = f"[{ipaddress.IPv6Address(host[1:-1]).compressed}]"
    return "localhost" if is_loopback(host) else host


def _path(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept).rstrip("/")
