"""What a case does with its lists: review, approve or reject, revise, and compare versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from workbench.approvals import Approval, ListVersion, approval_words
from workbench.arguments import path_of
from workbench.casefile import approvals, lists
from workbench.casefile.asked import version_of
from workbench.casefile.case import CaseFile
from workbench.enrolment import Enrolled, admit
from workbench.errors import CaseError, InputError, PackError, StaleVersion
from workbench.list_changes import ListChanges, compare_lists
from workbench.list_review import Limits, ListReview, review
from workbench.models.packs import load_pack
from workbench.revising import Changes, Image, revised
from workbench.thresholds import scale_of
from workbench.tracks import Scale
from workbench.watchlist import Entry, Rejected, Watchlist

__all__ = ["Governing"]


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

    def approve(self, version: int, *, by: str, reason: str, key: str | None = None) -> Approval:
        """Record that `by` approves a version for use, and what the review found at that time.

        key : unique name of this message; sent again under it, nothing is written a second time, and another decision
            under it is refused
        """
        return self._decide(version, True, by, reason, key)

    def reject(self, version: int, *, by: str, reason: str, key: str | None = None) -> Approval:
        """Record that `by` rejects a version; an earlier approval stays on record, and does not stand any more."""
        return self._decide(version, False, by, reason, key)

    def approval(self, version: int) -> Approval | None:
        """What was last decided about a version, None if nothing was."""
        with self.store.session() as session:
            return approvals.standing_approval(session, version_of(version))

    def approvals(self, version: int | None = None) -> tuple[Approval, ...]:
        """Every decision about one version or all of them, oldest first."""
        with self.store.session() as session:
            number = None if version is None else version_of(version)
            return approvals.load_approvals(session, number)

    @property
    def list_versions(self) -> tuple[ListVersion, ...]:
        """The history of the list, oldest version first."""
        with self.store.session() as session:
            return approvals.list_versions(session)

    def compare_lists(self, old: int, new: int) -> ListChanges:
        """What changed from one version to another."""
        return compare_lists(self._list(old), self._list(new))

    def revise_list(
        self,
        changes: Changes,
        *,
        by: str,
        reason: str,
        version: int | None = None,
        newest: bool = False,
        without: Collection[Image] = (),
        added: Sequence[Enrolled] = (),
        key: str | None = None,
    ) -> Watchlist:
        """A new version with changed details, entries or images taken out, or images added; no image is embedded again.

        changes : by subject, new details by name of the field, as values or as their text; or None to take the entry out
        version : the version to start from, by default the newest; newest : refuse if that is no longer the newest
        without : images to take out, each as its subject and its SHA-256
        added : images that `judge_photograph` accepted; somebody who is not listed yet is added with them
        key : unique name of this message; sent again under it, the version that it made is returned, and another edit
            under it is refused
        """
        if added:
            self.refuse_list_after_end()
        start = self._list(self._parent(key) if version is None else version)
        scale = self._scale(start) if without or added else None
        watch = revised(start, changes, without=without, added=added, scale=scale)
        differences = compare_lists(start, watch)
        if not len(differences):
            raise InputError("nothing would change; give at least one detail that is not as it is already")
        with self.store.change() as session:
            number = approvals.revision_of(session, differences, by=by, reason=reason, key=key)
            if number is None:
                self._still_newest(lists.latest_version(session), start.version if newest else None)
                number = approvals.save_revision(
                    session,
                    self.store.blobs,
                    watch,
                    differences,
                    locator=self.pack_of(start.version),
                    by=by,
                    reason=reason,
                    key=key,
                )
        return self.watchlist_version(number)

    def judge_photograph(
        self, subject: str, photo: Path | str, *, entry: Entry | None = None, name: str = ""
    ) -> Enrolled | Rejected:
        """Whether an image of somebody can be added to the newest list: accepted with its template, or why not.

        entry : details of the person as they are going to be; by default as they are
        name : of the file, as it is going to be listed; by default its own
        """
        watch, path = self._list(None), path_of(photo, "the photograph")
        known = entry or next((each for each in watch.entries if each.subject == subject), Entry(subject))
        seen = {(each.subject, each.sha256): f"{each.file}, on the list already" for each in watch.references}
        pack = load_pack(self.pack_of(watch.version))
        return admit(pack, known, path, f"{subject}/{name or path.name}", seen, date.today())

    def _parent(self, key: str | None) -> int | None:
        """The version that an edit sent under this key started from: sent again, it starts there again."""
        with self.store.session() as session:
            return approvals.parent_of(session, key)

    def _scale(self, watch: Watchlist) -> Scale | None:
        """What scores mean in a list's pack; None where the pack is not at hand: an image can be taken out all the same."""
        try:
            return scale_of(load_pack(self.pack_of(watch.version)))
        except PackError:
            return None

    def _still_newest(self, latest: int, start: int | None) -> None:
        if start is not None and latest != start:
            made = next(each for each in self.list_versions if each.version == latest)
            who = f" by {made.by}: {made.reason}" if made.by else ""
            raise StaleVersion(
                f"version {latest} was made meanwhile from version {made.parent or start}{who}; look at it first"
            )

    def _decide(self, version: int, approved: bool, by: str, reason: str, key: str | None) -> Approval:
        version = version_of(version)
        findings = Counter(each.kind for each in self.review_list(version))
        with self.store.change() as session:
            return approvals.save_approval(session, version, approved, by=by, reason=reason, findings=findings, key=key)

    def _list(self, version: int | None) -> Watchlist:
        watch = self.watchlist if version is None else self.watchlist_version(version)
        if watch is None:
            raise CaseError(f"{self.folder.name} has no watchlist; enroll one first")
        return watch
