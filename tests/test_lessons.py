"""The lessons: every answer explained, every number computed again, every answer on disk before a word of what is right."""

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import norm

from widgets import lessons
from widgets.lessons import Exercise, JudgePairs, Prediction, Progress, crowd
from widgets.lessons.answer_book import AnswerBook, books_in
from widgets.lessons.cast_scores import cast_trials, measure_cast
from widgets.lessons.drawing import ASSETS, draw, ladder_shots, pair_shots
from widgets.lessons.judging import look_of, moved
from widgets.lessons.lesson import Lesson, read_lesson, syllabus
from widgets.lessons.likeness import pack
from widgets.lessons.pairs import PAIRS, line, order, scores
from workbench.casefile.policy import Policy
from workbench.casefile.retention import LONGEST
from workbench.cast import shipped
from workbench.errors import InputError
from workbench.intervals import clopper_pearson
from workbench.outcomes import precision, rule_of_three, scale_fpir
from workbench.signal_detection import criterion, d_prime

LEARNER, OTHER = "00ab" * 4, "11cd" * 4
LESSONS = syllabus()
BOOKS = Path(__file__).parents[1] / "notebooks" / "lessons"
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)

OWN = """
title = "Ours"
minutes = 5
remember = ["one", "two"]
[[question]]
id = "colour"
ask = "Which?"
[[question.choice]]
words = "red"
because = "no: red"
[[question.choice]]
words = "blue"
because = "yes: blue"
right = true
[[question]]
id = "many"
ask = "How many?"
number = 12
tolerance = 0.5
because = "a dozen"
[[question.near]]
value = 10
because = "ten is not a dozen."
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    return tmp_path / "own.toml"


class Page:
    """A page without a browser: what it sends, and every word that it gets."""

    def __init__(self, widget: Exercise, learner: str = LEARNER) -> None:
        self.widget, self.learner, self.heard = widget, learner, []
        widget.send = lambda message, buffers=None: self.heard.append(message)  # type: ignore[method-assign]

    def say(self, **message):
        self.widget._heard(self.widget, {"learner": self.learner, **message}, [])
        return self.heard[-1]

    def answer(self, question, given, key="k1"):
        return self.say(kind="decide", key=key, question=question, given=given)


# -- what is taught


@each_lesson
def test_a_lesson_is_short_and_ends_with_two_things_to_remember(lesson: Lesson) -> None:
    assert 10 <= lesson.minutes <= 15 and len(lesson.remember) == 2 and lesson.able
    assert 4 <= len(lesson.questions) <= 8


@each_lesson
def test_every_answer_is_explained_and_the_right_one_is_not_always_in_the_same_place(lesson: Lesson) -> None:
    chosen = [question for question in lesson.questions if question.choices]
    assert all(len(choice.because) > 40 for question in chosen for choice in question.choices)
    assert len({[c.right for c in question.choices].index(True) for question in chosen}) > 1


@each_lesson
def test_a_lesson_has_its_notebook_with_its_title_minutes_and_exercise(lesson: Lesson) -> None:
    cells = json.loads((BOOKS / f"{lesson.id}.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    assert text.startswith(f"# {lesson.id[0]} · {lesson.title}") and f"*{lesson.minutes} minutes." in text
    assert f'lessons.Exercise("{lesson.id}")' in text
    assert bool(lesson.predictions) == (f'lessons.Prediction("{lesson.id}")' in text)
    assert "(index.ipynb)" in text


def _number(lesson: str, question: str) -> float:
    return read_lesson(lesson).question(question).number


def test_the_numbers_that_are_right_are_those_that_the_engine_computes() -> None:
    assert _number("1_seventy_per_cent", "wrong-of-100") == pytest.approx(
        100 * (1 - precision(1e-3, 0.7, 1e-3)), abs=0.05
    )
    assert _number("1_seventy_per_cent", "evening") == 5_000 * 6 / 1_000
    assert _number("2_threshold_and_list", "ten-times") == pytest.approx(
        1 / scale_fpir(1 / 60_000, 1_000, 10_000), rel=1e-3
    )
    assert _number("2_threshold_and_list", "rule-of-three") == pytest.approx(1 / rule_of_three(3_000))


def test_the_hours_of_lesson_6_are_those_of_the_policy() -> None:
    hours = read_lesson("6_case_to_evidence").question("hours")
    assert hours.number == Policy().alert_hours and hours.near[0].value == LONGEST.total_seconds() / 3_600
    assert Policy().list_hours == 24


def test_the_figures_in_the_explanations_are_computed_too() -> None:
    review = [f"{limit:.0%}" for limit in clopper_pearson(34, 42)]
    assert review == ["66%", "91%"]
    assert [round(float(100 * limit), 2) for limit in clopper_pearson(10, 2_077)] == [0.23, 0.88]
    assert [f"{1 - share:.0%}" for share in precision([1e-2, 1e-4], 0.7, 1e-3)] == ["12%", "93%"]
    inferred = 34 / 42
    base = 1 / (1 + inferred / (1 - inferred) * 0.7 / 0.001)
    assert 2_900 < 1 / base < 3_050


def test_a_crowd_is_whole_people() -> None:
    one = crowd(10_000, 1e-3, 0.7, 1e-3)
    assert (one.listed, one.found, one.missed, one.false_alerts) == (10, 7, 3, 10)
    assert one._repr_html_().count("<path") == 10 + 1 and len(one._repr_html_()) < 20_000  # one in the key
    with pytest.raises(InputError, match="give 1 to 20,000"):
        crowd(1_000_000, 1e-3, 0.7, 1e-3)


def test_the_kept_scores_are_what_the_portraits_give() -> None:
    kept, fresh = cast_trials(), measure_cast()
    assert kept.mated.size == fresh.mated.size and kept.nonmated.size == fresh.nonmated.size
    for side in ("mated", "nonmated"):
        assert np.abs(np.sort(getattr(kept, side)) - np.sort(getattr(fresh, side))).max() < 2e-3


# -- the exercise


def test_nothing_of_what_is_right_is_sent_before_the_answer_is_kept(own: Path, tmp_path: Path) -> None:
    page = Page(Exercise(own, folder=tmp_path / "answers"))
    known = json.dumps(page.widget.get_state(["about"])) + json.dumps(page.say(kind="look") | {"mark": ""})
    assert "red" in known and not any(word in known for word in ("right", "yes: blue", "dozen", "12"))
    said = page.answer("colour", 1)
    assert said["kind"] == "saved" and said["answered"][0]["right"] is True
    assert "dozen" not in json.dumps(page.heard)


def test_an_answer_is_on_disk_when_it_is_acknowledged_and_written_once(own: Path, tmp_path: Path) -> None:
    page = Page(Exercise(own, folder=tmp_path / "answers"))
    page.answer("colour", 0)
    page.answer("colour", 0)  # the same key: sent again because no answer came
    lines = (tmp_path / "answers" / f"{LEARNER}.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 1 and json.loads(lines[0])["right"] is False
    assert page.widget.score == (0, 2) and "1 of 2 answered, 0 right" in repr(page.widget)


def test_the_first_answer_counts_until_one_begins_again(own: Path, tmp_path: Path) -> None:
    page = Page(Exercise(own, folder=tmp_path))
    page.answer("colour", 0, "k1")
    page.answer("colour", 1, "k2")
    assert page.widget.score == (0, 2)
    assert page.say(kind="decide", key="k3", what="again")["answered"] == []
    page.answer("colour", 1, "k4")
    assert page.widget.score == (1, 2)
    assert len(AnswerBook(LEARNER, tmp_path).answers()) == 4  # both attempts stay


def test_a_frequent_mistake_is_explained_before_the_way_to_the_right_number(own: Path) -> None:
    many = read_lesson(own).question("many")
    assert many.judge(12.4).right and not many.judge(12.6).right
    assert many.judge(10).because == "ten is not a dozen. a dozen" and many.judge(3).because == "a dozen"


def test_two_learners_in_one_folder_do_not_mix(own: Path, tmp_path: Path) -> None:
    exercise = Exercise(own, folder=tmp_path)
    Page(exercise).answer("colour", 1, "k1")
    assert Page(exercise, OTHER).say(kind="look")["answered"] == []
    Page(exercise, OTHER).answer("colour", 0, "k2")
    assert [book.learner for book in books_in(tmp_path)] == [LEARNER, OTHER]


def test_a_name_is_kept_only_if_it_is_given(own: Path, tmp_path: Path) -> None:
    page = Page(Exercise(own, folder=tmp_path))
    page.answer("colour", 1)
    assert AnswerBook(LEARNER, tmp_path).name == ""
    page.say(kind="decide", key="n", what="name", name="  <b>Ada</b>\n Quail ")
    assert page.say(kind="look")["name"] == "<b>Ada</b> Quail"


@pytest.mark.parametrize("given", ["blue", None, 2, -1, True, float("nan"), [1]])
def test_an_answer_that_is_none_is_refused_in_one_line_and_not_kept(own: Path, tmp_path: Path, given: object) -> None:
    page = Page(Exercise(own, folder=tmp_path / "answers"))
    said = page.answer("colour", given)
    assert said["kind"] == "refused" and said["of"] == "decide" and "choose one" in said["words"]
    assert not (tmp_path / "answers").exists()


@pytest.mark.parametrize("learner", ["../../etc", "", "0" * 15, "0" * 17, "G" * 16])
def test_a_learner_who_is_a_path_is_refused(own: Path, tmp_path: Path, learner: str) -> None:
    said = Page(Exercise(own, folder=tmp_path / "answers"), learner).answer("colour", 1)
    assert said["kind"] == "refused" and not (tmp_path / "answers").exists()


def test_a_prediction_is_kept_and_explained_and_neither_right_nor_wrong(tmp_path: Path) -> None:
    page = Page(Prediction("1_seventy_per_cent", folder=tmp_path))
    (said,) = page.answer("right-alert", 1)["answered"]
    assert said["right"] is None and "70 % says how many listed people" in said["because"]
    assert Page(Exercise("1_seventy_per_cent", folder=tmp_path)).say(kind="look")["answered"] == []
    refused = Page(Exercise("1_seventy_per_cent", folder=tmp_path)).answer("right-alert", 1)
    assert refused["kind"] == "refused"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(own: Path, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    assert "cannot be written" in Page(Exercise(own, folder=tmp_path / "shut" / "answers")).answer("colour", 1)["words"]


def test_a_file_in_the_way_of_the_folder_is_said(own: Path, tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file")
    said = Page(Exercise(own, folder=tmp_path / "answers")).answer("colour", 1)
    assert said["kind"] == "refused" and "cannot be written" in said["words"]


def test_a_line_that_a_crash_cut_short_is_left_out_and_spoils_no_other(own: Path, tmp_path: Path) -> None:
    page = Page(Exercise(own, folder=tmp_path))
    page.answer("colour", 1, "k1")
    with (tmp_path / f"{LEARNER}.jsonl").open("a") as file:
        file.write('{"key": "k2", "lesson": "ow')
    page.answer("many", 12, "k3")
    assert [answer.key for answer in AnswerBook(LEARNER, tmp_path).answers()] == ["k1", "k3"]
    assert page.widget.score == (2, 2)


def test_files_that_were_renamed_or_copied_count_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    page = Page(Exercise("1_seventy_per_cent", folder=tmp_path))
    page.answer("evening", 30, "k1")
    written = (tmp_path / f"{LEARNER}.jsonl").read_bytes()
    (tmp_path / f"{LEARNER} (1).jsonl").write_bytes(written + written.replace(b'"k1"', b'"k2"'))
    (tmp_path / "Anna.jsonl").write_bytes(b"\xef\xbb\xbf" + written)
    (tmp_path / "rubbish.jsonl").write_bytes(b"\x00\xff\n\n[]\n")
    books = {book.path.name: len(book.answers()) for book in books_in(tmp_path)}
    assert books == {f"{LEARNER} (1).jsonl": 2, "Anna.jsonl": 1, "rubbish.jsonl": 0}
    results = lessons.class_results(tmp_path)
    assert results.unread == ["rubbish.jsonl: 2 lines could not be read; no answer is in this file."]
    assert "rubbish.jsonl: 2 lines" in results._repr_html_()


# -- a trainer's own lesson


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("right = true", "", "own.toml, question 'colour': exactly one choice must have right = true"),
        ('because = "a dozen"', "", "own.toml, question 'many': because is missing"),
        ('id = "many"', 'id = "colour"', "two questions are called 'colour'"),
        ("minutes = 5", "", "own.toml: minutes is missing"),
        ("title =", "title", "own.toml is not TOML"),
    ],
)
def test_a_mistake_in_a_lesson_is_one_line_that_says_where(own: Path, old: str, new: str, words: str) -> None:
    own.write_text(OWN.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=words):
        Exercise(own)


def test_a_lesson_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(InputError, match=r"there is no lesson '9'; give a TOML file, or one of .*1_seventy_per_cent"):
        Exercise("9")


# -- the index


def test_the_index_links_every_lesson_with_its_minutes_and_what_one_can_do_then() -> None:
    cells = json.loads((BOOKS / "index.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    for lesson in LESSONS:
        row = f"| [{lesson.id[0]} · {lesson.title}]({lesson.id}.ipynb) | {lesson.minutes} | {lesson.able} |"
        assert row in text


def test_progress_counts_first_answers_of_this_learner_alone(tmp_path: Path) -> None:
    Page(Exercise("1_seventy_per_cent", folder=tmp_path)).answer("evening", 30)
    progress = Progress(folder=tmp_path)
    place = [lesson.id for lesson in LESSONS].index("1_seventy_per_cent")
    assert Page(progress).say(kind="look")["done"][place] == {"asked": 6, "answered": 1, "right": 1}
    assert Page(progress, OTHER).say(kind="look")["done"][place]["answered"] == 0


# -- ten pairs


@pytest.fixture
def pairs(tmp_path: Path) -> Page:
    return Page(JudgePairs(folder=tmp_path))


def judge_all(page: Page, look: int, verdict) -> list[dict]:
    """Judge all ten pairs of a look, `verdict(pair)` of each; what came before each answer."""
    seen = []
    for place, number in enumerate(order(page.learner, look)):
        seen.append(page.say(kind="open"))
        page.say(kind="decide", key=f"{look}{place}", look=look, place=place, verdict=verdict(PAIRS[number]))
    return seen


def by_truth(pair) -> str:
    return "same" if pair.same else "different"


def test_half_of_the_pairs_show_one_person_and_the_pack_errs_on_some_of_either_kind() -> None:
    assert [pair.same for pair in PAIRS].count(True) == 5 and sum(pair.kin for pair in PAIRS) == 4
    wrong = [pair for pair in PAIRS if (scores()[pair.id] >= line()) != pair.same]
    assert {pair.same for pair in wrong} == {True, False} and len(wrong) == 4


def test_blind_means_that_neither_score_nor_truth_is_sent(pairs: Page) -> None:
    before = judge_all(pairs, 0, by_truth)
    text = json.dumps(pairs.heard) + json.dumps(pairs.widget.get_state(["about"]))
    assert all(message["score"] is None for message in before)
    assert '"kin"' not in text and 'results": {' not in text and not any(pair.what in text for pair in PAIRS)
    assert not any(f"{score:.3f}" in text for score in scores().values())


def test_at_the_second_look_the_score_is_shown_and_the_truth_only_after_the_last_pair(pairs: Page) -> None:
    judge_all(pairs, 0, by_truth)
    shown = judge_all(pairs, 1, lambda pair: "same" if scores()[pair.id] >= line() else "different")
    assert all(float(message["score"]["value"]) > 0 for message in shown)
    assert all(message["results"] is None for message in pairs.heard[:-1] if message.get("done"))
    results = pairs.heard[-1]["results"]
    blind, scored, alone = results["looks"]
    assert (blind["hits"], blind["false_alarms"]) == (5, 0) and scored == alone
    assert results["moved"] == {"towards": 4, "away": 0, "mended": 0, "spoilt": 4}
    assert len(pairs.widget.looks) == 2


def test_a_verdict_sent_twice_counts_once_and_one_out_of_turn_is_refused(pairs: Page) -> None:
    pairs.say(kind="decide", key="a", look=0, place=0, verdict="same")
    assert pairs.say(kind="decide", key="a", look=0, place=0, verdict="same")["done"] == [1, 0]
    assert pairs.say(kind="decide", key="b", look=0, place=0, verdict="same")["kind"] == "refused"
    assert pairs.say(kind="decide", key="c", look=0, place=1, verdict="match")["kind"] == "refused"
    assert pairs.say(kind="decide", key="d", what="again")["done"] == [0, 0]


def test_two_learners_see_the_pairs_in_orders_of_their_own() -> None:
    orders = [order(who, look) for who in (LEARNER, OTHER) for look in (0, 1)]
    assert all(sorted(each) == list(range(10)) for each in orders) and len({tuple(each) for each in orders}) == 4


def test_cannot_tell_is_not_same_and_only_changes_of_same_count_as_moved() -> None:
    look = look_of({"01": "same", "02": "cannot tell", "06": "same", "07": "cannot tell"})
    assert (look.hits, look.same, look.false_alarms, look.different, look.unsure) == (1, 2, 1, 2, 2)
    assert look.d == 0 and look.errors == 2
    none = moved({"01": "different"}, {"01": "cannot tell"}, {"01": 0.9}, 0.5)
    assert (none.towards, none.away) == (0, 0)
    away = moved({"01": "same"}, {"01": "different"}, {"01": 0.9}, 0.5)
    assert (away.towards, away.away, away.mended, away.spoilt) == (0, 1, 0, 1)


def test_the_figures_that_lesson_3_explains_are_those_of_the_normal_curve() -> None:
    assert [round(100 * float(norm.cdf(d / 2))) for d in (0, 1, 2, 3)] == [50, 69, 84, 93]
    assert float(d_prime(5, 5, 4, 5)) == pytest.approx(0.71, abs=0.01)
    assert float(criterion(5, 5, 4, 5)) < -1


# -- pictures


def test_a_shipped_picture_is_what_is_drawn_again_and_says_that_nobody_is_shown() -> None:
    shots = {shot.file: shot for shot in (*pair_shots(), *ladder_shots())}
    kept = {path.relative_to(ASSETS).as_posix() for path in ASSETS.rglob("*.jpg")}
    assert set(shots) == kept
    for file in sorted(kept):
        with Image.open(ASSETS / file) as picture:
            assert b"Generated people" in picture.info["comment"]
    for file in ("pairs/07b.jpg", "quality/pose-2-same.jpg"):
        with Image.open(ASSETS / file) as picture:
            apart = np.abs(np.asarray(picture, float) - np.asarray(draw(shots[file]), float))
        assert apart.mean() < 4


def test_the_ladders_go_down_and_the_stranger_stays_below_the_line() -> None:
    for name in ("blur", "pose"):
        rungs = lessons.ladder(name)
        first, last = rungs.same.scores[0], rungs.same.scores[-1]
        assert first > line() > last or np.isnan(last)
        assert all(score < line() or np.isnan(score) for score in rungs.other.scores)
        assert len(rungs._repr_html_()) < 50_000
    with pytest.raises(InputError, match="there are distance, blur, light, pose"):
        lessons.ladder("rain")


def test_the_steps_of_a_face_end_in_a_unit_vector() -> None:
    face = lessons.steps(ASSETS / "quality" / "reference.jpg")
    assert face.template.shape == (128,) and np.linalg.norm(face.template) == pytest.approx(1, abs=1e-5)
    assert _number("0_face_to_numbers", "numbers") == face.template.size
    assert _number("4_picture_quality", "smallest") == pack().card.smallest_face
    assert len(face._repr_html_()) < 50_000
    with pytest.raises(InputError, match="no face was found"):
        lessons.steps(_blank())


def _blank() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (90, 90), "white").save(out, "PNG")
    return out.getvalue()


def test_the_scores_of_strangers_that_lesson_0_names_are_those_that_it_shows() -> None:
    ada, *others = [pictures[0] for pictures in shipped().portraits.values()]
    shown = lessons.likenesses(ada, others[:5]).scores
    text = (BOOKS / "0_face_to_numbers.ipynb").read_text("utf-8")
    assert f"from {min(shown):.2f} to {max(shown):.2f}" in text


# -- groups, and a class


def test_the_planted_groups_differ_as_lesson_5_says() -> None:
    rates = lessons.true_rates()
    assert [round(1 / rates[name], -1) for name in ("Amber", "Blue")] == [1120, 340]
    few = lessons.planted_groups(100).group_fpir(0.55)
    assert np.isnan(few.rate[list(few.group).index("Cyan")]) if "Cyan" in few.group else True
    middle = lessons.planted_groups(2_000).group_fpir(0.55)
    amber, blue = (list(middle.group).index(name) for name in ("Amber", "Blue"))
    assert middle.high[amber] > middle.low[blue]
    many = lessons.planted_groups(100_000).group_fpir(0.55)
    assert many.high[0] < many.low[1]
    assert float(clopper_pearson(0, 300).high) == pytest.approx(0.0122, abs=1e-4)
    assert [round(float(100 * limit)) for limit in clopper_pearson(8, 10)] == [44, 97]


def test_a_class_of_few_is_too_few_to_say_and_one_of_ten_has_limits(tmp_path: Path) -> None:
    for number in range(10):
        page = Page(Exercise("1_seventy_per_cent", folder=tmp_path), f"{number:016x}")
        page.answer("evening", 30 if number else 5, f"k{number}")
        if number == 8:
            assert "too few to say" in lessons.class_results(tmp_path)._repr_html_()
    page.say(kind="decide", key="name", what="name", name="<script>Ada")
    results = lessons.class_results(tmp_path)
    html = results._repr_html_()
    assert "9 of 10" in html and "55.5 to 99.7 %" in html and "<script>Ada" not in html and "learner 1" in html
    row = results.to_frame().set_index("question").loc["evening"]
    assert (row.answered, row.right) == (10, 9)
    (tmp_path / "new").mkdir()
    assert "No file of answers lies in this folder" in lessons.class_results(tmp_path / "new")._repr_html_()
    with pytest.raises(InputError, match="there is no folder"):
        lessons.class_results(tmp_path / "nowhere")


def test_the_instructor_sees_where_the_line_errs() -> None:
    truth = lessons.planted_truth()
    assert truth.to_frame().set_index("pair")["line errs"].sum() == 4
    html = truth._repr_html_()
    assert "On 4 of 10 pairs" in html and html.count(": the line errs") == 4 and html.count("<img") == 20
    assert html.count("1 in 1,125") == 2 and "1 in 336" in html and len(html) < 50_000
    assert repr(truth) == "PlantedTruth(10 pairs, the line errs on 4, 3 groups)"
