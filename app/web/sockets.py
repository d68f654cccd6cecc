"""Sockets: a room's events to every open screen, and what people say from there."""

from math import inf
from typing import Any

import gevent
from flask import Flask, request
from flask_sock import Sock
from simple_websocket import Server
from wsproto.utilities import RemoteProtocolError

from app.bus.frames import PING_FRAME
from app.bus.wire import dumps
from app.chat import Room
from app.chat.refusals import NoSuchRoom, Refusal, RoomIsOver, Unavailable
from app.web import bans, foreign, replay
from app.web.bodies import number
from app.web.house import house
from app.web.identity import You, foreign_origin, listener_of
from app.web.lookup import room_called
from app.web.participants import told
from app.web.rooms import room_now
from app.web.screens import Screen, ScreenAbroad, error_of
from app.web.socket import NO_SUCH_ROOM, POLICY, ROOM_IS_OVER, SLOW, Limits, NeverStarted, Socket
from config.settings import settings

sock = Sock()

# Larger than any case of the protocol test suites.
ECHO_MAX_BYTES = 32 * 1024 * 1024
MOST_SEQ = 10**15

_screens: set[Screen] = set()


def init_app(app: Flask) -> None:
    """Opens the sockets' addresses; reading and writing is ours, not flask-sock's."""
    app.config["SOCK_SERVER_OPTIONS"] = {"thread_class": NeverStarted}
    app.wsgi_app = _without_extensions(app.wsgi_app)  # type: ignore[method-assign]
    app.register_error_handler(RemoteProtocolError, _bad_handshake)
    sock.init_app(app)
    bans.on_change(_send_banned_away)
    gevent.spawn(_keep_alive)


def count() -> int:
    """How many screens are open in this process."""
    return len(_screens)


@sock.route("/ws/rooms/<name>")
def room_socket(ws: Server, name: str) -> None:
    """A room's events after a seq, live; with credentials also the way to speak."""
    chosen = settings()
    limits = Limits(
        message_bytes=chosen.frame_max_bytes,
        buffer_bytes=chosen.socket_buffer_bytes,
        bytes_a_second=chosen.socket_bytes_a_second,
    )
    with Socket(ws, limits) as socket:
        try:
            _open(socket, name)
        except NoSuchRoom as refusal:
            socket.close(NO_SUCH_ROOM, refusal.title)
        except RoomIsOver as refusal:
            socket.close(ROOM_IS_OVER, refusal.title)
        except Refusal as refusal:
            socket.send(dumps(error_of(refusal, None)))
            socket.close(SLOW if isinstance(refusal, Unavailable) else POLICY, refusal.title)


@sock.route("/ws/echo")
def echo(ws: Server) -> None:
    """Sends back what it gets, for protocol test suites; closed unless a setting opens it."""
    limits = Limits(message_bytes=ECHO_MAX_BYTES, buffer_bytes=ECHO_MAX_BYTES, bytes_a_second=inf)
    with Socket(ws, limits) as socket:
        if not settings().echo_endpoint:
            socket.close(NO_SUCH_ROOM)
        for message in socket.messages():
            socket.echo(message)


def _open(socket: Socket, name: str) -> None:
    bans.check(bans.callers_handle())
    screen = _screen(socket, name)
    hub = house().hub
    try:
        hub.join(screen)
        _screens.add(screen)
        # A room that was forgotten before the hub listened would never be heard of again.
        replay.last_seq(screen.room_id)
        hub.catch_up(screen)
        screen.run()
    finally:
        _screens.discard(screen)
        hub.leave(screen)


def _screen(socket: Socket, name: str) -> Screen:
    """The screen of whoever may read here; it has been greeted."""
    abroad = foreign_origin()
    room = foreign.room_shown_abroad(name) if abroad else room_called(name)
    you = You() if abroad else listener_of(room, request.args.get("token"))
    after = number("after", 0, 0, MOST_SEQ)
    screen = ScreenAbroad(socket, room, after) if abroad else Screen(socket, room, you, after)
    _hello(screen, room, you)
    return screen


def _send_banned_away() -> None:
    """Closes the sockets of networks that are banned by now."""
    for screen in list(_screens):
        if bans.is_banned(screen.network):
            screen.finish(POLICY)


def _hello(screen: Screen, room: Room, you: You) -> None:
    known = told(room, you.participant) if you.participant else None
    here = room_now(room)
    hello = {"type": "hello", "room": here, "you": known, "last_seq": here["last_seq"], "epoch": room.id}
    screen.socket.send(dumps(hello))
    if screen.seq > here["last_seq"]:
        screen.seq = 0
        screen.socket.send('{"type":"reset"}')


def _bad_handshake(error: RemoteProtocolError) -> tuple[str, int, dict[str, str]]:
    """A handshake that is none, or one of another version: refused before the connection is a socket's."""
    status = getattr(error.event_hint, "status_code", 400)
    return f"{error}\n", status, {"Sec-WebSocket-Version": "13"}


def _without_extensions(application: Any) -> Any:
    """A frame can be shared by all sockets only if none of them compresses."""

    def passing_on(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return application(environ, start_response)

    return passing_on


def _keep_alive() -> None:
    """Pings every screen now and then: routers drop a connection that is idle for 55 seconds."""
    while True:
        gevent.sleep(settings().ping_seconds)
        for screen in list(_screens):
            screen.socket.write(PING_FRAME)
