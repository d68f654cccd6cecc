"""The nursery: workers that are born to die at one crash point, each quickly, as all that they import is here already.

Run as a program in a house's environment, it reads "POINT QUEUES" lines, lets one worker live until it dies at that
point, and writes "POINT STATUS".
"""

from __future__ import annotations

import os
import sys

from app.bus.chain import celery
from config.settings import settings
from tasks import celery as tasks

OPTIONS = ("-P", "threads", "-c", "2", "-l", "error", "--without-gossip", "--without-mingle", "--without-heartbeat")


def main() -> None:
    celery.loader.import_default_modules()
    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        point, queues = line.split()
        born = os.fork()
        if born == 0:
            os.environ["CRASH_POINTS"] = f"{point}=1"
            settings.cache_clear()
            tasks.worker_main(["-q", "worker", "-n", f"doomed{number}@%h", "-Q", queues, *OPTIONS])
            os._exit(0)
        print(born, flush=True)
        _, status = os.waitpid(born, 0)
        print(point, os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
