"""A pulse: shows that beat, the broker and a worker work together."""

from datetime import UTC, datetime

from celery import shared_task

from app.bus import chain, pulse


@shared_task(name=chain.PULSE)
def beat() -> None:
    """Notes that a scheduled task was carried out just now."""
    pulse.note(datetime.now(UTC))
