"""What rings together goes out together: parcels that follow one another become one frame."""

from __future__ import annotations

import json

from app.bus.bell import Parcel, Word, joined


def texts(parcel: Parcel) -> list[str]:
    return list(parcel.texts)


def test_parcels_that_follow_one_another_become_one() -> None:
    [one] = joined([Parcel(1, 1, ["a"]), Parcel(2, 3, ["b", "c"]), Parcel(4, 4, ["d"])], 1000)
    assert (one.first, one.last, texts(one)) == (1, 4, ["a", "b", "c", "d"])


def test_a_gap_or_an_event_told_twice_begins_another_parcel() -> None:
    parcels = [Parcel(1, 1, ["a"]), Parcel(3, 3, ["c"]), Parcel(3, 4, ["c", "d"])]
    assert [(p.first, p.last, texts(p)) for p in joined(parcels, 1000)] == [
        (1, 1, ["a"]),
        (3, 3, ["c"]),
        (3, 4, ["c", "d"]),
    ]


def test_a_joined_parcel_stays_small_enough_for_a_slow_reader() -> None:
    parcels = [Parcel(seq, seq, ["x" * 40]) for seq in range(1, 8)]
    assert [(p.first, p.last) for p in joined(parcels, 100)] == [(1, 2), (3, 4), (5, 6), (7, 7)]


def test_a_parcel_that_is_large_alone_is_left_whole() -> None:
    assert [(p.first, p.last) for p in joined([Parcel(1, 2, ["x" * 90, "y" * 90])], 100)] == [(1, 2)]


def test_nothing_joined_is_nothing() -> None:
    assert list(joined([], 100)) == []


def test_what_went_in_is_not_changed_by_joining() -> None:
    first = Parcel(1, 1, ["a"])
    list(joined([first, Parcel(2, 2, ["b"])], 100))
    assert texts(first) == ["a"]


def test_a_word_is_framed_once_for_everybody() -> None:
    word = Word('{"type":"presence","present":3}')
    assert word.frame is word.frame
    assert json.loads(word.frame[2:]) == {"type": "presence", "present": 3}
