"""How far a run is, read from the ledger and the log: for whoever looks, whichever process scans."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.advance import Advance, Part
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.schema import RunRow, RunSourceRow, SegmentRow, SourceRow
from workbench.errors import CaseError

__all__ = ["FAILED", "load_advance"]

FAILED = "segment failed"  # its entry in the log says which, and why


def load_advance(session: Session, run: int, at_work: str) -> Advance:
    """The run's footage with what is written of it; `at_work` is who writes to the case at the moment."""
    row = session.get(RunRow, run)
    if row is None:
        raise CaseError(f"the case has no run {run}; `workbench case info` lists them")
    failures = _failures(session, run)
    query = (
        select(RunSourceRow, SourceRow)
        .join(SourceRow)
        .where(RunSourceRow.run_id == run)
        .order_by(RunSourceRow.position)
    )
    parts = [_part(session, place, source, failures[source.sha256]) for place, source in session.execute(query)]
    return Advance(run, row.finished is not None, at_work, tuple(parts))


def _part(session: Session, place: RunSourceRow, source: SourceRow, failures: dict[int, str]) -> Part:
    written, count = session.execute(
        select(func.sum(SegmentRow.end - SegmentRow.start), func.count()).where(SegmentRow.run_source_id == place.id)
    ).one()
    ordinals = select(SegmentRow.ordinal).where(SegmentRow.run_source_id == place.id)
    done = set(session.scalars(ordinals.where(SegmentRow.ordinal.in_(list(failures))))) if failures else set()
    failed = tuple(why for ordinal, why in sorted(failures.items()) if ordinal not in done)
    name = place.path.rsplit("/", 1)[-1]
    return Part(name, float(written or 0), float(source.facts["seconds"]), count, failed)


def _failures(session: Session, run: int) -> dict[str, dict[int, str]]:
    """By footage and segment, why it could not be scanned when that was tried last."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for text in session.scalars(select(AuditRow.about).where(AuditRow.action == FAILED).order_by(AuditRow.number)):
        about = json.loads(text)
        if about["run"] == run:
            found[about["footage"]][about["segment"]] = about["why"]
    return found
