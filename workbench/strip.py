"""All scores of a run in one picture: a bar for each stretch of scores, a line at the threshold, nothing but HTML."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.sentences import threshold_words

__all__ = ["STRIP", "strip"]

F64 = NDArray[np.float64]

BINS = 48
STRIP = """
.sl.sl .strip{position:relative;height:84px;margin:32px 0 0;border-bottom:1px solid var(--quiet)}
.sl.sl .strip i{position:absolute;bottom:0;min-height:2px;background:var(--quiet);opacity:.55;border-radius:2px 2px 0 0}
.sl.sl .strip i.on{background:var(--accent);opacity:1}
.sl.sl .strip u{position:absolute;top:-4px;bottom:0;width:0;border-left:2px solid var(--ink)}
.sl.sl .strip u.near{border-left:1px dashed var(--quiet);top:14px}
.sl.sl .strip span{position:absolute;top:-23px;font-size:12px;white-space:nowrap;color:var(--ink)}
.sl.sl .ends{display:grid;grid-template-columns:auto 1fr auto;text-align:center;font-size:12px;color:var(--quiet);margin:3px 0 0;
font-variant-numeric:tabular-nums;gap:8px}
@media(forced-colors:active){.sl.sl .strip i{background:GrayText}.sl.sl .strip i.on{background:Highlight}}
""".replace("\n", "")


def strip(scores: F64, threshold: float, near: float) -> str:
    """The picture, or "" where no score is.

    scores : (T,) best score of each compared track; near : from which a track is a near miss
    """
    if not len(scores):
        return ""
    low, step = _scale(scores, threshold, near)
    place = np.floor((scores - threshold) / step + 1e-9).astype(int)  # the threshold is an edge: no bar lies across it
    bars, counts = np.unique(place, return_counts=True)
    tall = counts / counts.max()
    drawn = "".join(_bar(threshold + b * step, low, step, h, b >= 0) for b, h in zip(bars, tall, strict=True))
    above, close = int((scores >= threshold).sum()), int(((scores >= near) & (scores < threshold)).sum())
    return (
        f'<style>{STRIP}</style><div class="strip" role="img" aria-label="scores of {len(scores)} compared tracks, '
        f'{above} at or above the threshold">{drawn}{_line(near, low, step, "near")}{_line(threshold, low, step, "")}'
        f"{_label(threshold, low, step)}</div>"
        f'<div class="ends"><span>{low:.2f}</span><span>{len(scores) - above - close:,} below · {close:,} near · '
        f"{above:,} at or above the threshold</span><span>{low + BINS * step:.2f}</span></div>"
    )


def _scale(scores: F64, threshold: float, near: float) -> tuple[float, float]:
    """The left end and the width of a bar, so that all scores and both lines are inside, with a bar's width to spare."""
    low, high = min(float(scores.min()), near), max(float(scores.max()), threshold)
    step = max(high - low, 0.02) / (BINS - 4)
    return low - 2 * step, step


def _at(value: float, low: float, step: float) -> float:
    """Per cent of the width."""
    return float(np.clip(100 * (value - low) / (BINS * step), 0, 100))


def _bar(start: float, low: float, step: float, height: float, above: bool) -> str:
    on = ' class="on"' if above else ""
    wide = 100 / BINS - 0.3
    return f'<i{on} style="left:{_at(start, low, step):.2f}%;width:{wide:.2f}%;height:{88 * height:.1f}%"></i>'


def _line(value: float, low: float, step: float, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<u{named} style="left:{_at(value, low, step):.2f}%"></u>'


def _label(threshold: float, low: float, step: float) -> str:
    """The threshold in figures, beside its line on the side where there is room."""
    at = _at(threshold, low, step)
    side = f"left:{at:.2f}%" if at < 60 else f"right:{100 - at:.2f}%"
    return f'<span style="{side}">threshold {threshold_words(threshold)}</span>'
