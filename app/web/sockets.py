"""Sockets: a room's events to every open screen, and what people say from there."""

import json
from math import inf
from typing import Any

import gevent
from flask import Flask, request
from flask_sock import Sock
from simple_websocket import Server
from wsproto.utilities import RemoteProtocolError

from app.bus import participants, rooms
from app.bus.bell import Parcel
from app.bus.frames import PING_FRAME
from app.bus.hub import Follower
from app.bus.wire import Json, dumps, participant_to_wire
from app.chat import Participant, Room
from app.chat.refusals import NoSuchRoom, NotAllowed, OtherText, Refusal, RoomIsOver, Unavailable
from app.web import replay
from app.web.bodies import number
from app.web.house import house
from app.web.identity import You, foreign_origin, reader_of, you_in
from app.web.lookup import room_called
from app.web.messages import message_id_of, say
from app.web.participants import rename_participant
from app.web.rooms import room_now
from app.web.socket import NO_SUCH_ROOM, POLICY, ROOM_IS_OVER, SLOW, Limits, NeverStarted, Socket
from config.settings import settings

sock = Sock()

# Larger than any case of the protocol test suites.
ECHO_MAX_BYTES = 32 * 1024 * 1024
MOST_SEQ = 10**15
# The contract's codes; what else can go wrong on a socket is told as one of them.
CODES = {"expired": "closed", "bad_nickname": "bad_json", "bad_body": "bad_json"}

_screens: set["Screen"] = set()


class BadJson(Refusal):
    """A frame that is not what the contract asks for."""

    code = "bad_json"
    title = "That could not be read"


class Screen(Follower):
    """One open socket in a room."""

    def __init__(self, socket: Socket, room: Room, you: You, seq: int) -> None:
        super().__init__(room.id, you.participant.id if you.participant else None, seq, host=you.host)
        self.socket = socket
        self.name = room.name

    def take(self, parcel: Parcel) -> None:
        """Events of the room, in bytes that all screens share."""
        self.socket.write(parcel.frame)

    def tell(self, text: str) -> None:
        """A word that is no event."""
        self.socket.send(text)

    def finish(self, code: int) -> None:
        """Closes the socket."""
        self.socket.close(code)

    def drain(self) -> None:
        """Long replays go at the reader's pace."""
        self.socket.drain()

    def run(self) -> None:
        """Answers what comes in until the socket closes."""
        for frame in self.socket.messages():
            self.socket.send(dumps(self._answer(frame)))

    def _answer(self, frame: str | bytes) -> Json:
        asked: Json = {}
        try:
            asked = _read(frame)
            return self._carry_out(asked)
        except Refusal as refusal:
            return _error(refusal, asked.get("id"))

    def _carry_out(self, asked: Json) -> Json:
        match asked:
            case {"type": "say", "id": str(raw_id), "text": str(text)}:
                return self._say(raw_id, text)
            case {"type": "say"}:
                raise BadJson("say needs an id and a text, both of them strings.")
            case {"type": "rename", "nickname": str(nickname)}:
                renamed = rename_participant(self._room(), self._participant(), nickname)
                return {"type": "renamed", "participant": participant_to_wire(renamed)}
            case {"type": "rename"}:
                raise BadJson("rename needs a nickname, a string.")
            case {"type": "vote" | "unvote"}:
                raise BadJson("Votes are not offered yet.")
        raise BadJson("type has to be say or rename.")

    def _say(self, raw_id: str, text: str) -> Json:
        message_id = message_id_of(raw_id)
        try:
            known = say(self._room(), self._participant(), message_id, text)
        except OtherText as refusal:
            return {"type": "rejected", "id": raw_id, "reason": refusal.detail}
        if known.state in ("held", "rejected"):
            return {"type": known.state, "id": raw_id, "reason": known.reason}
        return {"type": "accepted", "id": raw_id}

    def _room(self) -> Room:
        return rooms.get(self.room_id) or room_called(self.name)

    def _participant(self) -> Participant:
        if self.participant_id is None:
            raise NotAllowed("Join the room with a nickname first.")
        found = participants.get(self.room_id, self.participant_id)
        return found or _again(you_in(self._room(), request.args.get("token")))


def init_app(app: Flask) -> None:
    """Opens the sockets' addresses; reading and writing is ours, not flask-sock's."""
    app.config["SOCK_SERVER_OPTIONS"] = {"thread_class": NeverStarted}
    app.wsgi_app = _without_extensions(app.wsgi_app)  # type: ignore[method-assign]
    app.register_error_handler(RemoteProtocolError, _bad_handshake)
    sock.init_app(app)
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
            socket.send(dumps(_error(refusal, None)))
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
    if foreign_origin():
        raise NotAllowed("This room may not be used from another site.")
    room = room_called(name)
    you = _reader(room)
    screen = Screen(socket, room, you, number("after", 0, 0, MOST_SEQ))
    _hello(screen, room, you)
    hub = house().hub
    try:
        hub.join(screen)
        _screens.add(screen)
        # A room that was forgotten before the hub listened would never be heard of again.
        replay.last_seq(room.id)
        hub.catch_up(screen)
        screen.run()
    finally:
        _screens.discard(screen)
        hub.leave(screen)


def _hello(screen: Screen, room: Room, you: You) -> None:
    known = participant_to_wire(you.participant) if you.participant else None
    here = room_now(room)
    hello = {"type": "hello", "room": here, "you": known, "last_seq": here["last_seq"], "epoch": room.id}
    screen.socket.send(dumps(hello))
    if screen.seq > here["last_seq"]:
        screen.seq = 0
        screen.socket.send('{"type":"reset"}')


def _reader(room: Room) -> You:
    you = you_in(room, request.args.get("token"))
    return you if you.may_read(room) else reader_of(room)


def _again(you: You) -> Participant:
    if you.participant is None:
        raise NotAllowed("Join the room again.")
    return you.participant


def _read(frame: str | bytes) -> Json:
    try:
        asked: Any = json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError) as error:
        raise BadJson("A frame has to be one JSON object.") from error
    if not isinstance(asked, dict):
        raise BadJson("A frame has to be one JSON object in a text frame.")
    return asked


def _error(refusal: Refusal, message_id: object) -> Json:
    error: Json = {"type": "error", "code": CODES.get(refusal.code, refusal.code), "detail": refusal.detail}
    # Half a character, which JSON can spell, cannot be sent back in UTF-8.
    if isinstance(message_id, str) and message_id.isprintable():
        error["id"] = message_id
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        error["retry_after"] = wait
    return error


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
