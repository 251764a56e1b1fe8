"""The verb: what is asked of a deployment is checked, and it begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from workbench.casefile.case import CaseFile
from workbench.deployments import Plan
from workbench.errors import InputError
from workbench.live.preparing import ready, times_of
from workbench.live.watching import Watching
from workbench.progress import Progress, Silent
from workbench.zones import WHOLE, Zone

__all__ = ["watch"]

RECORDS = ("none", "alerts")


def watch(
    case: CaseFile,
    addresses: Sequence[str],
    *,
    point: str | None = None,
    until: str | datetime | None = None,
    authorised_until: str | datetime | None = None,
    purpose: str = "",
    authority: str = "",
    zone: Zone | str = WHOLE,
    record: str = "none",
    everything: bool = False,
    cooldown: float = 60.0,
    faces: int = 2,
    every: float = 0.0,
    closer: float = 0.25,
    pack: str | Path | None = None,
    by: str = "",
    progress: Progress | None = None,
) -> Watching:
    """Begin a deployment and return at once; it refuses what `live.preparing` says, in one line.

    addresses : `ADDRESS`, `NAME=ADDRESS`, or `@FILE` with one of them a line
    point : name of a recorded operating point, by default the only one
    until : when it stops, by default with its authority; authorised_until : by default the end of the case
    purpose, authority : by default the case's own
    record : "alerts" keeps the picture in which an alert was raised, everybody else in it hidden; "none" the face alone
    everything : hide all but the heads of those under alert on the board and in such pictures, whether or not it was taken for a
        face
    """
    _check(record, cooldown, faces, every, closer)
    stop, limit = times_of(case, until, authorised_until)
    prepared = ready(case, addresses, point, stop, pack)
    for concern in prepared.concerns:
        (progress or Silent()).say(f"the operating point: {concern}")
    plan = Plan(
        purpose=purpose.strip() or case.about.purpose,
        authority=authority.strip() or case.about.authority,
        authorised_until=limit,
        until=stop,
        point=prepared.point.name,
        by=by.strip(),
        zone=Zone.of(zone) if isinstance(zone, str) else zone,
        cooldown=float(cooldown),
        faces=faces,
        every=float(every),
        closer=float(closer),
        record=record,
        everything=everything,
    )
    return Watching(case, plan, prepared)


def _check(record: str, cooldown: float, faces: int, every: float, closer: float) -> None:
    if record not in RECORDS:
        raise InputError(f"record is {record!r}; it is one of {', '.join(RECORDS)}")
    if not 0 <= cooldown <= 3600:
        raise InputError(f"the cooldown is {cooldown} s; give 0 to 3600 seconds")
    if not 1 <= faces <= 5:
        raise InputError(f"an alert needs 1 to 5 faces of a pass, not {faces}")
    if not (0 <= every <= 10 and 0 <= closer <= 10):
        raise InputError("give 0 to 10 seconds between looks, and between closer looks")
