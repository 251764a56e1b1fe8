"""Where the time of a scan went: its profile in words, in milliseconds a look."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["timing_rows", "timing_text"]

STAGES = {
    "wait_for_frames": ("waiting for decoding", "the scan's own thread"),
    "wait_for_faces": ("waiting for looking", "the scan's own thread"),
    "track": ("following", "the scan's own thread"),
    "compare": ("comparing", "the scan's own thread"),
    "detect": ("finding faces", "as many threads as cores, summed"),
    "cut": ("cutting faces out", "as many threads as cores, summed"),
}


def timing_rows(profile: Mapping[str, float]) -> list[tuple[str, str, str]]:
    """Stage, milliseconds a look, and in which thread; none where nothing was looked at.

    >>> timing_rows({"frames": 100, "detect_s": 1.7})
    [('finding faces', '17.0 ms', 'as many threads as cores, summed')]
    """
    looks = profile.get("frames", 0)
    known = [
        (words, profile[f"{stage}_s"], where) for stage, (words, where) in STAGES.items() if f"{stage}_s" in profile
    ]
    return [(words, f"{1000 * seconds / looks:.1f} ms", where) for words, seconds, where in known] if looks else []


def timing_text(profile: Mapping[str, float], seconds: float) -> str:
    """The same in a line, with how much faster than the footage it was; "" where nothing was looked at.

    seconds : of footage

    >>> timing_text({"frames": 100, "wall_s": 4.0, "detect_s": 1.7}, 20)
    '100 looks in 4.0 s, 5.0 times real time; ms a look: finding faces 17.0'
    """
    rows = timing_rows(profile)
    if not rows:
        return ""
    wall = profile.get("wall_s", 0)
    pace = f" in {wall:.1f} s, {seconds / wall:.1f} times real time" if wall else ""
    same = f", {profile['still']:,.0f} of them at an unmoved picture" if profile.get("still") else ""
    return f"{profile['frames']:,.0f} looks{same}{pace}; ms a look: " + ", ".join(
        f"{words} {took.removesuffix(' ms')}" for words, took, _ in rows
    )
