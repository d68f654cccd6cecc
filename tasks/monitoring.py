"""What a worker tells whoever watches it, Flower for one: gathered for a moment, so that the hops keep their time."""

from celery.worker.consumer import Consumer
from kombu.asynchronous import Hub

# Three events a task; sent at once they took a quarter of a busy worker's time, and the next task waited for them.
TOLD_EVERY_SECONDS = 0.25


class Watched(Consumer):  # type: ignore[misc]
    """Celery's consumer, but that it tells of its tasks a few times a second instead of after each of them."""

    def on_send_event_buffered(self) -> None:
        """Leave it to the timer; a full buffer (24 events) is sent anyway."""

    def register_with_event_loop(self, hub: Hub) -> None:
        """Set the timer; it ends with the connection, and the next one sets its own."""
        super().register_with_event_loop(hub)
        hub.call_repeatedly(TOLD_EVERY_SECONDS, self._flush_events)  # type: ignore[no-untyped-call]
