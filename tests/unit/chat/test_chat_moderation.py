from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.chat import Asked, Check, Facts, Moderation, Outcome, Room, Verdict, make_checks
from app.chat import judge as judge_asked
from app.chat.reasons import COVERED, NOT_CHECKED, WAITS_FOR_HOST
from tests.unit.chat.conftest import asked


def judge(text: str, room: Room, checks: Sequence[Check]) -> Verdict:
    return judge_asked(asked(text, room), checks)


@dataclass
class Opinion:
    """A check that says what it is told to say, and remembers what it was asked."""

    says: Verdict | Exception | None = None
    name: str = "opinion"
    heard: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Verdict | None:
        self.heard.append(asked.text)
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


def test_what_a_check_says_about_a_text_that_it_changed_is_kept_for_the_trail(room):
    covered = Opinion(Verdict(Outcome.PASS, "•••!", COVERED, "first"))
    later = Opinion(Verdict(Outcome.PASS, "•••", None, "second"))
    assert judge("hm!", room, (covered, later)) == Verdict(Outcome.PASS, "•••", COVERED, "first")


def test_what_was_covered_stays_covered_whoever_holds_it_afterwards(room):
    covered = Opinion(Verdict(Outcome.PASS, "•••!", COVERED, "first"))
    shaky = Opinion(RuntimeError(), "shaky")
    assert judge("hm!", room, (covered, shaky)) == Verdict(Outcome.HOLD, "•••!", NOT_CHECKED, "shaky")


def test_the_next_check_is_told_the_same_facts_about_the_new_text(room):
    heard = []

    class Curious(Opinion):
        def __call__(self, asked: Asked) -> Verdict | None:
            heard.append(asked)
            return None

    facts = Facts(device=1, own=2)
    judge_asked(asked("HM", room, facts=facts), (Opinion(Verdict(Outcome.PASS, "hm")), Curious()))
    assert [(each.text, each.facts, each.message.nickname) for each in heard] == [("hm", facts, "Ada")]


def test_in_a_room_moderated_before_everything_waits_for_the_host(a_room):
    room = a_room(moderation=Moderation.BEFORE)
    for names in ([], ["normalise", "length", "words"]):
        verdict = judge("hello", room, make_checks(names))
        assert verdict == Verdict(Outcome.HOLD, "hello", WAITS_FOR_HOST, "approve_first")
    assert WAITS_FOR_HOST == "waits for the host"


def test_a_room_moderated_before_keeps_a_checks_own_reason(a_room):
    room = a_room(moderation=Moderation.BEFORE)
    for outcome in (Outcome.HOLD, Outcome.REJECT):
        verdict = Verdict(outcome, "hm", "a reason", "first")
        checks = make_checks(["mine"], others={"mine": Opinion(verdict, "mine")})
        assert judge("hm", room, checks) == verdict
