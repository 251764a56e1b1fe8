"""Entries of a watchlist that will cause trouble: look-alikes, entries that attract strangers, one photo, stale or expiring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from workbench.alerts import Alert
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.groups import TOO_FEW
from workbench.html import card, facts, note, table
from workbench.watchlist import Watchlist

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EntryHealth", "ListHealth", "list_health"]

STALE = 5 * 365  # days: a convention of this software; a face changes over years, and a pack's scores with it
CHANCE = 0.05  # that some entry of a list without a hub is called one

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class EntryHealth:
    """One person of the list.

    photos : references; age : days since the newest image was taken, None if not recorded; expires : days left, or None
    nearest, resemblance : the other entry that looks most alike, and the best cosine between them; "" and NaN if alone
    attracts : strangers (people, by their best pass) whose best candidate this entry was, None where nobody was asked
    hub : more strangers than chance would send to any one entry
    asked : alerts and near misses of the given run that name this entry, None if no run was given
    """

    subject: str
    photos: int
    age: int | None
    expires: int | None
    nearest: str
    resemblance: float
    attracts: int | None
    hub: bool
    asked: int | None


@dataclass(frozen=True)
class ListHealth:
    """The list, entry by entry.

    alike : cosine from which two people look like one to this pack; strangers : people behind `attracts`, None if none
    chance : how many strangers an entry attracts by chance, on average
    """

    entries: tuple[EntryHealth, ...]
    alike: float
    strangers: int | None
    chance: float

    def sentences(self) -> tuple[str, ...]:
        """What to look at, a sentence a kind, or that there is nothing."""
        entries, n = self.entries, len(self.entries)
        kinds = (
            ([e.subject for e in entries if e.resemblance >= self.alike], "look like another entry to this pack"),
            (
                [e.subject for e in entries if e.hub],
                f"attract more strangers than chance (expected {self.chance:.1f} each)",
            ),
            ([e.subject for e in entries if e.photos == 1], "have one photo only: a second one finds more"),
            ([e.subject for e in entries if (e.age or 0) > STALE], f"have no photo newer than {STALE // 365} years"),
            ([e.subject for e in entries if e.age is None], "have no recorded date of the photo"),
            (
                [e.subject for e in entries if e.expires is not None and e.expires < 0],
                "have expired and are not looked for",
            ),
        )
        said = [f"{len(who):,} of {n:,} {words}: {_named(who)}" for who, words in kinds if who]
        if (self.strangers or 0) < TOO_FEW:
            asked = f"{self.strangers or 0:,}"
            said.append(f"which entries attract strangers is too few to say: {asked} of {TOO_FEW} strangers asked")
        return tuple(said)

    def to_frame(self) -> pd.DataFrame:
        """One row an entry."""
        import pandas as pd

        return pd.DataFrame([vars(entry) for entry in self.entries], columns=list(EntryHealth.__dataclass_fields__))

    def __repr__(self) -> str:
        hubs = sum(entry.hub for entry in self.entries)
        return (
            f"ListHealth({len(self.entries)} people, {hubs} attract strangers, {self.strangers or 0} strangers asked)"
        )

    def _repr_html_(self) -> str:
        entries = self.entries
        numbers = {
            "people": len(entries),
            "look like another": sum(e.resemblance >= self.alike for e in entries),
            "attract strangers": (sum(e.hub for e in entries), f"{self.strangers or 0:,} strangers asked"),
            "one photo": sum(e.photos == 1 for e in entries),
        }
        rows = [_row(e) for e in sorted(entries, key=lambda e: -(e.attracts or 0))[:12]]
        columns = ("entry", "photos", "days old", "nearest entry", "cosine", "strangers")
        said = "".join(note(f"{sentence}.") for sentence in self.sentences())
        return card(
            "Watchlist health", facts(numbers), said, table("Entries", columns, rows, more=len(entries) - len(rows))
        )


def list_health(
    watch: Watchlist, *, alike: float, trials: Trials | None = None, alerts: Iterable[Alert] | None = None, today: date
) -> ListHealth:
    """Look at each entry of `watch`.

    alike : cosine from which two people look like one (the pack's starting threshold, or the operating point's)
    trials : passes with `candidate`, asked against this list or draws of its people; alerts : of a run, near misses included
    """
    if trials is not None and trials.space and trials.space != watch.space.mark:
        raise InputError(
            f"the trials are in {trials.space}, the list in {watch.space.mark}; evaluate with the list's pack"
        )
    nearest, resemblance = _nearest(watch)
    if (
        unknown := set()
        if trials is None or trials.candidate is None
        else {*trials.candidate.tolist()} - {*watch.subjects, ""}
    ):
        raise InputError(f"the trials name {sorted(unknown)[0]!r}, who is not on this list; ask this list's people")
    drawn, asked = (None, None) if trials is None else _attracted(trials)
    strangers = None if asked is None else asked.size
    named = None if alerts is None else Counter(alert.subject for alert in alerts)
    expected = np.zeros(len(watch)) if trials is None or asked is None else _by_chance(watch, trials, asked)
    chance = float(expected[expected > 0].mean()) if (expected > 0).any() else 0.0
    hub = {
        name
        for name, each in zip(watch.subjects, expected, strict=True)
        if strangers
        and strangers >= TOO_FEW
        and _unlikely((drawn or Counter())[name], strangers, float(each), len(watch))
    }
    entries = tuple(
        EntryHealth(
            entry.subject,
            len(watch.of(entry.subject)),
            None if entry.image_date is None else (today - entry.image_date).days,
            None if entry.expires is None else (entry.expires - today).days,
            watch.subjects[nearest[row]] if nearest[row] >= 0 else "",
            float(resemblance[row]),
            None if drawn is None else drawn[entry.subject],
            entry.subject in hub,
            None if named is None else named[entry.subject],
        )
        for row, entry in enumerate(watch.entries)
    )
    return ListHealth(entries, alike, strangers, chance)


def _nearest(watch: Watchlist) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row of the other entry that is most alike, -1 if there is none, and the cosine."""
    owner, people = watch.owner, len(watch)
    near, best = np.full(people, -1), np.full(people, np.nan)
    for row in range(people):
        own = owner == row
        if own.all() or not own.any():
            continue
        score = (watch.templates[own] @ watch.templates[~own].T).max(axis=0)
        near[row], best[row] = owner[~own][score.argmax()], float(score.max())
    return near, best


def _attracted(trials: Trials) -> tuple[Counter[str], NDArray[np.int64]]:
    """How many strangers each entry was the best candidate of, and each stranger's best pass, (K,), by which she counts."""
    if trials.candidate is None:
        raise InputError("these trials do not say who the best candidate was; take them from `evaluate` or a walk-past")
    rows = np.flatnonzero(~trials.is_mated & (trials.score > -np.inf))
    ordered = rows[np.argsort(-trials.score[rows], kind="stable")]
    first = ordered[np.unique(trials.person[ordered], return_index=True)[1]]
    return Counter(trials.candidate[first].tolist()), first


def _by_chance(watch: Watchlist, trials: Trials, asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many of the strangers with the best passes `asked` (K,) chance sends to each entry, (N,): evenly to those she was asked about.

    Whom a draw of the list held is known by whom it recognised or missed. Where that is not all of it, each draw is taken for one
    of people who were in no other, which errs to more.
    """
    subject, repeat = trials.subject, trials.repeat
    draw = np.zeros(len(trials), np.int64) if repeat is None else np.unique(repeat, return_inverse=True)[1]
    held = np.full((int(draw.max(initial=0)) + 1, len(watch)), trials.watchlist >= len(watch))
    place_of = {name: row for row, name in enumerate(watch.subjects)}
    mated = np.flatnonzero(trials.is_mated)
    for name, when in zip([] if subject is None else subject[mated].tolist(), draw[mated], strict=False):
        if (row := place_of.get(str(name))) is not None:
            held[when, row] = True
    if (held.sum(axis=1) < trials.watchlist).any():
        return np.full(len(watch), asked.size / max(trials.watchlist, 1))
    who, present = trials.person[asked], np.zeros((asked.size, len(held)), np.bool_)
    place = np.full(int(trials.person.max(initial=0)) + 1, -1)
    place[who] = np.arange(asked.size)
    passes = ~trials.is_mated & (trials.score > -np.inf)
    present[place[trials.person[passes]], draw[passes]] = True
    meetings, counts = np.unique(present, axis=0, return_counts=True)
    asked_of = (meetings.astype(np.int64) @ held) > 0
    share: NDArray[np.float64] = (counts / np.maximum(asked_of.sum(axis=1), 1)) @ asked_of
    return share


def _unlikely(count: int, of: int, expected: float, entries: int) -> bool:
    """Whether chance would hardly send `count` of `of` strangers to one of `entries`, all of them looked at (Bonferroni)."""
    if not count or entries < 2 or not 0 < expected < of:
        return False
    return float(bdtrc(count - 1, of, expected / of)) < CHANCE / entries


def _row(entry: EntryHealth) -> tuple[str | int, ...]:
    age = "not recorded" if entry.age is None else f"{entry.age:,}"
    attracts = "not asked" if entry.attracts is None else f"{entry.attracts:,}{' (hub)' if entry.hub else ''}"
    return (entry.subject, entry.photos, age, entry.nearest or "none", f"{entry.resemblance:.2f}", attracts)


def _named(who: list[str]) -> str:
    return ", ".join(who[:5]) + (f" and {len(who) - 5:,} more" if len(who) > 5 else "")
