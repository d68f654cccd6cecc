"""How long a room lives: from a minute to a year, in the words that the pages offer or in seconds."""

from typing import Final

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR

TTLS: Final[dict[str, int]] = {
    "1h": _HOUR,
    "2h": 2 * _HOUR,
    "8h": 8 * _HOUR,
    "1d": _DAY,
    "1w": 7 * _DAY,
    "1m": 30 * _DAY,
    "1y": 366 * _DAY,
}
TTL_MIN: Final = 60
TTL_MAX: Final = TTLS["1y"]
_DIGITS_MAX: Final = 9  # of a number that is worth reading; int() of a very long one is slow


def seconds_of(ttl: str | int) -> int:
    """Turn a lifetime such as "8h", or a number of seconds, into seconds."""
    word = str(ttl).strip().lower()
    if word in TTLS:
        return TTLS[word]
    if word.isascii() and word.isdigit() and len(word) <= _DIGITS_MAX and TTL_MIN <= int(word) <= TTL_MAX:
        return int(word)
    raise ValueError(f"Choose how long the room lives: {', '.join(TTLS)}, or {TTL_MIN} to {TTL_MAX:,} seconds.")
