"""Operating points in a case: recorded with who, why and when, never changed, and used by a scan with a warning."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import widgets
import workbench as wb
from tests.command import call, refused
from tests.fakes import FakePack
from tests.old_cases import as_of
from workbench.errors import InputError
from workbench.progress import Silent
from workbench.thresholds import line_for


class Heard(Silent):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def point(case: wb.Case, threshold: float = 0.4, **about: object) -> wb.OperatingPoint:
    """Measured in the space and with the number of people of the case's own list."""
    assert case.watchlist is not None
    space = case.watchlist.space
    trials = wb.Trials.of(
        [0.9, 0.8, 0.3],
        [0.1, 0.2, 0.5],
        watchlist=len(case.watchlist),
        pack=space.pack,
        space=space.mark,
        data="a test",
    )
    return replace(trials.curve().at(threshold=threshold), **about)  # type: ignore[arg-type]


def test_a_point_is_recorded_with_who_why_and_when(case: Path) -> None:
    held = wb.open_case(case)
    assert held.operating_points == ()
    chosen = point(held)
    kept = held.record_operating_point(chosen, name=" night ", reason="few passers-by", by="A. Ng")
    assert (kept.name, kept.reason, kept.by, kept.point) == ("night", "few passers-by", "A. Ng", chosen)
    assert abs(kept.recorded - datetime.now(UTC)) < timedelta(minutes=1)
    held.record_operating_point(point(held, 0.5), name="day", reason="many", by="A. Ng")
    assert [each.name for each in wb.open_case(case).operating_points] == ["night", "day"]
    assert repr(kept).startswith("RecordedPoint('night' by A. Ng, ")


def test_a_recorded_point_goes_wherever_a_point_goes(case: Path, lobby: Path) -> None:
    held = wb.open_case(case)
    kept = held.record_operating_point(point(held, 0.5), name="day", reason="many", by="A. Ng")
    run = held.scan(lobby, threshold=kept, every=1.0)  # type: ignore[arg-type]
    assert run.threshold == 0.5 and "the operating point 'day'" in run.threshold_from
    assert widgets.ThresholdExplorer(run, threshold=kept).point == kept.point
    source = ["a", "b", "c", "d", "e", "f"]
    old = replace(wb.Trials.of([0.9, 0.8, 0.3], [0.1, 0.2, 0.5], watchlist=2, space=kept.point.space), source=source)
    assert wb.compare_packs(old, old, point=kept).before.threshold == 0.5  # type: ignore[arg-type]


def test_what_rests_on_one_person_is_too_few_to_say_wherever_a_point_is_told(case: Path) -> None:
    held = wb.open_case(case)
    who = {"mated_subject": ["ada"] * 3, "nonmated_subject": ["bob"] * 2}
    trials = wb.Trials.of([0.9, 0.8, 0.7], [0.1, 0.2], watchlist=2, pack="dlib", data="a test", **who)
    one = trials.curve().at(threshold=0.5)
    assert (one.tpir, one.fpir) == (1, 0)  # what was counted
    assert "FPIR too few to say of 2, TPIR too few to say of 3" in repr(one)
    assert one.sentences(0.1)[1].startswith("too few to say: how many alerts")
    assert set(trials.concerns()) == set(one.concerns()) and "are of one person" in one.concerns()[0]
    held.record_operating_point(one, name="one", reason="a try", by="A. Ng")
    assert "FPIR too few to say (0 of 2), TPIR too few to say (3 of 3), N = 2" in call("case", "info", case).out
    line = line_for(FakePack(), one, "one")
    assert "FPIR too few to say (0 of 2), TPIR too few to say (3 of 3) with 2 people" in line.source


def test_rates_that_are_too_few_to_say_come_back_as_such(case: Path) -> None:
    held = wb.open_case(case)
    empty = wb.Trials.of([], [0.1, 0.2], watchlist=2).curve().at(threshold=0.3)
    kept = held.record_operating_point(empty, name="a", reason="b", by="c")
    assert np.isnan(kept.point.tpir) and kept.point.to_json() == empty.to_json()


def test_a_name_is_used_once(case: Path) -> None:
    held = wb.open_case(case)
    held.record_operating_point(point(held), name="night", reason="b", by="c")
    with pytest.raises(InputError, match="has an operating point 'night' already"):
        held.record_operating_point(point(held), name="night", reason="other", by="c")
    assert len(held.operating_points) == 1


@pytest.mark.parametrize("lacking", ["name", "reason", "by"])
def test_a_point_without_a_name_a_reason_or_a_person_is_refused(case: Path, lacking: str) -> None:
    held = wb.open_case(case)
    with pytest.raises(InputError, match=f"needs {lacking}"):
        held.record_operating_point(point(held), **{"name": "n", "reason": "r", "by": "b", lacking: "  "})
    assert held.operating_points == ()


def test_the_contents_of_a_case_list_its_points(case: Path) -> None:
    held = wb.open_case(case)
    held.record_operating_point(point(held), name="night", reason="few passers-by", by="A. Ng")
    (line,) = call("case", "info", case, "--json").json["operating_points"]
    assert (line["name"], line["threshold"], line["by"]) == ("night", 0.4, "A. Ng")
    assert (
        "operating point 'night': threshold 0.400, FPIR 1 in 3 (1 of 3), TPIR 66.7 % (2 of 3), N = 2"
        in call("case", "info", case).out
    )


def test_a_case_of_the_first_version_gets_the_table_when_it_is_opened(tmp_path: Path, photos: Path, pack: str) -> None:
    case = tmp_path / "case"
    assert call("case", "new", case, "--purpose", "p", "--authority", "a", "--pack", pack, "--unsealed").code == 0
    assert call("enroll", case, photos).code == 0
    as_of(case, "0001")
    held = wb.open_case(case)
    assert held.watchlist is not None and held.operating_points == ()
    held.record_operating_point(point(held), name="night", reason="b", by="c")
    assert len(held.operating_points) == 1


def test_a_scan_at_a_point_uses_its_threshold_and_says_which_it_is(case: Path, lobby: Path) -> None:
    held, heard = wb.open_case(case), Heard()
    chosen = point(held)
    run = held.scan(lobby, threshold=chosen, every=1, progress=heard)
    assert run.threshold == 0.4 and not [text for text in heard.said if "operating point" in text]
    assert run.threshold_from.startswith(
        "an operating point: FPIR 1 in 3 (1 of 3), TPIR 66.7 % (2 of 3) with 2 people listed, measured"
    )
    held.record_operating_point(chosen, name="night", reason="b", by="c")
    again = held.scan(lobby, threshold=held.operating_points[0].point, every=1, progress=heard)
    assert again.threshold_from.startswith("the operating point 'night': ") and again.threshold == 0.4


def test_a_scan_at_a_point_is_found_by_the_words_of_the_first_version_whatever_it_says_today(
    case: Path, lobby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = wb.open_case(case)
    held.record_operating_point(point(held), name="night", reason="b", by="c")
    kept = held.operating_points[0]
    run = held.scan(lobby, threshold=kept, every=1)  # type: ignore[arg-type]
    assert line_for(FakePack(), kept.point, "night").known_by == (  # never changes: keys of runs are made of it
        f"the operating point 'night': FPIR 1 in 3, TPIR 66.7 % with 2 people listed, measured with {kept.point.pack} on a test"
    )
    monkeypatch.setattr("workbench.operating_point.OperatingPoint.rates_words", "other words")
    assert held.scan(lobby, threshold=kept, every=1).id == run.id  # type: ignore[arg-type]
    assert held.scan(lobby, threshold=kept.point.threshold, every=1).id != run.id  # which says where it is from


def test_a_scan_warns_when_the_list_has_outgrown_the_point(case: Path, lobby: Path) -> None:
    held, heard = wb.open_case(case), Heard()
    held.scan(lobby, threshold=point(held, watchlist=1), every=1, progress=heard)
    assert any("the list has 2 people, 1 when the threshold was measured: expect more" in text for text in heard.said)


def test_a_scan_warns_when_the_pack_is_another_one(case: Path, lobby: Path) -> None:
    held, heard = wb.open_case(case), Heard()
    held.scan(lobby, threshold=point(held, space="other 128-d (000000000000)"), every=1, progress=heard)
    assert any("the threshold means nothing there" in text for text in heard.said)


def test_a_pack_under_another_name_is_the_same_pack(case: Path, lobby: Path) -> None:
    held, heard = wb.open_case(case), Heard()
    renamed = point(held).space.replace(held.watchlist.space.pack, "renamed")  # type: ignore[union-attr]
    held.scan(lobby, threshold=point(held, space=renamed), every=1, progress=heard)
    assert not [text for text in heard.said if "means nothing" in text]


def test_a_point_beyond_all_cosines_is_no_threshold(case: Path, lobby: Path) -> None:
    held = wb.open_case(case)
    with pytest.raises(InputError, match=r"the threshold is 1.5; give a number from -1 to 1, as scores are"):
        held.scan(lobby, threshold=point(held, 1.5), progress=Silent())


def test_a_scan_on_the_command_line_uses_a_recorded_point_by_its_name(case: Path, lobby: Path) -> None:
    held = wb.open_case(case)
    held.record_operating_point(point(held, 0.41), name="night", reason="few passers-by", by="A. Ng")
    run = call("scan", case, lobby, "--point", "night", "--every", 1, "--json").json
    assert run["threshold"] == 0.41 and run["threshold_from"].startswith("the operating point 'night': ")


def test_a_point_that_nobody_recorded_is_refused_with_those_there_are(case: Path, lobby: Path) -> None:
    refused(call("scan", case, lobby, "--point", "day"), "no operating point 'day'; none was recorded yet")
    held = wb.open_case(case)
    held.record_operating_point(point(held), name="night", reason="r", by="b")
    refused(call("scan", case, lobby, "--point", "day"), "no operating point 'day'; there are 'night'")
    assert held.operating_point(" night ").threshold == 0.4 and held.runs == ()


def test_a_threshold_and_a_point_exclude_each_other(case: Path, lobby: Path) -> None:
    said = call("scan", case, lobby, "--point", "night", "--threshold", 0.4)
    assert said.code == 2 and "give one of them" in said.err
