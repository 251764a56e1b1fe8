"""Second Look: a face-recognition investigation workbench. A person decides; the software shows what the score is worth."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.alerts import Alert, Alerts, Candidate
    from workbench.archives import Archive, open_archive
    from workbench.case import Case, open_case
    from workbench.casefile.case import Policy
    from workbench.errors import (
        CaseBusy,
        CaseError,
        CaseSealed,
        FootageError,
        HoldLost,
        InputError,
        PackError,
        ProviderError,
        SpaceMismatch,
        StaleVersion,
        WorkbenchError,
    )
    from workbench.evaluating import evaluate, evaluate_footage, evaluate_packs
    from workbench.evaluation import Curve, OperatingPoint, Trials
    from workbench.faces import Faces, Frame, Space
    from workbench.footage import open_footage, read_image
    from workbench.models.pack import Pack
    from workbench.models.packs import load_pack
    from workbench.pack_change import compare_packs
    from workbench.published.bundle import Bundle
    from workbench.published.folder import read_bundle
    from workbench.publishing import publish
    from workbench.runs import Run
    from workbench.tracks import Tracks
    from workbench.watchlist import Entry, Watchlist
    from workbench.zones import Zone

__version__ = "0.1.0"
SOFTWARE = f"second-look {__version__}"  # as records name what made them

_WHERE = {
    "workbench.alerts": ("Alert", "Alerts", "Candidate"),
    "workbench.archives": ("Archive", "open_archive"),
    "workbench.case": ("Case", "open_case"),
    "workbench.casefile.case": ("Policy",),
    "workbench.errors": (
        "CaseBusy",
        "CaseError",
        "CaseSealed",
        "FootageError",
        "HoldLost",
        "InputError",
        "PackError",
        "ProviderError",
        "SpaceMismatch",
        "StaleVersion",
        "WorkbenchError",
    ),
    "workbench.evaluating": ("evaluate", "evaluate_footage", "evaluate_packs"),
    "workbench.evaluation": ("Curve", "OperatingPoint", "Trials"),
    "workbench.faces": ("Faces", "Frame", "Space"),
    "workbench.footage": ("open_footage", "read_image"),
    "workbench.models.pack": ("Pack",),
    "workbench.models.packs": ("load_pack",),
    "workbench.pack_change": ("compare_packs",),
    "workbench.publishing": ("publish",),
    "workbench.published.bundle": ("Bundle",),
    "workbench.published.folder": ("read_bundle",),
    "workbench.runs": ("Run",),
    "workbench.tracks": ("Tracks",),
    "workbench.watchlist": ("Entry", "Watchlist"),
    "workbench.zones": ("Zone",),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "Alert",
    "Alerts",
    "Archive",
    "Bundle",
    "Candidate",
    "Case",
    "CaseBusy",
    "CaseError",
    "CaseSealed",
    "Curve",
    "Entry",
    "Faces",
    "FootageError",
    "Frame",
    "HoldLost",
    "InputError",
    "OperatingPoint",
    "Pack",
    "PackError",
    "Policy",
    "ProviderError",
    "Run",
    "Space",
    "SpaceMismatch",
    "StaleVersion",
    "Tracks",
    "Trials",
    "Watchlist",
    "WorkbenchError",
    "Zone",
    "compare_packs",
    "evaluate",
    "evaluate_footage",
    "evaluate_packs",
    "load_pack",
    "open_archive",
    "open_case",
    "open_footage",
    "publish",
    "read_bundle",
    "read_image",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: `import workbench` alone must cost nothing."""
    if name == "cast":
        return importlib.import_module("workbench.cast")
    if name not in _HOME:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__", "cast"]
