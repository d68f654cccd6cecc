"""What people in a classroom write: varied sentences, some with digits, emoji, other scripts; always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

OPENINGS = (
    "Could you explain", "I did not get", "Where can I read about", "Is there a proof of", "Great example for",
    "Können Sie bitte", "Пожалуйста, ещё раз про", "Does the exam cover", "What happens to", "Just to be sure about",
    "¿Puede repetir", "Who else is lost at", "+1 for", "Slide 14:", "Small typo in", "Thanks for", "我不明白",
)  # fmt: skip
SUBJECTS = (
    "the second law of thermodynamics", "Bayes' theorem", "the midterm", "recursion", "figure 3.2", "entropy",
    "the Krebs cycle", "eigenvalues", "supply & demand", "the French Revolution", "photosynthesis", "chapter 7",
    "the half-life of carbon-14", "big-O notation", "Ohm's law (V = I·R)", "the reading for Monday", "mitosis",
)  # fmt: skip
ENDINGS = (
    "?", " again, please?", " in 2 sentences?", "… 🤔", " 🙏", ", thank you!", " - is it 3.14 or 22/7?", " 👍👍", ".",
    " before the break at 10:45?", " (the left half of the board)", " \"in general\"?", " 😅 sorry, came in late",
    " for n > 100?", " if x < 0?", ", s'il vous plaît ?", " with an example from today", ": why not 42?",
)  # fmt: skip


def sentences(seed: int = 1) -> Iterator[str]:
    """One after the other, without end."""
    dice = random.Random(seed)
    while True:
        yield f"{dice.choice(OPENINGS)} {dice.choice(SUBJECTS)}{dice.choice(ENDINGS)}"
