"""The tables of an archive: what it is for and until when, what was put in, its sealed shards, and every search in it.

An archive is a folder like a case's, with the same seal and the same log; a row of `archive` tells the one from the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.kinds import JsonOrNull
from workbench.casefile.schema import Base
from workbench.casefile.search_tables import ConcludedColumns

__all__ = [
    "AddedRow",
    "ArchiveConclusionRow",
    "ArchiveRow",
    "ArchiveSearchRow",
    "AuthorityRow",
    "OriginRow",
    "ShardRow",
    "SightingRow",
]


class ArchiveRow(Base):
    """What makes a folder an archive: one row. The space is that of the first tracks that were added.

    days : for which a track is kept at most; search_hours : for which the face of a search is
    """

    __tablename__ = "archive"
    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    search_hours: Mapped[int]
    pack: Mapped[str | None]
    space_sha: Mapped[str | None]
    space_name: Mapped[str | None]
    dim: Mapped[int | None]


class AuthorityRow(Base):
    """Under whose authority the archive is searched, and until when; the newest row counts, none is edited."""

    __tablename__ = "archive_authority"
    id: Mapped[int] = mapped_column(primary_key=True)
    authority: Mapped[str]
    until: Mapped[datetime]
    reason: Mapped[str]
    by: Mapped[str]
    recorded: Mapped[datetime]


class AddedRow(Base):
    """One run that was put in, by whom and why, and how its strangers scored.

    case_key : tells cases of one name apart; strangers : see `workbench.strangers`
    first, tracks : number of the first new track, and how many were new; no number is given twice
    """

    __tablename__ = "archive_added"
    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str]
    case_key: Mapped[str]
    run: Mapped[int]
    reason: Mapped[str]
    by: Mapped[str]
    recorded: Mapped[datetime]
    first: Mapped[int]
    tracks: Mapped[int]
    strangers: Mapped[dict[str, Any]]


class OriginRow(Base):
    """One piece of footage of one run of one case: where tracks come from."""

    __tablename__ = "archive_origin"
    __table_args__ = (UniqueConstraint("case_key", "run", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str]
    case_key: Mapped[str]
    run: Mapped[int]
    camera: Mapped[str]
    footage: Mapped[str]
    sha256: Mapped[str]
    said_by: Mapped[str]


class ShardRow(Base):
    """Two sealed files, the tracks and their faces; a shard is written anew under another name when tracks of it go.

    first, last : smallest and largest number of a track in it; due : when the first of them must be gone at the latest
    """

    __tablename__ = "archive_shard"
    id: Mapped[int] = mapped_column(primary_key=True)
    tracks: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    due: Mapped[datetime]
    name: Mapped[str]
    sha256: Mapped[str]
    faces: Mapped[str]
    faces_sha256: Mapped[str]


class ArchiveSearchRow(Base):
    """One search with a photograph, which is known by its hash; the face that was compared is kept for a while."""

    __tablename__ = "archive_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    made: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    photo: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    face: Mapped[int | None]
    faces: Mapped[int]
    face_px: Mapped[float]
    pack: Mapped[str]
    space: Mapped[str]
    failed: Mapped[str]
    authority: Mapped[str]
    mode: Mapped[str]
    wanted: Mapped[int]
    held: Mapped[int]
    searched: Mapped[int]
    undated: Mapped[int]
    chosen: Mapped[dict[str, Any]]
    basis: Mapped[str]
    recall: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    settings: Mapped[dict[str, Any]]
    picture: Mapped[str | None]


class SightingRow(Base):
    """One ranked track of one search; it stays when the track is gone. `expected`: false candidates at its score."""

    __tablename__ = "archive_sighting"
    __table_args__ = (UniqueConstraint("search_id", "rank"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("archive_search.id"), index=True)
    rank: Mapped[int]
    score: Mapped[float]
    track: Mapped[int]
    origin_id: Mapped[int] = mapped_column(ForeignKey("archive_origin.id"))
    alert: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    at: Mapped[datetime | None]
    expected: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]


class ArchiveConclusionRow(ConcludedColumns, Base):
    """A conclusion of a track that was ranked."""

    __tablename__ = "archive_conclusion"
    id: Mapped[int] = mapped_column(primary_key=True)
    sighting_id: Mapped[int] = mapped_column(ForeignKey("archive_sighting.id"), index=True)
