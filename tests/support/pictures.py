"""Reads QR codes as a phone does, with a library that shares nothing with the one that draws ours."""

from __future__ import annotations

import struct
import zlib

import zxingcpp

SIGNATURE = b"\x89PNG\r\n\x1a\n"
WHITE, BLACK = 255, 0


def text_in(pixels: bytes, width: int) -> str:
    """The text of the one QR code in a picture of grey pixels."""
    height = len(pixels) // width
    (found,) = zxingcpp.read_barcodes(memoryview(pixels).cast("B", (height, width)))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


def pixels_of(png: bytes) -> tuple[bytes, int]:
    """The grey pixels of a black and white PNG, and its width; anything else fails."""
    chunks = chunks_of(png)
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colour, rest) == (1, 0, [0, 0, 0]), "not black and white"
    packed, line = zlib.decompress(chunks[b"IDAT"]), 1 + (width + 7) // 8
    assert len(packed) == line * height
    lines, above = list[bytes](), bytes(line - 1)
    for at in range(0, len(packed), line):
        above = _unfiltered(packed[at], packed[at + 1 : at + line], above)
        lines.append(_unpacked(above, width))
    return b"".join(lines), width


def chunks_of(png: bytes) -> dict[bytes, bytes]:
    """The parts of a PNG by name, each with its checksum right."""
    assert png.startswith(SIGNATURE)
    chunks, at = dict[bytes, bytes](), len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(name + data),)
        chunks[name] = chunks.get(name, b"") + data
        at += 12 + length
    return chunks


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    """A line as it was before it was made easy to compress: kept as it is (0), or the difference to that above (2)."""
    assert kind in (0, 2), f"filter {kind}"
    return bytes((own + upper) % 256 for own, upper in zip(line, above, strict=True)) if kind else line


def _unpacked(line: bytes, width: int) -> bytes:
    bits = "".join(f"{byte:08b}" for byte in line)[:width]
    return bytes(WHITE if bit == "1" else BLACK for bit in bits)
