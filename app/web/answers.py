"""What the API answers, as models: they describe, and the description is held against what is really answered."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.chat import GLYPH_COLOURS

Seq = int


class GlyphShown(BaseModel):
    """A colour and a sign, by which two people with one nickname are told apart."""

    colour: str = Field(examples=list(GLYPH_COLOURS))
    sign: str


class ParticipantShown(BaseModel):
    """Somebody in a room; he himself is told whether he waits to be let in."""

    id: str
    nickname: str
    glyph: GlyphShown
    role: Literal["host", "helper"] | None = None
    waiting: bool = False


class ParticipantListed(ParticipantShown):
    """Somebody in a room, as those who moderate see him."""

    joined_at: datetime
    present: bool
    muted_until: datetime | None = None
    banned: bool = False


class MessageShown(BaseModel):
    """A message as everyone sees it."""

    id: str
    text: str
    nickname: str
    glyph: GlyphShown
    participant_id: str
    source: str | None
    url: str | None = None
    question: bool = False
    role: Literal["host", "helper"] | None = None


class MessageArchived(MessageShown):
    """A message on a page of the archive."""

    seq: Seq
    at: datetime
    votes: int = 0
    answered: bool = False


class Question(MessageArchived):
    """A question, and whether the one who asks has voted for it."""

    voted: bool = False


class LeaseShown(BaseModel):
    """Who is deciding about a message, and until when he has it to himself."""

    by: str
    until: datetime


class LeaseTaken(LeaseShown):
    """A message is one's own for a moment."""

    id: str


class AppealShown(BaseModel):
    """An author's words on why his message is to be looked at again."""

    at: datetime
    text: str


class MessageWaiting(MessageShown):
    """A message that waits for the host; one that is rejected and appealed against has no text any more."""

    at: datetime
    state: Literal["held", "failed", "rejected"]
    reason: str | None
    lease: LeaseShown | None = None
    appeal: AppealShown | None = None


class SourceShown(BaseModel):
    """A search on another network, and how it is."""

    kind: Literal["x", "mastodon", "bluesky"]
    query: str
    state: str


class EmbedShown(BaseModel):
    """Whether, and where, a room may be shown in a frame."""

    mode: Literal["off", "read", "post"]
    sites: list[str]


class SafetyShown(BaseModel):
    """What a room has looked at before a message is shown; its own words are told to those who moderate it."""

    links: Literal["allow", "hold", "block"]
    allowed_sites: list[str]
    words: Literal["default", "hold", "mask", "reject", "off"]
    own_words: list[str] = []
    word_languages: list[str]
    flood: Literal["off", "hold"]
    repeats: Literal["off", "hold"]
    new_devices: Literal["pass", "hold"]
    new_device_minutes: int
    raid: Literal["off", "tell", "auto"]


class RaidShown(BaseModel):
    """Since when, and until when, a room's doors are half shut."""

    began: datetime
    until: datetime


class RaidAnswer(BaseModel):
    """How it is with the doors now."""

    raid: RaidShown | None


class ExampleShown(BaseModel):
    """A message that would have fared otherwise."""

    id: str
    text: str
    outcome: Literal["hold", "reject", "mask"]
    reason: str


class Rehearsed(BaseModel):
    """What other settings would have done to what was said."""

    looked_at: int
    held: int
    rejected: int
    masked: int
    examples: list[ExampleShown]


class RoomShown(BaseModel):
    """A room as everyone sees it."""

    name: str
    title: str
    rules: str
    state: Literal["open", "paused", "closed"]
    created_at: datetime
    expires_at: datetime
    max_length: int
    moderation: Literal["after", "before"]
    slow_mode: int
    code: str
    present: int
    last_seq: Seq
    sources: list[SourceShown]
    embed: EmbedShown
    safety: SafetyShown
    door: Literal["open", "knock"]
    guests: Literal["write", "read"]
    password: bool | None = None
    raid: RaidShown | None = None


class RoomWithPin(RoomShown):
    """A room, and the message that is pinned in it."""

    pinned: MessageArchived | None


class EventTold(BaseModel):
    """Something that happened in a room; what else is in it depends on its kind."""

    type: Literal["event"]
    seq: Seq
    at: datetime
    kind: Literal["message", "removed", "room", "vote", "renamed", "answered", "pinned"]


class StageTold(BaseModel):
    """One step of a message's way."""

    stage: Literal["accepted", "moderated", "persisted", "delivered"]
    at: datetime
    outcome: str
    task_id: str | None = None
    reason: str | None = None


class CapsulesKept(BaseModel):
    """How many reported messages are kept on, sealed for the operator, and until when."""

    kept: int
    until: datetime


class ReceiptShown(BaseModel):
    """What was deleted when a room was forgotten."""

    name: str
    created_at: datetime
    closed_at: datetime
    forgotten_at: datetime
    counts: dict[str, Any]
    capsules: CapsulesKept | None = None


class FieldWrong(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """Why something was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldWrong]


class RoomMade(BaseModel):
    """A new room, and what makes its maker the host."""

    room: RoomShown
    host_token: str
    host_url: str
    url: str


class RoomAnswer(BaseModel):
    """A room."""

    room: RoomShown


class RoomFound(BaseModel):
    """A room, and what is pinned."""

    room: RoomWithPin


class Ending(BaseModel):
    """The room is closed and on its way to being forgotten."""

    state: Literal["closed"]


class ReceiptAnswer(BaseModel):
    """A room's receipt."""

    receipt: ReceiptShown


class CodeAnswer(BaseModel):
    """The room behind a code."""

    name: str
    url: str


class Joined(BaseModel):
    """A participant, the token that says from then on who he is, and the one by which his device is known again."""

    participant: ParticipantShown
    token: str
    device: str


class MessageLooked(MessageShown):
    """A message of one participant, whatever became of it."""

    seq: Seq | None
    at: datetime
    votes: int = 0
    answered: bool = False
    state: Literal["shown", "held", "rejected", "removed"]
    reason: str = ""


class People(BaseModel):
    """Who is or was in a room."""

    participants: list[ParticipantListed]
    has_more: bool


class Person(BaseModel):
    """One participant, and what he said."""

    participant: ParticipantListed
    messages: list[MessageLooked]


class HelperShown(BaseModel):
    """A helper's link, without what makes it work."""

    id: str
    label: str
    expires_at: datetime


class HelperMade(BaseModel):
    """A helper's link; what makes it work is told this once."""

    helper: HelperShown
    token: str
    url: str
    qr: str


class Helpers(BaseModel):
    """The helpers' links that hold now."""

    helpers: list[HelperShown]


class HandedOver(BaseModel):
    """The host's new link."""

    host_token: str
    host_url: str
    qr: str


class ParticipantAnswer(BaseModel):
    """A participant."""

    participant: ParticipantShown


class Accepted(BaseModel):
    """A message is in durable hands, or, where the answer waited, it is held."""

    id: str
    state: Literal["accepted", "held"]


class Delivered(BaseModel):
    """A message is on every screen."""

    message: MessageArchived


class Page(BaseModel):
    """A page of the archive."""

    messages: list[MessageArchived]
    has_more: bool


class Trail(BaseModel):
    """A message's way."""

    stages: list[StageTold]


class Decided(BaseModel):
    """What was decided about a message is being done."""

    id: str


class Waiting(BaseModel):
    """What waits for the host."""

    messages: list[MessageWaiting]


class ActionTold(BaseModel):
    """What somebody who moderates has done; what it was about and why, where there is something to say."""

    number: int
    at: datetime
    by: str
    action: str
    about: str = ""
    nickname: str = ""
    reason: str = ""


class MessageReported(MessageShown):
    """A message that was reported."""

    at: datetime


class ReasonGiven(BaseModel):
    """A reason, and how often it was given; "" where none was."""

    reason: str
    times: int


class ReportTold(BaseModel):
    """A reported message; who has reported it is told to nobody."""

    id: str
    message: MessageReported
    reports: int
    reasons: list[ReasonGiven]
    first_at: datetime
    last_at: datetime
    sealed: bool


class Reports(BaseModel):
    """The reported messages that nobody has dealt with, the last reported first."""

    reports: list[ReportTold]


class Ledger(BaseModel):
    """What those who moderate have done, newest first."""

    actions: list[ActionTold]
    has_more: bool


class PeaceCounted(BaseModel):
    """How many messages were held, let through and taken away, and how long one waited."""

    held: int
    waiting: int
    released: int
    rejected: int
    removed: int
    median_wait_seconds: float | None


class Questions(BaseModel):
    """The room's questions, the most voted first."""

    questions: list[Question]


class Events(BaseModel):
    """Events, oldest first."""

    events: list[EventTold]
    last_seq: Seq
