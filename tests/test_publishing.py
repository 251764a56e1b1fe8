"""What leaves a case for managers: numbers and scores, no template, no face that was not confirmed, no key, no place."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from sqlalchemy import select, text

import workbench as wb
from tests.altering import alter
from tests.command import call, refused
from tests.killing import kill, killed
from tests.review_cases import alerting, listed, new_case, say, scan
from workbench.casefile.schema import AlertRow
from workbench.casefile.templates import open_template
from workbench.errors import CaseError, InputError
from workbench.evaluation import Trials
from workbench.published import bundles_in, is_bundle, passes, read_bundle, shown, sweep, words
from workbench.published.bundle import Unseen
from workbench.published.folder import Draft
from workbench.publishing import publish, withdraw

DIM = 64
WINDOW = 10  # bytes in a row that two files do not share by chance


def scattered(count: int, *, seed: int) -> np.ndarray[Any, Any]:
    """Unit vectors in which no two numbers are alike, (count, DIM)."""
    rows = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four alerts: the first is confirmed, the second is another person, the others are open."""
    held = wb.Case.create(tmp_path_factory.mktemp("made") / "case", purpose="testing", authority="the tests")
    watch = listed("Ada", "Bob")
    held.add_watchlist(replace(watch, templates=scattered(4, seed=1), space=wb.Space("f" * 64, DIM, "fake")), "fake")
    passed = [alerting(6.0 * k, k % 2, score=0.81 - 0.05 * k) for k in range(4)]
    alerts = scan(held, *(replace(p, template=t) for p, t in zip(passed, scattered(4, seed=2), strict=True)))
    for reviewer in ("A. Ng", "B. Ott"):
        say(held, alerts[0], reviewer, "same")
        say(held, alerts[1], reviewer, "different")
    return held.folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> wb.Case:
    """A copy of one's own."""
    return wb.Case(shutil.copytree(made, tmp_path / "case"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "published" / "014"


def contents(place: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file())


def test_a_bundle_says_what_was_looked_for_and_found(case: wb.Case, place: Path) -> None:
    bundle = wb.publish(case, place, by="A. Ng", reason="weekly")
    assert (bundle.looked_for.people, bundle.looked_for.categories) == (2, {"wanted": 2})
    found = bundle.found
    assert (found.faces_seen, found.alerts, found.same, found.different, found.unsettled) == (4, 4, 1, 1, 2)
    assert bundle.record["Total alerts"] == "4" and bundle.footage[0].name == "a.mp4"
    assert (bundle.review.people, bundle.review.decisions) == (2, 4)
    assert {each.kind for each in bundle.retained} == {"faces of an alert", "faces of the list"}
    assert {row[4:] for row in bundle.curve} == {(None, None, None)}, "nobody knows how many were missed"
    assert bundle.trials.by_alert and bundle.trials.unsettled == case.trials().unsettled
    assert bundle.measured == replace(case.trials().curve().at(threshold=0.5), assumption=bundle.passes.assumption)


def test_a_publication_names_who_when_why_and_the_state_of_the_case(case: wb.Case, place: Path) -> None:
    before = case.log[-1]
    told = wb.publish(case, place, by="A. Ng", reason="weekly").publication
    assert (told.number, told.by, told.reason, told.entries, told.head) == (
        1,
        "A. Ng",
        "weekly",
        before.number,
        before.hash,
    )
    entry = case.log[-1]
    assert (entry.action, entry.who, entry.about["number"]) == ("published", "A. Ng", 1)
    assert not case.verify(footage=False).findings


def test_publishing_again_makes_a_new_version_and_leaves_nothing_of_the_old(case: wb.Case, place: Path) -> None:
    wb.publish(case, place, faces=True)
    bundle = wb.publish(case, place)
    assert bundle.publication.number == 2 and [each.number for each in bundle.publication.earlier] == [1]
    assert sorted(path.name for path in place.iterdir()) == sorted(["bundle.json", bundle.passes.file])


def test_what_is_withdrawn_is_gone_and_the_log_says_who_took_it_away(case: wb.Case, place: Path) -> None:
    wb.publish(case, place)
    withdraw(case, place, by="B. Ott", reason="a name was wrong")
    assert not place.exists() and bundles_in(place.parent) == {}
    assert (case.log[-1].action, case.log[-1].who) == ("publication withdrawn", "B. Ott")
    assert wb.publish(case, place).publication.number == 2


def templates(case: wb.Case) -> Iterator[np.ndarray[Any, Any]]:
    """Every template of the case, of references and of tracks."""
    assert case.watchlist is not None
    yield from case.watchlist.templates
    with case.store.session() as session:
        for row in session.scalars(select(AlertRow)):
            template = open_template(row, case.store.sealing)
            assert template is not None
            yield template


def forms(template: np.ndarray[Any, Any]) -> Iterator[bytes]:
    """The bytes that a template would have: three widths, raw, and as base64 at each of its three phases."""
    for kind in ("<f4", "<f2", "<f8", ">f4"):
        raw = template.astype(kind).tobytes()
        yield raw
        yield from (base64.b64encode(b"\0" * phase + raw)[4:-4] for phase in range(3))
    yield json.dumps([float(value) for value in template])[1:-1].encode()


def shared(whole: bytes, some: list[bytes]) -> list[bytes]:
    """Stretches of `some` that are in `whole`."""
    pieces = {form[k : k + WINDOW] for form in some for k in range(len(form) - WINDOW + 1)}
    here = {whole[k : k + WINDOW] for k in range(len(whole) - WINDOW + 1)}
    return sorted(pieces & here)


def test_no_byte_of_any_template_is_in_a_bundle(case: wb.Case, place: Path) -> None:
    wb.publish(case, place, faces=True, names=True)
    every = list(templates(case))
    assert len(every) == 8
    for template in every:
        assert shared(contents(place), list(forms(template))) == []
    (place / "bundle.json").write_bytes(contents(place) + base64.b64encode(b"x" + every[5].astype("<f2").tobytes()))
    assert shared(contents(place), list(forms(every[5])))  # the search finds what is there


def pictures(place: Path) -> list[np.ndarray[Any, Any]]:
    """Every picture in a bundle, wherever it begins in whatever file."""
    whole, found = contents(place), []
    for mark in (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF"):
        at = whole.find(mark)
        while at >= 0:
            with Image.open(io.BytesIO(whole[at:])) as image:
                found.append(np.asarray(image.convert("RGB").resize((24, 24)), float))
            at = whole.find(mark, at + 1)
    return found


def looks(jpeg: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(jpeg)) as image:
        return np.asarray(image.convert("RGB").resize((24, 24)), float)


def test_the_only_face_in_a_bundle_is_the_confirmed_one_and_only_if_asked_for(case: wb.Case, place: Path) -> None:
    wb.publish(case, place)
    assert pictures(place) == []
    wb.publish(case, place, faces=True)
    (shown,) = pictures(place)
    confirmed, *others = [looks(alert.thumbnail) for alert in case.run().alerts]
    assert np.abs(shown - confirmed).mean() < 0.5 and all(np.abs(shown - other).mean() > 1 for other in others)
    assert base64.b64encode(b"\xff\xd8\xff")[:4] not in contents(place)


def test_an_alert_that_only_one_person_confirmed_is_not_shown(tmp_path: Path, place: Path) -> None:
    held = new_case(tmp_path / "one", "Ada", "Bob")
    say(held, scan(held, alerting(0))[0], "A. Ng", "same")
    assert wb.publish(held, place, faces=True).crops == ()


def test_no_name_is_published_unless_asked_for(case: wb.Case, place: Path) -> None:
    wb.publish(case, place, faces=True)
    assert b"Ada" not in contents(place) and b"Ott" not in contents(place)
    named = wb.publish(case, place, faces=True, names=True)
    assert named.looked_for.names == ("Ada", "Bob") and named.crops[0].subject == "Ada"
    assert b"Ott" not in contents(place)


def test_a_point_of_the_case_s_own_alerts_claims_no_recognition_rate(case: wb.Case, place: Path) -> None:
    point = case.trials().curve().at(threshold=case.run().threshold)
    assert (point.by_alert, point.unsettled) == (True, True) and wb.OperatingPoint.from_json(point.to_json()) == point
    assert ", FPIR at most " in repr(point) and ", TPIR not known of 1, " in repr(point)
    false, found = point.sentences()
    assert false.startswith("at most ") or "false alerts in" in false
    assert found.endswith("is not known: 1 pass of them is known, because somebody was asked about it")
    assert np.isnan(point.precision(0.001)) and "not known" in point._repr_html_()
    case.record_operating_point(point, name="own", reason="as it was", by="A. Ng")
    assert "TPIR not known" in call("case", "info", case.folder).out
    used = replace(wb.publish(case, place), points=())
    again = wb.publish(case, place)
    kept = replace(again, points=tuple(replace(each, used=True) for each in again.points))
    assert words.sure_words(kept) == words.sure_words(used) and "Measured beforehand" not in kept._repr_html_()


def test_alerts_that_nobody_can_judge_any_more_are_published_as_such(case: wb.Case, place: Path) -> None:
    assert wb.publish(case, place).found.unjudgeable == 0
    with case.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM picture"))
    bundle = wb.publish(case, place)
    assert (bundle.found.unsettled, bundle.found.unjudgeable) == (2, 2)
    assert "2 alerts are open and can no longer be judged: the faces were deleted." in bundle._repr_html_()
    assert read_bundle(place).found == bundle.found


def test_every_threshold_that_is_printed_is_rounded_up(case: wb.Case, place: Path) -> None:
    bundle = wb.publish(case, place)
    just = replace(bundle, threshold=replace(bundle.threshold, value=0.936948))
    page = just._repr_html_()
    assert "0.9370: " in page and "reaches 0.937." in page and "0.9369" not in page


def test_hundreds_of_names_are_a_list_in_columns(case: wb.Case, place: Path) -> None:
    bundle = wb.publish(case, place, names=True)
    assert '<ul class="columns"><li>Ada</li><li>Bob</li></ul>' in bundle._repr_html_()
    names = tuple(f"person {number:03}" for number in range(400))
    shown = replace(bundle, looked_for=replace(bundle.looked_for, names=names))._repr_html_()
    assert "Names on the list: 400" in shown and shown.count("<li>person ") == 250
    assert "and 150 more, in bundle.json" in shown
    assert 'class="columns"' not in wb.publish(case, place)._repr_html_()


def test_no_place_and_no_key_is_in_a_bundle(case: wb.Case, place: Path, keys_of_the_tests: Path) -> None:
    point = replace(
        case.trials().curve().at(threshold=0.5), data=f"{case.folder}/labelled, from /srv/footage/lobby.mp4"
    )
    case.record_operating_point(point, name="day", reason="see C:\\notes\\day.txt", by="A. Ng")
    bundle = wb.publish(case, place)
    whole = contents(place)
    assert (
        bundle.points[0].measured.data == "case/labelled, from lobby.mp4" and bundle.points[0].reason == "see day.txt"
    )
    assert all(text.encode() not in whole for text in (str(case.folder), str(Path.home()) + "/", "/footage", "/srv"))
    keys = [path.read_bytes() for path in keys_of_the_tests.rglob("*") if path.is_file()]
    assert keys and all(key not in whole and key.strip() not in whole for key in keys)
    assert case.store.sealing.case.encode() not in whole


def test_a_crop_goes_when_the_face_in_the_case_would(case: wb.Case, place: Path) -> None:
    bundle = wb.publish(case, place, faces=True)
    until = datetime.fromisoformat(bundle.crops[0].until)
    assert until == next(
        each.due for each in case.clocks if each.row == bundle.crops[0].alert and "confirmed" in each.why
    )
    assert wb.read_bundle(place, now=until).crops == ()
    assert sweep(place.parent, now=until - timedelta(seconds=1)) == 0 and len(pictures(place)) == 1
    assert sweep(place.parent, now=until) == 1 and pictures(place) == []
    assert wb.read_bundle(place, now=until).found.alerts == 4


def test_many_scores_are_reduced_to_the_highest_and_every_rate_above_them_is_exact() -> None:
    rng = np.random.default_rng(5)
    whole = Trials.of([0.9, 0.7, -np.inf], rng.normal(0.2, 0.1, 1_000), watchlist=9, pack="dlib")
    few = passes.reduce(whole, most=100)
    assert few.count == 102 and "the highest 100 are here" in few.words and few.lowest is not None
    kept = back(whole, few)
    for line in (few.lowest, 0.5, 0.7):
        assert kept.curve().at(threshold=line).false_alerts == whole.curve().at(threshold=line).false_alerts
    assert (kept.nonmated.size, kept.missed_detections) == (1_000, 1)


def test_scores_that_tie_at_the_cut_stay_together() -> None:
    tied = Trials.of([0.9], [0.9, 0.5, 0.5, 0.1], watchlist=3, pack="dlib")
    few = passes.reduce(tied, most=2)
    assert few.lowest == 0.9 and back(tied, few).curve().at(threshold=0.9).fpir == tied.curve().at(threshold=0.9).fpir
    same = Trials.of([0.9], [0.5] * 5, watchlist=3, pack="dlib")
    assert back(same, passes.reduce(same, most=2)).curve().at(threshold=0.5).false_alerts == 5


def back(whole: Trials, few: passes.Reduced) -> Trials:
    from workbench.published.bundle import Passes

    counts = {"mated": whole.mated.size, "nonmated": whole.nonmated.size, "undetected": whole.missed_detections}
    about = {"watchlist": 9, "pack": "dlib", "space": "", "data": "", "assumption": "", "notes": ()}
    head = {"file": "scores", "sha256": "", "scores": few.count, "lowest": few.lowest, "reduced": few.words}
    return passes.trials_of(few.arrow, Passes(**head, **counts, **about, unseen=few.unseen))


def said(trials: Trials, line: float) -> tuple[object, ...]:
    """All that is claimed at a line."""
    point = trials.curve().at(threshold=line)
    rates = point.fpir, point.fpir_low, point.fpir_high, point.tpir, point.tpir_low, point.tpir_high
    return *rates, point.mated_people, point.nonmated_people


def test_what_is_cut_away_takes_no_certainty_that_was_not_there() -> None:
    rng = np.random.default_rng(3)
    who = np.concatenate([np.repeat(np.arange(150), 50), np.arange(150, 400)])  # 150 people who return, 250 who do not
    scores = rng.normal(0.2, 0.05, who.size) + rng.normal(0, 0.15, 400)[who]
    whole = Trials.of([0.9, 0.8], scores, watchlist=9, pack="dlib", nonmated_subject=who.astype(np.str_))
    few = passes.reduce(whole, most=500)
    assert few.lowest is not None and few.unseen and {each.passes for each in few.unseen} == {50}
    for line in (few.lowest, 0.6):
        assert said(back(whole, few), line) == said(whole, line)


def test_a_person_whose_face_was_not_found_stays_one_person() -> None:
    whole = Trials.of(
        [0.9, -np.inf, -np.inf, 0.7, -np.inf, -np.inf, -np.inf],
        [0.1, 0.2],
        watchlist=9,
        mated_subject=["a", "a", "a", "b", "c", "c", ""],
    )
    few = passes.reduce(whole)
    assert [(each.mated, each.passes, each.people) for each in few.unseen] == [(True, 2, 1)]
    assert said(back(whole, few), 0.5) == said(whole, 0.5)


def of_an_earlier_version(few: passes.Reduced) -> passes.Reduced:
    table = pa.ipc.open_file(pa.BufferReader(few.arrow)).read_all().drop_columns(["more"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return replace(few, arrow=sink.getvalue().to_pybytes(), unseen=())


def test_an_earlier_bundle_that_left_out_passes_of_people_who_return_says_that_its_limits_are_too_narrow() -> None:
    whole = Trials.of([0.9], [0.1, 0.2, 0.3], watchlist=9, nonmated_subject=["b", "b", "b"])
    few = passes.reduce(whole, most=2)
    assert passes.NARROW in back(whole, of_an_earlier_version(few)).notes
    assert passes.NARROW not in back(whole, few).notes
    assert passes.NARROW not in back(whole, of_an_earlier_version(passes.reduce(whole))).notes


def test_more_passes_than_were_made_are_refused() -> None:
    whole = Trials.of([0.9], [0.1, 0.2, 0.3], watchlist=9, nonmated_subject=["a", "a", "b"])
    few = replace(passes.reduce(whole), unseen=(Unseen(mated=False, passes=2, people=1),))
    with pytest.raises(InputError, match="tells of more passes than were made; publish the case again"):
        back(whole, few)


def test_limits_by_person_are_those_of_the_whole_though_nobody_is_named() -> None:
    whole = Trials.of(
        [0.9, 0.8, 0.4, 0.7],
        [0.1, 0.6, 0.2],
        watchlist=9,
        mated_subject=["a", "a", "b", "c"],
        nonmated_subject=["x", "y", "y"],
    )
    few = passes.reduce(whole)
    one, other = whole.curve().at(threshold=0.5), back(whole, few).curve().at(threshold=0.5)
    assert (
        (one.mated_people, one.tpir_low, one.fpir_high)
        == (other.mated_people, other.tpir_low, other.fpir_high)
        == (3, one.tpir_low, one.fpir_high)
    )
    table = pa.ipc.open_file(pa.BufferReader(few.arrow)).read_all()
    assert table.column_names == ["mated", "score", "person", "more"] and table["score"].to_pylist()[:4] == [
        0.9,
        0.8,
        0.7,
        0.4,
    ]


@pytest.mark.parametrize(
    ("sizes", "told"),
    [
        ({"x": 12, "y": 14}, {"x": 12, "y": 14}),
        ({"x": 12, "y": 6, "z": 5}, {"other groups": 11, "x": 12}),
        ({"x": 30, "y": 14, "z": 1}, {"other groups": 15, "x": 30}),  # alone, z would be the rest of the total
        ({"x": 12, "y": 3}, {}),
        ({"x": 4}, {}),
    ],
)
def test_of_a_published_group_nobody_can_be_told(
    case: wb.Case, place: Path, sizes: dict[str, int], told: dict[str, int]
) -> None:
    group = np.repeat(list(sizes), list(sizes.values()))
    scores = np.linspace(0, 0.6, len(group))
    trials = replace(Trials.of([], scores, watchlist=2, pack="fake"), group=group.astype(np.str_))
    groups = wb.publish(case, place, trials=trials).groups
    assert {each.group: each.people for each in groups if each.what == "false alerts"} == told
    assert all(each.rate is not None and each.passes >= 10 for each in groups)
    assert "too few" in shown.result(read_bundle(place)) or told


def broken(**changes: Any) -> Callable[[Path], None]:
    def change(place: Path) -> None:
        head = json.loads((place / "bundle.json").read_text("utf-8"))
        for path, value in changes.items():
            *way, last = path.split("__")
            inner = head
            for name in way:
                inner = inner[name]
            inner[last] = value
        (place / "bundle.json").write_text(json.dumps(head), "utf-8")

    return change


def lacking(place: Path) -> None:
    head = json.loads((place / "bundle.json").read_text("utf-8"))
    del head["found"]
    (place / "bundle.json").write_text(json.dumps(head), "utf-8")


def without_scores(place: Path) -> None:
    next(place.glob("scores-*")).unlink()


def other_scores(place: Path) -> None:
    alter(next(place.glob("scores-*")))


def linked(place: Path) -> None:
    file = next(place.glob("scores-*"))
    elsewhere = place.parent / "elsewhere"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda place: (place / "bundle.json").write_bytes(b"\xff{"), "no JSON"),
        (lambda place: (place / "bundle.json").write_text("[1]"), "not of a published bundle"),
        (broken(version=2), "version 2 of the format"),
        (lacking, "lacks found"),
        (broken(extra=1), "'extra', which is unknown"),
        (broken(found__alerts="4"), "found.alerts is '4', expected a whole number"),
        (broken(found__same=3), "do not add up to 4 alerts"),
        (broken(threshold__value=None), "expected a number"),
        (broken(publication__at="soon"), "'soon' is no time"),
        (broken(passes__file="../../etc/passwd"), "which no bundle has"),
        (broken(passes__mated=0), "more scores than passes"),
        (broken(curve=[[1.0]]), "does not have 7 numbers"),
        (without_scores, "is missing"),
        (other_scores, "was altered"),
        (linked, "is a link"),
    ],
)  # fmt: skip
def test_a_damaged_bundle_is_one_line(damage: Callable[[Path], Any], said: str, case: wb.Case, place: Path) -> None:
    wb.publish(case, place)
    damage(place)
    with pytest.raises(wb.InputError, match=said.replace("(", r"\(")) as caught:
        wb.read_bundle(place)
    assert "\n" not in str(caught.value) and str(place.parent) not in str(caught.value)


def test_a_bundle_is_not_put_where_other_things_lie(case: wb.Case, place: Path) -> None:
    place.mkdir(parents=True)
    (place / "notes.txt").write_text("mine")
    with pytest.raises(wb.InputError, match=r"holds 'notes.txt', which is no part of a bundle"):
        wb.publish(case, place)
    with pytest.raises(wb.InputError, match="lies in the case"):
        wb.publish(case, case.folder / "published")
    assert (place / "notes.txt").read_text() == "mine"


def test_the_bundle_of_another_case_is_neither_replaced_nor_withdrawn(
    case: wb.Case, place: Path, tmp_path: Path
) -> None:
    wb.publish(case, place)
    other = new_case(tmp_path / "other", "Cid", "Dan")
    scan(other, alerting(0))
    for verb in (wb.publish, withdraw):
        with pytest.raises(wb.CaseError, match="holds what other did not publish"):
            verb(other, place)  # type: ignore[operator]
    assert wb.read_bundle(place).case.name == "case"


def test_what_changes_while_it_is_read_is_read_again(
    case: wb.Case, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision that falls between reading and writing is in the bundle, or the bundle does not name its state."""
    from workbench import publishing

    gather, alerts = publishing.gather, [alert.id for alert in case.run().alerts]

    def interrupted(*arguments: Any, **more: Any) -> Any:
        made = gather(*arguments, **more)
        if len(alerts) == 4:
            say(case, alerts.pop(), "C. Day", "same")
        return made

    monkeypatch.setattr(publishing, "gather", interrupted)
    bundle = wb.publish(case, place)
    assert bundle.review.decisions == 5 and bundle.publication.head == case.log[-2].hash


def test_a_case_without_a_finished_scan_has_nothing_to_publish(tmp_path: Path, place: Path) -> None:
    with pytest.raises(wb.CaseError, match="no finished scan to publish"):
        wb.publish(new_case(tmp_path / "empty"), place)
    assert not place.exists()


def test_the_command_publishes_and_withdraws(case: wb.Case, place: Path) -> None:
    told = call("publish", case.folder, place, "--by", "A. Ng", "--reason", "weekly", "--json").json
    assert (told["number"], told["by"], told["crops"], told["scores"]) == (1, "A. Ng", 0, 4)
    text = call("publish", case.folder, place, "--faces").out
    assert "version 2" in text and "1 face of confirmed alerts" in text
    assert call("publish", case.folder, place, "--withdraw").code == 0 and not place.exists()
    refused(call("publish", case.folder, place, "--withdraw"), "holds no published bundle")
    assert call("publish", case.folder, place, "--withdraw", "--faces").code == 2


def test_links_out_of_a_folder_and_hidden_ones_are_no_bundles(case: wb.Case, tmp_path: Path) -> None:
    wb.publish(case, tmp_path / "away" / "x")
    root = tmp_path / "root"
    wb.publish(case, root / ".hidden")
    (root / "link").symlink_to(tmp_path / "away" / "x")
    assert bundles_in(root) == {}
    assert list(bundles_in(tmp_path / "away")) == ["x"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_is_one_line(case: wb.Case, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    refused(call("publish", case.folder, shut / "014"), "cannot be")


def test_the_page_needs_nothing_and_shows_text_as_text(tmp_path: Path, place: Path) -> None:
    held = wb.Case.create(tmp_path / "evil", purpose="<script>alert(1)</script>", authority="<b>x</b>")
    held.add_watchlist(listed("Ada", "Bob"), "fake")
    scan(held, alerting(0), alerting(9, 1))
    done = call("publish", held.folder, place, "--page", tmp_path / "page.html")
    assert (tmp_path / "page.html").stat().st_mode & 0o077 == 0, "names and faces may stand in it"
    assert done.code == 0, done.err
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<b>x" not in page
    assert "2 faces passed, 2 of them large and clear enough to compare; 2 alerts were raised" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|url\(""", page)
    assert not re.search(r"<[^>]* style=", page.split('<div id="widget">')[0])  # its policy would ignore them
    assert "default-src 'none'" in page
    assert "@page { margin: 14mm; }" in page
    assert page.count("<h1>") == 1 and "<h3>" not in page and "<h4>" not in page


def test_a_page_that_cannot_be_written_is_one_line(case: wb.Case, place: Path, tmp_path: Path) -> None:
    refused(call("publish", case.folder, place, "--page", tmp_path / "no" / "page.html"), "No such file")


def test_sentences_count_what_they_say(case: wb.Case, place: Path) -> None:
    bundle = wb.publish(case, place)
    assert words.looked_words(bundle).startswith(
        "2 people on the list (2 wanted) were looked for in 1 piece of footage, 00:01:00"
    )
    assert words.found_words(bundle).endswith("1 the person asked about, 1 somebody else, 2 not settled yet.")
    assert "Of 2 settled alerts 1 asked about the wrong person." in words.sure_words(bundle)
    assert "2 alerts are not settled, so that both false alert rates may be higher." in words.sure_words(bundle)
    seen, judged, _ = words.rates(bundle)
    assert (
        seen[1] == "at least 1 of 4 (25.0 %; 95 %: 0.63 to 80.6 %)"
        and judged[1] == "1 of 2 (50.0 %; 95 %: 1.3 to 98.7 %)"
    )


def test_a_count_of_wrong_alerts_says_of_how_many_it_is_known_and_is_none_where_none_is(
    case: wb.Case, place: Path, tmp_path: Path
) -> None:
    assert words.cost_words(wb.publish(case, place)).startswith("1 of 2 settled alerts asked about the wrong person. ")
    open_, quiet = new_case(tmp_path / "open"), new_case(tmp_path / "quiet")
    scan(open_, alerting(0.0))
    scan(quiet, replace(alerting(0.0, score=0.1), near_miss=None, candidates=(), template=None, best=None, pictures=()))
    bundle = wb.publish(open_, tmp_path / "published" / "open")
    assert words.cost_words(bundle).startswith("How many alerts asked about the wrong person is not known yet. ")
    assert words.rates(bundle)[0][2] == "of all who passed; none is settled yet"
    bundle = wb.publish(quiet, tmp_path / "published" / "quiet")
    assert words.cost_words(bundle).startswith("No alert was raised. ")
    assert words.rates(bundle)[0][2] == "of all who passed; no alert was raised"


def test_confirmed_faces_say_how_many_people_concluded(case: wb.Case, place: Path, tmp_path: Path) -> None:
    assert "Two people concluded separately that each is" in wb.publish(case, place, faces=True)._repr_html_()
    one = new_case(tmp_path / "one", policy=wb.Policy(reviewers=1, one_reviewer="a drill"))
    say(one, scan(one, alerting(0))[0], "A. Ng", "same")
    page = wb.publish(one, tmp_path / "out", faces=True)._repr_html_()
    assert "One person concluded that each is" in page and "Two people" not in page


def test_what_nobody_knows_is_too_few_to_say(tmp_path: Path, place: Path) -> None:
    held = new_case(tmp_path / "open", "Ada", "Bob")
    scan(held, alerting(0))
    bundle = wb.publish(held, place)
    assert (
        words.sure_words(bundle)[0]
        == "How many alerts were wrong is too few to say: nobody's conclusion is settled yet."
    )
    assert words.rates(bundle)[1][1] == "too few to say (0 of 0)"


def test_a_publication_that_dies_between_log_and_folder_can_be_made_again_and_withdrawn(
    case: Any, tmp_path: Path
) -> None:
    place = tmp_path / "out"

    def dying(reason: str) -> None:
        with patch("workbench.published.folder.Draft.show", kill):
            wb.publish(case.folder, place, reason=reason)

    assert killed(lambda: dying("first")) == -signal.SIGKILL and not is_bundle(place)
    wb.publish(case, place, reason="second")
    first = wb.read_bundle(place)
    assert killed(lambda: dying("third")) == -signal.SIGKILL
    assert wb.read_bundle(place).publication == first.publication
    again = wb.publish(case, place, reason="fourth")
    assert again.publication.reason == "fourth" and not [each for each in place.iterdir() if each.name.startswith(".")]
    withdraw(case, place, reason="over")
    assert not place.exists()


def test_a_publication_that_the_log_does_not_take_leaves_what_was_there(case: Any, tmp_path: Path) -> None:
    place = tmp_path / "out"
    with (
        patch("workbench.publishing.note", side_effect=CaseError("the disk is full")),
        pytest.raises(CaseError, match="the disk is full"),
    ):
        wb.publish(case, place, reason="first")
    assert not place.exists()
    wb.publish(case, place, reason="second")
    before = {each.name: each.read_bytes() for each in place.iterdir()}
    with (
        patch("workbench.publishing.note", side_effect=CaseError("the disk is full")),
        pytest.raises(CaseError, match="the disk is full"),
    ):
        wb.publish(case, place, reason="third")
    assert {each.name: each.read_bytes() for each in place.iterdir()} == before


def test_of_two_who_publish_into_one_place_at_once_the_second_waits_and_knows_of_the_first(
    case: Any, place: Path
) -> None:
    show, meanwhile = Draft.show, threading.Event()

    def slowly(draft: Draft) -> None:
        if not meanwhile.is_set():  # the first one, which is logged and not shown yet
            meanwhile.set()
            other.start()
            other.join(2)
        show(draft)

    other = threading.Thread(target=lambda: publish(wb.open_case(case.folder), place, by="B", reason="second"))
    with patch.object(Draft, "show", slowly):
        publish(case, place, by="A", reason="first")
        other.join(60)
    found = read_bundle(place).publication
    assert (found.by, [each.by for each in found.earlier]) == ("B", ["A"])
