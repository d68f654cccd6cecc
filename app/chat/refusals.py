"""Every way in which Parley says no: a code for programs and a sentence for people.

A refusal is raised where it is found and turned into an answer in one place, at the wire. Each says what to do.
"""

from datetime import UTC, datetime
from math import ceil
from typing import ClassVar, Self

from app.chat.actions import Lease
from app.chat.words import english, plural

MUTED_FOR_GOOD = datetime.max.replace(year=9999, microsecond=0, tzinfo=UTC)
"""The end of a mute that has none."""


class Refusal(Exception):
    """Something that was asked for and is not done, with the reason."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = english("That is not possible")
    sentence: str = english("That cannot be done here. Check what you asked for and try again.")
    sentences: str | None = None

    def __init__(self, sentence: str | None = None, **values: str | int) -> None:
        super().__init__(sentence)
        self.sentence = sentence or self.sentence
        self.values = values

    @property
    def detail(self) -> str:
        """What to do, in English; the web says it in the reader's language."""
        one = self.sentences is None or self.values["num"] == 1
        sentence = self.sentence if one else self.sentences
        return str(sentence) % self.values if self.values else str(sentence)

    def __str__(self) -> str:
        return self.detail


class NoSuchRoom(Refusal):
    """There is no room of that name."""

    code = "no_such_room"
    title = english("No such room")
    sentence = english("There is no room of that name. Check the link, or make the room yourself.")


class NameTaken(Refusal):
    """Another live room has that name."""

    code = "name_taken"
    title = english("That name is in use")
    sentence = english("Another room has that name just now. Choose another name, or leave it empty to be given one.")


class BadName(Refusal):
    """A room cannot be called that."""

    code = "bad_name"
    title = english("That cannot be a room's name")
    sentence = english("Choose a name of 2 to 40 letters a to z, digits and hyphens.")


class BadNickname(Refusal):
    """A participant cannot be called that."""

    code = "bad_nickname"
    title = english("That cannot be a nickname")
    sentence = english("Choose a nickname with at least one letter, digit or sign that can be seen.")


class BadSite(Refusal):
    """That is no site on which a room could be shown."""

    code = "bad_site"
    title = english("That is no site's address")
    sentence = english("Write a site's address in full, for example https://blog.example.")


class BadDomain(Refusal):
    """That is no site that can be linked to."""

    code = "bad_domain"
    title = english("That is no site's name")
    sentence = english("Write a site's name alone, for example wikipedia.org.")


class BadWord(Refusal):
    """A word cannot be put on a room's list."""

    code = "bad_word"
    title = english("That word cannot be looked for")
    sentence = english("Write one word, or a few that belong together, for each entry of the list.")


class Empty(Refusal):
    """There is nothing to read in the message."""

    code = "empty"
    title = english("The message is empty")
    sentence = english("Write something that can be seen before you send it.")


class TooLong(Refusal):
    """A message has more characters than the room allows."""

    code = "too_long"
    title = english("The message is too long")
    sentence = english("That is %(length)d characters long, and %(limit)d are allowed. Shorten it by %(excess)d.")

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(length=length, limit=limit, excess=length - limit)
        self.args = (length, limit)
        self.length = length
        self.limit = limit


class TooFast(Refusal):
    """Somebody sends more often than is allowed."""

    code = "too_fast"
    title = english("That was too fast")
    sentence, sentences = plural(
        "You are sending very quickly. Wait %(num)d second and send it again.",
        "You are sending very quickly. Wait %(num)d seconds and send it again.",
    )

    def __init__(self, retry_after: float) -> None:
        super().__init__(num=max(1, ceil(retry_after)))
        self.args = (retry_after,)
        self.retry_after = retry_after


class ComeLater(TooFast):
    """Somebody wants to join anew from where a device was banned a moment ago, during a raid."""

    title = english("Not just now")
    sentence, sentences = plural(
        "Somebody on your network was put out of this room just now. Wait %(num)d second and join again.",
        "Somebody on your network was put out of this room just now. Wait %(num)d seconds and join again.",
    )


class RoomIsPaused(Refusal):
    """The host has paused the room: reading goes on, posting stops."""

    code = "paused"
    title = english("The room is paused")
    sentence = english("The host has paused the room. You can read on; send your message when the room goes on.")


class RoomIsClosed(Refusal):
    """The host has closed the room for good."""

    code = "closed"
    title = english("The room is closed")
    sentence = english("The host has closed the room. Nothing more can be posted; make a new room to go on talking.")


class RoomIsOver(Refusal):
    """The room's time is up, and it is forgotten."""

    code = "expired"
    title = english("The room is over")
    sentence = english("The room's time is up and its messages are forgotten. Make a new room to go on talking.")


class NotAllowed(Refusal):
    """Whoever asks has not shown that they may."""

    code = "unauthorized"
    title = english("You may not do that")
    sentence = english(
        "You need to have joined the room, or to be its host. Open the room's page and join, then try again."
    )


class WrongPassword(Refusal):
    """The room has a password, and it is another one."""

    code = "wrong_password"
    title = english("Wrong password")
    sentence = english("That is not the room's password. Ask the host for it and try again.")


class OtherText(Refusal):
    """The same message id came again with another text."""

    code = "other_text"
    title = english("That id belongs to another message")
    sentence = english("A message with this id and another text is there already. Send the new text with a new id.")


class Muted(Refusal):
    """The host has muted the participant."""

    code = "muted"
    title = english("You are muted")
    sentence = english("The host has muted you for now. You can read on; ask the host if you want to speak again.")

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__()
        self.retry_after = retry_after

    @classmethod
    def until(cls, end: datetime | None, now: datetime) -> Self:
        """Say how long it lasts, where it ends."""
        return cls(max(1, ceil((end - now).total_seconds())) if end and end < MUTED_FOR_GOOD else None)


class Banned(Refusal):
    """The host has banned the participant from the room."""

    code = "banned"
    title = english("You are banned from this room")
    sentence = english("The host has banned you from this room. Speak to the host if you think that this is a mistake.")


class Leased(Refusal):
    """Somebody else is deciding about the message."""

    code = "leased"
    title = english("Somebody else has this message")
    sentence, sentences = plural(
        "Somebody else is deciding about this message. Wait %(num)d second, or take another one.",
        "Somebody else is deciding about this message. Wait %(num)d seconds, or take another one.",
    )

    def __init__(self, lease: Lease, seconds: float) -> None:
        super().__init__(num=max(1, ceil(seconds)))
        self.args = (lease, seconds)
        self.lease = lease
        self.retry_after = max(1, ceil(seconds))


class NothingToDecide(Refusal):
    """The message does not wait for anybody."""

    code = "not_held"
    title = english("That message does not wait")
    sentence = english("Somebody has decided about this message already, or it never waited. Open the list again.")


class NothingToAppeal(Refusal):
    """The message is shown, or taken away: there is nothing to look at again."""

    code = "nothing_to_appeal"
    title = english("There is nothing to look at again")
    sentence = english("Only a message that is held or was turned away can be looked at again. Send a new one.")


class AlreadyAppealed(Refusal):
    """An author may ask once."""

    code = "already_appealed"
    title = english("You have asked already")
    sentence = english("You have asked about this message before. Wait until it is decided.")


class NetworkBanned(Refusal):
    """An operator has banned the network for a time."""

    code = "network_banned"
    title = english("Your network is banned for a time")
    sentence = english(
        "Whoever runs this Parley lets nobody write from your network for a time. You can read on, or ask them why."
    )


class NotAdmitted(Refusal):
    """The participant has knocked, and nobody has let him in yet."""

    code = "not_admitted"
    title = english("You are waiting to be let in")
    sentence = english("The host knows that you are here. Wait until you are let in.")


class PasswordNeeded(Refusal):
    """The room has another password than the one that the participant gave."""

    code = "password_needed"
    title = english("The room's password was changed")
    sentence = english("Ask the host for the room's new password and enter it.")


class ReadOnly(Refusal):
    """Guests may read, and not write."""

    code = "read_only"
    title = english("You can read here")
    sentence = english("In this room only the host and the helpers write. You can read on.")


class NicknameTaken(Refusal):
    """Somebody who is here, or who keeps the peace, has that nickname or one that looks like it."""

    code = "nickname_taken"
    title = english("That nickname is in use")
    sentence = english("Somebody here has that nickname, or one that looks like it. Choose another one.")


class Unavailable(Refusal):
    """A part that is needed cannot be reached just now."""

    code = "unavailable"
    title = english("Not available just now")
    sentence = english("Parley cannot do that just now. Wait a few seconds and try again.")

    def __init__(self, sentence: str | None = None, retry_after: float = 2) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
