"""Tracks that go from an archive, and the proof that they did: what, when, how many, and a keyed hash, never the thing.

A shard that loses tracks is written anew under another name, and the old file removed with the change committed. The hash is
taken with the archive's key over the templates in order of their numbers: nobody can get a face back from it, and whoever has
the key and the templates can show that it was these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.archived import ArchivedTracks, Chosen
from workbench.casefile.archive_tables import ArchiveSearchRow, ShardRow
from workbench.casefile.audit import note
from workbench.casefile.binding import spans
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.casefile.archive import ArchiveFile

__all__ = ["delete", "forget", "purge", "redate"]

I64 = NDArray[np.int64]
TRACKS, SEARCHES = "tracks", "faces of searches"


def purge(archive: ArchiveFile, now: datetime, *, dry_run: bool = False, by: str = "") -> Mapping[str, int]:
    """Delete what is due, everything once the authority ended; returns how many of what. Tracks stay in no file.

    What a deletion left that was cut off goes too, whether or not anything is due.
    """
    late, pictures = _late(archive, now), _pictures(archive, now)
    if dry_run:
        return _counts(sum(len(_due(archive, name, now)) for name in late), len(pictures))
    if not late and not pictures:
        archive.clear_up()
        return {}
    with archive.store.writing("what is due is being deleted"), archive.store.deleting():
        with archive.store.change() as session:
            ended = archive.until <= now
            gone = np.concatenate([_due(archive, name, now) for name in late]) if late else np.zeros(0, np.int64)
            why = "the authority ended" if ended else "their time was over"
            if len(gone):
                forget(session, archive, gone, by=by, about={"why": why})
            names: list[str | None] = []
            for number in pictures:
                row = session.get_one(ArchiveSearchRow, number)
                names, row.picture = [*names, row.picture], None
            if names:
                note(session, "purged", by=by, about={"kind": SEARCHES, "rows": pictures, "hashes": names})
        archive.sweep()
        archive.store.compact()
    return _counts(len(gone), len(pictures))


def delete(archive: ArchiveFile, chosen: Chosen, *, reason: str, by: str, dry_run: bool = False) -> tuple[int, int]:
    """Delete the tracks that are chosen; how many, and how many were left because nobody knows when they were seen."""
    if not chosen.narrows:
        raise InputError("say which tracks go: by case, camera, time or number; to end the archive, erase it")
    if not reason.strip() or not by.strip():
        raise InputError("a deletion is recorded with a reason and the name of who orders it; give both")
    tracks, origins = archive.tracks(), archive.origins
    gone, undated = tracks.id[chosen.of(tracks, origins)], chosen.undated(tracks, origins)
    if dry_run or not len(gone):
        return len(gone), undated
    with archive.store.writing("tracks are being deleted"), archive.store.deleting():
        with archive.store.change() as session:
            about = {"why": "ordered", "reason": reason.strip(), "chosen": chosen.to_dict()}
            forget(session, archive, gone, by=by, about=about)
        archive.sweep()
        archive.store.compact()
    return len(gone), undated


def forget(session: Session, archive: ArchiveFile, ids: I64, *, by: str, about: Mapping[str, Any]) -> None:
    """Take tracks away, within the caller's change, and leave the proof; the old files go with the next sweep."""
    gone, files = [], []
    for row in session.scalars(select(ShardRow).order_by(ShardRow.id)).all():
        tracks = archive.shards.tracks(row.name)
        going = np.isin(tracks.id, ids)
        if going.any():
            gone.append(tracks[going])
            files += [row.sha256, row.faces_sha256]
            _rewrite(session, archive, row, tracks[~going])
    if not gone:  # somebody else was quicker
        return
    every = ArchivedTracks.concat(gone)
    every = every[np.argsort(every.id)]
    proof = {
        "tracks": spans(every.id.tolist()),
        "count": len(every),
        "digest": archive.store.sealing.name(np.ascontiguousarray(every.template, "<f4").tobytes()),
        "files": files,
    }
    note(session, "tracks deleted", by=by, about=dict(about) | proof)


def redate(session: Session, archive: ArchiveFile, due: Mapping[int, float]) -> int:
    """Give tracks another time at which they go, by number; returns how many changed."""
    changed = 0
    for row in session.scalars(select(ShardRow).order_by(ShardRow.id)).all():
        tracks = archive.shards.tracks(row.name)
        now = np.array([due.get(track, old) for track, old in zip(tracks.id.tolist(), tracks.due, strict=True)])
        if moved := int((now != tracks.due).sum()):
            changed += moved
            _rewrite(session, archive, row, replace(tracks, due=now))
    return changed


def _rewrite(session: Session, archive: ArchiveFile, row: ShardRow, kept: ArchivedTracks) -> None:
    """A shard with what is kept of it, in new files; nothing of an empty one."""
    if len(kept):
        faces = archive.shards.faces(row.faces)
        archive.append(session, kept, [faces[track] for track in kept.id.tolist()])
    session.delete(row)


def _late(archive: ArchiveFile, now: datetime) -> Sequence[str]:
    """Names of the shards in which something is due."""
    query = select(ShardRow.name).order_by(ShardRow.id)
    if archive.until > now:
        query = query.where(ShardRow.due <= now)
    with archive.store.session() as session:
        return session.scalars(query).all()


def _due(archive: ArchiveFile, name: str, now: datetime) -> I64:
    tracks = archive.shards.tracks(name)
    return tracks.id if archive.until <= now else tracks.id[tracks.due <= now.timestamp()]


def _pictures(archive: ArchiveFile, now: datetime) -> list[int]:
    """Searches whose face is due."""
    old = ArchiveSearchRow.made <= now - timedelta(hours=archive.search_hours)
    query = select(ArchiveSearchRow.id).where(ArchiveSearchRow.picture.is_not(None))
    with archive.store.session() as session:
        return list(session.scalars(query if archive.until <= now else query.where(old)))


def _counts(tracks: int, pictures: int) -> dict[str, int]:
    return {name: count for name, count in ((TRACKS, tracks), (SEARCHES, pictures)) if count}
