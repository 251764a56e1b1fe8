"""The tables of list governance: edits and approvals; rows are added, never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.kinds import Json
from workbench.casefile.schema import Base

__all__ = ["ApprovalRow", "RevisionRow"]


class ApprovalRow(Base):
    """One decision about one version of the list; the newest one stands."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"), index=True)
    approved: Mapped[bool]
    by: Mapped[str]
    reason: Mapped[str]
    recorded: Mapped[datetime]
    digest: Mapped[str]
    findings: Mapped[dict[str, Any]]
    key: Mapped[str | None]


class RevisionRow(Base):
    """How a version came from another one by editing: who, why, and what was changed."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("watchlist.version"), unique=True)
    parent: Mapped[int] = mapped_column(ForeignKey("watchlist.version"))
    by: Mapped[str]
    reason: Mapped[str]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    key: Mapped[str | None]
