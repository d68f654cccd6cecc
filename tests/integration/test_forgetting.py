"""Forgetting: after a room's end nothing that was said in it is left, in no row, no key and no file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from redis import Redis

from config import addresses
from tests.support.client import Venue, browser, make_room, new_id, problem
from tests.support.house import House, eventually

FORGOTTEN_SECONDS = 60
TABLES = ("rooms", "participants", "messages", "events", "actions", "appeals", "reports", "cases")


@dataclass
class Traces:
    """Where a house keeps what it was told, read as bytes by somebody who does not know its code."""

    house: House

    @property
    def folder(self) -> Path:
        return self.house.folder

    def redis(self) -> Redis:
        return Redis(unix_socket_path=str(addresses.socket_path(self.folder / "var")), decode_responses=True)

    def files_with(self, marker: str) -> list[str]:
        return [str(file.relative_to(self.folder)) for file in self._files() if marker.encode() in _bytes(file)]

    def _files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file()]

    def dump(self) -> Path:
        """Everything that Redis knows, as a file that hides nothing: not compressed."""
        with closing(self.redis()) as redis:
            redis.config_set("rdbcompression", "no")
            # While the append-only file is rewritten the server makes no dump.
            eventually(lambda: not redis.info("persistence")["aof_rewrite_in_progress"], 30)  # type: ignore[index]
            redis.save()
            return Path(str(redis.config_get("dir")["dir"])) / "dump.rdb"  # type: ignore[index]

    def dump_has(self, marker: str) -> bool:
        dump = self.dump()
        try:
            return marker.encode() in dump.read_bytes()
        finally:
            dump.unlink()

    def rows(self, room_id: str) -> dict[str, int]:
        with closing(sqlite3.connect(f"file:{self.folder}/var/parley.sqlite3?mode=ro", uri=True)) as database:
            return {
                table: database.execute(
                    f"SELECT count(*) FROM {table} WHERE {'id' if table == 'rooms' else 'room_id'} = ?", (room_id,)
                ).fetchone()[0]
                for table in TABLES
            }

    def keys(self, room_id: str, name: str) -> set[str]:
        with closing(self.redis()) as redis:
            return {str(key) for key in redis.scan_iter("*", count=1000) if room_id in str(key) or name in str(key)}


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""  # it went away meanwhile


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with browser(house.base) as client:
        yield client


@pytest.fixture
def traces(house: House) -> Traces:
    return Traces(house)


def fill(venue: Venue, marker: str, password: str | None = None) -> str:
    """Leaves a marker everywhere where somebody can write something; answers the room's id."""
    ada = venue.join(f"{marker[:20]}1", password=password)
    for number in range(5):
        ada.say(f"{marker} said {number}")
    removed = ada.say(f"{marker} removed")
    held = new_id()
    assert ada.post(f"{marker} shit held", held, wait=20).json()["state"] == "held"
    assert ada.call("POST", f"/messages/{held}/appeal", json={"text": f"{marker} was meant well"}).status_code == 202
    assert venue.host("POST", f"/messages/{held}/lease").status_code == 200
    reported = ada.say(f"{marker} reported")
    why = {"reason": f"{marker} in a reader's own words"}
    assert ada.call("POST", f"/messages/{reported['id']}/report", json=why).status_code == 202
    rejected = new_id()
    assert ada.post(f"{marker} shit rejected", rejected, wait=20).json()["state"] == "held"
    venue.host("POST", f"/messages/{rejected}/reject", json={"reason": f"{marker} in the host's own words"})
    venue.host("DELETE", f"/messages/{removed['id']}")
    assert ada.call("PATCH", "/participants/me", json={"nickname": f"{marker[:20]}2"}).status_code == 200
    assert venue.host("PATCH", json={"rules": f"{marker} new rules"}).status_code == 200
    with ada.screen() as screen:
        screen.say(f"{marker} over a socket")
        screen.until_text(f"{marker} over a socket")
        return str(screen.hello["epoch"])


def is_forgotten(traces: Traces, room_id: str, name: str, marker: str) -> None:
    """Holds everything against the promise; the files within a minute of the end."""
    eventually(lambda: traces.files_with(marker) == [], FORGOTTEN_SECONDS, lambda: str(traces.files_with(marker)))
    assert not traces.dump_has(marker)
    left = traces.rows(room_id)
    # What was reported is kept sealed for some days; none of it could be found above.
    assert left.pop("cases") == 1
    assert set(left.values()) == {0}
    # That it is gone stands for a while, so that who comes late does not bring it back.
    assert traces.keys(room_id, name) <= {f"parley:gone:{room_id}", f"parley:closing:{room_id}"}


def marked() -> str:
    """A text that is nowhere else; its beginning fits into a nickname."""
    return f"marker{new_id().replace('-', '')}"


def asked(marker: str) -> dict[str, str]:
    return {"title": f"{marker} title", "rules": f"{marker} rules"}


def test_after_its_end_nothing_of_a_room_is_left(house: House, http: httpx.Client, traces: Traces) -> None:
    marker = marked()
    venue = make_room(house.base, http, **asked(marker))
    room_id = fill(venue, marker)
    # What cannot be found before it is forgotten proves nothing.
    assert any("sqlite" in name for name in traces.files_with(marker))
    assert any("valkey" in name for name in traces.files_with(marker))
    assert traces.dump_has(marker)
    assert traces.files_with(marker[:20])
    assert min(traces.rows(room_id).values()) > 0

    assert venue.host("DELETE").status_code == 202
    eventually(lambda: "redis_keys" in receipt(venue).get("counts", {}), FORGOTTEN_SECONDS)
    is_forgotten(traces, room_id, venue.name, marker)
    is_forgotten(traces, room_id, venue.name, marker[:20])


def receipt(venue: Venue) -> dict[str, dict[str, int]]:
    answer = venue.call("GET", "/receipt")
    return dict(answer.json()["receipt"]) if answer.status_code == 200 else {}


def test_the_receipt_counts_what_there_was(house: House, http: httpx.Client, traces: Traces) -> None:
    venue = make_room(house.base, http)
    room_id = fill(venue, marked())
    eventually(lambda: venue.now()["last_seq"] == 11)  # 8 shown, 1 removed, 1 renamed, 1 changed
    there, keys = traces.rows(room_id), traces.keys(room_id, venue.name)
    venue.host("DELETE")
    eventually(lambda: "redis_keys" in receipt(venue).get("counts", {}), FORGOTTEN_SECONDS)
    counts = receipt(venue)["counts"]
    assert counts["messages"] == there["messages"] == 10
    assert counts["participants"] == there["participants"] == 1
    assert counts["events"] == there["events"] + 1 == 12  # its closing is an event, too
    assert counts["rooms"] == counts["reports"] == 1
    assert (counts["cases"], receipt(venue)["capsules"]["kept"]) == (0, 1)
    assert counts["redis_keys"] == len({key for key in keys if not key.endswith(("present", "tries"))})


def test_a_second_room_of_the_name_knows_nothing_of_the_first(house: House, http: httpx.Client) -> None:
    first = make_room(house.base, http)
    ada = first.join()
    ada.say("In the first")
    with first.screen() as screen:
        epoch = screen.hello["epoch"]
        first.host("DELETE")
        assert screen.closing(30) == 4410
    eventually(lambda: http.post("/api/v1/rooms", json={"name": first.name}).status_code == 201, 30)
    host = http.get(f"/api/v1/rooms/{first.name}")
    assert host.json()["room"]["last_seq"] == 0
    second = Venue(house.base, http, host.json()["room"], "", "")
    problem(ada.post("Who am I?"), 401)
    problem(second.call("PATCH", token=first.host_token, json={"title": "Mine"}), 401)
    with second.screen(after=1) as screen:
        assert screen.hello["epoch"] != epoch
        assert screen.next()["type"] == "reset"
        assert second.join("Grace").say("In the second")["seq"] == 1
        assert screen.until_text("In the second")["seq"] == 1
        assert "In the first" not in str(screen.frames)
    assert second.texts() == ["In the second"]
