"""A list with images taken out or added, sent once or several times, by one or two people at once."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import workbench as wb
from tests.review_cases import listed
from tests.scenes import write_photo
from workbench.enrolment import Enrolled
from workbench.errors import InputError, StaleVersion
from workbench.progress import Silent
from workbench.revising import revised
from workbench.watchlist import Entry, Rejected, Warned


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory, pack: str) -> Path:
    folder = tmp_path_factory.mktemp("revising")
    for name in ("eve", "ann"):
        write_photo(folder / "photos" / name / "1.png", name)
    case = wb.open_case(folder / "case", purpose="to test", authority="the tests", pack=pack)
    case.enroll(folder / "photos", progress=Silent())
    return folder


@pytest.fixture
def own(enrolled: Path, tmp_path: Path) -> wb.Case:
    return wb.Case(shutil.copytree(enrolled / "case", tmp_path / "case"))


def sha(case: wb.Case, subject: str) -> str:
    return case.watchlist.of(subject)[0].sha256


def test_a_photograph_is_judged_as_an_enrolment_would(own: wb.Case, enrolled: Path, tmp_path: Path) -> None:
    again = own.judge_photograph("eve", enrolled / "photos/eve/1.png")
    assert again == Rejected("eve/1.png", "same image as eve/1.png, on the list already")
    (tmp_path / "note.jpg").write_text("no picture")
    (tmp_path / "draft").write_bytes((enrolled / "photos/ann/1.png").read_bytes() + b" ")
    named = own.judge_photograph("ann", tmp_path / "draft", name="passport.png")
    assert isinstance(named, Enrolled) and named.reference.file == "ann/passport.png"
    refused = own.judge_photograph("eve", tmp_path / "note.jpg")
    assert isinstance(refused, Rejected) and refused.reason
    child = own.judge_photograph("cho", enrolled / "photos/ann/1.png", entry=Entry("cho", under_18=True))
    assert isinstance(child, Rejected) and "no justification" in child.reason


def test_an_image_is_added_and_another_taken_out_and_the_list_is_looked_over_again(
    own: wb.Case, tmp_path: Path
) -> None:
    with Image.open(write_photo(tmp_path / "other.png", "eve")) as portrait:
        portrait.resize((260, 260 * portrait.height // portrait.width)).save(tmp_path / "other.png")
    found = own.judge_photograph("eve", tmp_path / "other.png")
    assert not isinstance(found, Rejected), found
    watch = own.revise_list({}, by="A. Ng", reason="a second one", added=[found])
    assert [each.file for each in watch.of("eve")] == ["eve/1.png", "eve/other.png"]
    assert {w.subjects for w in watch.warnings if w.kind == "one_photo"} == {("ann",)}
    gone = own.revise_list({}, by="A. Ng", reason="the old one", without=[("eve", sha(own, "eve"))])
    assert [each.file for each in gone.of("eve")] == ["eve/other.png"]
    assert {w.subjects for w in gone.warnings if w.kind == "one_photo"} == {("ann",), ("eve",)}
    assert [each.text for each in own.compare_lists(2, 3)] == ["image taken out eve/1.png"]
    assert own.verify().clean


def test_somebody_new_comes_with_a_photograph_and_details(own: wb.Case, tmp_path: Path) -> None:
    write_photo(tmp_path / "1.png", "ben")
    found = own.judge_photograph("ben", tmp_path / "1.png")
    assert not isinstance(found, Rejected), found
    watch = own.revise_list({"ben": {"category": "witness"}}, by="A", reason="new", added=[found])
    assert watch.subjects == ("ann", "eve", "ben")
    assert next(each for each in watch.entries if each.subject == "ben").category == "witness"


def test_an_edit_that_is_sent_twice_under_one_key_makes_one_version(own: wb.Case) -> None:
    sent = {"by": "A", "reason": "b", "version": 1, "newest": True, "key": "k"}
    first = own.revise_list({"eve": {"category": "x"}}, **sent)
    assert own.revise_list({"eve": {"category": "x"}}, **sent).version == first.version == 2
    assert len(own.list_versions) == 2
    with pytest.raises(StaleVersion, match="version 2 was made meanwhile from version 1 by A: b; look at it first"):
        own.revise_list({"eve": {"category": "y"}}, **(sent | {"key": "other"}))


def test_an_approval_that_is_sent_twice_under_one_key_is_written_once(own: wb.Case) -> None:
    for _ in range(2):
        own.approve(1, by="A", reason="b", key="k")
    assert len(own.approvals(1)) == 1


def test_another_decision_under_a_key_that_was_used_is_refused(own: wb.Case) -> None:
    own.revise_list({"eve": {"category": "x"}}, by="A", reason="b")
    kept = own.approve(1, by="A", reason="b", key="k")
    for other in (
        lambda: own.reject(1, by="A", reason="b", key="k"),
        lambda: own.approve(2, by="A", reason="b", key="k"),
        lambda: own.approve(1, by="B", reason="b", key="k"),
        lambda: own.approve(1, by="A", reason="c", key="k"),
    ):
        with pytest.raises(
            InputError, match="version 1 was sent under the same key with another content; give the new"
        ):
            other()
    own.reject(1, by="A", reason="on reflection", key="k2")
    assert own.approve(1, by=" A ", reason="b", key="k") == kept == own.approvals(1)[0]
    assert [each.approved for each in own.approvals()] == [True, False]


def test_another_edit_under_a_key_that_was_used_is_refused(own: wb.Case) -> None:
    sent = {"by": "A", "reason": "b", "key": "k"}
    assert own.revise_list({"eve": {"category": "x"}}, **sent).version == 2
    assert own.revise_list({"eve": {"category": "x"}}, **sent).version == 2  # it starts from version 1 again
    for changes, other in (
        ({"eve": {"category": "y"}}, {}),
        ({"ann": None}, {}),
        ({"eve": {"category": "x"}}, {"reason": "c"}),
        ({"eve": {"category": "x"}}, {"by": "B"}),
        ({"eve": {"category": "y"}}, {"version": 2}),
    ):
        with pytest.raises(
            InputError, match="version 2 was sent under the same key with another content; give the new"
        ):
            own.revise_list(changes, **(sent | other))
    assert len(own.list_versions) == 2


def test_an_image_that_is_not_on_the_list_cannot_be_taken_out(own: wb.Case) -> None:
    with pytest.raises(InputError, match="version 1 has no image"):
        own.revise_list({}, by="A", reason="b", without=[("eve", hashlib.sha256(b"").hexdigest())])


def test_an_image_is_taken_out_though_the_pack_is_not_at_hand_and_what_was_said_of_likeness_stays() -> None:
    watch = replace(listed("Ada", "Bob"), warnings=(Warned("look_alike", ("Ada", "Bob"), 0.9, "look alike"),))
    first = watch.references[0]
    made = revised(watch, {}, without=[("Ada", first.sha256)])
    assert [(each.kind, each.subjects) for each in made.warnings] == [
        ("one_photo", ("Ada",)),
        ("look_alike", ("Ada", "Bob")),
    ]
    assert len(made.templates) == len(made.references) == 3
