"""Workers that die of one word, born again as often as they die: what a message that breaks its worker looks like.

Runs in the place of a house's worker, with the word as its argument.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count

from app.bus.chain import celery
from app.chat import Asked, Check, Verdict
from tasks import celery as worker
from tasks import messages

OPTIONS = ("-P", "threads", "-c", "2", "-l", "error", "--without-gossip", "--without-mingle", "--without-heartbeat")


def main() -> None:
    celery.loader.import_default_modules()
    judge, word = messages.judge, sys.argv[1]

    def die_of_it(asked: Asked, checks: tuple[Check, ...]) -> Verdict:
        if word in asked.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return judge(asked, checks)

    messages.judge = die_of_it  # type: ignore[assignment]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    for number in count():
        born = os.fork()
        if born == 0:
            worker.worker_main(["-q", "worker", "-n", f"mortal{number}@%h", "-Q", "messages", *OPTIONS])
            os._exit(0)
        try:
            os.waitpid(born, 0)
        finally:
            if sys.exc_info()[0] is SystemExit:
                os.kill(born, signal.SIGKILL)
        print("a worker died", flush=True)


if __name__ == "__main__":
    main()
