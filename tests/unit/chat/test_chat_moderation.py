from dataclasses import dataclass, field

import pytest

from app.chat import Moderation, Outcome, Room, Verdict, judge
from app.chat.reasons import NOT_CHECKED, WAITS_FOR_HOST


@dataclass
class Opinion:
    """A check that says what it is told to say, and remembers what it was asked."""

    says: Verdict | Exception | None = None
    name: str = "opinion"
    heard: list[str] = field(default_factory=list)

    def __call__(self, text: str, room: Room) -> Verdict | None:
        self.heard.append(text)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def test_a_message_that_nobody_minds_passes(room):
    assert judge("hello", room, ()) == Verdict(Outcome.PASS, "hello")
    assert judge("hello", room, (Opinion(), Opinion())) == Verdict(Outcome.PASS, "hello", None, None)


def test_a_check_may_rewrite_the_text_for_the_next(room):
    second = Opinion()
    verdict = judge("HELLO", room, (Opinion(Verdict(Outcome.PASS, "hello")), second))
    assert verdict == Verdict(Outcome.PASS, "hello")
    assert second.heard == ["hello"]


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.REJECT])
def test_the_first_check_that_minds_decides(room, outcome):
    first = Opinion(Verdict(outcome, "hm", "a reason", "first"))
    second = Opinion(Verdict(Outcome.REJECT, "hm", "another", "second"))
    assert judge("hm", room, (Opinion(), first, second)) == first.says
    assert second.heard == []


@pytest.mark.parametrize(
    "trouble", [RuntimeError("boom"), RecursionError(), MemoryError(), UnicodeDecodeError("a", b"", 0, 1, "")]
)
def test_a_check_that_fails_holds_the_message_for_the_host(room, trouble):
    after = Opinion()
    verdict = judge("hello", room, (Opinion(trouble, "shaky"), after))
    assert verdict == Verdict(Outcome.HOLD, "hello", NOT_CHECKED, "shaky")
    assert NOT_CHECKED == "could not be checked"
    assert after.heard == []


def test_a_failing_check_holds_the_text_as_rewritten_so_far(room):
    checks = (Opinion(Verdict(Outcome.PASS, "clean")), Opinion(RuntimeError()))
    assert judge("raw", room, checks).text == "clean"


def test_in_a_room_moderated_before_everything_waits_for_the_host(a_room):
    room = a_room(moderation=Moderation.BEFORE)
    assert judge("hello", room, (Opinion(),)) == Verdict(Outcome.HOLD, "hello", WAITS_FOR_HOST, None)
    assert WAITS_FOR_HOST == "waits for the host"


def test_a_room_moderated_before_keeps_a_checks_own_reason(a_room):
    room = a_room(moderation=Moderation.BEFORE)
    for outcome in (Outcome.HOLD, Outcome.REJECT):
        verdict = Verdict(outcome, "hm", "a reason", "first")
        assert judge("hm", room, (Opinion(verdict),)) == verdict
