"""A long conversation is read back to its beginning and down again: pages come by themselves, and nothing jumps."""

from typing import Any

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect
from tests.integration.web.filled import fill
from tests.support.house import House

MANY = 10_000
# What the page keeps, and the page of the archive that comes before something is let go again.
MOST_KEPT = 300 + 50 + 10
STEP_PX = 2_500

# Scrolls as fast as frames come until a message stands on the page. Notes how many elements there ever were, whether
# the numbers had a gap, and how far what one reads was moved by anything but the reader's hand.
SCROLL = """
async ([step, until]) => {
  const scroller = document.querySelector("[data-scroller]");
  const log = scroller.querySelector("[role=log]");
  const seen = { most: 0, gaps: 0, moved: 0 };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const edge = scroller.getBoundingClientRect().top;
  const end = Date.now() + 120_000;
  while (!log.querySelector(`[data-seq="${until}"]`)) {
    if (Date.now() > end) throw new Error(`${until} never came`);
    scroller.scrollTop += step;
    const read = [...log.querySelectorAll("[data-seq]")].find((e) => e.getBoundingClientRect().bottom > edge);
    const before = read.getBoundingClientRect().top;
    await frame();
    await frame();
    if (read.isConnected) seen.moved = Math.max(seen.moved, Math.abs(read.getBoundingClientRect().top - before));
    const all = [...log.querySelectorAll("[data-seq]")].map((e) => Number(e.dataset.seq));
    seen.most = Math.max(seen.most, log.childElementCount);
    if (all.at(-1) - all[0] !== all.length - 1) seen.gaps += 1;
  }
  return seen;
}
"""


def scrolls(visitor: Visitor, step: int, until: int) -> None:
    """Scrolls until a message is there, and sees that nothing is amiss on the way."""
    seen: dict[str, Any] = visitor.page.evaluate(SCROLL, [step, until])
    assert seen["gaps"] == 0, seen
    assert seen["most"] <= MOST_KEPT, seen
    assert seen["moved"] < 2, seen


def test_ten_thousand_messages_are_read_to_the_first_and_down_again(ada: Visitor, house: House, room: Room) -> None:
    fill(house, room.name, MANY)
    ada.arrives(room.path).joins("Ada")
    scrolls(ada, -STEP_PX, 1)
    expect(ada.page.get_by_role("button", name="Earlier messages")).to_be_hidden()
    pill = ada.page.locator("[data-pill]")
    expect(pill).to_have_text("Back to the newest")
    room.join("Edsger").say("and one for @ada, who reads above")
    expect(pill).to_have_text("1 new message@1")

    scrolls(ada, STEP_PX, 1_000)
    pill.click()
    expect(ada.message("and one for @ada, who reads above")).to_be_in_viewport()
    expect(ada.message("and one for @ada, who reads above")).to_have_attribute("data-calls", "")
    expect(ada.page.locator("[data-unread] + [data-seq]")).to_contain_text("and one for @ada")
    expect(pill).to_be_hidden()
    scrolls(ada, -STEP_PX, MANY - 700)
    scrolls(ada, STEP_PX, MANY + 1)
    ada.says("I have read it all")
    expect(ada.message("I have read it all")).to_be_in_viewport()
    expect(ada.page.locator("[data-unread]")).to_have_count(0)
