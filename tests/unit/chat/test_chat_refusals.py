import pickle
from datetime import UTC, datetime

import pytest

from app.chat import refusals
from app.chat.actions import Lease
from app.chat.refusals import ComeLater, Leased, NameTaken, Refusal, TooFast, TooLong, Unavailable

EVERY = sorted(
    (kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, Refusal)),
    key=lambda kind: kind.__name__,
)
DONE = {
    TooLong: TooLong(151, 140),
    TooFast: TooFast(2.2),
    ComeLater: ComeLater(2.2),
    Leased: Leased(Lease("host", datetime(2026, 11, 25, 12, tzinfo=UTC)), 30),
}


def made(kind: type[Refusal]) -> Refusal:
    return DONE.get(kind) or kind()


@pytest.mark.parametrize("kind", EVERY)
def test_every_refusal_says_in_a_sentence_what_to_do(kind):
    detail = made(kind).detail
    assert detail[0].isupper()
    assert detail.endswith(".")
    verbs = "check choose write shorten wait make send read open ask speak".split()  # noqa: SIM905
    assert any(f" {verb} " in f" {detail.lower()}" for verb in verbs), detail
    assert made(kind).title
    assert not made(kind).title.endswith(".")


def test_every_refusal_has_a_code_of_its_own():
    codes = [kind.code for kind in EVERY if "code" in vars(kind)]  # one that is a kind of another has that one's
    assert len(set(codes)) == len(codes)
    assert {"too_long", "empty", "too_fast", "paused", "closed", "muted", "banned", "unauthorized", "unavailable"} <= {
        *codes
    }


@pytest.mark.parametrize("kind", EVERY)
def test_a_refusal_survives_a_trip_between_processes(kind):
    again = pickle.loads(pickle.dumps(made(kind)))
    assert (type(again), again.detail) == (kind, made(kind).detail)
    assert vars(again) == vars(made(kind))


def test_a_refusal_can_say_something_of_its_own():
    refusal = NameTaken("The name tea is in use. Try tea-2.")
    assert str(refusal) == refusal.detail == "The name tea is in use. Try tea-2."


def test_too_long_says_by_how_much():
    refusal = TooLong(151, 140)
    assert (refusal.length, refusal.limit) == (151, 140)
    assert refusal.detail == "That is 151 characters long, and 140 are allowed. Shorten it by 11."


@pytest.mark.parametrize(
    ("wait", "said"), [(0.2, "1 second "), (1, "1 second "), (1.01, "2 seconds "), (30, "30 seconds ")]
)
def test_too_fast_says_how_long_to_wait(wait, said):
    assert said in TooFast(wait).detail
    assert TooFast(wait).retry_after == wait


def test_what_is_away_can_be_tried_again():
    assert Unavailable().retry_after > 0
    assert Unavailable("The database is away. Wait a moment and try again.", 5).retry_after == 5
