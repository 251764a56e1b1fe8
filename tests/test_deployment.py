"""The deployment record and the log of each use: the columns of the field, nothing guessed, and text that stays text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import workbench as wb
from tests.command import call
from tests.review_cases import SETTINGS, alerting, new_case, say
from tests.review_cases import scan as scan_made_up
from workbench.casefile import deployments
from workbench.casefile.schema import utc_now
from workbench.deployment import COLUMNS, EXTRA, Counts, _extra, _left_out, _rate
from workbench.deployments import Plan
from workbench.kept_scores import each_footage_once
from workbench.progress import Silent
from workbench.runs import Passage
from workbench.spreadsheets import csv_bytes, safe_text, xlsx_bytes
from workbench.uses import USE_COLUMNS

EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "a\u202eb",
    "<b>x</b>",
    "a\x1b[2Jb",
    'say "hi"; =1',
]


@pytest.fixture
def scanned(case: Path, lobby: Path) -> wb.Case:
    """Eve alerts, ben does not."""
    held = wb.Case(case)
    held.scan(lobby, every=1, progress=Silent())
    return held


def judge(case: wb.Case, alert: int, verdict: str) -> None:
    feature = {"nose": "agree" if verdict == "same" else "differ"}
    for reviewer in ("A. Ng", "B. Ott"):
        case.decide(alert, verdict=verdict, reviewer=reviewer, features=feature, confidence="strong", reason="seen")  # type: ignore[arg-type]


def test_the_columns_are_those_of_the_published_table_in_its_order() -> None:
    published = (
        "Deployment, Date, Deployment type, Duration, Number of cameras, Watchlist number, Threshold settings, Total alerts, "
        "Positive alerts, Positive interventions, Incorrect alerts, Incorrect interventions, Arrests or disposals, Faces seen, "
        "Incorrect alert rate"
    )
    assert ", ".join(COLUMNS) == published


def test_what_the_case_cannot_know_is_not_recorded_and_nothing_is_guessed(scanned: wb.Case) -> None:
    record = scanned.record()
    for column in (
        "Date",
        "Number of cameras",
        "Positive interventions",
        "Incorrect interventions",
        "Arrests or disposals",
    ):
        assert record[column] == "not recorded"
    assert (record["Total alerts"], record["Faces seen"], record["Watchlist number"]) == ("1", "2", "2")
    assert record["Duration"] == "00:00:08 of footage" and record["Deployment type"] == "recorded footage"


def test_a_rate_is_not_said_while_an_alert_is_open(scanned: wb.Case) -> None:
    record = scanned.record()
    assert record["Incorrect alert rate"] == "not recorded: 1 of 1 alert is not settled"
    assert record["Incorrect alerts per alert judged"] == "too few to say (0 of 0)"
    assert record["Positive alerts"] == "0 (0 of 1 alert settled)"


def test_both_denominators_are_named_with_exact_limits_once_all_is_settled(scanned: wb.Case) -> None:
    judge(scanned, 1, "different")
    record = scanned.record()
    assert record["Incorrect alerts"] == "1 (1 of 1 alert settled)"
    assert record["Incorrect alert rate"] == "per face seen: 1 of 2 (50.0 %; 95 %: 1.3 to 98.7 %)"
    assert record["Incorrect alerts per alert judged"] == "1 of 1 (100.0 %; 95 %: 2.5 to 100.0 %)"


def test_the_published_figures_come_out_of_the_counts() -> None:
    essex = Counts(alerts=42, same=8, different=34, unsettled=0, faces=5_000)
    assert _extra([], [], essex)[1] == "34 of 42 (81.0 %; 95 %: 65.9 to 91.4 %)"
    met = Counts(alerts=2077, same=2067, different=10, unsettled=0, faces=3_147_436)
    assert _rate(met) == "per face seen: 10 of 3,147,436 (0.00032 %; 95 %: 0.00015 to 0.00058 %)"
    assert _extra([], [], met)[1].startswith("10 of 2,077 (0.48 %;")


def test_footage_that_was_scanned_again_counts_once(scanned: wb.Case, lobby: Path) -> None:
    scanned.scan(lobby, every=0.5, progress=Silent())
    record = scanned.record()
    assert (record["Total alerts"], record["Faces seen"]) == ("1", "2")
    assert record["Counted from"].startswith("run 2 of 2; 1 unfinished, or scanned again by a later one, left out")


def test_what_was_concluded_of_a_scan_that_does_not_count_is_not_passed_over(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    (alert,) = scan_made_up(case, alerting(1))
    for reviewer in ("A. Ng", "B. Ott"):
        say(case, alert, reviewer, "same")
    assert "left out" not in case.record()["Counted from"]
    scan_made_up(case, Passage(1, 5, 5, 40, *[(0.0, 0.0, 40.0, 40.0)] * 3, 0.8), threshold=0.99)
    assert "left out, and with that what was concluded of 1 of their alerts;" in case.record()["Counted from"]


def test_what_was_concluded_of_a_part_of_a_scan_that_does_not_count_is_not_passed_over_either(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    (alert,) = scan_made_up(case, alerting(1))
    for reviewer in ("A. Ng", "B. Ott"):
        say(case, alert, reviewer, "same")
    run = case.run()
    other = replace(run.sources[0], sha256="b" * 64)
    (kept, _) = each_footage_once([replace(run, sources=(*run.sources, other)), replace(run, id=2)])
    assert kept.sources == (other,) and not len(kept.alerts) and not len(kept.tracks)
    said = _left_out([kept], [kept], dict(case.standings()))
    assert (
        said
        == "; footage that was scanned again by a later one, left out, and with that what was concluded of 1 of their alerts"
    )


def test_the_record_shows_itself_with_every_column_and_no_script(scanned: wb.Case) -> None:
    shown = scanned.record()._repr_html_()
    assert all(column in shown for column in (*COLUMNS, *EXTRA, *USE_COLUMNS))
    assert "<script" not in shown and len(shown.encode()) < 50_000
    digest = scanned.run().sources[0].sha256
    assert digest not in shown and f"SHA-256 {digest[:16]}…" in shown and '<table class="wide">' in shown
    assert digest in scanned.record().uses[0][4]


def test_a_case_without_a_run_has_a_record_that_says_nothing(case: Path) -> None:
    record = wb.Case(case).record()
    assert record["Duration"] == record["Threshold settings"] == "not recorded" and record.uses == ()
    assert record["Incorrect alert rate"] == "per face seen: too few to say (0 of 0)"


def test_each_use_says_start_end_list_input_and_who_verified(scanned: wb.Case) -> None:
    judge(scanned, 1, "same")
    (use,) = (dict(zip(USE_COLUMNS, row, strict=True)) for row in scanned.record().uses)
    run = scanned.run()
    assert run.finished and use["Start (UTC)"] == f"{run.started:%Y-%m-%d %H:%M:%S}" and use["End (UTC)"]
    assert str(run.settings["list_digest"]) in use["Reference database checked"]
    assert run.sources[0].sha256 in use["Input"] and "alert 1: lobby.mp4, frame" in use["Input that led to an alert"]
    assert use["People who verified"] == "A. Ng, B. Ott"


def test_the_command_writes_both_files_and_says_the_same(scanned: wb.Case, tmp_path: Path) -> None:
    said = call(
        "case", "record", scanned.folder, "--csv", tmp_path / "r.csv", "--xlsx", tmp_path / "r.xlsx", "--json"
    ).json
    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert rows[0] == [*COLUMNS, *EXTRA] and dict(zip(*rows, strict=True)) == said["record"]
    assert "Faces seen" in call("case", "record", scanned.folder).out
    assert "Log of each use" in zipfile.ZipFile(tmp_path / "r.xlsx").read("xl/workbook.xml").decode()


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_a_csv_begins_as_a_formula_does(text: str) -> None:
    (row,) = csv.reader(io.StringIO(csv_bytes((text,), []).decode("utf-8-sig"), newline=""))
    assert row[0].lstrip(" ")[0] not in "=+-@\t\r＝＋－＠" and row[0].isprintable()


def test_ordinary_text_and_numbers_of_a_csv_stay_as_they_are() -> None:
    assert csv_bytes(("a-b", "Ü"), [(-1, 0.5), (None, "x")]).decode("utf-8-sig") == '"a-b","Ü"\r\n-1,0.5\r\n"","x"\r\n'
    assert safe_text("Robbery, 3 May") == "Robbery, 3 May"


def test_every_text_of_a_workbook_is_a_string_and_none_a_formula_or_a_link() -> None:
    book = zipfile.ZipFile(
        io.BytesIO(xlsx_bytes({"S": (("head",), [(text,) for text in (*EVIL, "http://x.test", "12")])}))
    )
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert len(re.findall(r'<c [^>]*t="s"', sheet)) == len(EVIL) + 3
    texts = book.read("xl/sharedStrings.xml").decode()
    assert "\u202e" not in texts and "\\u202e" in texts and "&lt;b&gt;x&lt;/b&gt;" in texts and ">=1+1<" in texts
    assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_a_number_of_a_workbook_is_a_number() -> None:
    book = zipfile.ZipFile(io.BytesIO(xlsx_bytes({"S": (("n",), [(2.5,), (None,)])})))
    assert "<v>2.5</v>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_footage_of_a_kind_that_nobody_noted_has_no_type(tmp_path: Path) -> None:
    held = new_case(tmp_path / "case")
    scan_made_up(held, alerting(6.0, 0))
    assert held.record()["Deployment type"] == "not recorded"


def test_who_runs_a_deployment_is_who_is_at_work_where_nobody_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_case(tmp_path / "case")
    monkeypatch.setenv("SECOND_LOOK_USER", "Sgt. Poe")
    _begin(case, by=" ")
    monkeypatch.setenv("SECOND_LOOK_USER", "the next shift")
    _begin(case, by="A. Ng")
    uses = [row[0] for row in case.record().uses]
    assert [each.plan.by for each in case.deployments] == ["Sgt. Poe", "A. Ng"]
    assert "by Sgt. Poe;" in uses[0] and "by A. Ng;" in uses[1]
    assert [entry.who for entry in case.log if entry.action == "deployment begun"] == ["Sgt. Poe", "A. Ng"]


def _begin(case: wb.Case, by: str) -> None:
    soon, watch = utc_now() + timedelta(hours=1), case.watchlist
    assert watch is not None
    plan = Plan("a search", "Insp. Lee", soon, soon, "street", by)
    with case.store.change() as session:
        settings = SETTINGS | {"list_digest": "d"}
        begun = deployments.begin(session, plan, watch, 0.5, settings, ["gate"])
        deployments.close(session, begun.deployment, utc_now(), "stopped")
