"""Search an archive with one photograph: the passes most alike, without a cut, recorded whatever comes of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench import __version__
from workbench.archive import Index, build_index, check_mode
from workbench.archive.recall import Recall, measure_recall
from workbench.archive_searches import ArchiveSearch
from workbench.archived import ArchivedTracks, Chosen, Origin, time_of
from workbench.casefile.archive import ArchiveFile
from workbench.casefile.archive_searches import save_search
from workbench.casefile.audit import note
from workbench.casefile.schema import utc_now
from workbench.errors import CaseError
from workbench.faces import same_space
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.photo import Probe, probe_of
from workbench.progress import Progress
from workbench.rarity import Rarity
from workbench.searching import check_asked
from workbench.sightings import Sighting
from workbench.strangers import Basis, Known, Unknown, assumption

__all__ = ["Opened", "search"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


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


def search(
    archive: ArchiveFile,
    opened: Opened,
    photo: Path,
    *,
    why: str,
    by: str,
    chosen: Chosen,
    candidates: int,
    face: int | None,
    mode: str,
    assumed: str | None,
    pack: str | Path | None,
    progress: Progress,
) -> int:
    """Rank passes beside one face of a photograph; the search is recorded, also if it fails: its number.

    `CaseError` without an authority that lasts; `InputError` for a picture with several faces and no `face`
    """
    authority = archive.require_authority()
    check_asked(why, by, candidates)
    check_mode(mode)
    stated = assumption(assumed, by.strip()) if assumed is not None else None
    space, locator = archive.space, archive.pack
    if space is None or locator is None:
        raise CaseError(f"{archive.about.name} is empty; add a case first: workbench archive add {archive.folder} CASE")
    loaded = load_pack(pack or locator)
    same_space(space, loaded.space, "the photograph")
    tracks, origins = opened.tracks(progress), archive.origins
    meant = chosen.of(tracks, origins)
    probe = probe_of(loaded, photo, face)
    basis = stated or _basis(archive, loaded)
    score, row, recall = _ranked(opened, tracks, meant, probe, candidates, mode, by, progress)
    searched = int(meant.sum())
    made = ArchiveSearch(
        id=0,
        made=utc_now(),
        by=by.strip(),
        reason=why.strip(),
        photo=probe.photo,
        sha256=probe.sha256,
        pack=loaded.card.name,
        space=loaded.space.mark,
        authority=authority.authority,
        mode=mode if meant.all() else "exact",
        wanted=candidates,
        held=len(tracks),
        searched=searched,
        undated=chosen.undated(tracks, origins),
        chosen=chosen.to_dict(),
        basis=basis.words,
        recall=recall,
        face=probe.face,
        faces=probe.faces,
        face_px=probe.face_px,
        failed=probe.failed,
        candidates=_sightings(tracks, origins, score, row, basis, searched),
        why={"pack_files": dict(loaded.card.files), "software": f"second-look {__version__}"},
        picture=probe.picture if archive.search_hours else b"",
    )
    with archive.store.change() as session:
        return save_search(session, archive.store.blobs, made)


def _basis(archive: ArchiveFile, pack: Pack) -> Basis:
    """What is known of strangers' scores: the cases' own measurement first, then the pack's."""
    measured, start = archive.strangers, pack.card.start
    if measured.passes:
        return measured
    if start is None or start.listed <= 0 or not 0 < start.fpir < 1:
        return Unknown()
    words = f"no case added had strangers, so by the pack's own measurement ({start.measured_on})"
    return Known(Rarity(start.score, start.fpir, start.listed, words))


def _ranked(
    opened: Opened,
    tracks: ArchivedTracks,
    meant: NDArray[np.bool_],
    probe: Probe,
    candidates: int,
    mode: str,
    by: str,
    progress: Progress,
) -> tuple[F32, I64, dict[str, Any] | None]:
    """Cosines and rows of the best tracks, and the recall of a search that may miss some.

    A search in some tracks only is exact: an index over all of them would miss more of a few than was measured.
    """
    if probe.template is None or not meant.any():
        return np.zeros(0, np.float32), np.zeros(0, np.int64), None
    recall = None
    if meant.all():
        index, measured = opened.index(mode, by, progress)
        score, row = index.search(probe.template[None], candidates)
        recall = measured.to_dict() | {"words": str(measured)} if measured is not None else None
    else:
        some = np.flatnonzero(meant)
        score, row = build_index("exact", tracks.template[some]).search(probe.template[None], candidates)
        row = np.where(row < 0, -1, some[row])
    found = row[0] >= 0
    return score[0][found], row[0][found], recall


def _sightings(
    tracks: ArchivedTracks, origins: Any, score: F32, row: I64, basis: Basis, searched: int
) -> tuple[Sighting, ...]:
    return tuple(
        _sighting(tracks, origins[int(tracks.origin[i])], rank, float(value), int(i), basis, searched)
        for rank, (value, i) in enumerate(zip(score, row, strict=True), 1)
    )


def _sighting(
    tracks: ArchivedTracks, origin: Origin, rank: int, score: float, i: int, basis: Basis, searched: int
) -> Sighting:
    return Sighting(
        rank=rank,
        score=score,
        track=int(tracks.id[i]),
        origin=origin,
        alert=int(tracks.alert[i]),
        start=float(tracks.start[i]),
        end=float(tracks.end[i]),
        at=time_of(float(tracks.at[i])),
        expected=basis.expected(score, searched),
    )
