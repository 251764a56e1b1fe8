"""Explorers over people who do not exist: normal scores from numpy, coloured squares for faces."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

import widgets
from workbench.alerts import Alert, Candidate
from workbench.evaluation import Trials

EVIL = "<script>alert(1)</script>"
NAMES = (EVIL, "Mara Lind", "O. Farrow", "J. Quill", "Ana-Sofia van der Meulen-Castellanos")


def trials(mated=400, strangers=5_000, *, people=None, groups=True, seed=7):
    """`people` : of whom the mated passes are, and eight times as many strangers; None: each pass another person."""
    rng = np.random.default_rng(seed)
    listed = np.arange(mated) if people is None else rng.integers(0, people, mated)
    others = np.arange(strangers) if people is None else rng.integers(0, 8 * people, strangers)
    found = rng.normal(0.62, 0.11, mated) + rng.normal(0, 0.05, listed.max(initial=0) + 1)[listed]
    found[: min(4, mated)] = -np.inf  # no face found
    seen = rng.normal(0.12, 0.11, strangers) + rng.normal(0, 0.04, others.max(initial=0) + 1)[others]
    who = np.concatenate([listed, others])
    label = np.array(["women", "men"], "U10")[who % 2]
    label[who % 397 == 3] = "not stated"
    return Trials.of(
        found,
        seen,
        watchlist=112,
        pack="dlib",
        data="lobby, walked on 12 November",
        mated_subject=[f"listed {n}" for n in listed],
        nonmated_subject=[f"stranger {n}" for n in others],
        group=label if groups else None,
    )


def square(rng):
    side = io.BytesIO()
    Image.fromarray(np.kron(rng.integers(40, 220, (2, 2, 3), np.uint8), np.ones((48, 48, 1), np.uint8))).save(
        side, "JPEG"
    )
    return side.getvalue()


def alerts(number, *, threshold=0.5, seed=7):
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.normal(0.5, 0.12, number))[::-1]
    return [
        Alert(
            id=k,
            candidates=(Candidate(1, NAMES[k % len(NAMES)], float(score), "1.jpg"),),
            threshold=threshold,
            source="lobby.mp4",
            sha256="0" * 64,
            start=20.0 * k,
            end=20.0 * k + 3,
            t=20.0 * k + 1,
            frame=500 * k,
            box=(0, 0, 71, 71),
            face_px=71,
            why={},
            thumbnail=b"" if k % 9 == 8 else square(rng),  # a near miss whose picture was not kept
            reference=square(rng),
        )
        for k, score in enumerate(scores)
    ]


def explorer(mated=400, strangers=5_000, pictures=40, *, people=None, groups=True, **more):
    more = {"inputs": {"passers_per_hour": 8_000, "base_rate": 5e-4}, "threshold": 0.45} | more
    return widgets.ThresholdExplorer(trials(mated, strangers, people=people, groups=groups), alerts(pictures), **more)


def recording(file, **more):
    """An explorer whose records are lines in `file`."""

    def write(point, name, reason):
        if reason == "fail":
            raise OSError("the disk is full")
        with Path(file).open("a", encoding="utf-8") as book:
            book.write(f"{point.threshold:.3f}|{name}|{reason}\n")

    return explorer(on_record=write, **more)
