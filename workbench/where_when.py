"""Where and when ranked passes were seen, in one picture: a line a camera, a mark a pass, nothing but HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from workbench.html import show

__all__ = ["WHERE_WHEN", "Mark", "where_when"]

MINUTES = 600  # seconds from which a span is said without them
CAMERAS = 8  # lines in one picture: those of the best ranks
WHERE_WHEN = """
.sl.sl .ww{display:grid;grid-template-columns:minmax(64px,auto) 1fr;gap:0 12px;margin:18px 0 0;font-size:12px;align-items:center}
.sl.sl .ww b{font-weight:400;color:var(--quiet);text-align:right;overflow-wrap:anywhere;max-width:200px}
.sl.sl .ww div{position:relative;height:30px;border-bottom:1px solid var(--line)}
.sl.sl .ww i{position:absolute;top:4px;min-width:21px;height:21px;line-height:19px;padding:0 4px;margin-left:-10px;text-align:center;
font-style:normal;font-size:11px;font-variant-numeric:tabular-nums;border-radius:11px;border:1px solid var(--accent);
color:var(--accent);background:var(--ground)}
.sl.sl .ww i.top{background:var(--accent);color:var(--ground);font-weight:650}
.sl.sl .ww p{grid-column:2;display:flex;justify-content:space-between;gap:8px;max-width:none;margin:3px 0 0;font-size:12px;
font-variant-numeric:tabular-nums}
""".replace("\n", "")


class Mark(NamedTuple):
    """One pass: its rank from 1, its score, the camera, and when it began, None where nobody knows."""

    rank: int
    score: float
    camera: str
    at: datetime | None


def where_when(marks: Sequence[Mark]) -> str:
    """The picture, or "" where it is not known of two passes at least when they were.

    The best rank of each camera is filled. Ranks are in figures, so that nothing hangs on a colour.
    """
    dated = [mark for mark in marks if mark.at is not None]
    if len(dated) < 2:
        return ""
    times = sorted(mark.at.timestamp() for mark in dated if mark.at)
    cameras = list(dict.fromkeys(mark.camera for mark in sorted(dated)))
    lines = "".join(_line(camera, dated, times[0], times[-1]) for camera in cameras[:CAMERAS])
    left = _left(len(cameras) - CAMERAS, len(marks) - len(dated))
    as_said = "%Y-%m-%d %H:%M" if times[-1] - times[0] >= MINUTES else "%Y-%m-%d %H:%M:%S"
    first, last = (f"{each(dated, key=_at).at:{as_said}}" for each in (min, max))
    last += " UTC"
    said = f"where and when {len(dated)} ranked passes began, {len(cameras)} cameras, {first} to {last}"
    return (
        f'<style>{WHERE_WHEN}</style><div class="ww" role="img" aria-label="{show(said)}">{lines}'
        f"<p><span>{first}</span><span>{left}</span><span>{last}</span></p></div>"
    )


def _at(mark: Mark) -> float:
    return mark.at.timestamp() if mark.at else 0.0


def _line(camera: str, marks: Sequence[Mark], first: float, last: float) -> str:
    own = sorted((mark for mark in marks if mark.camera == camera), reverse=True)  # the best drawn last, on top
    drawn = "".join(_mark(mark, mark is own[-1], first, last) for mark in own)
    return f"<b>{show(camera, 80)}</b><div>{drawn}</div>"


def _mark(mark: Mark, top: bool, first: float, last: float) -> str:
    across = 3 + 94 * (_at(mark) - first) / (last - first) if last > first else 50.0
    kind = ' class="top"' if top else ""
    title = f"{mark.rank}. score {mark.score:.3f}, {mark.at:%Y-%m-%d %H:%M:%S} UTC"
    return f'<i{kind} style="left:{across:.2f}%" title="{title}">{mark.rank}</i>'


def _left(cameras: int, undated: int) -> str:
    said = [f"{cameras} more cameras"] if cameras > 0 else []
    said += [f"{undated} more at a time nobody knows"] if undated else []
    return ", ".join(said)
