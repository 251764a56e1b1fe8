"""Real clips of consenting actors, from photographs to alerts: who must be found, and who must not.

The threshold is the pack's own start of the slider (FPIR 0.01 with 20 people listed, measured on ORL portraits).
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from workbench.case import Case, open_case
from workbench.progress import Silent
from workbench.runs import Run, SourceReport

BOTH = "head-pose-face-detection-female-and-male"
PAUSE = "face-demographics-walking-and-pause"
STRANGERS = ("classroom", "face-demographics-walking", "people-detection", "store-aisle-detection")
ALONE = {"head-pose-face-detection-female": "actor_A", "head-pose-face-detection-male": "actor_B"}
SMALL = ("classroom", "face-demographics-walking")


def scanned(shared: Path, folder: Path, pack: Path | str, *clips: str) -> Run:
    """A case with the two actors listed, and a run over some clips."""
    case: Case = open_case(folder / "case", purpose="to test", authority="the actors' consent", pack=pack)
    case.enroll(shared / "watchlist", progress=Silent())
    run = case.scan(*(shared / "footage" / f"{clip}.mp4" for clip in clips), progress=Silent())
    case.store.close()
    return run


@pytest.fixture(scope="module")
def run(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All clips by minifix."""
    folder = tmp_path_factory.mktemp("real")
    return scanned(shared, folder, shared / "models" / "minifix", BOTH, PAUSE, *STRANGERS, *ALONE)


@pytest.fixture(scope="module")
def by_dlib(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The two clips with listed actors and the one with the smallest faces, by the dlib pack."""
    return scanned(shared, tmp_path_factory.mktemp("dlib"), "dlib", BOTH, PAUSE, "face-demographics-walking")


def source(run: Run, clip: str) -> SourceReport:
    return next(report for report in run.sources if Path(report.path).stem == clip)


def asked(run: Run, clip: str) -> list[str]:
    """Whom the alerts of a clip ask about."""
    return sorted(alert.subject for alert in run.alerts if Path(alert.source).stem == clip)


def people_in(shared: Path) -> dict[str, int]:
    """How many people's faces are in each clip, from the ground truth."""
    table = (shared / "footage" / "GROUND_TRUTH.csv").read_text(encoding="utf-8").splitlines()
    count: dict[str, int] = {}
    for row in csv.DictReader(table):
        clip = row["clip"].removesuffix(".mp4")
        several = int(row["person"].rpartition("..")[2]) if ".." in row["person"] else 1
        count[clip] = count.get(clip, 0) + (several if row["person"] else 0)
    return count


def test_the_threshold_says_where_it_comes_from(run: Run) -> None:
    assert run.threshold == pytest.approx(0.42) and "ORL" in run.threshold_from and run.listed == 2


def test_both_listed_actors_are_found_where_both_are(run: Run) -> None:
    assert asked(run, BOTH) == ["actor_A", "actor_B"]


def test_the_listed_actor_is_found_and_the_two_beside_her_are_not(run: Run) -> None:
    assert asked(run, PAUSE) == ["actor_A"]
    assert source(run, PAUSE).compared == 3


@pytest.mark.parametrize("clip", STRANGERS)
def test_where_nobody_is_listed_nobody_is_asked_about(run: Run, clip: str) -> None:
    assert asked(run, clip) == [] and not [miss for miss in run.near_misses if Path(miss.source).stem == clip]


@pytest.mark.parametrize("clip", ALONE)
def test_an_actor_alone_is_found_in_the_clip_the_photographs_came_from(run: Run, clip: str) -> None:
    assert asked(run, clip) == [ALONE[clip]]


@pytest.mark.parametrize("clip", SMALL)
def test_faces_too_small_are_followed_and_counted_and_never_compared(run: Run, clip: str) -> None:
    report = source(run, clip)
    assert report.tracks == report.too_small >= 2 and report.compared == 0


def test_one_track_a_person_and_at_most_one_split_in_all_of_it(run: Run, shared: Path) -> None:
    people = people_in(shared)
    assert people["classroom"] == 4 and people[PAUSE] == 3 and people["people-detection"] == 0
    wanted = {clip: count for clip, count in people.items() if count}
    tracks = {clip: source(run, clip).tracks for clip in wanted}
    assert all(tracks[clip] >= count for clip, count in wanted.items())
    assert sum(tracks.values()) - sum(wanted.values()) <= 1


def test_who_never_leaves_is_seen_from_the_first_sample_to_the_last(run: Run) -> None:
    for clip in (BOTH, PAUSE, *ALONE):
        own = run.tracks[run.tracks.source == source(run, clip).sha256]
        # sampled every 0.2 s; a nod or a turn may hide a face from the detector for a few samples
        assert (own.start <= 0.2).all() and (own.end >= source(run, clip).seconds - 0.5).all()
        assert (own.seen >= 0.8 * source(run, clip).seconds / 0.2).all()


def test_few_faces_are_embedded(run: Run) -> None:
    assert run.profile["embeddings"] <= 6 * run.tracks.compared.sum()
    assert run.profile["embeddings"] < run.profile["faces"] / 4


def test_strangers_leave_their_score_and_nothing_of_their_faces(run: Run) -> None:
    beside = run.tracks[(run.tracks.source == source(run, PAUSE).sha256) & (run.tracks.score < run.near)]
    assert len(beside) == 2 and np.isfinite(beside.score).all() and len(beside.faces) == 0


def test_the_clips_are_whole(run: Run) -> None:
    assert not any(report.short or report.corrupt_frames for report in run.sources)


def test_the_same_footage_again_gives_the_same_scores(run: Run, shared: Path, tmp_path: Path) -> None:
    again = scanned(shared, tmp_path, shared / "models" / "minifix", BOTH, PAUSE)
    both = np.isin(run.tracks.source, again.tracks.source)
    assert again.tracks.score.tobytes() == run.tracks.score[both].tobytes()
    assert again.tracks.box.tobytes() == run.tracks.box[both].tobytes()


def test_an_alert_proves_itself(run: Run) -> None:
    for alert in run.alerts:
        assert (alert.why["pack"], alert.why["list_version"], alert.why["run"]) == ("minifix", 1, run.id)
        assert alert.thumbnail[:2] == alert.reference[:2] == b"\xff\xd8"
        assert alert.score >= alert.threshold == run.threshold and alert.start <= alert.t <= alert.end


def test_dlib_finds_the_same_listed_actors(by_dlib: Run) -> None:
    assert asked(by_dlib, BOTH) == ["actor_A", "actor_B"] and asked(by_dlib, PAUSE) == ["actor_A"]
    assert by_dlib.threshold == pytest.approx(0.936)


def test_dlib_follows_each_actor_in_one_track(by_dlib: Run) -> None:
    assert source(by_dlib, BOTH).tracks == 2 and source(by_dlib, PAUSE).tracks == 3


def test_dlib_misses_faces_of_11_to_21_px_altogether(by_dlib: Run) -> None:
    # minifix follows both people and counts them as too small; the dlib detector does not see them
    assert source(by_dlib, "face-demographics-walking").tracks == 0


def test_dlib_sees_two_of_three_actors_later_than_minifix_does(by_dlib: Run) -> None:
    # 55 px wide and turned aside, they are missed for more than half a second
    own = by_dlib.tracks[by_dlib.tracks.source == source(by_dlib, PAUSE).sha256]
    assert sorted(own.start <= 0.2) == [False, False, True]
