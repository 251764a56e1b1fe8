"""The generated people who come with the software: twenty with portraits, eight of them listed, and two filmed streets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.watchlist import Entry

__all__ = ["ASSETS", "Shipped", "shipped"]

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Shipped:
    """What lies in `workbench/cast/assets`; nobody in it exists.

    portraits : name -> four JPEG files; the first two are meant for enrolment, the others to choose a threshold with
    watchlist : the listed eight, with category, authority and dates
    clips : "easy" and "hard" -> MP4 file, 10 s, 1280x720, 12.5 frames a second
    manifest : seeds and notes, as in `manifest.json`
    """

    portraits: Mapping[str, tuple[Path, ...]]
    watchlist: tuple[Entry, ...]
    clips: Mapping[str, Path]
    manifest: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Shipped({len(self.portraits)} generated people, {len(self.watchlist)} listed, clips {', '.join(self.clips)})"

    def truth_file(self, clip: str) -> Path:
        """The CSV that says who is where in a clip."""
        if clip not in self.clips:
            raise InputError(f"there is no clip {clip!r}; there are {', '.join(self.clips)}")
        return self.clips[clip].with_suffix(".csv")

    def truth(self, clip: str) -> pd.DataFrame:
        """One row for each face in each frame: frame, t, person, seed, role, x1..y2, face_width, yaw, visible, shown."""
        import pandas as pd

        return pd.read_csv(self.truth_file(clip), comment="#")

    def details_csv(self) -> str:
        """The watchlist as the table that `workbench enroll --details` reads."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["subject", "category", "authority", "image_source", "image_date", "expires"])
        for e in self.watchlist:
            table.writerow([e.subject, e.category, e.authority, e.image_source, e.image_date, e.expires])
        return out.getvalue()


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """The generated people who come with the software; reads files only, draws nothing."""
    path = ASSETS / "manifest.json"
    if not path.exists():
        raise InputError(f"{path} is missing; install the package again, or draw it with: workbench cast ship {ASSETS}")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    portraits = {who["name"]: tuple(ASSETS / file for file in who["portraits"]) for who in manifest["people"]}
    clips = {name: ASSETS / clip["file"] for name, clip in manifest["clips"].items()}
    return Shipped(portraits, tuple(_entry(row) for row in manifest["watchlist"]), clips, manifest)


def _entry(row: Mapping[str, str]) -> Entry:
    from workbench.watchlist import Entry

    dates = {key: date.fromisoformat(row[key]) for key in ("image_date", "expires")}
    texts = {key: row[key] for key in ("subject", "category", "authority", "image_source")}
    return Entry(**texts, **dates)  # type: ignore[arg-type]
