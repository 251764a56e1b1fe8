"""Tables of what people decided; rows are added, never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.schema import Base

__all__ = ["DecisionRow", "PlantedDecisionRow", "PlantedRow"]


class _Judgement:
    """What every judgement holds. `key` makes the same message count once, `who` the same person."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    who: Mapped[str]
    reviewer: Mapped[str]
    verdict: Mapped[str]
    confidence: Mapped[str]
    features: Mapped[dict[str, Any]]
    reason: Mapped[str]
    look: Mapped[str]
    recorded: Mapped[datetime]


class DecisionRow(_Judgement, Base):
    """One decision on one alert; `turn` counts a person's decisions on it from 1, so that none is superseded twice."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("alert_id", "who", "turn"),)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    turn: Mapped[int]
    supersedes: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)


class PlantedRow(Base):
    """Two different people of the list shown as a question: the references of `subject`, and a picture of `person`.

    after : alert behind which it stands in a queue
    """

    __tablename__ = "planted"
    __table_args__ = (UniqueConstraint("subject", "reference_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"))
    subject: Mapped[str]
    person: Mapped[str]
    reference_id: Mapped[int] = mapped_column(ForeignKey("reference.id"))
    face_px: Mapped[float]
    after: Mapped[int]
    by: Mapped[str]
    planted: Mapped[datetime]


class PlantedDecisionRow(_Judgement, Base):
    """A judgement of a planted pair: kept apart from decisions, so that it can never count as one."""

    __tablename__ = "planted_decision"
    __table_args__ = (UniqueConstraint("planted_id", "who"),)
    planted_id: Mapped[int] = mapped_column(ForeignKey("planted.id"), index=True)
