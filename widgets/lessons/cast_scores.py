"""The scores of the generated people who come with the software, ready at once: what `evaluate` finds on their portraits."""

from __future__ import annotations

import csv
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from workbench.cast import shipped
from workbench.evaluation import Trials

__all__ = ["SCORES", "cast_trials", "measure_cast", "write_scores"]

SCORES = Path(__file__).with_name("assets") / "cast_scores.csv"
LISTED, SEED = 8, 7
_DATA = "twenty generated people, four portraits each; nobody exists, and no rate carries over to real people"


@lru_cache(maxsize=1)
def cast_trials() -> Trials:
    """Passes of the generated people against lists of eight of them, as kept; `measure_cast` computes them anew."""
    with SCORES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    listed = [row["listed"] == "1" for row in rows]
    score, person = [float(row["score"]) for row in rows], [row["person"] for row in rows]
    trials = Trials.of(
        [s for s, mated in zip(score, listed, strict=True) if mated],
        [s for s, mated in zip(score, listed, strict=True) if not mated],
        watchlist=LISTED,
        mated_subject=[who for who, mated in zip(person, listed, strict=True) if mated],
        nonmated_subject=[who for who, mated in zip(person, listed, strict=True) if not mated],
        pack="dlib",
        data=_DATA,
    )
    return trials


def measure_cast() -> Trials:
    """The same from the portraits: some ten seconds on two cores."""
    from workbench.evaluating import evaluate

    with tempfile.TemporaryDirectory() as folder:
        for name, pictures in shipped().portraits.items():
            (Path(folder) / name).mkdir()
            for picture in pictures:
                (Path(folder) / name / picture.name).symlink_to(picture)
        return evaluate(folder, pack="dlib", seed=SEED, enrolled=LISTED)


def write_scores(path: Path = SCORES) -> None:
    """Measure, and keep what was measured; the true subject's score of a listed person, the best candidate's of a stranger."""
    trials = measure_cast()
    assert trials.subject is not None
    score = np.where(trials.is_mated, trials.true_score, trials.score)
    order = np.argsort(~trials.is_mated, kind="stable")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Generated people: nobody exists. Written by widgets/lessons/cast_scores.py from the portraits, pack dlib.\n"
        )
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["person", "listed", "score"])
        table.writerows([trials.subject[i], int(trials.is_mated[i]), f"{score[i]:.6f}"] for i in order)
