"""Normalise: what cannot be seen is dropped, in whatever way the text came in."""

from dataclasses import dataclass

from app.chat.messages import clean_text
from app.chat.moderation import Asked, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Normalise:
    """Cleans the text once more, so that whatever came in by another way is clean as well."""

    name: str = "normalise"

    def __call__(self, asked: Asked) -> Verdict | None:
        """Hand the clean text on, where it is another one."""
        text = clean_text(asked.text)
        return None if text == asked.text else Verdict(Outcome.PASS, text, None, self.name)
