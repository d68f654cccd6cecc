"""Who is asking: cookies, the page's CSRF token, tokens of other rooms, and headers that keep a page ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.client import Venue, browser, make_room, new_id, open_screen, problem
from tests.support.house import FOR_A_ROOM, House, open_house

MakeRoom = Callable[..., Venue]


@dataclass
class Tab:
    """A page of a room in somebody's browser."""

    http: httpx.Client
    venue: Venue

    def csrf(self) -> str:
        page = self.http.get(f"/{self.venue.name}").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    def join(self, nickname: str = "Ada") -> None:
        form = {"csrf_token": self.csrf(), "nickname": nickname}
        assert self.http.post(f"/{self.venue.name}/join", data=form).status_code == 303

    def post(self, text: str, **headers: str) -> httpx.Response:
        said = {"id": new_id(), "text": text}
        return self.http.post(f"{self.venue.api}/messages?wait=20", json=said, headers=headers)

    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())


@pytest.fixture
def tab(house: House) -> Iterator[Tab]:
    with browser(house.base) as http:
        yield Tab(http, make_room(house.base, http))


def test_the_cookie_that_the_page_sets_says_who_is_asking(tab: Tab) -> None:
    tab.join("Ada")
    answer = tab.post("By cookie", **{"X-CSRF-Token": tab.csrf()})
    assert answer.status_code == 201
    assert answer.json()["message"]["nickname"] == "Ada"


@pytest.mark.parametrize("token", [None, "", "guessed", "ImZha2Ui.aaaaaa.bbbbbbbb"])
def test_a_write_by_cookie_needs_the_pages_token(tab: Tab, token: str | None) -> None:
    tab.join()
    headers = {} if token is None else {"X-CSRF-Token": token}
    problem(tab.post("From another site", **headers), 403)
    problem(tab.http.patch(f"{tab.venue.api}/participants/me", json={"nickname": "Eve"}, headers=headers), 403)
    assert tab.venue.texts() == []


def test_another_visitors_page_token_is_not_mine(tab: Tab, house: House) -> None:
    tab.join()
    with browser(house.base) as other:
        theirs = Tab(other, tab.venue).csrf()
    problem(tab.post("With a stolen page", **{"X-CSRF-Token": theirs}), 403)


def test_a_hosts_write_by_cookie_needs_the_pages_token(tab: Tab) -> None:
    tab.http.get(tab.venue.host_url)
    problem(tab.http.delete(tab.venue.api), 403)
    problem(tab.http.patch(tab.venue.api, json={"title": "Mine"}), 403)
    problem(tab.http.post(f"{tab.venue.api}/messages/{new_id()}/release"), 403)
    assert (
        tab.http.patch(tab.venue.api, json={"title": "Ours"}, headers={"X-CSRF-Token": tab.csrf()}).status_code == 200
    )


def test_a_token_in_the_header_needs_no_page(tab: Tab) -> None:
    guest = tab.venue.join("Grace")
    tab.join("Ada")
    answer = tab.post("By token", Authorization=f"Bearer {guest.token}")
    assert answer.json()["message"]["nickname"] == "Grace"


def test_a_form_needs_the_pages_token(tab: Tab) -> None:
    for path, form in [
        ("/", {"name": "not-to-be-made"}),
        ("/join", {"where": tab.venue.name}),
        (f"/{tab.venue.name}/join", {"nickname": "Eve"}),
    ]:
        for token in ({}, {"csrf_token": "guessed"}):
            assert tab.http.post(path, data=form | token).status_code == 403
    tab.join()
    said = {"id": new_id(), "text": "From another site"}
    assert tab.http.post(f"/{tab.venue.name}/messages", data=said).status_code == 403
    assert tab.venue.texts() == []
    assert tab.http.get("/api/v1/rooms/not-to-be-made").status_code == 404


def test_no_script_can_read_the_cookies(tab: Tab) -> None:
    answer = tab.http.post(f"/{tab.venue.name}/join", data={"csrf_token": tab.csrf(), "nickname": "Ada"})
    cookies = [*answer.headers.get_list("Set-Cookie"), *tab.http.get(tab.venue.host_url).headers.get_list("Set-Cookie")]
    tokens = [cookie for cookie in cookies if not cookie.startswith("session=")]
    device = next(cookie for cookie in tokens if cookie.startswith("device="))
    tokens.remove(device)
    assert len(tokens) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    for cookie in tokens:
        assert 0 < int(re.search(r"Max-Age=(\d+)", cookie)[1]) <= 3600  # type: ignore[index]


def test_a_socket_by_cookie_speaks_and_another_sites_does_not(tab: Tab, house: House) -> None:
    tab.join("Ada")
    cookie = {"Cookie": tab.cookies()}
    with tab.venue.screen(headers=cookie | {"Origin": house.base}) as screen:
        assert screen.hello["you"]["nickname"] == "Ada"
        screen.say("By cookie")
        screen.until_text("By cookie")
    with open_screen(house.base, tab.venue.name, headers=cookie | {"Origin": "https://evil.example"}) as screen:
        assert screen.closing() == 1008
        assert "By cookie" not in str(screen.frames)


def test_a_cookie_is_for_its_room_only(tab: Tab, a_room: MakeRoom) -> None:
    tab.join()
    other = a_room()
    cookie = {"Cookie": tab.cookies().replace(tab.venue.name, other.name)}
    with other.screen(headers=cookie) as screen:
        assert screen.hello["you"] is None


def test_a_page_that_joins_by_script_gets_its_cookie(tab: Tab) -> None:
    headers = {"X-CSRF-Token": tab.csrf()}
    answer = tab.http.post(f"{tab.venue.api}/participants", json={"nickname": "Ada"}, headers=headers)
    assert answer.status_code == 201
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert tab.post("By cookie", **headers).json()["message"]["nickname"] == "Ada"
    wrong = {"X-CSRF-Token": "guessed"}
    problem(tab.http.post(f"{tab.venue.api}/participants", json={"nickname": "Eve"}, headers=wrong), 403)


@pytest.mark.parametrize("scheme", ["Basic", "Token", "bearer", "BEARER"])
def test_only_a_bearer_is_heard(venue: Venue, scheme: str) -> None:
    ada = venue.join()
    answer = venue.call(
        "POST", "/messages", json={"id": new_id(), "text": "x"}, headers={"Authorization": f"{scheme} {ada.token}"}
    )
    assert answer.status_code == (202 if scheme.lower() == "bearer" else 401)


@pytest.mark.parametrize("token", [b"x" * 5000, b"a b c", "Ω".encode(), b"\xff\xfe", b"null"])
def test_a_strange_token_is_nobodys(venue: Venue, token: bytes) -> None:
    headers = {b"Authorization": b"Bearer " + token}
    problem(venue.http.post(f"{venue.api}/messages", json={"id": new_id(), "text": "x"}, headers=headers), 401)


@pytest.fixture
def by_tls(tmp_path: Path) -> Iterator[House]:
    """A house behind a proxy that ends TLS."""
    with open_house(
        tmp_path / "house", only=FOR_A_ROOM, TRUSTED_PROXIES="1", PUBLIC_URL="https://parley.example"
    ) as house:
        yield house


def test_over_tls_every_cookie_is_this_hosts_alone(by_tls: House) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "parley.example"}
    with browser(by_tls.base) as http:
        venue = make_room(by_tls.base, http)
        page = http.get(f"/{venue.name}", headers=told)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token
        session = page.headers["Set-Cookie"].partition(";")[0]
        form = {"csrf_token": token[1], "nickname": "Ada"}
        joined = http.post(f"/{venue.name}/join", data=form, headers=told | {"Cookie": session})
        desk = http.get(venue.host_url.replace("https://parley.example", ""), headers=told)
        spoken = http.post("/language", data={"language": "de"}, headers=told)
        said = [cookie for answer in (page, joined, desk, spoken) for cookie in answer.headers.get_list("Set-Cookie")]
        names = {cookie.partition("=")[0] for cookie in said}
        mine = f"__Host-me_{venue.name}"
        assert names == {"__Host-session", "__Host-device", mine, f"__Host-host_{venue.name}", "__Host-lang"}
        for cookie in said:
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; ")), cookie
            assert "Domain" not in cookie
        # By them he is known again, and not by one of the old name, which a neighbour could have set.
        me = next(cookie for cookie in said if cookie.startswith(mine)).partition(";")[0]
        for cookie, known in ((me, True), (me.removeprefix("__Host-"), False)):
            again = http.get(f"/{venue.name}", headers=told | {"Cookie": cookie}).text
            assert ("Ada" in again) is known
