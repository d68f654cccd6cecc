"""Takes a picture of every page as people see it: `python -m tests.e2e.screens docs/screens`.

Three sizes (a phone, a laptop, a projector), light and dark, each of a room in which people talk. Pictures of the
projector's size are kept at half of it: they show the layout, and the folder stays small.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e import browser
from tests.e2e.rooms import Room, make_room
from tests.support.blog import Blog, open_blog
from tests.support.house import eventually, open_house

SIZES = {"phone": (360, 740, 1.0), "laptop": (1280, 800, 1.0), "wall": (1920, 1080, 0.5)}
THEMES = ("light", "dark")
ME = "Mina"

TALK = (
    ("Jonas", "Is the flood why they had a calendar so early?"),
    (ME, "I think so: it came at the same time every year"),
    ("Aylin", "Page 42 has a picture of the Nilometer 📏"),
    ("Jonas", "A staircase with marks? Clever."),
    ("Aylin", "The higher the water, the higher the tax 😬"),
    ("Mr Okoye", "Good question for the quiz! See https://en.wikipedia.org/wiki/Nilometer"),
    ("Zoë", "Does it still flood today?"),
    (ME, "No, not since the Aswan dam"),
    ("Jonas", "So no more free mud for the fields"),
    ("Zoë", "They use fertiliser instead. It is in the second chapter, at the very end."),
    ("Aylin", "Can we see the picture again, please?"),
    ("Zoë", "+1"),
)
# What is asked of whoever stands on a stage, and by how many.
ASKED = (
    ("Aylin", "Will the library stay open on Sundays?", 3),
    ("Jonas", "Who pays for the new roof?", 5),
    (ME, "هل ستبقى المكتبة مفتوحة مساءً؟", 1),
    ("Zoë", "Thank you for the clear answer", 0),
)
# Something bright and something dark that moves behind the words.
VIDEO = "repeating-linear-gradient(100deg, #fff 0 9rem, #10131a 9rem 18rem, #b5442e 18rem 27rem, #6f9f8f 27rem 36rem)"
BLOG = """
<h1>What we asked about the Nile</h1>
<p>Yesterday's lesson ran late, and the questions did not stop. They go on here, for anybody who was not there.</p>
<iframe src="{address}" title="The Nile" width="100%" height="480" loading="lazy" frameborder="0"></iframe>
<p>On Friday we look at the Nilometer itself.</p>
"""
HELD = (("Jonas", "What is for lunch?"), ("Zoë", "Can the whole class get an extra day for the essay?"))


@dataclass(frozen=True)
class Scene:
    """The rooms that the pictures show."""

    base: str
    lively: Room
    strict: Room
    over: Room
    stage: Room
    pinned: str
    me: str
    blog: str


def main() -> None:
    """Takes all pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="parley-screens-") as var,
        open_house(Path(var)) as house,
        open_blog() as blog,
    ):
        scene = _talk(house.base, blog)
        with _all_are_here(scene.lively), browser.started() as chromium:
            for size in SIZES:
                for theme in THEMES:
                    _take(chromium, scene, folder, size, theme)
    total = sum(path.stat().st_size for path in folder.glob("*.png"))
    print(f"{len(list(folder.glob('*.png')))} pictures, {total / 1e6:.2f} MB, in {folder}")


def _talk(base: str, blog: Blog) -> Scene:
    rules, embed = "Be kind. Questions first.", {"mode": "post"}
    lively = make_room(base, name="history-7b", title="The Nile", ttl="2h", rules=rules, embed=embed)
    strict = make_room(base, name="exam-prep", title="Exam preparation", moderation="before", ttl="1d")
    over = make_room(base, name="biology-101", title="Cells", ttl="1h")
    speakers = {nickname: lively.join(nickname) for nickname, _ in TALK}
    for nickname, text in TALK:
        speakers[nickname].say(text)
    for nickname, text in HELD:
        strict.join(nickname).say(text)
    over.join("Aylin").say("Bye!")
    over.call("DELETE")
    eventually(lambda: httpx.get(f"{base}/api/v1/rooms/{over.name}/receipt").is_success)
    stage, pinned = _on_stage(base)
    post = blog.write("/post", BLOG.format(address=f"{base}{lively.path}/embed"))
    return Scene(base, lively, strict, over, stage, pinned, speakers[ME].token, post)


def _on_stage(base: str) -> tuple[Room, str]:
    """A room on a stage with questions and votes, and the message that its host may pin."""
    stage = make_room(base, name="town-hall", title="Town hall: the library", ttl="2h")
    hall = [stage.join(f"Guest {number}") for number in range(1, 6)]
    for nickname, text, votes in ASKED:
        asked = stage.join(nickname).say(text)
        for guest in hall[:votes]:
            stage.call("POST", f"/messages/{asked}/vote", token=guest.token)
    return stage, stage.join("The mayor").say("We begin again at half past three.")


@contextmanager
def _all_are_here(room: Room) -> Iterator[None]:
    """Lets a class of 23 be present: each listens to the room's event stream."""
    with httpx.Client(base_url=room.base, timeout=None) as http, ExitStack() as streams:
        for number in range(1, 24):
            headers = {"Authorization": f"Bearer {room.join(f'Pupil {number}').token}"}
            streams.enter_context(http.stream("GET", f"/api/v1/rooms/{room.name}/events/stream", headers=headers))
        yield


def _take(chromium: Browser, scene: Scene, folder: Path, size: str, theme: str) -> None:
    with _device(chromium, size, theme) as device:
        page = device.new_page()
        for name in (
            "home",
            "home-more",
            "room",
            "share",
            "poster",
            "trail",
            "projector",
            "projector-top",
            "projector-pinned",
            "projector-slide",
            "projector-video",
            "transcript",
            "free",
            "gone",
            "desk",
            "home-yours",
            "error",
            "embed",
        ):
            _show(name, page, device, scene, theme)
            page.screenshot(path=folder / f"{name}-{size}-{theme}.png", animations="disabled")


@contextmanager
def _device(chromium: Browser, size: str, theme: str) -> Iterator[BrowserContext]:
    width, height, scale = SIZES[size]
    phone = {"is_mobile": True, "has_touch": True} if size == "phone" else {}
    device = chromium.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
        **phone,
    )
    # The projector has its own theme, dark unless somebody switched it.
    device.add_init_script(f"localStorage.setItem('parley.projector.theme', '{theme}')")
    try:
        yield device
    finally:
        device.close()


def _show(name: str, page: Page, device: BrowserContext, scene: Scene, theme: str) -> None:
    paths = {
        "home": "/",
        "home-more": "/",
        "home-yours": "/",
        "error": "/no/such/page",
        "room": scene.lively.path,
        "share": scene.lively.path,
        "poster": f"{scene.lively.path}/poster",
        "trail": scene.lively.path,
        "projector": f"{scene.lively.path}/projector",
        **dict.fromkeys(("projector-top", "projector-pinned", "projector-slide"), f"{scene.stage.path}/projector"),
        "projector-video": f"{scene.stage.path}/projector?transparent=1",
        "transcript": f"{scene.lively.path}/transcript",
        "free": "/chemistry-9a",
        "gone": scene.over.path,
        "desk": scene.strict.desk,
    }
    if name == "room":
        device.add_cookies([{"name": f"me_{scene.lively.name}", "value": scene.me, "url": scene.base}])
    if name == "embed":
        page.goto(scene.blog)
        page.frame_locator("iframe").locator('[data-line="open"]').wait_for()
        return
    page.goto(scene.base + paths[name])
    if name.startswith("home-"):
        _show_home(name, page)
    if name in ("room", "share", "trail", "projector"):
        page.locator('[data-line="open"]').wait_for()
        page.get_by_role("log").get_by_text(TALK[-1][1], exact=True).wait_for()
    if name.startswith("projector-"):
        _show_stage(name, page, scene)
    if name == "share":
        page.get_by_role("button", name="Share").click()
        page.get_by_role("dialog").get_by_alt_text("QR code").wait_for()
    if name == "trail":
        page.get_by_role("button", name="How it went").last.click()
        page.get_by_role("dialog").get_by_text("Delivered").wait_for()


def _show_home(name: str, page: Page) -> None:
    if name == "home-more":
        page.get_by_text("More choices").click()
    if name == "home-yours":
        page.get_by_role("heading", name="Your rooms").wait_for()


def _show_stage(name: str, page: Page, scene: Scene) -> None:
    # The one before may have left a pin; without one the question comes back.
    scene.stage.call("DELETE", f"/messages/{scene.pinned}/pin")
    page.get_by_text("5 votes").wait_for()
    if name == "projector-pinned":
        scene.stage.call("POST", f"/messages/{scene.pinned}/pin")
        page.get_by_text("Pinned", exact=True).wait_for()
    if name == "projector-slide":
        page.keyboard.press("b")
        page.get_by_role("dialog").wait_for()
    if name == "projector-video":
        page.evaluate("(video) => { document.documentElement.style.background = video }", VIDEO)


if __name__ == "__main__":
    main()
