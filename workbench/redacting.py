"""A copy of footage in which every face is hidden that is not asked to be shown; checked before anybody gets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.alerts import Alert
from workbench.arguments import path_of
from workbench.casefile.asked import number_of, numbers_of
from workbench.casefile.audit import note
from workbench.casefile.case import CaseFile
from workbench.casefile.results import load_alert, load_pictures
from workbench.counts import count
from workbench.covers import MARGIN
from workbench.drafts import beside
from workbench.errors import InputError, WorkbenchError
from workbench.footage import Footage, open_footage
from workbench.footage.window import Window
from workbench.hiding import Hiding
from workbench.interruption import uninterrupted
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.progress import Progress, Silent
from workbench.redaction import Redaction
from workbench.sentences import apart_words
from workbench.sights import Kept
from workbench.thresholds import line_for

__all__ = ["FailedCheck", "kept_of", "lines_of", "packs_of", "redact", "redact_footage"]


def redact(
    case: CaseFile,
    source: Path | str,
    *,
    start: float | None = None,
    end: float | None = None,
    keep: int | Alert | Sequence[int | Alert] = (),
    out: Path | str | None = None,
    detector: str | Path | None = None,
    margin: float = MARGIN,
    everything: bool = False,
    by: str = "",
    progress: Progress | None = None,
) -> Redaction:
    """A redacted copy of `source` with the pack of the case and, if named, a further one; noted in the log either way."""
    with case.store.session() as session:
        asked = numbers_of(session, keep)
    if everything and not asked:
        raise InputError("nothing would be left to be seen; say whom to show with --keep, or leave --everything out")
    footage = open_footage(source)
    packs = packs_of(case, detector)
    kept = [kept_of(case, alert, footage) for alert in asked]
    suffix = "" if footage.kind == "images" else ".mp4"
    target = Path.cwd() / f"{footage.path.stem}-redacted{suffix}" if out is None else path_of(out, "the copy")
    about = {"source": footage.sha256, "keep": [each.alert for each in kept]}

    def log(what: str, result: Redaction) -> None:
        with case.store.change() as session:
            note(session, what, by=by, about=about | result.to_dict())

    try:
        return redact_footage(
            source,
            target,
            packs,
            start=start,
            end=end,
            keep=kept,
            margin=margin,
            everything=everything,
            progress=progress,
            passed=lambda result: log("footage redacted", result),
        )
    except FailedCheck as failed:
        log("redaction failed its check", failed.redaction)
        raise


def packs_of(case: CaseFile, detector: str | Path | None = None) -> list[Pack]:
    """The pack of the case, and a further one if it is named and another."""
    watch = case.watchlist
    own = case.about.pack or (case.pack_of(watch.version) if watch is not None else "dlib")
    names = [own, *([detector] if detector is not None and str(detector) != str(own) else [])]
    return [load_pack(name, threads=1) for name in names]  # several frames are looked at at once instead


def kept_of(case: CaseFile, alert: int | Alert, footage: Footage) -> Kept:
    """Where an alert's person was seen; an error if that was in other footage."""
    with case.store.session() as session:
        number = number_of(session, alert)
        found, _ = load_alert(session, case.store.blobs, number)
        pictures = load_pictures(session, case.store.blobs, number)
    if found.sha256 != footage.sha256:
        raise InputError(f"alert {number} is of {found.source!r}, not of {footage.path.name!r}; leave it out of --keep")
    places = {found.frame: found.box} | {picture.frame: picture.box for picture in pictures}
    return Kept(number, found.start, found.end, tuple(sorted(places.items())))


class FailedCheck(WorkbenchError):
    """A copy that was deleted because the check could still tell somebody."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__(_failure(redaction))
        self.redaction = redaction


def redact_footage(
    source: Path | str,
    out: Path | str,
    packs: Sequence[Pack],
    *,
    start: float | None = None,
    end: float | None = None,
    keep: Sequence[Kept] = (),
    margin: float = MARGIN,
    everything: bool = False,
    line: float | None = None,
    progress: Progress | None = None,
    passed: Callable[[Redaction], None] = lambda result: None,
) -> Redaction:
    """Write a redacted copy of `source` to `out`, or nothing at all.

    packs : find faces; each one checks the result. The first one's recogniser decides who is shown
    start, end : seconds in the footage, both included: only these frames, exactly, and counted from 0
    keep : who is shown
    margin : seconds for which a place is hidden before a first and after a last sight
    everything : hide all but the heads of those who are shown, whether or not it was taken for a face
    line : cosine that no hidden face may reach against itself; None is each pack's own near-miss line
    passed : hears of a copy that passed before it is put in its place; what it raises is raised, and no copy is there

    `WorkbenchError` where the check fails; the copy is deleted then.
    """
    footage, out, progress = open_footage(source), Path(out), progress or Silent()
    if out.resolve() == footage.path.resolve():
        raise InputError(f"{out.name!r} is the footage itself, which is never touched; give another name with --out")
    if not 0 <= margin <= 10:
        raise InputError(f"the margin is {margin} s; give 0 to 10 seconds")
    window = Window.of(footage, start, end)
    _free(out)
    with beside(out.parent) as folder:
        draft, lines = folder / out.name, lines_of(packs, line)
        hiding = Hiding(window, packs, lines, keep, margin, everything=everything, progress=progress)
        hiding.run(draft)
        result = hiding.result(out, open_footage(draft).sha256)
        if not result.passed:
            raise FailedCheck(result)
        _free(out)  # still
        with uninterrupted():
            passed(result)
            draft.rename(out)
    return result


def _free(out: Path) -> None:
    """`InputError` unless a copy can be put there."""
    if out.exists():
        raise InputError(f"{out.name!r} exists already; nothing is overwritten: give another name with --out")
    if not out.parent.is_dir():
        raise InputError(f"there is no folder {str(out.parent)!r}; make it first, or give another name with --out")


def lines_of(packs: Sequence[Pack], line: float | None = None) -> list[float]:
    """The cosine that no hidden face may reach against itself: each pack's own near-miss line, unless one is given."""
    return [line_for(pack, None).near if line is None else line for pack in packs]


def _failure(result: Redaction) -> str:
    """What the check found, in one line."""
    bare = max(each.uncovered for each in result.checked)
    if bare:
        why = f"{count(bare, 'face was', 'faces were')} still bare after {count(result.rounds, 'drawing')}"
    else:
        worst = max((each for each in result.checked if not each.passed), key=lambda each: each.worst or 0)
        score, line = apart_words(worst.worst or 0, worst.line)
        why = f"at {worst.at:.2f} s a hidden face still scores {score} against itself, the line is {line}"
    return (
        f"the copy of the footage failed its check and was deleted: {why}; try another --detector or a larger --margin"
    )
