"""A client for the house, and a way to make rooms in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.support.client import Venue, browser, make_room
from tests.support.house import House


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with browser(house.base) as client:
        yield client


@pytest.fixture
def a_room(house: House, http: httpx.Client) -> Callable[..., Venue]:
    """Makes rooms: `a_room(title="Übung")`."""
    return lambda **asked: make_room(house.base, http, **asked)


@pytest.fixture
def venue(a_room: Callable[..., Venue]) -> Venue:
    """A room for one test."""
    return a_room()
