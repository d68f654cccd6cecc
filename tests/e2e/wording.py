"""What a page says, looked at as a translator does: what was not marked, what is still English, what lies on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Nobody's words but their own: what people wrote, addresses, times, signs, names.
OWN = """
  [data-text], [data-spotlight-text], [data-trail-text], [data-nickname], [data-you-nickname], [data-room-title],
  [data-room-rules], [data-gone], [data-line-title], [data-line-name], h1[dir=auto], .glyph, .address, time, code, kbd,
  textarea, pre, .languages__one, .brand__name, .copy-line__text, .side-card__address, .address-field__host,
  bdi, [data-stage-task], [data-asks-text], .asking__text, .eyebrow[dir=auto], .choice span[dir=auto],
  .poster__code strong, .side-card__code strong, .poster__address, .status, .entry__text b, .transcript__day,
  .projector__address, .projector__code strong, .slide__address, .slide__code strong, .projector__empty strong
"""
# Words that are the same in every language: names, and what is short for itself.
SAME = ("Parley", "JSON", "CSV", "SVG", "PNG", "UTC", "QR", "HTML", "Esc", "OBS")

# Walks along the text that is seen or read out. In the made-up language what was translated stands in brackets, which
# may lie in other nodes than the words between them.
_UNMARKED = """
([own, same]) => {
  const found = [];
  const letters = /\\p{L}{2}/u;
  const left = (text) => same.reduce((rest, word) => rest.replaceAll(word, ""), text);
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  let depth = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (element.closest("script, style, noscript") || !seen(element)) continue;
    for (const part of walker.currentNode.data.split(/([⟦⟧])/)) {
      if (part === "⟦") depth += 1;
      else if (part === "⟧") depth -= 1;
      else if (depth === 0 && letters.test(left(part)) && !element.closest(own)) found.push(part.trim());
    }
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const element of document.body.querySelectorAll(`[${name}]`)) {
      const text = element.getAttribute(name);
      if (!letters.test(left(text)) || text.includes("⟦") || !seen(element) || element.closest(own)) continue;
      found.push(`${name}=${text}`);
    }
  }
  return found;
}
"""

# Whatever can be pressed or filled in lies open: nothing else is met at its middle.
_COVERED = """
() => {
  const found = [];
  const pressed = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const element of document.querySelectorAll(pressed)) {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = element.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const frame = element.closest("[data-scroller]")?.getBoundingClientRect();
    if (frame && (y < frame.top || y > frame.bottom)) continue;
    if (box.width < 2 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const met = document.elementFromPoint(x, y);
    const over = document.querySelector("dialog[open], details[open].menu");
    if (over && !over.contains(element)) continue;
    if (met?.closest("[data-pill], [data-undo]")) continue; // it lies over what scrolls, and goes
    const label = element.labels?.[0];
    if (met && (element.contains(met) || met.contains(element) || label?.contains(met))) continue;
    found.push(`${element.tagName}.${element.className} lies under ${met?.tagName}.${met?.className}`);
  }
  return found;
}
"""

_SAID = """
() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (element.checkVisibility({ visibilityProperty: true })) found.add(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const element of document.body.querySelectorAll(`[${name}]`)) found.add(element.getAttribute(name).trim());
  return [...found];
}
"""


def unmarked(page: Page) -> list[str]:
    """What a page in the made-up language says that was not marked for translation."""
    found: list[str] = page.evaluate(_UNMARKED, [OWN, SAME])
    return found


def covered(page: Page) -> list[str]:
    """What can be pressed on a page and lies under something else."""
    found: list[str] = page.evaluate(_COVERED)
    return found


def said(page: Page) -> list[str]:
    """Every text of a page that is seen or read out."""
    found: list[str] = page.evaluate(_SAID)
    return found
