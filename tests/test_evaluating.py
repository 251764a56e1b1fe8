"""Where scores come from: labelled pictures, a walk-past, kept scores; small cases by hand, bad input, and ORL."""

import csv
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import workbench as wb
from tests.command import call, refused
from tests.footage_factory import make_clip
from tests.review_cases import alerting, new_case, say, scan
from workbench.alerts import Alert, Alerts, Candidate
from workbench.cast.shelf import shipped
from workbench.conditions import stretches
from workbench.errors import CaseError, InputError
from workbench.evaluating import evaluate_packs, open_set_trials
from workbench.evaluation_report import report_of
from workbench.faces import Faces, Space
from workbench.kept_scores import comparable, trials_of_runs
from workbench.labelled import read_labelled
from workbench.models.pack import Card, Pack, StartingThreshold
from workbench.open_set import ask, list_size, rank_of_true
from workbench.probing import Probes, probes_of
from workbench.progress import Silent
from workbench.runs import Passage, Run
from workbench.tracks import Tracks
from workbench.walk_past import NOBODY, _true, owners
from workbench.walk_truth import Planted, read_walk_past

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
SPACE = Space("f" * 64, 16, "paint")
QUIET = Silent()


class PaintPack:
    """Whoever is painted in one colour: red is ten times the person, green leans towards everybody, no red is no face."""

    card = Card("paint", "nobody", "none", {}, 24, start=StartingThreshold(0.9, 0.01, 2, "by hand", stranger=0.0))
    space = SPACE
    providers = ("CPUExecutionProvider",)

    def detect(self, image: U8, *, smallest: int | None = None, doubtful: bool = False) -> Faces:
        height, width = image.shape[:2]
        if image[height // 2, width // 2, 0] < 5:
            return Faces.none(SPACE)
        return Faces.of([[0, 0, width, height]], np.zeros((1, 5, 2)), [0.9], space=SPACE)

    def chips(self, image: U8, faces: Faces) -> U8:
        return np.tile(image[image.shape[0] // 2, image.shape[1] // 2], (len(faces), 4, 4, 1)).astype(np.uint8)

    def embed(self, chips: U8) -> F32:
        red, green = chips[:, 0, 0, 0].astype(int), chips[:, 0, 0, 1] / 255
        template = np.zeros((len(chips), 16), np.float32)
        template[np.arange(len(chips)), red // 10] = np.sqrt(1 - green**2)
        template[:, 15] = green
        return template

    def eyes_and_nose(self, points: F32) -> F32:
        return points[:, :3]


class NanPack(PaintPack):
    def embed(self, chips: U8) -> F32:
        return np.full((len(chips), 16), np.nan, np.float32)


def paint(path: Path, person: int, number: int = 0, lean: int = 0, side: int = 40) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (side, side), (10 * person, lean, number)).save(path)
    return path


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Six people of four pictures; the last picture of each shows nothing."""
    folder = tmp_path / "labelled"
    for person in range(1, 7):
        for number in range(3):
            paint(folder / f"p{person}" / f"{number}.png", person, number + 10 * person, lean=10 * number)
        paint(folder / f"p{person}" / "3.png", 0, 100 + person)
    return folder


def measured(folder: Path, **how: Any) -> wb.Trials:
    return wb.evaluate(folder, pack=PaintPack(), progress=QUIET, **how)


# the protocol


def test_every_picture_that_is_not_listed_is_a_pass(people: Path) -> None:
    trials = measured(people, repeats=1)
    assert (trials.watchlist, trials.mated.size, trials.nonmated.size) == (3, 9, 12)
    assert len(trials) == 24 - 3


def test_a_picture_without_a_face_is_a_miss_and_stays_in_the_denominator(people: Path) -> None:
    trials = measured(people, repeats=1)
    assert trials.missed_detections == 3
    assert trials.curve().at(threshold=0.9).tpir == pytest.approx(6 / 9)
    assert any("6 of 24 pictures show no face" in said for said in trials.concerns())


def test_lists_are_drawn_again_for_each_repeat_and_people_stay_people(people: Path) -> None:
    trials = measured(people, repeats=4)
    assert len(trials) == 4 * 21 and trials.repeat is not None and set(trials.repeat.tolist()) == {0, 1, 2, 3}
    assert np.unique(trials.person).size == 6
    listed = [set(trials[trials.repeat == r].subject[trials[trials.repeat == r].is_mated]) for r in range(4)]  # type: ignore[index]
    assert len({frozenset(names) for names in listed}) > 1


def test_the_same_seed_draws_the_same_lists_and_more_repeats_do_not_change_the_first(people: Path) -> None:
    one, two = measured(people, repeats=2), measured(people, repeats=3)
    assert two.repeat is not None
    assert np.array_equal(one.score, two[two.repeat < 2].score)
    assert not np.array_equal(measured(people, repeats=2, seed=8).is_mated, one.is_mated)


def test_each_picture_is_embedded_once(people: Path) -> None:
    class Counting(PaintPack):
        embedded = 0

        def embed(self, chips: U8) -> F32:
            Counting.embedded += len(chips)
            return super().embed(chips)

    wb.evaluate(people, pack=Counting(), repeats=5, progress=QUIET)
    assert Counting.embedded == 18


def test_a_number_of_people_is_listed_with_several_pictures_each(people: Path) -> None:
    trials = measured(people, enrolled=4, per_person=2, repeats=1)
    assert (trials.watchlist, trials.mated.size, trials.nonmated.size) == (4, 8, 8)


def test_scores_and_ranks_by_hand() -> None:
    template = np.array([[1, 0], [0.6, 0.8], [0, 1], [0.8, 0.6], [0, 0]], np.float32)
    usable, subject = np.array([True, True, True, True, False]), np.array([0, 0, 1, 2, 1])
    answers = ask(template, usable, subject, np.array([[0], [2]]))  # persons 0 and 1 are listed
    assert answers.probe.tolist() == [1, 3, 4]
    assert answers.is_mated.tolist() == [True, False, True]
    assert answers.score == pytest.approx([0.8, 0.8, -np.inf])
    assert answers.true_score == pytest.approx([0.6, np.nan, -np.inf], nan_ok=True)
    assert answers.true_rank == pytest.approx([2, np.nan, np.inf], nan_ok=True)


def test_one_photograph_under_two_names_has_one_rank_in_every_protocol() -> None:
    score, second = np.array([[0.9, 0.2, 0.9]]), np.array([2])
    assert rank_of_true(score, second).tolist() == [2.0] and [each.tolist() for each in _true(score, second)] == [
        [0.9],
        [2.0],
    ]


def test_equal_scores_keep_the_order_of_the_list() -> None:
    template = np.array([[1, 0], [1, 0], [1, 0], [1, 0]], np.float32)
    answers = ask(template, np.full(4, True), np.array([0, 1, 0, 1]), np.array([[1], [0]]))  # person 1 comes first
    assert answers.true_rank.tolist() == [2, 1]


def test_the_protocol_agrees_with_brute_force(people: Path) -> None:
    rng = np.random.default_rng(3)
    template = rng.normal(size=(60, 16)).astype(np.float32)
    template /= np.linalg.norm(template, axis=1, keepdims=True)
    subject, usable = np.repeat(np.arange(12), 5), rng.random(60) > 0.1
    reference = np.array([np.flatnonzero((subject == person) & usable)[:2] for person in (7, 2, 9)])
    answers = ask(template, usable, subject, reference)
    for row, probe in enumerate(answers.probe):
        scores = [max(float(template[probe] @ template[r]) for r in own) for own in reference]
        best = max(scores) if usable[probe] else -np.inf
        assert answers.score[row] == pytest.approx(best, abs=1e-6)
        assert answers.is_mated[row] == (subject[probe] in (7, 2, 9))
        if answers.is_mated[row] and usable[probe]:
            own = scores[(7, 2, 9).index(subject[probe])]
            assert answers.true_score[row] == pytest.approx(own, abs=1e-6)
            assert answers.true_rank[row] == 1 + sum(score > own for score in scores)


# labelled folders and manifests


def table(folder: Path, *rows: tuple[str, ...], head: str = "path,subject,group,camera") -> Path:
    file = folder / "manifest.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(head + "\n")
        csv.writer(out).writerows(rows)
    return file


def test_a_manifest_names_pictures_groups_and_cameras(people: Path) -> None:
    rows = [(f"p{p}/{n}.png", f"p{p}", "xy"[p % 2], f"cam{n}") for p in range(1, 7) for n in range(3)]
    table(people, *rows)
    trials = measured(people, repeats=1)
    assert len(trials) == 15 and trials.group is not None and trials.camera is not None
    assert set(trials.group) == {"x", "y"} and set(trials.camera) <= {"cam0", "cam1", "cam2"}
    assert "group 'x' has 3 people, 10 are needed: its rates are too few to say" in trials.concerns()
    assert np.isnan(trials.group_fpir(0.5).rate).all()


def test_a_group_with_one_member_is_too_few_to_say(people: Path) -> None:
    table(people, *[(f"p{p}/{n}.png", f"p{p}", "y" if p == 1 else "x", "") for p in range(1, 7) for n in range(3)])
    trials = measured(people, repeats=1)
    assert any(said.startswith("group 'y' has 1 person") for said in trials.concerns())
    report = report_of(trials)
    assert "y: too few to say" in report.text()
    groups = report.to_dict()["groups"]
    assert {(each["group"], each["rate"]) for each in groups["fpir"] + groups["tpir"]} == {("x", None), ("y", None)}


@pytest.mark.parametrize(
    ("rows", "head", "said"),
    [
        ([("p1/0.png", "p1"), ("p2/9.png", "p2")], "path,subject", "names 1 of 2 files that do not exist: p2/9.png"),
        ([("p1/0.png", "p1", "x")], "path,subject,sex", "unknown columns 'sex'; known are path, subject, group, camera"),
        ([("p1/0.png",)], "path", "has no column 'subject'"),
        ([("p1/0.png", "p1"), ("p2/0.png", "p2"), ("p1/../p1/0.png", "p1")], "path,subject", "line 4 lists 'p1/../p1/0.png' a second time (first in line 2)"),
        ([("p1/0.png", "p1", "x"), ("p1/1.png", "p1", "y")], "path,subject,group", "'p1' into the groups 'x' and 'y'"),
        ([("p1/0.png", "p1"), ("p1/1.png", "p1")], "path,subject", "one person only (p1)"),
        ([("", "p1")], "path,subject", "line 2 has no path"),
        ([("p1/0.png", " ")], "path,subject", "line 2 has no subject"),
        ([("p1/0.png", "p1", "what")], "path,subject", "line 2 has more cells than columns"),
        ([], "path,subject", "names no picture"),
        ([], "path,path,subject", "names a column twice"),
    ],
)  # fmt: skip
def test_a_manifest_that_cannot_be_right_is_refused(people: Path, rows: Any, head: str, said: str) -> None:
    table(people, *rows, head=head)
    with pytest.raises(InputError) as error:
        read_labelled(people)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_manifest_that_is_no_text_is_refused(people: Path) -> None:
    (people / "manifest.csv").write_bytes(b"path,subject\n\xff\xfe\n")
    with pytest.raises(InputError, match="is no UTF-8 text"):
        read_labelled(people)


def test_a_manifest_may_use_semicolons_and_comments(people: Path) -> None:
    (people / "manifest.csv").write_text("# ours\npath;subject\np1/0.png;a\n\np2/0.png;b\n", encoding="utf-8")
    assert [(each.name, each.subject) for each in read_labelled(people)] == [("p1/0.png", "a"), ("p2/0.png", "b")]


def test_what_lies_in_the_folder_and_is_not_read_is_said(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(people)
    for lost in ("loose.png", "p1/session/0.png", "p1/session/1.png", "p2/letter.docx"):
        paint(people / lost, 1) if lost.endswith("png") else (people / lost).write_bytes(b"a letter")
    (people / "p7").mkdir()
    (people / "p3" / "gone.png").symlink_to(people / "nothing.png")
    trials = measured(Path(), repeats=1)
    assert len(trials) == 21 and [note for note in trials.concerns() if " not read (" in note] == [
        "1 thing in labelled not read (lies beside the folders): loose.png",
        "1 thing in labelled not read (is a folder): p1/session",
        "1 thing in labelled not read (is no picture that can be read): p2/letter.docx",
        "1 thing in labelled not read (has no picture): p7/",
        "1 thing in labelled not read (is a link to nothing): p3/gone.png",
    ]


def test_a_manifest_names_what_is_meant_and_a_tidy_folder_has_no_notes(people: Path) -> None:
    assert read_labelled(people).notes == ()
    paint(people / "loose.png", 1)
    table(people, ("p1/0.png", "p1", "", ""), ("p2/0.png", "p2", "", ""))
    assert read_labelled(people).notes == read_labelled(people / "manifest.csv").notes == ()


def test_names_that_differ_only_in_case_are_said(people: Path) -> None:
    table(people, ("p1/0.png", "ada", "", ""), ("p2/0.png", "Ada", "", ""), ("p3/0.png", "Eve", "", ""))
    assert read_labelled(people).notes == ("the names Ada, ada differ only in case and are taken for different people",)


def test_one_subject_only_is_refused(tmp_path: Path) -> None:
    paint(tmp_path / "only" / "p1" / "1.png", 1)
    with pytest.raises(InputError, match="one person only"):
        measured(tmp_path / "only")


def test_a_folder_without_pictures_or_none_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names no picture"):
        measured(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        measured(tmp_path / "none")


def test_no_usable_picture_is_refused_with_the_reasons(tmp_path: Path) -> None:
    for person in (1, 2):
        paint(tmp_path / f"p{person}" / "none.png", 0, person)
        paint(tmp_path / f"p{person}" / "small.png", person, side=20)
        (tmp_path / f"p{person}" / "broken.png").write_bytes(b"no picture" * person)
    with pytest.raises(
        InputError,
        match="none of 6 pictures can be used: in 2 no face was found, in 2 the face is too small, in 2 the file",
    ):
        measured(tmp_path)


def test_what_cannot_be_read_is_left_out_and_said(people: Path) -> None:
    (people / "p1" / "broken.png").write_bytes(b"no picture")
    trials = measured(people, repeats=1)
    assert len(trials) == 21
    assert "1 of 25 pictures cannot be read and is left out: p1/broken.png" in trials.concerns()


def test_a_copy_is_left_out_because_it_would_be_recognised_with_certainty(people: Path) -> None:
    (people / "p1" / "copy.png").write_bytes((people / "p1" / "0.png").read_bytes())
    trials = measured(people, repeats=1)
    assert len(trials) == 21 and any("1 of 25 pictures is a copy of another one" in said for said in trials.concerns())


def test_one_picture_under_two_names_is_refused(people: Path) -> None:
    (people / "p2" / "copy.png").write_bytes((people / "p1" / "0.png").read_bytes())
    with pytest.raises(InputError, match=r"p1/0.png \(p1\) and p2/copy.png \(p2\) are the same picture"):
        measured(people)


def saved_again(source: Path, copy: Path) -> None:
    """The same pixels in another format, so that the files differ."""
    with Image.open(source) as image:
        image.save(copy)


def test_a_picture_saved_in_another_format_is_a_copy_too(people: Path) -> None:
    saved_again(people / "p1" / "0.png", people / "p1" / "9.bmp")
    trials = measured(people, repeats=1)
    assert len(trials) == 21
    assert any("is a copy of another one of the same person and left out: p1/9.bmp" in n for n in trials.concerns())


def test_one_picture_in_two_formats_under_two_names_is_refused(people: Path) -> None:
    saved_again(people / "p1" / "0.png", people / "p2" / "copy.bmp")
    with pytest.raises(InputError, match=r"p1/0.png \(p1\) and p2/copy.bmp \(p2\) are the same picture"):
        measured(people)


def test_files_that_cannot_be_read_are_nobodys_picture_even_where_they_are_alike(people: Path) -> None:
    for person in ("p1", "p2"):
        (people / person / "empty.png").write_bytes(b"")
    said = "2 of 26 pictures cannot be read and are left out: p1/empty.png, p2/empty.png"
    assert said in measured(people, repeats=1).concerns()


def test_too_few_people_to_list_are_refused(people: Path) -> None:
    with pytest.raises(InputError, match="7 people are to be listed, but only 6"):
        measured(people, enrolled=7)
    with pytest.raises(InputError, match="nobody can be listed"):
        measured(people, per_person=4)


@pytest.mark.parametrize("enrolled", [0, -1, 1.5, np.nan, np.inf])
def test_an_impossible_list_is_refused(people: Path, enrolled: float) -> None:
    with pytest.raises(InputError, match=r"a share below 1, such as 0\.5, or a number of people"):
        measured(people, enrolled=enrolled)


@pytest.mark.parametrize("how", [{"repeats": 0}, {"per_person": 0}, {"seed": -1}])
def test_impossible_draws_are_refused(people: Path, how: dict[str, int]) -> None:
    with pytest.raises(InputError, match="give 1 or more of the first two, and a seed of 0 or more"):
        measured(people, **how)


def test_nan_templates_are_refused(people: Path) -> None:
    with pytest.raises(InputError, match="is NaN in"):
        wb.evaluate(people, pack=NanPack(), repeats=1, progress=QUIET)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"enrolled": "0.5"}, "enrolled is a number; this is '0.5'"),
        ({"seed": 1.5}, "the seed is a whole number; this is 1.5"),
        ({"seed": None}, "the seed is a whole number; this is None"),
        ({"repeats": 2.5}, "repeats is a whole number; this is 2.5"),
        ({"per_person": 1.5}, "per_person is a whole number; this is 1.5"),
        ({"pack": 3}, "given by its path, or loaded; this is 3"),
    ],
)
def test_what_is_no_setting_of_an_evaluation_is_refused_in_a_line(people: Path, how: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        wb.evaluate(people, **{"pack": PaintPack(), "progress": QUIET, **how})


@pytest.mark.parametrize(
    "how", [{"repeats": 0}, {"enrolled": 1.5}, {"enrolled": 10**6}, {"per_person": 99}, {"seed": -1}]
)
def test_lists_that_cannot_be_drawn_are_refused_before_a_model_runs(people: Path, how: dict[str, Any]) -> None:
    class Costly(PaintPack):
        def detect(self, image: U8, **_: Any) -> Faces:
            raise AssertionError("a model ran")

    with pytest.raises(InputError):
        wb.evaluate(people, pack=Costly(), progress=QUIET, **how)
    with pytest.raises(InputError):
        evaluate_packs(people, old=Costly(), new=Costly(), progress=QUIET, **how)
    with pytest.raises(TypeError, match="repeat"):
        evaluate_packs(people, old=Costly(), new=Costly(), progress=QUIET, repeat=3)


def test_packs_are_compared_on_pictures_that_are_given_by_their_path(people: Path) -> None:
    with pytest.raises(InputError, match="the labelled pictures is given by its path, as text; this is 3"):
        evaluate_packs(3, old=PaintPack(), new=PaintPack())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="or loaded; this is 3"):
        evaluate_packs(people, old=PaintPack(), new=3)  # type: ignore[arg-type]


def test_two_seeds_are_put_together(people: Path) -> None:
    both = wb.Trials.concat([measured(people, seed=seed, repeats=2) for seed in (7, 8)])
    assert both.repeat is not None and np.unique(both.repeat).tolist() == [0, 1, 2, 3]


def test_where_nobody_has_two_pictures_nobody_can_be_listed() -> None:
    for enrolled in (0.5, 3):
        with pytest.raises(
            InputError, match="nobody can be listed; that takes a usable picture to list and another one"
        ):
            list_size(enrolled, 0)
    with pytest.raises(InputError, match="2 people are to be listed, but only 1 person has a usable picture"):
        list_size(2, 1)


def test_everybody_listed_leaves_false_alerts_too_few_to_say(people: Path) -> None:
    trials = measured(people, enrolled=6, repeats=1)
    report = report_of(trials)
    assert report.points == () and "strangers raise an alert is too few to say" in trials.concerns()[0]
    assert "no threshold can be chosen" in report.text()
    assert report.to_dict()["nonmated"] == 0


# the report


def test_the_json_says_points_with_intervals_and_a_curve(people: Path) -> None:
    trials = measured(people, repeats=2)
    said = report_of(trials, targets=(0.5, 0.01)).to_dict()
    assert (said["pack"], said["watchlist"], said["mated"], said["nonmated"]) == ("paint", 3, 18, 24)
    assert said["missed_detections"] == 6
    assert [point["target"] for point in said["points"]] == [0.5, 0.01]
    for point in said["points"]:
        assert point["fpir_low"] <= point["fpir"] <= point["fpir_high"] and point["fpir"] <= point["target"]
        assert point["tpir_low"] <= point["tpir"] <= point["tpir_high"]
        at = np.searchsorted(said["curve"]["threshold"], point["threshold"])
        assert said["curve"]["fpir"][at] == pytest.approx(point["fpir"])
        assert said["curve"]["tpir"][at] == pytest.approx(point["tpir"])
    assert len({len(column) for column in said["curve"].values()}) == 1


def test_the_threshold_is_also_chosen_on_some_people_and_reported_on_others(people: Path) -> None:
    (point,) = report_of(measured(people, repeats=3), targets=(0.1,)).to_dict()["points"]
    assert point["held_out"]["nonmated"] < point["nonmated"] and point["held_out"]["nonmated_people"] <= 3
    assert any("flatters" in said for said in point["concerns"])


def test_people_read_counts(people: Path) -> None:
    said = report_of(measured(people, repeats=1), targets=(0.01,)).text()
    assert "9 passes of people on the list (in 3 of them no face), 12 of people who are not; N = 3, paint" in said
    assert "0 of 12" in said and "1 in 100 was asked for and is not proven" in said


def test_the_command_prints_json(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.evaluating.load_pack", lambda name: PaintPack())
    said = call("evaluate", people, "--pack", "paint", "--seed", 7, "--repeats", 1, "--json")
    assert said.code == 0 and said.json["mated"] == 9
    assert call("evaluate", people, "--seed", 7, "--repeats", 1, "--json").out == said.out
    assert "passes of people on the list" in call("evaluate", people, "--repeats", 1).out


def test_the_command_refuses_in_one_line(people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.evaluating.load_pack", lambda name: PaintPack())
    refused(call("evaluate", tmp_path / "none"), "does not exist")
    refused(call("evaluate", people, "--enrolled", 99), "99 people are to be listed")
    assert call("evaluate", people, "--seed", -1).code == 2
    assert call("evaluate", people, "--truth", "t.csv").code == 2
    assert call("evaluate").code == 2


# an operating point from the command line

RECORD = ("--choose-fpir", 0.5, "--name", "night", "--reason", "few passers-by", "--by", "A. Ng")


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.evaluating.load_pack", lambda name: PaintPack())


@pytest.mark.usefixtures("painted")
def test_the_command_records_a_point_chosen_on_some_people_and_measured_on_others(people: Path, bare: Path) -> None:
    said = call("evaluate", people, "--case", bare, *RECORD, "--repeats", 3, "--json").json["recorded"]
    (kept,) = wb.open_case(bare).operating_points
    assert (kept.name, kept.reason, kept.by) == ("night", "few passers-by", "A. Ng")
    assert said["threshold"] == kept.point.threshold and kept.point.target == 0.5
    assert kept.point.chosen_on != kept.point.data and kept.point.nonmated_people <= 3
    assert "operating point 'night': threshold" in call("case", "info", bare).out


@pytest.mark.usefixtures("painted")
def test_people_read_what_was_recorded(people: Path, bare: Path) -> None:
    said = call("evaluate", people, "--case", bare, *RECORD, "--choose-fpir", 0.05, "--repeats", 1).out
    recorded = said.split("recorded operating point 'night': threshold")[1]
    assert "FPIR too few to say (0 of 4), TPIR too few to say (2 of 3), N = 3, paint; A. Ng, " in recorded
    assert "all 3 passes of people on the list are of one person" in recorded


@pytest.mark.usefixtures("painted")
def test_a_name_that_is_taken_is_refused_before_anything_is_measured(
    people: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("evaluate", people, "--case", bare, *RECORD, "--repeats", 1).code == 0
    monkeypatch.setattr("workbench.evaluating.load_pack", lambda name: 1 / 0)
    refused(call("evaluate", people, "--case", bare, *RECORD), "has an operating point 'night' already")


@pytest.mark.usefixtures("painted")
def test_a_point_measured_in_another_space_than_the_list_is_not_recorded(people: Path, case: Path) -> None:
    refused(call("evaluate", people, "--case", case, *RECORD, "--repeats", 1), "the case's list is in", "with its pack")
    assert wb.open_case(case).operating_points == ()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--case", "c"], "--case needs --truth"),
        (["--choose-fpir", 0.1], "give --case, --name, --reason, --by too"),
        (["--case", "c", "--choose-fpir", 0.1, "--name", "n", "--by", "b"], "give --reason too"),
        (["--name", "n"], "give --choose-fpir too"),
        (["--choose-fpir", 2], "Invalid value for '--choose-fpir'"),
        (["--choose-fpir", "often"], "Invalid value for '--choose-fpir'"),
    ],
)
def test_options_that_mean_nothing_alone_are_wrong_usage(people: Path, options: list[object], words: str) -> None:
    said = call("evaluate", people, *options)
    assert said.code == 2 and words in " ".join(said.err.replace("│", " ").split()) and "Traceback" not in said.err


# a walk-past: whose track is whose

EVE, ANN = ("Eve", "Ann"), 0


def passage(start: float, end: float, x: float = 0.0) -> Passage:
    box = (x, 0.0, x + 40, 40.0)
    return Passage(start, end, 5, 40, box, box, box)


def whose(planted: list[Planted], passages: list[Passage], *scores: tuple[float, float]) -> tuple[list[int], bool]:
    """Rows of the passes; scores are of each track for Eve and for Ann."""
    score = np.array(scores, np.float64).reshape(len(passages), 2)
    owned = owners(planted, passages, score, ("Eve", "Ann"), contradict=0.3)
    return owned.row.tolist(), owned.guessed


def test_a_person_alone_owns_all_tracks_of_her_time() -> None:
    tracks = [passage(0, 1), passage(2, 3), passage(8, 9)]
    assert whose([Planted("Eve", 0, 4)], tracks, (0.9, 0), (0.1, 0), (0.8, 0)) == ([0, 0, NOBODY], False)


def test_two_listed_people_at_once_get_the_track_that_resembles_each() -> None:
    both = [Planted("Eve", 0, 4), Planted("Ann", 0, 4)]
    assert whose(both, [passage(0, 4), passage(0, 4)], (0.2, 0.8), (0.7, 0.6)) == ([1, 0], True)


def test_a_stranger_who_is_known_gets_what_resembles_nobody() -> None:
    both = [Planted("Cho", 0, 4), Planted("Eve", 0, 4)]
    assert whose(both, [passage(0, 4), passage(0, 4)], (0.1, 0.1), (0.7, 0.2)) == ([0, 1], True)
    assert whose(both, [passage(0, 4)], (0.1, 0.1)) == ([0], True)  # so that Eve was not seen


def test_nobody_is_two_tracks_at_the_same_time() -> None:
    assert whose([Planted("Eve", 0, 4)], [passage(0, 4), passage(1, 3)], (0.9, 0), (0.8, 0)) == ([0, NOBODY], True)


def test_a_zone_tells_people_apart() -> None:
    left, right = (0.0, 0.0, 100.0, 100.0), (100.0, 0.0, 300.0, 100.0)
    both = [Planted("Eve", 0, 4, zone=right), Planted("Ann", 0, 4, zone=left)]
    tracks = [passage(0, 4, x=0), passage(0, 4, x=200)]
    assert whose(both, tracks, (0.9, 0.1), (0.1, 0.9)) == ([1, 0], False)


def test_a_track_that_was_never_compared_still_explains_a_pass() -> None:
    assert whose([Planted("Cho", 0, 4)], [passage(0, 4)], (-np.inf, -np.inf)) == ([0], False)


# the table of a walk-past


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, 25 frames each."""
    return make_clip(tmp_path_factory.mktemp("clips") / "a.mp4", 50)


def truth(folder: Path, text: str) -> Path:
    file = folder / "truth.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_passes_are_read_by_frame_by_second_and_for_the_whole_clip(tmp_path: Path, clip: Path) -> None:
    file = truth(tmp_path, "clip,person,first_frame,last_frame,start,end,note\n"
                 "a.mp4,Eve,0,25,,,first\na.mp4,Ann,,,0.5,1.5,\na.mp4,guest_1..2,,,,,\n")  # fmt: skip
    (found,) = read_walk_past(file, clip.parent)
    assert [(each.person, each.start, each.end) for each in found.planted] == [
        ("Eve", 0, 1), ("Ann", 0.5, 1.5), ("guest_1", 0, 2), ("guest_2", 0, 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("guest_01..03", ["guest_01", "guest_02", "guest_03"]),
        ("guest_8..10", ["guest_8", "guest_9", "guest_10"]),
        ("guest_4..4", ["guest_4"]),
    ],
)
def test_several_people_are_numbered_as_they_are_written(
    tmp_path: Path, clip: Path, cell: str, people: list[str]
) -> None:
    (found,) = read_walk_past(truth(tmp_path, f"clip,person\na.mp4,{cell}\n"), [clip])
    assert [each.person for each in found.planted] == people


def test_a_clip_with_nobody_known_in_it_is_scanned_too(tmp_path: Path, clip: Path) -> None:
    (found,) = read_walk_past(truth(tmp_path, "clip,person\na.mp4,\n"), [clip])
    assert found.planted == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clip,person,first\na.mp4,Eve,0\n", "unknown columns 'first'"),
        ("person\nEve\n", "has no column 'clip'"),
        ("clip,person\n,Eve\n", "line 2 names no clip"),
        ("clip,person\n", "has no rows"),
        ("clip,person\nb.mp4,Eve\n", "names clips that are not there: b.mp4"),
        ("clip,person,first_frame,last_frame\na.mp4,Eve,0,50\n", "line 2: there is no frame 50 in a.mp4; it has 50"),
        ("clip,person,first_frame\na.mp4,Eve,one\n", "line 2: first_frame is 'one', which is no number"),
        ("clip,person,start,end\na.mp4,Eve,80,90\n", "line 2: 80 to 90 s is no part of a.mp4"),
        ("clip,person,start,end\na.mp4,Eve,1,0.5\n", "line 2: 1 to 0.5 s is no part"),
        ("clip,person,start,first_frame\na.mp4,Eve,1,1\n", "frames and seconds; give one of them"),
        ("clip,person,x1,y1,x2,y2\na.mp4,Eve,9,0,1,1\n", "x1, y1, x2, y2 are no box"),
        ("clip,person\na.mp4,guest_4..1\n", "line 2: 'guest_4..1' names nobody; write the lower number first"),
        ("clip,person\na.mp4,guest_1..1001\n", "line 2: 'guest_1..1001' names more than 1,000 people"),
        (f"clip,person\na.mp4,guest_1..{'9' * 40}\n", "names more than 1,000 people; check the numbers"),
        ("clip,person\na.mp4,Eve\na.mp4,Eve\n", "has 'Eve' twice in a.mp4"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(tmp_path: Path, clip: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        read_walk_past(truth(tmp_path, text), clip.parent)
    assert said in str(error.value)


def test_footage_that_the_table_does_not_name_is_refused(tmp_path: Path, clip: Path) -> None:
    other = make_clip(tmp_path / "b.mp4", 5)
    with pytest.raises(InputError, match=r"does not say who is in b.mp4"):
        read_walk_past(truth(tmp_path, "clip,person\na.mp4,Eve\n"), [clip, other])


def test_boxes_are_read_for_one_clip(tmp_path: Path, clip: Path) -> None:
    file = truth(tmp_path, "person,t,x1,y1,x2,y2,visible\nEve,0.0,0,0,40,40,1\nEve,1.0,0,0,40,40,1\n")
    (found,) = read_walk_past(file, clip)
    assert found.planted[0].walk is not None and found.planted[0].end == 1
    with pytest.raises(InputError, match="boxes for one clip, and 0 were given"):
        read_walk_past(file)
    passages = [passage(0, 1), passage(0, 1, x=100), passage(0, 1.5, x=10), passage(2, 3)]
    rows = owners(found.planted, passages, np.zeros((4, 1)), ("Eve",), contradict=0.3)
    # the third lies on her by 0.6 and goes on half a second after her walk is over; when the last one is seen she is gone
    assert rows.row.tolist() == [0, NOBODY, 0, NOBODY] and not rows.guessed


def test_a_walk_past_is_measured(case: Path, lobby: Path, pack: str, tmp_path: Path) -> None:
    file = truth(tmp_path, f"clip,person,start,end\n{lobby.name},eve,0,6\n{lobby.name},ben,2,8\n{lobby.name},ann,0,1\n")
    trials = wb.evaluate_footage(wb.open_case(case), file, footage=lobby.parent, progress=QUIET)
    assert trials.subject is not None and trials.subject.tolist() == ["eve", "ben", "ann"]
    assert (trials.mated.size, trials.nonmated.size, trials.watchlist) == (2, 1, 2)
    assert trials.mated[0] > trials.nonmated[0] and trials.true_rank[0] == 1
    assert trials.mated[1] == -np.inf and trials.missed_detections == 1  # ann never walked by
    assert "several people are seen at once" in trials.assumption
    assert any("in 1 of 2 passes of people on the list no face was found" in said for said in trials.notes)
    said = call("evaluate", lobby.parent, "--case", case, "--truth", file, "--json")
    assert said.code == 0 and said.json["mated"] == 2
    late = date(2100, 1, 1)
    assert wb.evaluate_footage(wb.open_case(case), file, footage=lobby, today=late, progress=QUIET).watchlist == 2


def test_boxes_say_whose_every_track_is(tmp_path: Path, pack: str) -> None:
    cast = shipped()
    for entry in cast.watchlist:
        for file in cast.portraits[entry.subject][:2]:
            (tmp_path / "photos" / entry.subject).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, tmp_path / "photos" / entry.subject)
    held = wb.open_case(tmp_path / "case", purpose="a test", authority="its author", pack=pack)
    held.enroll(tmp_path / "photos", progress=QUIET)
    truth_file = cast.truth_file("easy")
    trials = wb.evaluate_footage(held, truth_file, footage=cast.clips["easy"], every=0.5, progress=QUIET)
    assert trials.subject is not None and set(trials.subject) - {""} == set(cast.truth("easy").person)
    assert trials.mated.size == len({entry.subject for entry in cast.watchlist} & set(trials.subject))
    assert (trials.true_rank[trials.is_mated] == 1).all() and "no boxes" not in trials.assumption


def test_a_walk_past_needs_a_list_and_names_that_are_on_it(bare: Path, case: Path, lobby: Path, tmp_path: Path) -> None:
    file = truth(tmp_path, f"clip,person\n{lobby.name},Eve\n")
    with pytest.raises(CaseError, match="enroll the volunteers first"):
        wb.evaluate_footage(wb.open_case(bare), file, footage=lobby, progress=QUIET)
    trials = wb.evaluate_footage(wb.open_case(case), file, footage=lobby, every=1, progress=QUIET)
    assert "nobody in the truth is on the list; a person must have the same name in both" in trials.concerns()


# kept scores


def run_of(scores: list[float], *alerts: tuple[int, int], number: int = 1, sha: str = "a" * 64, **about: Any) -> Run:
    """A run with one track a score, a second each; alerts are (id, row)."""
    rows = [
        {"id": i, "source": sha, "start": i, "end": i + 0.5, "seen": 3, "face_px": 40, "box": [0, 0, 9, 9], "score": s}
        for i, s in enumerate(scores)
    ]
    asked = [
        Alert(alert, (Candidate(1, "Eve", scores[row], "1.jpg"),), 0.5, "a.mp4", sha, row, row + 0.5, row, 0, (0, 0, 9, 9), 40, {})
        for alert, row in alerts
    ]  # fmt: skip
    settings = {"list_digest": "d", "space": SPACE.sha, **about}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    report = wb.runs.SourceReport("a.mp4", sha, 9, False, 0, len(scores), len(scores), 0)  # type: ignore[attr-defined]
    return Run(
        number, 0.5, 0.4, "by hand", (report,), Alerts(tuple(asked)), Alerts(), Tracks.of(rows), settings, now, now
    )


def test_what_was_judged_of_a_scan_that_does_not_count_is_said_to_be_left_out(tmp_path: Path) -> None:
    held = new_case(tmp_path / "case")
    first = scan(held, alerting(1), alerting(5))
    for reviewer in ("A. Ng", "B. Ott"):
        for alert in first:
            say(held, alert, reviewer, "same")
    assert not any("left out" in note for note in held.trials().notes)
    scan(held, Passage(1, 5, 5, 40, *[(0.0, 0.0, 40.0, 40.0)] * 3, 0.8), threshold=0.99)
    assert any(
        "2 judged alerts are left out: the scans that raised them do not count here" in n for n in held.trials().notes
    )


def test_every_compared_track_is_a_stranger_until_somebody_judges() -> None:
    trials = trials_of_runs([run_of([0.9, 0.3, np.nan, 0.6], (7, 0), (8, 3))], SPACE, 20)
    assert trials.nonmated.tolist() == [0.9, 0.3, 0.6] and not trials.mated.size
    assert trials.curve().at(threshold=0.5).fpir == pytest.approx(2 / 3)
    assert trials.assumption == (
        "1 track that raised no alert and 2 tracks whose alert is not settled taken for people who are not on the "
        "list; where such an alert was right, the false alert rate is lower than stated; where a person on the list passed "
        "without an alert, the false alert rate is a little higher than stated at the threshold of the scan, and lower than "
        "stated below it; each track of a person who is not on the list is taken for another "
        "person, so that whoever passed more than once makes the limits too narrow"
    )
    assert any("1 track without a face fit to compare" in said for said in trials.concerns())
    assert any("recognised is too few to say" in said for said in trials.concerns())


def test_judged_alerts_are_what_people_concluded() -> None:
    run = run_of([0.9, 0.8, 0.7, 0.2], (7, 0), (8, 1), (9, 2))
    trials = trials_of_runs([run], SPACE, 20, {7: "same", 8: "different", 9: "cannot tell"})
    assert (trials.mated.tolist(), trials.nonmated.tolist()) == ([0.9], [0.8, 0.2])
    assert "the recognition rate counts only those who did, and is too high" in trials.assumption
    assert any('1 track judged "cannot tell" left out' in said for said in trials.concerns())
    with pytest.raises(InputError, match="'yes' is no verdict"):
        trials_of_runs([run], SPACE, 20, {7: "yes"})  # type: ignore[dict-item]


def test_a_confirmed_person_who_passed_twelve_times_is_one_person_without_an_interval() -> None:
    run = run_of([0.8 + i / 1000 for i in range(12)] + [0.1, 0.2], *((7 + i, i) for i in range(12)))
    trials = trials_of_runs([run], SPACE, 20, dict.fromkeys(range(7, 19), "same"))
    point = trials.curve().at(threshold=0.5)
    assert (point.mated, point.mated_people, point.nonmated_people) == (12, 1, 2)
    assert np.isnan(point.tpir_low) and np.isnan(point.tpir_high)
    assert any("all 12 passes of people on the list are of one person" in said for said in trials.concerns())
    drawn = [each for each in stretches(trials, "face size", 0.5) if each.kind == "mated"]
    assert [each.people for each in drawn] == [1] and np.isnan(drawn[0].rate)


def test_two_confirmed_people_are_two_and_a_stranger_is_each_time_another() -> None:
    run = run_of([0.9, 0.8, 0.7, 0.6, 0.1], (7, 0), (8, 1), (9, 2), (10, 3))
    ada = replace(run.alerts[1], candidates=(Candidate(1, "Ada", 0.8, "2.jpg"),))
    run = replace(run, alerts=Alerts((run.alerts[0], ada, *run.alerts[2:])))
    trials = trials_of_runs([run], SPACE, 20, {7: "same", 8: "same", 9: "different", 10: "different"})
    assert trials.subject is not None and trials.subject.tolist() == ["Eve", "Ada", "", "", ""]
    point = trials.curve().at(threshold=0.5)
    assert (point.mated_people, point.nonmated_people) == (2, 3)
    assert "whoever passed more than once makes the limits too narrow" in trials.assumption


def test_footage_that_was_scanned_twice_counts_once_as_it_was_seen_last() -> None:
    chosen, notes = comparable([run_of([0.9, 0.8]), run_of([0.7], number=2), run_of([0.1], number=3, sha="b" * 64)])
    assert [run.id for run in chosen] == [2, 3] and notes == ()
    assert trials_of_runs(chosen, SPACE, 2).nonmated.tolist() == [0.7, 0.1]


def test_runs_against_another_list_are_left_out_or_refused() -> None:
    runs = [run_of([0.9], list_digest="older"), run_of([0.7], number=2)]
    chosen, notes = comparable(runs)
    assert [run.id for run in chosen] == [2] and "1 run unfinished, against another list" in notes[0]
    with pytest.raises(InputError, match="different lists or packs"):
        comparable(runs, every=True)
    with pytest.raises(CaseError, match="no finished run"):
        comparable([replace(runs[0], finished=None)])


def test_a_case_gives_the_trials_of_its_runs(case: Path, lobby: Path) -> None:
    held = wb.open_case(case)
    with pytest.raises(CaseError, match="no finished run"):
        held.trials()
    run = held.scan(lobby, progress=QUIET)
    trials = held.trials()
    assert sorted(trials.nonmated.tolist()) == pytest.approx(sorted(run.scores.tolist()))
    assert (trials.watchlist, trials.pack) == (2, held.watchlist.space.pack if held.watchlist else "")
    judged = held.trials(run.id, verdicts={run.alerts[0].id: "same"})
    assert judged.mated.tolist() == pytest.approx([run.alerts[0].score])
    assert held.watchlist is not None and held.watchlist.space.marked(trials.space)


# the real thing


@pytest.fixture(scope="module")
def orl(shared: Path, minifix: Pack) -> Probes:
    """Three portraits of each of the 40 people of ORL as templates; all ten give the same threshold and take longer."""
    pictures = [each for each in read_labelled(shared / "faces" / "orl") if int(each.path.stem) <= 3]
    return probes_of(minifix, pictures, QUIET)


def test_orl_has_its_threshold_where_it_was_measured(orl: Probes, minifix: Pack) -> None:
    trials = open_set_trials(orl, minifix, seed=7)
    point = trials.curve().at(fpir=0.01)
    assert (trials.watchlist, trials.mated.size, trials.nonmated.size) == (20, 400, 600)
    assert trials.missed_detections == 0
    assert point.threshold == pytest.approx(0.44, abs=0.02) and point.tpir > 0.98


def test_longer_lists_raise_the_threshold(orl: Probes, minifix: Pack) -> None:
    thresholds = [
        open_set_trials(orl, minifix, enrolled=n, repeats=40).curve().at(fpir=0.01).threshold for n in (5, 10, 20)
    ]
    assert thresholds == sorted(thresholds) and thresholds[-1] - thresholds[0] > 0.03


def test_the_actors_are_found_in_the_clips_that_name_them(shared: Path, minifix: Pack, tmp_path: Path) -> None:
    case = wb.open_case(tmp_path / "case", purpose="a test", authority="its author", pack=shared / "models" / "minifix")
    case.enroll(shared / "watchlist", progress=QUIET)
    trials = wb.evaluate_footage(case, shared / "footage" / "GROUND_TRUTH.csv", pack=minifix, progress=QUIET)
    assert (trials.mated.size, trials.nonmated.size, trials.missed_detections) == (5, 8, 0)
    assert trials.mated.min() > 0.5 > trials.nonmated.max() and (trials.true_rank[trials.is_mated] == 1).all()
    assert any("in 6 of 8 passes of people not on it no face" in said for said in trials.notes)
