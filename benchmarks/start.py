"""How long until `make run` serves a page, against the least that could serve one: gunicorn with an empty Flask app.

`python -m benchmarks.start`, in a folder where `make install` was done. Five starts of each, one after the other; the
house's first start, which also makes the tables and the secrets, is told apart.
"""

import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.support.house import ROOT, clean_environment, eventually
from tests.support.ports import free_port

STARTS = 5
EMPTY = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef home(): return 'here'\n"


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "empty.py").write_text(EMPTY)
        house = [seconds_to_page(["make", "run"], ROOT, Path(folder) / "var") for _ in range(STARTS + 1)]
        gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "-k", "gevent", "--no-control-socket", "empty:app"]
        empty = [seconds_to_page(gunicorn, Path(folder), Path(folder) / "var") for _ in range(STARTS)]
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    print(f"make run, first start:    {house[0]:.2f} s to a served page")
    again = statistics.median(house[1:])
    print(f"make run, started again:  {again:.2f} s (median of {STARTS}, worst {max(house[1:]):.2f})")
    print(f"empty Flask app:          {statistics.median(empty):.2f} s (median of {STARTS})")
    print(f"ratio: {again / statistics.median(empty):.1f}")


def seconds_to_page(command: list[str], folder: Path, var: Path) -> float:
    """Starts a command, waits for its page, stops it again.

    Args:
        command: serves a page on PORT.
        folder: where it is started.
        var: where it keeps what it writes.
    """
    port, began = free_port(), time.monotonic()
    ports = {"PORT": str(port), "FLOWER_PORT": str(free_port()), "HOST": "127.0.0.1", "VAR_DIR": str(var)}
    bind = {"GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}"} if command[0] != "make" else {}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=clean_environment() | ports | bind,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        eventually(lambda: _serves(port), 60)
        return time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20)


def _serves(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).is_success
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    main()
