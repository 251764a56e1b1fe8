"""Draws what the software ships: portraits, two streets with truth, and the manifest that names every seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.cast.clip import Progress, film
from workbench.cast.expression import Expression
from workbench.cast.light import STUDIO, Light
from workbench.cast.people import Person
from workbench.cast.portrait import snapshot
from workbench.cast.scene import Street
from workbench.cast.streets import SECONDS, easy_street, hard_street, listed, shown_people

__all__ = ["NOTE", "PORTRAITS", "save_portrait", "ship", "shot", "slug"]

NOTE = "Generated people: drawn by this software from a seed; nobody in it exists."
PORTRAITS = 4
_SIZE, _FACE = 256, 122
_SIDE = Light(key=(0.75, 0.45, 0.55), lamp=(1.85, 1.7, 1.5), fill=0.4)
_GROUNDS = (
    "theft",
    "fraud",
    "missing person",
    "recall to custody",
    "witness sought",
    "burglary",
    "missing person",
    "barred entry",
)


def slug(name: str) -> str:
    """A name as a file name.

    >>> slug("Amber Avocet")
    'amber-avocet'
    """
    return name.lower().replace(" ", "-")


def shot(p: Person, number: int) -> dict[str, Any]:
    """Arguments of `p.portrait` for the n-th shipped portrait: two for enrolment, two as a camera might catch them."""
    if number == 0:
        return {"expression": Expression(smile=0.15), "light": STUDIO, "seed": p.seed}
    if number == 1:
        return {"expression": Expression(smile=0.5), "yaw": 16.0, "pitch": 3.0, "light": _SIDE, "seed": p.seed + 1}
    return snapshot(np.random.default_rng([p.seed, number]), hard=0.7, max_yaw=28)


def save_portrait(picture: NDArray[np.uint8], path: Path) -> None:
    """Writes a JPEG that says in its comment that nobody in it exists."""
    part = path.with_suffix(".part")
    Image.fromarray(picture).save(part, "JPEG", quality=88, comment=NOTE.encode())
    part.replace(path)


def ship(folder: Path, *, workers: int | None = None, progress: Callable[[str], Progress] | None = None) -> None:
    """Draws everything into `folder`; what is already there is kept."""
    (folder / "portraits").mkdir(parents=True, exist_ok=True)
    people = [_portraits(p, folder) for p in shown_people()]
    clips = {}
    for name, street in (("easy", easy_street()), ("hard", hard_street())):
        if not (folder / f"{name}.csv").exists():
            film(street, SECONDS, folder, name, workers=workers, progress=progress(name) if progress else None, crf=25)
        clips[name] = {"file": f"{name}.mp4", "seconds": SECONDS, "walkers": _walkers(street)}
    manifest = {"note": NOTE, "people": people, "watchlist": _watchlist(), "clips": clips}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _portraits(p: Person, folder: Path) -> dict[str, Any]:
    files = [f"portraits/{slug(p.name)}-{number + 1}.jpg" for number in range(PORTRAITS)]
    for number, file in enumerate(files):
        if not (folder / file).exists():
            save_portrait(p.portrait(_SIZE, face=_FACE, **shot(p, number)), folder / file)
    return {"name": p.name, "seed": p.seed, "portraits": files}


def _walkers(street: Street) -> list[dict[str, Any]]:
    return [{"name": w.person.name, "seed": w.person.seed, "role": w.role} for w in street.walkers]


def _watchlist() -> list[dict[str, str]]:
    return [
        {
            "subject": p.name,
            "category": ground,
            "authority": "Exercise order 12, training unit (invented)",
            "image_source": "generated people",
            "image_date": f"2026-0{1 + i % 6}-1{i}",
            "expires": "2036-12-31",
        }
        for i, (p, ground) in enumerate(zip(listed(), _GROUNDS, strict=True))
    ]
