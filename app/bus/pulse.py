"""The last sign of life of beat and the workers together, read by /readyz."""

from datetime import UTC, datetime

from app.bus.channels import PREFIX
from app.bus.connection import answering, redis

PULSE = f"{PREFIX}:pulse"
# Some pulses missed: something between beat and the workers stands still.
PULSE_LIVES_SECONDS = 20


def note(now: datetime) -> None:
    """A scheduled task was carried out."""
    with answering():
        redis().set(PULSE, now.isoformat(), ex=PULSE_LIVES_SECONDS)


def felt() -> datetime | None:
    """When the last one was, or None if that is too long ago."""
    with answering():
        found = redis().get(PULSE)
    return datetime.fromisoformat(found).astimezone(UTC) if found else None
