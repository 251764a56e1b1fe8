"""What a table leaves empty is nobody's name, no group and no answer, however the table says that it is empty."""

import numpy as np
import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.evaluation import Trials
from workbench.groups import group_rates
from workbench.intervals import bootstrap_by_subject, clopper_pearson, interval_by_subject, people_of
from workbench.metrics import fpir
from workbench.missing import labels_of, missing, truths_of
from workbench.paired import paired

EMPTY = {
    "None": ["a", None, "b", None],
    "NaN": ["a", np.nan, "b", float("nan")],
    "text of pandas": pd.Series(["a", pd.NA, "b", None], dtype="string"),
    "categories": pd.Series(["a", None, "b", None], dtype="category"),
    "masked": np.ma.masked_array(["a", "x", "b", "x"], [False, True, False, True]),
    "blank": ["a", "", "b", ""],
}


@pytest.mark.parametrize("names", EMPTY.values(), ids=EMPTY)
def test_a_name_that_is_missing_is_empty(names):
    assert labels_of(names).tolist() == ["a", "", "b", ""]


@pytest.mark.parametrize("names", EMPTY.values(), ids=EMPTY)
def test_passes_without_a_group_are_of_no_group(names):
    assert group_rates([True, False] * 2, names, least=1).group.tolist() == ["a", "b"]


@pytest.mark.parametrize("names", EMPTY.values(), ids=EMPTY)
def test_a_pass_of_somebody_unknown_is_of_a_person_of_its_own(names):
    assert np.unique(people_of(names, 4)[0]).size == 4
    assert interval_by_subject([True, False] * 2, names) == clopper_pearson(2, 4)


def test_numbers_of_people_may_be_missing_as_well():
    assert np.unique(people_of([7, 7, np.nan, np.nan], 4)[0]).size == 3
    assert people_of(pd.Series([7, 7, None], dtype="Int64"), 3)[1].tolist() in ([2, 1], [1, 2])
    assert labels_of([3, 1]).dtype.kind == "i"


@pytest.mark.parametrize(
    "numbers",
    [
        [1, None],
        [1.0, None],
        np.array([1.0, np.nan]),
        pd.Series([1, None]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1, None], dtype="float32"),
    ],
)
def test_a_number_is_one_name_whatever_the_table_keeps_it_in(numbers):
    assert labels_of(numbers).tolist() == ["1", ""]


def test_what_is_not_a_whole_number_is_a_name_as_it_is_written():
    assert labels_of([1.5, None, np.inf]).tolist() == ["1.5", "", "inf"]
    assert labels_of([1.0, 2.0]).tolist() == ["1", "2"] and labels_of([True, False]).tolist() == ["True", "False"]


def test_people_and_groups_of_two_tables_are_the_same_ones():
    mated, nonmated = pd.Series([1, None]), pd.Series([1, 2])
    made = Trials.of([0.9, 0.8], [0.1, 0.2], watchlist=5, mated_subject=mated, nonmated_subject=nonmated)
    assert made.subject.tolist() == ["1", "", "1", "2"]


@pytest.mark.parametrize("names", EMPTY.values(), ids=EMPTY)
def test_trials_from_a_table_keep_what_it_says_and_make_up_nobody(names):
    made = Trials.of(
        [0.9, 0.8],
        [0.1, 0.2],
        watchlist=5,
        mated_subject=list(names)[:2],
        nonmated_subject=list(names)[2:],
        group=names,
    )
    assert list(made.by_group()) == ["a", "b"] and np.unique(made.person).size == 4
    assert made.subject.tolist() == ["a", "", "b", ""]


@pytest.mark.parametrize(
    "answers",
    [
        [True, None],
        [1.0, np.nan],
        pd.Series([True, pd.NA], dtype="boolean"),
        np.ma.masked_array([True, False], [False, True]),
    ],
)
def test_an_answer_that_is_missing_is_neither_yes_nor_no(answers):
    for count in (
        lambda: truths_of(answers),
        lambda: group_rates(answers, ["a", "a"]),
        lambda: interval_by_subject(answers, None),
        lambda: bootstrap_by_subject(answers, None, rng=np.random.default_rng(1)),
        lambda: paired(answers, [True, True]),
    ):
        with pytest.raises(InputError, match="is missing in 1 of 2 passes; leave those passes out"):
            count()


def test_a_score_that_is_masked_or_no_number_is_refused():
    with pytest.raises(InputError, match="is masked in some passes"):
        fpir(np.ma.masked_array([0.1, 0.9], [False, True]), 0.5)
    with pytest.raises(InputError, match="is no number in some passes"):
        fpir(["0.1", "n/a"], 0.5)
    with pytest.raises(InputError, match="is NaN in 1 of 2 passes"):
        fpir(pd.Series([0.1, None], dtype="Float64"), 0.5)


@pytest.mark.parametrize("column", [0, 1, 3])
def test_a_masked_column_of_trials_is_refused_and_not_read_through_its_mask(column):
    given = [[0.9, 0.8, 0.1], [0.9, 0.8, np.nan], [1.0, 1.0, np.nan], [True, True, False]]
    given[column] = np.ma.masked_array(given[column], [False, True, False])
    with pytest.raises(InputError, match=r"NaN in 1 of [23] passes|missing in 1 of 3 passes"):
        Trials(*given, watchlist=5)


def test_a_list_has_a_whole_number_of_people():
    with pytest.raises(InputError, match=r"the length of the watchlist is a whole number; this is 2\.5"):
        Trials.of([0.9], [0.1], watchlist=2.5)


def test_times_that_are_none_are_missing():
    assert missing(np.array(["2026-01-01", "NaT"], "datetime64[D]")).tolist() == [False, True]


def test_one_name_for_all_passes_is_not_taken_apart_into_letters():
    with pytest.raises(InputError, match=r"names have the shape \(\); give one for each pass"):
        group_rates([True, False], "ab")


@pytest.mark.parametrize("kind", [int, np.uint8, "Int64", object])
def test_a_column_of_zeros_and_ones_says_who_is_listed(kind):
    listed = [1, 1, 0, 0, 0]
    column = pd.Series(listed, dtype=kind)
    scores = pd.Series([0.9, 0.4, 0.6, 0.1, 0.2], index=[4, 3, 2, 1, 0])  # as sorting leaves it: labels are no places
    trials = Trials(
        scores, scores.where(column.to_numpy() == 1), pd.Series([1.0, 1.0, np.nan, np.nan, np.nan]), column, 50
    )
    point = trials.curve().at(threshold=0.5)
    assert (point.returned, point.mated, point.false_alerts, point.nonmated) == (1, 2, 1, 3)
    assert trials[np.arange(2)].score.tolist() == [0.9, 0.4]


@pytest.mark.parametrize("answers", [["False", "True"], [0.9, 0.1], [2, 0], [object(), True]])
def test_what_is_neither_yes_nor_no_is_refused(answers):
    with pytest.raises(InputError, match="is neither yes nor no in some passes"):
        truths_of(answers)


def test_nothing_is_said_at_a_threshold_that_is_none():
    trials = Trials.of([0.9] * 20, [0.1] * 20, watchlist=5, group=["x"] * 40)
    for ask in (
        lambda: trials.group_fpir(np.nan),
        lambda: trials.bootstrap(float("nan"), rng=np.random.default_rng(0)),
    ):
        with pytest.raises(InputError, match="the threshold is nan, expected a score"):
            ask()
    assert np.isnan(clopper_pearson(np.nan, 3)).all()


def test_trials_put_together_keep_what_must_be_assumed_of_each():
    one, other = (
        Trials.of([0.9], [0.1], watchlist=5, data="a walk"),
        Trials.of([0.8], [0.2], watchlist=5, data="a case", assumption="nobody on the list passed unseen"),
    )
    for parts in ([one, other], [other, one]):
        both = Trials.concat(parts)
        assert "nobody on the list passed unseen" in both.concerns()
        assert set(both.data.split("; ")) == {"a walk", "a case"}


def test_the_answers_of_passes_are_in_one_row():
    for count in (
        lambda: interval_by_subject([[True, False]], None),
        lambda: paired([[True]], [[True]]),
        lambda: truths_of(True),
    ):
        with pytest.raises(InputError, match="of each pass is asked for, in one row; these have the shape"):
            count()


@pytest.mark.parametrize("resamples", [0, 1, 99, 2.5])
def test_few_resamples_say_nothing(resamples):
    with pytest.raises(InputError, match="resamples say nothing of a variance; draw 100 or more"):
        bootstrap_by_subject([True, False], None, rng=np.random.default_rng(1), resamples=resamples)


def test_a_seed_alone_draws_nothing():
    trials = Trials.of([0.9] * 4, [0.1] * 4, watchlist=5)
    for ask in (
        lambda: trials.operating_point(fpir=0.1, rng=7),
        lambda: trials.split(7),
        lambda: trials.bootstrap(0.5, rng=7),
    ):
        with pytest.raises(InputError, match=r"give np\.random\.default_rng\(7\), not 7"):
            ask()
