"""Clips made on demand: the footage around a track, everyone but its person hidden in the picture, checked, sealed, logged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alert
from workbench.arguments import whole_of
from workbench.casefile.asked import number_of
from workbench.casefile.audit import actor, note
from workbench.casefile.case import CaseFile
from workbench.casefile.clips import Place, find_clip, place_of, read_clip, save_clip
from workbench.casefile.kinds import file_at
from workbench.casefile.schema import utc_now
from workbench.clips import Clip, stretch
from workbench.covers import MARGIN, Covers
from workbench.drafts import draft
from workbench.errors import FootageError, InputError, WorkbenchError
from workbench.footage import Footage, open_footage
from workbench.footage.window import Window
from workbench.footage.writing import PLAYING
from workbench.hiding import Hiding
from workbench.models.packs import load_pack
from workbench.progress import Progress, Silent
from workbench.redacting import FailedCheck, kept_of, lines_of
from workbench.sights import Unsure

__all__ = ["clip_of", "kept_clip"]

F32 = NDArray[np.float32]


def clip_of(
    case: CaseFile,
    alert: int | Alert | None = None,
    *,
    track: int | None = None,
    everything: bool = False,
    by: str = "",
    progress: Progress | None = None,
) -> Clip:
    """The clip around an alert or a track, made if the case does not keep it; either way the log says who looked.

    An alert's person is shown while the case keeps their faces; around any other track everyone is hidden. With `everything`
    all but that person's head is hidden, whether or not it was taken for a face.
    `FootageError` where the footage is gone or another; `FailedCheck` where somebody hidden can still be told.
    """
    place = _place(case, alert, track)
    who = by.strip() or actor()
    if everything and not place.faces:
        raise InputError("nothing would be left to be seen in this clip: the case keeps no face of its person")
    number = kept_clip(case, place, everything=everything)
    if number is None:
        clip = _made(case, place, everything, who, progress or Silent())
        with case.store.change() as session:
            number = save_clip(session, case.store.blobs, place, clip)
    with case.store.change() as session:
        return read_clip(session, case.store.blobs, number, by=who)


def _place(case: CaseFile, alert: int | Alert | None, track: int | None) -> Place:
    if (alert is None) == (track is None):
        raise InputError("say which alert or which track the clip is about: case.clip(3), or case.clip(track=17)")
    with case.store.session() as session:
        number = None if track is None else whole_of(track, "a track")
        return place_of(session, track=number, alert=None if alert is None else number_of(session, alert))


def kept_clip(case: CaseFile, place: Place, *, everything: bool = False) -> int | None:
    """Number of the clip of a track that the case keeps already."""
    with case.store.session() as session:
        return find_clip(session, place, everything=everything)


def _made(case: CaseFile, place: Place, everything: bool, by: str, progress: Progress) -> Clip:
    if not case.store.writable:
        raise InputError(f"{case.folder.name} cannot be written to, so no clip is made and kept in it")
    footage = _footage(place)
    window = Window.of(footage, *stretch(place.start, place.end, place.at))
    keep = [kept_of(case, place.alert, footage)] if place.alert is not None and place.faces else []
    pack = load_pack(case.pack_of(place.version), threads=1)
    with draft("clip.mp4") as file:
        hiding = Hiding(
            window,
            [pack],
            lines_of([pack]),
            keep,
            MARGIN,
            how=PLAYING,
            moving=True,
            everything=everything,
            progress=progress,
        )
        why = _run(hiding, file, place)
        result = hiding.result(file, open_footage(file).sha256)
        if not result.passed:
            with case.store.change() as session:
                note(
                    session,
                    "clip failed its check",
                    by=by,
                    about={"track": place.track, "alert": place.alert, **result.to_dict()},
                )
            raise FailedCheck(result)
        video = file.read_bytes()
    height, width = hiding.canvas or (footage.height, footage.width)
    return Clip(
        id=0,
        track=place.track,
        alert=place.alert,
        shown=bool(hiding.covers.shown.any()),
        why=why,
        source=footage.path.name,
        sha256=footage.sha256,
        says=str(footage.details.get("says", "")),
        width=width,
        height=height,
        times=window.times,
        box=_where(hiding.covers, window),
        checks=result.to_dict(),
        made=utc_now(),
        by=by,
        video=video,
    )


def _run(hiding: Hiding, file: Path, place: Place) -> str:
    """Make the copy; why nobody is shown in it, "" if somebody is."""
    try:
        hiding.run(file)
    except Unsure:
        hiding.keep_nobody()
        hiding.run(file)
    if hiding.covers.shown.any():
        return ""
    if place.alert is None:
        return "no alert was raised from this track"
    if not place.faces:
        return "the faces of this alert are not kept, or not kept any more"
    return "the person of this alert could not be told from others with certainty"


def _where(covers: Covers, window: Window) -> F32:
    """The shown person's box in each frame of the window, (F, 4), NaN where they are not to be seen."""
    box = np.full((len(window), 4), np.nan, np.float32)
    box[covers.frame[covers.shown] - window.first] = covers.box[covers.shown]
    return box


def _footage(place: Place) -> Footage:
    try:
        footage = open_footage(file_at(place.path))
    except WorkbenchError as error:
        raise FootageError(f"no clip without the footage: {error}") from error
    if footage.sha256 != place.sha256:
        raise FootageError(f"the file at the place of {footage.path.name!r} is not the one that was scanned: no clip")
    return footage
