"""The whole walk, told by a program that knows nothing but the contract."""

import asyncio

from tests.support.house import House
from tests.support.walk import walk


def test_five_participants_see_the_same_five_hundred_messages_in_one_order(house: House) -> None:
    report = asyncio.run(walk(house.base, 500))
    assert report.sent == 500
    assert report.faults() == []
