"""The tables of the log: its entries, its signed head, and for each row of the case the entry that last wrote it."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile.schema import Base

__all__ = ["UNBOUND", "AuditRow", "BoundRow", "HeadRow"]

UNBOUND = frozenset({"audit", "audit_head", "bound", "alembic_version"})  # every other table is bound to the log


class AuditRow(Base):
    """One entry; `about` and `wrote` are kept as the text over which the hash was taken."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    who: Mapped[str]
    action: Mapped[str]
    about: Mapped[str]
    wrote: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]
    mac: Mapped[bytes]


class HeadRow(Base):
    """How long the log is and how it ends, signed: one row, replaced with every entry."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    hash: Mapped[str]
    signature: Mapped[bytes]


class BoundRow(Base):
    """One row of another table: which entry last wrote it, and a code over what is in it."""

    __tablename__ = "bound"
    name: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[int]
    mac: Mapped[bytes]
