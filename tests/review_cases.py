"""Cases to judge, written without a model: lists of names, and scans in which passes are planted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np

from tests.fakes import template
from workbench.case import Case
from workbench.casefile import ledger, lists
from workbench.casefile.case import Policy
from workbench.casefile.schema import utc_now
from workbench.faces import Space
from workbench.footage.redact import encode_jpeg
from workbench.runs import Passage, Picture, Segment
from workbench.watchlist import Entry, Reference, Watchlist

Box = tuple[float, float, float, float]
HERE: Box = (10.0, 10.0, 50.0, 60.0)
AGREE = {"ears": "agree", "nose": "agree"}
DIFFER = {"ears": "differ", "nose": "agree"}
SETTINGS = {
    "near": 0.4,
    "threshold_from": "by hand",
    "smallest_face": 24,
    "every": 0.2,
    "pack": "fake",
    "gallery": "exact",
}


def drawing(seed: int, side: int = 90) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A face of a few ellipses: nobody's."""
    rng = np.random.default_rng(seed)
    tone = [int(value) for value in rng.integers(110, 220, 3)]
    image = np.full((side, side, 3), 235, np.uint8)
    cv2.ellipse(image, (side // 2, side // 2), (side // 3, int(side * rng.uniform(0.36, 0.46))), 0, 0, 360, tone, -1)
    for x in (0.38, 0.62):
        cv2.circle(image, (int(side * x), int(side * 0.42)), max(2, side // 22), (40, 40, 40), -1)
    cv2.ellipse(
        image,
        (side // 2, int(side * 0.68)),
        (int(side * rng.uniform(0.08, 0.16)), side // 30),
        0,
        0,
        360,
        (120, 50, 50),
        -1,
    )
    return image


def listed(*names: str, pictures: str = "1", vary: float = 0.0) -> Watchlist:
    """A list with two pictures of each person; other `pictures` are other files."""
    references = [
        Reference(
            name,
            f"{name}/{n}.jpg",
            f"{pictures}{i:03d}{n}" * 8,
            90,
            0.9 - n / 10,
            encode_jpeg(drawing(10 * i + n, 150)),
        )
        for i, name in enumerate(names)
        for n in (1, 2)
    ]
    return Watchlist(
        entries=tuple(Entry(name, category="wanted", authority="Insp. Lee", image_source="custody") for name in names),
        references=tuple(references),
        templates=np.stack([template(*np.eye(8)[i] + vary) for i in range(len(names)) for _ in (1, 2)]),
        space=Space("f" * 64, 8, "fake"),
    )


def new_case(folder: Path, *names: str, policy: Policy | None = None, database: str | None = None) -> Case:
    """A case with a list of these people."""
    case = Case.create(folder, purpose="testing", authority="the tests", policy=policy, database=database)
    case.add_watchlist(listed(*(names or ("Ada", "Bob", "Cid"))), "fake")
    return case


def alerting(
    start: float,
    subject: int = 0,
    *,
    seconds: float = 4.0,
    score: float = 0.8,
    box: Box = HERE,
    near_miss: bool = False,
) -> Passage:
    """A pass that stands still, and is asked about."""
    pictures = tuple(
        Picture(start + i, round(25 * (start + i)), box, 0.9 - i / 10, drawing(int(start) * 7 + i, 110))
        for i in range(3)
    )
    rows = ((2 * subject, score), (2 * ((subject + 1) % 2), score / 2))
    plain = Passage(start, start + seconds, 9, box[2] - box[0], box, box, box, score)
    best = replace(pictures[0], t=start + seconds / 2)
    return replace(plain, near_miss=near_miss, candidates=rows, template=template(1), best=best, pictures=pictures)


def scan(
    case: Case,
    *passages: Passage,
    source: str = "a",
    folder: str = "/footage",
    key: str = "",
    threshold: float = 0.5,
    finish: bool = True,
    settings: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Sequence[int]:
    """A run over one piece of footage with these passages; returns the ids of its alerts and near misses."""
    watch = case.watchlist
    assert watch is not None
    settings = SETTINGS | dict(settings or {}) | {"list_digest": lists.digest_of(watch), "space": watch.space.mark}
    footage = [(f"{folder}/{source}.mp4", source * 64, {"seconds": 60.0, "short": False} | dict(facts or {}))]
    before = len(case.runs)
    with case.store.change() as session:
        begun = ledger.begin(
            session,
            key or f"key {before}",
            version=watch.version,
            threshold=threshold,
            settings=settings,
            footage=footage,
        )
        segment = Segment(0, 0.0, 60.0, passages, {"frames": 50})
        ledger.record(session, case.store.blobs, begun.sources[0], segment, lists.reference_ids(session, watch))
    if not finish:
        return ()
    with case.store.change() as session:
        ledger.join(session, begun.sources[0])
    case.finish_run(begun.run)
    run = case.run(begun.run)
    return sorted(each.id for each in (*run.alerts, *run.near_misses))


def say(case: Case, alert: int, reviewer: str, verdict: str, **more: Any) -> Any:
    """A decision with everything it takes."""
    needed = {
        "same": {"features": AGREE, "confidence": "moderate"},
        "different": {"features": DIFFER, "confidence": "strong"},
        "cannot tell": {"features": {"ears": "cannot see"}},
    }[verdict]
    return case.decide(alert, verdict=verdict, reviewer=reviewer, **{"reason": "the ears", **needed, **more})  # type: ignore[arg-type]


def end_before(case: Case, ago: timedelta) -> None:
    """The deployment ended so long ago, as where it was said then."""
    with patch("workbench.casefile.custody.utc_now", return_value=utc_now() - ago):
        case.end()
