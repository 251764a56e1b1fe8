"""The verbs that measure: how often strangers raise an alert and listed people are recognised, on data whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.arguments import number_of, path_of, said, whole_of
from workbench.casefile.case import CaseFile
from workbench.counts import count
from workbench.errors import CaseError, InputError
from workbench.evaluation import Trials
from workbench.faces import same_space
from workbench.groups import TOO_FEW
from workbench.labelled import Labelled, read_labelled
from workbench.models.pack import Card, Pack
from workbench.models.packs import load_pack
from workbench.open_set import Answers, ask, draw, eligible, list_size
from workbench.probing import Probes, probes_of
from workbench.progress import Bar, Progress
from workbench.walk_past import scan_clips
from workbench.walk_truth import read_walk_past
from workbench.watchlist import Watchlist

__all__ = ["evaluate", "evaluate_footage", "evaluate_packs", "open_set_trials"]


def evaluate(
    labelled: Path | str,
    *,
    pack: str | Path | Pack = "dlib",
    seed: int = 7,
    enrolled: float = 0.5,
    per_person: int = 1,
    repeats: int = 10,
    progress: Progress | None = None,
) -> Trials:
    """Trials of a labelled folder `<subject>/<image>`, or of a `manifest.csv` with path, subject, group, camera.

    Again and again some of the people are drawn for the list; every picture that is not on it is then a pass. A picture
    without a face stays in the denominator as a miss. The models see each picture once.

    enrolled : share below 1 of the people who can be listed, or their number
    per_person : pictures listed of each; repeats : how many lists are drawn, each from `seed` and its number
    """
    pictures = read_labelled(path_of(labelled, "the labelled pictures"))
    how: dict[str, Any] = {"seed": seed, "enrolled": enrolled, "per_person": per_person, "repeats": repeats}
    _refuse_undrawable(pictures, **how)
    loaded = _loaded(pack)
    probes = probes_of(loaded, pictures, progress or Bar())
    return open_set_trials(probes, loaded, name=Path(labelled).resolve().name, **how)


def evaluate_packs(
    labelled: Path | str,
    *,
    old: str | Path | Pack,
    new: str | Path | Pack,
    progress: Progress | None = None,
    **how: Any,
) -> tuple[Trials, Trials]:
    """Trials of both packs on the same pictures and the same lists, for `pack_change.compare_packs`; `how` as for `evaluate`.

    A picture is drawn for the list only if both packs can use it; it stays a pass of each, with or without a face.
    """
    pictures = read_labelled(path_of(labelled, "the labelled pictures"))
    _refuse_undrawable(pictures, **how)
    packs, name = [_loaded(pack) for pack in (old, new)], Path(labelled).resolve().name
    probes = [probes_of(pack, pictures, progress or Bar()) for pack in packs]
    fit = probes[0].usable & probes[1].usable
    one, other = (
        open_set_trials(each, pack, name=name, listable=fit, **how) for each, pack in zip(probes, packs, strict=True)
    )
    return one, other


def open_set_trials(
    probes: Probes,
    pack: Pack,
    *,
    seed: int = 7,
    enrolled: float = 0.5,
    per_person: int = 1,
    repeats: int = 10,
    name: str = "",
    listable: NDArray[np.bool_] | None = None,
) -> Trials:
    """Trials of pictures that became templates before: other list sizes need no model. Arguments as for `evaluate`.

    listable : (n,) pictures that may be drawn for the list; every usable one if not given
    """
    seed, enrolled, per_person, repeats = _draws(seed, enrolled, per_person, repeats)
    names, subject = np.unique([picture.subject for picture in probes.pictures], return_inverse=True)
    fit = probes.usable if listable is None else listable
    people = eligible(subject, fit, per_person)
    size = list_size(enrolled, len(people))
    about: dict[str, Any] = {
        "watchlist": size,
        "pack": pack.card.name,
        "space": pack.space.mark,
        "data": _data(name, probes, len(names), size, per_person, repeats, seed),
        "notes": (*probes.notes, *_small_groups(probes)),
    }
    parts = []
    for repeat in range(repeats):
        rng = np.random.default_rng([seed, repeat])
        reference = draw(subject, fit, people, size, per_person, rng)
        answers = ask(probes.template, probes.usable, subject, reference)
        parts.append(_trials(probes, answers, names[subject[reference[:, 0]]], repeat, about))
    return Trials.concat(parts)


def evaluate_footage(
    watch: CaseFile | Watchlist,
    truth: Path | str,
    *,
    footage: Path | str | Sequence[Path | str] | None = None,
    pack: str | Path | Pack | None = None,
    every: float = 0.2,
    best: int = 5,
    closer: float = 1.0,
    today: date | None = None,
    progress: Progress | None = None,
) -> Trials:
    """Trials of a walk-past: volunteers are enrolled and filmed, and a table says who is where. Nothing is kept or written.

    A pass of which no face was found is a miss. Passes that the table does not explain are of people not on the list.

    watch : a case (its newest list), or a list and the `pack` that drew it up
    truth : CSV with clip, person and first_frame, last_frame or start, end (seconds), if known x1, y1, x2, y2 of the place
        where the face stays, group and camera; or, for one clip, person, t, x1, y1, x2, y2, visible (`truth.read_walks`)
    footage : where the clips are: a folder or the files; the table's own folder if not given
    every, best, closer : as in `scan`
    """
    table = path_of(truth, "the table of who passes when")
    listed, chosen = _list_and_pack(watch, pack)
    valid = listed.comparable().valid_on(today or date.today())
    if not len(valid):
        raise InputError("every entry of the watchlist has expired; renew the details and enroll the list again")
    clips = read_walk_past(table, footage)
    loaded = _loaded(chosen)
    same_space(valid.space, loaded.space)
    return scan_clips(clips, valid, loaded, every=every, best=best, closer=closer, progress=progress or Bar())


def _refuse_undrawable(
    pictures: Sequence[Labelled], *, seed: int = 7, enrolled: float = 0.5, per_person: int = 1, repeats: int = 10
) -> None:
    """Refuse, before models run for minutes, lists that could not be drawn if there were a usable face in every picture."""
    _, enrolled, per_person, _ = _draws(seed, enrolled, per_person, repeats)
    _, subject = np.unique([picture.subject for picture in pictures], return_inverse=True)
    list_size(enrolled, len(eligible(subject, np.ones(len(pictures), bool), per_person)))


def _draws(seed: int, enrolled: float, per_person: int, repeats: int) -> tuple[int, float, int, int]:
    """How lists are drawn, as numbers that make sense."""
    per_person, repeats = whole_of(per_person, "per_person"), whole_of(repeats, "repeats")
    seed, enrolled = whole_of(seed, "the seed"), number_of(enrolled, "enrolled")
    if min(per_person, repeats) < 1 or seed < 0:
        given = f"per_person is {per_person}, repeats {repeats} and seed {seed}"
        raise InputError(f"{given}; give 1 or more of the first two, and a seed of 0 or more")
    return seed, enrolled, per_person, repeats


def _loaded(pack: str | Path | Pack) -> Pack:
    """The pack, opened if it is named."""
    if isinstance(pack, str | Path):
        return load_pack(pack)
    if isinstance(getattr(pack, "card", None), Card):
        return pack
    raise InputError(f"the pack is named, as in pack='dlib', given by its path, or loaded; this is {said(pack)}")


def _list_and_pack(watch: CaseFile | Watchlist, pack: str | Path | Pack | None) -> tuple[Watchlist, str | Path | Pack]:
    if isinstance(watch, Watchlist):
        return watch, pack or watch.space.pack
    if not isinstance(watch, CaseFile):
        raise InputError(f"the list is given as a case or as a Watchlist; this is {said(watch)}")
    listed = watch.watchlist
    if listed is None:
        raise CaseError(f"{watch.folder.name} has no watchlist; enroll the volunteers first")
    return listed, pack or watch.about.pack or watch.pack_of(listed.version)


def _trials(probes: Probes, answers: Answers, listed: NDArray[np.str_], repeat: int, about: dict[str, Any]) -> Trials:
    """One draw of the list, `listed` (N,) names, as trials."""
    asked = [probes.pictures[row] for row in answers.probe]
    return Trials(
        answers.score,
        answers.true_score,
        answers.true_rank,
        answers.is_mated,
        subject=np.array([picture.subject for picture in asked], np.str_),
        group=_labels([picture.group for picture in asked], [picture.group for picture in probes.pictures]),
        camera=_labels([picture.camera for picture in asked], [picture.camera for picture in probes.pictures]),
        repeat=np.full(len(asked), repeat),
        source=np.array([picture.name for picture in asked], np.str_),
        face_px=probes.face_px[answers.probe],
        quality=probes.quality[answers.probe],
        candidate=np.where(answers.best >= 0, listed[answers.best], ""),
        **about,
    )


def _labels(asked: Sequence[str], recorded: Sequence[str]) -> NDArray[np.str_] | None:
    """The labels, or None if none was recorded."""
    return np.array(asked, np.str_) if any(recorded) else None


def _data(name: str, probes: Probes, people: int, size: int, per_person: int, repeats: int, seed: int) -> str:
    draws = f"drawn {repeats} times" if repeats > 1 else "drawn once"
    with_pictures = f"{count(per_person, 'picture')} each"
    return (
        f"{name or 'labelled pictures'}: {len(probes.pictures):,} pictures of {people:,} people; "
        f"{size:,} listed with {with_pictures}, {draws} (seed {seed})"
    )


def _small_groups(probes: Probes) -> list[str]:
    """Groups of which nothing can be said."""
    members: dict[str, set[str]] = {}
    for picture in probes.pictures:
        members.setdefault(picture.group, set()).add(picture.subject)
    return [
        f"group {group!r} has {count(len(people), 'person', 'people')}, {TOO_FEW} are needed: "
        "its rates are too few to say"
        for group, people in sorted(members.items())
        if group and len(people) < TOO_FEW
    ]
