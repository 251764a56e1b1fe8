"""Both rates of a curve in one picture: who is recognised, over the share of strangers that this costs, on a scale of powers of ten."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from workbench.sentences import one_in_words, per_cent

__all__ = ["TRADE_OFF", "trade_off"]

F64 = NDArray[np.float64]

NONE = 7.0  # per cent of the width that no false alert takes: a scale of powers of ten has no place for it
FEWEST = 1e-6  # share of strangers at which the scale begins at the latest
TRADE_OFF = """
.sl.sl .trade{position:relative;height:230px;margin:14px 0 0 44px;border-left:1px solid var(--quiet);border-bottom:1px solid var(--quiet)}
.sl.sl .trade svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.sl.sl .trade path{vector-effect:non-scaling-stroke;fill:none;stroke:var(--line)}
.sl.sl .trade .band{fill:color-mix(in srgb,var(--accent) 20%,transparent);stroke:none}
.sl.sl .trade .rates{stroke:var(--accent);stroke-width:2.2}
.sl.sl .trade span{position:absolute;font-size:12px;color:var(--quiet);white-space:nowrap;font-variant-numeric:tabular-nums}
.sl.sl .trade .left{right:100%;transform:translateY(50%);padding-right:6px}
.sl.sl .trade .under{top:100%;transform:translateX(-50%);padding-top:4px}
.sl.sl .trade .under:last-of-type{transform:translateX(-100%)}
.sl.sl .trade+p{margin-top:26px}
@container (max-width:420px){.sl.sl .trade .odd{display:none}}
""".replace("\n", "")


def trade_off(fpir: F64, tpir: F64, low: F64, high: F64) -> str:
    """The picture.

    fpir, tpir, low, high : (T,) 0..1 by ascending threshold; low, high are limits of `tpir`
    """
    least = max(FEWEST, 10.0 ** math.floor(math.log10(np.min(fpir, where=fpir > 0, initial=0.1))))
    across = _across(fpir, least)
    band = f"M{_points(across, low)}L{_points(across[::-1], high[::-1])}Z"
    return (
        f'<style>{TRADE_OFF}</style><div class="trade" role="img" aria-label="{_words(fpir, tpir)}">'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{_grid(least)}'
        f'<path class="band" d="{band}"/><path class="rates" d="M{_points(across, tpir)}"/></svg>{_labels(least)}</div>'
    )


def _across(fpir: F64, least: float) -> F64:
    """Per cent of the width; no false alert is at the left edge."""
    shares = np.log10(np.maximum(fpir, least)) / math.log10(least)
    return np.where(fpir > 0, NONE + (100 - NONE) * (1 - shares), 0.0)


def _points(across: F64, up: F64) -> str:
    return "L".join(f"{x:.2f} {100 - 100 * y:.2f}" for x, y in zip(across, up, strict=True))


def _tens(least: float) -> list[float]:
    """The powers of ten of the scale, ascending."""
    return [10.0**power for power in range(round(math.log10(least)), 1)]


def _grid(least: float) -> str:
    upright = "".join(f'<path d="M{x:.2f} 0V100"/>' for x in _across(np.array(_tens(least)), least))
    return upright + "".join(f'<path d="M0 {y}H100"/>' for y in (0, 25, 50, 75))


def _labels(least: float) -> str:
    left = "".join(f'<span class="left" style="bottom:{up}%">{up} %</span>' for up in (0, 25, 50, 75, 100))
    tens = _tens(least)
    under = "".join(
        f'<span class="under{" odd" if not number or (len(tens) - number) % 2 == 0 else ""}" style="left:{x:.2f}%">{_share(each)}</span>'
        for number, (each, x) in enumerate(zip(tens, _across(np.array(tens), least), strict=True))
    )
    return f'{left}<span class="under" style="left:0">none</span>{under}'


def _share(rate: float) -> str:
    return "all" if rate == 1 else one_in_words(rate)


def _words(fpir: F64, tpir: F64) -> str:
    """The picture for who cannot see it."""
    told = [f"{per_cent(tpir[at])} at {one_in_words(fpir[at])}" for at in _told(fpir)]
    return f"people on the list who are recognised, over strangers who raise an alert: {', '.join(told)}"


def _told(fpir: F64) -> list[int]:
    """The first threshold at which no more than one in 10, 100 and 1,000 alert, as far as there are false alerts."""
    first = [int(np.argmax(fpir <= most)) for most in (0.1, 0.01, 0.001) if (fpir <= most).any()]
    return list(dict.fromkeys(first))
