"""The operator: his page behind a password, his commands, networks that he bans; and no word of a message anywhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import randrange

import httpx
import pytest
from flask import Flask

from tests.support.client import Venue, browser, make_room, new_id, open_screen, problem
from tests.support.house import FOR_A_ROOM, ROOT, House, clean_environment, eventually, open_house
from tests.support.house import OPERATOR_PASSWORD as PASSWORD

SCHOOL, CAFE = ({"X-Forwarded-For": address} for address in ("203.0.113.7", "192.0.2.9"))
TRIES = 12
"""More than two minutes allow, should one begin meanwhile."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with an operator, behind a proxy that is believed."""
    with open_house(
        tmp_path_factory.mktemp("operated"),
        only=FOR_A_ROOM,
        OPERATOR_PASSWORD=PASSWORD,
        TRUSTED_PROXIES="1",
        PING_SECONDS="50",
    ) as house:
        yield house


@pytest.fixture
def home() -> dict[str, str]:
    """Where the operator is: in each test elsewhere, as one may not log in often from one network."""
    return {"X-Forwarded-For": f"198.{randrange(18, 20)}.{randrange(256)}.1"}


@pytest.fixture
def page(place: House, home: dict[str, str]) -> Iterator[Callable[..., httpx.Response]]:
    """The operator's page in his browser: `page("ban", network=…)` sends one of its forms."""
    with browser(place.base) as http:

        def send(action: str = "", more: dict[str, str] | None = None, **form: str) -> httpx.Response:
            headers = home | (more or {})
            if not action:
                return http.get("/operator", headers=headers)
            token = re.search(r'name="csrf_token" value="([^"]+)"', http.get("/operator", headers=headers).text)
            assert token
            return http.post(f"/operator/{action}", data={"csrf_token": token[1], **form}, headers=headers)

        yield send


@pytest.fixture
def room(place: House) -> Iterator[Venue]:
    with browser(place.base) as http:
        yield make_room(place.base, http)


def command(place: House, *words: str, status: int = 0) -> str:
    """What one of the operator's commands prints."""
    port, folder = place.base.rpartition(":")[2], str(place.folder / "var")
    ran = subprocess.run(
        [sys.executable, "-m", "parley", *words],
        cwd=ROOT,
        env=clean_environment() | {"VAR_DIR": folder, "PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == status, ran.stderr
    return ran.stdout + ran.stderr


def report(venue: Venue, text: str = "You are all stupid") -> None:
    """Eve says something from school, and Ada reports it."""
    asked = {"nickname": "Eve"}
    token = venue.call("POST", "/participants", json=asked, headers=SCHOOL).json()["token"]
    message_id = new_id()
    said = venue.call("POST", "/messages?wait=20", token, json={"id": message_id, "text": text}, headers=SCHOOL)
    assert said.status_code == 201, said.text
    assert venue.join("Ada").call("POST", f"/messages/{message_id}/report", json={"reason": "rude"}).status_code == 202


def logged_in(page: Callable[..., httpx.Response]) -> httpx.Response:
    answer = page("login", password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return answer


def test_without_a_password_there_is_no_such_page(app: Flask) -> None:
    http = app.test_client()
    assert http.get("/operator").status_code == 404
    assert http.post("/operator/login", data={"password": ""}).status_code == 404


def test_only_the_password_opens_the_page_and_its_cookie_is_for_nobody_else(
    page: Callable[..., httpx.Response], place: House
) -> None:
    assert "What was reported" not in page().text
    assert page("login", password="a guess").status_code == 401
    cookie = logged_in(page).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert page().status_code == 200
    assert "What was reported" in page().text
    assert page("logout").status_code == 303
    assert "What was reported" not in page().text
    secure = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "parley.example"}
    answer = page("login", secure, password=PASSWORD)
    assert answer.headers["Set-Cookie"].startswith("__Host-operator=")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("action", ["settle", "close-room", "ban", "unban", "logout"])
def test_nothing_is_done_for_whoever_is_not_logged_in_or_sends_another_sites_form(
    page: Callable[..., httpx.Response], place: House, room: Venue, action: str
) -> None:
    form = {"name": room.name, "network": "203.0.113.7", "days": "1", "case": new_id()}
    assert page(action, **form).status_code == 401
    logged_in(page)
    evil = page(action, {"Origin": "https://evil.example"}, **form)
    assert evil.status_code == 401
    without = page(action, csrf_token="guessed", **form)
    assert without.status_code == 403
    assert room.call("GET").status_code == 200
    assert "203.0.113" not in page().text
    assert command(place, "reports", "bans") == ""


def test_a_guesser_is_slowed_down_and_the_operator_is_not(page: Callable[..., httpx.Response]) -> None:
    answers = [page("login", CAFE, password=f"guess {number}").status_code for number in range(TRIES)]
    assert set(answers) == {401, 429}
    assert page("login", CAFE, password=PASSWORD).status_code in (303, 429)
    logged_in(page)


def test_what_was_reported_is_in_the_queue_without_a_word_and_opened_with_the_private_key(
    page: Callable[..., httpx.Response], place: House, room: Venue, tmp_path: Path
) -> None:
    report(room)
    logged_in(page)
    shown = page().text
    assert f"/{room.name}" in shown
    assert "stupid" not in shown
    (line,) = [each for each in command(place, "reports", "list").splitlines() if room.name in each]
    assert "1 reports, sealed" in line
    case = line.split()[0]
    opened = json.loads(command(place, "reports", "show", case))
    assert (opened["message"]["text"], opened["message"]["nickname"]) == ("You are all stupid", "Eve")
    assert (opened["reason"], opened["room"]["name"]) == ("rude", room.name)
    other = tmp_path / "other"
    assert command(place, "key", str(other)).startswith("OPERATOR_KEY=")
    assert other.stat().st_mode & 0o777 == 0o600
    assert "does not open" in command(place, "reports", "show", case, "--key", str(other), status=1)
    assert "cannot be made" in command(place, "key", str(other), status=1)
    page("settle", case=case)
    assert case not in command(place, "reports", "list")
    assert case in command(place, "reports", "list", "--all")
    told = command(place, "reports", "audit")
    assert re.search(rf"command  open  {case}", told)
    assert re.search(rf"page  settle  {case}", told)
    assert "stupid" not in told + place.log()


def test_a_room_is_closed_by_the_page_and_by_a_command(
    page: Callable[..., httpx.Response], place: House, http: httpx.Client
) -> None:
    logged_in(page)
    with browser(place.base) as mine:
        one, two = make_room(place.base, mine), make_room(place.base, mine)
        with one.screen() as first, two.screen() as second:
            assert page("close-room", name="nowhere-to-be-found").status_code == 404
            assert page("close-room", name=f" {one.name} ").status_code == 303
            assert first.closing() == 4410
            assert "closed" in command(place, "reports", "close-room", two.name)
            assert second.closing() == 4410
    assert "no room" in command(place, "reports", "close-room", two.name, status=1)
    told = command(place, "reports", "audit")
    assert len(re.findall(r"(?:page|command)  close-room  ", told)) >= 2
    assert one.name not in told


def test_a_banned_network_reads_on_and_writes_nothing_for_a_time(
    page: Callable[..., httpx.Response], place: House, room: Venue
) -> None:
    report(room)
    logged_in(page)
    case = command(place, "reports", "list").split()[0]
    handle = json.loads(command(place, "reports", "show", case))["author"]["network"]
    assert re.fullmatch("[0-9a-f]{32}", handle)
    with room.screen(headers=SCHOOL) as eve, room.screen(headers={"X-Forwarded-For": "198.51.100.1"}) as ada:
        assert page("ban", network=handle, days="7").status_code == 303
        assert eve.closing(20) == 1008
        ada.send({"type": "nonsense"})
        ada.until_type("error")
    neighbour = {"X-Forwarded-For": "203.0.113.99"}
    assert problem(room.call("POST", "/participants", json={"nickname": "Eve"}, headers=neighbour), 403)["code"] == (
        "network_banned"
    )
    assert room.http.post("/api/v1/rooms", json={}, headers=neighbour).status_code == 403
    assert room.call("GET", "/messages", headers=neighbour).status_code == 200
    with open_screen(place.base, room.name, headers=neighbour) as socket:
        assert socket.closing() == 1008
        assert socket.frames[0]["code"] == "banned"
    assert room.call("POST", "/participants", json={"nickname": "Ada"}, headers=CAFE).status_code == 201
    assert page("ban", network="nonsense", days="7").status_code == 422
    assert page("ban", network=handle, days="5000").status_code == 422
    assert handle in page().text
    assert "203.0.113" not in page().text + command(place, "reports", "audit") + place.log()
    command(place, "reports", "unban-network", "203.0.113.7")
    eventually(lambda: room.call("POST", "/participants", json={"nickname": "Eve"}, headers=SCHOOL).status_code == 201)
    assert "not banned" in command(place, "reports", "unban-network", "203.0.113.7", status=1)
    assert "banned for 2 days" in command(place, "reports", "ban-network", "192.0.2.200", "--days", "2")
    eventually(lambda: room.http.post("/api/v1/rooms", json={}, headers=CAFE).status_code == 403)
    page("unban", network="192.0.2.1")
    eventually(lambda: room.http.post("/api/v1/rooms", json={}, headers=CAFE).status_code == 201)
