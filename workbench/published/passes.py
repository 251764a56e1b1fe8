"""Scores of passes in one Arrow file: a bounded number, highest first, and nothing else of anybody.

Above `MOST` scores of one kind the highest stay and the rest is counted: every rate at or above the lowest kept score is
still exact, which no thinning would leave so. A person who passed more than once has a number, and how many of her passes are
not in the file is told, because limits would be too narrow without; the numbers are drawn from the order of the scores and mean
nothing outside the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.columns import column, values_of
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.published.bundle import Passes, Unseen

__all__ = ["MOST", "Reduced", "reduce", "trials_of"]

Ints = NDArray[np.integer[Any]]

MOST = 50_000  # scores of one kind
EARLIER = pa.schema([("mated", pa.bool_()), ("score", pa.float64()), ("person", pa.int32())])  # did not say who was cut
SCHEMA = EARLIER.append(pa.field("more", pa.int32()))
ALONE = -1  # the person of a pass who made no other
NARROW = "an earlier version published this and did not say whose passes were left out: limits by person are too narrow"


@dataclass(frozen=True)
class Reduced:
    """The file, how many scores are in it, and what was left out: the lowest score that is in on both sides (None if all are), and words.

    unseen : people who made several passes none of which is in the file
    """

    arrow: bytes
    count: int
    lowest: float | None
    words: str
    unseen: tuple[Unseen, ...] = ()


def reduce(trials: Trials, most: int = MOST) -> Reduced:
    """The scores of both sides, highest first; mated passes without a face are counted elsewhere."""
    sides = [_side(trials, mated, most) for mated in (True, False)]
    columns = [np.concatenate([side[name] for side in sides]) for name in SCHEMA.names]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, SCHEMA) as writer:
        writer.write_table(pa.table([column(each) for each in columns], SCHEMA))
    cut = [float(side["score"].min()) for side in sides if side["left"]]
    lowest = max(cut) if cut else None
    words = "; ".join(_words(side) for side in sides if side["left"])
    unseen = tuple(each for side in sides for each in side["unseen"])
    return Reduced(sink.getvalue().to_pybytes(), columns[0].size, lowest, words, unseen)


def _side(trials: Trials, mated: bool, most: int) -> dict[str, Any]:
    which = trials.is_mated if mated else ~trials.is_mated
    scores = (trials.mated if mated else trials.nonmated).astype(np.float64)
    seen = np.flatnonzero(scores > -np.inf)
    order = _highest(scores, seen[np.argsort(-scores[seen], kind="stable")], most)
    person, more, unseen = _people(trials.person[which], order)
    return {
        "mated": np.full(order.size, mated),
        "score": scores[order],
        "person": person,
        "more": more,
        "unseen": [Unseen(mated, int(passes), int(people)) for passes, people in unseen],
        "left": int(seen.size - order.size),
        "of": seen.size,
    }


def _highest(scores: NDArray[np.float64], order: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The first `most` of `order` (descending), without a part of those that tie at the cut; a tie of all stays whole."""
    if order.size <= most:
        return order
    last = scores[order[most]]
    kept = order[:most][scores[order[:most]] > last]
    return kept if kept.size else order[scores[order] == last]


def _people(person: NDArray[np.int64], kept: NDArray[np.int64]) -> tuple[Ints, Ints, list[tuple[int, int]]]:
    """Of the `kept` of all passes of one side: a number for whoever made several, ALONE for the others, (k,); at each person's first
    how many of hers are not kept, (k,); and of those without a kept pass, how many made how many, two or more.
    """
    who, size = np.unique(person, return_inverse=True, return_counts=True)[1:]
    here = np.bincount(who[kept], minlength=size.size)
    first = np.full(size.size, kept.size)
    np.minimum.at(first, who[kept], np.arange(kept.size))
    several = np.flatnonzero((size > 1) & (here > 0))
    several = several[np.argsort(first[several])]
    number = np.full(size.size, ALONE)
    number[several] = np.arange(several.size)
    more = np.zeros(kept.size, np.int64)
    more[first[several]] = (size - here)[several]
    unseen = zip(*np.unique(size[(size > 1) & (here == 0)], return_counts=True), strict=True)
    return number[who[kept]].astype(np.int32), more.astype(np.int32), list(unseen)


def _words(side: dict[str, Any]) -> str:
    who = "on the list" if side["mated"].any() else "not on the list"
    return (
        f"of {side['of']:,} scores of people {who} the highest {side['score'].size:,} are here; "
        f"the rest is counted, and no rate below {side['score'].min():.3f} can be read from them"
    )


def trials_of(content: bytes, passes: Passes) -> Trials:
    """The trials behind a bundle, read strictly; passes that were left out count as below every score that is here."""
    mated, score, person, more = _columns(content, passes.file)
    counts = (int(mated.sum()), passes.mated - passes.undetected), (int((~mated).sum()), passes.nonmated)
    if passes.scores != score.size:
        raise InputError(f"{passes.file} holds {score.size:,} scores, not {passes.scores:,}; publish the case again")
    if any(here > of for here, of in counts) or passes.undetected < 0:
        raise InputError(f"{passes.file} holds more scores than passes were made; publish the case again")
    if passes.lowest is None and any(here != of for here, of in counts):
        raise InputError(f"{passes.file} lacks scores that bundle.json counts; publish the case again")
    sizes = passes.mated, passes.nonmated
    filled = [_filled(score[side], size) for side, size in zip((mated, ~mated), sizes, strict=True)]
    subjects = [_named(person[side], more[side], size, kind, passes) for side, size, kind in _both(mated, passes)]
    named = any((each != "").any() for each in subjects)
    cut = named and more.size and more.min() < 0 and sum(sizes) > score.size
    return Trials.of(
        *filled,
        watchlist=passes.watchlist,
        mated_subject=subjects[0] if named else None,
        nonmated_subject=subjects[1] if named else None,
        pack=passes.pack,
        space=passes.space,
        data=passes.data,
        assumption=passes.assumption,
        unsettled=passes.unsettled,
        by_alert=passes.by_alert,
        notes=(*passes.notes, *([passes.reduced] if passes.reduced else []), *([NARROW] if cut else [])),
    )


def _both(mated: NDArray[np.bool_], passes: Passes) -> tuple[tuple[NDArray[np.bool_], int, str], ...]:
    return (mated, passes.mated, "listed"), (~mated, passes.nonmated, "stranger")


def _filled(scores: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.concatenate([scores, np.full(size - scores.size, -np.inf, np.float64)])


def _named(person: Ints, more: Ints, size: int, kind: str, passes: Passes) -> NDArray[np.str_]:
    """Whose each pass is, (size,): those in the file first, then the others of the same people, then those of people who are not in it."""
    unseen = [each for each in passes.unseen if each.mated == (kind == "listed")]
    told = int(np.maximum(more, 0).sum(dtype=np.int64)) + sum(each.passes * each.people for each in unseen)
    left = size - len(person) - told
    if left < 0 or any(each.passes < 2 or each.people < 1 for each in unseen):
        raise InputError(f"{passes.file} tells of more passes than were made; publish the case again")
    here = [f"{kind} {number}" if number != ALONE else "" for number in person.tolist()]
    others = [name for name, count in zip(here, more.tolist(), strict=True) for _ in range(count)]
    away = [f"{kind} {each.passes} {nth}" for each in unseen for nth in range(each.people) for _ in range(each.passes)]
    return np.array([*here, *others, *away, *[""] * left], np.str_)


def _columns(content: bytes, name: str) -> tuple[NDArray[np.bool_], NDArray[np.float64], Ints, Ints]:
    """The columns; `more` is -1 where the file is of an earlier version, which did not say."""
    try:
        table = pa.ipc.open_file(pa.BufferReader(content)).read_all()
        table.validate()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{name} is no Arrow file ({str(error)[:60]}); publish the case again") from None
    if table.schema not in (SCHEMA, EARLIER) or any(each.null_count for each in table.columns):
        raise InputError(f"{name} has other columns than mated, score, person and more; was it altered?")
    if table.num_rows > 2 * MOST:
        raise InputError(f"{name} holds {table.num_rows:,} scores, more than a bundle may; was it altered?")
    mated, score, person = (values_of(table[each]) for each in EARLIER.names)
    more = values_of(table["more"]) if table.schema == SCHEMA else np.full(score.size, -1, np.int32)
    if not np.isfinite(score).all():
        raise InputError(f"{name} holds a score that is no number; was it altered?")
    if table.schema == SCHEMA and more.min(initial=0) < 0:
        raise InputError(f"{name} tells of fewer than no passes of somebody; was it altered?")
    return mated, score, person, more
