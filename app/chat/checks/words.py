"""Words: what has a listed word is held, rejected, or shown with the word covered, as the room says."""

from dataclasses import dataclass

from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import COVERED, ON_THE_LIST
from app.chat.safety import Safety, Words
from app.chat.wordbooks import Book, listed, own


@dataclass(frozen=True, slots=True)
class WordCheck:
    """Looks for words from the lists, and from the room's own, also when they are disguised.

    Attributes:
        action: what becomes of a message with one, where the room leaves that to the operator.
        languages: whose lists are looked at, where the room names none.
        name: what the settings call it.
    """

    action: Words = Words.HOLD
    languages: tuple[str, ...] = ("en",)
    name: str = "words"

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look for listed words."""
        safety = asked.room.safety
        if safety.words is Words.OFF:
            return None
        action = self.action if safety.words is Words.DEFAULT else safety.words
        books = self._books(safety, action)
        if not any(book.has(asked.text) for book in books):
            return None
        if action is Words.MASK and (covered := _covered(asked.text, books)):
            return Verdict(Outcome.PASS, covered, COVERED, self.name)
        # What cannot be covered is held: it is not waved through.
        outcome = Outcome.REJECT if action is Words.REJECT else Outcome.HOLD
        return Verdict(outcome, asked.text, ON_THE_LIST, self.name)

    def _books(self, safety: Safety, action: Words) -> list[Book]:
        """The lists that count here. A room's own words do where the operator has switched the others off, too."""
        books = [] if action is Words.OFF else [listed(safety.word_languages or self.languages)]
        return [*books, own(safety.own_words)] if safety.own_words else books


def _covered(text: str, books: list[Book]) -> str | None:
    """The text with every listed word covered; None where one cannot be."""
    for book in books:
        text = book.covered(text)
    return None if any(book.has(text) for book in books) else text
