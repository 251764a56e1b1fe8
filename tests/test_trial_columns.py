"""A column of trials is what it is meant to be, nobody changes it afterwards, and a row that no pass can have is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.conditions import stretches
from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.trial_columns import sealed


def small(**about) -> Trials:
    return Trials.of([0.9, 0.8], [0.1, 0.2, 0.7], watchlist=3, mated_rank=[1, 2], **about)


@pytest.mark.parametrize(
    ("side", "names"), [("mated", ["a", "a", "b"]), ("nonmated", ["c", "c"]), ("nonmated", ["c"] * 4)]
)
def test_each_side_has_as_many_subjects_as_passes(side, names):
    with pytest.raises(InputError, match=r"subjects were given for \d (non-)?mated passes; give one for each"):
        small(**{f"{side}_subject": names})


def test_subjects_of_both_sides_are_not_counted_together():
    with pytest.raises(InputError, match="3 subjects were given for 2 mated passes"):
        small(mated_subject=["a", "a", "b"], nonmated_subject=["c", "c"])


@pytest.mark.parametrize("groups", [[1, 2, 1, 2, 3], [1.0, 2.0, 1.0, 2.0, 3.0], pd.Series([1, 2, 1, 2, 3])])
def test_groups_given_as_numbers_are_names(groups):
    trials = small(group=groups, camera=groups)
    assert list(trials.by_group()) == ["1", "2", "3"]
    assert {each.label for by in ("group", "camera") for each in stretches(trials, by, 0.5)} == {"1", "2", "3"}


def test_rates_under_a_condition_are_asked_for_at_a_number():
    with pytest.raises(InputError, match=r"the threshold is a number; this is '0\.5'"):
        stretches(small(group=list("xxyyy")), "group", "0.5")


def test_groups_given_as_yes_or_no_are_names():
    trials = small(group=[True, False, True, False, False])
    assert {each.label for each in stretches(trials, "group", 0.5)} == {"True", "False"}


def test_a_table_that_is_changed_afterwards_changes_no_trials():
    table = pd.DataFrame({"score": [0.9, 0.1], "true": [0.9, np.nan], "rank": [1, np.nan], "own": [True, False]})
    names = np.array(["a", "b"])
    trials = Trials(table.score, table.true, table["rank"], table.own, 3, names)
    scores = table["score"].to_numpy()
    assert not np.shares_memory(trials.score, scores)
    names[:] = "c"
    assert trials.subject.tolist() == ["a", "b"]


def test_nobody_writes_into_trials_or_their_curve():
    trials = small(group=list("xxyyy"), source=list("abcde"))
    curve = trials.curve()
    for part in (trials, trials[:2], trials[np.array([True, False, True, False, True])], Trials.concat([trials])):
        for column in (part.score, part.true_score, part.is_mated, part.group, part.person):
            assert not column.flags.writeable
    for column in (curve.threshold, curve.fpir, curve.fnir):
        assert not column.flags.writeable


def test_what_nobody_can_write_to_is_not_copied_again():
    trials = small(group=list("xxyyy"))
    assert replace(trials, pack="dlib").score is trials.score and trials[:3].score.base is trials.score
    held = np.zeros(3)
    seen = held[:]
    seen.setflags(write=False)  # whoever has `held` can still write
    assert not np.shares_memory(sealed(seen), held)


@pytest.mark.parametrize("column", ["score", "true_score", "true_rank", "face_px", "quality", "t", "hour", "repeat"])
def test_text_is_no_number(column):
    with pytest.raises(InputError, match=f"Trials.{column} holds what is no number"):
        replace(small(), **{column: ["0.1", "0.2", "n/a", "0.1", "0.2"]})


@pytest.mark.parametrize(
    "times", [pd.to_timedelta(["1s"] * 5), pd.to_datetime(["2026-01-01"] * 5), np.ones(5, complex)]
)
def test_times_of_pandas_are_no_seconds(times):
    with pytest.raises(InputError, match=r"Trials\.t holds what is no number"):
        replace(small(), t=times)


def test_what_is_no_rank_no_share_and_no_trials_is_refused():
    for ask, words in (
        (lambda: Trials.of([0.9], [0.1], watchlist=5, mated_rank=["a"]), "Trials.true_rank holds what is no number"),
        (
            lambda: small().split(np.random.default_rng(1), share="half"),
            "the share of the people is a number; this is 'half'",
        ),
        (lambda: Trials.concat([small(), 3]), "trials are put together with trials; this is 3"),
    ):
        with pytest.raises(InputError, match=words):
            ask()


def test_numbers_are_floats_whatever_the_table_keeps_them_in():
    trials = replace(small(), face_px=pd.Series([80, None, 3, 4, 5], dtype="Int64"), hour=[1, 2, None, 3, 4])
    assert trials.face_px.dtype == trials.hour.dtype == np.float64
    assert np.isnan(trials.face_px[1]) and np.isnan(trials.hour[2])
    assert replace(small(), score=np.float32([0.9, 0.9, 0.1, 0.2, 0.7])).score.dtype == np.float32
    assert replace(small(), repeat=[1.0] * 5).repeat.dtype == np.int64


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("true_score", [0.99, 0.8, np.nan, np.nan, np.nan], "scores more than the best candidate in 1 pass"),
        ("score", [-np.inf, 0.8, 0.1, 0.2, 0.7], "scores more than the best candidate in 1 pass"),
        ("true_rank", [4, 3, np.nan, np.nan, np.nan], "the rank is beyond the 3 people listed in 1 pass"),
        ("true_rank", [0, 1.5, np.nan, np.nan, np.nan], "is no whole number from 1 in 2 passes"),
        ("hour", [25, -1, np.nan, 3, 24], "the hour is outside 0 to 24 in 2 passes"),
        ("face_px", [-1, 80, np.nan, 3, 24], "the face is less than 0 px wide in 1 pass"),
        ("repeat", [0.5, 1, 1, 1, 1], "Trials.repeat is no whole number"),
    ],
)
def test_a_row_that_no_pass_can_have_is_refused(column, values, said):
    with pytest.raises(InputError, match=said):
        replace(small(), **{column: np.array(values, np.float64)})


def test_a_score_that_differs_by_rounding_is_the_same():
    best = np.array([0.9, 0.8, 0.1, 0.2, 0.7], np.float32)
    assert replace(small(), score=best).mated.tolist() == [0.9, 0.8]
    assert Trials.of([-np.inf], [-np.inf], watchlist=1).missed_detections == 1


def test_a_source_that_is_not_recorded_is_not_listed_twice():
    trials = small(source=["a", "", "", None, "b"])
    assert trials.source.tolist() == ["a", "", "", "", "b"]
    with pytest.raises(
        InputError, match="2 passes are listed more than once, such as 'a'; list each once, or in another"
    ):
        small(source=["a", "", "a", "a", "b"])


def test_the_length_of_the_list_is_a_plain_number():
    trials = small()
    assert type(replace(trials, watchlist=np.int64(3)).watchlist) is int
    assert '"watchlist": 3' in replace(trials, watchlist=np.int64(3)).curve().at(threshold=0.5).to_json()


def test_one_note_is_one_sentence():
    assert small(notes="left out").notes == ("left out",) and small(notes=["a", "b"]).notes == ("a", "b")
