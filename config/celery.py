"""How Celery behaves here: each option with its reason (`app.config_from_object("config.celery")`)."""

from __future__ import annotations

import ssl

from config.settings import settings

_settings = settings()

# -- the broker ----------------------------------------------------------------------------------------------------
broker_url = _settings.celery_broker_url
# For Flower, which reads TLS options only here: encrypted, and verified only when the address asks for it.
broker_use_ssl = (
    {"ssl_cert_reqs": ssl.CERT_NONE}
    if broker_url.startswith("rediss://") and "ssl_cert_reqs=none" in broker_url
    else False
)
broker_transport_options = {
    # The queue is not asked to remember what a worker has taken: it would forget some all the same (it pops a task
    # before it notes that), and the inbox remembers all. It saves two writes to disk a hop. What a lost process had
    # taken is sent again by the sweep after a second or two, and not after minutes.
    "ack_emulation": False,
    # No priorities: BRPOP then watches one key a queue instead of four. Must be the same everywhere.
    "priority_steps": [0],
    # Every wait is bounded. An answer takes longer than BRPOP's 1 s only when the server is gone.
    "socket_timeout": max(_settings.redis_timeout_seconds, 2.0),
    "socket_connect_timeout": _settings.redis_timeout_seconds,
    "socket_keepalive": True,
    # A connection that died without a word is noticed within twice this.
    "health_check_interval": 10,
}
# Processes start in any order: whoever comes before the broker waits for it, at most 2 s between two tries.
broker_connection_retry_on_startup = True
broker_connection_retry = True
broker_connection_max_retries = None
broker_connection_timeout = _settings.redis_timeout_seconds
# Without this a broker that is out of memory ends the worker.
broker_channel_error_retry = True
# A web process that finds all connections busy gives up and says so, rather than wait for ever.
broker_pool_limit = 10
broker_pool_acquire_timeout = 2.0
# With the broker away the caller hears it after 0.01 s instead of a second; the inbox holds the message anyhow.
task_publish_retry = True
task_publish_retry_policy = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}

# -- what tasks say and how ----------------------------------------------------------------------------------------
# JSON only: a pickled task could run anything.
task_serializer = "json"
result_serializer = "json"
event_serializer = "json"
accept_content = ["json"]
result_accept_content = ["json"]
# Nobody asks for results: five commands to Redis less a hop.
task_ignore_result = True
result_backend = None
# With nothing kept there is nothing to clean up: without this, beat would send celery.backend_cleanup each night.
result_expires = None
# Arguments are ids only, but even a return value is not written into logs, events and Flower.
resultrepr_maxsize = 0
timezone = "UTC"
enable_utc = True

# -- queues --------------------------------------------------------------------------------------------------------
# A queue that is not listed fails aloud, instead of filling up with nobody reading it; so does a task without a route,
# as the default queue is not listed.
task_create_missing_queues = False
task_default_queue = "unrouted"
task_queues = {
    name: {"exchange": name, "exchange_type": "direct", "routing_key": name}
    for name in ("messages", "rooms", "chores", "stream")
}
task_routes = {
    "message.*": {"queue": "messages"},
    "room.close": {"queue": "rooms"},
    "room.forget": {"queue": "rooms"},
    "room.announce": {"queue": "rooms"},
    "room.guard": {"queue": "rooms"},
    "inbox.sweep": {"queue": "chores"},
    "room.close_due": {"queue": "chores"},
    "room.scrub": {"queue": "chores"},
    "health.*": {"queue": "chores"},
    "source.*": {"queue": "stream"},
}

# -- how a worker works --------------------------------------------------------------------------------------------
# A task is done when it has ended: a worker that is told to stop puts back what it has not begun.
task_acks_late = True
# A failed hop is not put back for ever: the sweep sends its messages again, with a limit.
task_acks_on_failure = True
task_acks_on_timeout = True
# Take no more than each thread can begin at once: what waits in a process that dies waits for the sweep.
worker_prefetch_multiplier = 1
# After the broker was away, what runs is finished; it is idempotent and may be repeated elsewhere.
worker_cancel_long_running_tasks_on_connection_loss = False
worker_enable_prefetch_count_reduction = False
# Nothing here limits rates: one thread less.
worker_disable_rate_limits = True
# Flower shows each hop with its room and message ids.
worker_send_task_events = True
# … but a few times a second, not between two hops.
worker_consumer = "tasks.monitoring:Watched"
# The sender tells nothing more: what a worker received says it, and the web keeps its time for screens.
task_send_sent_event = False
# Monitoring events nobody reads are gone after 5 s, the queue of a Flower that died after a minute.
event_queue_ttl = 5.0
event_queue_expires = 60.0
# Our log is set up by config.logging; Celery leaves it alone and does not turn prints into warnings.
worker_hijack_root_logger = False
worker_redirect_stdouts = False

# -- the clock -----------------------------------------------------------------------------------------------------
# RedBeat keeps the schedule and a lock in Redis, so a second beat may stand by and takes over; ours outlives Redis.
beat_scheduler = "beat.clock.Clock"
# Look at the schedule every second, as the sweep comes each second anyway, and so often for a lock that is free.
beat_max_loop_interval = 1
# A beat that was killed is replaced after 7 s at most: until then nothing is sent again that was lost with a worker.
# If Redis stands still for longer the beat ends, and is started again.
redbeat_lock_timeout = 6
redbeat_redis_url = _settings.redis_connection_url
redbeat_key_prefix = "parley:redbeat:"
redbeat_redis_options = {
    # Redis may come up after beat: try again for half a minute, then let the supervisor start afresh.
    "retry_period": 30,
    "socket_timeout": max(_settings.redis_timeout_seconds, 2.0),
    "health_check_interval": 10,
}
