"""The sentences that every exhibit carries: who concludes, what was not seen, what is taken for true, how to check."""

from __future__ import annotations

from workbench.casefile.evidence import Held
from workbench.counts import count
from workbench.operating_point import OperatingPoint
from workbench.runs import Run
from workbench.sentences import apart_words, share_words, threshold_words

__all__ = [
    "CONCLUSION",
    "DUTIES",
    "GONE",
    "LIMITS",
    "NO_POINT",
    "check_words",
    "point_lines",
    "probe_words",
    "scan_words",
    "score_words",
]

CONCLUSION = (
    "Whether two pictures show one person is concluded by named people, on a stated scale and with the features that they "
    "compared. A score is no conclusion: it says how alike the software finds two faces, on a scale of this model pack only."
)
GONE = "The faces of this alert were deleted when they were due. What remains is enclosed; the score cannot be computed again."
NO_POINT = (
    "No operating point was recorded for this scan: nobody measured, for this camera, list and threshold, how often a person "
    "who is not on the list raises an alert, or how often a listed person is missed. The score alone cannot say either."
)
LIMITS = (
    "Not seen is no proof of not there: small, turned, covered or badly lit faces are missed, and are missed more often in "
    "some light than in other.",
    "The software ranks people who are on the list. If the person in the footage is not on it, somebody else comes first.",
    "Kin and look-alikes score high against each other.",
    "Of a track the bag has the best few faces, one frame, and a clip of at most 15 s where one could be made: not the rest.",
    "Enlarging a picture adds nothing to it. Every enlargement is stated under its picture.",
    "The people of the other candidates are named with their scores and are not pictured: they are not asked about here.",
    "The hashes of footage and photographs prove that a file is the one that was used, not where it came from.",
)
DUTIES = (
    ("the original footage is neither altered nor enclosed", "its name, SHA-256, frame and time are stated"),
    (
        "people who are not asked about are hidden",
        "in every picture and clip of this bag, found by the detector or not",
    ),
    ("templates of faces do not leave the case", "aligned crops suffice to compute the score again"),
    (
        "log of each use (EU AI Act, Art. 12(3))",
        "start and end, list checked, input that led to the alert, who verified",
    ),
    ("failed and differing searches are disclosed", "all that concern this person and all that failed are listed"),
    ("separate verification by two people (Art. 14(5))", "all decisions are enclosed, superseded ones too"),
)


def score_words(held: Held) -> str:
    """Why the question was asked."""
    alert, compared = held.alert, int(held.run.tracks.compared.sum())
    asked = alert.score >= alert.threshold
    sign = "reached" if asked else "stayed below"
    why = "that is why a person was asked" if asked else "it is a near miss, and raised no alert"
    score, threshold = apart_words(alert.score, alert.threshold)
    return (
        f"Of {compared:,} compared tracks of this scan, {len(held.run.alerts):,} reached the threshold. Here the best "
        f"candidate's score of {score} {sign} the threshold of {threshold}: {why}."
    )


def probe_words(held: Held) -> str:
    """On how many faces the comparison rests."""
    kept = len(held.probe)
    if not kept:
        return GONE
    return f"Compared were {count(kept, 'face')} of one track; the widest face of the track is {held.alert.face_px:.0f} px wide."


def scan_words(run: Run) -> tuple[str, ...]:
    """What the scan saw, and what it did not compare, each out of what."""
    tracks, compared = len(run.tracks), int(run.tracks.compared.sum())
    small = sum(source.too_small for source in run.sources)
    corrupt = sum(source.corrupt_frames for source in run.sources)
    short = [source for source in run.sources if source.short]
    state = "finished" if run.finished else "not finished: footage after its last segment was not looked at"
    return (
        f"{tracks:,} faces seen (tracks), {compared:,} of them compared, {small:,} too small to compare, "
        f"{max(0, tracks - compared - small):,} unfit for another reason.",
        f"Alerts: {len(run.alerts):,} of {compared:,} compared. Near misses: {len(run.near_misses):,} of {compared:,} compared.",
        f"The scan is {state}. {_looked(run)}",
        f"{count(corrupt, 'damaged frame')}, not compared. {len(short)} of {len(run.sources)} files end before they say they do.",
    )


def _looked(run: Run) -> str:
    if run.triage:
        return (
            "It was a triage, which looked at key frames only: whoever passed between two of them was not seen at all."
        )
    return f"It looked at one frame every {run.settings['every']:g} s."


def point_lines(point: OperatingPoint, people: int, space: str) -> list[tuple[str, str]]:
    """An operating point with its counts, intervals, data, and what speaks against relying on it here."""
    rows = [
        (
            "threshold",
            f"{threshold_words(point.threshold, 4)} with {point.watchlist:,} people listed, pack {point.pack}",
        ),
        (
            "false alerts per face seen (FPIR)",
            share_words(point.false_alerts, point.nonmated, point.fpir_low, point.fpir_high),
        ),
        ("people recognised (TPIR)", share_words(point.returned, point.mated, point.tpir_low, point.tpir_high)),
        ("measured on", point.data),
        ("chosen on", point.chosen_on or "not chosen on data; it was given"),
    ]
    used = point.space if space and point.space.endswith(f"({space[:12]})") else space
    concerns = point.concerns(watchlist=people, space=used)
    return rows + [
        ("what speaks against it", concern) for concern in concerns or ("nothing that the software knows of",)
    ]


def check_words(held: Held) -> list[tuple[str, str]]:
    """How to check the footage without us: what to type, and what must come out."""
    name = held.alert.source
    return [
        ("the file is the one that was scanned", f"sha256sum FILE gives {held.alert.sha256}"),
        (
            "the frame is the one that is shown",
            f'ffmpeg -i FILE -vf "select=eq(n\\,{held.alert.frame})" -frames:v 1 frame.png shows frame {held.alert.frame} '
            f"(counted from 0), presented at {held.alert.t:.3f} s",
        ),
        ("where FILE is", f"{name}, or a copy of it under any name"),
    ]
