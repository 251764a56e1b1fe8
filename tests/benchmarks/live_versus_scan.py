"""Does a deployment find whom a scan finds, and ask about strangers no more often? The same footage through both, against the truth.

    PYTHONPATH=. python tests/benchmarks/live_versus_scan.py --pack PACK

Two sources of truth: the shipped streets (who walked there is known), and the street of `live_street.py`, drawn small and blurred, whose
people are made hard to recognise (faces of about 30 px). Rates at several thresholds, from the scores that both keep.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import live_street as street
import numpy as np
import pytest
from rapid import Rapid

import workbench as wb
from tests.live_cases import point_for
from workbench.cast import shipped
from workbench.metrics import clopper_pearson
from workbench.models.packs import load_pack
from workbench.progress import Silent
from workbench.truth import compare, read_walks

LISTED = 10


def hard_street(file: Path, seconds: float) -> Path:
    """The street with small, blurred, noisy heads, another picture of each person in every other round."""
    small = {
        name: [cv2.GaussianBlur(picture, (0, 0), 2.2) for picture in pictures]
        for name, pictures in street.heads().items()
    }
    rng = np.random.default_rng(2)
    noisy = {
        name: [np.clip(p + rng.normal(0, 14, p.shape), 0, 255).astype(np.uint8) for p in pictures]
        for name, pictures in small.items()
    }
    heads, street.heads = street.heads, lambda: noisy
    try:
        return street.write(file, seconds)
    finally:
        street.heads = heads


def truth(second: float, spot: int) -> str:
    """Who stands at a spot."""
    names = sorted(shipped().portraits)
    return {place: name for name, place in street.walkers(names, second)}.get(spot, "")


def by_pass(tracks: Any, listed: set[str]) -> dict[tuple[int, int], tuple[bool, float]]:
    """For each pass (turn, spot): whether its person is listed, and the best score of its tracks."""
    found: dict[tuple[int, int], tuple[bool, float]] = {}
    for start, end, box, score in zip(tracks.start, tracks.end, tracks.box, tracks.score, strict=True):
        spot, middle = int(np.clip(((box[0] + box[2]) / 2 - 20) // 180, 0, 6)), (start + end) / 2
        name = truth(middle, spot)
        if name and not np.isnan(score):
            key = (int((middle + spot) // 7), spot)
            found[key] = (name in listed, max(score, found.get(key, (False, -1.0))[1]))
    return found


def rates(found: dict[tuple[int, int], tuple[bool, float]], threshold: float) -> str:
    """TPIR and FPIR with exact 95 % limits."""
    words = []
    for name, mated in (("TPIR", True), ("FPIR", False)):
        scores = [score for listed, score in found.values() if listed == mated]
        count = sum(score >= threshold for score in scores)
        low, high = clopper_pearson(count, len(scores))
        words.append(f"{name} {count:3d} of {len(scores)} ({float(low):.3f} to {float(high):.3f})")
    return ", ".join(words)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pack", default="dlib")
    parser.add_argument("--threshold", type=float, default=0.45)
    parser.add_argument(
        "--seconds", type=float, default=140, help="of the street that is drawn hard; one pass a second"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setattr("workbench.live.watching.Camera", Rapid)
        photos, people = folder / "photos", dict(sorted(shipped().portraits.items())[:LISTED])
        for person, files in people.items():
            (photos / person).mkdir(parents=True)
            for file in files[:2]:
                (photos / person / file.name).write_bytes(file.read_bytes())
        case = wb.open_case(folder / "case", purpose="measuring", authority="nobody", pack=asked.pack)
        watch = case.enroll(photos, progress=Silent())
        case.approve(watch.version, by="nobody", reason="measuring")
        point = point_for(load_pack(asked.pack).space.mark, asked.threshold)
        case.record_operating_point(point, name="p", reason="r", by="nobody")
        until = datetime.now(UTC) + timedelta(hours=2)
        options: dict[str, Any] = {"authorised_until": until, "cooldown": 0, "progress": Silent()}
        clip = hard_street(folder / "hard.mp4", asked.seconds)
        run = case.scan(clip, threshold=asked.threshold, progress=Silent())
        told = {"scan": by_pass(run.tracks, set(people))}
        for faces in (1, 2):
            ended = case.watch(f"hard={clip}", faces=faces, **options).wait()
            run = case.run(ended.run)
            told[f"live, {faces} faces"] = by_pass(run.tracks, set(people))
            print(
                f"live with {faces} faces: {ended.faces} tracks, {ended.alerts} alerts, {len(run.alerts)} kept",
                flush=True,
            )
        for threshold in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55):
            print(f"threshold {threshold}")
            for how, found in told.items():
                print(f"  {how:14s} {rates(found, threshold)}")
        for clip_name in shipped().clips:
            clip = shipped().clips[clip_name]
            walks = read_walks(shipped().truth_file(clip_name))
            scanned = compare(walks, case.scan(clip, threshold=asked.threshold, progress=Silent()), watch.subjects)
            live = compare(walks, case.run(case.watch(f"{clip_name}={clip}", **options).wait().run), watch.subjects)
            print(f"{clip_name}: who walked, and what became of it by scan / live")
            for one, other in zip(scanned, live, strict=True):
                print(f"  {one.person:20s} {one.outcome} / {other.outcome}")


if __name__ == "__main__":
    main()
