"""Floods: how much somebody says in a short time, and how often the same is said.

Both are counted where a message is accepted, by a script in Redis (`app.bus.inbox`) in whole numbers; what is here
counts alike, for whoever wants to know what would have been counted.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from app.chat.characters import unseen_dropped
from app.chat.messages import Message
from app.chat.moderation import Facts

MESSAGE: Final = 1000  # what a short message costs
# So many characters cost as much as one message more: a wall of text is a flood in fewer pieces.
CHARACTERS_A_MESSAGE: Final = 140
_SAME_LENGTH: Final = 16  # bytes of a fingerprint that nobody finds a second text for by chance
_RUNS: Final = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast messages may come: so many at once, and then so many a minute."""

    at_once: int
    a_minute: int

    @property
    def most(self) -> int:
        """The score from which it is a flood."""
        return self.at_once * MESSAGE


@dataclass(frozen=True, slots=True)
class Limits:
    """What is a flood, and what is said too often.

    Attributes:
        device: how fast one device may talk.
        network: how fast all devices of one network together may.
        lately: within how many seconds the same text is the same again.
    """

    device: Pace = Pace(8, 30)
    network: Pace = Pace(120, 600)
    lately: int = 60


USUAL: Final = Limits()


def cost(text: str) -> int:
    """How much a text adds to the score of whoever says it."""
    return MESSAGE + len(text) * MESSAGE // CHARACTERS_A_MESSAGE


def gist(text: str) -> str:
    """What is left of a text when case, accents, spaces, signs and stretched letters are taken away."""
    plain = text.casefold() if text.isascii() else _plain(text)
    words = "".join(letter for letter in plain if letter.isalnum())
    return str(_RUNS.sub(r"\1", words or "".join(plain.split())))


def fingerprint(text: str) -> str:
    """What texts of the same gist have in common, without the text."""
    return sha256(gist(text).encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _SAME_LENGTH]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", unseen_dropped(text)).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@dataclass(slots=True)
class Tally:
    """Counts as the script in Redis does: what would have been counted of these messages."""

    limits: Limits
    _scores: dict[str, tuple[int, int]] = field(default_factory=dict)
    _said: dict[str, int] = field(default_factory=dict)
    _before: dict[str, int] = field(default_factory=dict)
    _began: int = 0

    def facts(self, message: Message, network: str = "") -> Facts:
        """Count one message more."""
        now, price = int(message.at.timestamp() * 1000), cost(message.text)
        device = self._score(message.participant_id, price, self.limits.device, now)
        whole = self._score(f"/{network}", price, self.limits.network, now) if network else 0
        own, devices = self._times(fingerprint(message.text), message.participant_id, now)
        return Facts(device=device, network=whole, own=own, devices=devices)

    def _score(self, who: str, price: int, pace: Pace, now: int) -> int:
        score, at = self._scores.get(who, (0, now))
        score = max(0, score - max(0, now - at) * pace.a_minute // 60) + price
        self._scores[who] = (score, now)
        return score

    def _times(self, what: str, who: str, now: int) -> tuple[int, int]:
        lately = self.limits.lately * 1000
        if now - self._began > lately:
            self._before = self._said if now - self._began <= 2 * lately else {}
            self._said, self._began = {}, now
        his = f"{what}:{who}"
        own = self._said.get(his, 0) + self._before.get(his, 0) + 1
        self._said[his] = self._said.get(his, 0) + 1
        if own == 1:
            self._said[what] = self._said.get(what, 0) + 1
        return own, self._said.get(what, 0) + self._before.get(what, 0)


def counted(messages: Sequence[Message], limits: Limits) -> list[Facts]:
    """What would have been counted of messages, in their order."""
    tally = Tally(limits)
    return [tally.facts(message) for message in messages]
