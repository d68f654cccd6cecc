"""The checker finds what it is there for: each kind of fault, planted on purpose, and nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.checker import KINDS, Case, check, count, tell
from tests.faults.diary import RESET, Book, Diary, Kept, Saying, Sight

AULA, LAB = "aula", "lab"


def said(number: int, **more: object) -> Saying:
    """Ada's message of this number: said, and told two places later."""
    saying = Saying(f"id-{number}", f"Ada says {number}", at=number, sent=number * 10, told=number * 10 + 2)
    saying.told_at, saying.verdict = number + 0.1, "accepted"
    for name, value in more.items():
        setattr(saying, name, value)
    return saying


def sight(seq: int, number: int | None = None) -> Sight:
    number = seq if number is None else number
    return Sight(seq, "message", f"id-{number}", f"Ada says {number}", "ada", at=seq + 0.2)


def book(*numbers: int) -> Book:
    kept = [Kept(f"id-{n}", "shown", seq, f"Ada says {n}", "ada") for seq, n in enumerate(numbers, 1)]
    return Book([(each.seq or 0, "message", each.id) for each in kept], {each.id: each for each in kept})


@pytest.fixture
def ada() -> Diary:
    return Diary("Ada", AULA, "ada", said={f"id-{n}": said(n) for n in (1, 2, 3)}, seen=[sight(n) for n in (1, 2, 3)])


@pytest.fixture
def bob() -> Diary:
    return Diary("Bob", AULA, "bob", seen=[sight(n) for n in (1, 2, 3)])


@pytest.fixture
def cleo() -> Diary:
    """Somebody in another room."""
    return Diary("Cleo", LAB, "cleo")


@pytest.fixture
def case(ada: Diary, bob: Diary, cleo: Diary) -> Case:
    return Case([ada, bob, cleo], {AULA: book(1, 2, 3), LAB: book()})


def kinds(case: Case) -> set[str]:
    return {fault.kind for fault in check(case)}


def kept(case: Case, number: int, **more: object) -> None:
    messages = case.books[AULA].messages
    assert isinstance(messages, dict)
    messages[f"id-{number}"] = replace(messages[f"id-{number}"], **more)  # type: ignore[arg-type]


def test_where_all_is_well_nothing_is_found(case: Case) -> None:
    assert check(case) == []
    assert tell(check(case)) == "nothing lost, nothing twice, one order"
    assert set(count(check(case)).values()) == {0}


def test_a_message_that_was_accepted_and_is_nowhere_is_lost(case: Case, ada: Diary) -> None:
    ada.said["id-4"] = said(4)
    assert kinds(case) == {"lost"}
    assert "'Ada says 4' was accepted" in tell(check(case))


def test_a_message_that_was_never_answered_may_be_gone(case: Case, ada: Diary) -> None:
    ada.said["id-4"] = said(4, told=None, verdict="")
    assert check(case) == []


def test_a_held_message_that_is_not_in_the_store_is_lost_too(case: Case, ada: Diary) -> None:
    ada.said["id-4"] = said(4, verdict="held")
    assert kinds(case) == {"lost"}


def test_a_client_that_was_not_shown_the_end_is_stuck(case: Case, bob: Diary) -> None:
    bob.seen.pop()
    assert kinds(case) == {"stuck"}


def test_a_message_that_took_too_long_to_its_author_was_stuck(case: Case, ada: Diary) -> None:
    ada.seen[2] = replace(ada.seen[2], at=100.0)
    assert kinds(case) == {"stuck"}
    assert kinds(replace(case, patience=200.0)) == set()


def test_a_number_that_is_shown_twice_is_found(case: Case, bob: Diary) -> None:
    bob.seen.insert(2, sight(2))
    assert kinds(case) == {"duplicated"}


def test_a_message_under_two_numbers_is_found(ada: Diary) -> None:
    ada.seen.append(sight(4, 2))
    twice = book(1, 2, 3)
    events = [*twice.events, (4, "message", "id-2")]
    assert kinds(Case([ada], {AULA: Book(events, twice.messages)})) == {"duplicated"}


def test_the_same_from_the_beginning_after_a_reset_is_no_fault(case: Case, bob: Diary) -> None:
    bob.seen = [sight(1), sight(2), Sight(RESET, "reset"), sight(1), sight(2), sight(3)]
    assert check(case) == []


def test_numbers_that_come_in_another_order_are_found(case: Case, bob: Diary) -> None:
    bob.seen = [sight(2), sight(1), sight(3)]
    assert "reordered" in kinds(case)


def test_a_number_that_is_left_out_is_found(case: Case, bob: Diary) -> None:
    del bob.seen[1]
    assert kinds(case) == {"gap"}


def test_a_number_that_the_store_left_out_is_found(case: Case) -> None:
    whole = case.books[AULA]
    case = replace(case, books={AULA: Book([*whole.events, (5, "room", "")], whole.messages), LAB: book()})
    assert "gap" in kinds(case)


def test_messages_that_overtake_what_was_accepted_before_they_were_said_are_found(ada: Diary) -> None:
    ada.seen = [sight(1, 2), sight(2, 1)]
    ada.said = {"id-1": said(1, tries=2), "id-2": said(2, tries=2)}
    assert kinds(Case([ada], {AULA: book(2, 1)})) == {"reordered"}


def test_messages_that_overtake_each_other_on_their_way_are_found(ada: Diary) -> None:
    ada.seen = [sight(1, 2), sight(2, 1)]
    ada.said = {"id-1": said(1, told=30), "id-2": said(2, told=31)}
    assert kinds(Case([ada], {AULA: book(2, 1)})) == {"reordered"}


def test_what_was_said_again_as_it_was_refused_may_come_later(ada: Diary) -> None:
    ada.seen = [sight(1, 2), sight(2, 1)]
    ada.said = {"id-1": said(1, told=30, tries=2), "id-2": said(2, told=31)}
    assert check(Case([ada], {AULA: book(2, 1)})) == []


def test_only_an_emptied_redis_excuses_the_order_of_what_had_to_be_said_again(ada: Diary) -> None:
    ada.seen = [sight(1, 2), sight(2, 1)]
    ada.said = {"id-1": said(1, tries=2, said_again=True), "id-2": said(2)}
    case = Case([ada], {AULA: book(2, 1)})
    assert kinds(case) == {"reordered"}
    assert kinds(replace(case, emptied=True)) == set()


def test_one_number_for_two_messages_is_found(case: Case, bob: Diary) -> None:
    bob.seen = [sight(1), sight(2, 3), sight(3, 2)]
    assert kinds(case) == {"divergent"}


def test_a_message_that_the_store_calls_shown_without_an_event_is_found(case: Case) -> None:
    kept(case, 2, state="held")
    assert "divergent" in kinds(case)


def test_what_nobody_said_is_found(case: Case, ada: Diary) -> None:
    del ada.said["id-2"]
    assert kinds(case) == {"phantom"}


def test_a_text_that_was_changed_on_the_way_is_found(case: Case, bob: Diary) -> None:
    bob.seen[1] = replace(bob.seen[1], text="Ada says something else")
    assert kinds(case) == {"phantom"}


def test_a_text_that_was_changed_in_the_store_is_found(case: Case) -> None:
    kept(case, 2, text="Ada says something else")
    assert kinds(case) == {"phantom"}


def test_a_message_in_another_room_is_found(case: Case, cleo: Diary) -> None:
    cleo.seen = [sight(1)]
    assert "leaked" in kinds(case)


def removal(case: Case) -> Case:
    """Ada's second message is removed by the host, and everybody is told."""
    kept(case, 2, state="removed", text="")
    for diary in case.diaries[:2]:
        diary.seen.append(Sight(4, "removed", "id-2"))
    whole = case.books[AULA]
    events = [*whole.events, (4, "removed", "id-2")]
    return replace(case, books={AULA: Book(events, whole.messages), LAB: book()})


def test_a_removal_is_no_fault(case: Case) -> None:
    assert check(removal(case)) == []


def test_whoever_comes_after_a_removal_is_not_shown_the_text(case: Case) -> None:
    removed = removal(case)
    eve = Diary("Eve", AULA, late=True, seen=[*deepcopy(removed.diaries[1].seen)])
    late = replace(removed, diaries=[*removed.diaries, eve])
    assert kinds(late) == {"zombie"}
    eve.seen[1] = replace(eve.seen[1], text="")
    assert kinds(late) == set()


def test_a_text_that_is_shown_after_its_removal_is_found(case: Case, bob: Diary) -> None:
    removed = removal(case)
    bob.seen = [sight(1), Sight(4, "removed", "id-2"), sight(2), sight(3)]
    assert "zombie" in kinds(removed)


def test_a_removed_text_that_the_store_still_has_is_found(case: Case) -> None:
    removed = removal(case)
    kept(removed, 2, text="Ada says 2")
    assert kinds(removed) == {"zombie"}


def test_a_listed_word_on_the_wall_is_found(case: Case, ada: Diary) -> None:
    ada.said["id-2"].bad = True
    assert kinds(case) == {"unmoderated"}


@pytest.mark.parametrize(
    "lie",
    [
        lambda saying: setattr(saying, "seq", 7),
        lambda saying: setattr(saying, "verdict", "rejected"),
        lambda saying: setattr(saying, "verdict", "held"),
    ],
    ids=["a number that is another's", "rejected and shown", "held and shown"],
)
def test_an_answer_that_is_not_so_is_found(case: Case, ada: Diary, lie: Callable[[Saying], None]) -> None:
    lie(ada.said["id-2"])
    assert kinds(case) == {"false ack"}


def test_an_answer_that_the_contract_does_not_know_is_found(case: Case, bob: Diary) -> None:
    bob.odd.append("500 for GET /events")
    assert kinds(case) == {"odd"}


def test_every_kind_of_fault_is_planted_here() -> None:
    source = Path(__file__).read_text()
    assert [kind for kind in KINDS if f'"{kind}"' not in source] == []
