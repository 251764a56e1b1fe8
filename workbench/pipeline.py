"""The verbs: enroll photographs, scan footage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from workbench.approvals import approval_words
from workbench.arguments import number_of, path_of, said
from workbench.casefile import approvals
from workbench.casefile.case import CaseFile
from workbench.details import read_details
from workbench.enrolment import draw_up
from workbench.errors import CaseError, InputError
from workbench.faces import same_space
from workbench.footage import Footage, open_footage, refuse_films
from workbench.galleries import check_gallery
from workbench.jobs import Crew, Here
from workbench.models.packs import load_pack, pack_names
from workbench.operating_point import OperatingPoint, point_of
from workbench.progress import Progress, Silent
from workbench.recorded import stated
from workbench.runs import Run
from workbench.scan_run import ScanRun
from workbench.scanning import SEGMENT
from workbench.sentences import threshold_words
from workbench.thresholds import line_for, scale_of
from workbench.triage import triage_words
from workbench.watchlist import Watchlist

__all__ = ["enroll", "locator_of", "scan"]


def enroll(
    case: CaseFile,
    photos: Path | str,
    *,
    details: Path | str | None = None,
    pack: str | Path | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> Watchlist:
    """Draw up the list from `photos/<subject>/<image>` and keep it in the case as a new version.

    details : CSV with the columns of `Entry`
    pack : name or path; by default the case's own, or else `dlib`
    """
    progress, folder = progress or Silent(), path_of(photos, "the folder of photographs")
    case.refuse_list_after_end()
    grounds = read_details(path_of(details, "the table of details")) if details is not None else {}
    chosen = pack or case.about.pack or "dlib"
    loaded = load_pack(chosen)
    with case.store.writing("a list is being enrolled"):
        try:
            day = today or date.today()
            watch = draw_up(loaded, folder, grounds, scale=scale_of(loaded), today=day, progress=progress)
        finally:
            progress.end()
        case.sweep()
        return case.add_watchlist(watch, locator_of(chosen))


def locator_of(pack: str | Path) -> str:
    """A pack as it can be found again from any folder: its name, or its full path."""
    return str(pack) if str(pack) in pack_names() else str(Path(pack).expanduser().resolve())


def scan(
    case: CaseFile,
    sources: Sequence[Path | str],
    *,
    threshold: float | OperatingPoint | None = None,
    every: float = 0.2,
    gallery: str = "exact",
    pack: str | Path | None = None,
    best: int = 5,
    closer: float = 1.0,
    segment: float = SEGMENT,
    fast: bool = False,
    again: bool = False,
    camera: str = "",
    recorded: datetime | str | None = None,
    today: date | None = None,
    progress: Progress | None = None,
    crew: Crew | None = None,
    begun: Callable[[int], None] = lambda number: None,
) -> Run:
    """Scan footage against the newest list; the same call after an interruption goes on where it stopped.

    threshold : a score; or an operating point, recorded or not, whose concerns about this list and pack are then said; or None for where
        the pack's own measurement puts it
    closer : seconds between closer looks, in which the smallest usable faces are looked for; 0 looks closer at every sample
    every : seconds between samples; best : faces kept a track
    segment : seconds of footage that are written at once, and lost at most
    fast : triage: look at key frames only, which says loudly what it leaves out, and is recorded in the run
    again : scan anew what was scanned before with the same settings
    camera : a name for what recorded the footage, else the file's name stands for it
    recorded : when the first picture was recorded, a time or its text; what the file says of itself is used otherwise
    crew : who scans, see `jobs.crew_of`; by default this process. Who it was changes nothing in the result
    begun : hears the number of the run once it is in the ledger
    `WorkbenchError` if a segment could not be scanned: it is named, and everything else is in the case
    """
    progress, threshold = progress or Silent(), point_of(threshold)
    if not 0.01 <= number_of(every, "every") <= 60:
        raise InputError(f"every is {every} s; give 0.01 to 60 seconds between samples")
    if not 0 <= number_of(closer, "closer") <= 3600:
        raise InputError(f"closer is {closer} s; give 0 to 3600 seconds between closer looks")
    check_gallery(gallery)  # before anything is written
    listed = case.watchlist
    if listed is None:
        raise CaseError(f"{case.folder.name} has no watchlist; enroll one first: workbench enroll {case.folder} PHOTOS")
    listed.comparable()
    footage = _opened(sources, progress)
    said = stated(camera, recorded, len(footage))
    if fast:
        footage = _triaged(footage, every, progress)
    day = today or date.today()
    watch = _in_force(listed, day, progress)
    chosen = pack or case.about.pack or case.pack_of(watch.version)
    loaded = load_pack(chosen, threads=1)  # the scan looks at several frames at once instead
    same_space(watch.space, loaded.space)
    line = line_for(loaded, threshold, _name_of(case, threshold))
    if isinstance(threshold, OperatingPoint):
        _say_concerns(threshold, watch, progress)
    if not line.measured:
        progress.say(f"the threshold {threshold_words(line.threshold)} is {line.source}")
    work = ScanRun(
        case,
        watch,
        loaded,
        locator_of(chosen),
        line,
        every=float(every),
        best=best,
        closer=float(closer),
        segment=float(segment),
        gallery=gallery,
        fast=fast,
        progress=progress,
        said=said,
        begun=begun,
        day=day,
    )
    held = case.store.writing("footage is being scanned", part=work.key(footage))
    with held, crew or Here() as at_work:
        run = work.run(footage, again, at_work)
    _say_approval(case, watch.version, progress)  # with the result: a scan that fails says one line, why it failed
    return run


def _opened(sources: Sequence[Path | str], progress: Progress) -> list[Footage]:
    """All footage, opened before anything is scanned, so that a wrong name costs nothing."""
    if not sources:
        raise InputError("no footage was given; name at least one file or folder")
    footage: dict[str, Footage] = {}
    for source in sources:
        if isinstance(source, list | tuple):
            raise InputError(f"footage is given one after the other, as in scan(*files); this is {said(source)}")
        opened = open_footage(source)
        refuse_films(opened)
        if opened.sha256 in footage:
            progress.say(f"{opened.path.name} is the same footage as {footage[opened.sha256].path.name}; scanned once")
        footage.setdefault(opened.sha256, opened)
    return list(footage.values())


def _triaged(footage: Sequence[Footage], every: float, progress: Progress) -> list[Footage]:
    """The footage with key frames alone, having said what that leaves out."""
    keys = [each.triaged() for each in footage]
    looks, samples = (sum(len(each.samples(every)) for each in some) for some in (keys, footage))
    progress.say(triage_words(looks, samples, max(each.gaps[1] for each in keys)))
    return keys


def _in_force(watch: Watchlist, today: date, progress: Progress) -> Watchlist:
    """The list without entries that expired since it was enrolled."""
    valid = watch.valid_on(today)
    if len(valid) < len(watch):
        gone = sorted(set(watch.subjects) - set(valid.subjects))
        progress.say(f"no longer looked for, since their entries expired: {', '.join(gone)}")
    if not len(valid):
        raise CaseError("every entry of the watchlist has expired; renew the details and enroll the list again")
    return valid


def _say_approval(case: CaseFile, version: int, progress: Progress) -> None:
    """That nobody approved the list, or that somebody rejected it."""
    with case.store.session() as session:
        stands = approvals.standing_approval(session, version)
    if stands is None or not stands.approved:
        progress.say(
            f"list version {version} is {approval_words(stands)}; review it: workbench list review {case.folder}"
        )


def _name_of(case: CaseFile, threshold: float | OperatingPoint | None) -> str:
    """The name under which the case has recorded an operating point, "" if it has not."""
    if not isinstance(threshold, OperatingPoint):
        return ""
    whole = threshold.to_json()  # as text, in which NaN equals NaN
    return next((kept.name for kept in case.operating_points if kept.point.to_json() == whole), "")


def _say_concerns(point: OperatingPoint, watch: Watchlist, progress: Progress) -> None:
    """What speaks against using an operating point with this list."""
    space = point.space if watch.space.marked(point.space) else watch.space.mark
    for concern in point.concerns(watchlist=len(watch), space=space):
        progress.say(f"the operating point: {concern}")
