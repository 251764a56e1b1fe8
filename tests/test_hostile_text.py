"""Names, files and reasons that would act somewhere are text everywhere: one case full of them, and everything it can say."""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import widgets
import workbench as wb
from tests.command import call
from tests.review_cases import alerting, listed, say, scan
from widgets.result_page import save_result
from workbench.case import Case
from workbench.casefile.schema import utc_now

EVIL = "=cmd|'/c calc'!A1<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[2J\x9b31m\u202e\u2066\"'`${7}"
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Two runs, judged in disagreement, held, and everything in it called by something hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    made = Case.create(folder / "case", purpose=EVIL, authority=EVIL)
    made.add_watchlist(listed(EVIL, "Bob"), "fake")
    said = {"camera": EVIL, "threshold_from": EVIL, "software": EVIL, "pack_files": {EVIL: "a" * 64}}
    scan(made, alerting(0.0), alerting(10.0, 1), source="a", settings=said)
    made.revise_list({EVIL: dict.fromkeys(("category", "authority", "image_source"), EVIL)}, by=EVIL, reason=EVIL)
    made.approve(2, by=EVIL, reason=EVIL)
    scan(made, alerting(0.0), source="b", settings=said)
    say(made, 1, EVIL, "same", reason=EVIL)
    say(made, 1, "B. Ott", "different", reason=EVIL)
    made.hold(1, reason=EVIL, by=EVIL)
    made.keep_comparison(1, {"mode": "side by side"}, by=EVIL)
    return made


class Tags(HTMLParser):
    """What a browser would make of a page: names of tags and of attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        assert not any((value or "").strip().lower().startswith("javascript:") for _, value in attrs)


def is_text(page: str) -> None:
    """Nothing of `EVIL` acts in a page."""
    seen = Tags()
    seen.feed(page)
    assert "script" not in seen.tags
    assert not any(name.startswith("on") for name in seen.attributes)
    assert not ACTS.search(page.replace("\r\n", "\n")), repr(ACTS.search(page))


def shown(case: Case) -> Iterator[Any]:
    """Everything that shows itself in a notebook."""
    run = case.run()
    yield from (case, run, run.alerts, case.log, case.watchlist, case.searches, case.review_list(), case.record())


def test_nothing_acts_in_a_notebook(case: Case) -> None:
    pages = [(type(each).__name__, each._repr_html_()) for each in shown(case) if hasattr(each, "_repr_html_")]
    assert len(pages) >= 6 and sum("&lt;script&gt;" in page for _, page in pages) >= 4
    for _, page in pages:
        is_text(page)
    assert [repr(each) for each in shown(case) if ACTS.search(repr(each))] == []


@pytest.mark.parametrize(
    "command",
    [
        ("case", "info", "CASE"),
        ("case", "verify", "CASE"),
        ("case", "purge", "CASE", "--dry-run"),
        ("case", "record", "CASE"),
        ("list", "review", "CASE"),
        ("list", "diff", "CASE", "1", "2"),
        ("searches", "CASE"),
    ],
    ids=" ".join,
)
def test_nothing_acts_on_a_terminal_and_json_stays_json(case: Case, command: tuple[str, ...]) -> None:
    told = [str(case.folder) if part == "CASE" else part for part in command]
    said, also = call(*told), call(*told, "--json")
    assert said.code == also.code == 0, said.err
    for text in (said.out, said.err, also.out, also.err):
        assert not ACTS.search(text), repr(ACTS.search(text))
    assert also.json


def test_nothing_acts_in_a_bag(case: Case, tmp_path: Path) -> None:
    made = case.export(tmp_path / "bag", [1], by=EVIL, reason=EVIL, clip=False)
    for file in (each for each in made.folder.rglob("*") if each.suffix in {".html", ".txt", ".json", ".ipynb"}):
        text = file.read_text("utf-8")
        if file.suffix in {".json", ".ipynb"}:
            assert json.loads(text)
        assert not ACTS.search(text), file.name
        if file.suffix == ".html":
            is_text(text)
    assert sorted(path.name for path in (made.folder / "data" / "alerts").iterdir()) == ["0001"]


def test_nothing_acts_in_a_spreadsheet(case: Case, tmp_path: Path) -> None:
    done = call("case", "record", case.folder, "--csv", tmp_path / "r.csv", "--xlsx", tmp_path / "r.xlsx")
    assert done.code == 0, done.err
    text = (tmp_path / "r.csv").read_text("utf-8-sig")
    assert not re.search(r'(^|,)"?[=+@-]', text, re.MULTILINE) and not ACTS.search(text)
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        sheets = b"".join(book.read(name) for name in book.namelist() if name.startswith("xl/"))
    assert b"calc" in sheets and b"<f>" not in sheets and b"<hyperlink" not in sheets


def test_nothing_acts_in_what_is_published(case: Case, tmp_path: Path) -> None:
    bundle = wb.publish(case, tmp_path / "published", reason=EVIL, by=EVIL, names=True)
    is_text(bundle._repr_html_())
    page = save_result(bundle, tmp_path / "page.html").read_text("utf-8")
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL)
    assert not any("alert(1)" in script and "<" in script for script in scripts)  # data, `<` written otherwise
    bare = re.sub(r"<script\b[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert "calc" in bare
    is_text(bare)


def test_nothing_acts_in_an_archive(case: Case, tmp_path: Path) -> None:
    terms: dict[str, Any] = {"purpose": EVIL, "authority": EVIL, "until": utc_now() + timedelta(days=1)}
    with wb.open_archive(tmp_path / "archive", **terms) as archive:
        archive.add(case, reason=EVIL, by=EVIL)
        is_text(archive._repr_html_())
        is_text(archive.searches._repr_html_())
    said = call("archive", "info", tmp_path / "archive")
    assert said.code == 0 and "calc" in said.out and not ACTS.search(said.out)


def test_pages_get_text_of_people_as_data_and_never_as_a_page(case: Case) -> None:
    for widget in (
        widgets.WatchlistEditor(case, reviewer=EVIL),
        widgets.AlertReview(case, reviewer=EVIL),
        widgets.ComparisonBoard(case, 1, reviewer=EVIL),
    ):
        assert "innerHTML" not in str(widget._esm) and "insertAdjacentHTML" not in str(widget._esm)
        assert "alert(1)" not in str(widget._esm) and not ACTS.search(repr(widget))
        widget.close()
