"""The checker: what breaks the promise, found in what every client was told and shown and in what was kept.

Pure: it knows neither the network nor the house. Every kind of fault has a test that plants it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.diary import RESET, Book, Diary, Saying, Sight

KINDS = {
    "lost": "somebody was told that it is accepted, and it is not in the store",
    "stuck": "it was accepted, and did not reach every screen in time",
    "duplicated": "shown, or kept, more than once",
    "reordered": "shown in another order than accepted, or told in another order than numbered",
    "gap": "a number was left out",
    "divergent": "a number means one thing here and another thing there",
    "phantom": "shown, and nobody said it like that",
    "leaked": "shown in a room in which it was not said",
    "zombie": "shown although it had been removed",
    "unmoderated": "shown although it should have been held",
    "false ack": "an answer said what is not so",
    "odd": "an answer that the contract does not know",
}
LIVES = ("shown", "removed")


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach of the promise."""

    kind: str
    what: str


@dataclass(frozen=True)
class Case:
    """Everything that there is to look at.

    Attributes:
        diaries: one a client.
        books: room → what the database has of it at the end.
        patience: how many seconds an accepted message may take to its author's own screen.
        emptied: whether Redis was emptied on the way; then what had to be said again may have lost its place.
    """

    diaries: Sequence[Diary]
    books: Mapping[str, Book]
    patience: float = 60.0
    emptied: bool = False


def check(case: Case) -> list[Fault]:
    """Finds every fault."""
    said = {each.id: (diary, each) for diary in case.diaries for each in diary.said.values()}
    texts = {each.id: each.text for _, each in said.values()}
    rooms = {each.id: diary.room for diary, each in said.values()}
    bad = {each.id for _, each in said.values() if each.bad}
    found: list[Fault] = []
    for room, book in case.books.items():
        found += _book(room, book, texts)
    for diary in case.diaries:
        book = case.books[diary.room]
        found += _told(diary, book)
        found += _order(diary, book, case.emptied)
        found += _numbers(diary)
        found += _sights(diary, book, texts, rooms, bad)
        found += _reached(diary, book, case.patience)
        found += [Fault("odd", f"{diary.name}: {what}") for what in diary.odd]
    return found


def count(faults: Sequence[Fault]) -> dict[str, int]:
    """How many there are of each kind, none left out."""
    counted = Counter(fault.kind for fault in faults)
    return {kind: counted[kind] for kind in KINDS}


def tell(faults: Sequence[Fault], most: int = 3) -> str:
    """A few of each kind, for people."""
    lines = []
    for kind, number in count(faults).items():
        if number:
            lines.append(f"{kind}: {number} ({KINDS[kind]})")
            lines += [f"    {fault.what}" for fault in faults if fault.kind == kind][:most]
    return "\n".join(lines) or "nothing lost, nothing twice, one order"


# -- what was kept -----------------------------------------------------------------------------------------------------
def _book(room: str, book: Book, texts: Mapping[str, str]) -> Iterator[Fault]:
    seqs = [seq for seq, _, _ in book.events]
    if seqs != list(range(1, len(seqs) + 1)):
        yield Fault("gap", f"{room}: the store's numbers are not 1 to {len(seqs)}")
    shown = Counter(id_ for _, kind, id_ in book.events if kind == "message")
    yield from (Fault("duplicated", f"{room}: the store shows {id_} {n} times") for id_, n in shown.items() if n > 1)
    for kept in book.messages.values():
        if kept.state == "removed" and kept.text:
            yield Fault("zombie", f"{room}: the store still has the text of {kept.id}, which was removed")
        elif kept.id not in texts:
            yield Fault("phantom", f"{room}: the store has {kept.id}, which nobody said")
        elif kept.text and kept.text != texts[kept.id]:
            yield Fault("phantom", f"{room}: the store has {kept.text!r} for {texts[kept.id]!r}")
        if (kept.state in LIVES and kept.seq is not None) != (kept.id in shown):
            yield Fault("divergent", f"{room}: {kept.id} is {kept.state}, and that is not what the events say")


# -- what was told -----------------------------------------------------------------------------------------------------
def _told(diary: Diary, book: Book) -> Iterator[Fault]:
    for saying in diary.said.values():
        kept = book.messages.get(saying.id)
        if saying.verdict and kept is None:
            yield Fault("lost", f"{diary.name}: {saying.text!r} was {saying.verdict} at {saying.told_at:.1f} s")
        elif kept is not None and (wrong := _false(saying, kept.state, kept.seq)):
            yield Fault("false ack", f"{diary.name}: {saying.text!r} {wrong}")


def _false(saying: Saying, state: str, seq: int | None) -> str:
    """What an author was told of a message that is not so."""
    if saying.verdict in ("held", "rejected") and state in LIVES:
        return f"was {saying.verdict}, and the store has shown it"
    if saying.seq is not None and saying.seq != seq:
        return f"was shown as {saying.seq}, and the store has {state} {seq}"
    return ""


def _order(diary: Diary, book: Book, emptied: bool) -> Iterator[Fault]:
    """An author's messages stand in the order in which they were accepted.

    What was accepted before another was said comes before it; and so does what was said first, where both were taken at
    the first try.
    """
    placed = [
        (saying, seq)
        for saying in diary.said.values()
        if (kept := book.messages.get(saying.id)) and (seq := kept.seq) is not None and saying.told is not None
        if not (emptied and saying.said_again)
    ]
    placed.sort(key=lambda one: one[0].sent)
    at_once = [one for one in placed if one[0].tries == 1]
    for (first, a), (second, b) in pairwise(at_once):
        if a > b:
            yield Fault("reordered", f"{diary.name}: {first.text!r} is {a}, and {second.text!r} after it is {b}")
    accepted = sorted(placed, key=lambda one: one[0].told or 0)
    last, next_ = 0, 0
    for saying, seq in placed:
        while next_ < len(accepted) and (accepted[next_][0].told or 0) < saying.sent:
            last = max(last, accepted[next_][1])
            next_ += 1
        if seq < last:
            yield Fault("reordered", f"{diary.name}: {saying.text!r} is {seq}; what was accepted before it is {last}")


# -- what was shown ----------------------------------------------------------------------------------------------------
def _numbers(diary: Diary) -> Iterator[Fault]:
    """Every client is shown 1, 2, 3 …, each once, over all of its connections."""
    last, seen = 0, set[int]()
    for sight in diary.seen:
        if sight.seq == RESET:
            last, seen = 0, set()
        elif sight.seq in seen:
            yield Fault("duplicated", f"{diary.name} was shown {sight.seq} twice")
        elif sight.seq < last:
            yield Fault("reordered", f"{diary.name} was shown {sight.seq} after {last}")
        elif sight.seq > last + 1:
            yield Fault("gap", f"{diary.name} was shown {sight.seq} after {last}")
        seen.add(sight.seq)
        last = max(last, sight.seq)


def _sights(  # noqa: C901 - one look at each sight, for all that may be wrong with it
    diary: Diary, book: Book, texts: Mapping[str, str], rooms: Mapping[str, str], bad: set[str]
) -> Iterator[Fault]:
    """What a client was shown is what was said in his room, and what everybody else was shown."""
    entries = {seq: (kind, id_) for seq, kind, id_ in book.events}
    removed, places = set[str](), dict[str, int]()
    for sight in diary.seen:
        if sight.seq == RESET:
            removed, places = set(), {}
            continue
        if (entry := entries.get(sight.seq)) != (sight.kind, sight.id):
            yield Fault("divergent", f"{diary.name}: {sight.seq} is {sight.kind} {sight.id}, not {entry}")
        if sight.kind == "removed":
            removed.add(sight.id)
        if sight.kind != "message":
            continue
        yield from _message(diary, book, sight, texts, rooms)
        if sight.id in bad:
            yield Fault("unmoderated", f"{diary.name} was shown {sight.text!r}")
        if sight.id in removed and sight.text:
            yield Fault("zombie", f"{diary.name} was shown {sight.text!r} after it was removed")
        if places.setdefault(sight.id, sight.seq) != sight.seq:
            yield Fault("duplicated", f"{diary.name}: {sight.text!r} is {places[sight.id]} and {sight.seq}")


def _message(
    diary: Diary, book: Book, sight: Sight, texts: Mapping[str, str], rooms: Mapping[str, str]
) -> Iterator[Fault]:
    kept = book.messages.get(sight.id)
    if sight.id not in texts:
        yield Fault("phantom", f"{diary.name} was shown {sight.text!r}, which nobody said")
    elif rooms[sight.id] != diary.room:
        yield Fault("leaked", f"{diary.name} in {diary.room} was shown {sight.text!r} of {rooms[sight.id]}")
    elif kept and kept.state == "removed":
        if diary.late and sight.text:
            yield Fault("zombie", f"{diary.name} came after the removal and was shown {sight.text!r}")
        elif sight.text not in ("", texts[sight.id]):
            yield Fault("phantom", f"{diary.name} was shown {sight.text!r} for {texts[sight.id]!r}")
    elif sight.text != texts[sight.id]:
        yield Fault("phantom", f"{diary.name} was shown {sight.text!r} for {texts[sight.id]!r}")


def _reached(diary: Diary, book: Book, patience: float) -> Iterator[Fault]:
    last = diary.seen[-1].seq if diary.seen else 0
    if last < book.last_seq:
        yield Fault("stuck", f"{diary.name} was shown {last} of {book.last_seq}")
    shown = {sight.id: sight.at for sight in diary.seen if sight.kind == "message"}
    for saying in diary.said.values():
        kept = book.messages.get(saying.id)
        if saying.told is None or (kept is not None and kept.state not in LIVES):
            continue
        if saying.id in shown and shown[saying.id] - saying.told_at > patience:
            waited = shown[saying.id] - saying.told_at
            yield Fault("stuck", f"{diary.name}: {saying.text!r} was shown {waited:.1f} s after it was accepted")
