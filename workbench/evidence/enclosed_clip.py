"""The clip of an alert in a bag: a stretch of the footage in which everyone else is hidden, or why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench.casefile.case import CaseFile
from workbench.clipping import clip_of
from workbench.clips import LONGEST, Clip
from workbench.errors import CaseError, FootageError, InputError, PackError, WorkbenchError
from workbench.evidence.bag import Draft
from workbench.evidence.html_parts import paragraph, table
from workbench.faces import clock
from workbench.html import show
from workbench.progress import Progress
from workbench.redacting import FailedCheck
from workbench.sentences import apart_words

__all__ = ["EnclosedClip", "clip_facts", "clip_part", "put_clip"]

NOT_WISHED = "no clip is enclosed: whoever exported chose to leave it out"


@dataclass(frozen=True)
class EnclosedClip:
    """What became of an alert's clip.

    file : its place in the bag, "" where there is none; sha256, size : of that file, size in bytes
    clip : what it shows, without the video, or None; why_not : why there is none, in one line that names no place
    """

    file: str = ""
    sha256: str = ""
    size: int = 0
    clip: Clip | None = None
    why_not: str = ""


def put_clip(
    case: CaseFile,
    draft: Draft,
    alert: int,
    folder: str,
    *,
    wish: bool | None,
    everything: bool,
    by: str,
    progress: Progress,
) -> EnclosedClip:
    """Write an alert's clip into its folder of the bag.

    wish : True, where a bag without it is an error; False, where it is left out; None, where it comes along if it can
    everything : hide all but the person's head in it
    """
    if wish is False:
        return EnclosedClip(why_not=NOT_WISHED)
    try:
        clip = clip_of(case, alert, everything=everything, by=by, progress=progress)
    except CaseError:
        raise  # the case itself is damaged or busy: not for a bag to pass over
    except WorkbenchError as error:
        if wish:
            way = "mend that, or leave --clip out: the bag then says why it has none"
            why = _why(error) if isinstance(error, FailedCheck) else error
            raise InputError(f"alert {alert} has no clip: {why}; {way}") from error
        return EnclosedClip(why_not=f"no clip is enclosed: {_why(error)}")
    file = draft.put(f"{folder}/clip-{alert}.mp4", clip.video)
    return EnclosedClip(file, hashlib.sha256(clip.video).hexdigest(), len(clip.video), replace(clip, video=b""))


def _why(error: WorkbenchError) -> str:
    """Why there is no clip, for strangers: without the places of this machine that the error may name."""
    if isinstance(error, FailedCheck):
        return "in the copy that was made the check could still tell somebody who should be hidden, so it was not kept"
    if isinstance(error, FootageError):
        return "the footage is not where it was scanned, is another file by now, or cannot be read"
    if isinstance(error, InputError):  # names the case, at most
        return str(error)
    if isinstance(error, PackError):
        return "the model pack that has to find and hide everyone else is not at hand"
    return "it could not be made on the machine that exported"


def clip_part(enclosed: EnclosedClip) -> str:
    """The part of the report: a link that works beside the unpacked bag's files, and what is to be seen."""
    if enclosed.clip is None:
        return f"<h3>Clip</h3>{paragraph(f'{enclosed.why_not[:1].upper()}{enclosed.why_not[1:]}.')}"
    name = enclosed.file.rpartition("/")[2]
    link = f'<p><a href="{show(enclosed.file)}">Play {show(name)}</a> (H.264 without sound; any player, or the browser)</p>'
    return f"<h3>Clip</h3>{link}{table(('', ''), _rows(enclosed, enclosed.clip))}"


def _rows(enclosed: EnclosedClip, clip: Clip) -> list[tuple[str, str]]:
    span = f"{clock(clip.start)} to {clock(clip.end)}"
    return [
        ("file", enclosed.file),
        ("SHA-256", enclosed.sha256),
        ("part of the footage", f"presented from {clip.start:.3f} to {clip.end:.3f} s ({span}), every frame of it"),
        ("picture", f"{len(clip.times):,} frames, {clip.width} x {clip.height} px; the clip counts its time from 0"),
        ("shows and hides", clip.said()),
        ("length", f"at most {LONGEST:g} s around the best face; the track may be longer"),
        ("hidden by", ", ".join(clip.checks.get("packs", ())) or "not recorded"),
        ("check", _checked(clip)),
        ("made", f"{clip.made:%Y-%m-%d %H:%M:%S} UTC by {clip.by}"),
        *([("the footage says of itself", clip.says)] if clip.says else []),
    ]


def _checked(clip: Clip) -> str:
    found = "; ".join(_check(each) for each in clip.checks.get("checks", ()))
    return f"{clip.checks.get('verdict', 'verdict not recorded')}: {found or 'what was found is not recorded'}"


def _check(check: Mapping[str, Any]) -> str:
    """What one pack found when it looked at every frame of the copy again."""
    worst = "no hidden face was large enough to compare"
    if check["worst"] is not None:
        of = f"worst score of {check['compared']:,} hidden faces against themselves"
        worst = f"{of} {', line '.join(apart_words(check['worst'], check['line']))}"
    bare = f"{check['uncovered']} faces bare" if check["uncovered"] else "no face bare"
    return f"with {check['pack']}, every frame: {worst}; {bare}"


def clip_facts(enclosed: EnclosedClip) -> dict[str, Any] | None:
    """As plain JSON values; None where there is no clip."""
    if enclosed.clip is None:
        return None
    plain = enclosed.clip.to_dict() | {"bytes": enclosed.size, "footage_sha256": enclosed.clip.sha256}
    told: dict[str, Any] = {"file": enclosed.file.rpartition("/")[2], "sha256": enclosed.sha256}
    told["said"] = enclosed.clip.said()
    return (
        plain | told | {name: enclosed.clip.checks.get(name) for name in ("packs", "checks", "verdict", "everything")}
    )
