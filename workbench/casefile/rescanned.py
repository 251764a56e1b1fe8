"""Alerts that ask again what was answered: the same pass of the same footage, against the same person's pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.schema import AlertRow, CandidateRow, EntryRow, ReferenceRow, RunSourceRow, TrackRow
from workbench.rescans import Way, one_pass

__all__ = ["taken_over"]


@dataclass(frozen=True)
class _Asked:
    """What an alert asked: which pass of which footage is which person of which list."""

    alert: int
    source: int
    subject: str
    version: int
    way: Way


def taken_over(session: Session, refused: Sequence[int], unasked: Sequence[int]) -> dict[int, int]:
    """For alerts of `unasked`, the alert of `refused` that asked the same; none where two of them could be meant.

    The same pass: same footage by its hash, times and boxes that overlap. The same person: same subject, and at least one
    of her pictures is on both lists, since a name may have been given to somebody else.
    """
    if not refused or not unasked:
        return {}
    answered: dict[tuple[int, str], list[_Asked]] = defaultdict(list)
    for each in _asked(session, refused):
        answered[each.source, each.subject].append(each)
    shown = _Pictures(session)
    found = {}
    for each in _asked(session, unasked):
        alike = [other for other in answered[each.source, each.subject] if one_pass(each.way, other.way)]
        alike = [other for other in alike if shown.shared(each, other)]
        if alike and all(one_pass(alike[0].way, other.way) for other in alike[1:]):
            found[each.alert] = alike[-1].alert
    return found


class _Pictures:
    """SHA-256 of a person's pictures on a version of the list, read when they are asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[int, str], set[str]] = {}

    def shared(self, one: _Asked, other: _Asked) -> bool:
        return bool(self._of(one) & self._of(other))

    def _of(self, asked: _Asked) -> set[str]:
        key = (asked.version, asked.subject)
        if key not in self._known:
            query = select(ReferenceRow.sha256).join(EntryRow)
            own = query.where(EntryRow.version == asked.version, EntryRow.subject == asked.subject)
            self._known[key] = set(self._session.scalars(own))
        return self._known[key]


def _asked(session: Session, alerts: Sequence[int]) -> list[_Asked]:
    wanted = frozenset(alerts)
    query = (
        select(AlertRow, TrackRow, RunSourceRow.source_id, EntryRow.subject, EntryRow.version)
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(CandidateRow, (CandidateRow.alert_id == AlertRow.id) & (CandidateRow.rank == 1))
        .join(ReferenceRow, CandidateRow.reference_id == ReferenceRow.id)
        .join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
        .order_by(AlertRow.id)
    )
    return [
        _Asked(alert.id, source, subject, version, _way(alert, track))
        for alert, track, source, subject, version in session.execute(query)
        if alert.id in wanted
    ]


def _way(alert: AlertRow, track: TrackRow) -> Way:
    boxes = (tuple(box) for box in (track.first_box, alert.box, track.last_box))
    return Way(track.start, alert.t, track.end, *boxes)
