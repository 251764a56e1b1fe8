"""What is published of a case, as values: what was looked for, what was found, how sure that is, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.counts import count
from workbench.evaluation import OperatingPoint, Trials

__all__ = [
    "FORMAT",
    "VERSION",
    "Bundle",
    "Case",
    "Cost",
    "Crop",
    "Deleted",
    "Earlier",
    "Footage",
    "Found",
    "Group",
    "LookedFor",
    "Passes",
    "Point",
    "Publication",
    "Retained",
    "Review",
    "Threshold",
    "Unseen",
]

FORMAT, VERSION = "second-look bundle", 1


@dataclass(frozen=True)
class Earlier:
    """A version that this one took the place of; `sha256` of its bundle.json."""

    number: int
    by: str
    at: str
    sha256: str


@dataclass(frozen=True)
class Publication:
    """Who published when, and from which state of the case.

    number : 1, 2, ... of this case; at : UTC, ISO 8601
    entries, head : length and last hash of the case's log when it was read
    signature, public_key : the case's, over that head, as hex; empty where the case is not sealed
    """

    number: int
    by: str
    at: str
    reason: str
    software: str
    entries: int
    head: str
    signature: str
    public_key: str
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True)
class Case:
    """What the case is for; made : UTC day."""

    name: str
    purpose: str
    authority: str
    made: str


@dataclass(frozen=True)
class LookedFor:
    """The list, in counts; names only where they were published.

    approval : who approved it, or that nobody did, in words
    categories : people by the category they are listed under, "" where none is recorded
    """

    people: int
    references: int
    version: int
    digest: str
    approval: str
    categories: Mapping[str, int]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Footage:
    """One piece of footage that was scanned: its name without its place, and what became of it.

    triage : only key frames were looked at; earlier bundles do not say
    caveats : what else has to be known of it, see `workbench.caveats`; earlier bundles do not say
    """

    name: str
    sha256: str
    seconds: float
    short: bool
    corrupt_frames: int
    tracks: int
    triage: bool = False
    caveats: tuple[str, ...] = ()

    @property
    def state(self) -> tuple[str, ...]:
        """All that has to be known of it, a few words each; nothing where all of it was looked at."""
        said = ["key frames alone"] if self.triage else []
        said += ["ends early"] if self.short else []
        said += (
            [f"{self.corrupt_frames:,} damaged frame{'s' * (self.corrupt_frames != 1)}"] if self.corrupt_frames else []
        )
        return (*said, *self.caveats)


@dataclass(frozen=True)
class Found:
    """Counts of the scans that count: footage that several scanned, once, as the newest saw it.

    faces_seen : tracks; compared of them, the others too small or unfit
    same, different, cannot_tell : alerts by what people concluded; unsettled : alerts of which nothing is concluded yet
    unjudgeable : of these, whose faces are gone, so that nobody can judge them any more; earlier bundles do not say
    """

    faces_seen: int
    compared: int
    alerts: int
    near_misses: int
    same: int
    different: int
    cannot_tell: int
    unsettled: int
    unjudgeable: int = 0

    @property
    def settled(self) -> int:
        """Alerts of which something is concluded."""
        return self.alerts - self.unsettled


@dataclass(frozen=True)
class Threshold:
    """The line of the newest scan that counts; origin : where it comes from, in words; others : lines of other scans."""

    value: float
    origin: str
    pack: str
    others: tuple[float, ...]


@dataclass(frozen=True)
class Point:
    """An operating point that the case recorded, with who, when and why; point : `OperatingPoint.to_dict`.

    used : a scan that counts was made at it
    """

    name: str
    reason: str
    by: str
    recorded: str
    used: bool
    point: Mapping[str, Any]

    @property
    def measured(self) -> OperatingPoint:
        """The point with its rates, counts and limits."""
        return OperatingPoint.from_dict(self.point)


@dataclass(frozen=True)
class Review:
    """How alerts are judged, in counts.

    needed : people who must agree; one_reviewer : why one is enough
    people : who judged; decisions : theirs, changed minds among them
    planted, planted_wrong : planted pairs of different people that were judged, and how many were called one person
    """

    needed: int
    one_reviewer: str
    people: int
    decisions: int
    planted: int
    planted_wrong: int


@dataclass(frozen=True)
class Cost:
    """footage : seconds watched; machine : seconds of scanning; first, last : UTC, when scans began and ended."""

    footage: float
    machine: float
    first: str
    last: str


@dataclass(frozen=True)
class Retained:
    """Faces of one kind that the case still holds; due : UTC when the first goes, None while nothing ends it."""

    kind: str
    why: str
    count: int
    due: str | None


@dataclass(frozen=True)
class Deleted:
    """Faces of one kind that were deleted, with when, as the log proves it."""

    kind: str
    count: int
    at: str


@dataclass(frozen=True)
class Group:
    """A rate of one recorded group; rate and limits are None where the group has too few people to say.

    what : "false alerts" of passes of people not on the list, or "recognised" of those on it
    words : the whole as a sentence, with the ratio to the reference group
    """

    what: str
    group: str
    count: int
    passes: int
    people: int
    rate: float | None
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True)
class Unseen:
    """So many people, each with so many passes, two at least, of whom no score is in the file; mated : they are on the list."""

    mated: bool
    passes: int
    people: int


@dataclass(frozen=True)
class Passes:
    """What the scores are of. The file holds scores, a side, and a number for each person who passed more than once.

    scores : how many are in the file
    mated, nonmated : passes; undetected : mated passes in which no face was found
    lowest : scores below it were left out, None where all are there; reduced : what was left out, in words
    unseen : people who passed more than once and of whom no score is in the file; earlier bundles do not say
    unsettled, by_alert : as of `Trials`; earlier bundles do not say
    """

    file: str
    sha256: str
    scores: int
    mated: int
    nonmated: int
    undetected: int
    lowest: float | None
    reduced: str
    watchlist: int
    pack: str
    space: str
    data: str
    assumption: str
    notes: tuple[str, ...]
    unseen: tuple[Unseen, ...] = ()
    unsettled: bool = False
    by_alert: bool = False


@dataclass(frozen=True)
class Crop:
    """The face of an alert that was confirmed as the same person, everyone else in it hidden.

    alert : its number in the case; subject : whom it shows, "" where names are not published
    until : UTC, when it must be deleted
    """

    file: str
    sha256: str
    alert: int
    subject: str
    until: str
    jpeg: bytes = field(default=b"", repr=False, metadata={"apart": True})


def _none() -> Trials:
    return Trials.of([], [], watchlist=0)


@dataclass(frozen=True)
class Bundle:
    """Everything that is published of a case; `read_bundle` reads it, `workbench.publish` writes it.

    record : texts by the columns of the published deployment table, then ours
    curve : rows of threshold, FPIR with limits, TPIR with limits; None where nothing was measured
    trials : the passes, for the threshold explorer
    """

    publication: Publication
    case: Case
    looked_for: LookedFor
    footage: tuple[Footage, ...]
    found: Found
    threshold: Threshold
    points: tuple[Point, ...]
    record: Mapping[str, str]
    review: Review
    cost: Cost
    retained: tuple[Retained, ...]
    deleted: tuple[Deleted, ...]
    groups: tuple[Group, ...]
    curve: tuple[tuple[float | None, ...], ...]
    passes: Passes
    crops: tuple[Crop, ...]
    trials: Trials = field(default_factory=_none, repr=False, metadata={"apart": True})

    @property
    def triaged(self) -> tuple[Footage, ...]:
        """Footage of which key frames alone were looked at."""
        return tuple(each for each in self.footage if each.triage)

    @property
    def point(self) -> Point | None:
        """The recorded operating point that the scans were made at, or None."""
        return next((each for each in self.points[::-1] if each.used), None)

    @property
    def measured(self) -> OperatingPoint:
        """Both rates at the line, on the passes that are published."""
        return self.trials.curve().at(threshold=self.threshold.value)

    def __repr__(self) -> str:
        found, who = self.found, self.publication
        counts = f"{count(found.alerts, 'alert')}, {count(found.faces_seen, 'face')} seen"
        return f"Bundle({self.case.name!r}: {counts}; version {who.number} by {who.by}, {who.at[:10]})"

    def _repr_html_(self) -> str:
        from workbench.published.shown import result

        return result(self)
