"""From alerts to a bag: everything the case holds on them is written down, sealed with hashes, logged, and put in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench import SOFTWARE
from workbench.alerts import Alert
from workbench.arguments import path_of, text_of
from workbench.casefile.asked import numbers_of
from workbench.casefile.audit import actor, note
from workbench.casefile.case import CaseFile
from workbench.casefile.evidence import Held, hold, runs_of
from workbench.casefile.excerpt import excerpt
from workbench.counts import count
from workbench.errors import InputError, WorkbenchError
from workbench.evidence.bag import Draft, drafting, empty_place
from workbench.evidence.enclosed_clip import EnclosedClip, put_clip
from workbench.evidence.exhibits import Exhibit, facts_of, folder_of, material_of, put_exhibit
from workbench.evidence.opinions import opinions_of
from workbench.evidence.photo_searches import searches_about
from workbench.evidence.readme import readme
from workbench.evidence.recomputing import notebook
from workbench.evidence.report import Cover, log_part, report
from workbench.evidence.searched import other_scans
from workbench.evidence.stamped import put_stamps
from workbench.html import card, facts, table
from workbench.html import note as paragraph
from workbench.interruption import uninterrupted
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.operating_point import OperatingPoint
from workbench.progress import Progress, Silent

__all__ = ["Exported", "export"]

SHOWN = 12  # notes in one output


@dataclass(frozen=True)
class Exported:
    """A bag that left.

    digest : SHA-256 of its tagmanifest-sha256.txt, which stands for every byte of it
    files, size : of its payload, bytes
    notes : what could not be enclosed, and why
    """

    folder: Path
    alerts: tuple[int, ...]
    digest: str
    files: int
    size: int
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """What `workbench case export --json` prints."""
        head = {"folder": str(self.folder), "alerts": list(self.alerts), "manifest_sha256": self.digest}
        return head | {"files": self.files, "bytes": self.size, "notes": list(self.notes)}

    def _repr_html_(self) -> str:
        head = facts({"alerts": len(self.alerts), "files": self.files, "size": f"{self.size / 1e6:.1f} MB"})
        name = paragraph(f"Hash of the bag, to be named when it is handed over: {self.digest}", say=True)
        rows = [(text,) for text in self.notes[:SHOWN]]
        missing = table("To be known", ("what",), rows, more=len(self.notes) - len(rows)) if rows else ""
        return card(f"Evidence in {self.folder.name}", head, name, missing)

    def __repr__(self) -> str:
        return f"Exported({count(len(self.alerts), 'alert')}, {count(self.files, 'file')}, {self.digest[:12]}, {self.folder.name!r})"


@dataclass
class _Packs:
    """The packs that scanned, each opened at most once; where one is not at hand, why."""

    case: CaseFile

    def __post_init__(self) -> None:
        self._known: dict[str, tuple[Pack | None, str]] = {}

    def of(self, held: Held) -> tuple[Pack | None, str]:
        """The pack that scanned, or None and why."""
        space = str(held.run.settings["space"])
        if space not in self._known:
            self._known[space] = self._opened(held)
        return self._known[space]

    def _opened(self, held: Held) -> tuple[Pack | None, str]:
        name = held.run.settings["pack"]
        try:
            pack = load_pack(self.case.pack_of(held.listed.version))
        except WorkbenchError:
            return None, f"the model pack {name} is not at hand: its licence is not stated and no frame is enclosed"
        if pack.space.sha != held.run.settings["space"]:
            return None, f"the model pack {name} is not the one that scanned any more: no frame is enclosed"
        return pack, ""


def export(
    case: CaseFile,
    folder: Path | str,
    alerts: int | Alert | Sequence[int | Alert],
    *,
    by: str = "",
    reason: str = "",
    clip: bool | None = None,
    everything: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Put everything about some alerts into `folder` as a BagIt bag, and log that it was done.

    alerts : alerts or near misses, or their numbers
    by : who exports; by default the current user. reason : why, and for whom
    clip : True encloses each alert's clip or fails, False leaves them out; by default they come along where they can be made,
        and the report says why where not
    everything : hide all but the person's head in the clips, whether or not it was taken for a face
    """
    place, progress = path_of(folder, "the place of the bag"), progress or Silent()
    reason, by = text_of(reason, "the reason"), text_of(by, "the name of who exports")
    with case.store.session() as session:
        chosen = numbers_of(session, alerts)
    if not chosen:
        raise InputError("no alert was named; say which ones the evidence is about: --alert ID")
    empty_place(place, case.folder)
    every = _read(case, chosen)
    who, now = by or actor(), datetime.now(UTC)
    cover = Cover(case.about, who, reason, f"{now:%Y-%m-%d %H:%M:%S} UTC", SOFTWARE)
    with drafting(place) as draft:
        clips = [
            put_clip(case, draft, each, folder_of(each), wish=clip, everything=everything, by=who, progress=progress)
            for each in chosen
        ]
        exhibits = _exhibits(case, draft, every, clips, progress)
        _papers(case, draft, cover, exhibits)
        files, size = draft.measure()
        digest = draft.close(_info(cover, chosen))
        notes = tuple(f"alert {each.held.alert.id}: {text}" for each in exhibits for text in each.notes)
        about = {"alerts": list(chosen), "manifest_sha256": digest, "reason": cover.reason, "files": files}
        empty_place(place, case.folder)  # still
        with uninterrupted():  # the log first: a bag that it does not know never lies there
            with case.store.change() as session:
                note(session, "evidence exported", by=who, about=about)
            draft.settle(place)
    return Exported(place, chosen, digest, files, size, notes)


def _read(case: CaseFile, alerts: tuple[int, ...]) -> list[Held]:
    where = runs_of(case, alerts)
    runs = {run: case.run(run) for run in set(where.values())}
    return [hold(case, alert, runs[where[alert]]) for alert in alerts]


def _exhibits(
    case: CaseFile, draft: Draft, every: Sequence[Held], clips: Sequence[EnclosedClip], progress: Progress
) -> list[Exhibit]:
    packs, exhibits = _Packs(case), []
    progress.start("exporting", len(every), "alerts")
    try:
        for done, held in enumerate(every):
            exhibit = put_exhibit(draft, held, material_of(held, *packs.of(held)), clips[done])
            exhibit.point, exhibit.scans = _point(case, held), other_scans(case, held)
            exhibit.opinions, exhibit.searches = opinions_of(case, held.alert.id), searches_about(case, held)
            exhibits.append(exhibit)
            progress.at(done + 1)
    finally:
        progress.end()
    return exhibits


def _papers(case: CaseFile, draft: Draft, cover: Cover, exhibits: Sequence[Exhibit]) -> None:
    """Write facts, report, notebook and instructions."""
    for each in exhibits:
        draft.put_json(f"{each.folder}/alert.json", facts_of(each))
    draft.put_json("case.json", _case(cover))
    log = excerpt(case.store, _scope(exhibits))
    draft.put_json("audit.json", log)
    put_stamps(draft, case.store, log)
    draft.put("report.html", report(cover, exhibits, closing=[log_part(log)]))
    again = [each for each in exhibits if _can_be_computed(each)]
    if again:
        packs = [str(each.held.run.settings["pack"]) for each in again]
        draft.put("recompute.ipynb", notebook([each.folder for each in again], packs))
    draft.put("README.txt", readme(cover, exhibits, notebook=bool(again)))


def _scope(exhibits: Sequence[Exhibit]) -> dict[str, list[Any]]:
    """What the excerpt of the log is about."""
    every = [each.held for each in exhibits]
    return {
        "alerts": [held.alert.id for held in every],
        "runs": [held.run.id for held in every],
        "versions": [held.listed.version for held in every],
        "subjects": [held.alert.subject for held in every],
        "searches": [search.id for each in exhibits for search in each.searches],
    }


def _can_be_computed(exhibit: Exhibit) -> bool:
    held = exhibit.held
    return bool(held.probe) and all(chip.crop for chip in (*held.probe, *held.references))


def _case(cover: Cover) -> dict[str, Any]:
    about = cover.about
    return {
        "case": about.name,
        "purpose": about.purpose,
        "authority": about.authority,
        "made": about.created.isoformat(),
        "exported_by": cover.by,
        "exported_at": cover.when,
        "reason": cover.reason,
        "software": cover.software,
    }


def _info(cover: Cover, alerts: Sequence[int]) -> dict[str, str]:
    """What `bag-info.txt` says; Payload-Oxum is added by the bag itself."""
    return {
        "Authority": cover.about.authority,
        "External-Identifier": cover.about.name,
        "External-Description": cover.about.purpose,
        "Alerts": ", ".join(map(str, alerts)),
        "Exported-By": cover.by,
        "Exported-At": cover.when,
        "Export-Reason": cover.reason or "none given",
        "Software": cover.software,
    }


def _point(case: CaseFile, held: Held) -> OperatingPoint | None:
    """The recorded operating point that the scan was made at, by the name that the scan noted."""
    said, at = held.run.threshold_from, held.run.threshold
    return next(
        (
            kept.point
            for kept in case.operating_points
            if f"operating point {kept.name!r}:" in said and kept.point.threshold == at
        ),
        None,
    )
