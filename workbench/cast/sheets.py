"""Contact sheets of the cast, as the documentation shows them; each says that these are generated people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.cast.curated import default_cast
from workbench.cast.expression import Expression
from workbench.cast.people import Person
from workbench.cast.shipping import NOTE
from workbench.cast.streets import easy_street, hard_street

__all__ = ["contact_sheet", "draw_sheets"]

U8 = NDArray[np.uint8]
_FRIENDLY = Expression(smile=0.3)
_CAPTION = 22  # px


def contact_sheet(pictures: Sequence[U8], columns: int) -> U8:
    """Pictures of one size in rows, with what they are below.

    >>> contact_sheet([np.zeros((8, 60, 3), np.uint8)] * 3, 2).shape
    (38, 120, 3)
    """
    blank = np.full_like(pictures[0], 255)
    padded = [*pictures, *[blank] * (-len(pictures) % columns)]
    rows = [np.hstack(padded[i : i + columns]) for i in range(0, len(padded), columns)]
    strip = np.full((_CAPTION, rows[0].shape[1], 3), 255, np.uint8)
    cv2.putText(strip, "generated people", (6, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (70, 70, 70), 1, cv2.LINE_AA)
    return np.vstack([*rows, strip])


def draw_sheets(folder: Path) -> None:
    """cast-sixty, cast-one, cast-kin and cast-streets as JPEG files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    sixty = [_small(p.portrait(192, expression=_FRIENDLY, seed=p.seed), 112) for p in default_cast()]
    _save(contact_sheet(sixty, 12), folder / "cast-sixty.jpg")
    _save(contact_sheet(_moments(default_cast()[18]), 4), folder / "cast-one.jpg")
    family = [p.portrait(200, expression=_FRIENDLY, seed=3) for p in default_cast().families[0]]
    _save(contact_sheet([family[0], *family[2:], family[1]], 5), folder / "cast-kin.jpg")
    frames = [_small(scene.frame(n)[0], 560) for scene, n in ((easy_street(), 34), (hard_street(), 50))]
    _save(contact_sheet(frames, 2), folder / "cast-streets.jpg")


def _moments(p: Person) -> list[U8]:
    shots: tuple[dict[str, Any], ...] = (
        {"expression": _FRIENDLY},
        {"yaw": 30, "pitch": 4, "expression": Expression(smile=0.7)},
        {"yaw": -70},
        {"yaw": -15, "pitch": -8, "expression": Expression(open=0.2, smile=0.3, brows_up=0.5)},
        {"yaw": 12, "mask": True},
        {"yaw": -20, "sunglasses": True},
        {"yaw": 18, "hat": True, "expression": Expression(smile=0.8)},
        {"expression": _FRIENDLY, "age_shift": 25.0},
    )
    return [p.portrait(240, seed=p.seed + n, **shot) for n, shot in enumerate(shots)]


def _small(picture: U8, width: int) -> U8:
    high = round(picture.shape[0] * width / picture.shape[1])
    return np.asarray(cv2.resize(picture, (width, high), interpolation=cv2.INTER_AREA), np.uint8)


def _save(picture: U8, path: Path) -> None:
    Image.fromarray(picture).save(path, "JPEG", quality=86, comment=NOTE.encode())
