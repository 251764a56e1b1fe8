"""The tables of searches with a photograph; rows are added, never edited, but for faces whose time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.kinds import Json
from workbench.casefile.schema import Base

__all__ = ["ConcludedColumns", "ConclusionRow", "SearchCandidateRow", "SearchRow"]


class ConcludedColumns:
    """What a named person concluded of one candidate, of whatever kind of search."""

    verdict: Mapped[str] = mapped_column(sort_order=1)
    reason: Mapped[str] = mapped_column(sort_order=1)
    by: Mapped[str] = mapped_column(sort_order=1)
    recorded: Mapped[datetime] = mapped_column(sort_order=1)


class SearchRow(Base):
    """One search: the photograph is known by its hash, and only the face that was compared may be kept, as blobs."""

    __tablename__ = "search"
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
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"))
    listed: Mapped[int]
    wanted: Mapped[int]
    failed: Mapped[str]
    settings: Mapped[dict[str, Any]]
    measured: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    aligned: Mapped[str | None]
    picture: Mapped[str | None]


class SearchCandidateRow(Base):
    """One ranked candidate of one search."""

    __tablename__ = "search_candidate"
    __table_args__ = (UniqueConstraint("search_id", "rank"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("search.id"), index=True)
    rank: Mapped[int]
    reference_id: Mapped[int] = mapped_column(ForeignKey("reference.id"))
    score: Mapped[float]


class ConclusionRow(ConcludedColumns, Base):
    """A conclusion of a candidate of a case's list."""

    __tablename__ = "conclusion"
    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("search_candidate.id"), index=True)
