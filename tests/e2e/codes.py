"""QR codes on a page, read as a phone's camera reads them."""

from __future__ import annotations

from tests.e2e.visitor import Locator
from tests.support.pictures import text_in

SIDE = 400
DRAWN = """
async (picture, side) => {
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, side, side);
  return [...pen.getImageData(0, 0, side, side).data].filter((_, at) => at % 4 === 0);
}
"""


def shown_in(picture: Locator) -> str:
    """What a phone reads from a QR code on the screen."""
    return text_in(bytes(picture.evaluate(DRAWN, SIDE)), SIDE)
