"""The table of comparisons that were kept; rows are added, and lose their picture with the faces it shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.schema import Base

__all__ = ["ComparisonRow"]


class ComparisonRow(Base):
    """A comparison of a face of an alert with a reference, as one sheet; the key makes the same message write it once."""

    __tablename__ = "comparison"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    reference_id: Mapped[int] = mapped_column(ForeignKey("reference.id"))
    by: Mapped[str]
    made: Mapped[datetime]
    settings: Mapped[dict[str, Any]]
    provenance: Mapped[list[str]]
    sha256: Mapped[str]
    blob: Mapped[str | None]
