"""The rooms that the pictures show, and the people who talk in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.rooms import Room, Speaker, make_room
from tests.support.blog import Blog
from tests.support.house import eventually

ADDRESS = "http://parley.example"
"""Where the house seems to be: a name that fits on a slide and that nobody owns."""

ME = "Mina"
HERE = 23

TALK = (
    ("Jonas", "Is the flood why they had a calendar so early?"),
    (ME, "I think so: it came at the same time every year"),
    ("Aylin", "Page 42 has a picture of the Nilometer 📏"),
    ("Jonas", "A staircase with marks? Clever."),
    ("Aylin", "The higher the water, the higher the tax 😬"),
    ("Mr Okoye", "Good question for the quiz! See https://en.wikipedia.org/wiki/Nilometer"),
    ("Zoë", "Does it still flood today?"),
    (ME, "No, not since the Aswan dam"),
    ("Jonas", "So no more free mud for the fields"),
    ("Zoë", "They use fertiliser instead. It is in the second chapter, at the very end."),
    ("Aylin", "@Mina can we see the picture again, please?"),
    ("Zoë", "+1"),
)
# What is asked of whoever stands on a stage, and by how many.
ASKED = (
    ("Aylin", "Will the library stay open on Sundays?", 3),
    ("Jonas", "Who pays for the new roof?", 5),
    (ME, "هل ستبقى المكتبة مفتوحة مساءً؟", 1),
    ("Zoë", "Thank you for the clear answer", 0),
)
HELD = (("Jonas", "What is for lunch?"), ("Zoë", "Can the whole class get an extra day for the essay?"))
BLOG = """
<h1>What we asked about the Nile</h1>
<p>Yesterday's lesson ran late, and the questions did not stop. They go on here, for anybody who was not there.</p>
<iframe src="{address}" title="The Nile" width="100%" height="480" loading="lazy" frameborder="0"></iframe>
<p>On Friday we look at the Nilometer itself.</p>
"""


@dataclass
class Place:
    """A room of the scene, with the keys of those who are in it."""

    room: Room
    keys: dict[str, str] = field(default_factory=dict)
    pinned: str = ""

    def speaker(self, nickname: str) -> Speaker:
        """Somebody of this room; he comes in if he is not here yet."""
        if nickname not in self.keys:
            self.keys[nickname] = self.room.join(nickname).token
        return Speaker(self.room, self.keys[nickname])


class Scene:
    """Every room by its name here. One that a picture changes is made anew for each picture."""

    def __init__(self, base: str, blog: Blog) -> None:
        self.base = base
        self._places: dict[str, Place] = {}
        lively = self.place("lively").room
        self.blog = blog.write("/post", BLOG.format(address=f"{ADDRESS}{lively.path}/embed"))

    def place(self, kind: str) -> Place:
        """A room of this kind."""
        if kind in ANEW and kind in self._places:
            _end(self._places.pop(kind).room)
        if kind not in self._places:
            self._places[kind] = KINDS[kind](self.base)
        return self._places[kind]

    @contextmanager
    def all_are_here(self) -> Iterator[None]:
        """Lets a class be present in the lively room: each listens to its event stream."""
        room = self.place("lively").room
        with httpx.Client(base_url=room.base, timeout=None) as http, ExitStack() as streams:
            for number in range(1, HERE + 1):
                headers = {"Authorization": f"Bearer {room.join(f'Pupil {number}').token}"}
                streams.enter_context(http.stream("GET", f"/api/v1/rooms/{room.name}/events/stream", headers=headers))
            yield


def _lively(base: str) -> Place:
    return _talk(_make(base, name="history-7b", title="The Nile", ttl="2h", rules=RULES, embed={"mode": "post"}))


def _another(base: str) -> Place:
    return _talk(_make(base, name="history-8a", title="The Nile", ttl="2h", rules=RULES))


def _new(base: str) -> Place:
    return Place(_make(base, name="history-6c", title="The Nile", ttl="2h"))


def _strict(base: str) -> Place:
    place = Place(_make(base, name="exam-prep", title="Exam preparation", moderation="before", ttl="1d"))
    for nickname, text in HELD:
        place.speaker(nickname).say(text)
    return place


def _held(base: str) -> Place:
    place = Place(_make(base, name="essays", title="Essays", ttl="1d"))
    place.speaker("Zoë").say("Is the second page part of it?")
    place.speaker(ME).say("Yes, and the map")
    place.room.call("PATCH", body={"moderation": "before"})
    return place


def _asked(base: str) -> Place:
    """Two that wait; the author of one asks that somebody look again."""
    place = Place(_make(base, name="exam-talk", title="Exam preparation", moderation="before", ttl="1d"))
    for nickname, text in HELD:
        asked = place.speaker(nickname).say(text)
    words = {"text": "It is about the homework for tomorrow."}
    place.room.call("POST", f"/messages/{asked}/appeal", words, place.speaker(nickname).token)
    return place


def _over(base: str) -> Place:
    place = Place(_make(base, name="biology-101", title="Cells", ttl="1h"))
    place.speaker("Aylin").say("Bye!")
    _end(place.room)
    eventually(lambda: httpx.get(f"{base}/api/v1/rooms/{place.room.name}/receipt").is_success)
    return place


def _locked(base: str) -> Place:
    return Place(_make(base, name="staff-room", title="Staff room", password="open sesame", ttl="1d"))


def _door(base: str) -> Place:
    return Place(_make(base, name="chess-club", title="Chess club", door="knock", ttl="1d"))


def _stage(base: str) -> Place:
    """A room on a stage with questions and votes, and the message that its host may pin."""
    place = Place(_make(base, name="town-hall", title="Town hall: the library", ttl="2h"))
    hall = [place.speaker(f"Guest {number}") for number in range(1, 6)]
    for nickname, text, votes in ASKED:
        asked = place.speaker(nickname).say(text)
        for guest in hall[:votes]:
            place.room.call("POST", f"/messages/{asked}/vote", token=guest.token)
    place.pinned = place.speaker("The mayor").say("We begin again at half past three.")
    return place


def _talk(room: Room) -> Place:
    place = Place(room)
    for nickname, text in TALK:
        place.speaker(nickname).say(text)
    return place


def _end(room: Room) -> None:
    """Ends a room; a picture may have ended it already."""
    httpx.delete(f"{room.base}/api/v1/rooms/{room.name}", headers={"Authorization": f"Bearer {room.host_token}"})


def _make(base: str, **wanted: Any) -> Room:
    """Makes a room as soon as nothing is left of the last one of its name."""
    made: list[Room] = []

    def is_made() -> bool:
        try:
            made.append(make_room(base, **wanted))
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code != httpx.codes.CONFLICT:
                raise
        return bool(made)

    eventually(is_made)
    return made[0]


RULES = "Be kind. Questions first."
KINDS: dict[str, Callable[[str], Place]] = {
    "lively": _lively,
    "another": _another,
    "new": _new,
    "strict": _strict,
    "held": _held,
    "asked": _asked,
    "over": _over,
    "locked": _locked,
    "door": _door,
    "stage": _stage,
}
ANEW = frozenset({"another", "new", "held", "asked", "door"})
