"""Approvals and edits of lists in a case: added, never changed, each with a name and a reason, each in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workbench.approvals import Approval, ListVersion
from workbench.arguments import text_of
from workbench.casefile import audit, lists
from workbench.casefile.blobs import Blobs
from workbench.casefile.governance_tables import ApprovalRow, RevisionRow
from workbench.casefile.schema import (
    AlertRow,
    CandidateRow,
    EntryRow,
    ReferenceRow,
    RunRow,
    RunSourceRow,
    TrackRow,
    WatchlistRow,
    utc_now,
)
from workbench.errors import CaseError, InputError
from workbench.list_changes import ListChanges
from workbench.watchlist import Watchlist

__all__ = [
    "first_counts",
    "list_versions",
    "load_approvals",
    "parent_of",
    "revision_of",
    "save_approval",
    "save_revision",
    "standing_approval",
]


def save_approval(
    session: Session,
    version: int,
    approved: bool,
    *,
    by: str,
    reason: str,
    findings: Mapping[str, int],
    key: str | None = None,
) -> Approval:
    """Add a decision about a version, and return it; it is never edited, and the newest one stands.

    Sent again under its key, it is returned as it was written; another one under that key is refused.
    """
    by, reason = _named(by, reason)
    sent = session.scalars(select(ApprovalRow).where(ApprovalRow.key == key)).first() if key else None
    if sent is not None:
        if (sent.version, sent.approved, sent.by, sent.reason) != (version, approved, by, reason):
            raise InputError(
                f"a decision about version {sent.version} was sent under the same key with another content; "
                "give the new one its own key"
            )
        return _approval(sent)
    digest = session.get_one(WatchlistRow, version).digest
    values = {"version": version, "approved": approved, "by": by, "reason": reason, "findings": dict(findings)}
    row = ApprovalRow(recorded=utc_now(), digest=digest, key=key, **values)
    session.add(row)
    about = {"list_version": version, "digest": digest, "reason": reason, "findings": dict(findings)}
    audit.note(session, "list approved" if approved else "list rejected", by=by, about=about)
    return _approval(row)


def _approval(row: ApprovalRow) -> Approval:
    return Approval(row.version, row.approved, row.by, row.reason, row.recorded, row.digest, row.findings)


def load_approvals(session: Session, version: int | None = None) -> tuple[Approval, ...]:
    """All decisions, of all versions or of one, oldest first."""
    query = select(ApprovalRow).order_by(ApprovalRow.id)
    rows = session.scalars(query if version is None else query.where(ApprovalRow.version == version))
    return tuple(map(_approval, rows))


def standing_approval(session: Session, version: int) -> Approval | None:
    """What was last decided about a version, None if nothing was."""
    return next(reversed(load_approvals(session, version)), None)


def parent_of(session: Session, key: str | None) -> int | None:
    """The version that an edit sent under this key was made from, None if none was sent."""
    return None if (row := _sent(session, key)) is None else row.parent


def revision_of(session: Session, changes: ListChanges, *, by: str, reason: str, key: str | None) -> int | None:
    """The version that this edit made when it was sent under this key, None if none was; another edit under it is refused."""
    if (row := _sent(session, key)) is None:
        return None
    said = [vars(each) for each in changes]
    if (row.parent, row.by, row.reason, row.changes) != (changes.old, *_named(by, reason), said):
        raise InputError(
            f"version {row.version} was sent under the same key with another content; give the new one its own key"
        )
    return row.version


def _sent(session: Session, key: str | None) -> RevisionRow | None:
    return session.scalars(select(RevisionRow).where(RevisionRow.key == key)).first() if key else None


def save_revision(
    session: Session,
    blobs: Blobs,
    watch: Watchlist,
    changes: ListChanges,
    *,
    locator: str,
    by: str,
    reason: str,
    key: str | None = None,
) -> int:
    """Keep an edited list as a new version and return its number; `changes` come from the version it was made from."""
    by, reason = _named(by, reason)
    version = lists.save_watchlist(session, blobs, watch, locator)
    said: list[dict[str, Any]] = [vars(each) for each in changes]
    session.add(RevisionRow(version=version, parent=changes.old, by=by, reason=reason, changes=said, key=key))
    about = {"list_version": version, "from_version": changes.old, "reason": reason, "changes": said}
    audit.note(session, "list revised", by=by, about=about)
    return version


def _named(by: str, reason: str) -> tuple[str, str]:
    who, why = text_of(by, "the name of who decides"), text_of(reason, "the reason")
    if not who or not why:
        raise InputError("this is recorded with a reason and the name of who decides; give both")
    return who, why


def list_versions(session: Session) -> tuple[ListVersion, ...]:
    """The history of the list, oldest version first."""
    people = _counts(session, select(EntryRow.version, func.count()).group_by(EntryRow.version))
    joined = select(EntryRow.version, func.count()).join(ReferenceRow, ReferenceRow.entry_id == EntryRow.id)
    images = _counts(session, joined.group_by(EntryRow.version))
    edits = {row.version: row for row in session.scalars(select(RevisionRow))}
    approvals = {each.version: each for each in load_approvals(session)}  # the newest of each version stands
    return tuple(
        ListVersion(
            row.version,
            row.created,
            row.pack,
            people.get(row.version, 0),
            images.get(row.version, 0),
            *_edit(edits.get(row.version)),
            approvals.get(row.version),
        )
        for row in session.scalars(select(WatchlistRow).order_by(WatchlistRow.version))
    )


def _edit(row: RevisionRow | None) -> tuple[int | None, str, str]:
    return (None, "", "") if row is None else (row.parent, row.by, row.reason)


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def first_counts(session: Session, version: int) -> dict[str, int]:
    """In how many questions (alerts and near misses of runs with this version) each subject came first."""
    if not 1 <= version <= lists.latest_version(session):
        raise CaseError(f"the case has no list version {version}")
    query = (
        select(EntryRow.subject, func.count())
        .join(ReferenceRow, ReferenceRow.entry_id == EntryRow.id)
        .join(CandidateRow, CandidateRow.reference_id == ReferenceRow.id)
        .join(AlertRow, CandidateRow.alert_id == AlertRow.id)
        .join(TrackRow, AlertRow.track_id == TrackRow.id)
        .join(RunSourceRow, TrackRow.run_source_id == RunSourceRow.id)
        .join(RunRow, RunSourceRow.run_id == RunRow.id)
        .where(CandidateRow.rank == 1, RunRow.version == version)
        .group_by(EntryRow.subject)
    )
    return {row[0]: row[1] for row in session.execute(query)}
