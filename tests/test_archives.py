"""An archive: what it takes from a case and for how long, what it refuses, what is deleted to the last byte, what is kept."""

from __future__ import annotations

import json
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

import workbench as wb
from tests.command import call, refused
from tests.fakes import FakePack, template
from tests.killing import kill, killed
from tests.review_cases import alerting, drawing, new_case, say, scan
from tests.scenes import write_photo
from tests.test_sealing import everything
from workbench import archive_searching
from workbench.archives import Archive
from workbench.case import Case
from workbench.casefile.archive_tables import AddedRow, ShardRow
from workbench.casefile.case import Policy
from workbench.casefile.schema import AlertRow, utc_now
from workbench.casefile.store import DATABASE
from workbench.errors import CaseError, CaseSealed, InputError, SpaceMismatch
from workbench.footage.redact import encode_png
from workbench.photo import Probe
from workbench.runs import Passage
from workbench.strangers import Strangers

EVIL = "<script>alert(1)</script>\x1b[31m\u202e"
HERE = (10.0, 10.0, 50.0, 60.0)
NINE = datetime(2026, 5, 3, 21, tzinfo=UTC)
GIVEN = {"reason": "the same van", "by": "A. Ng"}
ASKED = {"why": "a tip", "by": "A. Ng"}


def stranger(start: float, score: float) -> Passage:
    return Passage(start, start + 1, 3, 40.0, HERE, HERE, HERE, score)


def seen(start: float, *weights: float, near_miss: bool = False) -> Passage:
    return replace(
        alerting(start, score=0.6 if not near_miss else 0.45, near_miss=near_miss), template=template(*weights)
    )


def planted(folder: Path, name: str = "014", *, alert_hours: int = 24) -> Case:
    """A case with two runs: three alerts and a near miss by one camera, one alert by another; and ten strangers."""
    case = new_case(folder / name, policy=Policy(near_miss_faces=True, alert_hours=alert_hours))
    said = {"camera": "gate", "recorded": NINE.isoformat()}
    strangers = [stranger(30 + n, n / 20) for n in range(10)]
    passes = (seen(0, 1), seen(10, 1, 1), seen(20, 0, 1), seen(25, 0, 0, 1, near_miss=True))
    scan(case, *passes, *strangers, settings=said)
    scan(case, seen(0, 1, 0.2), source="b", settings={"camera": "hall"})
    return case


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `014`, a case, and `7`, an archive with both of its runs; copy them, do not write to them."""
    folder = tmp_path_factory.mktemp("stocked")
    case, until = planted(folder), utc_now() + timedelta(days=20)
    with wb.open_archive(folder / "7", purpose="Robberies", authority="Judge Roe", until=until) as made:
        shutil.copytree(made.folder, folder / "empty" / "7")
        made.add(case, **GIVEN)
    case.store.close()
    return folder


@pytest.fixture
def case(stocked: Path, tmp_path: Path) -> Case:
    return Case(shutil.copytree(stocked / "014", tmp_path / "cases" / "014"))


@pytest.fixture
def archive(stocked: Path, tmp_path: Path) -> Iterator[Archive]:
    """An empty one."""
    with wb.open_archive(shutil.copytree(stocked / "empty" / "7", tmp_path / "empty" / "7")) as made:
        yield made


@pytest.fixture
def full(stocked: Path, tmp_path: Path) -> Iterator[Archive]:
    """One with five tracks of a case."""
    with wb.open_archive(shutil.copytree(stocked / "7", tmp_path / "7")) as made:
        yield made


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A photograph of person 0, whose template is planted; whatever is called `blurred.png` cannot be compared."""

    def planted_probe(pack: object, path: Path, face: int | None) -> Probe:
        failed = "the face is blurred" if path.name == "blurred.png" else ""
        about = Probe(path.name, path.stem.ljust(64, "0"), failed, face or 1, 1, 90.0)
        return about if failed else replace(about, template=template(1), picture=encode_png(drawing(3)))

    monkeypatch.setattr(archive_searching, "load_pack", lambda name: FakePack())
    monkeypatch.setattr(archive_searching, "probe_of", planted_probe)
    return tmp_path / "still.png"


class TestAdd:
    def test_what_a_case_keeps_comes_with_its_clock_and_its_place(self, full: Archive, case: Case) -> None:
        tracks, origins = full.tracks(), full.origins
        assert tracks.id.tolist() == [1, 2, 3, 4, 5] and tracks.alert.tolist() == [1, 2, 3, 4, 5]
        assert [origins[n].camera for n in tracks.origin.tolist()] == ["gate"] * 4 + ["hall"]
        due = {each.row: each.due for each in case.clocks if each.kind.startswith("faces of a")}
        assert tracks.due.tolist() == [due[n].timestamp() for n in range(1, 6)]  # type: ignore[union-attr]
        assert tracks.at[:3].tolist() == [NINE.timestamp() + s for s in (0, 10, 20)] and np.isnan(tracks.at[4])
        assert np.allclose(tracks.template[1], template(1, 1))
        assert set(full.faces([1, 5])) == {1, 5} and full.faces([1])[1][:2] == b"\xff\xd8"

    def test_nobody_who_raised_no_question_is_in_it_but_their_scores_count(self, full: Archive) -> None:
        assert len(full.tracks()) == 5 and full.strangers.passes == 10 + 4 + 1  # nobody judged the alerts yet
        assert "whose alert nobody judged, was taken for a stranger" in full.strangers.words

    def test_both_logs_say_where_the_tracks_went_and_why(self, full: Archive, case: Case) -> None:
        here = [each for each in full.log if each.action == "run added"]
        assert [(e.who, e.about["run"], e.about["added"], e.about["reason"]) for e in here] == [
            ("A. Ng", 1, 4, "the same van"),
            ("A. Ng", 2, 1, "the same van"),
        ]
        there = [each for each in case.log if each.action == "tracks archived"]
        assert [(e.about["archive"], e.about["authority"], e.about["tracks"]) for e in there] == [
            ("7", "Judge Roe", 4),
            ("7", "Judge Roe", 1),
        ]
        assert case.verify(footage=False).clean and full.verify(footage=False).clean

    def test_added_again_nothing_comes_twice(self, full: Archive, case: Case) -> None:
        (first, second) = full.add(case, **GIVEN)
        assert (first.added, first.redated, first.gone, second.added) == (0, 0, 0, 0) and len(full.tracks()) == 5
        assert full.strangers.passes == 15

    def test_a_triage_takes_no_scans_place_and_a_newer_scan_only_that_of_its_own_footage(
        self, full: Archive, case: Case
    ) -> None:
        scan(case, stranger(30, 0.1), settings={"fast": True})  # key frames of "a" alone
        full.add(case, **GIVEN)
        assert full.strangers.passes == 15
        scan(case, *(stranger(30 + n, 0.2) for n in range(3)), source="b", key="b again")
        full.add(case, **GIVEN)
        assert full.strangers.passes == 14 + 3

    def test_footage_that_one_run_alone_scanned_counts_though_another_part_of_it_was_scanned_again(
        self, archive: Archive
    ) -> None:
        def added(run: int, triage: bool = False, **scores: list[float]) -> AddedRow:
            counts = {sha: Strangers.of(some, 9).to_dict() for sha, some in scores.items()}
            about = {"case": "c", "case_key": "k", "reason": "r", "by": "b", "recorded": utc_now(), "first": 1}
            return AddedRow(run=run, tracks=0, strangers={"triage": triage, "footage": counts}, **about)

        with archive.store.change() as session:
            session.add(added(1, a=[0.1] * 6, b=[0.2] * 4))
            session.add(added(2, a=[0.1] * 5))
            session.add(added(3, True, a=[0.1], c=[0.1]))
        assert archive.strangers.passes == 5 + 4 + 1

    def test_what_an_earlier_version_counted_of_a_run_as_one_is_read(self, full: Archive) -> None:
        with full.store.change() as session:
            for row in session.scalars(select(AddedRow)):
                row.strangers = Strangers.together(map(Strangers.kept, row.strangers["footage"].values())).to_dict()
        assert full.strangers.passes == 15

    def test_added_again_what_the_case_judged_or_deleted_goes_and_what_it_holds_stays(
        self, full: Archive, case: Case
    ) -> None:
        for reviewer in ("A. Ng", "B. Orr"):
            say(case, 4, reviewer, "different")  # a near miss that was judged is due at once
        case.hold(1, reason="exhibit 7")
        case.purge()
        result, _ = full.add(case, **GIVEN)
        assert (result.added, result.redated, result.gone) == (0, 1, 1)
        tracks = full.tracks()
        assert sorted(tracks.id.tolist()) == [1, 2, 3, 5]
        left = float(tracks.due[tracks.id == 1][0]) - utc_now().timestamp()
        assert left == pytest.approx(31 * 86_400, abs=60)
        (proof,) = [each for each in full.log if each.action == "tracks deleted"]
        assert proof.about["why"] == "their case no longer keeps them" and proof.about["tracks"] == [[4, 4]]
        assert full.verify(footage=False).clean

    def test_no_number_is_given_twice(self, full: Archive, case: Case) -> None:
        full.delete(tracks=[5], **GIVEN)
        full.add(case, runs=2, **GIVEN)
        assert full.tracks().id.tolist() == [1, 2, 3, 4, 6]

    def test_what_is_over_in_the_case_is_not_taken(self, archive: Archive, case: Case) -> None:
        with case.store.change() as session:
            session.get_one(AlertRow, 1).created = utc_now() - timedelta(hours=25)
        archive.add(case, runs=1, **GIVEN)
        assert archive.tracks().alert.tolist() == [2, 3, 4]

    def test_another_pack_or_an_unfinished_run_or_no_reason_is_refused_and_nothing_is_written(
        self, full: Archive, case: Case, tmp_path: Path
    ) -> None:
        with pytest.raises(InputError, match="with a reason and a name"):
            full.add(case, reason=" ", by="A. Ng")
        with pytest.raises(CaseError, match="has no run 9"):
            full.add(case, runs=9, **GIVEN)
        other = new_case(tmp_path / "other")
        scan(other, seen(0, 1), finish=False)
        with pytest.raises(CaseError, match="has no finished run"):
            full.add(other, **GIVEN)
        monster = replace(case.watchlist.space, sha="e" * 64)  # type: ignore[union-attr]
        with pytest.raises(SpaceMismatch, match="make another archive"):
            full.require_space(monster)
        assert len(full.tracks()) == 5 and not [each for each in other.log if each.action == "tracks archived"]


class TestAuthority:
    @pytest.mark.parametrize("missing", ["purpose", "authority", "until"])
    def test_there_is_no_archive_without_purpose_authority_and_end(self, missing: str, tmp_path: Path) -> None:
        terms = {"purpose": "p", "authority": "a", "until": "2099-01-01"} | {missing: None}
        with pytest.raises(CaseError, match="is no archive yet; to make one"):
            wb.open_archive(tmp_path / "x", **terms)  # type: ignore[arg-type]
        assert not (tmp_path / "x").exists()

    def test_bad_terms_are_refused_and_leave_nothing(self, tmp_path: Path) -> None:
        soon = utc_now() + timedelta(days=1)
        for terms, words in (
            ({"until": utc_now() - timedelta(days=1)}, "give a time that is to come"),
            ({"until": soon, "days": 32}, "1 to 31 days, not 32"),
            ({"until": soon, "search_hours": -1}, "0 to 744 hours"),
            ({"until": soon, "purpose": " "}, "needs purpose"),
        ):
            with pytest.raises(InputError, match=words):
                Archive.create(tmp_path / "x", **{"purpose": "p", "authority": "a"} | terms)  # type: ignore[arg-type]
        assert not (tmp_path / "x").exists()

    def test_after_its_end_nothing_is_opened_and_every_track_is_gone_but_the_record_stays(
        self, full: Archive, photo: Path, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        full.search(photo, **ASKED)
        full.extend(utc_now() + timedelta(seconds=2), authority="Judge Roe", reason="solved", by="A. Ng")
        later = utc_now() + timedelta(seconds=3)
        for module in ("archive", "archive_authority", "sqlite"):
            monkeypatch.setattr(f"workbench.casefile.{module}.utc_now", lambda: later)
        with pytest.raises(CaseError, match=r"authority of the archive 7 ended on .* nothing is searched or added"):
            wb.open_archive(full.folder)
        for work in (lambda: full.search(photo, **ASKED), lambda: full.add(case, **GIVEN)):
            with pytest.raises(CaseError, match="ended on"):
                work()
        with pytest.raises(CaseError, match="ended on"):
            full.extend(later + timedelta(days=9), authority="Judge Roe", reason="more", by="A. Ng")
        record = Archive(full.folder)
        assert len(record.tracks()) == 0 and not list((full.folder / "shards").iterdir())
        assert len(record.searches[0].candidates) == 5 and record.info()["lasts"] is False
        assert [e.about["why"] for e in record.log if e.action == "tracks deleted"] == ["the authority ended"]

    def test_a_new_end_needs_an_authority_a_reason_and_a_name_and_all_are_kept(self, archive: Archive) -> None:
        with pytest.raises(InputError, match="needs by"):
            archive.extend(utc_now() + timedelta(days=60), authority="Judge Roe", reason="trial", by=" ")
        archive.extend(utc_now() + timedelta(days=60), authority="Judge Poe", reason="trial", by="A. Ng")
        assert [each.authority for each in archive.authorities] == ["Judge Roe", "Judge Poe"]
        assert Archive(archive.folder).about.authority == "Judge Poe"

    def test_without_its_key_it_is_not_opened_and_says_what_it_holds(
        self, full: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("SECOND_LOOK_KEYS", str(tmp_path / "no keys"))
        with pytest.raises(CaseSealed, match="its key is not here"):
            wb.open_archive(full.folder)
        assert Archive(full.folder).info()["tracks"] == 5

    def test_a_case_is_no_archive_and_an_archive_no_case(self, archive: Archive, case: Case) -> None:
        with pytest.raises(CaseError, match="is an archive and no case"):
            Case(archive.folder)
        with pytest.raises(CaseError, match="is no archive"):
            wb.open_archive(case.folder)
        with pytest.raises(CaseError, match="nowhere is no archive; make one: workbench archive new nowhere"):
            Archive("nowhere")
        with pytest.raises(CaseError, match="is a case or an archive already"):
            Archive.create(case.folder, purpose="p", authority="a", until=utc_now() + timedelta(days=1))


class TestSealed:
    def test_neither_template_nor_face_nor_time_lies_open(self, full: Archive) -> None:
        whole, tracks = everything(full.folder), full.tracks()
        secrets = [row.tobytes() for row in tracks.template] + list(full.faces(tracks.id.tolist()).values())
        assert len(secrets) == 10 and not any(secret in whole for secret in secrets)
        assert b"ARROW1" not in whole

    def test_shards_that_change_places_or_a_byte_are_found_out(self, full: Archive) -> None:
        one, two = sorted((full.folder / "shards").glob("*.tracks"))
        one_bytes, two_bytes = one.read_bytes(), two.read_bytes()
        one.write_bytes(two_bytes), two.write_bytes(one_bytes)
        with pytest.raises(CaseError, match="was altered"):
            full.tracks()
        assert len(full.verify(footage=False).findings) == 2
        one.write_bytes(one_bytes)
        two.unlink()
        (full.folder / "shards" / "x.tracks").write_bytes(b"x")
        found = [str(each) for each in full.verify(footage=False).findings]
        assert any("is missing" in each for each in found) and any("was added" in each for each in found)
        with pytest.raises(CaseError, match="missing from the archive"):
            full.tracks()


class TestDeletion:
    def pieces(self, archive: Archive, rows: list[int]) -> list[bytes]:
        """The sealed files with these tracks, in stretches: that is where they lie."""
        with archive.store.session() as session:
            names = [n for row in session.query(ShardRow) for n in (row.name, row.faces) if row.id in rows]
        whole = [(archive.folder / "shards" / name).read_bytes() for name in names]
        return [each[start : start + 40] for each in whole for start in range(0, len(each) - 40, 200)]

    @pytest.mark.parametrize("how", ["opened", "purged"])
    @pytest.mark.parametrize("work", ["deletion", "purge", "addition"])
    def test_what_a_killed_deletion_left_goes_when_the_archive_is_opened_or_purged(
        self, full: Archive, case: Case, work: str, how: str
    ) -> None:
        before = full.shards.names()

        def cut_off() -> None:
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(Archive, "sweep", kill)
                archive = Archive(full.folder, purge_due=False)
                if work == "deletion":
                    archive.delete(cases="014", **GIVEN)
                elif work == "purge":
                    archive.purge(utc_now() + timedelta(days=30))
                else:
                    archive.add(Case(case.folder), runs=1, **GIVEN)

        if work == "addition":
            case.purge(utc_now() + timedelta(days=2))  # so that its tracks go from the archive as well
        assert killed(cut_off) == -signal.SIGKILL
        assert full.log[-1].action in ("tracks deleted", "run added") and full.shards.names() >= before
        assert any("work that deletes was cut off" in each for each in full.verify().notes)
        if how == "opened":
            Archive(full.folder)
        else:
            assert Archive(full.folder, purge_due=False).purge() == {}
        with full.store.session() as session:
            used = {name for row in session.scalars(select(ShardRow)) for name in (row.name, row.faces)}
        assert full.shards.names() == used and before - used and not full.store.half_deleted and full.verify().clean

    def test_a_purge_takes_away_shards_that_no_row_names_but_not_those_of_who_is_writing(self, full: Archive) -> None:
        name, _ = full.shards.write(full.tracks())
        with full.store.writing("a run is being added"):
            assert full.purge() == {} and name in full.shards.names()
        assert full.purge() == {} and name not in full.shards.names()

    def test_a_deleted_track_leaves_no_byte_and_a_proof(self, full: Archive) -> None:
        before, gone = self.pieces(full, [1]), full.tracks()[full.tracks().id == 2]
        other = self.pieces(full, [2])
        assert len(before) > 20 and all(piece in everything(full.folder) for piece in before)
        assert full.delete(tracks=[2], reason="order of 9 May", by="Insp. Lee") == (1, 0)
        whole = everything(full.folder)
        assert not any(piece in whole for piece in before) and all(piece in whole for piece in other)
        assert full.tracks().id.tolist() == [5, 1, 3, 4] and set(full.faces([1, 2, 3])) == {1, 3}
        (proof,) = [each for each in full.log if each.action == "tracks deleted"]
        assert (proof.who, proof.about["reason"], proof.about["count"]) == ("Insp. Lee", "order of 9 May", 1)
        assert proof.about["digest"] == full.store.sealing.name(gone.template.tobytes())
        assert full.verify(footage=False).clean

    def test_a_case_a_camera_a_stretch_of_time(self, full: Archive) -> None:
        assert full.delete(cameras="hall", dry_run=True, **GIVEN) == (1, 0) and len(full.tracks()) == 5
        assert full.delete(start=NINE, end=NINE + timedelta(seconds=15), **GIVEN) == (2, 1)
        assert sorted(full.tracks().id.tolist()) == [3, 4, 5]
        assert full.delete(cases="014", **GIVEN) == (3, 0)
        assert len(full.tracks()) == 0 and not list((full.folder / "shards").iterdir())

    def test_what_names_nothing_or_gives_no_reason_is_refused(self, full: Archive) -> None:
        with pytest.raises(InputError, match="say which tracks go"):
            full.delete(**GIVEN)
        with pytest.raises(InputError, match="with a reason and the name"):
            full.delete(cases="014", reason="", by="A. Ng")
        assert len(full.tracks()) == 5

    def test_what_is_due_goes_when_it_is_opened_and_faces_of_searches_too(
        self, full: Archive, photo: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        full.search(photo, **ASKED)
        (blob,) = full.store.blobs.names()
        assert full.purge(utc_now() + timedelta(hours=23)) == {}
        assert full.purge(utc_now() + timedelta(hours=25), dry_run=True) == {"tracks": 5, "faces of searches": 1}
        later = utc_now() + timedelta(hours=25)
        monkeypatch.setattr("workbench.casefile.sqlite.utc_now", lambda: later)
        with wb.open_archive(full.folder) as again:
            assert len(again.tracks()) == 0 and again.store.blobs.names() == set()
            (search,) = again.searches
            assert len(search.candidates) == 5 and again.search_number(1).picture == b""
            assert blob in json.dumps([each.about for each in again.log]) and again.verify(footage=False).clean

    def test_a_process_that_was_killed_after_writing_leaves_nothing_for_long(self, full: Archive) -> None:
        left = full.folder / "shards" / f"{'ab' * 16}.tracks"
        left.write_bytes(b"of a killed process")
        full.delete(tracks=[1], **GIVEN)
        assert not left.exists()

    def test_erased_its_key_is_gone_and_its_shards_too(self, case: Case, tmp_path: Path) -> None:
        own = wb.open_archive(tmp_path / "8", purpose="p", authority="a", until="2099-01-01")  # a key of its own
        own.add(case, **GIVEN)
        with pytest.raises(InputError, match="type its name"):
            own.erase("7")
        assert own.erase("8") and not list((own.folder / "shards").iterdir())
        with pytest.raises(CaseSealed, match="was erased"):
            wb.open_archive(own.folder)


class TestSearch:
    def test_every_pass_is_ranked_and_says_what_its_score_is_worth(self, full: Archive, photo: Path) -> None:
        found = full.search(photo, **ASKED)
        assert [each.track for each in found.candidates] == [1, 5, 2, 3, 4]
        assert found.candidates[0].score == pytest.approx(1.0, abs=1e-6)
        assert (found.held, found.searched, found.open, found.mode) == (5, 5, 5, "exact")
        worth = found.candidates[3].expected  # cosine 0: all 15 passes reached it
        assert worth.mean == pytest.approx(5.0)
        assert np.isnan(found.candidates[0].expected.mean) and found.candidates[0].expected.high < 5
        assert found.picture and all(each.picture for each in found.candidates)

    def test_time_camera_and_case_narrow_and_what_cannot_be_dated_is_counted(self, full: Archive, photo: Path) -> None:
        found = full.search(photo, start=NINE + timedelta(seconds=8), **ASKED)
        assert [each.track for each in found.candidates] == [2, 3, 4] and (found.searched, found.undated) == (3, 1)
        assert "1 track left out because nobody knows when they were seen" in " ".join(found.notes)
        assert [each.track for each in full.search(photo, cameras="hall", cases="014", **ASKED).candidates] == [5]
        assert len(full.search(photo, end=NINE, **ASKED).candidates) == 0
        with pytest.raises(InputError, match="no camera 'gaet'"):
            full.search(photo, cameras="gaet", **ASKED)

    def test_fast_says_how_much_it_misses_measured_on_this_archive(self, full: Archive, photo: Path) -> None:
        found = full.search(photo, mode="fast", **ASKED)
        assert found.recall is not None and (found.recall["found"], found.recall["asked"]) == (5, 5)
        assert "of 5 templates of this archive" in " ".join(found.notes)
        narrowed = full.search(photo, mode="fast", cameras="gate", **ASKED)
        assert narrowed.mode == "exact" and narrowed.recall is None

    def test_what_was_deleted_is_not_found_also_by_an_archive_that_is_open(self, full: Archive, photo: Path) -> None:
        full.search(photo, **ASKED)
        Archive(full.folder).delete(tracks=[1], **GIVEN)
        assert [each.track for each in full.search(photo, **ASKED).candidates] == [5, 2, 3, 4]

    def test_what_is_due_is_not_found_also_by_an_archive_that_stays_open(
        self, full: Archive, photo: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert len(full.search(photo, **ASKED).candidates) == 5
        later = utc_now() + timedelta(hours=25)
        monkeypatch.setattr("workbench.archive_searching.utc_now", lambda: later)
        with full.store.writing("somebody writes"):  # so that the purge has to wait
            assert full.search(photo, **ASKED).candidates == ()
        monkeypatch.setattr("workbench.casefile.sqlite.utc_now", lambda: later)
        assert full.search(photo, **ASKED).held == 0 and not list((full.folder / "shards").iterdir())

    def test_a_track_can_be_asked_with_and_is_not_found_itself(self, full: Archive, photo: Path) -> None:
        found = full.search(track=2, **ASKED)
        assert [each.track for each in found.candidates] == [5, 1, 3, 4] and found.searched == 4
        assert found.candidates[1].score == pytest.approx(0.5**0.5) and "photograph" not in found._repr_html_()
        assert found.photo == "track 2" and found.picture == full.faces([2])[2]
        with pytest.raises(InputError, match="has no track 9"):
            full.search(track=9, **ASKED)
        with pytest.raises(InputError, match="a track has one face"):
            full.search(track=2, face=3, **ASKED)
        for nothing_or_both in ({}, {"photo": photo, "track": 1}):
            with pytest.raises(InputError, match="one of them"):
                full.search(**ASKED, **nothing_or_both)  # type: ignore[arg-type]

    def test_a_stated_assumption_replaces_the_measurement_and_is_said(self, full: Archive, photo: Path) -> None:
        found = full.search(photo, assumed="0.9=0.1", **ASKED)
        assert found.candidates[0].expected.high == pytest.approx(0.5)
        assert found.basis.startswith("assumed by A. Ng, not measured")
        assert "somebody alike, up to 3 times as many; 15 passes were compared, 5 tracks searched" in found.basis

    def test_a_face_that_cannot_be_compared_is_a_search_too_and_differences_are_marked(
        self, full: Archive, photo: Path, tmp_path: Path
    ) -> None:
        failed = full.search(tmp_path / "blurred.png", **ASKED)
        assert failed.disclose == ("failed: the face is blurred",) and failed.candidates == ()
        full.search(photo, **ASKED)
        other = full.search(photo, cameras="gate", **ASKED)
        assert other.disclose == (
            "differs from search 2 with the same photograph: narrowed otherwise, other candidates or scores",
        )
        assert repr(full.searches) == "ArchiveSearches(3, 2 to disclose)"
        entries = [each for each in full.log if each.action == "archive searched"]
        assert [entry.about["search"] for entry in entries] == [1, 2, 3]
        assert entries[2].about["chosen"] == {"cameras": ["gate"]} and entries[2].about["authority"] == "Judge Roe"

    def test_what_people_conclude_is_kept_beside_the_rank(self, full: Archive, photo: Path) -> None:
        found = full.search(photo, **ASKED).conclude(1, "different", "ears differ", by="A. Ng")
        assert found.candidates[0].outcome == "different (A. Ng)" and found.open == 4
        assert full.conclude(1, 1, "same", "scar", "B. Orr").candidates[0].outcome.startswith("disagreement")
        with pytest.raises(InputError, match="give one of"):
            full.conclude(1, 1, "match", "x", "A. Ng")
        with pytest.raises(CaseError, match="no candidate at rank 9"):
            full.conclude(1, 9, "same", "x", "A. Ng")
        with pytest.raises(CaseError, match="has no search 7"):
            full.search_number(7)

    def test_without_a_reason_for_one_candidate_or_in_an_empty_archive_nothing_is_searched(
        self, archive: Archive, case: Case, photo: Path
    ) -> None:
        with pytest.raises(CaseError, match="is empty; add a case first"):
            archive.search(photo, **ASKED)
        archive.add(case, **GIVEN)
        for wrong, words in (
            ({"why": ""}, "needs a reason"),
            ({"candidates": 1}, "give 2 to 50"),
            ({"mode": "quick"}, "choose exact, fast or milvus"),
            ({"assumed": "often"}, "SCORE=RATE"),
            ({"start": "nine"}, "is no time"),
        ):
            with pytest.raises(InputError, match=words):
                archive.search(photo, **ASKED | wrong)  # type: ignore[arg-type]
        assert len(archive.searches) == 0


class TestScreens:
    def test_screens_are_small_escaped_and_never_say_match(self, tmp_path: Path, photo: Path) -> None:
        case = new_case(tmp_path / "cases" / "evil")
        scan(case, seen(0, 1), seen(10, 1, 1), settings={"camera": EVIL, "recorded": NINE.isoformat()})
        terms = {"purpose": EVIL, "authority": EVIL, "until": utc_now() + timedelta(days=1)}
        with wb.open_archive(tmp_path / "8", **terms) as archive:  # type: ignore[arg-type]
            archive.add(case, reason=EVIL, by=EVIL)
            found = archive.search(photo, why=EVIL, by=EVIL)
            for shown in (archive._repr_html_(), found._repr_html_(), archive.searches._repr_html_()):
                assert "<script" not in shown and "\x1b" not in shown and "\u202e" not in shown
                assert "&lt;script&gt;" in shown and len(shown.encode()) < 50_000
                assert not re.search("match", re.sub("<style>.*?</style>", "", shown, flags=re.DOTALL))
            assert "Every one of the 2 is to be compared by a person" in found._repr_html_()
            assert 'class="ww"' in found._repr_html_()
            assert repr(archive).startswith("Archive('8': 2 tracks, 1 searches, until")
            assert found.to_frame()["track"].tolist() == [1, 2] and "ArchiveSearch(1: 'still.png' in 2" in repr(found)


def test_the_whole_way_on_the_command_line(case: Case, tmp_path: Path, photo: Path) -> None:
    folder = tmp_path / "9"
    made = call("archive", "new", folder, "--purpose", "Robberies", "--authority", "Judge Roe", "--until", "2099-12-31")
    assert made.code == 0 and "next: workbench archive add" in made.out
    why = ("--reason", "the same van", "--by", "A. Ng")
    added = call("archive", "add", folder, case.folder, *why, "--json")
    assert [each["added"] for each in added.json] == [4, 1]
    found = call(
        "archive", "search", folder, photo, "--camera", "gate", "--from", "2026-05-03T21:00:08+00:00", *why, "--json"
    )
    assert [each["track"] for each in found.json["candidates"]] == [2, 3, 4]
    assert found.json["candidates"][0]["expected_false"]["high"] > 0
    assert "tracks of others among 5" in call("archive", "search", folder, photo, *why).out
    assert call("archive", "conclude", folder, 1, 1, "different", *why).code == 0
    assert "to be compared; differs from search 1" in call("archive", "searches", folder).out
    assert call("archive", "extend", folder, "--until", "2098-01-01", "--authority", "Judge Poe", *why).code == 0
    assert "would go: 1 tracks" in call("archive", "delete", folder, "--camera", "hall", "--dry-run", *why).out
    assert call("archive", "delete", folder, "--camera", "hall", *why, "--json").json["deleted"] == 1
    assert call("archive", "purge", folder, "--now", "2027-01-01", "--dry-run", "--json").json["purged"]["tracks"] == 4
    info = call("archive", "info", folder)
    assert "4 tracks in 1 shards, 2 searches" in info.out and "Judge Poe; it ends on 2098-01-01" in info.out
    assert call("archive", "verify", folder).code == 0
    refused(call("archive", "search", folder, tmp_path / "blurred.png", *why), "blurred", "kept as search 3")
    refused(call("archive", "delete", folder, *why), "say which tracks go")
    refused(call("archive", "search", tmp_path / "none", photo, *why), "is no archive yet")
    refused(call("case", "info", folder), "is an archive and no case")
    assert call("archive", "erase", folder, "--yes-erase", "9").code == 0
    assert (folder / DATABASE).is_file()


def test_a_real_photograph_finds_the_pass_of_its_person(photos: Path, lobby: Path, pack: str, tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", purpose="p", authority="a", pack=pack)
    case.enroll(photos)
    case.scan(lobby, every=0.5, camera="lobby", recorded="2026-05-03T21:30:00+00:00")
    with wb.open_archive(tmp_path / "a", purpose="p", authority="a", until="2099-01-01") as archive:
        archive.add(case, **GIVEN)
        found = archive.search(write_photo(tmp_path / "eve.png"), **ASKED)
        (first,) = found.candidates
        assert first.score > 0.6 and first.where.startswith("lobby, 2026-05-03 21:30:0")
        assert first.origin.footage == "lobby.mp4" and archive.verify(footage=False).clean
