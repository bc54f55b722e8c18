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
_LABEL: Final = 63
_NAME: Final = 253
"""Octets of a host's name and of a label in it: RFC 1035, 2.3.4."""


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


def may_be_reached(address: str) -> bool:
    """Whether a connection to `address` can be tried: its host may be the name of one, and its port exists.

    `https://xn--/`, `https://a..b` and `https://h:65536` are none. Asks nobody.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not _is_port(match["port"] or "1") or ".." in match[0].split("/")[2]:
        return False
    host = match["host"]
    try:
        if host.startswith("["):
            ipaddress.IPv6Address(host[1:-1])
            return True
        name = _to_ascii(host)
    except ValueError:  # idna's errors are, too
        return False
    return len(name) <= _NAME and all(0 < len(label) <= _LABEL for label in name.split("."))


def _is_port(digits: str) -> bool:
    return len(digits) <= 5 and 0 < int(digits) < 1 << 16


def _to_ascii(host: str) -> str:
    """`host` as resolvers get it. Raises ValueError where it is none. httpx also decodes it, so both must go."""
    if host.isascii() and "xn--" not in host.lower():
        return host
    import idna

    encoded = idna.encode(host.lower(), uts46=True).decode()
    idna.decode(encoded)
    return encoded


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
