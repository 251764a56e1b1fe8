"""Planted pairs: two different people of the list, shown as if they were an alert, to learn how often a reviewer errs."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageFilter
from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.arguments import whole_of
from workbench.casefile import audit, lists
from workbench.casefile.blobs import Blobs
from workbench.casefile.decision_tables import PlantedDecisionRow, PlantedRow
from workbench.casefile.decisions import row_of
from workbench.casefile.schema import AlertRow, EntryRow, ReferenceRow, TrackRow, utc_now
from workbench.decisions import Decision, who
from workbench.errors import CaseError, InputError
from workbench.footage.redact import HEAD
from workbench.metrics import clopper_pearson
from workbench.questions import Pair, PlantedAnswer, ReviewerRecord
from workbench.runs import StoredPicture
from workbench.watchlist import Watchlist

__all__ = ["answer", "load_answers", "load_planted_pair", "plant", "records", "unanswered"]

SHARE = 1.7  # width of a reference's small picture over that of the face in it, see `enrolment`
FRAMED = 1 + 2 * HEAD  # of its portrait, and of a face in footage: both are cut alike
USUAL = 64.0  # px, width of a planted face where there is no alert to go by


def plant(session: Session, watch: Watchlist, count: int, *, by: str, seed: int) -> int:
    """Add up to `count` pairs of the list, most alike first, each behind an alert drawn by lot; returns how many.

    Nobody is taken from outside the list. Pairs that the list's own checks warn of are not planted: kin are a fair
    question, but one person under two names would make the right answer an error. `InputError` for fewer than one pair.
    """
    count, seed = whole_of(count, "how many pairs are planted"), whole_of(seed, "the seed")
    if count < 1 or seed < 0:
        raise InputError(f"{count} pairs and seed {seed} cannot be; plant 1 pair or more, with a seed of 0 or more")
    raised = select(AlertRow.id, TrackRow.face_px).join(TrackRow).where(AlertRow.near_miss.is_(False))
    alerts = session.execute(raised.order_by(AlertRow.id))
    places = [(row.id, row.face_px) for row in alerts] or [(0, USUAL)]
    known = {(row.subject, row.person) for row in session.execute(select(PlantedRow.subject, PlantedRow.person))}
    rows = lists.reference_ids(session, watch)
    pairs = [pair for pair in _hardest(watch) if (watch.subjects[pair[0]], _person(watch, pair)) not in known][:count]
    rng = np.random.default_rng(seed)
    for subject, reference in pairs:
        after, _ = places[rng.integers(len(places))]
        session.add(
            PlantedRow(
                version=watch.version,
                subject=watch.subjects[subject],
                person=_person(watch, (subject, reference)),
                reference_id=rows[reference],
                face_px=float(np.median([width for _, width in places])),
                after=after,
                by=by.strip(),
                planted=utc_now(),
            )
        )
    audit.note(session, "pairs planted", by=by, about={"count": len(pairs), "list_version": watch.version})
    return len(pairs)


def _person(watch: Watchlist, pair: tuple[int, int]) -> str:
    return watch.references[pair[1]].subject


def _hardest(watch: Watchlist) -> list[tuple[int, int]]:
    """For each two people that nothing warns of: the first one's place on the list and the other's reference, most alike first."""
    score, owner = watch.templates @ watch.templates.T, watch.owner
    warned = {frozenset(each.subjects) for each in watch.warnings if len(each.subjects) > 1}
    found = []
    for subject in range(len(watch)):
        alike = score[owner == subject].max(axis=0, initial=-1.0)
        for person in range(len(watch)):
            own = np.flatnonzero(owner == person)
            if (
                person != subject
                and len(own)
                and frozenset((watch.subjects[subject], watch.subjects[person])) not in warned
            ):
                best = int(own[alike[own].argmax()])
                found.append((float(alike[best]), subject, best))
    return [(subject, reference) for _, subject, reference in sorted(found, key=lambda each: (-each[0], each[1:]))]


def unanswered(session: Session, reviewer: str) -> Mapping[int, Sequence[int]]:
    """Planted pairs that this person has not judged, by the alert behind which they stand."""
    done = select(PlantedDecisionRow.planted_id).where(PlantedDecisionRow.who == who(reviewer))
    behind: dict[int, list[int]] = defaultdict(list)
    kept = select(ReferenceRow.id).where(ReferenceRow.blob != "")
    query = select(PlantedRow).where(PlantedRow.id.not_in(done), PlantedRow.reference_id.in_(kept))
    for row in session.scalars(query.order_by(PlantedRow.id)):
        behind[row.after].append(row.id)
    return behind


def _row(session: Session, planted: int) -> PlantedRow:
    row = session.get(PlantedRow, planted)
    if row is None:
        raise CaseError(f"the case has no planted pair {planted}")
    return row


def load_planted_pair(session: Session, blobs: Blobs, planted: int) -> Pair:
    """Its pictures, the planted one as coarse as a face in this case's footage."""
    row = _row(session, planted)
    query = select(ReferenceRow).join(EntryRow).where(EntryRow.version == row.version)
    own = query.where(EntryRow.subject == row.subject).order_by(ReferenceRow.quality.desc(), ReferenceRow.id)
    references = tuple(blobs.get(each.portrait or each.blob) for each in session.scalars(own) if each.blob)
    planted_face = session.get_one(ReferenceRow, row.reference_id)
    if not planted_face.blob:  # the list's faces were deleted in time
        return Pair((), references)
    share = FRAMED if planted_face.portrait else SHARE
    picture = _as_in_footage(blobs.get(planted_face.portrait or planted_face.blob), row.face_px * share)
    return Pair((StoredPicture(0.0, 0, (0.0, 0.0, row.face_px, row.face_px), 1.0, picture),), references)


def _as_in_footage(picture: bytes, side: float) -> bytes:
    """A portrait made as small (`side` px), soft and coarse as a face in a video, as PNG bytes."""
    with Image.open(io.BytesIO(picture)) as portrait:
        small = portrait.convert("RGB")
        size = max(24, round(side))
        small.thumbnail((size, size), Image.Resampling.BILINEAR)
    coarse, out = io.BytesIO(), io.BytesIO()
    small.filter(ImageFilter.GaussianBlur(0.6)).save(coarse, "JPEG", quality=55)
    Image.open(coarse).save(out, "PNG")
    return out.getvalue()


def answer(session: Session, planted: int, decision: Decision, key: str) -> PlantedAnswer:
    """Keep a person's judgement of a planted pair, once; `decision.alert` means nothing here."""
    row = _row(session, planted)
    kept = session.scalars(
        select(PlantedDecisionRow).where(
            PlantedDecisionRow.planted_id == planted, PlantedDecisionRow.who == who(decision.reviewer)
        )
    ).first()
    if kept is None:
        kept = PlantedDecisionRow(planted_id=planted, **row_of(decision, key))
        session.add(kept)
        session.flush()
        about = {"planted": planted, "reviewer": kept.reviewer, "verdict": kept.verdict}
        audit.note(session, "planted pair judged", about=about)
    elif kept.key != key:
        raise InputError(f"{decision.reviewer} has judged this planted pair already, and was told that it is one")
    return _answer(kept, row)


def _answer(kept: PlantedDecisionRow, row: PlantedRow) -> PlantedAnswer:
    return PlantedAnswer(row.id, kept.reviewer, kept.verdict, kept.recorded, row.subject, row.person)  # type: ignore[arg-type]


def load_answers(session: Session) -> tuple[PlantedAnswer, ...]:
    """Every judgement of a planted pair, oldest first."""
    query = select(PlantedDecisionRow, PlantedRow).join(PlantedRow, PlantedDecisionRow.planted_id == PlantedRow.id)
    return tuple(_answer(kept, row) for kept, row in session.execute(query.order_by(PlantedDecisionRow.id)))


def records(answers: Sequence[PlantedAnswer]) -> tuple[ReviewerRecord, ...]:
    """One record a reviewer, in order of name."""
    people: dict[str, list[PlantedAnswer]] = defaultdict(list)
    for each in answers:
        people[who(each.reviewer)].append(each)
    return tuple(_record(people[name]) for name in sorted(people))


def _record(answers: Sequence[PlantedAnswer]) -> ReviewerRecord:
    said = Counter(each.verdict for each in answers)
    limits = clopper_pearson(said["same"], len(answers))
    return ReviewerRecord(
        answers[0].reviewer, len(answers), said["same"], said["cannot tell"], float(limits.low), float(limits.high)
    )
