"""The table of what must not be deleted yet; rows are added, never edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.schema import Base

__all__ = ["HoldRow"]


class HoldRow(Base):
    """An alert is held as evidence, or released again; the newest row of an alert counts."""

    __tablename__ = "hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    held: Mapped[bool]
    reason: Mapped[str]
    by: Mapped[str]
    recorded: Mapped[datetime]
