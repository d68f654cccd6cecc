"""The words of Parley: rooms, participants, messages and what can be said of them. No input or output, no clock."""

from app.chat.checks import make_checks
from app.chat.events import Event, MessageRemoved, MessageShown, ParticipantRenamed, RoomChanged
from app.chat.keys import hash_token, new_id, new_token, same
from app.chat.lifetimes import TTLS, seconds_of
from app.chat.lookalikes import nickname_key
from app.chat.messages import Message, check_text, clean_message_id, clean_text, is_message_id, length
from app.chat.moderation import Check, Outcome, Verdict, judge
from app.chat.names import (
    CODE_ALPHABET,
    RESERVED_NAMES,
    clean_code,
    clean_name,
    clean_rules,
    clean_title,
    new_code,
    new_name,
)
from app.chat.participants import GLYPH_COLOURS, GLYPH_SIGNS, Glyph, Participant, clean_nickname, glyph_for
from app.chat.questions import is_question
from app.chat.receipts import Receipt
from app.chat.refusals import (
    BadName,
    BadNickname,
    Banned,
    Empty,
    Muted,
    NameTaken,
    NoSuchRoom,
    NotAllowed,
    OtherText,
    Refusal,
    RoomIsClosed,
    RoomIsOver,
    RoomIsPaused,
    TooFast,
    TooLong,
    Unavailable,
    WrongPassword,
)
from app.chat.rooms import Moderation, Room, State
from app.chat.sources import Source

__all__ = [
    "CODE_ALPHABET",
    "GLYPH_COLOURS",
    "GLYPH_SIGNS",
    "RESERVED_NAMES",
    "TTLS",
    "BadName",
    "BadNickname",
    "Banned",
    "Check",
    "Empty",
    "Event",
    "Glyph",
    "Message",
    "MessageRemoved",
    "MessageShown",
    "Moderation",
    "Muted",
    "NameTaken",
    "NoSuchRoom",
    "NotAllowed",
    "OtherText",
    "Outcome",
    "Participant",
    "ParticipantRenamed",
    "Receipt",
    "Refusal",
    "Room",
    "RoomChanged",
    "RoomIsClosed",
    "RoomIsOver",
    "RoomIsPaused",
    "Source",
    "State",
    "TooFast",
    "TooLong",
    "Unavailable",
    "Verdict",
    "WrongPassword",
    "check_text",
    "clean_code",
    "clean_message_id",
    "clean_name",
    "clean_nickname",
    "clean_rules",
    "clean_text",
    "clean_title",
    "glyph_for",
    "hash_token",
    "is_message_id",
    "is_question",
    "judge",
    "length",
    "make_checks",
    "new_code",
    "new_id",
    "new_name",
    "new_token",
    "nickname_key",
    "same",
    "seconds_of",
]
