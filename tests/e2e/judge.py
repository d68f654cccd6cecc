"""axe-core, which judges pages by the rules of WCAG: where it is, who may go without it, and what it says of a page."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.settle import settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

# `make test` installs it there where npm is found (tests/e2e/axe/package.json).
AXE = Path(__file__).resolve().parents[2] / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What another theme can change: the page is the same, its colours are not.
COLOURS = ("color-contrast", "link-in-text-block")

# Given to the page as a function: the page's own policy lets no script in that the house has not sent.
_JUDGE = """
async ([only]) => {
  const found = await axe.run(document, {
    runOnly: only, resultTypes: ["violations"], preload: false, rules: { "target-size": { enabled: true } },
  });
  return found.violations.map((rule) => ({
    rule: rule.id, help: rule.help,
    where: rule.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary.replace(/\\s+/g, " ")}`),
  }));
}
"""


def missing() -> str | None:
    """Why pages cannot be judged here; None if they can."""
    return None if AXE.is_file() else "not installed: axe-core (npm)"


def required() -> bool:
    """Whether a run without it is a failed run."""
    return "axe" in os.environ.get("PARLEY_REQUIRE", "").split(",")


def faults(page: Page, themes: Iterable[str] = ("light", "dark")) -> list[str]:
    """What is wrong with a page as it now is, in each theme; the page keeps the last one."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())
    found = []
    for number, theme in enumerate(themes):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        settle(page)
        only = {"type": "rule", "values": COLOURS} if number else {"type": "tag", "values": RULES}
        violations: list[dict[str, Any]] = page.evaluate(_JUDGE, [only])
        found += [f"{theme}: {each['rule']} ({each['help']}) {each['where'][:3]}" for each in violations]
    return found


@cache
def _source() -> str:
    return AXE.read_text()
