"""What a face does for a moment: smile, open mouth, raised brows, a frown, a blink, a look aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["NEUTRAL", "Expression", "draw_expression"]


@dataclass(frozen=True)
class Expression:
    """Each 0..1 unless said.

    smile, open, brows_up, frown, blink : how much
    look : degrees that the eyes look to the person's left and up
    """

    smile: float = 0.0
    open: float = 0.0
    brows_up: float = 0.0
    frown: float = 0.0
    blink: float = 0.0
    look: tuple[float, float] = (0.0, 0.0)


NEUTRAL = Expression()


def draw_expression(rng: np.random.Generator) -> Expression:
    """A friendly or neutral moment, as snapshots catch them."""
    return Expression(
        smile=float(np.clip(rng.normal(0.2, 0.35), 0, 0.9)),
        open=float(rng.choice([0, 0, 0, 0.12, 0.24])),
        brows_up=float(np.clip(rng.normal(0, 0.3), -0.15, 0.8)),
        frown=float(np.clip(rng.normal(-0.3, 0.35), 0, 0.7)),
        blink=float(np.clip(rng.normal(0.0, 0.12), 0, 0.5)),
        look=(float(rng.normal(0, 8)), float(rng.normal(0, 3))),
    )
