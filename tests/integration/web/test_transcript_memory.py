"""A transcript is sent as it is read: how long it is makes no difference to the memory of the web process."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.web.filled import fill
from tests.support.client import Venue, browser, make_room
from tests.support.house import House
from tests.support.memory import read, web_worker

FEW, MANY = 2_000, 60_000
MORE_BYTES = 4_000_000  # what the allocator may keep; every large file with all messages is over twice as large
SECONDS = 60


@pytest.fixture(scope="module")
def rooms(house: House) -> tuple[Venue, Venue]:
    """A small room and a large one."""
    with browser(house.base) as http:
        small, large = make_room(house.base, http), make_room(house.base, http)
    fill(house, small.name, FEW)
    fill(house, large.name, MANY)
    return small, large


@pytest.mark.parametrize("form", ["", ".txt", ".csv", ".json", "?only=questions"])
def test_a_transcript_thirty_times_as_long_takes_no_more_memory(
    house: House, rooms: tuple[Venue, Venue], form: str
) -> None:
    (small, large), worker = rooms, web_worker(house)
    short, long = (f"{house.base}/{venue.name}/transcript{form}" for venue in (small, large))
    read(worker, short, SECONDS)  # whatever is made at the first use is made
    before, after = read(worker, short, SECONDS), read(worker, long, SECONDS)
    assert after.size > before.size * 25, "both were read to their ends"
    assert after.peak - before.peak < MORE_BYTES


def test_a_long_page_is_many_lists_that_need_not_be_laid_out(house: House, rooms: tuple[Venue, Venue]) -> None:
    page = httpx.get(f"{house.base}/{rooms[0].name}/transcript", timeout=SECONDS, trust_env=False).text
    lists = page.split('<ol class="transcript__list"')[1:]
    assert [each.count('<li class="entry"') for each in lists] == [500] * (FEW // 500)
