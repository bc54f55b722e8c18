"""HOST:PATH as an operator types it."""

import pytest

from butlr_tui.delivery.far_file import BadFarFile, FarFile, far_file


@pytest.mark.parametrize(
    ("named", "host", "path"),
    [
        ("web1:/etc/hvac.env", "web1", "/etc/hvac.env"),
        ("ada@web1.example.org:a b/{name}.env", "ada@web1.example.org", "a b/{name}.env"),
        ("[::1]:x:y", "[::1]", "x:y"),
        ("ada@[fe80::1%eth0]:~/x", "ada@[fe80::1%eth0]", "~/x"),
        ("ada@corp@web_1:'$(x)'", "ada@corp@web_1", "'$(x)'"),
    ],
)
def test_what_is_meant(named: str, host: str, path: str) -> None:
    assert far_file(named) == FarFile(host, path)
    assert far_file(far_file(named).shown) == FarFile(host, path)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("-oProxyCommand=x:y",
         "“-oProxyCommand=x:y” names no host: ssh would take what begins with - for an option."),
        ("ada@-x:y", "is not HOST:PATH"),
        ("web1", "“web1” is not HOST:PATH, where HOST is what you give to ssh, such as web1 or ada@web1."),
        ("web1:", "is not HOST:PATH"),
        (":x", "is not HOST:PATH"),
        ("a b:x", "is not HOST:PATH"),
        ("$(x):y", "is not HOST:PATH"),
        ("{name}:y", "is not HOST:PATH"),
        ("web1:a\nb", "The path “a␊b” has a control character in it; choose another."),
        ("web1:~ada/x", "“~ada/x” is the home of somebody else; write the whole path."),
        ("web1:x/", "“x/” is a folder; name a file in it."),
    ],
)  # fmt: skip
def test_what_can_not_be_meant(named: str, said: str) -> None:
    with pytest.raises(BadFarFile) as told:
        far_file(named)
    assert said in str(told.value)
    assert str(told.value).isprintable()


def test_placeholders_are_slugs_and_never_another_folder() -> None:
    file = FarFile("web1", "x/{name}-{client_id}.env").filled(name="../../a b", client_id="client_1")
    assert file == FarFile("web1", "x/a-b-client_1.env")
