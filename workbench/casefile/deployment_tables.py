"""Tables of live deployments: the deployment, its gaps, passes that raised no alert of their own, scenes, and outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.kinds import Json
from workbench.casefile.schema import Base

__all__ = ["DeploymentRow", "GapRow", "OutcomeRow", "RepeatRow", "SceneRow"]


class DeploymentRow(Base):
    """One deployment, on top of the run that holds its tracks and alerts; `alive` is when it was last heard of."""

    __tablename__ = "deployment"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), unique=True)
    purpose: Mapped[str]
    authority: Mapped[str]
    authorised_until: Mapped[datetime]
    until: Mapped[datetime]
    point: Mapped[str]
    by: Mapped[str]
    zone: Mapped[list[list[float]]]
    plan: Mapped[dict[str, Any]]
    alive: Mapped[datetime]
    ended: Mapped[datetime | None]
    stopped: Mapped[str]
    cameras: Mapped[list[dict[str, Any]]] = mapped_column(Json)


class GapRow(Base):
    """A time without pictures, or in which something else was amiss."""

    __tablename__ = "gap"
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"), index=True)
    camera: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime | None]
    reason: Mapped[str]


class RepeatRow(Base):
    """A pass at or above the threshold that raised no alert of its own, and the alert that stands for it."""

    __tablename__ = "repeat"
    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"), unique=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    why: Mapped[str]


class SceneRow(Base):
    """The picture in which an alert was raised, everybody else in it hidden; it goes when the alert's faces go."""

    __tablename__ = "scene"
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    blob: Mapped[str | None]


class OutcomeRow(Base):
    """What came of an alert; `key` makes the same message count once, the newest one stands."""

    __tablename__ = "outcome"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    result: Mapped[str]
    identity: Mapped[str]
    by: Mapped[str]
    note: Mapped[str]
    recorded: Mapped[datetime]
