"""Second Look's Jupyter widgets, on top of `workbench`: each takes a noun, shows it, and returns a small value."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.alert_review import AlertReview
    from widgets.comparison_board import ComparisonBoard
    from widgets.footage_player import FootagePlayer
    from widgets.job_panel import JobPanel
    from widgets.live_board import LiveBoard
    from widgets.threshold_explorer import ThresholdExplorer
    from widgets.watchlist_editor import WatchlistEditor

_WHERE = {
    "AlertReview": "widgets.alert_review",
    "ComparisonBoard": "widgets.comparison_board",
    "FootagePlayer": "widgets.footage_player",
    "JobPanel": "widgets.job_panel",
    "LiveBoard": "widgets.live_board",
    "ThresholdExplorer": "widgets.threshold_explorer",
    "WatchlistEditor": "widgets.watchlist_editor",
}

_ROOMS = ("analytics", "lessons")

__all__ = [
    "AlertReview",
    "ComparisonBoard",
    "FootagePlayer",
    "JobPanel",
    "LiveBoard",
    "ThresholdExplorer",
    "WatchlistEditor",
]


def __getattr__(name: str) -> Any:
    """Load a widget when it is first asked for: each brings its script with it, and `analytics` brings plotly."""
    if name in _ROOMS:
        return importlib.import_module(f"widgets.{name}")
    if name not in _WHERE:
        raise AttributeError(f"module 'widgets' has no attribute {name!r}")
    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return [*__all__, *_ROOMS]
