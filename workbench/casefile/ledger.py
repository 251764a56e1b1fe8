"""Runs in a case: what was begun, which segments are done, and their results, each written once or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.blobs import Blobs
from workbench.casefile.schema import (
    AlertRow,
    CandidateRow,
    PictureRow,
    RunRow,
    RunSourceRow,
    SegmentRow,
    SourceRow,
    TrackRow,
    utc_now,
)
from workbench.casefile.templates import seal_template
from workbench.footage.redact import encode_jpeg, encode_png
from workbench.runs import Passage, Picture, Segment

__all__ = ["Begun", "add_track", "ask", "begin", "done_segments", "finish", "join", "record"]

THUMBNAIL = 128  # px, for lists of alerts; the faces themselves are kept at full size beside it


@dataclass(frozen=True)
class Begun:
    """A run that exists in the ledger.

    sources : row ids, in the order of the footage
    new : it was not there before
    """

    run: int
    sources: tuple[int, ...]
    finished: bool
    new: bool = False


def begin(
    session: Session,
    key: str,
    *,
    version: int,
    threshold: float,
    settings: Mapping[str, Any],
    footage: Sequence[tuple[str, str, Mapping[str, Any]]],
    again: bool = False,
) -> Begun:
    """The run with this key, or a new one; `footage` is (path, sha256, facts). `again` leaves finished runs alone."""
    query = select(RunRow).where(RunRow.key == key).order_by(RunRow.id.desc())
    run = session.scalars(query).first()
    new = run is None or (again and run.finished is not None)
    if run is None or new:
        run = RunRow(
            key=key,
            version=version,
            threshold=threshold,
            settings=dict(settings),
            started=utc_now(),
            profile={},
        )
        session.add(run)
        session.flush()
        _add_sources(session, run.id, footage)
    order = select(RunSourceRow.id).where(RunSourceRow.run_id == run.id).order_by(RunSourceRow.position)
    return Begun(run.id, tuple(session.scalars(order)), run.finished is not None, new)


def _add_sources(session: Session, run: int, footage: Sequence[tuple[str, str, Mapping[str, Any]]]) -> None:
    for position, (path, sha256, facts) in enumerate(footage):
        source = session.scalars(select(SourceRow).where(SourceRow.sha256 == sha256)).first()
        if source is None:
            source = SourceRow(sha256=sha256, path=path, facts=dict(facts))
            session.add(source)
            session.flush()
        session.add(RunSourceRow(run_id=run, source_id=source.id, position=position, path=path, joined=False))
    session.flush()


def done_segments(session: Session, run_source: int) -> set[int]:
    """Ordinals that need not be scanned again."""
    return set(session.scalars(select(SegmentRow.ordinal).where(SegmentRow.run_source_id == run_source)))


def record(session: Session, blobs: Blobs, run_source: int, segment: Segment, references: Sequence[int]) -> None:
    """Write one segment's results and its place in the ledger; `references` are row ids in the order of the templates."""
    for passage in segment.passages:
        track = add_track(session, run_source, segment.ordinal, passage)
        if passage.near_miss is not None:
            ask(session, blobs, track, passage, references)
    session.add(
        SegmentRow(
            run_source_id=run_source,
            ordinal=segment.ordinal,
            start=segment.start,
            end=segment.end,
            done=utc_now(),
            profile=dict(segment.profile),
        )
    )


def add_track(session: Session, run_source: int, ordinal: int, passage: Passage) -> int:
    """Write a pass without its faces; returns its number."""
    track = TrackRow(
        run_source_id=run_source,
        segment=ordinal,
        start=passage.start,
        end=passage.end,
        seen=passage.seen,
        face_px=passage.face_px,
        box=list(passage.box),
        first_box=list(passage.first_box),
        last_box=list(passage.last_box),
        score=passage.score,
        quality=passage.quality,
    )
    session.add(track)
    session.flush()
    return track.id


def ask(session: Session, blobs: Blobs, track: int, passage: Passage, references: Sequence[int]) -> int:
    """Write an alert or a near miss with its candidates, and its faces if it carries any; returns its number."""
    best = passage.best
    if best is None:
        raise ValueError("an alert needs the time of its best face")
    names = _put(blobs, passage.pictures)
    alert = AlertRow(
        track_id=track,
        near_miss=bool(passage.near_miss),
        t=best.t,
        frame=best.frame,
        box=list(best.box),
        thumbnail=names.pop(0) if names else None,
        created=utc_now(),
    )
    session.add(alert)
    session.flush()
    if passage.template is not None:
        seal_template(alert, passage.template, blobs.sealing)
    session.add_all(
        CandidateRow(alert_id=alert.id, rank=rank, reference_id=references[row], score=score)
        for rank, (row, score) in enumerate(passage.candidates, 1)
    )
    session.add_all(
        PictureRow(
            alert_id=alert.id,
            position=position,
            t=picture.t,
            frame=picture.frame,
            box=list(picture.box),
            quality=picture.quality,
            blob=names.pop(0),
            chip=None if picture.chip is None else names.pop(0),
            chip_hidden=picture.hidden,
            points=[list(point) for point in picture.points],
        )
        for position, picture in enumerate(passage.pictures)
    )
    return alert.id


def _put(blobs: Blobs, pictures: Sequence[Picture]) -> list[str]:
    """Names of the thumbnail, and then of each picture and of its chip if it has one; nothing where there is no picture."""
    if not pictures:
        return []
    images = [image for picture in pictures for image in (picture.image, picture.chip) if image is not None]
    thumbnail = partial(encode_jpeg, pictures[0].image, side=THUMBNAIL)
    return blobs.put_all([thumbnail, *(partial(encode_png, image) for image in images)])


def join(session: Session, run_source: int) -> int:
    """Make one track of the pieces that a border between segments cut; returns how many joints there were.

    Neighbouring segments share the frame on their border, so the two pieces hold the same box at the same time: no
    template is needed to know that they are one. Doing it twice does nothing.
    """
    source = session.get_one(RunSourceRow, run_source)
    if source.joined:
        return 0
    query = select(TrackRow).where(TrackRow.run_source_id == run_source).order_by(TrackRow.segment, TrackRow.id)
    tails: dict[tuple[Any, ...], TrackRow] = {}
    joints = 0
    for track in session.scalars(query).all():
        earlier = tails.pop((track.segment, track.start, *track.first_box), None)
        if earlier is not None:
            _merge(session, earlier, track)
            joints += 1
            track = earlier
        tails[(track.segment + 1, track.end, *track.last_box)] = track
    source.joined = True
    return joints


def _merge(session: Session, into: TrackRow, later: TrackRow) -> None:
    _keep_better_alert(session, into, later)
    if later.face_px > into.face_px:
        into.face_px, into.box = later.face_px, later.box
    scores = [score for score in (into.score, later.score) if score is not None]
    into.score = max(scores, default=None)
    into.quality = max((q for q in (into.quality, later.quality) if q is not None), default=None)
    into.end, into.last_box, into.segment = later.end, later.last_box, later.segment
    into.seen += later.seen - 1
    session.delete(later)
    session.flush()


def _keep_better_alert(session: Session, into: TrackRow, later: TrackRow) -> None:
    """One track, one question: the piece with the higher score asks it."""
    both = select(AlertRow).where(AlertRow.track_id.in_([into.id, later.id]))
    rows = session.scalars(both.order_by(AlertRow.id)).all()
    score = {track.id: -2.0 if track.score is None else track.score for track in (into, later)}
    ranked = sorted(rows, key=lambda row: -score[row.track_id])
    for row in ranked[1:]:
        own = [
            *session.scalars(select(CandidateRow).where(CandidateRow.alert_id == row.id)),
            *session.scalars(select(PictureRow).where(PictureRow.alert_id == row.id)),
        ]
        for part in own:
            session.delete(part)
        session.flush()
        session.delete(row)
    session.flush()
    if ranked:
        ranked[0].track_id = into.id
        session.flush()


def finish(session: Session, run: int, ended: datetime | None = None) -> None:
    """Mark a run as complete, with its profile summed over its segments; `ended` by a clock of its own, or else now."""
    row = session.get_one(RunRow, run)
    query = select(SegmentRow.profile).join(RunSourceRow).where(RunSourceRow.run_id == run).order_by(SegmentRow.id)
    total: dict[str, float] = {}
    for profile in session.scalars(query):
        for name, value in profile.items():
            total[name] = total.get(name, 0) + value
    row.profile = total
    row.finished = row.finished or ended or utc_now()
