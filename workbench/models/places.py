"""Where packs and caches live on this machine."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder", "packs_folder"]

APP = "second-look"


def packs_folder() -> Path:
    """Where added and fetched packs live: SECOND_LOOK_PACKS, or the user's data folder."""
    from platformdirs import user_data_path

    chosen = os.environ.get("SECOND_LOOK_PACKS")
    return Path(chosen).expanduser() if chosen else user_data_path(APP) / "packs"


def cache_folder() -> Path:
    """Where opened zips and downloads live: SECOND_LOOK_CACHE, or the user's cache folder."""
    from platformdirs import user_cache_path

    chosen = os.environ.get("SECOND_LOOK_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_path(APP)
