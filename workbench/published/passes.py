"""Scores of passes in one Arrow file: a bounded number, highest first, and nothing else of anybody.

Above `MOST` scores of one kind the highest stay and the rest is counted: every rate at or above the lowest kept score is
still exact, which no thinning would leave so. A person who passed more than once has a number, because limits would be too
narrow without; the numbers are drawn from the order of the scores and mean nothing outside the file.
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
from workbench.published.bundle import Passes

__all__ = ["MOST", "Reduced", "reduce", "trials_of"]

MOST = 50_000  # scores of one kind
SCHEMA = pa.schema([("mated", pa.bool_()), ("score", pa.float64()), ("person", pa.int32())])
ALONE = -1  # the person of a pass who made no other


@dataclass(frozen=True)
class Reduced:
    """The file, how many scores are in it, and what was left out: the lowest score that is in on both sides (None if all are), and words."""

    arrow: bytes
    count: int
    lowest: float | None
    words: str


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
    return Reduced(sink.getvalue().to_pybytes(), columns[0].size, lowest, words)


def _side(trials: Trials, mated: bool, most: int) -> dict[str, Any]:
    which = trials.is_mated if mated else ~trials.is_mated
    scores = (trials.mated if mated else trials.nonmated).astype(np.float64)
    seen = np.flatnonzero(scores > -np.inf)
    order = seen[np.argsort(-scores[seen], kind="stable")][:most]
    person = _numbers(trials.person[which][order])
    left = int(seen.size - order.size)
    return {
        "mated": np.full(order.size, mated),
        "score": scores[order],
        "person": person,
        "left": left,
        "of": seen.size,
    }


def _numbers(person: NDArray[np.int64]) -> NDArray[np.int32]:
    """People who made several of these passes as 0, 1, ... in order of their best score; everybody else is alone."""
    who, first, place, count = np.unique(person, return_index=True, return_inverse=True, return_counts=True)
    rank = np.full(who.size, ALONE, np.int64)
    several = np.flatnonzero(count > 1)
    rank[several[np.argsort(first[several])]] = np.arange(several.size)
    return rank[place].astype(np.int32)


def _words(side: dict[str, Any]) -> str:
    who = "on the list" if side["mated"].any() else "not on the list"
    return (
        f"of {side['of']:,} scores of people {who} the highest {side['score'].size:,} are here; "
        f"the rest is counted, and no rate below {side['score'].min():.3f} can be read from them"
    )


def trials_of(content: bytes, passes: Passes) -> Trials:
    """The trials behind a bundle, read strictly; passes that were left out count as below every score that is here."""
    mated, score, person = _columns(content, passes.file)
    counts = (int(mated.sum()), passes.mated - passes.undetected), (int((~mated).sum()), passes.nonmated)
    if passes.scores != score.size:
        raise InputError(f"{passes.file} holds {score.size:,} scores, not {passes.scores:,}; publish the case again")
    if any(here > of for here, of in counts) or passes.undetected < 0:
        raise InputError(f"{passes.file} holds more scores than passes were made; publish the case again")
    if passes.lowest is None and any(here != of for here, of in counts):
        raise InputError(f"{passes.file} lacks scores that bundle.json counts; publish the case again")
    sides = [score[mated], score[~mated]]
    filled = [_filled(side, size) for side, size in zip(sides, (passes.mated, passes.nonmated), strict=True)]
    subjects = [_named(person[side], size, kind) for side, size, kind in _both(mated, passes)]
    named = any((each != "").any() for each in subjects)
    return Trials.of(
        *filled,
        watchlist=passes.watchlist,
        mated_subject=subjects[0] if named else None,
        nonmated_subject=subjects[1] if named else None,
        pack=passes.pack,
        space=passes.space,
        data=passes.data,
        assumption=passes.assumption,
        notes=(*passes.notes, *([passes.reduced] if passes.reduced else [])),
    )


def _both(mated: NDArray[np.bool_], passes: Passes) -> tuple[tuple[NDArray[np.bool_], int, str], ...]:
    return (mated, passes.mated, "listed"), (~mated, passes.nonmated, "stranger")


def _filled(scores: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.concatenate([scores, np.full(size - scores.size, -np.inf, np.float64)])


def _named(person: NDArray[np.int32], size: int, kind: str) -> NDArray[np.str_]:
    names = [f"{kind} {number}" if number != ALONE else "" for number in person.tolist()]
    return np.array([*names, *[""] * (size - len(names))], np.str_)


def _columns(content: bytes, name: str) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.int32]]:
    try:
        table = pa.ipc.open_file(pa.BufferReader(content)).read_all()
        table.validate()
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{name} is no Arrow file ({str(error)[:60]}); publish the case again") from None
    if table.schema != SCHEMA or any(each.null_count for each in table.columns):
        raise InputError(f"{name} has other columns than mated, score and person; was it altered?")
    if table.num_rows > 2 * MOST:
        raise InputError(f"{name} holds {table.num_rows:,} scores, more than a bundle may; was it altered?")
    mated, score, person = (values_of(table[each]) for each in SCHEMA.names)
    if not np.isfinite(score).all():
        raise InputError(f"{name} holds a score that is no number; was it altered?")
    return mated, score, person
