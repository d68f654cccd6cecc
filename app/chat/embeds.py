"""A room in a frame on somebody's page: whether its host allows that, on which sites, and with writing or without."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

import idna

from app.chat.refusals import BadSite
from app.chat.words import english

# A host's name has at most 253 letters (RFC 1035); what is longer than this is no mistyped address.
RAW_SITE_MAX: Final = 300
SHOWN_MAX: Final = 60
HERE: Final = "localhost"
_TOO_MANY: Final = english("At most %(most)d sites can be named, and these are %(given)d. Name none to allow any site.")
_PORTS: Final = {"https": 443, "http": 80}
# What a Content-Security-Policy takes as a host (CSP 3, host-part): nothing that would end the directive.
_HOST: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")


class EmbedMode(StrEnum):
    """Whether a room may be shown in a frame, and written to from there."""

    OFF = "off"
    READ = "read"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Embed:
    """What the host allows other sites; no sites named means any."""

    mode: EmbedMode = EmbedMode.OFF
    sites: tuple[str, ...] = ()

    def allows(self, origin: str) -> bool:
        """Tell whether a page may show the room, by the `Origin` that its browser sends (RFC 6454, 6.1)."""
        if self.mode is EmbedMode.OFF:
            return False
        # Whoever hides where he comes from ("null") is on no site.
        return origin in self.sites if self.sites else origin.startswith(("https://", "http://"))


NOT_EMBEDDED: Final = Embed()


def clean_sites(raws: Sequence[str], most: int) -> tuple[str, ...]:
    """Make origins of what somebody typed, each once, in their order; raise BadSite."""
    if len(raws) > most:
        raise BadSite(_TOO_MANY, most=most, given=len(raws))
    return tuple(dict.fromkeys(map(clean_site, raws)))


def clean_site(raw: str) -> str:
    """Make an origin of a site's address as somebody typed it, as browsers spell it; raise BadSite."""
    parts, port = _parts(raw.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadSite(
            english("%(site)s is no site's address. Write it with https://, for example https://blog.example."),
            site=_shown(raw),
        )
    if parts.username is not None or parts.path not in ("", "/") or "?" in raw or "#" in raw:
        raise BadSite(
            english("%(site)s is more than a site. Leave out what follows its name: https://blog.example."),
            site=_shown(raw),
        )
    host = _host(parts.hostname, raw)
    if parts.scheme == "http" and host != HERE:
        raise BadSite(
            english("%(site)s is not encrypted. A site has to begin with https://, or be http://localhost."),
            site=_shown(raw),
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def _parts(raw: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        port = 0
    # `urlsplit` would leave line ends out without a word.
    if port == 0 or len(raw) > RAW_SITE_MAX or not raw.isprintable():
        raise BadSite(english("%(site)s is no site's address."), site=_shown(raw))
    return parts, port


def _host(name: str, raw: str) -> str:
    """A host's name in the letters that browsers send: `bücher.example` is `xn--bcher-kva.example` (UTS 46)."""
    try:
        host = idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        host = ""
    if not _HOST.fullmatch(host):
        raise BadSite(
            english("%(site)s is no site's address. Name each site in full, for example https://blog.example."),
            site=_shown(raw),
        )
    return host


def _shown(raw: str) -> str:
    return f"“{raw}”" if len(raw) <= SHOWN_MAX else f"“{raw[:SHOWN_MAX]}…”"
