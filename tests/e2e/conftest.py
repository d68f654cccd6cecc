"""A browser for each module, people with browsers for each test, and a watch over everything they open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e import browser
from tests.e2e.rooms import Room, make_room
from tests.support.cable import Cable, cable_to
from tests.support.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.e2e.visitor import Visitor

# The machine may be busy; a page that has not answered by then will not.
PATIENCE_MS = 45_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a real browser."""
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser. For one module only: while Playwright runs, its thread has an event loop that others would trip on."""
    if why := browser.missing():
        (pytest.fail if browser.required() else pytest.skip)(why)
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)
    with browser.started() as chromium:
        yield chromium


@pytest.fixture
def somebody(chromium: Browser, house: House) -> Iterator[Callable[..., Visitor]]:
    """Calls in people, each with an own browser: `somebody()`, `somebody(viewport=PHONE)`, `somebody(cable=cable)`.

    When the test is over, none of their pages may have complained, broken the page's own rules or asked another host.
    """
    from tests.e2e.visitor import LAPTOP, Visitor, Watch

    people: list[Visitor] = []

    def enter(*, cable: Cable | None = None, script: str | None = None, **options: Any) -> Visitor:
        base = cable.base if cable else house.base
        context = chromium.new_context(**{"viewport": LAPTOP, "locale": "en-GB", **options})
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(base.removeprefix("http://"), network_may_fail=cable is not None)
        watch.over(context)
        if script:
            context.add_init_script(script)
        people.append(Visitor(base, context, context.new_page(), watch))
        return people[-1]

    yield enter
    for person in people:
        person.context.close()
    assert [fault for person in people for fault in person.watch.faults] == []


@pytest.fixture
def ada(somebody: Callable[..., Visitor]) -> Visitor:
    """Somebody at a laptop."""
    return somebody()


@pytest.fixture
def grace(somebody: Callable[..., Visitor]) -> Visitor:
    """Somebody with a phone."""
    from tests.e2e.visitor import PHONE

    return somebody(viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def cable(house: House) -> Iterator[Cable]:
    """A network cable that can be cut."""
    with cable_to(house.base) as cable:
        yield cable


@pytest.fixture
def room(house: House) -> Room:
    """An open room."""
    return make_room(house.base, title="The Nile")
