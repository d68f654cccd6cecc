"""A rehearsal says what settings would do, and does nothing."""

from dataclasses import replace
from datetime import timedelta

from app.chat import AS_IT_COMES, Author, Message, Moderation, Safety, make_checks
from app.chat.reasons import COVERED, HAS_LINK, ON_THE_LIST, SAID_BEFORE, TOO_MANY
from app.chat.rehearsals import EXAMPLES_MOST, rehearse
from app.chat.safety import Guard, Links, NewDevices, Words
from tests.unit.chat.conftest import NOON, asked

CHECKS = make_checks(["normalise", "length", "links", "words", "flood", "repeated", "new_device"])


def said(room, *texts: str, who: str = "ada", every: float = 5) -> list[Message]:
    return [
        asked(text, room, at=NOON + timedelta(seconds=every * place), participant_id=who, id=f"{who} {place}").message
        for place, text in enumerate(texts)
    ]


def test_each_message_that_would_have_fared_otherwise_is_counted_with_its_reason(room):
    talk = said(room, "Hello", "see evil.example/x", "What a sh1t lesson", "Any questions?")
    safety = Safety(links=Links.BLOCK, words=Words.MASK)
    rehearsal = rehearse(room, safety, talk, CHECKS)
    assert (rehearsal.looked_at, rehearsal.held, rehearsal.rejected, rehearsal.masked) == (4, 0, 1, 1)
    assert [(each.id, each.text, each.outcome, each.reason) for each in rehearsal.examples] == [
        ("ada 2", "What a ••• lesson", "mask", COVERED),
        ("ada 1", "see evil.example/x", "reject", HAS_LINK),
    ]


def test_the_settings_as_they_are_change_nothing(room):
    rehearsal = rehearse(room, AS_IT_COMES, said(room, "Hello", "see evil.example/x"), CHECKS)
    assert (rehearsal.held, rehearsal.rejected, rehearsal.masked, rehearsal.examples) == (0, 0, 0, ())
    assert rehearse(room, AS_IT_COMES, [], CHECKS).looked_at == 0


def test_own_words_are_tried_before_they_are_listed(room):
    rehearsal = rehearse(room, Safety(own_words=("pineapple",)), said(room, "P1neapple pizza", "Apple pie"), CHECKS)
    assert [(each.text, each.reason) for each in rehearsal.examples] == [("P1neapple pizza", ON_THE_LIST)]


def test_floods_and_repeats_are_counted_from_the_times_and_the_authors(room):
    safety = Safety(flood=Guard.HOLD, repeats=Guard.HOLD)
    flood = said(room, *(f"look at me {number}" for number in range(20)), every=0.2)
    calm = said(room, *(f"a thought {number}" for number in range(20)), who="grace", every=5)
    again = said(room, *["Buy the new edition of the book"] * 3, who="eve", every=20)
    talk = sorted([*flood, *calm, *again], key=lambda message: message.at)
    rehearsal = rehearse(room, safety, talk, CHECKS)
    assert {each.id.split()[0]: each.reason for each in rehearsal.examples} == {"ada": TOO_MANY, "eve": SAID_BEFORE}
    assert rehearsal.held == 13


def test_what_is_known_of_the_authors_counts(room):
    safety = Safety(new_devices=NewDevices.HOLD)
    (host,) = said(room, "I am the host", who="host")
    talk = [*said(room, "I am new"), *said(room, "I was here before", who="grace"), replace(host, role="host")]
    authors = {who: Author(joined_at=NOON) for who in ("ada", "host")}
    assert [each.text for each in rehearse(room, safety, talk, CHECKS, authors=authors).examples] == ["I am new"]


def test_whom_the_host_has_muted_since_and_what_he_reads_first_plays_no_part(room):
    room = replace(room, moderation=Moderation.BEFORE)
    muted = {"ada": Author(muted_until=NOON + timedelta(days=1), banned=True)}
    assert rehearse(room, AS_IT_COMES, said(room, "Hello"), CHECKS, authors=muted).examples == ()


def test_a_host_is_shown_a_few_examples_of_each_kind_and_all_are_counted(room):
    talk = [
        *said(room, *(f"see evil.example/{number}" for number in range(60))),
        *said(room, *(f"sh1t {number}" for number in range(60)), who="grace"),
    ]
    rehearsal = rehearse(room, Safety(links=Links.HOLD, words=Words.MASK), talk, CHECKS)
    assert (rehearsal.held, rehearsal.masked, len(rehearsal.examples)) == (60, 60, 2 * EXAMPLES_MOST)
