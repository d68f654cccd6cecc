"""Why a message was held or not shown: kept in English, and said in the reader's language on every screen."""

from typing import Final

from app.chat.words import english

WAITS_FOR_HOST: Final = english("waits for the host")
NOT_CHECKED: Final = english("could not be checked")
ON_THE_LIST: Final = english("has a word from the word list")
COVERED: Final = english("a word from the word list was covered")
IS_MUTED: Final = english("its author was muted")
IS_BANNED: Final = english("its author was banned")
HAS_LINK: Final = english("has a link")
TOO_MANY: Final = english("many messages in a short time")
SAID_BEFORE: Final = english("the same was said a moment ago")
JUST_JOINED: Final = english("its author has just joined")
# What whoever moderates may give as the reason with one word, and a reader of a report, too.
KINDS: Final = {
    "rude": english("It is rude, or it hurts somebody."),
    "private": english("It tells something private about somebody."),
    "off_topic": english("It is about something else."),
    "repeated": english("It has been said before."),
    "spam": english("It is advertising."),
}
BY_HOST: Final = english("The host did not let this message through.")
UPHELD: Final = english("It was looked at again and stays as it is.")
NOT_KEPT: Final = english("It could not be stored, so nobody will see it. The host has been told and may try again.")


def rejection(reason: str) -> str:
    """Say to an author why his message was turned away: by the sentence of a kind, or in the host's own words."""
    return KINDS.get(reason, reason) or BY_HOST
