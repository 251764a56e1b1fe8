"""Lessons with people who do not exist: exercises that are scored, pairs to judge, and what a class made of them."""

from __future__ import annotations

import importlib
from typing import Any

_WHERE = {
    "Exercise": "widgets.lessons.exercise",
    "JudgePairs": "widgets.lessons.judge_pairs",
    "Prediction": "widgets.lessons.exercise",
    "Progress": "widgets.lessons.progress",
    "cast_trials": "widgets.lessons.cast_scores",
    "class_results": "widgets.lessons.classes",
    "crowd": "widgets.lessons.crowds",
    "ladder": "widgets.lessons.ladders",
    "likenesses": "widgets.lessons.stages",
    "planted_groups": "widgets.lessons.groups",
    "planted_truth": "widgets.lessons.planted",
    "steps": "widgets.lessons.stages",
    "true_rates": "widgets.lessons.groups",
}

__all__ = list(_WHERE)


def __getattr__(name: str) -> Any:
    """Load a part of the lessons when it is first asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module 'widgets.lessons' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(_WHERE)
