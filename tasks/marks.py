"""Marks on messages: what was wished for is carried out, many wishes at a time."""

from datetime import UTC, datetime

from celery import shared_task

from app.bus import chain, marks, rooms
from app.bus.marks import Numbered
from app.chat import Mark, Wish
from app.store import marks as stored
from app.store import rooms as stored_rooms
from tasks.messages import agree, patience
from tasks.turns import turn


@shared_task(name=chain.MARK)
def mark(room_id: str) -> None:
    """Keeps the votes and the host's marks that wait, and shows them. A second run finds them kept.

    They are let go only when they are shown: a worker that dies on the way leaves them to the sweep.
    """
    done: list[Numbered] = []

    def waiting() -> list[Wish]:
        done[:] = marks.waiting(room_id)
        return [each.wish for each in done]

    with patience(room_id), turn(room_id):
        stored.carry_out(room_id, waiting, datetime.now(UTC))
        if any(each.wish.mark in (Mark.PIN, Mark.UNPIN) for each in done):
            _project(room_id)
        if agree(room_id):
            _go_on(room_id, marks.kept(room_id, done))


def _project(room_id: str) -> None:
    """What is pinned stands in the live room, too."""
    if room := stored_rooms.get(room_id):
        rooms.project(room)


def _go_on(room_id: str, left: int) -> None:
    """Comes again for what was wished meanwhile: in a moment, or at once where a whole lot waits."""
    room = rooms.get(room_id) or stored_rooms.get(room_id)
    if left and room:
        marks.call(room, 0 if left >= marks.MOST_AT_ONCE else marks.GATHERED_SECONDS)
