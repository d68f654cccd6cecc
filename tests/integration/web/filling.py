"""Fills a house's room through the store, without anybody saying a word: `filling.py ROOM COUNT`, or `-` for stdin."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from app.chat import Message, Outcome, Room, Verdict, glyph_for, is_question, new_id
from app.store import messages, rooms

BATCH = 1000
TEXT = "What is said here is as long as a message may be, “with” <marks> & emoji 🎓, so that a page of it is large. "


def main(name: str, how_many: str) -> None:
    room = rooms.find(name)
    assert room
    said = json.load(sys.stdin) if how_many == "-" else _many(int(how_many))
    lines = (_judged(room, number, line) for number, line in enumerate(said))
    while batch := list(islice(lines, BATCH)):
        messages.keep(room.id, batch, room.created_at)


def _many(count: int) -> Iterator[dict[str, Any]]:
    """Every tenth is a question."""
    return ({"text": f"{TEXT}{number}{'?' if number % 10 == 0 else '.'}"} for number in range(count))


def _judged(room: Room, number: int, line: dict[str, Any]) -> tuple[Message, Verdict]:
    """A message as the line says; `held` in it is why it waits for the host."""
    held = line.pop("held", None)
    message = _message(room, number, line)
    return message, Verdict(Outcome.HOLD if held else Outcome.PASS, message.text, held)


def _message(room: Room, number: int, line: dict[str, Any]) -> Message:
    begin: datetime = room.created_at
    usual = {"nickname": "Ada", "participant_id": room.id, "at": begin + timedelta(seconds=number)}
    glyph, question = glyph_for(room.id), is_question(line["text"])
    return Message(id=new_id(), room_id=room.id, glyph=glyph, question=question, **{**usual, **line})


if __name__ == "__main__":
    main(*sys.argv[1:])
