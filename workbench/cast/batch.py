"""Many people or a whole street into a folder, as `workbench cast` does it: on all cores, and again where it stopped."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat
from pathlib import Path

from workbench.cast.clip import Progress, film
from workbench.cast.people import Person, person
from workbench.cast.shipping import NOTE, save_portrait, shot, slug
from workbench.cast.streets import street
from workbench.cast.workers import cores, drawers

__all__ = ["draw_people", "film_street"]


def draw_people(
    seeds: Iterable[int], folder: Path, *, portraits: int = 4, size: int = 256, progress: Progress | None = None
) -> int:
    """Draws `portraits` pictures of each person into folder/<name>/; returns how many were new."""
    who = [(seed, folder / slug(person(seed).name)) for seed in seeds]
    missing = [pair for pair in who if len(list(pair[1].glob("*.jpg"))) < portraits]
    if not missing:
        return 0
    new = 0
    with drawers(min(len(missing), cores())) as pool:
        for done, drawn in enumerate(pool.map(_one, missing, repeat(portraits), repeat(size))):
            new += drawn
            if progress is not None:
                progress(len(who) - len(missing) + done + 1, len(who))
    return new


def _one(who: tuple[int, Path], portraits: int, size: int) -> int:
    seed, folder = who
    return _album(person(seed), folder, portraits, size)


def _album(p: Person, folder: Path, portraits: int, size: int) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    missing = [n for n in range(portraits) if not (folder / f"{n + 1}.jpg").exists()]
    for n in missing:
        save_portrait(p.portrait(size, **shot(p, n)), folder / f"{n + 1}.jpg")
    return len(missing)


def film_street(
    folder: Path,
    *,
    people: int = 8,
    listed: int = 3,
    seconds: float = 10.0,
    seed: int = 0,
    dusk: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Films a street of `people` walkers; the first `listed` of them get photos and a line in list.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    who = [person(1000 * seed + n) for n in range(people)]
    for p in who[:listed]:
        _album(p, folder / "photos" / p.name, 2, 256)
    rows = [f"{p.name},exercise,invented for training,generated people" for p in who[:listed]]
    table = ["subject,category,authority,image_source", *rows]
    (folder / "list.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    (folder / "README.txt").write_text(NOTE + "\n", encoding="utf-8")
    scene = street(who, listed=who[:listed], seconds=seconds, dusk=dusk, seed=seed)
    return film(scene, seconds, folder, "street", workers=workers, progress=progress)
