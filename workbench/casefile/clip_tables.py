"""The table of clips: stretches of footage with everyone else hidden, each sealed like a picture until its time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.schema import Base

__all__ = ["ClipRow"]


class ClipRow(Base):
    """One clip of one track.

    shown : somebody's face is to be seen in it; blob : the video, "" after it was deleted
    says : the comment in the footage
    times : seconds in the footage of each frame; boxes : of the shown person, [] where there is none
    """

    __tablename__ = "clip"
    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    shown: Mapped[bool]
    why: Mapped[str]
    says: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    times: Mapped[list[float]]
    boxes: Mapped[list[list[float]]]
    checks: Mapped[dict[str, Any]]
    made: Mapped[datetime]
    by: Mapped[str]
    blob: Mapped[str]
