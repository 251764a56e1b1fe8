"""What has to be said of a triage: a scan of key frames alone, quick, and blind between them."""

from __future__ import annotations

__all__ = ["BETWEEN", "TRIAGE", "triage_words"]

BETWEEN = "only key frames were looked at; people between them can have been missed"

TRIAGE = (
    "TRIAGE: only key frames were looked at. Whoever passed between two of them was not seen at all; "
    "scan the same footage without fast before anything is concluded."
)


def triage_words(looks: int, samples: int, longest: float) -> str:
    """What a triage leaves out.

    looks, samples : frames that are looked at, and that a whole scan would look at
    longest : seconds between two key frames, at most

    >>> triage_words(4, 100, 9.96)[:74]
    'TRIAGE: 4 of 100 samples are looked at, key frames alone, up to 10.0 s apa'
    """
    return (
        f"TRIAGE: {looks:,} of {samples:,} samples are looked at, key frames alone, up to {longest:.1f} s apart; whoever "
        f"passes between two of them is not seen at all, and fewer faces of each person are compared. "
        f"Scan without --fast before you conclude anything"
    )
