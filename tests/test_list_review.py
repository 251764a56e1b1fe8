"""List governance: what is found before a list is used, who approves it, and what changed between versions."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from tests.command import call, refused
from workbench.approvals import approval_words
from workbench.case import Case
from workbench.entry_fields import changed_entry, date_of, yes_or_no
from workbench.errors import CaseError, InputError
from workbench.faces import Space
from workbench.list_changes import compare_lists
from workbench.list_review import KINDS, Limits, review
from workbench.revising import revised
from workbench.watchlist import Entry, Reference, Warned, Watchlist

EVIL = "<script>alert(1)</script>\x1b[31m\u202e"
TODAY = date(2026, 6, 1)
GOOD = Entry("Ada", "witness", "Insp. Lee", "passport", date(2024, 1, 1), "A. Ng", date(2027, 1, 1))


def watchlist(*entries: Entry, warnings: tuple[Warned, ...] = (), quality: float = 0.8, images: int = 2) -> Watchlist:
    references = tuple(
        Reference(
            e.subject,
            f"{e.subject}/{k}.jpg",
            hashlib.sha256(f"{e.subject}{k}".encode()).hexdigest(),
            90.0,
            quality,
            b"x",
        )
        for e in entries
        for k in range(images)
    )
    templates = np.random.default_rng(0).normal(size=(len(references), 8)).astype(np.float32)
    return Watchlist(entries, references, templates, Space("f" * 64, 8, "fake"), warnings=warnings, version=1)


def kinds(watch: Watchlist, **options: object) -> list[str]:
    return [each.kind for each in review(watch, today=TODAY, **options)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = Case.create(tmp_path_factory.mktemp("made") / "014", purpose="to test", authority="the tests")
    case.add_watchlist(watchlist(GOOD, replace(GOOD, subject="Bob"), replace(GOOD, subject=EVIL)), "dlib")
    case.store.close()
    return case.folder


@pytest.fixture
def own(drawn: Path, tmp_path: Path) -> Iterator[Case]:
    case = Case(copytree(drawn, tmp_path / "014"))
    yield case
    case.store.close()


class TestReview:
    def test_a_good_entry_has_no_finding(self) -> None:
        assert kinds(watchlist(GOOD)) == []

    @pytest.mark.parametrize(
        ("change", "kind"),
        [
            ({"expires": date(2026, 5, 31)}, "expired"),
            ({"expires": date(2026, 6, 7)}, "expires_soon"),
            ({"authority": ""}, "no_authority"),
            ({"category": ""}, "no_category"),
            ({"under_18": True}, "under_18_unjustified"),
            ({"under_18": True, "justification": "missing child"}, "under_18"),
            ({"image_date": None}, "no_image_date"),
            ({"image_date": date(2021, 5, 30)}, "stale_image"),
        ],
    )
    def test_each_detail_that_a_person_should_look_at(self, change: dict[str, object], kind: str) -> None:
        (found,) = review(watchlist(replace(GOOD, **change)), today=TODAY)  # type: ignore[arg-type]
        assert (found.kind, found.subjects) == (kind, ("Ada",)) and found.todo == KINDS[kind][2]

    def test_the_last_day_of_the_deployment_is_still_covered_by_an_entry_that_expires_then(self) -> None:
        watch = watchlist(replace(GOOD, expires=date(2026, 6, 30)))
        assert kinds(watch, limits=Limits(until=date(2026, 6, 30))) == []
        assert kinds(watch, limits=Limits(until=date(2026, 7, 1))) == ["expires_soon"]
        assert kinds(watchlist(replace(GOOD, expires=TODAY))) == ["expires_soon"]  # today it is still looked for

    def test_an_image_of_exactly_the_limit_is_not_old(self) -> None:
        watch = watchlist(replace(GOOD, image_date=date(2021, 6, 1)))
        assert kinds(watch) == [] and kinds(watch, limits=Limits(image_years=4)) == ["stale_image"]

    def test_images_that_are_poor_or_missing(self) -> None:
        assert kinds(watchlist(GOOD, quality=0.2)) == ["low_quality"]
        assert kinds(watchlist(GOOD, quality=0.25)) == []
        assert kinds(watchlist(GOOD, images=0)) == ["no_image"]

    def test_what_was_seen_at_enrolment_is_said_again_and_one_photograph_twice_only_once(self) -> None:
        warned = (
            Warned("same_photo", ("Ada", "Bob"), 1.0, "have the same photograph"),
            Warned("look_alike", ("Ada", "Bob"), 1.0, "look alike"),
            Warned("one_photo", ("Ada",), None, "has one image only"),
            Warned("no_photo", ("Eve",), None, "has details but no folder"),
        )
        watch = watchlist(GOOD, replace(GOOD, subject="Bob"), warnings=warned)
        assert kinds(watch) == ["same_photo", "one_photo"]

    def test_who_comes_first_unusually_often_is_a_hub_only_with_questions_at_hand(self) -> None:
        watch = watchlist(*(replace(GOOD, subject=f"p{k}") for k in range(10)))
        assert kinds(watch, first={"p1": 4, "p2": 1}) == []  # fewer than 5
        (found,) = review(watch, today=TODAY, first={"p1": 7, "p2": 3})
        assert found.kind == "hub" and "7 of 10 questions" in found.text
        assert kinds(watch, first={f"p{k}": 6 for k in range(10)}) == []  # an even share
        assert "not looked at" in review(watch, today=TODAY)._repr_html_()

    def test_what_must_be_settled_comes_first(self) -> None:
        watch = watchlist(replace(GOOD, image_date=None), replace(GOOD, subject="Bob", authority=""))
        found = review(watch, today=TODAY)
        assert [each.settle for each in found] == [True, False] and len(found.to_settle) == 1
        assert found.of("Bob")[0].kind == "no_authority" and found.of("nobody") == ()
        assert repr(found) == "ListReview(version 1, 1 to settle, 1 to weigh; not approved)"

    def test_a_review_shows_names_as_text_and_states_its_limits(self) -> None:
        html = review(watchlist(Entry(EVIL, justification=EVIL, under_18=True)), today=TODAY)._repr_html_()
        assert "<script" not in html and "\x1b" not in html and "\u202e" not in html and "&lt;script" in html
        assert "images older than 5 years are old" in html

    def test_a_long_review_stays_one_small_output_and_its_table_is_whole(self) -> None:
        watch = watchlist(*(Entry(f"person {k} {'x' * 300}") for k in range(500)))
        found = review(watch, today=TODAY)
        assert len(found._repr_html_().encode()) < 50_000 and len(found.to_frame()) == len(found) == 1500


class TestDetails:
    def test_text_becomes_values(self) -> None:
        changed = changed_entry(GOOD, {"expires": "2026-12-31", "under_18": "yes", "justification": " missing "})
        assert (changed.expires, changed.under_18, changed.justification) == (date(2026, 12, 31), True, "missing")
        assert changed_entry(GOOD, {"expires": "", "image_date": None}).expires is None
        assert changed_entry(GOOD, {"expires": date(2028, 1, 1), "under_18": False}).expires == date(2028, 1, 1)
        assert date_of(" ", "x") is None and yes_or_no("", "x") is False

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"expires": "31.12.2026"}, "Ada: expires is '31.12.2026'; write it as 2026-12-31"),
            ({"expires": "2026-02-30"}, "write it as 2026-12-31"),
            ({"under_18": "perhaps"}, "Ada: under_18 is 'perhaps'; write yes or no"),
            ({"under_18": True}, "Ada is under 18; give a justification"),
            ({"subject": "Eve"}, "there is no detail subject"),
            ({"height": "180"}, "there is no detail height"),
            ({"image_date": "2027-06-01"}, "the picture is of 2027-06-01, after the entry expires"),
            ({"category": "x" * 2001}, "has 2,001 letters; keep it to 2,000"),
        ],
    )
    def test_what_cannot_be_is_refused_in_one_line(self, change: dict[str, object], words: str) -> None:
        with pytest.raises(InputError, match=re.escape(words)) as error:
            changed_entry(GOOD, change)
        assert "\n" not in str(error.value)


class TestVersions:
    def test_a_list_and_itself_do_not_differ(self) -> None:
        assert len(compare_lists(watchlist(GOOD), watchlist(GOOD))) == 0

    def test_people_details_and_images_that_changed(self) -> None:
        old = watchlist(GOOD, replace(GOOD, subject="Bob"))
        new = watchlist(replace(GOOD, category="suspect", expires=None), replace(GOOD, subject="Eve"), images=1)
        found = compare_lists(old, replace(new, version=2))
        assert (found.added, found.taken_out) == (("Eve",), ("Bob",))
        said = [(each.subject, each.text) for each in found]
        assert ("Ada", "category: witness → suspect") in said and ("Ada", "expires: 2027-01-01 → nothing") in said
        assert ("Ada", "image taken out Ada/1.jpg") in said
        assert repr(found) == "ListChanges(version 1 to 2: 1 added, 1 taken out, 5 changes)"

    def test_a_renamed_file_is_the_same_image(self) -> None:
        old = watchlist(GOOD)
        new = replace(old, references=tuple(replace(r, file="other name.jpg") for r in old.references))
        assert len(compare_lists(old, new)) == 0

    def test_an_edit_keeps_templates_and_images_to_the_bit(self, own: Case) -> None:
        before = own.watchlist
        after = own.revise_list({"Ada": {"category": "suspect"}, "Bob": None}, by="A. Ng", reason="Bob was found")
        assert before is not None and after.version == 2 and after.subjects == ("Ada", EVIL)
        kept = [k for k, reference in enumerate(before.references) if reference.subject != "Bob"]
        assert after.templates.tobytes() == before.templates[kept].tobytes()
        assert own.watchlist_version(1).subjects == ("Ada", "Bob", EVIL)  # the old one is as it was
        assert own.watchlist_version(1).entries[0].category == "witness"
        assert [each.text for each in own.compare_lists(1, 2)] == ["category: witness → suspect", "taken out"]
        assert own.pack_of(2) == own.pack_of(1)
        last = own.list_versions[-1]
        assert (last.version, last.parent, last.by, last.reason, last.people, last.images) == (
            2,
            1,
            "A. Ng",
            "Bob was found",
            2,
            4,
        )

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({}, "nothing would change"),
            ({"Ada": {"category": "witness"}}, "nothing would change"),
            ({"Eve": None}, "version 1 does not list Eve"),
            ({"Ada": None, "Bob": None, EVIL: None}, "nobody would be left"),
            ({"Ada": {"under_18": "yes"}}, "Ada is under 18; give a justification"),
        ],
    )
    def test_an_edit_that_cannot_stand_changes_nothing(self, own: Case, changes: dict[str, object], words: str) -> None:
        with pytest.raises(InputError, match=words):
            own.revise_list(changes, by="A. Ng", reason="x")  # type: ignore[arg-type]
        with pytest.raises(InputError, match="reason and the name"):
            own.revise_list({"Ada": None}, by="A. Ng", reason=" ")
        assert len(own.list_versions) == 1

    def test_of_two_who_edit_the_same_version_the_second_is_told(self, own: Case) -> None:
        own.revise_list({"Ada": {"category": "a"}}, by="A. Ng", reason="x", version=1, newest=True)
        with pytest.raises(CaseError, match="version 2 was made meanwhile"):
            own.revise_list({"Ada": {"category": "b"}}, by="B. Ek", reason="y", version=1, newest=True)
        assert own.revise_list({"Ada": {"category": "b"}}, by="B. Ek", reason="y", version=1).version == 3

    def test_warnings_of_people_taken_out_go_with_them(self) -> None:
        watch = watchlist(
            GOOD, replace(GOOD, subject="Bob"), warnings=(Warned("look_alike", ("Ada", "Bob"), 0.9, "t"),)
        )
        assert revised(watch, {"Bob": None}).warnings == ()
        assert revised(watch, {"Bob": {"category": "x"}}).warnings == watch.warnings


class TestApproval:
    def test_the_newest_decision_stands_and_the_older_ones_stay(self, own: Case) -> None:
        assert own.approval(1) is None and approval_words(None) == "not approved"
        own.approve(1, by="Supt. Roe", reason="reviewed")
        own.reject(1, by="Supt. Roe", reason="an entry is wrong")
        stands = own.approval(1)
        assert stands is not None and not stands.approved and str(stands).startswith("rejected by Supt. Roe, 20")
        assert [each.approved for each in own.approvals()] == [True, False]
        assert "rejected by Supt. Roe" in own.review_list(1)._repr_html_()

    def test_an_approval_holds_what_was_found_and_for_which_list(self, own: Case) -> None:
        own.revise_list({"Ada": {"authority": ""}}, by="A. Ng", reason="unclear")
        made = own.approve(2, by="Supt. Roe", reason="urgent")
        assert made.findings == {"no_authority": 1} and len(made.digest) == 64
        assert own.approval(1) is None  # an approval of one version is none of another

    def test_an_approval_needs_a_name_a_reason_and_a_version(self, own: Case) -> None:
        for by, reason in (("", "x"), ("x", " ")):
            with pytest.raises(InputError, match="reason and the name"):
                own.approve(1, by=by, reason=reason)
        for version in (0, 2, -1):
            with pytest.raises(CaseError, match=f"no list version {version}"):
                own.approve(version, by="x", reason="y")
        assert own.approvals() == ()

    def test_a_case_without_a_list_says_so(self, tmp_path: Path) -> None:
        case = Case.create(tmp_path / "c", purpose="x", authority="y")
        with pytest.raises(CaseError, match="has no watchlist; enroll one first"):
            case.review_list()
        assert case.list_versions == ()
        case.store.close()


class TestCommand:
    def test_review_approve_reject_diff_and_history(self, own: Case) -> None:
        folder = own.folder
        assert call("list", "review", folder, "--json").json["to_settle"] == 0
        assert "0 to settle" in call("list", "review", folder, "--until", "2026-06-30", "--list", 1).out
        made = call("list", "approve", folder, 1, "--reason", EVIL, "--by", "Supt. Roe", "--json").json
        assert made["approved"] and made["reason"] == EVIL.strip()
        own.revise_list({"Ada": {"category": "=cmd"}}, by=EVIL, reason="x")
        assert call("list", "diff", folder, 1, 2, "--json").json["changes"][0]["after"] == "=cmd"
        assert "category: witness → =cmd" in call("list", "diff", folder, 1, 2).out
        said = call("list", "history", folder)
        assert said.out.count("\n") == 2 and "\x1b" not in said.out and "\u202e" not in said.out
        assert call("list", "reject", folder, 2, "--reason", "r", "--by", "b").out.startswith(
            "list version 2 rejected by b"
        )
        assert [each["version"] for each in call("list", "history", folder, "--json").json["versions"]] == [1, 2]

    def test_what_is_refused_is_one_line(self, own: Case) -> None:
        refused(call("list", "approve", own.folder, 7, "--reason", "r", "--by", "b"), "no list version 7")
        refused(call("list", "approve", own.folder, 1, "--reason", " ", "--by", "b"), "reason and the name")
        refused(call("list", "diff", own.folder, 1, 2), "no list version 2")
        refused(call("list", "review", own.folder, "--list", 9), "no list version 9")
        assert call("list", "approve", own.folder, 1).code == 2
        assert call("list", "review", own.folder, "--until", "soon").code == 2

    def test_a_scan_with_a_list_that_nobody_approved_says_so(self, case: Path, lobby: Path) -> None:
        assert "list version 1 is not approved; review it: workbench list review" in call("scan", case, lobby).err
        assert call("list", "approve", case, 1, "--reason", "r", "--by", "b").code == 0
        assert "approved" not in call("scan", case, lobby, "--again").err
        assert call("list", "review", case, "--json").json["approval"].startswith("approved by b")
