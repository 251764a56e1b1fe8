"""What a case holds for comparing by eye: the pictures of an alert with their eyes, and the comparisons that were kept."""

from __future__ import annotations

import hashlib
from datetime import datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.alerts import Alert
from workbench.casefile.audit import note
from workbench.casefile.blobs import Blobs
from workbench.casefile.clips import has_faces
from workbench.casefile.comparison_tables import ComparisonRow
from workbench.casefile.schema import CandidateRow, EntryRow, PictureRow, ReferenceRow
from workbench.comparison import Kept, Shown
from workbench.comparison_settings import Point, Settings
from workbench.errors import InputError
from workbench.faces import clock
from workbench.footage.redact import corner

__all__ = ["faces_of", "load_kept", "outlived", "references_of", "save_kept"]

CORNERS = {"dlib"}  # packs whose five points are the corners of both eyes, right in the picture first, and the nose


def faces_of(session: Session, blobs: Blobs, alert: Alert, *, blind: bool) -> tuple[Shown, ...]:
    """The kept faces of a track, best first, at the footage's own size."""
    rows = session.scalars(select(PictureRow).where(PictureRow.alert_id == alert.id).order_by(PictureRow.position))
    return tuple(_face(row, blobs.get(row.blob), alert, number, blind) for number, row in enumerate(rows, 1))


def _face(row: PictureRow, picture: bytes, alert: Alert, number: int, blind: bool) -> Shown:
    source = "Footage" if blind else f"Footage {alert.source}"
    lines = (
        f"{source}, SHA-256 {alert.sha256}",
        f"frame {row.frame} at {row.t:.3f} s ({clock(row.t)}); SHA-256 of the face's picture {_sha256(picture)}",
    )
    eyes = _eyes(row.points, str(alert.why.get("pack")))
    at = corner(np.array(row.box))
    moved = tuple((round(float(x - at[0]), 2), round(float(y - at[1]), 2)) for x, y in eyes)
    return Shown(f"footage, face {number}", picture, row.id, lines, moved)


def _eyes(points: list[list[float]], pack: str) -> tuple[Point, ...]:
    """The eye on the picture's left and that on its right, from a face's five points in its pack's order."""
    if len(points) != 5:
        return ()
    if pack in CORNERS:
        pairs = (points[2:4], points[0:2])
        return tuple(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairs)
    return tuple((x, y) for x, y in points[:2])


def references_of(session: Session, blobs: Blobs, alert: int, *, blind: bool) -> tuple[Shown, ...]:
    """Every reference of the person asked about that is still kept, the one that answered first."""
    first = session.scalars(
        select(ReferenceRow).join(CandidateRow).where(CandidateRow.alert_id == alert, CandidateRow.rank == 1)
    ).one()
    rows = session.scalars(
        select(ReferenceRow)
        .where(ReferenceRow.entry_id == first.entry_id, ReferenceRow.blob != "")
        .order_by(ReferenceRow.quality.desc(), ReferenceRow.id)
    ).all()
    entry = session.get_one(EntryRow, first.entry_id)
    ordered = sorted(rows, key=lambda row: row.id != first.id)
    return tuple(_reference(row, entry, blobs, number, blind) for number, row in enumerate(ordered, 1))


def _reference(row: ReferenceRow, entry: EntryRow, blobs: Blobs, number: int, blind: bool) -> Shown:
    """A reference as large as it is kept; what earlier versions kept is 160 px and nobody knows by how much it shrank."""
    name = "Reference" if blind else f"Reference {row.file}"
    origin = f"{entry.image_source or 'source not recorded'}, {entry.image_date or 'date not recorded'}"
    lines = (f"{name}, SHA-256 of the photograph {row.sha256}", *([] if blind else [f"Image: {origin}"]))
    eyes = tuple((x, y) for x, y in row.eyes or ())
    return Shown(
        f"reference {number}", blobs.get(row.portrait or row.blob), row.id, lines, eyes, row.scale or float("nan")
    )


def save_kept(
    session: Session,
    blobs: Blobs,
    alert: int,
    reference: Shown,
    settings: Settings,
    *,
    png: bytes,
    provenance: tuple[str, ...],
    by: str,
    made: datetime,
    key: str,
) -> Kept:
    """Add a sheet to the case, once however often it is sent under its key."""
    sent = session.scalars(select(ComparisonRow).where(ComparisonRow.key == key)).first()
    if sent is not None:
        return _same(sent, blobs, alert, settings)
    if not has_faces(session, alert) or not session.get_one(ReferenceRow, reference.row).blob:
        raise InputError(f"a face of alert {alert} was deleted while the comparison was drawn, so it is not kept")
    row = ComparisonRow(
        key=key,
        alert_id=alert,
        reference_id=reference.row,
        by=by,
        made=made,
        settings=settings.to_dict(),
        provenance=list(provenance),
        sha256=_sha256(png),
        blob=blobs.put(png),
    )
    session.add(row)
    session.flush()
    about = {"alert": alert, "comparison": row.id, "sha256": row.sha256}
    note(session, "comparison kept", by=by, about=about)
    return _kept(row, blobs)


def outlived(session: Session) -> list[ComparisonRow]:
    """Comparisons with a picture of a face that the case does not keep any more, as an earlier version could leave them."""
    faceless = ComparisonRow.alert_id.not_in(select(PictureRow.alert_id))
    bare = ComparisonRow.reference_id.in_(select(ReferenceRow.id).where(ReferenceRow.blob == ""))
    kept = select(ComparisonRow).where(ComparisonRow.blob.is_not(None))
    return list(session.scalars(kept.where(faceless | bare).order_by(ComparisonRow.id)))


def _same(row: ComparisonRow, blobs: Blobs, alert: int, settings: Settings) -> Kept:
    if row.alert_id != alert or Settings.of(row.settings) != settings:
        raise InputError(f"comparison {row.id} was sent under the same key with other settings; give this one its own")
    return _kept(row, blobs)


def load_kept(session: Session, blobs: Blobs, alert: int | None = None, *, pictures: bool = True) -> tuple[Kept, ...]:
    """Every comparison that was kept, or those of one alert, oldest first; without `pictures` none is opened."""
    query = select(ComparisonRow).order_by(ComparisonRow.id)
    rows = session.scalars(query if alert is None else query.where(ComparisonRow.alert_id == alert))
    return tuple(_kept(row, blobs, pictures) for row in rows)


def _kept(row: ComparisonRow, blobs: Blobs, pictures: bool = True) -> Kept:
    png = blobs.get(row.blob) if row.blob and pictures else b""
    said = tuple(row.provenance)
    return Kept(row.id, row.alert_id, row.by, row.made, Settings.of(row.settings), said, row.sha256, png)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
