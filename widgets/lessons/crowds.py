"""A crowd as dots: so many pass, so few are listed, and of the alerts so many are wrong. Natural frequencies, drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError
from workbench.html import STYLE, note
from workbench.outcomes import expect

__all__ = ["Crowd", "crowd"]

WIDE, STEP = 125, 8  # dots in a row, px from one to the next
MOST = 20_000  # dots that a screen shows apart


@dataclass(frozen=True)
class Crowd:
    """People who pass, each a dot: whole numbers, rounded from what is expected.

    passers, listed : how many pass, how many of them are on the list
    found, false_alerts : listed people alerted, strangers alerted
    """

    passers: int
    listed: int
    found: int
    false_alerts: int

    @property
    def missed(self) -> int:
        """Listed people who pass without an alert."""
        return self.listed - self.found

    def __repr__(self) -> str:
        return f"Crowd({self.passers:,} pass, {self.listed} listed; {self.found} found, {self.false_alerts} strangers alerted)"

    def _repr_html_(self) -> str:
        high = -(-self.passers // WIDE) * STEP
        everybody = f'<rect width="{WIDE * STEP}" height="{high}" fill="url(#sl-crowd)"/>'
        picture = (
            f'<svg viewBox="0 0 {WIDE * STEP} {high}" role="img" aria-label="{self.words}" '
            'style="width:100%;height:auto;display:block;margin-top:12px">'
            f'<defs><pattern id="sl-crowd" width="{STEP}" height="{STEP}" patternUnits="userSpaceOnUse">'
            f'<circle cx="4" cy="4" r="1.7" fill="currentColor" opacity=".32"/></pattern></defs>{everybody}{self._marks()}</svg>'
        )
        return f'<style>{STYLE}</style><div class="sl"><h3>{self.words}</h3>{self._key()}{picture}{note(_NOTE)}</div>'

    @property
    def words(self) -> str:
        """The crowd in a sentence."""
        alerts = self.found + self.false_alerts
        wrong = "no alert at all" if not alerts else f"{alerts} alerts, {self.false_alerts} of them about strangers"
        return f"{self.passers:,} people pass, {self.listed} of them listed: {wrong}"

    def _key(self) -> str:
        rows = (
            (_mark("found", 8, 8), f"{self.found} listed, alerted"),
            (_mark("missed", 8, 8), f"{self.missed} listed, missed"),
            (_mark("false", 8, 8), f"{self.false_alerts} strangers, alerted"),
        )
        signs = (f'<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{sign}</svg>' for sign, _ in rows)
        pieces = (
            f'<span style="display:inline-flex;gap:5px;align-items:center;margin-right:18px">{sign}{words}</span>'
            for sign, (_, words) in zip(signs, rows, strict=True)
        )
        return f'<p class="say">{"".join(pieces)}</p>'

    def _marks(self) -> str:
        """Alerts and missed people at places that are the same whenever it is drawn."""
        places: NDArray[np.int64] = np.random.default_rng(2020).permutation(self.passers)
        kinds = ["found"] * self.found + ["missed"] * self.missed + ["false"] * self.false_alerts
        spots = ((kind, int(place) % WIDE, int(place) // WIDE) for kind, place in zip(kinds, places, strict=False))
        return "".join(_mark(kind, STEP * x + 4, STEP * y + 4) for kind, x, y in spots)


_NOTE = "Expected numbers, rounded to whole people; a real day differs. Everybody here is a dot and nobody."


def crowd(passers: int, base_rate: float, tpir: float, fpir: float) -> Crowd:
    """What `passers` people bring at these rates, 0..1 each.

    >>> crowd(10_000, 1e-4, 0.7, 0.001)
    Crowd(10,000 pass, 1 listed; 1 found, 10 strangers alerted)
    """
    if not 0 < passers <= MOST:
        raise InputError(f"{passers:,} people cannot be drawn as dots; give 1 to {MOST:,}")
    said = expect(tpir, fpir, passers_per_hour=passers, base_rate=base_rate)
    return Crowd(passers, *(round(float(value)) for value in (said.listed, said.true_alerts, said.false_alerts)))


def _mark(kind: str, x: int, y: int) -> str:
    """A sign of its own for each kind, besides its colour."""
    if kind == "found":
        return f'<circle cx="{x}" cy="{y}" r="6" fill="#009E73"/>'
    if kind == "missed":
        return f'<circle cx="{x}" cy="{y}" r="5" fill="none" stroke="#009E73" stroke-width="2.4"/>'
    return f'<path d="M{x} {y - 7}l7 12h-14z" fill="#D55E00"/>'
