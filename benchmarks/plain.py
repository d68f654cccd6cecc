"""What the fan-out is compared with: flask-sock as its page shows it, each message sent to one client after the other.

`REDIS_URL=… gunicorn -k gevent benchmarks.plain:app`: whoever connects to /ws is sent what is published on CHANNEL.
"""

import os
from typing import Any

import gevent
from flask import Flask
from flask_sock import Sock
from redis import Redis

CHANNEL = "benchmark:plain"

app = Flask(__name__)
sock = Sock(app)
clients: set[Any] = set()


@sock.route("/ws")
def listen(ws: Any) -> None:
    """One client."""
    clients.add(ws)
    try:
        while True:
            ws.receive()
    finally:
        clients.discard(ws)


def spread() -> None:
    """Sends on what is published."""
    pubsub = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True).pubsub()
    pubsub.subscribe(CHANNEL)
    for message in pubsub.listen():
        if message["type"] == "message":
            for client in list(clients):
                client.send(message["data"])


gevent.spawn(spread)
