"""Who wants to say something, and where: room and participant for many at once, in one round trip."""

from collections.abc import Sequence

from app.bus import channels
from app.bus.connection import answering, redis
from app.bus.participants import as_kept
from app.bus.rooms import as_kept as room_as_kept
from app.chat import Participant, Room


def found(speakers: Sequence[tuple[str, str]]) -> list[tuple[Room | None, Participant | None]]:
    """Room and participant as they are now for each (room id, participant id); None where Redis knows nothing."""
    rooms = list(dict.fromkeys(room_id for room_id, _ in speakers))
    people = list(dict.fromkeys(speakers))
    with answering(), redis().pipeline(transaction=False) as pipe:
        for room_id in rooms:
            pipe.get(channels.key(room_id, "room"))
        for room_id, participant_id in people:
            pipe.hget(channels.key(room_id, "people"), participant_id)
        kept = pipe.execute()
    room = {room_id: room_as_kept(text) if text else None for room_id, text in zip(rooms, kept, strict=False)}
    who = {pair: as_kept(text) if text else None for pair, text in zip(people, kept[len(rooms) :], strict=True)}
    return [(room[pair[0]], who[pair]) for pair in speakers]
