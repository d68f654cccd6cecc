"""Normalise: what cannot be seen is dropped, in whatever way the text came in."""

from dataclasses import dataclass

from app.chat.messages import clean_text
from app.chat.moderation import Asked, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Normalise:
    """Cleans the text once more, so that whatever came in by another way is clean as well."""

    name: str = "normalise"

    def __call__(self, asked: Asked) -> Verdict:
        """Hand the clean text on."""
        return Verdict(Outcome.PASS, clean_text(asked.text), None, self.name)
