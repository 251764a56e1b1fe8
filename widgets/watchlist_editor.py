"""The list on one screen: who is on it and on what grounds, what speaks against it, who answers for it, and what changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import anywidget
import numpy as np
import traitlets as t

from widgets.answering import Reply, answer_to
from widgets.bundle import bundle, style
from widgets.editor_data import diff_message, edit_of, image_json, list_message
from widgets.review_data import small, work_of
from workbench.approvals import Approval, ListVersion
from workbench.case import Case
from workbench.casefile.lists import faces_kept
from workbench.counts import count
from workbench.decisions import who
from workbench.drafts import draft
from workbench.enrolment import Enrolled
from workbench.entry_fields import changed_entry
from workbench.errors import CaseError, InputError
from workbench.watchlist import Entry, Watchlist

__all__ = ["WatchlistEditor"]

AT_ONCE = 24  # small pictures in one answer
LARGEST = 50_000_000  # bytes of a photograph


class WatchlistEditor(anywidget.AnyWidget):
    """Edit, review, approve and compare the versions of a case's list; every save is a new version.

    reviewer : who edits and decides; stands on every version and approval

    `.version` is the newest version, `.approval` what stands of it. What is changed on the page is saved only once Python has
    said that it is on disk; if somebody made a newer version meanwhile, nothing is saved and nothing on the page is lost.
    """

    _esm = bundle("watchlist_editor.js")
    _css = style("watchlist_editor.css")

    about = t.Dict().tag(sync=True)

    def __init__(self, case: Case, *, reviewer: str = "", title: str = "Watchlist") -> None:
        if not who(reviewer):
            raise InputError(
                'say who edits: widgets.WatchlistEditor(case, reviewer="A. Ng"); it stands on every version'
            )
        if not case.list_versions:
            raise CaseError(f"{case.folder.name} has no watchlist; enroll one first: case.enroll(photos)")
        self._case, self._reviewer = case, reviewer.strip()
        self._loaded: Watchlist | None = None
        self._judged: dict[str, Enrolled] = {}
        home = work_of(case, self._reviewer, "list")
        super().__init__(about={"title": title, "reviewer": self._reviewer, "home": home, "case": case.about.name})
        self.on_msg(self._heard)

    @property
    def version(self) -> ListVersion:
        """The newest version of the list."""
        return self._case.list_versions[-1]

    @property
    def approval(self) -> Approval | None:
        """What was last decided about the newest version, None if nothing was."""
        return self.version.approval

    def __repr__(self) -> str:
        newest = self.version
        return (
            f"WatchlistEditor({self._reviewer!r}: version {newest.version}, {count(newest.people, 'person', 'people')})"
        )

    def _heard(self, _widget: Any, content: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        """Answer a message of the page; a photograph is judged beside the kernel's other work, because it takes seconds."""
        if content.get("kind") == "photo":
            threading.Thread(
                target=self._answer, args=(content, [bytes(each) for each in buffers]), daemon=True
            ).start()
        else:
            self._answer(content, [])

    def _answer(self, content: Mapping[str, Any], buffers: Sequence[bytes]) -> None:
        """Whatever fails is said on the page, because it would wait for ever otherwise."""
        answers = {
            "look": self._news,
            "open": self._open,
            "faces": self._faces,
            "person": self._person,
            "diff": self._diff,
            "save": self._save,
            "approve": self._approve,
            "photo": lambda content: self._photo(content, buffers),
        }
        if (answer := answer_to(content, answers)) is not None:
            message, pictures = answer
            self.send({"key": content.get("key"), **message}, pictures)

    def _news(self, content: Mapping[str, Any]) -> Reply:
        """Which version is the newest, unless the page knows it already (`mark`)."""
        self._let_go()
        newest, decided = self.version, len(self._case.approvals())
        mark = f"{newest.version} {decided}"
        how = f" by {newest.by}: {newest.reason}" if newest.by else ""
        news = (
            {}
            if content.get("mark") == mark
            else {"latest": newest.version, "how": f"version {newest.version} was made{how}"}
        )
        return {"kind": "news", "mark": mark} | news, []

    def _watch(self, version: Any) -> Watchlist:
        number = self.version.version if version is None else int(version)
        self._let_go()
        watch = self._loaded
        if watch is None or watch.version != number:
            watch = self._loaded = self._case.watchlist_version(number)
        return watch

    def _let_go(self) -> None:
        """Hold no face of a list that the case has deleted."""
        if (watch := self._loaded) is None:
            return
        with self._case.store.session() as session:
            kept = faces_kept(session, watch.version)
        if kept == int(np.isfinite(watch.templates).all(axis=1).sum()):
            return
        gone = {each.sha256 for each in watch.references}
        self._judged = {key: each for key, each in self._judged.items() if each.reference.sha256 not in gone}
        self._loaded = None

    def _open(self, content: Mapping[str, Any]) -> Reply:
        watch = self._watch(content.get("version"))
        return list_message(watch, self._case.review_list(watch.version), self._case.list_versions), []

    def _faces(self, content: Mapping[str, Any]) -> Reply:
        """A small picture of each of some people."""
        watch = self._watch(content.get("version"))
        wanted = [str(subject) for subject in content.get("subjects", ())[:AT_ONCE]]
        found = [
            (subject, next((each.thumbnail for each in watch.of(subject) if each.thumbnail), b"")) for subject in wanted
        ]
        return {"kind": "faces", "subjects": wanted}, [small(picture) if picture else b"" for _, picture in found]

    def _person(self, content: Mapping[str, Any]) -> Reply:
        watch, subject = self._watch(content.get("version")), str(content["subject"])
        images = watch.of(subject)
        message = {
            "kind": "person",
            "version": watch.version,
            "subject": subject,
            "images": [image_json(each) for each in images],
        }
        return message, [each.thumbnail for each in images]

    def _diff(self, content: Mapping[str, Any]) -> Reply:
        return diff_message(self._case.compare_lists(int(content["old"]), int(content["new"]))), []

    def _photo(self, content: Mapping[str, Any], buffers: Sequence[bytes]) -> Reply:
        """Judge one photograph as an enrolment would; an accepted one waits here until the list is saved."""
        subject, token = str(content["subject"]), str(content["key"])
        told = {"kind": "judged", "subject": subject, "file": f"{subject}/{_file_name(content)}"}
        (photo,) = buffers
        if len(photo) > LARGEST:
            return told | {
                "accepted": False,
                "words": f"larger than {LARGEST // 1_000_000} MB; make the file smaller",
            }, []
        with draft("photograph") as path:
            path.write_bytes(photo)
            entry = self._going_to_be(subject, content)
            found = self._case.judge_photograph(subject, path, entry=entry, name=_file_name(content))
        if not isinstance(found, Enrolled):
            return told | {"accepted": False, "words": found.reason}, []
        self._judged[token] = found
        return told | {"accepted": True, "words": "", **image_json(found.reference)}, [found.reference.thumbnail]

    def _going_to_be(self, subject: str, content: Mapping[str, Any]) -> Entry:
        watch = self._watch(None)
        entry = next((each for each in watch.entries if each.subject == subject), Entry(subject))
        return changed_entry(entry, dict(content.get("fields") or {}))

    def _save(self, content: Mapping[str, Any]) -> Reply:
        """Make a new version, and only then say so."""
        changes, without, added = edit_of(content["people"], self._judged)
        made = self._case.revise_list(
            changes,
            by=self._reviewer,
            reason=str(content.get("reason") or ""),
            version=int(content["version"]),
            newest=True,
            without=without,
            added=added,
            key=str(content["key"]),
        )
        self._loaded = made
        return {"kind": "saved", "version": made.version, "words": f"saved as version {made.version}"}, []

    def _approve(self, content: Mapping[str, Any]) -> Reply:
        """Record an approval or a rejection, and only then say so."""
        decide = self._case.approve if content.get("approved") else self._case.reject
        version = int(content["version"])
        stands = decide(version, by=self._reviewer, reason=str(content.get("reason") or ""), key=str(content["key"]))
        return {"kind": "saved", "version": version, "words": f"version {version} {stands}"}, []


def _file_name(content: Mapping[str, Any]) -> str:
    """The photograph's name without anything that would be a place."""
    return PurePath(str(content.get("name") or "")).name.replace("\0", "") or "photograph"
