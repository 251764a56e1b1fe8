"""Draws the pictures of the lessons, once: `python -m widgets.lessons.drawing`. They come with the software, so that no learner waits."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from workbench.cast import Person, default_cast
from workbench.cast.light import STUDIO, Light
from workbench.cast.shipping import NOTE

__all__ = ["ASSETS", "Shot", "draw", "ladder_shots", "pair_shots"]

ASSETS = Path(__file__).with_name("assets")
QUALITY = 92
ALONE = 196  # px of 320: the face without hair and clothes

SIDE_LAMP = Light(key=(-0.95, 0.15, 0.25), fill=0.2, exposure=0.62)
DUSK = replace(STUDIO, exposure=0.4, fill=0.3)


@dataclass(frozen=True)
class Shot:
    """One picture to draw: its file below `assets`, who, and how; `crop` keeps the face alone, without hair and clothes."""

    file: str
    who: Person
    how: dict[str, Any] = field(default_factory=dict)
    size: int = 256
    crop: int = 0


def draw(shot: Shot) -> Image.Image:
    """The picture, RGB."""
    picture = shot.who.portrait(shot.size, **shot.how)
    if shot.crop:
        left, top = (shot.size - shot.crop) // 2, round(0.475 * shot.size) - shot.crop // 2
        picture = picture[top : top + shot.crop, left : left + shot.crop]
    return Image.fromarray(np.ascontiguousarray(picture))


def pair_shots() -> Iterator[Shot]:
    """The twenty pictures of lesson 3: references (a) and later pictures (b), faces alone."""
    cast = default_cast()
    dim = {"light": DUSK, "blur": 1.6, "noise": 8, "jpeg": 55, "yaw": -14, "pitch": 8}
    turned = {"yaw": 27, "pitch": 4, "light": SIDE_LAMP, "noise": 5, "jpeg": 65}
    street = {"noise": 4, "jpeg": 70}
    ordinary = street | {"yaw": 13, "pitch": 4}
    pairs: dict[str, tuple[Person, Person, dict[str, Any]]] = {
        "01": (cast[22], cast[22], ordinary),
        "02": (cast[25], cast[25], street | {"age_shift": 20, "yaw": -10}),
        "03": (cast[31], cast[31], dim),
        "04": (cast[34], cast[34], turned),
        "05": (cast[20], cast[20], street | {"sunglasses": True, "yaw": 12}),
        "06": (*cast.lookalikes[0], street | {"yaw": 10, "blur": 0.8}),
        "07": (*cast.lookalikes[2], street | {"yaw": 8}),
        "08": (cast.families[1][2], cast.families[1][3], street | {"yaw": -9}),
        "09": (cast[37], cast[20], ordinary),
        "10": (*cast.lookalikes[1], street | {"yaw": -12}),
    }
    for name, (one, other, how) in pairs.items():
        seed = int(name)
        yield Shot(f"pairs/{name}a.jpg", one, {"face": 150, "yaw": -4, "seed": seed}, 320, ALONE)
        yield Shot(
            f"pairs/{name}b.jpg", other, {"face": 150, "seed": 100 + seed} | how, 320, 250 if how is turned else ALONE
        )


def _lamp(angle: int) -> Light:
    """One lamp at so many degrees from the camera's direction, and little else: beyond 90 it stands behind the person."""
    around = np.radians(angle)
    return replace(
        STUDIO,
        key=(-float(np.sin(around)), 0.2, float(np.cos(around))),
        fill=0.1,
        sky=(0.12, 0.12, 0.13),
        ground=(0.06, 0.06, 0.06),
    )


LADDERS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "distance": tuple((f"{px} px", {"face": px}) for px in (96, 72, 56, 40, 28)),
    "blur": tuple((f"{blur:g} px", {"blur": blur}) for blur in (0.0, 1.5, 3.0, 4.5, 5.5)),
    "light": tuple((f"{angle}° aside", {"light": _lamp(angle)}) for angle in (0, 45, 70, 90, 120)),
    "pose": tuple((f"{yaw}°", {"yaw": yaw}) for yaw in (0, 15, 30, 45, 60)),
}
SAME, OTHER = 22, 28  # numbers in the default cast: who is on the reference, and a stranger


def ladder_shots() -> Iterator[Shot]:
    """The pictures of lesson 4: a reference, then the same person and a stranger on each step of four ladders."""
    cast = default_cast()
    yield Shot("quality/reference.jpg", cast[SAME], {"yaw": -4, "seed": 1})
    for ladder, steps in LADDERS.items():
        for step, (_, how) in enumerate(steps):
            for name, who in (("same", cast[SAME]), ("other", cast[OTHER])):
                size = round(how.get("face", 112) / 0.44)
                usual = {"face": 112, "noise": 3, "jpeg": 80, "yaw": 6, "seed": 40}
                yield Shot(f"quality/{ladder}-{step}-{name}.jpg", who, usual | how, size)


def _keep(shot: Shot) -> None:
    path = ASSETS / shot.file
    path.parent.mkdir(parents=True, exist_ok=True)
    draw(shot).save(path, "JPEG", quality=QUALITY, comment=NOTE.encode())


def main() -> None:
    """Draw everything, on every core, and measure the scores of the cast."""
    from widgets.lessons.cast_scores import write_scores

    with ProcessPoolExecutor() as workers:
        list(workers.map(_keep, [*pair_shots(), *ladder_shots()]))
    write_scores()


if __name__ == "__main__":
    main()
