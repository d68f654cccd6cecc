"""What tells something by its ground alone, which forced colours take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What must have an edge or a ground that forced colours leave, wherever it is seen.
MARKED = """
  .message[data-own] .message__text, .message[data-calls] .message__text, .glyph, .button, .badge, .count, .pill,
  .flag, .tabs__tab[aria-selected=true], .choices__one[aria-current], .vote, .composer__ask[aria-pressed=true],
  .projector__tools [aria-pressed=true], .log__mark--unread, .notice, .banner, .dialog, .tabs__news:not(:empty),
  .card, .choices, .stamp, .embed__head, .address-field, .field select,
  .field input:not(.address-field input, [type=checkbox])
"""
# A border that is transparent is drawn in forced colours, a shadow and a background are not.
_UNMARKED = """
(marked) => [...document.querySelectorAll(marked)].filter((e) => {
  if (!e.checkVisibility({ visibilityProperty: true }) || e.getBoundingClientRect().width < 2) return false;
  const edged = (style) => ["Top", "Bottom", "Left", "Right"].some((side) =>
    style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
  const lined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return ![null, "::after", "::before"].map((part) => getComputedStyle(e, part))
    .some((style) => edged(style) || lined(style) || style.forcedColorAdjust === "none");
}).map((e) => `${e.tagName}.${e.className}`)
"""


def faults(page: Page) -> list[str]:
    """What carries meaning on a page and has no line where the system gives the colours."""
    page.emulate_media(forced_colors="active")
    found: list[str] = page.evaluate(_UNMARKED, MARKED)
    page.emulate_media(forced_colors="none")
    return sorted(set(found))
