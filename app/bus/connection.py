"""The one way to Redis: a client with time-outs, and what is said when nobody answers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from redis import BlockingConnectionPool, Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from app.chat.refusals import Unavailable
from config.settings import settings

# One quick second try hides a connection that the server closed while it lay idle in the pool.
RETRIES = 1
RETRY_AFTER_SECONDS = 2
# Who has waited for an answer in vain waits for all: so long the others are told at once.
SILENCE_SECONDS = 1.0
# Dead peers are noticed by the subscriber through a ping that is not answered.
SUBSCRIBER_HEALTH_CHECK_SECONDS = 10

Away = (RedisConnectionError, RedisTimeoutError)


@cache
def redis() -> Any:
    """The client for commands, made once a process; its own types do not know that answers are text here.

    Whoever finds all connections busy waits for one: redis-py's own pool refuses the 101st caller, and after a restart
    thousands come back in the same moment.
    """
    chosen = settings()
    pool = BlockingConnectionPool.from_url(
        chosen.redis_connection_url,
        max_connections=chosen.redis_connections,
        timeout=chosen.redis_timeout_seconds,
        decode_responses=True,
        socket_timeout=chosen.redis_timeout_seconds,
        socket_connect_timeout=chosen.redis_timeout_seconds,
        # A time-out is not tried again: it would only be waited for twice.
        retry=Retry(ExponentialBackoff(cap=0.1, base=0.02), RETRIES, supported_errors=(RedisConnectionError,)),
    )
    return Redis(connection_pool=pool)


@cache
def script(text: str) -> Callable[..., Any]:
    """A Lua script, sent once and called by its digest from then on."""
    return cast("Callable[..., Any]", redis().register_script(text))


def subscriber() -> Any:
    """A client for listening: it may wait for ever, so it has no read time-out, but a pulse."""
    chosen = settings()
    return Redis.from_url(
        chosen.redis_connection_url,
        decode_responses=True,
        socket_timeout=None,
        socket_connect_timeout=chosen.redis_timeout_seconds,
        health_check_interval=SUBSCRIBER_HEALTH_CHECK_SECONDS,
        retry=Retry(ExponentialBackoff(cap=0.1, base=0.02), 0),
    )


@dataclass(slots=True)
class _Silence:
    """Until when this process does not ask a Redis that stands still."""

    over: float = 0.0


_silence = _Silence()


@contextmanager
def answering() -> Iterator[None]:
    """Turns a Redis that does not answer into a refusal with a time to come back.

    Raises:
        Unavailable: Redis is away, or full, or still loading its data.
    """
    if time.monotonic() < _silence.over:
        raise Unavailable(retry_after=RETRY_AFTER_SECONDS)
    try:
        yield
    except RedisTimeoutError as error:
        _silence.over = time.monotonic() + SILENCE_SECONDS
        raise Unavailable(retry_after=RETRY_AFTER_SECONDS) from error
    except RedisConnectionError as error:
        raise Unavailable(retry_after=RETRY_AFTER_SECONDS) from error
    except ResponseError as error:
        if str(error).startswith(("OOM", "LOADING", "READONLY", "MISCONF")):
            raise Unavailable(retry_after=RETRY_AFTER_SECONDS) from error
        raise


def ping() -> bool:
    """Whether Redis answers now."""
    with answering():
        return bool(redis().ping())
