"""What each column of trials may hold: taken as the kind it is, closed to later writing, and refused where no pass can be so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.counts import count
from workbench.errors import InputError
from workbench.metrics import scores_of
from workbench.missing import labels_of, missing, truths_of

if TYPE_CHECKING:
    from workbench.evaluation import Trials

__all__ = ["COLUMNS", "column_of", "counted_on", "refuse_impossible", "refuse_repeated_sources", "side_of", "sealed"]

COLUMNS = (
    *("score", "true_score", "true_rank", "is_mated", "subject", "group", "camera", "repeat", "source"),
    *("face_px", "quality", "t", "hour", "candidate"),
)
_NAMES = frozenset(("group", "camera", "source", "candidate"))
_ROUNDING = 1e-5  # what two ways to the same score in single precision may differ by


def column_of(name: str, given: ArrayLike) -> NDArray[Any]:
    """The column `name` of trials as an array (n,) that nobody can write to; numbers that are missing are NaN."""
    if name == "is_mated":
        return sealed(truths_of(given, "whether the person is listed"))
    if name == "subject":
        return sealed(labels_of(given))
    if name in _NAMES:
        return sealed(labels_of(given).astype(np.str_, copy=False))
    numbers = _numbers(name, given)
    return sealed(_whole(name, numbers) if name == "repeat" else numbers)


def sealed(array: NDArray[Any]) -> NDArray[Any]:
    """`array` if nobody can write to it, else a copy to which nobody can: who made it may go on using it.

    >>> sealed(np.zeros(2)).flags.writeable
    False
    """
    held: Any = array
    while isinstance(held, np.ndarray) and not held.flags.writeable:
        held = held.base
    if held is None:
        return array
    own = np.array(array)
    own.setflags(write=False)
    return own


def side_of(given: ArrayLike | None, size: int, passes: str) -> NDArray[Any]:
    """Names of the `size` passes of one side; "" for each if none is given."""
    names = np.full(size, "") if given is None else labels_of(given)
    if names.size != size:
        raise InputError(f"{names.size:,} subjects were given for {size:,} {passes} passes; give one for each")
    return names


def counted_on(parts: Sequence[tuple[str, NDArray[np.int64]]]) -> NDArray[np.int64]:
    """The repeats of parts, each with what its data are, one after another; draws of other data get numbers of their own.

    >>> draws = np.array([0, 1])
    >>> counted_on([("seed 7", draws), ("seed 8", draws), ("seed 7", draws + 2)]).tolist()
    [0, 1, 4, 5, 2, 3]
    """
    own: dict[str, list[NDArray[np.int64]]] = {}
    for data, repeat in parts:
        own.setdefault(data, []).append(repeat)
    taken, later = np.zeros(0, np.int64), {}
    for data, repeats in own.items():
        draws = np.unique(np.concatenate(repeats))
        later[data] = int(taken.max() + 1 - draws.min()) if np.isin(draws, taken).any() else 0
        taken = np.concatenate([taken, draws + later[data]])
    return np.concatenate([repeat + later[data] for data, repeat in parts])


def refuse_impossible(trials: Trials) -> None:
    """`InputError` for trials with a row that no pass can have."""
    scores_of(trials.score, "the score of the best candidate")
    own, best = trials.true_score[trials.is_mated], trials.score[trials.is_mated]
    scores_of(own, "the score of the true subject")
    above = own > best
    above[above] = ~np.isclose(own[above], best[above], rtol=_ROUNDING, atol=_ROUNDING)
    _refuse(above, "the true subject scores more than the best candidate", "give the best score of all as score")
    rank = trials.true_rank[trials.is_mated]
    broken = (rank < 1) | (np.isfinite(rank) & (rank != np.floor(rank)))
    _refuse(broken, "the rank of the true subject is no whole number from 1", "give inf where nobody was returned")
    beyond = np.isfinite(rank) & (rank > trials.watchlist)
    _refuse(beyond, f"the rank is beyond the {trials.watchlist:,} people listed", "give inf where nobody was returned")
    if trials.hour is not None:
        _refuse((trials.hour < 0) | (trials.hour > 24), "the hour is outside 0 to 24", "give NaN where nobody knows it")
    if trials.face_px is not None:
        _refuse(trials.face_px < 0, "the face is less than 0 px wide", "give NaN where no face was found")


def refuse_repeated_sources(source: NDArray[np.str_], repeat: NDArray[np.int64] | None) -> None:
    """`InputError` where a source (n,) comes twice in one repeat; "" is no source, and may come as often as it likes."""
    recorded = np.flatnonzero(source != "")
    draw = np.zeros(source.size, np.int64) if repeat is None else repeat
    _, first = np.unique(np.rec.fromarrays([draw[recorded], source[recorded]]), return_index=True)
    twice = np.setdiff1d(np.arange(recorded.size), first)
    if twice.size:
        example = str(source[recorded[twice[0]]])
        many = count(twice.size, "pass is", "passes are")
        raise InputError(f"{many} listed more than once, such as {example!r}; list each once, or in another repeat")


def _refuse(wrong: NDArray[np.bool_], what: str, remedy: str) -> None:
    if some := int(np.count_nonzero(wrong)):
        raise InputError(f"{what} in {count(some, 'pass', 'passes')}; {remedy}")


def _numbers(name: str, given: ArrayLike) -> NDArray[np.floating]:
    """As floats: single precision stays so, whatever else is there becomes double."""
    array = np.asanyarray(given)
    if array.dtype.kind == "f" and not np.ma.isMaskedArray(array):
        return array if array.itemsize >= 4 else array.astype(np.float32)
    empty = missing(array)
    try:
        if array.dtype.kind in "cmM":  # NumPy would make numbers of times, in units of its own
            raise TypeError
        return np.where(empty, np.nan, np.where(empty, 0, np.asarray(array)).astype(np.float64))
    except (TypeError, ValueError):
        raise InputError(
            f"Trials.{name} holds what is no number; give numbers, and nothing where none is known"
        ) from None


def _whole(name: str, numbers: NDArray[np.floating]) -> NDArray[np.int64]:
    if not (np.isfinite(numbers) & (numbers == np.floor(numbers))).all():
        raise InputError(f"Trials.{name} is no whole number in some passes; number the draws of the list 0, 1, 2 ...")
    return numbers.astype(np.int64)
