"""The wire: every word survives to JSON, and back where it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.bus import bell, events, wire
from app.chat import (
    Door,
    Embed,
    EmbedMode,
    Event,
    Glyph,
    Guests,
    HelperKey,
    Message,
    Moderation,
    Participant,
    Room,
    Source,
    State,
)
from app.chat import events as words
from app.chat.events import (
    MessagePinned,
    MessageRemoved,
    MessageShown,
    ParticipantRenamed,
    QuestionAnswered,
    RoomChanged,
    VotesCounted,
)

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
HEAD = {"seq": 7, "at": NOON, "room_id": "some id"}
ODD = 'Grüße, "Ada" \\ </script>\n\u2028 👩\u200d🚀 \x7f'

ROOM = Room(
    id="some id",
    name="lovelace",
    title=ODD,
    rules=ODD,
    state=State.PAUSED,
    code="AAAAAAA",
    created_at=NOON,
    ends_at=NOON + timedelta(days=1),
    max_length=280,
    moderation=Moderation.BEFORE,
    slow_mode=5,
    host_key_hash="hash of the host's token",
    password_hash="hash of the password",
    sources=(Source(kind="mastodon", query="#lovelace"),),
    embed=Embed(EmbedMode.POST, ("https://blog.example",)),
    last_seq=7,
    door=Door.KNOCK,
    guests=Guests.READ,
    helpers=(HelperKey(id="a helper", label=ODD, key_hash="hash of a token", ends_at=NOON),),
)
ADA = Participant(id="ada's id", room_id="some id", nickname=ODD, glyph=Glyph("blue", "★"))
DECIDED = replace(
    ADA,
    role="helper",
    role_key="a helper",
    joined_at=NOON,
    muted_until=NOON + timedelta(minutes=5),
    banned=True,
    admitted=False,
    entered_with="a password",
    version=3,
)
MESSAGE = Message(
    id="0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3",
    room_id="some id",
    text=ODD,
    participant_id="ada's id",
    nickname="Ada",
    glyph=Glyph("blue", "★"),
    at=NOON,
)
POST = Message(
    id="0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c4",
    room_id="some id",
    text="From elsewhere",
    participant_id="x:1",
    nickname="@ada",
    glyph=Glyph("blue", "★"),
    at=NOON,
    source="x",
    url="https://x.example/1",
)
QUESTION = replace(MESSAGE, question=True)
SHOWN = {
    "id": MESSAGE.id,
    "text": ODD,
    "nickname": "Ada",
    "glyph": {"colour": "blue", "sign": "★"},
    "participant_id": "ada's id",
    "source": None,
}
EVENTS: list[tuple[Event, dict[str, object]]] = [
    (MessageShown(**HEAD, message=MESSAGE), {"message": SHOWN}),
    (
        MessageShown(**HEAD, message=POST),
        {
            "message": {
                **SHOWN,
                "id": POST.id,
                "text": "From elsewhere",
                "nickname": "@ada",
                "participant_id": "x:1",
                "source": "x",
                "url": "https://x.example/1",
            }
        },
    ),
    (MessageShown(**HEAD, message=QUESTION), {"message": {**SHOWN, "question": True}}),
    (MessageRemoved(**HEAD, id=MESSAGE.id), {"id": MESSAGE.id}),
    (VotesCounted(**HEAD, id=MESSAGE.id, votes=12), {"id": MESSAGE.id, "votes": 12}),
    (QuestionAnswered(**HEAD, id=MESSAGE.id, answered=False), {"id": MESSAGE.id, "answered": False}),
    (MessagePinned(**HEAD, message=QUESTION), {"message": {**SHOWN, "question": True}}),
    (MessagePinned(**HEAD, message=None), {"message": None}),
    (RoomChanged(**HEAD, room=ROOM), {"room": {**wire.room_to_wire(ROOM, 3), "last_seq": 7}}),
    (
        ParticipantRenamed(**HEAD, participant=ADA),
        {"participant": {"id": "ada's id", "nickname": ODD, "glyph": {"colour": "blue", "sign": "★"}}},
    ),
]


@pytest.mark.parametrize(("event", "what"), EVENTS, ids=lambda value: getattr(value, "kind", ""))
def test_an_event_survives_to_json(event: Event, what: dict[str, object]) -> None:
    text = events.to_text(event, present=3)
    assert "\n" not in text  # the bell rings them line by line
    head = {"type": "event", "seq": 7, "at": "2026-11-24T12:00:00.123Z", "kind": event.kind}
    assert json.loads(text) == head | what


def test_every_kind_of_event_is_among_them() -> None:
    there = {each for each in vars(words).values() if isinstance(each, type) and issubclass(each, Event)} - {Event}
    assert {type(event) for event, _ in EVENTS} == there
    assert len({each.kind for each in there}) == len(there)


def test_an_event_that_the_wire_does_not_know_fails_aloud() -> None:
    class Unheard(Event):
        kind = "unheard"

    with pytest.raises(TypeError, match="unheard"):
        events.to_wire(Unheard(**HEAD))


def test_a_room_tells_nothing_secret() -> None:
    text = wire.dumps(wire.room_to_wire(ROOM, 3))
    assert "hash" not in text
    assert "some id" not in text
    assert json.loads(text)["present"] == 3


def test_what_is_kept_comes_back_as_it_was() -> None:
    assert wire.kept_room(wire.keep_room(ROOM)) == ROOM
    older = json.loads(wire.keep_room(ROOM))
    for name in ("embed", "door", "guests", "helpers"):
        del older[name]
    before = replace(ROOM, embed=Embed(), door=Door.OPEN, guests=Guests.WRITE, helpers=())
    assert wire.kept_room(json.dumps(older)) == before, "kept before there was such a thing"
    for message in (MESSAGE, POST, QUESTION, replace(MESSAGE, role="helper", network="a1b2")):
        kept = wire.kept_message(message.room_id, wire.keep_message(message))
        assert (kept, kept.network) == (message, message.network)


@pytest.mark.parametrize("participant", [ADA, DECIDED])
def test_a_participant_survives_to_redis_and_back(participant: Participant) -> None:
    kept = wire.kept_participant(wire.keep_participant(participant))
    assert kept == participant
    assert (kept.joined_at, kept.version) == (participant.joined_at, participant.version)


def test_what_is_kept_of_an_ordinary_participant_is_short() -> None:
    assert set(json.loads(wire.keep_participant(ADA))) == {"id", "room_id", "nickname", "glyph"}


def test_where_a_message_came_from_and_who_may_be_a_helper_is_told_to_nobody() -> None:
    said = replace(MESSAGE, network="a1b2c3d4")
    assert "a1b2c3d4" in wire.keep_message(said)
    assert "a1b2c3d4" not in wire.dumps(wire.message_to_wire(said))
    told = wire.dumps(wire.room_to_wire(ROOM, 1))
    assert "hash of a token" not in told
    assert "helper" not in told


def test_a_role_is_told_where_there_is_one() -> None:
    assert wire.message_to_wire(replace(MESSAGE, role="host"))["role"] == "host"
    assert wire.participant_to_wire(replace(ADA, role="helper"))["role"] == "helper"
    assert "role" not in wire.message_to_wire(MESSAGE)
    assert "role" not in wire.participant_to_wire(ADA)


def test_a_message_that_is_told_has_no_votes_yet() -> None:
    counted = replace(QUESTION, votes=12, answered=True)
    assert wire.message_to_wire(counted) == wire.message_to_wire(QUESTION)


def test_times_are_in_utc_whatever_they_were_in() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-3)))
    assert wire.time_to_wire(elsewhere) == "2026-11-24T12:00:00.123Z"
    assert wire.time_from_wire("2026-11-24T12:00:00.123Z") == NOON.replace(microsecond=123000)


def test_a_ring_of_the_bell_is_heard_as_it_was_rung() -> None:
    texts = [events.to_text(event) for event, _ in EVENTS[:3]]
    parcel = bell.heard("E 7 9\n" + "\n".join(texts)).parcel()
    assert (parcel.first, parcel.last, list(parcel.texts)) == (7, 9, texts)
    assert json.loads(parcel.text) == [json.loads(text) for text in texts]
    assert parcel.after(6) is parcel
    rest = parcel.after(8)
    assert (rest.first, rest.last, rest.text) == (9, 9, texts[2])
    assert rest.frame.endswith(texts[2].encode())


@pytest.mark.parametrize(("characters", "pieces"), [(1, [(7, 7), (8, 8), (9, 9)]), (10**6, [(7, 9)])])
def test_a_parcel_comes_apart_into_pieces_without_a_gap(characters: int, pieces: list[tuple[int, int]]) -> None:
    parcel = bell.Parcel(7, 9, [events.to_text(event) for event, _ in EVENTS[:3]])
    apart = list(parcel.pieces(characters))
    assert [(piece.first, piece.last) for piece in apart] == pieces
    assert [text for piece in apart for text in piece.texts] == parcel.texts
    assert list(bell.Parcel(7, 6, []).pieces(characters)) == []
