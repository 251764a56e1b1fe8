"""The files of one alert: board, faces, aligned crops, the frame with everyone else hidden, and all facts as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.board import board
from workbench.casefile.evidence import Chip, Held
from workbench.casefile.kinds import file_at
from workbench.comparison import Kept
from workbench.errors import WorkbenchError
from workbench.evidence.bag import Draft
from workbench.evidence.enclosed_clip import EnclosedClip, clip_facts
from workbench.evidence.opinions import Opinions
from workbench.evidence.photo_searches import search_facts
from workbench.evidence.searched import OtherScan, scan_facts
from workbench.faces import clock
from workbench.footage import Footage, open_footage
from workbench.footage.redact import encode_jpeg
from workbench.models.pack import Card, Pack
from workbench.operating_point import OperatingPoint
from workbench.report import frame_of, still
from workbench.runs import settings_hash
from workbench.searches import Search

__all__ = ["TOLERANCE", "Exhibit", "Material", "facts_of", "folder_of", "material_of", "put_exhibit"]

TOLERANCE = 0.0005  # of a score computed again: other processors and runtimes differ in the sixth digit
HIDDEN_NEIGHBOUR = "a neighbour was hidden in a crop after it was embedded, so that the score computed again may differ"


@dataclass(frozen=True)
class Material:
    """What there is beside the case: the pack and the footage, or why not."""

    pack: Pack | None
    footage: Footage | None
    why_not: tuple[str, ...] = ()


@dataclass
class Exhibit:
    """One alert in the bag.

    folder : its place in the bag; clip : a stretch of the footage, or why there is none; board, still : pictures for the report, empty where there is none
    files : what is in the folder, name and what it is; notes : what could not be enclosed, and why
    card : of the pack that scanned, None where it is not at hand; point : the operating point that was recorded for it
    opinions : what people concluded; scans : other scans of the same footage
    searches : with a photograph, that concern this person or failed
    """

    held: Held
    folder: str
    clip: EnclosedClip
    board: bytes = field(default=b"", repr=False)
    still: bytes = field(default=b"", repr=False)
    files: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    card: Card | None = None
    point: OperatingPoint | None = None
    opinions: Opinions | None = None
    scans: tuple[OtherScan, ...] = ()
    searches: tuple[Search, ...] = ()


def material_of(held: Held, pack: Pack | None, why: str) -> Material:
    """The footage of an alert, opened if it is where it was and still the same."""
    complaints = [why] if why else []
    try:
        footage: Footage | None = open_footage(file_at(held.path))
    except WorkbenchError:
        footage = None
        complaints.append(f"the footage {held.alert.source!r} is not where it was scanned: no frame of it is enclosed")
    if footage is not None and footage.sha256 != held.alert.sha256:
        footage = None
        complaints.append(f"the file at the place of {held.alert.source!r} is another one: no frame of it is enclosed")
    return Material(pack, footage, tuple(complaints))


def folder_of(alert: int) -> str:
    """The place of an alert in the bag."""
    return f"alerts/{alert:04d}"


def put_exhibit(draft: Draft, held: Held, material: Material, clip: EnclosedClip) -> Exhibit:
    """Write all files of one alert but its clip, which is there already, and its facts, which `facts_of` gives."""
    exhibit = Exhibit(held, folder_of(held.alert.id), clip, notes=list(material.why_not))
    exhibit.card = material.pack.card if material.pack else None
    if not held.probe:
        exhibit.notes.append("the faces of this alert were deleted when they were due, or never kept")
    _put_chips(draft, exhibit, "probe", held.probe, "png")
    _put_chips(draft, exhibit, "reference", held.references, "jpg")
    _put_board(draft, exhibit)
    _put_comparisons(draft, exhibit)
    _put_still(draft, exhibit, material)
    _name_clip(exhibit)
    if any(chip.hidden for chip in (*held.probe, *held.references)):
        exhibit.notes.append(HIDDEN_NEIGHBOUR)
    if not all(chip.picture for chip in held.references):
        exhibit.notes.append("pictures of references were deleted when they were due; their hashes remain")
    elif not all(chip.crop for chip in (*held.probe, *held.references)):
        exhibit.notes.append("this case was made before aligned crops were kept: the score cannot be computed again")
    return exhibit


def _put(draft: Draft, exhibit: Exhibit, name: str, content: bytes, what: str) -> None:
    draft.put(f"{exhibit.folder}/{name}", content)
    exhibit.files.append((name, what))


def _put_chips(draft: Draft, exhibit: Exhibit, kind: str, chips: Sequence[Chip], ending: str) -> None:
    for number, chip in enumerate(chips, 1):
        if chip.picture:
            _put(
                draft, exhibit, f"{kind}-{number}.{ending}", chip.picture, f"{kind}: {chip.name}, everyone else hidden"
            )
        if chip.crop:
            _put(draft, exhibit, f"{kind}-{number}-crop.png", chip.crop, "the aligned crop that was embedded of it")


def _put_board(draft: Draft, exhibit: Exhibit) -> None:
    held = exhibit.held
    probe = held.probe[0].picture if held.probe else b""
    reference = next((chip.picture for chip in held.references if chip.name == held.alert.candidates[0].reference), b"")
    title = f"Alert {held.alert.id}: is this {held.alert.subject}?"
    exhibit.board = board(probe, reference, _provenance(held), title=title)
    _put(draft, exhibit, "board.png", exhibit.board, "probe beside reference, provenance below")


def _put_comparisons(draft: Draft, exhibit: Exhibit) -> None:
    """Sheets that somebody kept while comparing by eye."""
    for each in exhibit.held.compared:
        said = f"compared by {each.by}, {each.made:%Y-%m-%d %H:%M} UTC; settings printed below"
        if each.png:
            _put(draft, exhibit, f"comparison-{each.id}.png", each.png, said)
        else:
            exhibit.notes.append(
                f"the picture of comparison {each.id} was deleted when it was due; its settings remain"
            )


def _provenance(held: Held) -> list[str]:
    """What is printed under the board: nothing in it says how alike the two are."""
    alert, reference = held.alert, held.alert.candidates[0].reference
    sha = next((chip.facts["sha256"] for chip in held.references if chip.name == reference), "not recorded")
    return [
        f"Footage {alert.source}, SHA-256 {alert.sha256}",
        f"frame {alert.frame} at {alert.t:.3f} s ({clock(alert.t)}); the track is seen from {clock(alert.start)} to {clock(alert.end)}",
        f"Reference {reference}, SHA-256 of the photograph {sha}",
        f"list version {held.listed.version}, digest {held.listed.digest}",
        f"Source of the image: {held.entry.image_source or 'not recorded'}; its date: {held.entry.image_date or 'not recorded'}",
        "Only copies were enlarged. What lies around the head is coarsened, so that nobody else is seen. A person concludes.",
    ]


def _put_still(draft: Draft, exhibit: Exhibit, material: Material) -> None:
    """The whole frame with everyone else hidden, if both footage and detector are at hand."""
    held = exhibit.held
    if material.footage is None or material.pack is None or not held.probe:
        return
    try:
        frame = frame_of(material.footage, held.alert.t)
        exhibit.still = encode_jpeg(still(material.pack, frame, held.alert.box), quality=90)
    except WorkbenchError as error:
        exhibit.notes.append(f"no still of the frame: {error}")
        return
    _put(draft, exhibit, "still.jpg", exhibit.still, f"frame {frame.index}, everyone else hidden, the face framed")


def _name_clip(exhibit: Exhibit) -> None:
    if exhibit.clip.clip is None:
        exhibit.notes.append(exhibit.clip.why_not)
    else:
        said = f"the footage around the best face, without sound. {exhibit.clip.clip.said()}"
        exhibit.files.append((exhibit.clip.file.rpartition("/")[2], said))


def facts_of(exhibit: Exhibit) -> dict[str, Any]:
    """Everything about the alert that is not a picture, as JSON values; the notebook reads it."""
    held = exhibit.held
    alert, settings = held.alert, dict(held.run.settings)
    return {
        "alert": alert.id,
        "near_miss": held.near_miss,
        "asked_about": alert.subject,
        "raised": held.created.isoformat(),
        "score": alert.score,
        "threshold": alert.threshold,
        "threshold_from": held.run.threshold_from,
        "tolerance": TOLERANCE,
        "candidates": [asdict(candidate) for candidate in alert.candidates],
        "footage": dict(held.footage) | {"sha256": alert.sha256},
        "track": {"start": alert.start, "end": alert.end, "face_px": alert.face_px},
        "best_face": {"t": alert.t, "frame": alert.frame, "box": list(alert.box)},
        "probe": [_chip_facts("probe", n, chip, "png") for n, chip in enumerate(held.probe, 1)],
        "references": [_chip_facts("reference", n, chip, "jpg") for n, chip in enumerate(held.references, 1)],
        "comparisons": [_comparison_facts(each) for each in held.compared],
        "list": asdict(held.listed) | {"made": held.listed.made.isoformat(), "entry": _entry(held)},
        "run": held.run.id,
        "settings": settings,
        "settings_sha256": settings_hash(settings),
        "pack": exhibit.card.to_dict() if exhibit.card else None,
        "judged": exhibit.opinions.to_dict() if exhibit.opinions else None,
        "searches": search_facts(exhibit.searches, alert.subject),
        "other_scans": scan_facts(exhibit.scans),
        "clip": clip_facts(exhibit.clip),
        "operating_point": exhibit.point.to_dict() if exhibit.point else None,
        "notes": exhibit.notes,
    }


def _comparison_facts(kept: Kept) -> dict[str, Any]:
    picture = f"comparison-{kept.id}.png" if kept.png else None
    said = {"by": kept.by, "made": kept.made.isoformat(), "sha256": kept.sha256}
    return {"picture": picture} | said | {"settings": kept.settings.to_dict(), "provenance": list(kept.provenance)}


def _entry(held: Held) -> dict[str, Any]:
    return asdict(held.entry)


def _chip_facts(kind: str, number: int, chip: Chip, ending: str) -> dict[str, Any]:
    crop = f"{kind}-{number}-crop.png" if chip.crop else None
    picture = f"{kind}-{number}.{ending}" if chip.picture else None
    head = {"picture": picture, "crop": crop, "neighbour_hidden": chip.hidden}
    return head | {"quality": chip.quality} | dict(chip.facts)
