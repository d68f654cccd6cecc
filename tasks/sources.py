"""Sources: posts from other networks. None is configured yet, and the stream says so."""

import logging

from celery import shared_task
from celery.signals import worker_ready

from app.bus import chain

log = logging.getLogger(__name__)


@worker_ready.connect
def say_what_is_followed(sender: object, **_: object) -> None:
    """One line at the start of the worker that reads the stream queue, so that silence is explained."""
    queues = getattr(getattr(sender, "app", None), "amqp", None)
    if queues is not None and "stream" in queues.queues.consume_from:
        log.info("no source is configured: the stream is idle")


@shared_task(name=chain.SUPERVISE)
def supervise() -> str:
    """Looks after the one connection a network; with no network configured there is nothing to do."""
    return "no source is configured"
