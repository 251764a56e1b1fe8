"""Watchlists in a case: each enrolment is a new version, and no version is ever edited."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.casefile.blobs import Blobs
from workbench.casefile.schema import EntryRow, ReferenceRow, RejectedRow, WarnedRow, WatchlistRow, utc_now
from workbench.casefile.templates import open_template, seal_template
from workbench.faces import Space
from workbench.watchlist import Entry, Reference, Rejected, Warned, Watchlist

__all__ = ["digest_of", "faces_kept", "latest_version", "load_watchlist", "reference_ids", "save_watchlist"]

_ENTRY = tuple(Entry.__dataclass_fields__)


def digest_of(watch: Watchlist) -> str:
    """SHA-256 over who is on the list, on what grounds, and which images speak for them."""
    h = hashlib.sha256(repr((watch.space.sha, watch.space.dim, watch.entries)).encode())
    for reference in watch.references:
        h.update(repr((reference.subject, reference.file, reference.sha256)).encode())
    h.update(np.ascontiguousarray(watch.templates, "<f4").tobytes())
    return h.hexdigest()


def latest_version(session: Session) -> int:
    """Number of the newest version, 0 if there is none."""
    return session.scalar(select(func.max(WatchlistRow.version))) or 0


def save_watchlist(session: Session, blobs: Blobs, watch: Watchlist, locator: str) -> int:
    """Add the list as a new version, and return its number; `locator` finds its pack again."""
    version = latest_version(session) + 1
    space = watch.space
    row = WatchlistRow(
        version=version,
        created=utc_now(),
        pack=space.pack,
        locator=locator,
        space_sha=space.sha,
        dim=space.dim,
        digest=digest_of(watch),
    )
    session.add(row)
    session.flush()
    owners = _save_entries(session, version, watch.entries)
    _save_references(session, blobs, watch, owners)
    session.add_all(RejectedRow(version=version, file=r.file, reason=r.reason) for r in watch.rejected)
    session.add_all(
        WarnedRow(version=version, kind=w.kind, subjects=list(w.subjects), score=w.score, text=w.text)
        for w in watch.warnings
    )
    return version


def _save_entries(session: Session, version: int, entries: Sequence[Entry]) -> dict[str, int]:
    rows = [EntryRow(version=version, **{name: getattr(entry, name) for name in _ENTRY}) for entry in entries]
    session.add_all(rows)
    session.flush()
    return {row.subject: row.id for row in rows}


def _save_references(session: Session, blobs: Blobs, watch: Watchlist, owners: dict[str, int]) -> None:
    before = _chips_before(session, watch)
    rows = [
        ReferenceRow(
            entry_id=owners[reference.subject],
            file=reference.file,
            sha256=reference.sha256,
            face_px=reference.face_px,
            quality=reference.quality,
            template=b"",
            blob=blobs.put(reference.thumbnail),
            **_chip(reference, blobs, before),
        )
        for reference in watch.references
    ]
    session.add_all(rows)
    session.flush()  # a template is sealed for its row, whose number is known now
    for row, template in zip(rows, watch.templates, strict=True):
        seal_template(row, template, blobs.sealing)
    session.flush()


_KEPT = ("chip", "chip_hidden", "portrait", "eyes", "scale")  # what stays in the case when a list is read back


def _chips_before(session: Session, watch: Watchlist) -> dict[str, dict[str, Any]]:
    """What an earlier version keeps of each image in the same space beside its thumbnail, by the image's SHA-256."""
    query = (
        select(ReferenceRow)
        .join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
        .join(WatchlistRow, EntryRow.version == WatchlistRow.version)
        .where(WatchlistRow.space_sha == watch.space.sha, ReferenceRow.chip.is_not(None))
        .order_by(ReferenceRow.id)
    )
    return {row.sha256: {name: getattr(row, name) for name in _KEPT} for row in session.scalars(query) if row.chip}


def _chip(reference: Reference, blobs: Blobs, before: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The chip's and the portrait's columns; a list that was read back keeps what the case has."""
    if not reference.chip:
        return before.get(reference.sha256, {})
    chip = {"chip": blobs.put(reference.chip), "chip_hidden": reference.hidden}
    if not reference.portrait:
        return chip
    eyes = [list(point) for point in reference.eyes]
    return chip | {"portrait": blobs.put(reference.portrait), "eyes": eyes, "scale": reference.scale}


def reference_ids(session: Session, watch: Watchlist) -> list[int]:
    """Row ids of the references of a list that was loaded, in the order of its templates."""
    query = select(ReferenceRow.id, EntryRow.subject).join(EntryRow).where(EntryRow.version == watch.version)
    subjects = set(watch.subjects)
    return [row for row, subject in session.execute(query.order_by(ReferenceRow.id)) if subject in subjects]


def load_watchlist(session: Session, blobs: Blobs, version: int) -> Watchlist:
    """One version of the list, as it was enrolled."""
    head = session.get_one(WatchlistRow, version)
    entries = session.scalars(select(EntryRow).where(EntryRow.version == version).order_by(EntryRow.id)).all()
    query = select(ReferenceRow, EntryRow.subject).join(EntryRow).where(EntryRow.version == version)
    references = session.execute(query.order_by(ReferenceRow.id)).all()
    gone = np.full(head.dim, np.nan, np.float32)  # what a template that was deleted in time leaves
    opened = [open_template(row, blobs.sealing) for row, _ in references]
    templates = np.array([gone if each is None else each for each in opened], np.float32).reshape(-1, head.dim)
    rejected = session.scalars(select(RejectedRow).where(RejectedRow.version == version).order_by(RejectedRow.id))
    warned = session.scalars(select(WarnedRow).where(WarnedRow.version == version).order_by(WarnedRow.id))
    return Watchlist(
        entries=tuple(Entry(**{name: getattr(entry, name) for name in _ENTRY}) for entry in entries),
        references=tuple(_reference(row, subject, blobs) for row, subject in references),
        templates=templates,
        space=Space(head.space_sha, head.dim, head.pack),
        rejected=tuple(Rejected(row.file, row.reason) for row in rejected),
        warnings=tuple(Warned(row.kind, tuple(row.subjects), row.score, row.text) for row in warned),
        version=version,
    )


def faces_kept(session: Session, version: int) -> int:
    """Of how many references of a version the case still keeps the face."""
    rows = select(func.count(ReferenceRow.id)).join(EntryRow, ReferenceRow.entry_id == EntryRow.id)
    return session.scalar(rows.where(EntryRow.version == version, ReferenceRow.template != b"")) or 0


def _reference(row: ReferenceRow, subject: str, blobs: Blobs) -> Reference:
    return Reference(subject, row.file, row.sha256, row.face_px, row.quality, blobs.get(row.blob))
