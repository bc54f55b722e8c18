"""Which spellings of an address are one service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from butlr_tui.addresses import normalised

SPELLINGS = {
    "https://m2m.example.com:443": [
        "https://m2m.example.com",
        "https://m2m.example.com/",
        "HTTPS://M2M.Example.COM",
        "https://m2m.example.com.",
        "https://m2m.example.com:443/.",
        "https://m2m.example.com:000443",
        "https://m2m.example.com//",
        "https://m2m.example.com/a/..",
        "https://m2m.example.com/../",
    ],
    "https://m2m.example.com:443/a/B": [
        "https://m2m.example.com/a/B",
        "https://m2m.example.com./a/B/",
        "https://m2m.example.com/./a/./B/.",
        "https://m2m.example.com/a/x/../B",
    ],
    "https://m2m.example.com:443/a/b": ["https://m2m.example.com/a/b"],
    "https://m2m.example.com:443/a//b": ["https://m2m.example.com/a//b"],
    "http://localhost:4010": [
        "http://127.0.0.1:4010",
        "http://127.0.0.1:04010/",
        "http://127.255.0.9:4010",
        "http://localhost:4010/.",
        "HTTP://LocalHost.:4010",
        "http://[::1]:4010",
        "http://[0:0:0:0:0:0:0:1]:4010",
    ],
    "http://localhost:80": ["http://localhost", "http://127.0.0.1:80", "http://[::1]/"],
    "https://localhost:443": ["https://localhost"],
    "https://127.1:443": ["https://127.1"],  # not every resolver takes it for this machine
    "https://127.0.0.1.example:443": ["https://127.0.0.1.example"],
    "https://[fe80::a]:8443": ["https://[FE80::A]:8443", "https://[fe80:0::000a]:8443/"],
}
MALFORMED = [
    "",
    "m2m.example.com",
    "ftp://m2m.example.com",
    "https://",
    "https://.",
    "https://..:443/",
    "https://me@m2m.example.com",
    "https://m2m.example.com:",
    "https://m2m.example.com:x",
    "https://m2m.example.com/?q",
    "https://m2m.example.com /",
    "https://[::1",
    "https://[1::2::3]",
    "https://[::ffff:1.2.3]",
    "https://m2m.example.com:8\n",
]

hosts = st.from_regex(r"[a-z0-9-]{1,9}(\.[a-z0-9-]{1,9}){0,3}", fullmatch=True)
paths = st.lists(st.sampled_from(["a", "B", "%2e", "", "...", "é"]), max_size=4)
ports = st.integers(0, 65_535)
schemes = st.sampled_from(["http", "https"])


@pytest.mark.parametrize(
    ("form", "spelling"), [(form, spelling) for form, them in SPELLINGS.items() for spelling in them]
)
def test_all_spellings_of_a_service_have_one_form(form: str, spelling: str) -> None:
    assert normalised(spelling) == form


@pytest.mark.parametrize("address", MALFORMED)
def test_what_is_no_address_is_itself(address: str) -> None:
    assert normalised(address) == address


nearly = st.text("htps:/[]a1.0\n", max_size=12).map("http://".__add__)


@given(st.text() | nearly | st.sampled_from([*SPELLINGS, *MALFORMED]))
def test_it_is_made_of_anything_and_stays_as_it_is(address: str) -> None:
    assert normalised(normalised(address)) == normalised(address)


@given(schemes, hosts, ports, paths, st.data())
def test_how_it_is_spelt_makes_no_difference(
    scheme: str, host: str, port: int, path: list[str], data: st.DataObject
) -> None:
    spelt_host = "".join(data.draw(st.sampled_from([char, char.upper()])) for char in host)
    dots = [data.draw(st.sampled_from([[], ["."], ["x", ".."]])) for _ in path]
    spelt_path = "".join(f"/{'/'.join([*dot, segment])}" for dot, segment in zip(dots, path, strict=True))
    zeros, dot, end = "0" * data.draw(st.integers(0, 3)), data.draw(st.sampled_from(["", "."])), "/"
    spelling = f"{scheme.upper()}://{spelt_host}{dot}:{zeros}{port}{spelt_path}{end}"
    assert normalised(spelling) == normalised(
        f"{scheme}://{host}:{port}" + "".join(f"/{part}" for part in path)
    )


@given(schemes, hosts, ports, ports)
def test_another_port_is_another_service(scheme: str, host: str, one: int, other: int) -> None:
    same = normalised(f"{scheme}://{host}:{one}") == normalised(f"{scheme}://{host}:{other}")
    assert same == (one == other)
