"""Investigation mode: one photograph against the list, a ranked list without a cut, recorded whatever comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench import SOFTWARE
from workbench.approvals import approval_words
from workbench.arguments import path_of, text_of
from workbench.casefile import approvals, lists, searches
from workbench.casefile.case import CaseFile
from workbench.casefile.schema import utc_now
from workbench.errors import CaseError, InputError
from workbench.faces import same_space
from workbench.galleries import build_gallery
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.photo import PhotoFaces, Probe, faces_of, probe_of
from workbench.rarity import Rarity
from workbench.searches import Search
from workbench.watchlist import Watchlist

__all__ = ["FEWEST", "MOST", "check_asked", "faces_in", "search"]

F32 = NDArray[np.float32]

FEWEST, MOST = 2, 50  # candidates of a search: one alone would look like an answer, more nobody compares with care


def faces_in(case: CaseFile, photo: Path | str) -> PhotoFaces:
    """The faces of a photograph as the case's pack finds them, numbered as `search(face=...)` counts them."""
    pack = case.about.pack or case.pack_of(_listed(case, None).version)
    return faces_of(load_pack(pack), path_of(photo, "the photograph"))


def search(
    case: CaseFile,
    photo: Path | str,
    *,
    why: str,
    by: str,
    candidates: int = 10,
    face: int | None = None,
    version: int | None = None,
    pack: str | Path | None = None,
    gallery: str = "exact",
    today: date | None = None,
) -> int:
    """Rank the people listed by how alike one face of a photograph is to them; the search is recorded, also if it fails: its number.

    why, by : the reason, and the name of who asks; both are recorded
    candidates : 2 to 50, without a cut; fewer where fewer are listed
    face : which face, from 1 at the left; needed where there are several
    version : of the list, by default the newest; people whose entry expired before `today` are left out
    `InputError` for a picture with several faces and no `face`: nothing was compared, so nothing is recorded.
    """
    check_asked(why, by, candidates)
    file, listed = path_of(photo, "the photograph"), _listed(case, version).comparable()
    watch = listed.valid_on(today or date.today())
    if not len(watch):
        raise CaseError("every entry of the list has expired; renew the details and enroll the list again")
    loaded = load_pack(pack or case.about.pack or case.pack_of(watch.version))
    same_space(watch.space, loaded.space, "the photograph")
    probe = probe_of(loaded, file, face)
    ranked = _ranked(watch, probe.template, candidates, gallery) if probe.template is not None else ()
    made = _asked(case, watch, loaded, probe, why, by, candidates, gallery)
    if not case.about.policy.search_faces:
        made = replace(made, picture=b"", aligned=b"")
    with case.store.change() as session:
        ids = lists.reference_ids(session, watch)
        rows = [(ids[row], score) for row, score in ranked]
        return searches.save_search(session, case.store.blobs, made, rows)


def check_asked(why: str, by: str, candidates: int) -> None:
    """Refuse a search without a reason and a name, or for one candidate or more than anybody compares with care."""
    if not text_of(why, "the reason") or not text_of(by, "the name of who asks"):
        raise InputError("a search needs a reason and the name of who asks; give both")
    if not FEWEST <= candidates <= MOST:
        raise InputError(f"{candidates} candidates were asked for; give {FEWEST} to {MOST}")


def _listed(case: CaseFile, version: int | None) -> Watchlist:
    watch = case.watchlist if version is None else case.watchlist_version(version)
    if watch is None:
        raise CaseError(f"{case.folder.name} has no watchlist; enroll one first: workbench enroll {case.folder} PHOTOS")
    return watch


def _ranked(watch: Watchlist, template: F32, candidates: int, gallery: str) -> tuple[tuple[int, float], ...]:
    """The best reference of each of the best people, as row and cosine; equal scores keep the order of enrolment."""
    owner = watch.owner
    deep = candidates * int(np.bincount(owner).max())  # enough for as many people, however many images each has
    scores, rows = build_gallery(gallery, watch.templates).search(template[None], deep)
    return tuple(_one_each(owner, rows[0].tolist(), scores[0].tolist()))[:candidates]


def _one_each(owner: NDArray[np.int64], rows: Sequence[int], scores: Sequence[float]) -> Iterator[tuple[int, float]]:
    seen: set[int] = set()
    for row, score in zip(rows, scores, strict=True):
        if (person := int(owner[row])) not in seen:
            seen.add(person)
            yield row, score


def _asked(
    case: CaseFile, watch: Watchlist, pack: Pack, probe: Probe, why: str, by: str, candidates: int, gallery: str
) -> Search:
    """The search as it will be kept, but for its number and its candidates."""
    settings: dict[str, Any] = {
        "pack_files": dict(pack.card.files),
        "smallest_face": pack.card.smallest_face,
        "gallery": gallery,
        "list_digest": lists.digest_of(watch),
        "software": SOFTWARE,
    }
    with case.store.session() as session:
        stands = approvals.standing_approval(session, watch.version)
    if stands is None or not stands.approved:
        settings["approval"] = approval_words(stands)
    same_photo = [reference.subject for reference in watch.references if reference.sha256 == probe.sha256]
    if same_photo:
        settings["also_reference_of"] = same_photo
    return Search(
        id=0,
        made=utc_now(),
        by=by.strip(),
        reason=why.strip(),
        photo=probe.photo,
        sha256=probe.sha256,
        pack=pack.card.name,
        space=pack.space.mark,
        list_version=watch.version,
        listed=len(watch),
        wanted=candidates,
        face=probe.face,
        faces=probe.faces,
        face_px=probe.face_px,
        failed=probe.failed,
        measured=tuple(_measured(case, pack)),
        why=settings,
        picture=probe.picture,
        aligned=probe.aligned,
    )


def _measured(case: CaseFile, pack: Pack) -> Iterator[Rarity]:
    """What is known of strangers' scores in this pack: its own measurement, and the case's operating points."""
    start = pack.card.start
    if start is not None and start.listed > 0 and start.fpir > 0:
        yield Rarity(start.score, start.fpir, start.listed, f"the pack's own measurement: {start.measured_on}")
    for kept in case.operating_points:
        point = kept.point
        rate = point.known_fpir or point.fpir_high  # where none was seen, what can be claimed
        if pack.space.marked(point.space) and point.watchlist > 0 and math.isfinite(rate):
            yield Rarity(point.threshold, rate, point.watchlist, f"operating point {kept.name!r}", point.fpir == 0)
