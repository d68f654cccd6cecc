"""A screen is one open socket in a room: it shows what happens there, and carries out what its reader asks for."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import request

from app.bus.bell import Parcel, Word
from app.bus.follower import Follower
from app.bus.inbox import Acceptance
from app.bus.wire import Json, dumps
from app.chat import Mark, Message, Participant, Room
from app.chat.refusals import NotAllowed, OtherText, Refusal
from app.chat.words import english
from app.web import bans, foreign
from app.web.house import house
from app.web.identity import You, standing_of, you_in
from app.web.languages import said
from app.web.lookup import room_called
from app.web.marks import vote
from app.web.messages import fate_of, message_id_of, message_of
from app.web.participants import rename_participant, told
from app.web.socket import POLICY, Socket

# The contract's codes; what else can go wrong on a socket is told as one of them.
CODES = {"expired": "closed", "network_banned": "banned", "bad_nickname": "bad_json", "bad_body": "bad_json"}


class BadJson(Refusal):
    """A frame that is not what the contract asks for."""

    code = "bad_json"
    title = english("That could not be read")


class Screen(Follower):
    """One open socket in a room."""

    def __init__(self, socket: Socket, room: Room, you: You, seq: int) -> None:
        super().__init__(room.id, you.participant.id if you.participant else None, seq, standing_of(room, you))
        self.socket = socket
        self.name = room.name
        self.network = bans.callers_handle()

    def take(self, parcel: Parcel) -> None:
        """Events of the room, in bytes that all screens share."""
        self.socket.write(parcel.frame)

    def tell(self, word: Word) -> None:
        """A word that is no event."""
        self.socket.write(word.frame)

    def finish(self, code: int, word: str = "") -> None:
        """Closes the socket."""
        self.socket.close(code, word)

    def drain(self) -> None:
        """Long replays go at the reader's pace."""
        self.socket.drain()

    def run(self) -> None:
        """Answers what comes in until the socket closes; what came in together is answered in one frame."""
        for frames in self.socket.batches():
            answers = self._answers([_read(frame) for frame in frames])
            self.socket.send(dumps(answers[0] if len(answers) == 1 else answers))

    def _answers(self, asked: Sequence[Json | Refusal]) -> list[Json]:
        answers: list[Json] = []
        for saying, group in groupby(asked, key=_is_saying):
            alike = list(group)
            answers += self._say(alike) if saying else map(self._answer, alike)
        return answers

    def _answer(self, asked: Json | Refusal) -> Json:
        if isinstance(asked, Refusal):
            return error_of(asked, None)
        try:
            return self._carry_out(asked)
        except Refusal as refusal:
            return error_of(refusal, asked.get("id"))

    def _carry_out(self, asked: Json) -> Json:
        match asked:
            case {"type": "say"}:
                raise BadJson(english("say needs an id and a text, both of them strings; a question is true or false."))
            case {"type": "rename", "nickname": str(nickname)}:
                room, me = self._speaker()
                return {"type": "renamed", "participant": told(room, rename_participant(room, me, nickname))}
            case {"type": "rename"}:
                raise BadJson(english("rename needs a nickname, a string."))
            case {"type": "vote" | "unvote" as mark, "id": str(message_id)}:
                room, me = self._speaker()
                vote(room, me, Mark(mark), message_id_of(message_id))
                return {"type": f"{mark}d", "id": message_id}
            case {"type": "vote" | "unvote"}:
                raise BadJson(english("A vote needs the id of a message, a string."))
        raise BadJson(english("type has to be say, rename, vote or unvote."))

    # -- saying

    def _say(self, says: Sequence[Any]) -> list[Json]:
        """Hands in what came together, together; each is answered for itself, in order."""
        try:
            room, me = self._speaker()
        except Refusal as refusal:
            return [error_of(refusal, each["id"]) for each in says]
        messages = [_message(room, me, each) for each in says]
        said = [(room, (each, room.keeps_waiting(me, each.at))) for each in messages if isinstance(each, Message)]
        taken = iter(house().intake.ask(said) if said else ())
        outcomes = [each if isinstance(each, Refusal) else next(taken) for each in messages]
        return [_said(room, each["id"], outcome) for each, outcome in zip(says, outcomes, strict=True)]

    def _speaker(self) -> tuple[Room, Participant]:
        """The room and whoever speaks from this screen, as both are now."""
        if self.participant_id is None:
            raise NotAllowed(english("Join the room with a nickname first."))
        ((room, participant),) = house().speakers.ask([(self.room_id, self.participant_id)])
        room = room or room_called(self.name)
        return room, participant or _again(you_in(room, request.args.get("token")))


class ScreenAbroad(Screen):
    """One on another site's page: it reads as nobody, for as long as the room's host allows it there."""

    def __init__(self, socket: Socket, room: Room, seq: int) -> None:
        super().__init__(socket, room, You(), seq)
        self.site = foreign.origin()
        self.allowed_at = room.last_seq

    def take(self, parcel: Parcel) -> None:
        """Events, the last of which may be that the host has taken the leave back."""
        super().take(parcel)
        if foreign.withdrawn(parcel, self.allowed_at, self.site):
            self.finish(POLICY)


def error_of(refusal: Refusal, message_id: object) -> Json:
    """A refusal as the contract's error frame, about a message where there is one."""
    error: Json = {"type": "error", "code": CODES.get(refusal.code, refusal.code), "detail": said(refusal)}
    # Half a character, which JSON can spell, cannot be sent back in UTF-8.
    if isinstance(message_id, str) and message_id.isprintable():
        error["id"] = message_id
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        error["retry_after"] = wait
    return error


def _read(frame: str | bytes) -> Json | Refusal:
    try:
        asked: Any = json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError):
        return BadJson(english("A frame has to be one JSON object."))
    return asked if isinstance(asked, dict) else BadJson(english("A frame has to be one JSON object in a text frame."))


def _is_saying(asked: Json | Refusal) -> bool:
    match asked:
        case {"type": "say", "id": str(), "text": str()}:
            return not isinstance(asked, Refusal) and isinstance(asked.get("question", False), bool)
    return False


def _message(room: Room, me: Participant, asked: Json) -> Message | Refusal:
    try:
        question = asked.get("question", False)
        return message_of(room, me, message_id_of(asked["id"]), asked["text"], question=question)
    except Refusal as refusal:
        return refusal


def _said(room: Room, raw_id: str, outcome: Acceptance | Refusal) -> Json:
    try:
        known = fate_of(room, raw_id.lower(), outcome)
    except OtherText as refusal:
        return {"type": "rejected", "id": raw_id, "reason": said(refusal)}
    except Refusal as refusal:
        return error_of(refusal, raw_id)
    if known.state in ("held", "rejected"):
        return {"type": known.state, "id": raw_id, "reason": known.reason}
    return {"type": "accepted", "id": raw_id}


def _again(you: You) -> Participant:
    if you.participant is None:
        raise NotAllowed(english("Join the room again."))
    return you.participant
