"""The tables of a case, once, for SQLite in a folder and for a shared PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ForeignKey, MetaData, UniqueConstraint, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from workbench.casefile.kinds import Json, Text, UTCTime

__all__ = [
    "AlertRow",
    "Base",
    "CandidateRow",
    "CaseRow",
    "EntryRow",
    "OperatingPointRow",
    "PictureRow",
    "ReferenceRow",
    "RejectedRow",
    "RunRow",
    "RunSourceRow",
    "SegmentRow",
    "SourceRow",
    "TrackRow",
    "WarnedRow",
    "WatchlistRow",
    "utc_now",
]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """The present, with its zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012
        str: Text,
        dict[str, Any]: Json,
        list[str]: Json,
        list[float]: Json,
        list[list[float]]: Json,
        datetime: UTCTime,
    }


class CaseRow(Base):
    """The case itself: exactly one row."""

    __tablename__ = "case"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    purpose: Mapped[str]
    authority: Mapped[str]
    pack: Mapped[str | None]
    policy: Mapped[dict[str, Any]]
    created: Mapped[datetime]


class WatchlistRow(Base):
    """One version of the list; versions are added, never edited."""

    __tablename__ = "watchlist"
    version: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[datetime]
    pack: Mapped[str]
    locator: Mapped[str]
    space_sha: Mapped[str]
    dim: Mapped[int]
    digest: Mapped[str]


class EntryRow(Base):
    """One person of one version."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("version", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"), index=True)
    subject: Mapped[str]
    category: Mapped[str]
    authority: Mapped[str]
    image_source: Mapped[str]
    image_date: Mapped[date | None]
    added_by: Mapped[str]
    expires: Mapped[date | None]
    under_18: Mapped[bool]
    justification: Mapped[str]


class ReferenceRow(Base):
    """One enrolled image of one entry."""

    __tablename__ = "reference"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    file: Mapped[str]
    sha256: Mapped[str]
    face_px: Mapped[float]
    quality: Mapped[float]
    template: Mapped[bytes]
    blob: Mapped[str]
    chip: Mapped[str | None]
    chip_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    portrait: Mapped[str | None]
    eyes: Mapped[list[list[float]] | None]
    scale: Mapped[float | None]


class RejectedRow(Base):
    """An image that was not enrolled."""

    __tablename__ = "rejected"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"), index=True)
    file: Mapped[str]
    reason: Mapped[str]


class WarnedRow(Base):
    """Something about a version that a person should look at."""

    __tablename__ = "warned"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"), index=True)
    kind: Mapped[str]
    subjects: Mapped[list[str]]
    score: Mapped[float | None]
    text: Mapped[str]


class SourceRow(Base):
    """Footage, known by its hash; the file itself is never copied."""

    __tablename__ = "source"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    path: Mapped[str]
    facts: Mapped[dict[str, Any]]


class RunRow(Base):
    """One scan: the key makes the same command go on where it stopped."""

    __tablename__ = "run"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"))
    threshold: Mapped[float]
    settings: Mapped[dict[str, Any]]
    started: Mapped[datetime]
    finished: Mapped[datetime | None]
    profile: Mapped[dict[str, Any]]


class RunSourceRow(Base):
    """One piece of footage within a run, in the order in which it was given."""

    __tablename__ = "run_source"
    __table_args__ = (UniqueConstraint("run_id", "source_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    position: Mapped[int]
    path: Mapped[str]
    joined: Mapped[bool] = mapped_column(default=False)


class SegmentRow(Base):
    """The ledger: a stretch of footage that is done, with what it counted. Written with its results or not at all."""

    __tablename__ = "segment"
    __table_args__ = (UniqueConstraint("run_source_id", "ordinal"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_source_id: Mapped[int] = mapped_column(ForeignKey("run_source.id"), index=True)
    ordinal: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    done: Mapped[datetime]
    profile: Mapped[dict[str, Any]]


class TrackRow(Base):
    """One track: its score, times and box stay; its faces do not."""

    __tablename__ = "track"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_source_id: Mapped[int] = mapped_column(ForeignKey("run_source.id"), index=True)
    segment: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    seen: Mapped[int]
    face_px: Mapped[float]
    box: Mapped[list[float]]
    first_box: Mapped[list[float]]
    last_box: Mapped[list[float]]
    score: Mapped[float | None]
    quality: Mapped[float | None]


class AlertRow(Base):
    """A track that is asked about: an alert, or a near miss below the line."""

    __tablename__ = "alert"
    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"), unique=True)
    near_miss: Mapped[bool] = mapped_column(index=True)
    t: Mapped[float]
    frame: Mapped[int]
    box: Mapped[list[float]]
    template: Mapped[bytes | None]
    thumbnail: Mapped[str | None]
    created: Mapped[datetime]


class CandidateRow(Base):
    """One ranked answer for one alert."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("alert_id", "rank"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    rank: Mapped[int]
    reference_id: Mapped[int] = mapped_column(ForeignKey("reference.id"))
    score: Mapped[float]


class PictureRow(Base):
    """A kept face of an alert, best first; the blob holds the pixels, the chip what was embedded of them."""

    __tablename__ = "picture"
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    position: Mapped[int]
    t: Mapped[float]
    frame: Mapped[int]
    box: Mapped[list[float]]
    quality: Mapped[float]
    blob: Mapped[str]
    chip: Mapped[str | None]
    chip_hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    points: Mapped[list[list[float]]] = mapped_column(default=list, server_default="[]")


class OperatingPointRow(Base):
    """A threshold that somebody chose, with all that was measured at it; rows are added, never edited."""

    __tablename__ = "operating_point"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    by: Mapped[str]
    recorded: Mapped[datetime]
    point: Mapped[dict[str, Any]]
