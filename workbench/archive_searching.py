"""Search an archive with one face: the passes most alike, without a cut, recorded whatever comes of it.

The face is that of a photograph, or of a track that is in the archive already: where else was this person seen?
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench import SOFTWARE
from workbench.archive import build_index, check_mode
from workbench.archive_opened import Opened
from workbench.archive_searches import ArchiveSearch
from workbench.archived import ArchivedTracks, Chosen, Origin, time_of
from workbench.casefile.archive import ArchiveFile
from workbench.casefile.archive_searches import save_search
from workbench.casefile.schema import utc_now
from workbench.errors import CaseError, InputError, SpaceMismatch
from workbench.faces import Space
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.photo import Probe, probe_of
from workbench.progress import Progress
from workbench.rarity import Rarity
from workbench.searching import check_asked
from workbench.sightings import Sighting
from workbench.strangers import Basis, Known, Strangers, Unknown, assumption, selected_words

__all__ = ["Asked", "search"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """What somebody asks, and who and why.

    probe : a photograph, or the number of a track in the archive
    candidates : 2 to 50; face : which face of the photograph, from 1 at the left, needed where there are several
    chosen : the tracks that are searched; mode : exact, fast or an address of Milvus
    assumed : `SCORE=RATE`, an assumption about strangers in place of what was measured, or None
    pack : name or path, by default that of the archive's tracks
    """

    probe: Path | int
    why: str
    by: str
    candidates: int = 10
    face: int | None = None
    chosen: Chosen = field(default_factory=Chosen)
    mode: str = "exact"
    assumed: str | None = None
    pack: str | Path | None = None

    def check(self) -> Basis | None:
        """Refuse what cannot be asked, before anything is opened; the assumption, if one is stated."""
        check_asked(self.why, self.by, self.candidates)
        check_mode(self.mode)
        return None if self.assumed is None else assumption(self.assumed, self.by.strip())


def search(archive: ArchiveFile, opened: Opened, asked: Asked, progress: Progress) -> int:
    """Rank passes beside one face; the search is recorded, also if it fails: its number.

    `CaseError` without an authority that lasts; `InputError` for a picture with several faces and no choice
    """
    authority = archive.require_authority()
    stated = asked.check()
    pack, space = _pack(archive, asked)
    archive.purge_if_due()
    tracks, origins = opened.tracks(progress), archive.origins
    meant = asked.chosen.of(tracks, origins) & (tracks.due > utc_now().timestamp())  # also where a purge had to wait
    probe = _of_track(archive, tracks, asked.probe) if isinstance(asked.probe, int) else None
    if probe is None:
        probe = probe_of(pack, Path(str(asked.probe)), asked.face)
    else:
        meant &= tracks.id != asked.probe  # that it is like itself says nothing
    measured = archive.strangers
    basis = stated or _basis(measured, pack)
    score, row, recall = _ranked(opened, tracks, meant, probe, asked, progress)
    searched = int(meant.sum())
    said = (basis.words, selected_words(measured.passes, searched))
    made = ArchiveSearch(
        id=0,
        made=utc_now(),
        by=asked.by.strip(),
        reason=asked.why.strip(),
        photo=probe.photo,
        sha256=probe.sha256,
        pack=pack.card.name,
        space=space.mark,
        authority=authority.authority,
        mode=asked.mode if meant.all() else "exact",
        wanted=asked.candidates,
        held=len(tracks),
        searched=searched,
        undated=asked.chosen.undated(tracks, origins),
        chosen=asked.chosen.to_dict(),
        basis=". ".join(filter(None, said)),
        recall=recall,
        face=probe.face,
        faces=probe.faces,
        face_px=probe.face_px,
        failed=probe.failed,
        candidates=_sightings(tracks, origins, score, row, basis, searched),
        why=_why(pack, asked),
        picture=probe.picture if archive.search_hours else b"",
    )
    with archive.store.change() as session:
        return save_search(session, archive.store.blobs, made)


def _pack(archive: ArchiveFile, asked: Asked) -> tuple[Pack, Space]:
    """The pack of the archive's tracks, or another one of the same space."""
    space, locator = archive.space, archive.pack
    if space is None or locator is None:
        raise CaseError(f"{archive.about.name} is empty; add a case first: workbench archive add {archive.folder} CASE")
    pack = load_pack(asked.pack or locator)
    if pack.space != space:
        raise SpaceMismatch(
            f"the archive holds {space}, the photograph would be {pack.space}; use the pack {space.pack}"
        )
    return pack, space


def _of_track(archive: ArchiveFile, tracks: ArchivedTracks, number: int) -> Probe:
    """A track as the face that is asked about; the keyed hash of its template stands for that of a photograph."""
    (row,) = np.flatnonzero(tracks.id == number) if number in tracks.id else (None,)
    if row is None:
        raise InputError(f"the archive has no track {number}; searches say which there are")
    template = tracks.template[row]
    return Probe(
        f"track {number}",
        archive.store.sealing.name(template.tobytes()),
        faces=1,
        face_px=float(tracks.face_px[row]),
        template=template,
        picture=archive.faces([number]).get(number, b""),
    )


def _why(pack: Pack, asked: Asked) -> dict[str, Any]:
    """What else decides the result, and what was asked with where it was no photograph."""
    settings = {"pack_files": dict(pack.card.files), "software": SOFTWARE}
    return settings | ({"track": asked.probe} if isinstance(asked.probe, int) else {})


def _basis(measured: Strangers, pack: Pack) -> Basis:
    """What is known of strangers' scores: the cases' own measurement first, then the pack's."""
    start = pack.card.start
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
    asked: Asked,
    progress: Progress,
) -> tuple[F32, I64, dict[str, Any] | None]:
    """Cosines and rows of the best tracks, and the recall of a search that may miss some.

    A search in some tracks only is exact: an index over all of them would miss more of a few than was measured.
    """
    if probe.template is None or not meant.any():
        return np.zeros(0, np.float32), np.zeros(0, np.int64), None
    recall = None
    if meant.all():
        index, measured = opened.index(asked.mode, asked.by, progress)
        score, row = index.search(probe.template[None], asked.candidates)
        recall = measured.to_dict() | {"words": str(measured)} if measured is not None else None
    else:
        some = np.flatnonzero(meant)
        score, row = build_index("exact", tracks.template[some]).search(probe.template[None], asked.candidates)
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
