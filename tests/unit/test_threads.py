"""Calls aside: what a call raises comes to whoever asked, and is not printed besides."""

from __future__ import annotations

import pytest

from app.chat.refusals import Unavailable
from app.web.threads import aside


def refuse(wait: int) -> None:
    raise Unavailable(retry_after=wait)


def test_a_call_aside_answers_what_it_answers() -> None:
    assert aside(divmod, 7, 2) == (3, 1)


def test_a_refusal_aside_is_raised_and_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unavailable):
        aside(refuse, wait=3)
    assert capfd.readouterr() == ("", "")
