"""A list with some of it changed: details, entries and images, as a new value; templates are taken over as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from workbench.enrolment import Enrolled
from workbench.entry_fields import changed_entry
from workbench.errors import InputError
from workbench.list_checks import look_over
from workbench.tracks import Scale
from workbench.watchlist import Entry, Warned, Watchlist

__all__ = ["Changes", "Image", "revised"]

Changes = Mapping[str, Mapping[str, Any] | None]
Image = tuple[str, str]  # subject, SHA-256
UNKNOWN = Scale(same=2.0, contradict=-2.0)  # no cosine is beyond these: nothing is said of who looks like whom


def revised(
    watch: Watchlist,
    changes: Changes,
    *,
    without: Collection[Image] = (),
    added: Sequence[Enrolled] = (),
    scale: Scale | None = None,
) -> Watchlist:
    """The list with changed details, without the entries whose change is None and the images of `without`, with those `added`.

    scale : of the list's pack; where images change the list is looked over again. Without it (the pack is not at hand) what
        was said of look-alikes and of images that disagree stays as it was
    """
    people = {each.reference.subject for each in added}
    _known(watch, changes, without, people)
    entries = tuple(_entries(watch, changes, people))
    if not entries:
        raise InputError("nobody would be left on the list; enroll a new one instead")
    left, out = {entry.subject for entry in entries}, set(without)
    kept = [each.subject in left and (each.subject, each.sha256) not in out for each in watch.references]
    more = [each for each in added if each.reference.subject in left]
    references = [each for each, keep in zip(watch.references, kept, strict=True) if keep]
    made = replace(
        watch,
        entries=entries,
        references=(*references, *(each.reference for each in more)),
        templates=np.concatenate([watch.templates[kept], *(each.template[None] for each in more)]),
        warnings=tuple(warned for warned in watch.warnings if left.issuperset(warned.subjects)),
        version=0,
    )
    return replace(made, warnings=_looked_over(made, scale)) if out or more else made


def _known(watch: Watchlist, changes: Changes, without: Collection[Image], added: Collection[str]) -> None:
    """Refuse what is about nobody and nothing on the list."""
    if unknown := sorted(set(changes) - set(watch.subjects) - set(added)):
        raise InputError(
            f"version {watch.version} does not list {', '.join(unknown)}; give names as they are on the list"
        )
    images = {(each.subject, each.sha256) for each in watch.references}
    if missing := sorted(set(without) - images):
        raise InputError(f"version {watch.version} has no image {missing[0][1][:12]} of {missing[0][0]}")


def _entries(watch: Watchlist, changes: Changes, added: Collection[str]) -> Iterator[Entry]:
    """Everybody who stays, then those who are new."""
    new = [Entry(subject) for subject in sorted(set(added) - set(watch.subjects))]
    for entry in (*watch.entries, *new):
        details = changes.get(entry.subject, {})
        if details is not None:
            yield changed_entry(entry, details) if details else entry


def _looked_over(watch: Watchlist, scale: Scale | None) -> tuple[Warned, ...]:
    """What is to be said of the list now, and what was said that has nothing to do with its images."""
    stays = {"no_photo", "unknown_column"} | (set() if scale else {"look_alike", "disagree"})
    return (*look_over(watch, scale or UNKNOWN), *(each for each in watch.warnings if each.kind in stays))
