"""Where the system gives the colours, nothing is told by a background alone: what carries meaning has a line."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from tests.e2e import states
from tests.e2e.rooms import make_room
from tests.e2e.visitor import Visitor
from tests.support.house import House

# What must have an edge or a ground that forced colours leave, wherever it is seen.
MARKED = """
  .message[data-own] .message__text, .message[data-calls] .message__text, .glyph, .button, .badge, .count, .pill,
  .flag, .tabs__tab[aria-selected=true], .choices__one[aria-current], .vote, .composer__ask[aria-pressed=true],
  .projector__tools [aria-pressed=true], .log__mark--unread, .notice, .banner, .dialog, .tabs__news:not(:empty),
  .card, .choices, .stamp, .embed__head, .address-field, .field select,
  .field input:not(.address-field input, [type=checkbox])
"""
# A border that is transparent is drawn in forced colours, a shadow and a background are not.
UNMARKED = """
(marked) => [...document.querySelectorAll(marked)].filter((e) => {
  if (!e.checkVisibility({ visibilityProperty: true }) || e.getBoundingClientRect().width < 2) return false;
  const edged = (style) => ["Top", "Bottom", "Left", "Right"].some((side) =>
    style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
  const lined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return ![null, "::after", "::before"].map((part) => getComputedStyle(e, part))
    .some((style) => edged(style) || lined(style) || style.forcedColorAdjust === "none");
}).map((e) => `${e.tagName}.${e.className}`)
"""


def test_what_carries_meaning_by_colour_has_a_line_where_the_system_gives_the_colours(
    somebody: Callable[..., Visitor], house: House
) -> None:
    visitor, found = somebody(forced_colors="active", script=states.CAMERA), set[str]()
    walks = (
        states.around_a_room(visitor, make_room(house.base), house),
        states.in_a_room(visitor, house),
        states.as_its_host(visitor, house),
        states.on_the_wall(visitor, make_room(house.base)),
        states.in_a_frame(visitor, make_room(house.base)),
    )
    for state in chain(*walks):
        found |= {f"{state}: {fault}" for fault in visitor.page.evaluate(UNMARKED, MARKED)}
    assert found == set()
