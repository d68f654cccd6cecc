from __future__ import annotations

import pytest

from app.chat.bans import is_handle, network_handle, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff:abcd::1", "2001:db8:1:200::/56"),
        (" 2001:db8:1:200::/56 ", "2001:db8:1:200::/56"),
        ("parley.example", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_neighbours_are_one_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_a_handle_is_the_networks_and_the_secrets() -> None:
    mine = network_handle("secret", "203.0.113.7")
    assert is_handle(mine)
    assert network_handle("secret", "203.0.113.200") == network_handle("secret", "203.0.113.0/24") == mine
    assert mine not in (network_handle("secret", "203.0.114.7"), network_handle("another", "203.0.113.7"))
    assert network_handle("secret", "nonsense") == ""
    assert not any(map(is_handle, ("", "203.0.113.7", mine[1:], mine.upper().replace("0", "X"))))
