"""Takes a picture of every page and state as people see it: `python -m tests.e2e.screens docs/screens`.

`shots.py` is the table of them, `scene.py` the rooms that they show. Three sizes (a phone, a laptop, a projector),
light and dark. Pictures of the projector's size are kept at half of it: they show the layout, and the folder stays
small.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from tests.e2e import browser
from tests.e2e.scene import ADDRESS, Scene
from tests.e2e.shots import ALL, SHOTS, Shot, Take, wanted
from tests.support.blog import open_blog
from tests.support.house import OPERATOR_PASSWORD, open_house

SIZES = {"phone": (360, 740), "laptop": (1280, 800), "wall": (1920, 1080)}
THEMES = ("light", "dark")
SHADES, COLOURS = 200, 56
"""What most of a picture is made of, and what there is little of in it: a third of the bytes of all its colours."""
SHOWN = """() => [...document.images].every((image) => {
  const { top, bottom } = image.getBoundingClientRect();
  return image.complete || bottom < 0 || top > innerHeight || !image.checkVisibility();
})"""
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Look:
    """On what a picture is taken."""

    size: str
    theme: str
    scale: float


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default=".*", help="a pattern of names: 'room-.*'")
    parser.add_argument("--sizes", nargs="+", choices=ALL, default=ALL)
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=THEMES)
    parser.add_argument("--large", action="store_true", help="keep the projector's pictures at their full size")
    wants = parser.parse_args()
    folder, shots = wants.folder, wanted(wants.only)
    folder.mkdir(parents=True, exist_ok=True)
    if shots == list(SHOTS):
        for old in folder.glob("*.png"):
            old.unlink()
    with tempfile.TemporaryDirectory(prefix="parley-screens-") as var, _stage(Path(var)) as (scene, chromium):
        for shot in shots:
            for size in (size for size in shot.sizes if size in wants.sizes):
                scale = 0.5 if size == "wall" and not wants.large else 1.0
                for look in (Look(size, theme, scale) for theme in wants.themes):
                    _keep(_take(chromium, scene, shot, look), folder / f"{shot.name}-{size}-{look.theme}.png")
    total = sum(path.stat().st_size for path in folder.glob("*.png"))
    print(f"{len(list(folder.glob('*.png')))} pictures, {total / 1e6:.2f} MB, in {folder}")


@contextmanager
def _stage(var: Path) -> Iterator[tuple[Scene, Browser]]:
    """A house with rooms, people in them, and a browser that takes it for one with a name."""
    with open_house(var, PUBLIC_URL=ADDRESS, OPERATOR_PASSWORD=OPERATOR_PASSWORD) as house, open_blog() as blog:
        there = f"--host-resolver-rules=MAP {ADDRESS.removeprefix('http://')}:80 {house.base.removeprefix('http://')}"
        safe = f"--unsafely-treat-insecure-origin-as-secure={ADDRESS}"
        scene = Scene(house.base, blog)
        with scene.all_are_here(), browser.started(there, safe) as chromium:
            yield scene, chromium


def _take(chromium: Browser, scene: Scene, shot: Shot, look: Look) -> bytes:
    with _device(chromium, shot, look) as device:
        take = Take(scene, device, device.new_page(), scene.place(shot.place) if shot.place else None)
        try:
            shot.who(take)
            take.page.goto(ADDRESS + (take.room.path if take.place else "") + shot.path)
            shot.then(take)
            take.page.wait_for_function(SHOWN)
        except Exception as error:
            error.add_note(f"the picture was {shot.name}, {look.size}, {look.theme}")
            raise
        return take.page.screenshot(animations="disabled")


@contextmanager
def _device(chromium: Browser, shot: Shot, look: Look) -> Iterator[BrowserContext]:
    width, height = SIZES[look.size]
    wants = {
        "viewport": {"width": width, "height": height},
        "device_scale_factor": look.scale,
        "color_scheme": look.theme,
        "locale": "en-GB",
        **({"is_mobile": True, "has_touch": True} if look.size == "phone" else {}),
        **shot.browser,
    }
    device = chromium.new_context(**wants)
    device.set_default_timeout(PATIENCE_MS)
    # The projector has its own theme, dark unless somebody switched it.
    device.add_init_script(f"localStorage.setItem('parley.projector.theme', '{look.theme}')")
    if shot.script:
        device.add_init_script(shot.script)
    try:
        yield device
    finally:
        device.close()


def _keep(picture: bytes, path: Path) -> None:
    image = Image.open(BytesIO(picture)).convert("RGB")
    few = Image.new("P", (1, 1))
    few.putpalette(
        _palette(image, SHADES, Image.Quantize.MEDIANCUT) + _palette(image, COLOURS, Image.Quantize.MAXCOVERAGE)
    )
    image.quantize(palette=few, dither=Image.Dither.NONE).save(path, optimize=True)


def _palette(image: Image.Image, size: int, method: Image.Quantize) -> list[int]:
    found = (image.quantize(size, method).getpalette() or [])[: 3 * size]
    return found + [0] * (3 * size - len(found))


if __name__ == "__main__":
    main()
