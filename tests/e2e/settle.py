"""Until what moves on a page has come to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What fades has not its own colours yet, what enters not its place. What pulses for ever is not waited for, nor what
# lies in a fold that is shut.
_SETTLED = """
() => Promise.allSettled(document.getAnimations()
  .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity && effect.target.checkVisibility())
  .map((one) => one.finished))
"""


def settle(page: Page) -> None:
    """Waits until nothing on the page fades or moves any more."""
    page.evaluate(_SETTLED)
