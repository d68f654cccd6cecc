"""One message to a thousand sockets of one web process; against plain flask-sock and nchan in the same run.

`python -m benchmarks.fanout` starts Valkey and one web process, opens a thousand sockets in a room, and rings the bell
directly, as the last hop does: the fan-out is what is measured. The sockets ask for compression as every browser does
(Parley and nchan say no, flask-sock says yes; it is also measured without being asked). Single messages go one at a
time, the next one when every socket has the last one, so each is a frame of its own; bursts are rung one after the
other without waiting, or appended at once as a chain of a hundred messages is.

"a core" is deliveries for each second of processor time that the server used: what one core can do, however much of
it the rest of the machine takes. Afterwards every socket has to have got the same bytes, in which every message stands.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import httpx
from redis import Redis

from app.bus.events import to_text
from benchmarks.crowd import BROWSERS_OFFER, Crowd
from benchmarks.front import Front, open_front, use_redis
from benchmarks.halls import hall, show, shown
from benchmarks.machine import cpu_seconds, family, many_files, named
from benchmarks.plain import CHANNEL
from benchmarks.sentences import sentences
from tests.support.house import ROOT, clean_environment, eventually
from tests.support.ports import free_port

NCHAN = (Path("/usr/lib/nginx/modules/ngx_nchan_module.so"), Path("/usr/share/nginx/modules/ngx_nchan_module.so"))
BURST = 100

Rings = Callable[[Sequence[str]], None]


@dataclass(frozen=True)
class Way:
    """One way of sending a number of messages, and how it went."""

    deliveries: int
    seconds: float
    cpu: float

    def __str__(self) -> str:
        """Deliveries a second on the clock, and for each second of the server's processor time."""
        return f"{self.deliveries / self.seconds:9,.0f}/s {self.a_core:9,.0f}/s a core"

    @property
    def a_core(self) -> float:
        """Deliveries for each second of processor time."""
        return self.deliveries / self.cpu


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=300, help="single messages; twenty times as many in bursts")
    parser.add_argument("--only", default="parley,plain,nchan", type=lambda text: text.split(","))
    asked = parser.parse_args()
    print(named())
    many_files(asked.sockets + 1000)
    print(f"message deliveries to {asked.sockets} sockets of one process, on the clock and a core of that process:")
    with tempfile.TemporaryDirectory() as folder, open_front(Path(folder)) as front:
        use_redis(front.redis_url)
        singles = {}
        if "parley" in asked.only:
            singles["parley"] = parley(front, asked.sockets, asked.messages)
        if "plain" in asked.only:
            singles["flask-sock"] = plain(front.redis_url, asked.sockets, asked.messages, BROWSERS_OFFER)
            bare = plain(front.redis_url, asked.sockets, asked.messages, "")
            singles["flask-sock, no compression asked for"] = bare
        if "nchan" in asked.only and (figure := nchan(asked.sockets, asked.messages)):
            singles["nchan"] = figure
    ours = singles.pop("parley", None)
    for other, way in singles.items() if ours else ():
        print(f"ratio of Parley to {other}, single messages a core: {ours.a_core / way.a_core:.2f}")


def parley(front: Front, sockets: int, messages: int) -> Way:
    """The house's own hub."""
    room, numbers = hall("hall"), count(2)
    [web] = front.web()
    crowd = Crowd(front.port, ["/ws/rooms/hall?after=1"] * sockets, b'"hello"')

    def at_once(texts: Sequence[str]) -> None:
        show(room, next(numbers), list(texts))
        for _ in texts[1:]:
            next(numbers)

    def one_by_one(texts: Sequence[str]) -> None:
        for text in texts:
            at_once([text])

    crowd.hush()
    single = _measure("Parley, single messages", (crowd, web), one_by_one, messages, 1)
    _measure(f"Parley, {BURST} rings without waiting", (crowd, web), one_by_one, messages * 20, BURST)
    _measure(f"Parley, {BURST} events at once", (crowd, web), at_once, messages * 20, BURST)
    crowd.close()
    return single


def plain(redis_url: str, sockets: int, messages: int, offer: str) -> Way:
    """flask-sock with gunicorn and gevent, each client's `ws.send` called in turn."""
    port, redis = free_port(), Redis.from_url(redis_url)
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    options = ["-k", "gevent", "--worker-connections", "20000", "--no-control-socket", "-b", f"127.0.0.1:{port}"]
    command = [gunicorn, *options, "benchmarks.plain:app"]
    with _running(command, {"REDIS_URL": redis_url}, lambda: _listens(port)) as pid:
        [worker] = family(pid)[1:]
        crowd = Crowd(port, ["/ws"] * sockets, more=offer)
        crowd.hush(1.0)

        def rings(texts: Sequence[str]) -> None:
            for text in texts:
                redis.publish(CHANNEL, text)

        what = "flask-sock" if offer else "flask-sock, no compression asked for"
        single = _measure(f"{what}, single messages", (crowd, worker), rings, messages // 3, 1, _as_json)
        _measure(f"{what}, {BURST} without waiting", (crowd, worker), rings, messages // 3, BURST, _as_json)
        crowd.close()
        return single


def nchan(sockets: int, messages: int) -> Way | None:
    """The nchan module of nginx, in C: published by HTTP, which is not counted for the others."""
    module = next((path for path in NCHAN if path.exists()), None)
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not module or not nginx:
        print("nchan is left out: not installed (Debian: libnginx-mod-nchan)")
        return None
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / "nginx.conf"
        conf.write_text(NGINX.format(module=module, folder=folder, port=port))
        with _running([nginx, "-c", str(conf), "-p", folder], {}, lambda: _listens(port)) as pid:
            [worker] = family(pid)[1:]
            crowd = Crowd(port, ["/sub"] * sockets)
            crowd.hush(1.0)
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:

                def rings(texts: Sequence[str]) -> None:
                    for text in texts:
                        http.post("/pub", content=text.encode()).raise_for_status()

                single = _measure("nchan, single messages", (crowd, worker), rings, messages, 1, _as_json)
                _measure(f"nchan, {BURST} without waiting", (crowd, worker), rings, messages, BURST, _as_json)
            crowd.close()
            return single


NGINX = """
load_module {module};
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile 65536;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 30000; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /pub {{ nchan_publisher; nchan_channel_id hall; }}
    location = /sub {{ nchan_subscriber websocket; nchan_channel_id hall; nchan_subscriber_first_message newest; }}
  }}
}}
"""


def _measure(  # noqa: PLR0917 - read where it is called, each word is plain
    what: str, server: tuple[Crowd, int], rings: Rings, messages: int, at_once: int, to_text: Callable[[str], str] = str
) -> Way:
    crowd, pid = server
    texts = sentences()
    batches = [[to_text(text) for text in islice(texts, at_once)] for _ in range(max(1, messages // at_once))]
    rings(batches[0])
    crowd.gather(at_once)
    crowd.hush(0.5)
    cpu, began = cpu_seconds(pid), time.monotonic()
    for batch in batches:
        rings(batch)
        ended = crowd.gather(at_once)
        _check(crowd, at_once)
    messages = len(batches) * at_once
    way = Way(messages * len(crowd.sockets), ended - began, cpu_seconds(pid) - cpu)
    print(f"  {what:36} {way}   ({messages} messages)", flush=True)
    return way


def _check(crowd: Crowd, messages: int) -> None:
    shown = [each for each in crowd.told() if each.get("kind") == "message"]
    if len(shown) != messages:
        sys.exit(f"{len(shown)} of {messages} messages were shown")
    crowd.forget()


def _as_json(text: str) -> str:
    """The same words as Parley's event, made before the clock starts."""
    return to_text(shown("a hall", 1, text))


@contextmanager
def _running(command: list[str], own: dict[str, str], answers: Callable[[], bool]) -> Iterator[int]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=clean_environment() | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(answers, 30)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            for pid in family(process.pid):
                os.kill(pid, 9)
            process.wait(5)


def _listens(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", timeout=2)
    except httpx.HTTPError:
        return False
    return True


if __name__ == "__main__":
    main()
