"""Every picture and template of a case sealed anew, as when a case that was not sealed gets a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.archive_tables import ArchiveSearchRow
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.blobs import Blobs
from workbench.casefile.clip_tables import ClipRow
from workbench.casefile.comparison_tables import ComparisonRow
from workbench.casefile.deployment_tables import SceneRow
from workbench.casefile.schema import AlertRow, PictureRow, ReferenceRow
from workbench.casefile.sealing import Sealed
from workbench.casefile.search_tables import SearchRow
from workbench.casefile.templates import template_of

__all__ = ["PICTURES", "named", "reseal"]

PICTURES: tuple[tuple[Any, str], ...] = (  # every column that names a picture; `sweep` keeps what they name
    (ReferenceRow, "blob"),
    (ReferenceRow, "chip"),
    (ReferenceRow, "portrait"),
    (PictureRow, "blob"),
    (PictureRow, "chip"),
    (AlertRow, "thumbnail"),
    (ComparisonRow, "blob"),
    (SceneRow, "blob"),
    (SearchRow, "aligned"),
    (SearchRow, "picture"),
    (ClipRow, "blob"),
    (ArchiveSearchRow, "picture"),
)


def named(session: Session) -> Iterator[tuple[Any, str, str]]:
    """Every picture that a row names: the row, its column, the name."""
    for table, column in PICTURES:
        for row in session.scalars(select(table).order_by(table.id)):
            if name := getattr(row, column):
                yield row, column, name


def reseal(session: Session, blobs: Blobs, sealed: Sealed) -> dict[str, int]:
    """Seal what was plain, and code the entries of the log with the new key; the old files are left for `sweep`."""
    target, pictures = blobs.under(sealed), 0
    for row, column, name in list(named(session)):
        setattr(row, column, target.put(blobs.get(name)))
        pictures += 1
    references = [row for row in session.scalars(select(ReferenceRow)) if row.template]
    for row in references:
        row.template = sealed.seal(template_of(row), row.template)
    alerts = [row for row in session.scalars(select(AlertRow)) if row.template]
    for alert in alerts:
        alert.template = sealed.seal(template_of(alert), alert.template or b"")
    for entry in session.scalars(select(AuditRow)):
        entry.mac = sealed.signing.entry_code(entry.hash)
    return {"pictures": pictures, "templates": len(references) + len(alerts)}
