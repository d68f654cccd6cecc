"""Marks on messages are kept here: votes, and what the host has answered and pinned. Only hops write them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update

from app.chat import Mark, MessagePinned, QuestionAnswered, VotesCounted, Wish
from app.chat.actions import HOST, Deed
from app.store import actions
from app.store.ledger import enter, hold
from app.store.rows import Row, Values
from app.store.session import retrying, transaction
from app.store.tables import SHOWN, messages, rooms, votes

Vote = tuple[str, str]
"""Message and participant."""

_VOTE = tuple_(votes.c.message_id, votes.c.participant_id)
_THIS = (messages.c.room_id == bindparam("held"), messages.c.id == bindparam("marked"))
_COUNT = update(messages).where(*_THIS).values(votes=bindparam("number"))
_STRIKE = update(messages).where(*_THIS).values(answered=bindparam("struck"))


@retrying
def carry_out(room_id: str, waiting: Callable[[], Sequence[Wish]], now: datetime) -> None:
    """Carry out what is wished for in a room, in its order, and enter one event for each count or mark that changed.

    What waits is asked for only when the room is held: whoever asks later is given later wishes, so that an older one
    never overwrites a newer one. May run twice: what is so already is left alone, and makes no event. Wishes about
    messages that are not shown, or not any more, come to nothing.
    """
    with transaction() as tx:
        room = hold(tx, room_id)
        wishes = waiting() if room else ()
        if room and wishes:
            shown = _shown(tx, room_id, {wish.message_id for wish in wishes})
            wanted = [wish for wish in wishes if wish.message_id in shown]
            votes_counted = _vote(tx, room_id, shown, wanted)
            enter(tx, room, [*votes_counted, *_answer(tx, shown, wanted, now), *_pin(tx, room, wanted, now)], now)


def _shown(tx: Connection, room_id: str, ids: Collection[str]) -> dict[str, Row]:
    columns = (messages.c.id, messages.c.room_id, messages.c.votes, messages.c.answered)
    there = select(*columns).where(messages.c.room_id == room_id, messages.c.id.in_(ids), messages.c.state == SHOWN)
    return {row["id"]: row for row in tx.execute(there).mappings()}


def _vote(tx: Connection, room_id: str, shown: Mapping[str, Row], wishes: Sequence[Wish]) -> list[Values]:
    """Keep and drop votes; the last wish of a participant for a message counts."""
    latest = {
        (w.message_id, w.participant_id): w.mark is Mark.VOTE for w in wishes if w.mark in (Mark.VOTE, Mark.UNVOTE)
    }
    if not latest:
        return []
    of_the_room = votes.c.room_id == room_id
    there = {(row[0], row[1]) for row in tx.execute(select(*_VOTE.clauses).where(of_the_room, _VOTE.in_(latest)))}
    new = [vote for vote, wanted in latest.items() if wanted and vote not in there]
    gone = [vote for vote, wanted in latest.items() if not wanted and vote in there]
    if new:
        tx.execute(insert(votes), [{"room_id": room_id, "message_id": m, "participant_id": p} for m, p in new])
    if gone:
        tx.execute(delete(votes).where(of_the_room, _VOTE.in_(gone)))
    return _count(tx, shown, new, gone)


def _count(tx: Connection, shown: Mapping[str, Row], new: Sequence[Vote], gone: Sequence[Vote]) -> list[Values]:
    """Write down the new number of votes where it is another one."""
    counts = {message_id: row["votes"] for message_id, row in shown.items()}
    for message_id, _ in new:
        counts[message_id] += 1
    for message_id, _ in gone:
        counts[message_id] -= 1
    changed = {message_id: number for message_id, number in counts.items() if number != shown[message_id]["votes"]}
    if changed:
        tx.execute(_COUNT, [{**_this(shown[each]), "number": number} for each, number in changed.items()])
    return [_entry(VotesCounted.kind, each, votes=number) for each, number in changed.items()]


def _answer(tx: Connection, shown: Mapping[str, Row], wishes: Sequence[Wish], now: datetime) -> list[Values]:
    """Strike messages as answered, or not any longer."""
    latest = {w.message_id: w for w in wishes if w.mark in (Mark.ANSWER, Mark.UNANSWER)}
    changed = {
        each: wish.mark is Mark.ANSWER
        for each, wish in latest.items()
        if bool(shown[each]["answered"]) != (wish.mark is Mark.ANSWER)
    }
    if changed:
        tx.execute(_STRIKE, [{**_this(shown[each]), "struck": struck} for each, struck in changed.items()])
    for each in changed:
        _book(tx, shown[each]["room_id"], latest[each], now)
    return [_entry(QuestionAnswered.kind, each, answered=struck) for each, struck in changed.items()]


def _pin(tx: Connection, room: Row, wishes: Sequence[Wish], now: datetime) -> list[Values]:
    """Pin one message instead of the one that was, or none."""
    pinned, last = room["pinned_id"], None
    for wish in wishes:
        if wish.mark is Mark.PIN:
            pinned, last = wish.message_id, wish
        elif wish.mark is Mark.UNPIN and wish.message_id == pinned:
            pinned, last = None, wish
    if pinned == room["pinned_id"] or last is None:
        return []
    _book(tx, room["id"], last, now)
    tx.execute(update(rooms).where(rooms.c.id == room["id"]).values(pinned_id=pinned))
    return [{"kind": MessagePinned.kind, "message_id": pinned}]


def _book(tx: Connection, room_id: str, wish: Wish, now: datetime) -> None:
    """Write into the ledger whose wish it was."""
    actions.enter(tx, room_id, now, wish.by or HOST, Deed(wish.mark.value), about=wish.message_id)


def _this(row: Row) -> Values:
    return {"held": row["room_id"], "marked": row["id"]}


def _entry(kind: str, message_id: str, **payload: object) -> Values:
    return {"kind": kind, "message_id": message_id, "payload": payload}
