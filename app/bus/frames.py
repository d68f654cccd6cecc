"""WebSocket frames from the server: never masked, never compressed, so the same bytes suit every socket."""

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage


def _server() -> Connection:
    return Connection(ConnectionType.SERVER)


def text_frame(text: str) -> bytes:
    """A whole text message in one frame."""
    return _server().send(TextMessage(data=text))


def bytes_frame(data: bytes) -> bytes:
    """A whole binary message in one frame."""
    return _server().send(BytesMessage(data=data))


def close_frame(code: int, reason: str = "") -> bytes:
    """The frame that says goodbye, with a close code of RFC 6455 or of the contract."""
    return _server().send(CloseConnection(code=code, reason=reason))


PING_FRAME: bytes = _server().send(Ping())
