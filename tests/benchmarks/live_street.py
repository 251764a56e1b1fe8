"""A street for live measurements, as a file: six generated faces at once, 1280x720, 12.5 frames a second, over and over.

Run by `live_desk.py`. The pictures are the shipped street's; each frame says which it is in blocks of black and white at
the bottom edge, so that whoever sees it knows when it was sent.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from workbench.cast import shipped
from workbench.footage import read_image

BITS, BLOCK = 20, 32
RATE = Fraction(25, 2)
SPOTS = tuple((20 + 180 * spot, 330 + 30 * (spot % 2)) for spot in range(7))  # where people stand, px


def stamp(image: np.ndarray, number: int) -> None:
    """Write `number` into the bottom edge of a picture."""
    top = image.shape[0] - BLOCK
    for bit in range(BITS):
        image[top:, bit * BLOCK : (bit + 1) * BLOCK] = 255 * (number >> bit & 1)


def stamped(image: np.ndarray) -> int:
    """The number that a picture says."""
    row = image.shape[0] - BLOCK // 2
    return sum(int(image[row, int((bit + 0.5) * BLOCK)].mean() > 127) << bit for bit in range(BITS))


def heads() -> dict[str, list[np.ndarray]]:
    """Portraits of the cast by name, 150 px across: those that are not enrolled."""
    found = {}
    for name, files in shipped().portraits.items():
        pictures = [np.asarray(read_image(file).image) for file in files[2:]]
        found[name] = [cv2.resize(picture, (150, 150), interpolation=cv2.INTER_AREA) for picture in pictures]
    return found


def walkers(names: list[str], second: float) -> list[tuple[str, int]]:
    """Who stands where: seven spots, at each somebody for six seconds and then nobody for one, so that six are there."""
    found = []
    for spot in range(len(SPOTS)):
        turn, since = divmod(second + spot, len(SPOTS))
        if since < len(SPOTS) - 1:
            found.append((names[(int(turn) * len(SPOTS) + spot) % len(names)], spot))
    return found


def draw(backdrop: np.ndarray, faces: dict[str, list[np.ndarray]], names: list[str], number: int) -> np.ndarray:
    """Picture `number`."""
    image, second = backdrop.copy(), float(number / RATE)
    for name, spot in walkers(names, second):
        x, y = SPOTS[spot]
        across, down = x + round(8 * np.sin(second * 1.3 + spot)), y + round(4 * np.sin(second * 5 + spot))
        image[down : down + 150, across : across + 150] = faces[name][0]
    stamp(image, number)
    return image


def write(path: Path, seconds: float) -> Path:
    """The street as a file, if it is not there."""
    if path.exists():
        return path
    faces = heads()
    names = sorted(faces)
    backdrop = np.full((720, 1280, 3), 128, np.uint8)
    backdrop[:300] = np.linspace(170, 120, 300)[:, None, None].astype(np.uint8)
    with av.open(str(path), "w", format="h264" if path.suffix == ".h264" else None) as out:
        stream = out.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "tune": "zerolatency", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for number in range(round(seconds * RATE)):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(draw(backdrop, faces, names, number), format="rgb24")))
        out.mux(stream.encode(None))
    return path
