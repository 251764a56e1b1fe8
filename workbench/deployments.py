"""Live deployments: what was authorised, what was watched, what it led to; and what became of those who were spoken to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from workbench.counts import count
from workbench.errors import InputError
from workbench.faces import clock
from workbench.html import card, facts, note, table
from workbench.sentences import threshold_words
from workbench.zones import WHOLE, Zone

__all__ = [
    "ARRESTS",
    "AUTHORITY_OVER",
    "BY_ITSELF",
    "CASE_OVER",
    "FOOTAGE_OVER",
    "IDENTITIES",
    "LIST_REJECTED",
    "OUTCOMES",
    "TIME_OVER",
    "WHY_REPEATED",
    "Break",
    "Deployment",
    "Identity",
    "Outcome",
    "Plan",
    "Result",
    "Watched",
]

Result = Literal[
    "no action",
    "spoken to",
    "wanted and arrested",
    "wanted for something else",
    "released",
    "missing person found",
    "vulnerable person helped",
]
Identity = Literal["confirmed", "another person", "not established"]

OUTCOMES: tuple[Result, ...] = get_args(Result)
IDENTITIES: tuple[Identity, ...] = get_args(Identity)
ARRESTS = ("wanted and arrested", "wanted for something else")
WHY_REPEATED = {  # why a pass at or above the threshold raised no alert of its own
    "cooldown": "the same subject at the same camera shortly before",
    "not this person": "a person of whom somebody said that it is not this subject",
}


AUTHORITY_OVER, TIME_OVER, FOOTAGE_OVER = "its authority ended", "its time was over", "the footage ended"
CASE_OVER, LIST_REJECTED = "its case was ended", "the approval of its list was taken back"
BY_ITSELF = (
    AUTHORITY_OVER,
    TIME_OVER,
    FOOTAGE_OVER,
    CASE_OVER,
    LIST_REJECTED,
)  # why it ends though nobody ends it there


@dataclass(frozen=True)
class Outcome:
    """What came of an alert in the street; a later one on the same alert replaces it and both stay on record.

    identity : what the meeting showed of who it was; "not established" where nobody was spoken to
    by : who reports it; recorded : UTC
    """

    alert: int
    result: Result
    identity: Identity
    by: str
    recorded: datetime
    note: str = ""
    id: int = 0

    def __post_init__(self) -> None:
        if self.result not in OUTCOMES:
            raise InputError(f"{self.result!r} is no outcome; known are {', '.join(OUTCOMES)}")
        if self.identity not in IDENTITIES:
            raise InputError(f"{self.identity!r} says nothing of who it was; known are {', '.join(IDENTITIES)}")
        if self.result == "no action" and self.identity != "not established":
            raise InputError('"no action" establishes nobody\'s identity; say "spoken to" if somebody was')
        if not self.by.strip():
            raise InputError("an outcome needs a name: say who reports it")

    @property
    def intervened(self) -> bool:
        """Whether somebody was engaged."""
        return self.result != "no action"

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {"recorded": self.recorded.isoformat()}


@dataclass(frozen=True)
class Break:
    """A time in which something was not as it should be.

    camera : its name, "" for the whole deployment; end : UTC, None if it lasted to the end
    """

    camera: str
    start: datetime
    end: datetime | None
    reason: str

    def __str__(self) -> str:
        until = f"{self.end:%H:%M:%S}" if self.end else "the end"
        return f"{self.camera or 'all'}: {self.start:%H:%M:%S} to {until} UTC, {self.reason}"


@dataclass(frozen=True)
class Plan:
    """What a deployment is allowed and set to do.

    authorised_until, until : UTC, when the authority ends, and when the deployment stops by itself, never later
    point : name of the operating point; by : who runs it
    cooldown : seconds in which the same subject raises no second alert at the same camera
    faces : faces of a pass, from different moments, that an alert needs while the pass goes on
    every, closer : seconds between looks, and between closer looks; record : "none" or "alerts"
    everything : hide all but the heads of those under alert, whether or not it was taken for a face
    """

    purpose: str
    authority: str
    authorised_until: datetime
    until: datetime
    point: str
    by: str
    zone: Zone = WHOLE
    cooldown: float = 60.0
    faces: int = 2
    every: float = 0.0
    closer: float = 0.25
    record: str = "none"
    everything: bool = False


@dataclass(frozen=True)
class Watched:
    """One camera of a deployment: frames it sent, took, dropped and damaged, and how late looks were, ms (median, p95)."""

    name: str
    frames: int = 0
    taken: int = 0
    dropped: int = 0
    corrupt: int = 0
    connections: int = 0
    late: float = float("nan")
    late_p95: float = float("nan")


@dataclass(frozen=True)
class Deployment:
    """A deployment as its case keeps it.

    run : number under which its alerts and scores are kept; started, ended : UTC, `ended` None while it goes on
    stopped : why it ended, in words, which may name who ended it
    faces, compared, too_small : tracks in the zone of recognition; repeats : passes that raised no alert of their own, by
        why; standings : alerts by what is concluded of them; outcomes : latest one of each alert
    """

    id: int
    run: int
    plan: Plan
    list_version: int
    listed: int
    threshold: float
    started: datetime
    ended: datetime | None
    stopped: str
    cameras: tuple[Watched, ...]
    breaks: tuple[Break, ...]
    faces: int
    compared: int
    too_small: int
    alerts: int
    repeats: Mapping[str, int] = field(default_factory=dict)
    standings: Mapping[str, int] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()

    @property
    def reviewed(self) -> int:
        """Alerts of which something is concluded, or on which at least one person has decided."""
        return self.alerts - self.standings.get("open", 0)

    @property
    def seconds(self) -> float:
        """How long it lasted; NaN while it goes on."""
        return (self.ended - self.started).total_seconds() if self.ended else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """What `workbench watch --json` prints."""
        plan = asdict(self.plan) | {
            "zone": str(self.plan.zone),
            "authorised_until": self.plan.authorised_until.isoformat(),
            "until": self.plan.until.isoformat(),
        }
        return {
            "deployment": self.id,
            "run": self.run,
            **plan,
            "list_version": self.list_version,
            "listed": self.listed,
            "threshold": self.threshold,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "stopped": self.stopped,
            "cameras": [_plain(asdict(camera)) for camera in self.cameras],
            "gaps": [_times(asdict(each)) for each in self.breaks],
            "faces_seen": self.faces,
            "compared": self.compared,
            "too_small": self.too_small,
            "alerts": self.alerts,
            "reviewed": self.reviewed,
            "repeats": dict(self.repeats),
            "outcomes": dict(Counter(each.result for each in self.outcomes)),
        }

    def text(self) -> str:
        """A deployment in a few lines."""
        state = f"ended {self.ended:%H:%M} UTC: {self.stopped}" if self.ended else "going on"
        lines = [
            f"deployment {self.id}, run {self.run}, begun {self.started:%Y-%m-%d %H:%M} UTC, {state}",
            f"{self.plan.purpose}; authority: {self.plan.authority}, until {self.plan.authorised_until:%Y-%m-%d %H:%M} UTC",
            f"list version {self.list_version}, {self.listed:,} people; operating point {self.plan.point!r}, threshold {threshold_words(self.threshold)}",
            f"faces seen (tracks) {self.faces:,}, {self.compared:,} compared, {self.too_small:,} too small; "
            f"alerts {self.alerts:,}, {self.reviewed:,} looked at",
        ]
        lines += [
            f"no alert of their own: {count(some, 'pass', 'passes')}, {WHY_REPEATED[why]}"
            for why, some in self.repeats.items()
        ]
        lines += [
            f"camera {camera.name}: {camera.frames:,} frames, {camera.taken:,} looked at, {camera.dropped:,} dropped, "
            f"{camera.corrupt:,} damaged"
            for camera in self.cameras
        ]
        return "\n".join([*lines, *(f"gap, {each}" for each in self.breaks)])

    def __repr__(self) -> str:
        state = f"ended: {self.stopped}" if self.ended else "going on"
        seen, cameras = count(self.faces, "face"), count(len(self.cameras), "camera")
        return f"Deployment({self.id}: {seen} seen, {count(self.alerts, 'alert')}, {cameras}, {state})"

    def _repr_html_(self) -> str:
        compared = f"{self.compared:,} compared, {self.too_small:,} too small"
        repeats = sum(self.repeats.values())
        head = facts(
            {
                "faces seen (tracks)": (f"{self.faces:,}", compared),
                "alerts": (f"{self.alerts:,}", f"{self.reviewed:,} looked at, {repeats:,} repeats not raised"),
                "people looked for": (f"{self.listed:,}", f"list version {self.list_version}"),
                "threshold": (threshold_words(self.threshold), self.plan.point),
                "lasted": (clock(self.seconds), f"since {self.started:%Y-%m-%d %H:%M} UTC"),
            }
        )
        rows = [(c.name, c.frames, c.taken, c.dropped, c.corrupt) for c in self.cameras]
        cameras = table("Cameras", ("camera", "frames", "looked at", "dropped", "damaged"), rows)
        gaps = [
            (e.camera or "all", f"{e.start:%H:%M:%S}", f"{e.end:%H:%M:%S}" if e.end else "-", e.reason)
            for e in self.breaks
        ]
        broken = table("Gaps (UTC)", ("camera", "from", "to", "why"), gaps) if gaps else ""
        words = f"{self.plan.purpose}. Authority: {self.plan.authority}. {self.stopped or 'It goes on'}."
        return card(f"Deployment {self.id}", head, note(words), cameras, broken)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value != value else value for name, value in values.items()}


def _times(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
