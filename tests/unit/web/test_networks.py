"""Networks: neighbours are one, an address is nobody's to find, and a day later nobody can tell."""

from __future__ import annotations

import pytest

from app.web import networks

DAY, NEXT_DAY = b"d" * 32, b"n" * 32


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The day's key, as Redis would give it."""
    now = {"key": DAY}
    monkeypatch.setattr(networks.secrets, "of_the_day", lambda: now["key"])
    monkeypatch.setattr(networks, "_known", networks._Known())
    return now


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.254"),
        ("2001:db8:0:ab00::1", "2001:db8:0:abff:ffff::9"),
        ("::ffff:192.0.2.1", "192.0.2.77"),
    ],
)
def test_neighbours_are_one_network(day: dict[str, bytes], one: str, other: str) -> None:
    assert networks.network_key(one) == networks.network_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.1", "192.0.3.1"), ("2001:db8:0:ab00::1", "2001:db8:0:ac00::1"), ("10.0.0.1", "::1")]
)
def test_others_are_not(day: dict[str, bytes], one: str, other: str) -> None:
    assert networks.network_key(one) != networks.network_key(other)


@pytest.mark.parametrize("address", [None, "", "unix:", "not an address", "192.0.2.1:80"])
def test_what_is_no_address_has_no_network(day: dict[str, bytes], address: str | None) -> None:
    assert networks.network_key(address) == ""


def test_a_key_says_nothing_of_the_address(day: dict[str, bytes]) -> None:
    key = networks.network_key("192.0.2.1")
    assert len(key) == networks.KEY_LENGTH
    assert "192" not in key
    assert set(key) <= set("0123456789abcdef")


def test_the_day_after_it_is_another_one(day: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    before = networks.network_key("192.0.2.1")
    day["key"] = NEXT_DAY
    assert networks.network_key("192.0.2.1") == before, "asked again only now and then"
    monkeypatch.setattr(networks.time, "monotonic", lambda: networks._known.until + 1)
    assert networks.network_key("192.0.2.1") != before
