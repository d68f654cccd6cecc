"""What riding together is worth: the walk of five participants with chains shared, against a chain for each message.

`python -m benchmarks.chains [MESSAGES]` starts a house of each kind, one after the other, on this machine, and has five
participants (three WebSockets, an event stream, a long poll) say that many messages as fast as they can.
"""

import asyncio
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.support.house import open_house
from tests.support.walk import walk

MESSAGES = 1000


def main() -> None:
    """Prints the figures; ends with 1 if a walk broke the contract."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    shared = rate("chains shared (the default)", messages)
    alone = rate("a chain for each message", messages, CHAIN_MAX_MESSAGES="1")
    print(f"ratio: {shared / alone:.1f}")


def rate(what: str, messages: int, **settings: str) -> float:
    """Messages a second from the first word to the last screen."""
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder), **settings) as house:
        report = asyncio.run(walk(house.base, messages))
    if faults := report.faults():
        sys.exit("\n".join(faults))
    speed = report.sent / report.seconds
    print(f"{what:28} {speed:7.0f} messages/s, each on five screens ({report.sent} in {report.seconds:.1f} s)")
    return speed


if __name__ == "__main__":
    main()
