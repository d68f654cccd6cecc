"""Why a message was held or not shown: kept in English, and said in the reader's language on every screen."""

from typing import Final

from app.chat.words import english

WAITS_FOR_HOST: Final = english("waits for the host")
NOT_CHECKED: Final = english("could not be checked")
ON_THE_LIST: Final = english("has a word from the word list")
BY_HOST: Final = english("The host did not let this message through.")
NOT_KEPT: Final = english("It could not be stored, so nobody will see it. The host has been told and may try again.")
