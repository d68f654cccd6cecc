"""What somebody meets who has made a page two or four times as large: what sticks out, is cut off or out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.settle import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What is shortened on purpose, and stands in full elsewhere: in the tab's title, on the poster, in the room.
SHORTENED = """
  .room-head__title, .rooms__title *, .address-field__host, .composer__label, .pinned__text, .slide__title,
  .spotlight__text, .projector__title, .poster__title, .visually-hidden, .message[data-continued] *
"""

_FAULTS = """
async ([shortened]) => {
  const found = [];
  const [page, dialog] = [document.scrollingElement, document.querySelector("dialog[open]")];
  const menu = document.querySelector("details[open].menu");
  const root = dialog ?? document.body;
  const hides = (overflow) => ["hidden", "clip"].includes(overflow);
  const words = (e) => e.innerText?.trim().replace(/\\s+/g, " ").slice(0, 30) ?? "";
  const name = (e) => (e ? `${e.tagName}.${e.className?.baseVal ?? e.className} ${words(e)}` : "nothing");
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();

  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`);
  for (const e of root.querySelectorAll(":not(svg, svg *, input, textarea)")) {
    const [style, box] = [getComputedStyle(e), e.getBoundingClientRect()];
    if (!shown(e) || box.width < 2 || box.height < 2) continue;
    const [wide, high] = [e.scrollWidth > e.clientWidth + 1, e.scrollHeight > e.clientHeight + 1];
    if (wide && style.overflowX === "auto") found.push(`scrolls sideways: ${name(e)}`);
    if (e.closest(shortened)) continue;
    if ((wide && hides(style.overflowX)) || (high && hides(style.overflowY))) found.push(`is cut off: ${name(e)}`);
    const says = [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (says && (box.right > innerWidth + 1 || box.left < -1)) found.push(`sticks out: ${name(e)}`);
  }

  const stands = !dialog && [document.body, page].some((e) => hides(getComputedStyle(e).overflowY));
  for (const e of (menu ?? root).querySelectorAll("a[href]:not(.skip), button, input, select, textarea, summary")) {
    if (!shown(e) || e.type === "hidden") continue;
    e.scrollIntoView({ block: "center", inline: "nearest" });
    const box = e.getBoundingClientRect();
    const met = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2);
    const reached = met && [e, ...(e.labels ?? [])].some((one) => one.contains(met) || met.contains(one));
    if (box.width > 1 && !reached) found.push(`cannot be pressed: ${name(e)} lies under ${name(met)}`);
    if (stands && (page.scrollTop || page.scrollLeft)) found.push(`no hand can scroll to it: ${name(e)}`);
    if (stands) page.scrollTo(0, 0);
  }
  return [...new Set(found)];
}
"""
# Which part of the window the messages have, once one has scrolled to them.
_ROOM_TO_READ = """
() => {
  const list = document.querySelector("[role=log]")?.parentElement;
  if (document.querySelector("dialog[open]") || !list?.checkVisibility({ visibilityProperty: true })) return null;
  list.scrollIntoView({ block: "center" });
  const box = list.getBoundingClientRect();
  return (Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) / innerHeight;
}
"""


def faults(page: Page) -> list[str]:
    """What is wrong with a page as large as it now is."""
    settle(page)
    found: list[str] = page.evaluate(_FAULTS, [SHORTENED])
    return found


def room_to_read(page: Page) -> float | None:
    """Which part of the window the messages can have; None where there are none."""
    part: float | None = page.evaluate(_ROOM_TO_READ)
    return part
