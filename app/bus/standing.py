"""Standing: whether those who read a room here may still do so. Asked where a ring of the bell may have been missed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from app.bus import speakers
from app.bus.follower import Follower
from app.chat import Participant, Room
from app.chat.refusals import NotAdmitted, PasswordNeeded, Refusal

# Whoever has knocked has been let in meanwhile.
LET_IN = "let in"
# Why screens are shut when the room has another password.
PASSWORD = "password"  # noqa: S105 - no password


def now(followers: Sequence[Follower]) -> Iterator[tuple[Follower, str]]:
    """What has become of each: LET_IN, or the word for why he may not read any more, or nothing.

    Raises:
        Unavailable: Redis is away.
    """
    # Those who moderate come in again with their keys when these are taken back (`bell.shut`).
    others = [follower for follower in followers if not follower.standing.moderates]
    if not others:
        return
    found = speakers.found([(follower.room_id, follower.participant_id or "") for follower in others])
    moment = datetime.now(UTC)
    for follower, (room, participant) in zip(others, found, strict=True):
        if room is not None:
            yield follower, _word(follower, room, participant, moment)


def _word(follower: Follower, room: Room, participant: Participant | None, moment: datetime) -> str:
    if participant is None:
        # Whom Redis has lost is found in the store when he says something.
        return PASSWORD if room.is_locked and follower.participant_id is None else ""
    try:
        room.let_in(participant, moment)
    except NotAdmitted as refusal:
        return "" if follower.knocks else refusal.code
    except PasswordNeeded:
        return PASSWORD
    except Refusal as refusal:
        return refusal.code
    return LET_IN if follower.knocks else ""
