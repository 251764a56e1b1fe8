"""The table of time stamps: what a service answered when it was asked to stamp the log; rows are added, never edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.schema import Base

__all__ = ["StampRow"]


class StampRow(Base):
    """One answer as it came (RFC 3161, DER), the log's entry whose hash it stamps, and the service's address, if it was asked
    from here.
    """

    __tablename__ = "stamp"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[int]
    response: Mapped[bytes]
    sha256: Mapped[str] = mapped_column(unique=True)
    service: Mapped[str]
    by: Mapped[str]
    recorded: Mapped[datetime]
