"""What people conclude: who counts, what counts, what is asked again, and that nothing is doubled, lost or edited."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

import widgets
from tests.command import call
from tests.postgres import Home
from tests.review_cases import AGREE, DIFFER, alerting, listed, new_case, say, scan
from workbench.case import Case
from workbench.casefile import rescanned
from workbench.casefile.case import Policy
from workbench.decisions import FEATURES, SCALE, Decision, standing, who
from workbench.errors import CaseError, InputError
from workbench.questions import Question
from workbench.rescans import Way, one_pass

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
THERE = (200.0, 10.0, 240.0, 60.0)


def decision(reviewer: str, verdict: str, minute: int = 0, *, look: str = "blind") -> Decision:
    features = DIFFER if verdict == "different" else AGREE
    confidence = "" if verdict == "cannot tell" else "moderate"
    when = NOON + timedelta(minutes=minute)
    return Decision(1, reviewer, verdict, confidence, features, "the ears", look, when)  # type: ignore[arg-type]


def state(*said: str, needed: int = 2) -> str:
    """The state after a, b, c ... have each said a word."""
    return standing(
        [decision(name, verdict, i) for i, (name, verdict) in enumerate(zip("abcdef", said, strict=False))], needed
    ).state


# ---- what decisions amount to


def test_nobody_has_looked() -> None:
    assert standing([]).state == "open" and not standing([]).settled and str(standing([])) == "open"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("same",), "waiting for a second"),
        (("same", "same"), "confirmed same"),
        (("different", "different"), "confirmed different"),
        (("cannot tell", "cannot tell"), "cannot tell"),
        (("same", "different"), "disagreement"),
        (("same", "cannot tell"), "disagreement"),
        (("same", "different", "different"), "confirmed different"),
        (("cannot tell", "same", "same"), "confirmed same"),
        (("same", "different", "cannot tell"), "cannot tell"),
        (("same", "different", "same", "different"), "cannot tell"),
        (("same", "same", "different", "different", "different"), "confirmed different"),
    ],
)
def test_two_must_agree_and_a_third_is_asked_where_they_do_not(said: tuple[str, ...], expected: str) -> None:
    assert state(*said) == expected


def test_one_is_enough_where_the_case_says_so() -> None:
    assert state("same", needed=1) == "confirmed same"
    assert state("same", "different", needed=1) == "disagreement"
    assert state("same", "different", "different", needed=1) == "confirmed different"


def test_nobody_counts_twice_however_the_name_is_written() -> None:
    twice = [decision("A. Ng", "same"), decision(" a.  NG\u200b", "same", 1)]
    assert standing(twice).state == "waiting for a second"
    assert who("Ａ. Ng") == who("a. ng") != who("B. Ng")


def test_the_latest_decision_of_a_person_counts_whatever_the_order_they_come_in() -> None:
    later = decision("a", "different", 2, look="informed")
    told = [later, decision("b", "different", 1), decision("a", "same", 0)]
    assert standing(told).state == "confirmed different" and standing(told).reviewers == ("a", "b")


def test_a_same_that_came_after_the_score_confirms_nothing() -> None:
    told = [decision("a", "different"), decision("a", "same", 1, look="informed"), decision("b", "same", 2)]
    found = standing(told)
    assert found.state == "disagreement" and found.not_counted == ("a",)
    assert standing([*told, decision("c", "same", 3)]).state == "confirmed same"


def test_a_same_said_blind_survives_that_it_is_said_again() -> None:
    told = [decision("a", "same"), decision("a", "same", 1, look="informed"), decision("b", "same", 2)]
    assert standing(told).state == "confirmed same" and standing(told).not_counted == ()


def test_a_standing_says_how_many_looked() -> None:
    assert str(standing([decision("a", "same")])) == "waiting for a second, 1 person looked"
    assert str(standing([decision("a", "same"), decision("b", "same")])) == "confirmed same, 2 people looked"


# ---- what a decision needs


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reviewer": " \u200b "}, "say who judges"),
        ({"verdict": "match"}, "no verdict"),
        ({"reason": "\n"}, "needs a reason"),
        ({"confidence": "97 %"}, "how strong the support is"),
        ({"confidence": ""}, "how strong the support is"),
        ({"verdict": "cannot tell"}, "has no level of support"),
        ({"features": {}}, 'needs at least one feature that you noted as "agree"'),
        ({"features": {"ears": "differ"}}, 'needs at least one feature that you noted as "agree"'),
        ({"verdict": "different"}, 'needs at least one feature that you noted as "differ"'),
        ({"features": {"skin colour": "agree"}}, "is no feature of the list"),
        ({"features": {"ears": "maybe"}}, "says nothing about a feature"),
    ],
)
def test_a_decision_says_who_what_how_strongly_on_what_and_why(change: dict[str, object], said: str) -> None:
    good = decision("a", "same")
    changed = {"features": AGREE} | change
    if change.get("verdict") == "different":
        changed["features"] = {"ears": "agree"}
    with pytest.raises(InputError, match=said) as error:
        replace(good, **changed)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_the_features_have_keys_of_their_own_and_nothing_guesses_a_group() -> None:
    keys = [feature.key for feature in FEATURES]
    assert len(set(keys)) == len(keys) and all(len(key) == 1 and key.isalpha() for key in keys)
    assert not any("%" in text for text in SCALE.values())


# ---- in a case


@pytest.fixture(scope="module")
def made(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three alerts of Ada, Bob and Ada, and a near miss."""
    case = new_case(tmp_path_factory.mktemp("review") / "case", database=home.database())
    scan(case, alerting(0), alerting(10, 1), alerting(20), alerting(30, near_miss=True, score=0.45))
    case.store.close()
    return case.folder


@pytest.fixture
def case(home: Home, made: Path, tmp_path: Path) -> Iterator[Case]:
    opened = Case(home.copy(made, tmp_path / "case"))
    yield opened
    opened.store.close()


def alerts(*numbers: int) -> tuple[Question, ...]:
    return tuple(Question("alert", number) for number in numbers)


def test_a_decision_comes_back_as_it_was_given(case: Case) -> None:
    kept = say(case, 1, " A. Ng ", "same", reason=" <b>lobe</b> ")
    assert (kept.id, kept.look, kept.supersedes, kept.reviewer) == (1, "blind", None, "A. Ng")
    assert kept.reason == "<b>lobe</b>" and kept.features == AGREE and kept.confidence == "moderate"
    assert Case(case.folder).decisions() == (kept,)
    assert kept.to_dict()["recorded"] == kept.recorded.isoformat() and "<" not in repr(kept)


def test_an_alert_can_be_given_as_a_value(case: Case) -> None:
    alert = case.run().alerts[0]
    say(case, alert, "A. Ng", "same")  # type: ignore[arg-type]
    assert case.decisions(alert)[0].alert == alert.id and case.standing(alert).state == "waiting for a second"
    assert case.decisions(2) == ()


def test_a_changed_mind_is_a_second_decision_beside_the_first(case: Case) -> None:
    first = say(case, 1, "A. Ng", "same")
    second = say(case, 1, "a. ng", "different")
    third = say(case, 1, "A. Ng", "cannot tell")
    assert (second.look, second.supersedes) == ("informed", first.id) and third.supersedes == second.id
    assert [each.verdict for each in case.decisions(1)] == ["same", "different", "cannot tell"]


def test_a_second_look_cannot_be_blind(case: Case) -> None:
    say(case, 1, "A. Ng", "same")
    with pytest.raises(InputError, match="a second look is informed"):
        say(case, 1, "A. Ng", "same", look="blind")
    assert len(case.decisions()) == 1


def test_a_decision_that_is_sent_again_is_not_doubled(case: Case) -> None:
    first = say(case, 1, "A. Ng", "same", key="k1")
    again = say(case, 1, "A. Ng", "same", key="k1")
    assert again == first and len(case.decisions()) == 1
    with pytest.raises(InputError, match="with another content"):
        say(case, 1, "A. Ng", "same", key="k1", reason="the nose")
    with pytest.raises(InputError, match="with another content"):
        say(case, 2, "A. Ng", "same", key="k1")


def test_what_nobody_was_asked_cannot_be_judged(case: Case) -> None:
    with pytest.raises(CaseError, match="no alert 99"):
        say(case, 99, "A. Ng", "same")
    with pytest.raises(CaseError, match="has an alert 99"):
        case.standing(99)


def test_an_alert_of_a_scan_that_is_not_done_is_not_asked_yet(case: Case) -> None:
    scan(case, alerting(0), source="b", finish=False)
    assert case.queue("A. Ng") == alerts(1, 2, 3)
    with pytest.raises(CaseError, match="is of an unfinished scan"):
        say(case, 5, "A. Ng", "same")


def test_many_who_decide_at_once_all_count_once(case: Case) -> None:
    def decide(i: int) -> None:
        mine = Case(case.folder)
        for _ in range(2):
            say(mine, 1, f"reviewer {i}", "same", key=f"k{i}")
        mine.store.close()

    threads = [threading.Thread(target=decide, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.reviewer for each in case.decisions(1)) == [f"reviewer {i}" for i in range(6)]


def test_the_log_tells_of_every_decision(case: Case) -> None:
    say(case, 1, "A. Ng", "same", key="k")
    say(case, 1, "A. Ng", "same", key="k")
    entries = [entry for entry in case.log if entry.action == "decision recorded"]
    assert len(entries) == 1
    about = entries[0].about
    assert (about["alert"], about["reviewer"], about["verdict"], about["look"]) == (1, "A. Ng", "same", "blind")
    assert "the ears" not in str(about)


# ---- the queue


def test_a_reviewer_is_asked_what_she_has_not_judged_and_nobody_settled(case: Case) -> None:
    assert case.queue("A") == alerts(1, 2, 3)
    say(case, 2, "A", "same")
    assert case.queue("A") == alerts(1, 3) and case.queue("B") == alerts(1, 2, 3)
    say(case, 2, "B", "same")
    assert case.queue("C") == alerts(1, 3)


def test_a_disagreement_comes_to_a_third_and_looks_like_any_other_question(case: Case) -> None:
    untouched = case.queue("C")
    say(case, 2, "A", "same")
    say(case, 2, "B", "different")
    assert case.standing(2).state == "disagreement"
    assert case.queue("C") == untouched and case.queue("A") == alerts(1, 3)
    say(case, 2, "C", "different")
    assert case.standing(2).state == "confirmed different" and case.queue("D") == alerts(1, 3)


def test_near_misses_are_asked_on_demand(case: Case) -> None:
    assert case.queue("A", near_misses=True) == alerts(1, 2, 3, 4)


def test_what_has_no_face_any_more_is_not_asked(case: Case) -> None:
    with case.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM picture WHERE alert_id = 1"))
    assert case.queue("A") == alerts(2, 3) and case.unjudgeable() == (1,)
    assert case.info()["review"]["unjudgeable"] == 1
    assert "1 alert is open and can no longer be judged" in Case(case.folder)._repr_html_()
    assert "1 alert is open and can no longer be judged" in call("case", "info", case.folder).out
    refused(case, 1)
    assert case.unjudgeable() == ()  # it was settled in time


def test_what_has_no_reference_any_more_is_not_asked(case: Case) -> None:
    case.plant(2, by="C. Coach")
    planted = next(q for q in case.queue("A") if q.kind == "planted")
    with case.store.engine.begin() as connection:
        connection.execute(text("UPDATE reference SET blob = '', template = :none"), {"none": b""})
    assert case.queue("A") == () and case.pair(planted, by="A").probe == ()
    assert case.unjudgeable() == (1, 2, 3)  # the near miss was asked of nobody
    assert case.pair(Question("alert", 1), by="A").references == ()


def test_the_command_line_asks_for_two_people_or_a_reason(tmp_path: Path) -> None:
    about = ("--purpose", "p", "--authority", "a")
    assert call("case", "new", tmp_path / "two", *about).code == 0
    assert call("case", "new", tmp_path / "one", *about, "--one-reviewer", "a rehearsal").code == 0
    assert Case(tmp_path / "two").about.policy.reviewers == 2
    assert Case(tmp_path / "one").about.policy.one_reviewer == "a rehearsal"


def test_a_queue_needs_a_name(case: Case) -> None:
    with pytest.raises(InputError, match=r'reviewer="A\. Ng"'):
        case.queue(" ")


def test_a_pair_is_pictures_and_nothing_else(case: Case) -> None:
    pair = case.pair(Question("alert", 1), by="A. Ng")
    assert len(pair.probe) == 3 and len(pair.references) == 2
    assert pair.references == tuple(reference.thumbnail for reference in case.watchlist.of("Ada"))  # type: ignore[union-attr]
    assert set(vars(pair)) == {"probe", "references"}
    with pytest.raises(CaseError, match="no alert 99"):
        case.pair(Question("alert", 99), by="A. Ng")


def test_who_got_to_see_a_face_stands_in_the_log_whether_or_not_they_decide(case: Case) -> None:
    case.plant(1, by="C. Coach")
    (planted,) = [q for q in case.queue("A. Ng") if q.kind == "planted"]
    case.pair(Question("alert", 1), by=" A. Ng ")
    case.pairs([*alerts(2, 3), planted], by="B. Ott")
    case.pictures(2, by="C. Lee")
    with pytest.raises(InputError, match="say who looks"):
        case.pair(Question("alert", 1), by=" ")
    read = [(entry.who, entry.about) for entry in case.log if entry.action == "faces read"]
    assert read == [
        ("A. Ng", {"alerts": [1]}),
        ("B. Ott", {"alerts": [2, 3]}),
        ("B. Ott", {"planted": [planted.id]}),
        ("C. Lee", {"alerts": [2]}),
    ]


def test_that_somebody_saw_the_small_pictures_of_a_run_stands_in_the_log(case: Case) -> None:
    run, before = case.run(), len(case.log)
    kept, near = ([alert.id for alert in some if alert.thumbnail] for some in (run.alerts, run.near_misses))
    assert kept and near and len(case.log) == before  # nobody has seen anything yet
    run.alerts._repr_html_()
    widgets.ThresholdExplorer(run)
    read = [(entry.action, entry.about) for entry in case.log[before:]]
    assert read == [("faces read", {"alerts": each}) for each in (kept, kept, near)]


def test_score_and_name_are_shown_to_those_who_have_judged(case: Case) -> None:
    with pytest.raises(InputError, match="has not judged alert 1 yet"):
        case.revealed(1, "A. Ng")
    say(case, 1, "A. Ng", "same")
    shown = case.revealed(1, "a. ng")
    assert shown.alert == case.run().alerts[0] and shown.entry.category == "wanted" and shown.context == ()
    for reviewer in "AB":
        say(case, 3, reviewer, "different")
    assert [(each.alert, each.source, each.standing.state) for each in case.revealed(1, "A. Ng").context] == [
        (3, "a.mp4", "confirmed different")
    ]


# ---- one reviewer, counts


def test_one_person_is_enough_only_for_a_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="for one, say why"):
        Policy(reviewers=1)
    with pytest.raises(InputError, match="judged by 2 people"):
        Policy(reviewers=3)
    case = new_case(tmp_path / "c", policy=Policy(reviewers=1, one_reviewer="a rehearsal"))
    scan(case, alerting(0))
    say(case, 1, "A", "same")
    assert case.standing(1).state == "confirmed same"
    assert "a rehearsal" in Case(case.folder)._repr_html_()


def test_a_case_counts_its_alerts_by_what_is_concluded(case: Case) -> None:
    for reviewer, verdict in (("A", "same"), ("B", "same")):
        say(case, 1, reviewer, verdict)
        say(case, 4, reviewer, verdict)  # a near miss is no alert
    say(case, 2, "A", "same")
    counts = case.info()["review"]["standings"]
    assert {name: count for name, count in counts.items() if count} == {
        "open": 1,
        "waiting for a second": 1,
        "confirmed same": 1,
    }
    assert "confirmed same" in case._repr_html_()


def test_settled_verdicts_make_trials(case: Case) -> None:
    for reviewer in "AB":
        say(case, 1, reviewer, "same")
        say(case, 2, reviewer, "cannot tell")
    say(case, 3, "A", "same")
    trials = case.trials()
    assert trials.is_mated.tolist() == [True, False, False]
    assert trials.by_alert and trials.unsettled, "alert 3 waits for a second person, and counts as a stranger"
    say(case, 3, "B", "same")
    assert not case.trials().unsettled and case.trials()[:1].by_alert
    assert case.trials(verdicts={}).is_mated.tolist() == [False] * 4


# ---- not this person, in later scans


def refused(case: Case, alert: int) -> None:
    for reviewer in "AB":
        say(case, alert, reviewer, "different")


def test_not_this_person_holds_for_the_same_pass_when_the_footage_is_scanned_again(case: Case) -> None:
    refused(case, 1)
    again = scan(case, alerting(0.3), alerting(10, 1), alerting(20))
    found = case.standing(again[0])
    assert (found.state, found.verdict, found.taken_from) == ("confirmed different", "different", 1)
    assert str(found) == "confirmed different, in alert 1 of another scan of this footage"
    assert case.queue("C") == alerts(2, 3, *again[1:])
    assert case.trials().is_mated.tolist() == [False] * 3


@pytest.mark.parametrize(
    "asked",
    [
        {"passage": alerting(0, 1)},  # another person of the list
        {"passage": alerting(0, box=THERE)},  # somebody else at the same time
        {"passage": alerting(3.5)},  # hardly the same time
        {"passage": alerting(0), "source": "b"},  # other footage
    ],
)
def test_it_holds_for_nothing_else(case: Case, asked: dict[str, object]) -> None:
    refused(case, 1)
    (again,) = scan(case, asked["passage"], source=asked.get("source", "a"))  # type: ignore[arg-type]
    assert case.standing(again).state == "open" and Question("alert", again) in case.queue("C")


def test_it_does_not_hold_for_other_pictures_under_the_same_name(case: Case) -> None:
    refused(case, 1)
    case.add_watchlist(listed("Ada", "Bob", pictures="2"), "fake")
    (again,) = scan(case, alerting(0))
    assert case.standing(again).state == "open"


def test_it_does_not_hold_before_it_is_settled_nor_for_the_other_verdicts(case: Case) -> None:
    say(case, 1, "A", "different")
    for reviewer in "AB":
        say(case, 2, reviewer, "same")
    again = scan(case, alerting(0), alerting(10, 1))
    assert [case.standing(alert).state for alert in again] == ["open", "open"]


def test_who_looks_again_all_the_same_is_heard(case: Case) -> None:
    refused(case, 1)
    (again,) = scan(case, alerting(0))
    say(case, again, "C", "same")
    assert case.standing(again).state == "waiting for a second" and case.standing(1).state == "confirmed different"


def test_two_people_who_stood_in_one_place_one_after_the_other_are_told_apart(case: Case) -> None:
    (first, second) = scan(case, alerting(0, seconds=4), alerting(4.2, seconds=4), source="c")
    refused(case, first)
    refused(case, second)
    (long,) = scan(case, alerting(0, seconds=8.2), source="c")
    assert case.standing(long).state == "open"


def test_what_asks_about_other_people_than_were_refused_is_not_read_for_it(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(case, 1)
    again = scan(case, alerting(0.3), alerting(10, 1), alerting(20))
    read: list[float] = []
    monkeypatch.setattr(rescanned, "_way", lambda row, make=rescanned._way: read.append(row.start) or make(row))
    assert case.standing(again[0]).taken_from == 1
    assert set(read) == {0.0, 0.3, 20.0, 30.0}  # all of them about Ada


def way(start: float, end: float, first: tuple[float, ...], last: tuple[float, ...]) -> Way:
    middle = tuple((np.array(first) + np.array(last)) / 2)
    return Way(start, (start + end) / 2, end, first, middle, last)


def test_a_pass_is_one_by_time_and_place() -> None:
    right, left = (0.0, 0.0, 40.0, 40.0), (100.0, 0.0, 140.0, 40.0)
    walk = way(0, 10, right, left)
    assert one_pass(walk, walk) and one_pass(walk, way(1, 9, (10.0, 0, 50, 40), (90.0, 0, 130, 40)))
    assert not one_pass(walk, way(0, 10, left, right))  # the two cross in the middle
    assert not one_pass(walk, way(0, 10, right, right))  # one stays
    assert not one_pass(walk, way(11, 12, left, left)) and not one_pass(walk, way(9.9, 12, left, left))
    assert one_pass(way(4, 4, right, right), walk) is False and one_pass(
        way(5, 5, (50.0, 0, 90, 40), (50.0, 0, 90, 40)), walk
    )


# ---- planted pairs


def test_planted_pairs_are_of_two_people_of_the_list_and_each_is_planted_once(case: Case) -> None:
    assert (
        case.plant(4, by="C. Coach") == 4 and case.plant(99, by="C. Coach") == 2 and case.plant(1, by="C. Coach") == 0
    )
    asked = case.queue("A")
    assert sorted(q.kind for q in asked) == ["alert"] * 3 + ["planted"] * 6
    assert [q for q in asked if q.kind == "alert"] == list(alerts(1, 2, 3)) and case.queue("A") == asked == case.queue(
        "B"
    )


def test_a_planted_pair_looks_like_an_alert_and_counts_as_none(case: Case) -> None:
    case.plant(1, by="C. Coach")
    (planted,) = [q for q in case.queue("A") if q.kind == "planted"]
    pair = case.pair(planted, by="A")
    assert pair.probe[0].png.startswith(b"\x89PNG") and len(pair.references) == 2
    answer = case.answer_planted(
        planted.id, verdict="same", reviewer="A", features=AGREE, confidence="limited", reason="the ears", key="k"
    )
    assert answer.subject != answer.person and answer.verdict == "same"
    assert planted not in case.queue("A") and planted in case.queue("B")
    assert case.decisions() == () and case.info()["review"]["standings"]["open"] == 3


def test_a_reviewers_errors_are_those_of_planted_pairs_with_their_limits(case: Case) -> None:
    case.plant(3, by="C. Coach")
    asked = [q.id for q in case.queue("A") if q.kind == "planted"]
    for number, verdict, features in zip(asked, ("same", "different", "cannot tell"), (AGREE, DIFFER, {}), strict=True):
        case.answer_planted(
            number,
            verdict=verdict,
            reviewer="A",
            features=features,
            confidence="" if verdict == "cannot tell" else "limited",
            reason="x",
        )
    (record,) = case.reviewers
    assert (record.judged, record.wrong, record.undecided) == (3, 1, 1)
    assert (round(record.low, 4), round(record.high, 4)) == (0.0084, 0.9057)  # Clopper-Pearson, 1 of 3


def test_a_planted_pair_is_answered_once_and_the_same_message_again_is_no_error(case: Case) -> None:
    case.plant(1, by="C. Coach")
    said = {"verdict": "cannot tell", "reviewer": "A", "features": {}, "reason": "x"}
    first = case.answer_planted(1, key="k", **said)  # type: ignore[arg-type]
    assert case.answer_planted(1, key="k", **said) == first  # type: ignore[arg-type]
    with pytest.raises(InputError, match="was told that it is one"):
        case.answer_planted(1, key="other", **said)  # type: ignore[arg-type]
    with pytest.raises(CaseError, match="no planted pair 9"):
        case.answer_planted(9, key="z", **said)  # type: ignore[arg-type]


def test_look_alikes_are_never_planted_since_they_may_be_one_person(tmp_path: Path) -> None:
    from workbench.watchlist import Warned

    case = Case.create(tmp_path / "c", purpose="testing", authority="the tests")
    warned = (Warned("look_alike", ("Ada", "Bob"), 0.9, "alike"),)
    case.add_watchlist(replace(listed("Ada", "Bob", "Cid"), warnings=warned), "fake")
    assert case.plant(99, by="C. Coach") == 4
    with case.store.session() as session:
        from workbench.casefile.decision_tables import PlantedRow

        assert {frozenset((row.subject, row.person)) for row in session.query(PlantedRow)} == {
            frozenset(("Ada", "Cid")),
            frozenset(("Bob", "Cid")),
        }


def test_planting_takes_a_list_and_a_name(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "c", purpose="testing", authority="the tests")
    with pytest.raises(InputError, match="two people of the list"):
        case.plant(1, by="C. Coach")
    with pytest.raises(InputError, match="say who judges"):
        case.plant(1, by="")


@pytest.mark.parametrize(
    ("count", "seed", "words"),
    [
        (-1, 0, "plant 1 pair or more"),
        (0, 0, "plant 1 pair or more"),
        (1, -1, "a seed of 0 or more"),
        ("x", 0, "how many pairs are planted is a whole number"),
        (1, "x", "the seed is a whole number"),
    ],
)
def test_fewer_than_one_pair_are_not_planted(case: Case, count: object, seed: object, words: str) -> None:
    before = len(case.log)
    with pytest.raises(InputError, match=words):
        case.plant(count, by="C. Coach", seed=seed)  # type: ignore[arg-type]
    assert len(case.log) == before and case.plant(1, by="C. Coach") == 1
