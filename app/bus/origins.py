"""Where participants joined from: the handle of their network, sealed so that only the operator can open it."""

from base64 import b64encode

from app.bus import channels
from app.bus.connection import answering, redis
from app.bus.rooms import expiry
from app.chat import Room


def keep(room: Room, participant_id: str, sealed: bytes) -> None:
    """Keeps what is sealed until the room's end."""
    origins = channels.key(room.id, "origins")
    with answering(), redis().pipeline(transaction=False) as pipe:
        pipe.hset(origins, participant_id, b64encode(sealed).decode())
        pipe.expireat(origins, expiry(room))
        pipe.execute()


def of(room_id: str, participant_id: str) -> str:
    """What is sealed of where somebody joined from; "" where nothing is."""
    with answering():
        return str(redis().hget(channels.key(room_id, "origins"), participant_id) or "")
