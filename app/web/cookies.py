"""What our cookies are called."""

from typing import Final

# A browser takes a cookie of such a name over TLS only, for the whole of this very host (RFC 6265bis, "__Host-").
HOST_ONLY: Final = "__Host-"


def named(name: str, *, tls: bool) -> str:
    """The name of a cookie: over TLS no neighbouring site can set it."""
    return f"{HOST_ONLY}{name}" if tls else name
