"""Whoever asked the system for less motion sees none; everybody else sees the wall's calm entrance."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect
from tests.support.cable import Cable

# Notes what moves: animations and transitions of the stylesheet, those that a script starts, and scrolling that glides.
# What lasts no longer than a frame is not seen, and what only shows or hides something moves nothing.
NOTE_MOTION = """
window.moved = [];
const FRAME_MS = 17;
const note = (animation) => {
  const changed = animation.effect.getKeyframes().flatMap((each) => Object.keys(each))
    .filter((name) => !["offset", "computedOffset", "easing", "composite", "visibility"].includes(name));
  if (changed.length && animation.effect.getComputedTiming().endTime > FRAME_MS)
    window.moved.push(animation.animationName ?? animation.transitionProperty ?? "by script");
};
for (const type of ["animationstart", "transitionrun"])
  addEventListener(type, () => document.getAnimations().forEach(note), true);
const animate = Element.prototype.animate;
Element.prototype.animate = function (...how) {
  const animation = animate.apply(this, how);
  note(animation);
  return animation;
};
for (const owner of [Element.prototype, window])
  for (const name of ["scroll", "scrollTo", "scrollBy", "scrollIntoView"]) {
    const scrolls = owner[name];
    if (scrolls) owner[name] = function (...how) {
      if (how[0]?.behavior === "smooth") window.moved.push(name);
      return scrolls.apply(this, how);
    };
  }
"""
GLIDES = """
() => [...document.querySelectorAll("*")]
  .filter((e) => getComputedStyle(e).scrollBehavior !== "auto").map((e) => e.tagName)
"""


def moved(visitor: Visitor) -> set[str]:
    """What has moved on the page so far."""
    assert visitor.page.evaluate(GLIDES) == []
    return set(visitor.page.evaluate("() => window.moved"))


def on_the_wall(visitor: Visitor, room: Room) -> set[str]:
    """Messages come, one is removed, one is pinned, the slide goes up."""
    edsger, page = room.join("Edsger"), visitor.page
    edsger.say("before")
    visitor.arrives(f"{room.path}/projector")
    gone = edsger.say("to be removed")
    visitor.sees_delivered("before", "to be removed")
    room.call("POST", f"/messages/{edsger.say('pinned')}/pin")
    expect(page.get_by_role("region", name="Above all")).to_contain_text("pinned")
    room.call("DELETE", f"/messages/{gone}")
    visitor.sees("before", "pinned")
    page.get_by_role("button", name="Blank").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    # What enters is marked until it has entered, with motion or without.
    expect(page.locator("[data-entering]")).to_have_count(0)
    return moved(visitor)


def in_the_room(visitor: Visitor, room: Room, cable: Cable) -> set[str]:
    """A class talks, one looks at everything there is, and the line breaks."""
    edsger, page = room.join("Edsger"), visitor.page
    edsger.say_many([f"message {number}\nof two lines" for number in range(20)])
    visitor.arrives(room.path).joins("Ada").says("mine?")
    expect(visitor.message("mine?")).to_have_attribute("data-seq", re.compile(r"\d"))
    for place in (page.get_by_role("button", name="Send", exact=True), page.locator("[data-vote]").last):
        place.hover()
    page.locator("[data-scroller]").hover()
    page.mouse.wheel(0, -2_000)
    expect(visitor.message("mine?")).not_to_be_in_viewport()
    edsger.say("below")
    page.locator("[data-pill]").click()
    expect(visitor.message("below")).to_be_in_viewport()
    for name in ("Questions", "Messages"):
        page.get_by_role("tab", name=name).click()
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".menu > summary").click()
    cable.cut()
    expect(page.locator("[data-banner]")).to_be_visible()
    return moved(visitor)


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_for_whoever_wants_less_motion_and_the_wall_is_calm_for_all_others(
    somebody: Callable[..., Visitor], room: Room, cable: Cable, wish: str
) -> None:
    wall = on_the_wall(somebody(reduced_motion=wish, script=NOTE_MOTION), room)
    if wish == "no-preference":
        assert {"enter", "fade", "by script"} <= wall
    else:
        assert wall == set()
        page = somebody(reduced_motion=wish, script=NOTE_MOTION, cable=cable)
        assert in_the_room(page, room, cable) == set()
