"""Retention: each kind of face has its clock, what is due is gone to the last byte, and a proof of it stays."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from tests.command import call, refused, start
from tests.killing import kill, killed
from tests.review_cases import end_before
from tests.scenes import portraits
from tests.test_sealing import everything
from tests.test_verify import decide
from workbench.case import Case
from workbench.casefile import deployments
from workbench.casefile.policy import Policy, moment
from workbench.casefile.schema import AlertRow, PictureRow, ReferenceRow
from workbench.casefile.search_tables import SearchRow
from workbench.casefile.store import DATABASE, DELETING, Store
from workbench.casefile.templates import open_template
from workbench.deployments import Plan
from workbench.enrolment import Enrolled
from workbench.errors import CaseBusy, CaseError, InputError
from workbench.evaluating import evaluate_footage

DAY = timedelta(hours=24)


@pytest.fixture(scope="module", params=[True, False], ids=["sealed", "unsealed"])
def scanned(
    request: pytest.FixtureRequest, photos: Path, lobby: Path, pack: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A case with an alert and a near miss, faces kept of both."""
    folder = tmp_path_factory.mktemp("kept") / "case"
    policy = Policy(near_miss_faces=True)
    case = Case.create(folder, purpose="p", authority="a", pack=pack, policy=policy, sealed=request.param)
    case.enroll(photos)
    case.scan(lobby, every=0.5)
    near = case.scan(lobby, every=0.5, threshold=0.999)  # so high that the same person is a near miss
    assert len(case.run(1).alerts) == 1 and not len(near.alerts)
    case.store.close()
    return folder


@pytest.fixture
def case(scanned: Path, tmp_path: Path) -> Case:
    return Case(shutil.copytree(scanned, tmp_path / "case"))


def pieces(case: Case, table: type, rows: set[int] | None = None) -> list[bytes]:
    """Bytes that must not be found any more: what lies on the disk, and what it says when it is opened."""
    found: list[bytes] = []
    with case.store.session() as session:
        for row in session.query(table):
            if rows is not None and (row.alert_id if table is PictureRow else row.id) not in rows:
                continue
            if table is not PictureRow and row.template:
                template = open_template(row, case.store.sealing)
                assert template is not None
                found += [row.template, template.astype("<f4").tobytes()]
            for column in ("blob", "chip", "thumbnail"):
                if name := getattr(row, column, None):
                    found += [(case.folder / "blobs" / name[:2] / name).read_bytes(), case.store.blobs.get(name)]
    return found


def left(case: Case, some: list[bytes]) -> int:
    """How many of them, or of their middles, are anywhere in the folder."""
    whole = everything(case.folder)
    return sum(piece in whole or piece[len(piece) // 3 :][:48] in whole for piece in some)


def there(case: Case, some: list[bytes]) -> int:
    """How many of the pieces lie on the disk while they are kept: of a sealed case what is encrypted, half of them."""
    return len(some) // 2 if case.store.sealing.place else len(some)


def raised(case: Case) -> datetime:
    with case.store.session() as session:
        return session.get_one(AlertRow, 1).created


def test_the_clock_of_an_alert_is_a_day_by_default(case: Case) -> None:
    due = {each.row: each for each in case.clocks if each.kind == "faces of an alert"}
    assert due[1].due == raised(case) + DAY and due[1].why == "kept for 24 h"
    assert case.purge(raised(case) + DAY - timedelta(seconds=1)) == ()


def test_after_the_day_no_byte_of_an_alert_s_faces_is_left(case: Case) -> None:
    some = pieces(case, AlertRow) + pieces(case, PictureRow)
    references = pieces(case, ReferenceRow)
    assert len(some) >= 8 and left(case, some) == there(case, some)
    gone = case.purge(raised(case) + 2 * DAY)
    assert {each.kind for each in gone} >= {"faces of an alert"}
    assert left(case, some) == 0 and left(case, references) == there(case, references)
    assert case.verify().clean


def test_what_was_found_and_decided_stays(case: Case) -> None:
    before = case.run(1)
    decide(case, 1, "A. Ng")
    case.purge(raised(case) + 40 * DAY)
    after = case.run(1)
    assert after.alerts[0].thumbnail == b"" and case.pictures(1) == ()
    assert [alert.score for alert in after.alerts] == [alert.score for alert in before.alerts]
    assert np.array_equal(after.tracks.score, before.tracks.score, equal_nan=True) and len(case.decisions(1)) == 1
    assert "the face was not kept" in after.alerts._repr_html_()


def test_the_proof_of_a_deletion_says_what_and_when_and_shows_nothing(case: Case) -> None:
    with case.store.session() as session:
        names = {session.get_one(AlertRow, 1).thumbnail}
    case.purge(raised(case) + 2 * DAY, by="the officer")
    (entry,) = [each for each in case.log if each.about.get("kind") == "faces of an alert"]
    assert (entry.action, entry.who, entry.about["rows"], entry.about["templates"]) == ("purged", "the officer", [1], 1)
    assert entry.about["pictures"] >= 3 and entry.about["due_first"] == (raised(case) + DAY).isoformat()
    if case.store.sealing.place:
        assert names <= set(entry.about["hashes"])
    else:  # a bare hash would tell who has the picture that it was here
        assert "hashes" not in entry.about


def test_a_near_miss_goes_once_it_is_judged_and_at_the_latest_with_the_alerts(case: Case) -> None:
    (miss,) = case.run(2).near_misses
    clock = {each.row: each for each in case.clocks if each.kind == "faces of a near miss"}
    assert clock[miss.id].due is not None and clock[miss.id].why == "kept for 24 h"
    for reviewer in ("A. Ng", "B. Orr"):
        decide(case, miss.id, reviewer, "different")
    (due,) = [each for each in case.clocks if each.kind == "faces of a near miss" and each.row == miss.id]
    assert due.why == "a near miss that was judged" and due.due is not None and due.due <= datetime.now(UTC)
    some = pieces(case, AlertRow, {miss.id})
    assert [each.row for each in case.purge()] == [miss.id]
    if case.store.sealing.place:  # else alert 1, the same face in another run, still has the same bytes
        assert left(case, [some[0]]) == 0


def test_who_was_confirmed_stays_for_a_month(case: Case) -> None:
    for reviewer in ("A. Ng", "B. Orr"):
        decide(case, 1, reviewer)
    assert case.standing(1).state == "confirmed same"
    assert 1 not in {each.row for each in case.purge(raised(case) + 30 * DAY) if each.kind == "faces of an alert"}
    assert 1 in {each.row for each in case.purge(raised(case) + 32 * DAY) if each.kind == "faces of an alert"}


def test_what_is_held_stays_until_it_is_released(case: Case) -> None:
    case.hold(1, reason="exhibit 7", by="A. Ng")
    later = raised(case) + 400 * DAY
    assert 1 not in {each.row for each in case.purge(later)} and case.run(1).alerts[0].thumbnail
    assert [entry.action for entry in case.log].count("alert held") == 1
    case.release(1, reason="the case is closed", by="A. Ng")
    assert 1 in {each.row for each in case.purge(later)} and not case.run(1).alerts[0].thumbnail


def test_a_hold_says_why_and_what(case: Case) -> None:
    with pytest.raises(InputError, match="say why"):
        case.hold(1, reason=" ")
    with pytest.raises(CaseError, match="has no alert 99"):
        case.hold(99, reason="x")


def test_the_list_stays_until_the_deployment_ends_and_goes_a_day_later(case: Case) -> None:
    some = pieces(case, ReferenceRow)
    assert {each.due for each in case.clocks if each.kind == "faces of the list"} == {None}
    ends = datetime.now(UTC)
    case.end(ends)
    assert not [each for each in case.purge(ends + timedelta(hours=23)) if each.kind == "faces of the list"]
    case.purge(ends + timedelta(hours=25))
    assert left(case, some) == 0 and case.verify().clean
    watch = case.watchlist
    assert watch is not None and watch.subjects == ("ann", "eve") and np.isnan(watch.templates).all()
    for compare in (
        lambda: case.scan("any.mp4"),
        lambda: case.search("any.jpg", why="a lead", by="A. Ng"),
        lambda: evaluate_footage(case, "truth.csv"),
    ):
        with pytest.raises(CaseError, match="list version 1 were deleted in time; enroll the list again"):
            compare()
    assert len(case.searches) == 0


def test_a_case_that_lies_open_knows_of_an_end_that_another_desk_moved(case: Case) -> None:
    case.end()
    other = Case(case.folder)
    soon = datetime.now(UTC) + timedelta(days=20)
    other.end(soon)
    assert case.about.policy.ends == soon.isoformat()
    gone = case.purge(datetime.now(UTC) + timedelta(days=3), dry_run=True)
    assert "faces of the list" not in {each.kind for each in gone}


def test_the_face_of_a_search_goes_with_the_alerts_and_the_search_stays(case: Case, tmp_path: Path) -> None:
    Image.fromarray(portraits()["eve"]).resize((140, 140)).save(tmp_path / "another.jpg")
    found = case.search(tmp_path / "another.jpg", why="a tip", by="A. Ng")
    with case.store.session() as session:
        row = session.get_one(SearchRow, 1)
        names = [name for name in (row.aligned, row.picture) if name]
        made = row.made
    some = [(case.folder / "blobs" / name[:2] / name).read_bytes() for name in names]
    assert some and left(case, some) == len(some)
    gone = case.purge(made + DAY)
    assert 1 in {each.row for each in gone if each.kind == "face of a search"} and left(case, some) == 0
    (kept,) = case.searches
    assert kept.picture == b"" and len(kept.candidates) == len(found.candidates) and case.verify().clean


def test_references_of_what_is_held_stay_with_it(case: Case) -> None:
    case.hold(1, reason="exhibit 7")
    ends = datetime.now(UTC)
    case.end(ends)
    case.purge(ends + 3 * DAY)
    assert case.run(1).alerts[0].reference


def test_what_is_due_goes_when_the_case_is_opened(
    scanned: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    case = Case(shutil.copytree(scanned, tmp_path / "case"))
    end_before(case, 3 * DAY)
    some = pieces(case, ReferenceRow)
    with case.store.writing("a scan"):
        Case(case.folder)  # somebody is writing: it waits
        assert left(case, some) == there(case, some)
    assert call("case", "verify", case.folder).code == 0 and left(case, some) == there(
        case, some
    )  # looking changes nothing
    assert "would go: faces of the list" in call("case", "purge", case.folder, "--dry-run").out
    assert left(case, some) == there(case, some)
    opened = start("case", "info", case.folder, "--json")
    out, err = opened.communicate()
    said = f"{case.folder}: deleted, because its time was over: "
    assert opened.returncode == 0 and json.loads(out)["name"]
    assert (
        err.startswith(said) and "2 faces of the list (24 h after the deployment's end)" in err and err.count("\n") == 1
    )
    assert left(case, some) == 0 and case.log[-1].action == "purged"
    Case(case.folder)
    assert not caplog.messages


def test_an_end_in_a_year_long_gone_is_refused_in_python_too(case: Case) -> None:
    some = pieces(case, ReferenceRow)
    for wrong in (datetime(2016, 5, 3), datetime(2016, 5, 3, tzinfo=UTC)):
        with pytest.raises(
            InputError, match=r"2016-05-0\d .* UTC is so long ago that the list would be deleted at once"
        ):
            case.end(wrong)
    assert Case(case.folder).about.policy.ends == "" and left(case, some) == there(case, some)


def test_the_command_says_what_goes_when(case: Case) -> None:
    later = (raised(case) + 2 * DAY).isoformat()
    said = call("case", "purge", case.folder, "--dry-run", "--now", later)
    assert said.code == 0 and "would go: faces of an alert" in said.out and "the deployment has no end" in said.out
    assert case.run(1).alerts[0].thumbnail
    said = call("case", "purge", case.folder, "--now", later, "--json").json
    assert {each["kind"] for each in said["purged"]} >= {"faces of an alert"}
    assert not case.run(1).alerts[0].thumbnail
    assert "nothing is due" in call("case", "purge", case.folder).out
    refused(call("case", "purge", case.folder, "--now", "soon"), "'soon' is no time")


def test_hold_and_end_by_command(case: Case) -> None:
    assert "held" in call("case", "hold", case.folder, "--alert", 1, "--reason", "exhibit 7").out
    assert "released" in call("case", "hold", case.folder, "--alert", 1, "--reason", "closed", "--release").out
    said = call("case", "end", case.folder, "--at", "2099-01-01T00:00+00:00")
    assert "the deployment ends on 2099-01-01 00:00 UTC" in said.out
    assert Case(case.folder).about.policy.ends == "2099-01-01T00:00:00+00:00"
    assert "deployment's end" in call("case", "info", case.folder).out.replace("\n", " ")


def test_no_list_is_made_after_the_deployment_s_end_but_for_the_next_one(case: Case, photos: Path) -> None:
    case.end(datetime.now(UTC) - timedelta(hours=1))
    said = f"the deployment ended on {case.about.policy.ends[:16].replace('T', ' ')} UTC, and a list made now would be"
    refused(call("enroll", case.folder, photos), said, f"workbench case end {case.folder} --at TIME")
    with pytest.raises(CaseError, match="the deployment ended on"):
        case.revise_list({}, by="A. Ng", reason="one more", added=[cast(Enrolled, None)])
    assert call("case", "end", case.folder, "--at", "2099-01-01").code == 0
    again = Case(case.folder).enroll(photos)
    Case(case.folder).purge(datetime.now(UTC) + 3 * DAY)
    assert again.version == 2 and not np.isnan(Case(case.folder).watchlist_version(2).templates).any()


@pytest.mark.parametrize(("hours", "refusal"), [(1, None), (25, "the deployment ended on")])
def test_a_live_deployment_may_be_followed_by_the_next_one_until_its_list_goes(
    case: Case, hours: int, refusal: str | None
) -> None:
    _watched(case, until=datetime.now(UTC) - timedelta(hours=hours))
    with pytest.raises(CaseError, match=refusal) if refusal else nullcontext():
        case.refuse_list_after_end()


def _watched(case: Case, until: datetime) -> None:
    """A live deployment that ended then."""
    watch = case.watchlist
    assert watch is not None
    with case.store.change() as session:
        plan = Plan("a search", "Insp. Lee", until, until, "street", "")
        begun = deployments.begin(session, plan, watch, 0.5, dict(case.run().settings), ["gate"])
        deployments.close(session, begun.deployment, until, "stopped")


def test_an_end_that_is_over_already_is_no_end_of_a_new_case(tmp_path: Path) -> None:
    told = ("--purpose", "p", "--authority", "a", "--ends")
    said = call("case", "new", tmp_path / "case", *told, "2020-05-03T18:00+00:00")
    refused(said, "the deployment would have ended on 2020-05-03 18:00 UTC already; give a later end, or none")
    assert not (tmp_path / "case").exists()
    assert call("case", "new", tmp_path / "case", *told, "2099-05-03").code == 0


def test_that_the_clock_took_the_faces_of_the_list_is_said(case: Case) -> None:
    assert "deleted in time" not in call("case", "info", case.folder).out
    end_before(case, 3 * DAY)
    said = call("case", "info", case.folder)  # opening deletes what is due
    assert "their faces and templates were deleted in time, after the deployment's end" in said.out
    found = call("case", "info", case.folder, "--json").json["watchlist"]
    assert found["deleted"] == found["references"] > 0
    assert "were deleted in time" in Case(case.folder)._repr_html_()


def test_what_keeps_due_faces_from_going_is_said_to_whoever_opens_the_case(
    case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    end_before(case, 3 * DAY)
    (case.folder / "blobs").rename(tmp_path / "elsewhere")
    (case.folder / "blobs").symlink_to(tmp_path / "elsewhere")
    assert call("case", "info", case.folder).code == 0
    assert "what is due was not deleted: " in caplog.text and "is a link" in caplog.text
    assert any((tmp_path / "elsewhere").rglob("*"))


def test_due_dates_are_shown(case: Case) -> None:
    when = f"{raised(case) + DAY:%Y-%m-%d %H:%M}"
    assert when in call("case", "info", case.folder).out and when in case._repr_html_()


@pytest.mark.parametrize("kept_open", [False, True])
def test_nothing_of_a_deleted_face_waits_in_the_log_of_the_database(case: Case, kept_open: bool) -> None:
    with case.store.kept_open() if kept_open else nullcontext():  # as a deployment does
        case.purge(raised(case) + 2 * DAY)
        _nothing_left(case)


def _nothing_left(case: Case) -> None:
    wal = case.folder / f"{DATABASE}-wal"
    assert not wal.exists() or wal.stat().st_size == 0
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw:
        assert raw.execute("PRAGMA freelist_count").fetchone()[0] == 0


def _killed_purge(case: Case, at: str, now: datetime) -> None:
    """A purge whose process is killed after its commit, before the sweep or the compacting that follows."""

    def purge() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Case if at == "sweep" else Store, at, kill)
            Case(case.folder, purge_due=False).purge(now)

    assert killed(purge) == -signal.SIGKILL
    assert case.log[-1].action == "purged" and case.store.half_deleted


@pytest.mark.parametrize("at", ["sweep", "compact"])
@pytest.mark.parametrize("how", ["opened", "purged"])
def test_what_a_killed_purge_left_goes_when_the_case_is_opened_or_purged(case: Case, at: str, how: str) -> None:
    some, now = pieces(case, AlertRow) + pieces(case, PictureRow), raised(case) + 2 * DAY
    _killed_purge(case, at, now)
    assert left(case, some) > 0 or at == "compact"
    assert any("work that deletes was cut off" in each for each in case.verify().notes)
    if how == "opened":
        Case(case.folder)
    else:
        assert Case(case.folder, purge_due=False).purge(now) == ()
    assert left(case, some) == 0 and not case.store.half_deleted
    _nothing_left(case)
    verification = case.verify()
    assert verification.clean and not any("cut off" in each or "no row" in each for each in verification.notes)


def test_who_is_writing_loses_nothing_to_what_a_killed_purge_left(case: Case) -> None:
    _killed_purge(case, "sweep", raised(case) + 2 * DAY)
    with case.store.writing("a scan"):
        name = case.store.blobs.put(b"of a scan that has no row of it yet")
        Case(case.folder)
        with pytest.raises(CaseBusy):
            Case(case.folder, purge_due=False).purge(raised(case) + 2 * DAY)
        assert case.store.blobs.get(name) and case.store.half_deleted
    Case(case.folder)
    assert name not in case.store.blobs.names() and not case.store.half_deleted


def test_a_purge_takes_away_what_is_named_by_no_row_and_says_so_before(case: Case) -> None:
    now = raised(case) + 2 * DAY
    case.purge(now)
    name = case.store.blobs.put(b"left by a process that was killed")
    assert any("the next scan or purge takes them away" in each for each in case.verify().notes)
    with case.store.writing("a scan"):
        assert case.purge(now) == () and name in case.store.blobs.names()
    assert case.purge(now) == () and name not in case.store.blobs.names()


def test_a_purge_that_could_not_finish_is_finished_later_and_the_case_opens_meanwhile(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Store) -> None:
        raise CaseError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "compact", full)
        with pytest.raises(CaseError, match="full"):
            case.purge(raised(case) + 2 * DAY)
        assert Case(case.folder).store.half_deleted
    assert not Case(case.folder).store.half_deleted
    _nothing_left(case)


def test_a_deletion_that_was_refused_leaves_no_mark_unless_an_earlier_one_was_cut_off(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CaseError("no room")

    now = raised(case) + 2 * DAY
    monkeypatch.setattr("workbench.casefile.custody.delete", refuse)
    for before in (False, True):
        if before:
            (case.folder / DELETING).touch()
        with pytest.raises(CaseError, match="no room"):
            case.purge(now)
        assert case.store.half_deleted == before


@pytest.mark.parametrize("scanned", [False], indirect=True, ids=["unsealed"])
def test_plain_pictures_that_a_killed_sealing_left_go_when_the_case_is_opened(case: Case) -> None:
    some = pieces(case, AlertRow) + pieces(case, PictureRow) + pieces(case, ReferenceRow)

    def seal() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Case, "sweep", kill)
            Case(case.folder).seal()

    assert killed(seal) == -signal.SIGKILL and left(case, some) > 0
    assert left(Case(case.folder), some) == 0


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "99999999-01-01"])
def test_a_time_is_a_time(text: str) -> None:
    with pytest.raises(InputError, match="is no time"):
        moment(text)


def test_an_end_may_be_said_as_text(case: Case) -> None:
    case.end("2031-05-03T12:00+00:00")
    assert case.about.policy.ends.startswith("2031-05-03T12:00")
    with pytest.raises(InputError):
        case.end("tomorrow")
