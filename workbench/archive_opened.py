"""An archive's tracks in memory for as long as somebody searches in them, and the indexes that were built over them."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from workbench.archive import Index, build_index
from workbench.archive.recall import Recall, measure_recall
from workbench.archived import ArchivedTracks
from workbench.casefile.archive import ArchiveFile
from workbench.casefile.audit import note
from workbench.progress import Progress

__all__ = ["Opened"]


class Opened:
    """The tracks of an archive in memory, and indexes over all of them, until a shard changes."""

    def __init__(self, archive: ArchiveFile) -> None:
        self._archive = archive
        self._state: tuple[str, ...] | None = None
        self._tracks = ArchivedTracks.none(0)
        self._made: dict[str, tuple[Index, Recall | None]] = {}

    def tracks(self, progress: Progress) -> ArchivedTracks:
        """Every track; read again when a shard was written or removed since."""
        state = self._archive.state
        if state != self._state:
            self.close()
            progress.start("opening shards", len(state), "shards")
            try:
                self._tracks, self._state = self._archive.tracks(progress.at), state
            finally:
                progress.end()
        return self._tracks

    def index(self, mode: str, by: str, progress: Progress) -> tuple[Index, Recall | None]:
        """The index over all tracks, and how much it misses, measured on them: None for `exact`, which misses nothing."""
        if mode == "exact":  # made in no time
            return build_index(mode, self._tracks.template), None
        if mode not in self._made:
            progress.start(f"building the search {mode}", len(self._tracks), "tracks")
            try:
                if mode.startswith("milvus://"):
                    self._say_where(mode, by)
                index = build_index(mode, self._tracks.template)
                rng = np.random.default_rng(len(self._tracks))
                self._made[mode] = index, measure_recall(index, self._tracks.template, rng)
            finally:
                progress.end()
        return self._made[mode]

    def _say_where(self, mode: str, by: str) -> None:
        """A cluster gets templates that no seal protects: that they went there stands in the log."""
        with self._archive.store.change() as session:
            note(session, "templates sent to a cluster", by=by, about={"address": mode, "tracks": len(self._tracks)})

    def close(self) -> None:
        """Let go of everything; what was put into a cluster is taken away there."""
        for index, _ in self._made.values():
            if (drop := getattr(index, "drop", None)) is not None:
                with suppress(Exception):  # a cluster that is gone keeps nobody from closing
                    drop()
        self._made, self._state, self._tracks = {}, None, ArchivedTracks.none(0)
