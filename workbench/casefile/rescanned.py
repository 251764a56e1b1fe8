"""Alerts that ask again what was answered: the same pass of the same footage, against the same person's pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workbench.casefile.schema import AlertRow, CandidateRow, EntryRow, ReferenceRow, RunSourceRow, TrackRow
from workbench.rescans import Way, one_pass

__all__ = ["taken_over"]

T = TypeVar("T", int, str)

AT_ONCE = 500  # values in one condition: databases have a limit


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
    told, open_ones = _about_the_same(session, refused, unasked)
    answered: dict[tuple[int, str], list[_Asked]] = defaultdict(list)
    for each in told:
        answered[each.source, each.subject].append(each)
    shown = _Pictures(session)
    found = {}
    for each in open_ones:
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


def _about_the_same(session: Session, one: Sequence[int], other: Sequence[int]) -> tuple[list[_Asked], list[_Asked]]:
    """What two sets of alerts asked, of the larger one only what is about people of the smaller: a case may have many."""
    if len(one) > len(other):
        second, first = _about_the_same(session, other, one)
        return first, second
    few = [each for ids in _parts(one) for each in _asked(session, AlertRow.id.in_(ids))]
    named = [EntryRow.subject.in_(names) for names in _parts({each.subject for each in few})]
    wanted = frozenset(other)
    return few, [each for about in named for each in _asked(session, about) if each.alert in wanted]


def _parts(values: Collection[T]) -> Iterator[Sequence[T]]:
    ordered = sorted(values)
    return (ordered[k : k + AT_ONCE] for k in range(0, len(ordered), AT_ONCE))


def _asked(session: Session, where: ColumnElement[bool]) -> list[_Asked]:
    """What the alerts asked of which this holds, by their ids."""
    query = (
        select(
            AlertRow.id,
            AlertRow.t.label("best"),
            AlertRow.box,
            TrackRow.start,
            TrackRow.end,
            TrackRow.first_box,
            TrackRow.last_box,
            RunSourceRow.source_id,
            EntryRow.subject,
            EntryRow.version,
        )
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(CandidateRow, (CandidateRow.alert_id == AlertRow.id) & (CandidateRow.rank == 1))
        .join(ReferenceRow, CandidateRow.reference_id == ReferenceRow.id)
        .join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
        .where(where)
        .order_by(AlertRow.id)
    )
    return [_Asked(row.id, row.source_id, row.subject, row.version, _way(row)) for row in session.execute(query)]


def _way(row: Any) -> Way:
    boxes = (tuple(box) for box in (row.first_box, row.box, row.last_box))
    return Way(row.start, row.best, row.end, *boxes)
