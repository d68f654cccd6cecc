"""Debian's Chromium, driven by Playwright: where it is, how it is started, and who may go without it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # where Playwright is missing the tests are skipped, not broken
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# One machine, nobody else's network: a browser that calls home would be our tests' traffic.
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing() -> str | None:
    """What is needed for a browser and is not here; None if nothing is."""
    program = [] if _program() else ["chromium"]
    module = [] if importlib.util.find_spec("playwright") else ["the Python module playwright"]
    return f"not installed: {', '.join(program + module)}" if program or module else None


def required() -> bool:
    """Whether a run without a browser is a failed run."""
    return "chromium" in os.environ.get("PARLEY_REQUIRE", "")


@contextmanager
def started(*args: str) -> Iterator[Browser]:
    """A browser as long as the block runs; `args` are more of its command line."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=[*ARGS, *args], headless=True)
        try:
            yield browser
        finally:
            browser.close()


def _program() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)
