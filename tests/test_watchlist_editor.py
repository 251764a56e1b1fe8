"""The editor's Python side: what is told of a list, what a save writes, that it is written once, and that nobody is overrun."""

import signal
import tempfile
from datetime import timedelta

import pytest

import widgets
from tests.killing import kill, killed
from tests.review_cases import new_case
from widgets.editor_data import edit_of
from workbench.case import Case
from workbench.casefile.schema import utc_now
from workbench.errors import CaseError, InputError
from workbench.watchlist import Rejected

EVIL = "<img src=x onerror=alert(1)>"


class Page:
    """What the page does, without a page."""

    def __init__(self, case, reviewer="A. Ng"):
        self.widget = widgets.WatchlistEditor(case, reviewer=reviewer)
        self.sent = []
        self.widget.send = lambda message, buffers=(): self.sent.append((message, list(buffers)))

    def ask(self, kind, **content):
        self.widget._heard(self.widget, {"kind": kind, **content}, [])
        return self.sent[-1][0]

    def save(self, people, version=1, key="k", reason="renewed"):
        return self.ask("save", version=version, key=key, reason=reason, people=people)


@pytest.fixture
def case(tmp_path):
    return new_case(tmp_path / "case", "Ada Quail", EVIL)


def fields(**named):
    return {"Ada Quail": {"fields": named}}


def test_an_editor_needs_a_name_and_a_list(case, tmp_path):
    with pytest.raises(InputError, match=r'reviewer="A\. Ng"'):
        widgets.WatchlistEditor(case)
    empty = Case.create(tmp_path / "empty", purpose="p", authority="a")
    with pytest.raises(CaseError, match="enroll one first"):
        widgets.WatchlistEditor(empty, reviewer="A")


def test_the_page_is_told_of_everybody_and_of_what_speaks_against_the_list(case):
    told = Page(case).ask("open", version=None)
    first = told["entries"][0]
    assert (first["subject"], first["category"], first["under_18"], first["images"]) == (
        "Ada Quail",
        "wanted",
        False,
        2,
    )
    assert {each["title"] for each in told["findings"]} == {"age of the image unknown"}
    assert all(each["todo"] for each in told["findings"])
    assert told["versions"][0]["approval"] == "not approved"


def test_a_save_is_a_new_version_with_name_and_reason_and_only_then_said(case):
    page = Page(case)
    saved = page.save(fields(category="witness", expires="2027-12-31"))
    assert (saved["kind"], saved["key"], saved["version"]) == ("saved", "k", 2)
    newest = page.widget.version
    assert (newest.version, newest.by, newest.reason) == (2, "A. Ng", "renewed")
    assert case.watchlist.entries[0].category == "witness"


def test_the_same_save_again_from_another_kernel_makes_no_second_version(case):
    Page(case).save(fields(category="witness"))
    assert Page(case).save(fields(category="witness"))["version"] == 2 and len(case.list_versions) == 2


def test_whoever_was_slower_is_told_and_nothing_is_written(case):
    Page(case, "B. Ott").save(fields(category="witness"), key="b")
    refused = Page(case).save(fields(category="suspect"), key="a")
    assert (refused["kind"], refused["of"], refused["stale"]) == ("refused", "save", True)
    assert "version 2 was made meanwhile from version 1 by B. Ott: renewed" in refused["words"]
    assert case.watchlist.entries[0].category == "witness"


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (fields(under_18=True), "is under 18; give a justification"),
        (fields(expires="soon"), "write it as 2026-12-31"),
        (fields(image_date="2027-01-01", expires="2026-01-01"), "after the entry expires"),
        ({"Nobody": {"fields": {"category": "x"}}}, "does not list Nobody"),
        ({"Ada Quail": {"added": ["lost"]}}, "were lost with the kernel; choose them again"),
        ({}, "nothing would change"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_one_line(case, people, words):
    refused = Page(case).save(people)
    assert refused["kind"] == "refused" and words in refused["words"] and not refused["stale"]
    assert len(case.list_versions) == 1


def test_a_save_without_a_reason_is_refused(case):
    assert "with a reason" in Page(case).save(fields(category="x"), reason=" ")["words"]


def test_pictures_that_the_case_deleted_are_neither_held_nor_sent(case):
    page = Page(case)
    page.ask("faces", subjects=["Ada Quail"])
    assert page.sent[-1][1][0]
    held = page.widget._loaded
    page.ask("look")
    assert page.widget._loaded is held
    case.end()
    case.purge(utc_now() + timedelta(days=40))
    page.ask("look")
    assert page.widget._loaded is None
    page.ask("faces", subjects=["Ada Quail"])
    assert page.sent[-1][1] == [b""]
    page.ask("person", subject="Ada Quail", version=1)
    assert set(page.sent[-1][1]) == {b""}


def test_somebody_is_taken_off_and_a_hostile_name_is_a_name(case):
    assert Page(case).save({EVIL: {"out": True}})["version"] == 2
    assert case.watchlist.subjects == ("Ada Quail",)


def test_an_approval_is_recorded_once_with_its_name_and_stands(case):
    page = Page(case, "Supt. Roe")
    for _ in range(2):
        said = page.ask("approve", version=1, approved=True, reason="reviewed", key="k")
    assert "approved by Supt. Roe" in said["words"] and len(case.approvals(1)) == 1
    page.ask("approve", version=1, approved=False, reason="on reflection", key="k2")
    assert page.widget.approval.approved is False
    assert page.ask("open", version=1)["versions"][0]["stands"] == "rejected"


def test_two_versions_are_compared_in_words(case):
    page = Page(case)
    page.save(fields(category="witness"))
    told = page.ask("diff", old=1, new=2)
    assert told["rows"] == [["Ada Quail", "category: wanted → witness"]]


def test_news_are_told_once(case):
    page = Page(case)
    mark = page.ask("look", mark=None)["mark"]
    assert "latest" not in page.ask("look", mark=mark)
    Page(case, "B").save(fields(category="x"), key="b")
    news = page.ask("look", mark=mark)
    assert news["latest"] == 2 and news["how"] == "version 2 was made by B: renewed"


def test_pictures_go_to_the_page_as_bytes(case):
    page = Page(case)
    page.ask("faces", version=1, subjects=["Ada Quail"])
    assert page.sent[-1][1][0][:2] == b"\xff\xd8"
    told = page.ask("person", version=1, subject="Ada Quail")
    assert len(page.sent[-1][1]) == 2 and told["images"][0]["px"] == 90


def test_a_photograph_is_judged_in_memory_and_one_that_a_killed_kernel_left_goes_with_the_next(
    case, tmp_path, monkeypatch
):
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr("workbench.drafts.MEMORY", memory)
    monkeypatch.setattr("workbench.drafts.ROOM", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "disk"))
    (tmp_path / "disk").mkdir()
    editor, photo = widgets.WatchlistEditor(case, reviewer="A. Ng"), b"somebody and their family"
    content = {"subject": "Ada Quail", "key": "k", "name": "family_picnic.png", "fields": {}}

    def die() -> None:
        monkeypatch.setattr(Case, "judge_photograph", kill)
        editor._photo(content, [photo])

    assert killed(die) == -signal.SIGKILL
    (left,) = tmp_path.glob("*/second-look-*/*")
    assert left.is_relative_to(memory) and left.read_bytes() == photo and left.name == "photograph"
    judged = []

    def judge(self, subject, path, *, entry, name):
        judged.append((subject, name, path.read_bytes(), left.exists()))
        return Rejected(f"{subject}/{name}", "blurred")

    monkeypatch.setattr(Case, "judge_photograph", judge)
    told, _ = editor._photo(content, [photo])
    assert judged == [("Ada Quail", "family_picnic.png", photo, False)]
    assert told["file"] == "Ada Quail/family_picnic.png" and told["words"] == "blurred"
    assert not list(memory.iterdir()) and not list((tmp_path / "disk").iterdir())


def test_an_edit_says_what_it_means():
    people = {
        "Ada": {"fields": {"category": "x"}, "without": ["ab"]},
        "Bob": {"out": True, "fields": {"category": "y"}},
    }
    assert edit_of(people, {}) == ({"Ada": {"category": "x"}, "Bob": None}, [("Ada", "ab")], [])
