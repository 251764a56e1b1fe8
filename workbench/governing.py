"""What a case does with its lists: review, approve or reject, revise, and compare versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workbench.approvals import Approval, ListVersion, approval_words
from workbench.casefile import approvals, lists
from workbench.casefile.case import CaseFile
from workbench.entry_fields import changed_entry
from workbench.errors import CaseError, InputError
from workbench.list_changes import ListChanges, compare_lists
from workbench.list_review import Limits, ListReview, review
from workbench.watchlist import Entry, Watchlist

__all__ = ["Governing", "revised"]

Changes = Mapping[str, Mapping[str, Any] | None]


class Governing(CaseFile):
    """Lists are drawn up, reviewed, approved or rejected, and revised; no version is ever edited."""

    def review_list(
        self, version: int | None = None, *, limits: Limits | None = None, today: date | None = None
    ) -> ListReview:
        """What speaks against a version of the list (by default the newest) and what to do about it."""
        watch = self._list(version)
        with self.store.session() as session:
            first = approvals.first_counts(session, watch.version)
        words = approval_words(self.approval(watch.version))
        return review(watch, today=today or date.today(), limits=limits, first=first, approval=words)

    def approve(self, version: int, *, by: str, reason: str) -> Approval:
        """Record that `by` approves a version for use, and what the review found at that time."""
        return self._decide(version, True, by, reason)

    def reject(self, version: int, *, by: str, reason: str) -> Approval:
        """Record that `by` rejects a version; an earlier approval stays on record, and does not stand any more."""
        return self._decide(version, False, by, reason)

    def approval(self, version: int) -> Approval | None:
        """What was last decided about a version, None if nothing was."""
        return (self.approvals(version) or (None,))[-1]

    def approvals(self, version: int | None = None) -> tuple[Approval, ...]:
        """Every decision about one version or all of them, oldest first."""
        with self.store.session() as session:
            return approvals.load_approvals(session, version)

    @property
    def list_versions(self) -> tuple[ListVersion, ...]:
        """The history of the list, oldest version first."""
        with self.store.session() as session:
            return approvals.list_versions(session)

    def compare_lists(self, old: int, new: int) -> ListChanges:
        """What changed from one version to another."""
        return compare_lists(self._list(old), self._list(new))

    def revise_list(
        self, changes: Changes, *, by: str, reason: str, version: int | None = None, newest: bool = False
    ) -> Watchlist:
        """A new version with changed details or entries taken out; no photograph is embedded again.

        changes : by subject, new details by name of the field, as values or as their text; or None to take the entry out
        version : the version to start from, by default the newest; newest : refuse if that is no longer the newest
        """
        start = self._list(version)
        watch = revised(start, changes)
        differences = compare_lists(start, watch)
        if not len(differences):
            raise InputError("nothing would change; give at least one detail that is not as it is already")
        with self.store.change() as session:
            latest = lists.latest_version(session)
            if newest and latest != start.version:
                raise CaseError(
                    f"version {latest} was made meanwhile from version {start.version} or later; look at it first"
                )
            number = approvals.save_revision(
                session,
                self.store.blobs,
                watch,
                differences,
                locator=self.pack_of(start.version),
                by=by,
                reason=reason,
            )
        return self.watchlist_version(number)

    def _decide(self, version: int, approved: bool, by: str, reason: str) -> Approval:
        findings = Counter(each.kind for each in self.review_list(version))
        with self.store.change() as session:
            approvals.save_approval(session, version, approved, by=by, reason=reason, findings=findings)
        return self.approvals(version)[-1]

    def _list(self, version: int | None) -> Watchlist:
        watch = self.watchlist if version is None else self.watchlist_version(version)
        if watch is None:
            raise CaseError(f"{self.folder.name} has no watchlist; enroll one first")
        return watch


def revised(watch: Watchlist, changes: Changes) -> Watchlist:
    """The list with changed details, and without the entries whose change is None; templates are taken over as they are."""
    if unknown := sorted(set(changes) - set(watch.subjects)):
        raise InputError(
            f"version {watch.version} does not list {', '.join(unknown)}; give names as they are on the list"
        )
    entries = tuple(entry for each in watch.entries if (entry := _entry(each, changes)) is not None)
    if not entries:
        raise InputError("nobody would be left on the list; enroll a new one instead")
    left = {entry.subject for entry in entries}
    kept = [reference.subject in left for reference in watch.references]
    return replace(
        watch,
        entries=entries,
        references=tuple(r for r, keep in zip(watch.references, kept, strict=True) if keep),
        templates=watch.templates[kept],
        warnings=tuple(warned for warned in watch.warnings if left.issuperset(warned.subjects)),
        version=0,
    )


def _entry(entry: Entry, changes: Changes) -> Entry | None:
    if entry.subject not in changes:
        return entry
    details = changes[entry.subject]
    return None if details is None else changed_entry(entry, details)
