"""All published results together: sums with their limits, the published columns, and what cannot be read is said."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

import workbench as wb
from tests.review_cases import alerting, listed, new_case, say, scan
from workbench.published import words
from workbench.published.overview import HEAD, Overview, overview_of
from workbench.published.words import day
from workbench.record_columns import COLUMNS, EXTRA

EVIL = "=1+<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """North: 3 faces, 3 alerts, one of two settled ones wrong. South: 1 face, its alert open; its purpose is markup."""
    root = tmp_path_factory.mktemp("overview")
    north = new_case(root / "north", "Ada", "Bob")
    alerts = scan(north, *(alerting(9.0 * k, k % 2) for k in range(3)))
    for reviewer in ("A. Ng", "B. Ott"):
        say(north, alerts[0], reviewer, "same")
        say(north, alerts[1], reviewer, "different")
    wb.publish(north, root / "published" / "north")
    south = wb.Case.create(root / EVIL.replace("/", "-"), purpose=EVIL, authority="the tests")
    south.add_watchlist(listed("Ada", "Bob"), "fake")
    scan(south, alerting(0))
    wb.publish(south, root / "published" / "south")
    return root / "published"


@pytest.fixture(scope="module")
def overview(folder: Path) -> Overview:
    return overview_of(folder)


def test_the_columns_are_the_published_ones_in_their_order(overview: Overview) -> None:
    assert HEAD == ("Published", *COLUMNS, *EXTRA) and len(overview.rows) == 2
    assert all(len(row) == len(HEAD) for row in overview.rows)


def test_the_day_of_publication_is_written_as_days_are_elsewhere(overview: Overview) -> None:
    bundle = next(iter(overview.bundles.values()))
    assert f'data-name="Published"><span>{day(bundle.publication.at)}</span>' in overview._repr_html_()
    assert overview.rows[0][0] == bundle.publication.at[:10], "spreadsheets sort it"


def test_over_time_a_deployment_with_open_alerts_has_at_least_the_rate_that_it_has_everywhere_else(
    overview: Overview,
) -> None:
    trend = overview._repr_html_().split("Over time")[-1].split("</table>")[0]
    for bundle in overview.bundles.values():
        said = words.rates(bundle)[0][1]
        assert said.startswith("at least ") and f"<span>{said}</span>" in trend and f'aria-label="{said}"' in trend


def test_decisions_are_not_counted_on_alerts_that_they_are_not_all_about(overview: Overview) -> None:
    assert "<small>on " not in overview._repr_html_() and "near misses and changed minds among them" in (
        overview._repr_html_()
    )


def test_sums_name_what_they_are_out_of(overview: Overview) -> None:
    page = overview._repr_html_()
    assert (
        "In 2 deployments 4 faces were seen and 4 alerts were raised. Of 2 alerts that people have settled, 1 asked"
        in page
    )
    assert "at least 1 of 4 (25.0 %; 95 %: 0.63 to 80.6 %)" in page and "1 of 2 (50.0 %; 95 %: 1.3 to 98.7 %)" in page


def test_a_case_that_is_published_twice_is_added_up_once_as_it_was_last(folder: Path, tmp_path: Path) -> None:
    both = tmp_path / "published"
    for name in ("north", "south"):
        copytree(folder / name, both / name)
    wb.publish(folder.parent / "north", both / "again", reason="for the office")
    page = overview_of(both)._repr_html_()
    assert "In 2 deployments 4 faces were seen and 4 alerts were raised" in page
    assert "1 publication is of a case that is published elsewhere too: it is added up once" in page
    assert len(overview_of(both).rows) == 3 and "published elsewhere" not in overview_of(folder)._repr_html_()


def test_each_row_of_every_table_is_called_by_its_place_and_purpose_and_leads_to_its_result(overview: Overview) -> None:
    plain, served = overview._repr_html_(), overview.html(lambda name: f"result.ipynb?bundle={name}&x=1")
    assert plain.count("<b>south</b><small>=1+&lt;script&gt;") == 4 and "<a " not in plain
    assert served.count('<a href="result.ipynb?bundle=north&amp;x=1">north</a>') == 4
    assert "Too few to say for south, north" in plain or "Too few to say for north, south" in plain


def test_what_nobody_measured_is_too_few_to_say(overview: Overview) -> None:
    page = overview._repr_html_()
    assert "no operating point recorded" in page and "no groups are recorded" in page
    alone = overview.only(text="south").bundles or overview.only(text="alert(1)").bundles
    assert len(alone) == 1


def test_filters_narrow_it_down(overview: Overview) -> None:
    assert list(overview.only(text="TESTING").bundles) == ["north"]
    assert len(overview.only(since="2999-01-01")) == 0 and len(overview.only(kind="live")) == 0
    assert len(overview.only(kind=overview.kinds[0], since="2000-01-01")) == 2
    assert "None is published here" in overview.only(kind="live")._repr_html_()


def test_a_row_of_a_spreadsheet_is_found_again_by_its_folder(overview: Overview) -> None:
    head, *rows = csv.reader(io.StringIO(overview.csv().decode("utf-8-sig")))
    assert head == ["Folder", *HEAD] and [row[0] for row in rows] == list(overview.bundles)
    with zipfile.ZipFile(io.BytesIO(overview.xlsx())) as book:
        assert b"Folder" in book.read("xl/sharedStrings.xml")


def test_which_footage_has_limits_is_said_beside_the_sums(overview: Overview) -> None:
    assert "What was looked at has limits" not in overview._repr_html_()
    north = overview.bundles["north"]
    short = replace(north, footage=tuple(replace(each, short=True) for each in north.footage))
    some = replace(overview, bundles={**overview.bundles, "north": short})
    assert "What was looked at has limits in north: each result says which." in some._repr_html_()


def test_markup_in_a_purpose_is_text_and_a_formula_is_none(overview: Overview) -> None:
    assert "<script" not in overview._repr_html_()
    assert b"\"'=1+" in overview.csv()
    with zipfile.ZipFile(io.BytesIO(overview.xlsx())) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_one_bundle_that_cannot_be_read_does_not_hide_the_others(folder: Path) -> None:
    bad = folder / "bad"
    bad.mkdir()
    (bad / "bundle.json").write_text("{")
    found = overview_of(folder)
    assert len(found) == 2 and "bad/bundle.json is no JSON" in found.unreadable["bad"]
    assert "Could not be read" in found._repr_html_()


def test_one_alert_is_not_one_alerts(overview: Overview) -> None:
    page = overview.only(text="script").html()
    assert "1 alert was raised. Of 0 alerts that people have settled" in page
    south = next(each for name, each in overview.bundles.items() if name == "south")
    assert "of 1 face seen<" in south._repr_html_() and "of 1 alert<" in south._repr_html_()
    assert "1 alert, 1 face seen" in repr(south)
