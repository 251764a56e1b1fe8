"""The case folder: what goes in comes out equal, nothing is edited, and what is wrong is said in one line."""

import copy
import fcntl
import hashlib
import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, select, text
from sqlalchemy.exc import StatementError

import workbench as wb
from tests.command import call, refused
from tests.postgres import Home
from tests.review_cases import alerting, new_case, say, scan
from workbench.case import Case, open_case
from workbench.casefile import lists
from workbench.casefile.blobs import Blobs
from workbench.casefile.case import CaseFile, Policy
from workbench.casefile.database import HEAD, migrate
from workbench.casefile.kinds import UTCTime
from workbench.casefile.schema import Base, CaseRow, WatchlistRow
from workbench.casefile.scores import read_scores, write_scores
from workbench.casefile.store import DATABASE, Store, making
from workbench.casefile.tables import TABLES, make_tables
from workbench.errors import CaseBusy, CaseError, InputError
from workbench.faces import Faces, Space
from workbench.tracks import Tracks
from workbench.watchlist import Entry, Reference, Rejected, Warned, Watchlist

MIGRATIONS = Path(lists.__file__).with_name("migrations")


@pytest.fixture(scope="module")
def made(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "014"
    about = {"purpose": " to test ", "authority": "the tests", "pack": "dlib"}
    CaseFile.create(folder, **about, database=home.database()).store.close()
    return folder


@pytest.fixture
def case(home: Home, made: Path, tmp_path: Path) -> Iterator[CaseFile]:
    opened = CaseFile(home.copy(made, tmp_path / "014"))
    yield opened
    opened.store.close()


def watchlist(*names: str) -> Watchlist:
    names = names or ("Ada", "O'Brien; DROP TABLE entry", "<script>", "🦊 ../x")
    return Watchlist(
        entries=(
            Entry(
                names[0], "witness", "judge", "passport", date(2020, 2, 29), "A. Ng", date(2030, 1, 1), True, "missing"
            ),
            *(Entry(name) for name in names[1:]),
        ),
        references=tuple(
            Reference(name, f"{name}/é 1.jpg", hashlib.sha256(name.encode()).hexdigest(), 90.25, 1 / 3, name.encode())
            for name in names
        ),
        templates=np.random.default_rng(0).normal(size=(len(names), 8)).astype(np.float32),
        space=Space("f" * 64, 8, "fake"),
        rejected=(Rejected("Ada/2.jpg", "blurred"), Rejected("Ada/1.jpg", "dark")),
        warnings=(Warned("look_alike", (names[0], names[-1]), 0.75, "alike"), Warned("one_photo", (names[0],))),
    )


def assert_same(a: Watchlist, b: Watchlist) -> None:
    for name in ("entries", "references", "space", "rejected", "warnings"):
        assert getattr(a, name) == getattr(b, name), name
    assert a.templates.tobytes() == b.templates.tobytes() and a.templates.dtype == b.templates.dtype
    assert [r.thumbnail for r in a.references] == [r.thumbnail for r in b.references]


def test_a_new_case_says_what_it_is_for_and_holds_nothing(case: CaseFile) -> None:
    about = case.about
    assert (about.name, about.purpose, about.authority, about.pack) == ("014", "to test", "the tests", "dlib")
    assert about.policy == Policy(near_miss_faces=False, alert_hours=24)
    assert case.watchlist is None and case.runs == ()
    assert repr(case) == "Case('014': no watchlist yet, 0 runs)"


@pytest.mark.parametrize(("purpose", "authority", "missing"), [("", "x", "purpose"), ("x", " \n", "authority")])
def test_a_case_without_purpose_or_authority_is_refused(
    tmp_path: Path, purpose: str, authority: str, missing: str
) -> None:
    with pytest.raises(InputError, match=f"needs {missing}"):
        CaseFile.create(tmp_path / "c", purpose=purpose, authority=authority)
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("hours", [0, 745, -1])
def test_alerts_are_kept_for_an_hour_to_a_month(hours: int) -> None:
    with pytest.raises(InputError, match="1 to 744 hours"):
        Policy(alert_hours=hours)


def test_a_case_is_never_made_over_something_else(case: CaseFile, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="is a case or an archive already"):
        CaseFile.create(case.folder, purpose="x", authority="x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(CaseError, match="is not empty"):
        CaseFile.create(tmp_path / "full", purpose="x", authority="x")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "is no case"), (b"", "was never finished"), (b"hello" * 1000, r"is damaged \(file is not a database\)")],
)
def test_what_is_no_case_is_refused_in_one_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / DATABASE).write_bytes(content)
    with pytest.raises(CaseError, match=words) as error:
        CaseFile(tmp_path)
    assert "\n" not in str(error.value) and str(tmp_path) in str(error.value)


def test_a_file_where_a_case_is_meant_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case").write_text("x", encoding="utf-8")
    for attempt in (
        lambda: CaseFile(tmp_path / "case"),
        lambda: CaseFile.create(tmp_path / "case", purpose="x", authority="x"),
    ):
        with pytest.raises(CaseError, match="is a file; a case is a folder"):
            attempt()


@pytest.mark.parametrize("name", ["it's", "a b", "ü🦊", "100%", "<script>", "q?x=1#y", "a;b"])
def test_a_folder_of_any_name_can_be_a_case(home: Home, made: Path, tmp_path: Path, name: str) -> None:
    again = CaseFile(home.copy(made, tmp_path / name))
    assert again.add_watchlist(watchlist(), "fake").version == 1
    again.store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_open_case_makes_one_only_when_it_knows_why(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="is no case yet; to make one"):
        open_case(tmp_path / "c")
    fresh = open_case(tmp_path / "c", purpose="p", authority="a", policy=Policy(near_miss_faces=True))
    again = open_case(tmp_path / "c", purpose="another", authority="another")
    assert isinstance(again, Case) and again.about == fresh.about and again.about.policy.near_miss_faces
    assert "<h3 " in again._repr_html_() and "none yet" in again._repr_html_()


def test_a_list_comes_back_equal(case: CaseFile) -> None:
    kept = case.add_watchlist(watchlist(), "packs/fake")
    assert kept.version == 1 and case.pack_of(1) == "packs/fake"
    assert_same(kept, watchlist())
    again = CaseFile(case.folder)
    assert again.watchlist is not None
    assert_same(again.watchlist, watchlist())
    again.store.close()


def test_a_list_keeps_its_order_and_its_owners(case: CaseFile) -> None:
    two = watchlist("Zoe", "Ada")
    kept = case.add_watchlist(two, "fake")
    assert kept.subjects == ("Zoe", "Ada") and kept.owner.tolist() == [0, 1]


def test_versions_are_added_and_never_edited(case: CaseFile) -> None:
    first = case.add_watchlist(watchlist(), "fake")
    second = case.add_watchlist(watchlist("Bob"), "fake")
    assert (first.version, second.version) == (1, 2) and case.watchlist is not None
    assert case.watchlist.subjects == ("Bob",)
    assert_same(case.watchlist_version(1), watchlist())
    for missing in (0, 3, -1):
        with pytest.raises(CaseError, match=f"no list version {missing}"):
            case.watchlist_version(missing)


def test_a_list_that_cannot_be_written_leaves_no_half_of_it(case: CaseFile) -> None:
    twice = replace(watchlist("Ada"), entries=(Entry("Ada"), Entry("Ada")))
    with pytest.raises(CaseError, match=r"UNIQUE constraint failed|duplicate key"):
        case.add_watchlist(twice, "fake")
    assert case.watchlist is None
    with case.store.session() as session:
        assert session.scalars(select(WatchlistRow)).all() == []


def test_the_digest_of_a_list_changes_with_whatever_decides_a_scan() -> None:
    one = watchlist("Ada")
    others = [
        replace(one, entries=(replace(one.entries[0], expires=None),)),
        replace(one, references=(replace(one.references[0], sha256="0" * 64),)),
        replace(one, templates=one.templates + np.float32(1e-6)),
        replace(one, space=Space("e" * 64, 8, "fake")),
    ]
    digests = {lists.digest_of(each) for each in (one, *others)}
    assert len(digests) == 5 and lists.digest_of(watchlist("Ada")) == lists.digest_of(replace(one, version=7))


def test_reference_ids_follow_the_templates_also_when_some_have_expired(case: CaseFile) -> None:
    case.add_watchlist(watchlist("Zoe"), "fake")
    kept = case.add_watchlist(watchlist("Ada", "Bob", "Eve"), "fake")
    with case.store.session() as session:
        every = lists.reference_ids(session, kept)
        later = lists.reference_ids(session, kept.valid_on(date(2031, 1, 1)))
    assert len(every) == 3 and later == every[1:]


def test_a_picture_is_stored_once_and_comes_back(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"face")
    assert blobs.put(b"face") == name == hashlib.sha256(b"face").hexdigest() and blobs.get(name) == b"face"
    assert [path.name for path in (tmp_path / "blobs").glob("*/*")] == [name]


def test_a_picture_that_was_altered_or_lost_is_noticed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    name = blobs.put(b"face")
    (tmp_path / "blobs" / name[:2] / name).write_bytes(b"another face")
    with pytest.raises(CaseError, match=f"picture {name[:12]} of the case was altered"):
        blobs.get(name)
    with pytest.raises(CaseError, match="is missing from the case"):
        blobs.get("0" * 64)


def test_sweeping_takes_what_nobody_refers_to_and_nothing_else(case: CaseFile) -> None:
    case.add_watchlist(watchlist(), "fake")
    stray = case.store.blobs.put(b"left by a killed process")
    draft = case.folder / "blobs" / stray[:2] / ".draft-123"
    draft.write_bytes(b"half")
    assert case.sweep() == 2 and case.sweep() == 0
    assert case.watchlist is not None
    assert_same(case.watchlist, watchlist())


def tracks() -> Tracks:
    row = {"source": "a" * 64, "seen": 9, "box": [0.1, 0.2, 40.3, 50.4], "face_px": 40.2}
    scores = (0.1 + 0.2, np.nan, -1.0)
    return Tracks.of([row | {"id": i, "start": i / 3, "end": i + 0.1, "score": s} for i, s in enumerate(scores)])


@pytest.mark.parametrize("some", [slice(0, 3), slice(0, 0)])
def test_scores_come_back_bit_by_bit(tmp_path: Path, some: slice) -> None:
    file = tmp_path / "scores" / "run-1.arrow"
    write_scores(file, tracks()[some])
    back, expected = read_scores(file), tracks()[some]
    for name in ("id", "source", "start", "end", "seen", "face_px", "box", "score"):
        assert np.array_equal(getattr(back, name), getattr(expected, name), equal_nan=name == "score"), name
        assert getattr(back, name).dtype.kind == getattr(expected, name).dtype.kind, name
    assert len(back.faces) == 0 and back.compared.tolist() == expected.compared.tolist()
    assert [path.name for path in file.parent.iterdir()] == ["run-1.arrow"]


def test_scores_lie_under_names_that_are_no_utf_8_too(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"\xdcbung")
    folder.mkdir()
    write_scores(folder / "scores.arrow", tracks())
    assert read_scores(folder / "scores.arrow").id.tolist() == tracks().id.tolist()
    (folder / "scores.arrow").write_bytes(b"")
    with pytest.raises(CaseError, match="is damaged; delete it"):
        read_scores(folder / "scores.arrow")


def test_scores_are_written_and_read_without_pandas_which_takes_half_a_second_to_import(tmp_path: Path) -> None:
    write_scores(tmp_path / "scores.arrow", tracks())
    reads = "import sys; from pathlib import Path; from workbench.casefile.scores import read_scores, write_scores\n"
    reads += "file = Path(sys.argv[1]); write_scores(file, read_scores(file)); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", reads, tmp_path / "scores.arrow"], check=False).returncode == 0


def test_scores_that_are_damaged_are_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "run-1.arrow"
    write_scores(file, tracks())
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(CaseError, match="is damaged"):
        read_scores(file)


def test_times_are_utc_whatever_zone_they_came_in(case: CaseFile) -> None:
    tokyo = datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=9)))
    with case.store.change() as session:
        session.scalars(select(CaseRow)).one().created = tokyo
    with case.store.session() as session:
        created = session.scalars(select(CaseRow)).one().created
    assert created == tokyo and created.tzinfo is UTC and created.hour == 0
    with case.store.engine.connect() as connection:
        raw = connection.execute(text('SELECT created FROM "case"')).scalar()
    assert str(raw).startswith("2026-03-01 00:30")


def test_a_time_without_a_zone_is_refused(case: CaseFile) -> None:
    with pytest.raises(StatementError, match="needs a zone"), case.store.change() as session:
        session.scalars(select(CaseRow)).one().created = datetime(2026, 3, 1)
        session.flush()
    column = UTCTime()
    assert column.process_bind_param(None, None) is None  # type: ignore[arg-type]


def described(engine: Engine) -> dict[str, object]:
    """All that a database says of its tables, whatever the order of columns."""
    with engine.connect() as connection:
        ask = inspect(connection)
        found: dict[str, object] = {"steps": connection.execute(text("SELECT version_num FROM alembic_version")).all()}
        for name in ask.get_table_names():
            columns = {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in ask.get_columns(name)}
            rules = [*ask.get_foreign_keys(name), *ask.get_unique_constraints(name), *ask.get_check_constraints(name)]
            named = [*rules, *ask.get_indexes(name), ask.get_pk_constraint(name)]
            found[name] = columns, sorted(map(str, named))
    return found


def test_all_steps_one_after_the_other_make_the_tables_of_a_new_case(tmp_path: Path) -> None:
    new, old = (create_engine(f"sqlite:///{tmp_path / name}") for name in ("new.sqlite", "old.sqlite"))
    make_tables(new)
    migrate(old)
    assert described(new) == described(old)
    assert set(TABLES.tables) < set(described(new))
    for engine in (new, old):
        engine.dispose()


def test_the_tables_of_a_new_case_are_those_of_the_schema(case: CaseFile) -> None:
    with case.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, TABLES) == []


def test_no_table_of_a_case_is_left_out() -> None:
    described = (file for file in MIGRATIONS.parent.glob("*.py") if "(Base):" in file.read_text(encoding="utf-8"))
    assert {f"workbench.casefile.{file.stem}" for file in described} == {
        mapper.class_.__module__ for mapper in Base.registry.mappers
    }


def test_migrations_are_one_line_of_steps_that_only_go_forward() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert not any(hasattr(step.module, "downgrade") for step in scripts.walk_revisions())


def test_a_case_of_a_newer_version_is_left_alone(case: CaseFile) -> None:
    with case.store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CaseError, match="made by a newer Second Look"):
        CaseFile(case.folder)


def test_the_database_is_set_to_survive_and_to_forget(tmp_path: Path) -> None:
    case = CaseFile.create(tmp_path / "c", purpose="p", authority="a")
    with case.store.engine.connect() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_case_that_is_kept_open_keeps_the_database_log_until_the_end(tmp_path: Path) -> None:
    case = CaseFile.create(tmp_path / "c", purpose="p", authority="a")
    log = case.folder / f"{DATABASE}-wal"
    with case.store.kept_open():
        case.add_watchlist(watchlist(), "fake")
        assert log.stat().st_size > 0
        seen = CaseFile(case.folder).watchlist
        assert seen is not None and len(seen) == 4
    assert not log.exists() and case.watchlist is not None


def test_pictures_that_are_stored_together_come_back_in_order(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    contents = [b"one", b"two", b"one", *(bytes([n]) * 9 for n in range(20))]
    names = blobs.put_all([partial(bytes, each) for each in contents])
    assert [blobs.get(name) for name in names] == contents and len(blobs.names()) == 22
    assert blobs.put_all([]) == []
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError):
        Blobs(tmp_path / "file").put_all([lambda: b"one", lambda: b"two"])


def test_who_only_looks_whether_a_case_is_held_keeps_nobody_from_holding_it(tmp_path: Path) -> None:
    case = CaseFile.create(tmp_path / "case", purpose="to test", authority="the tests")
    look = os.open(tmp_path / "case" / ".lock", os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(look, fcntl.LOCK_SH)
    Timer(0.05, os.close, (look,)).start()
    with case.store.writing("footage is being scanned"):
        assert "footage is being scanned" in CaseFile(case.folder).store.at_work


def test_two_who_write_at_once_are_told_who_was_first(case: CaseFile) -> None:
    other = CaseFile(case.folder)
    with case.store.writing("footage is being scanned"):
        with pytest.raises(CaseBusy, match="footage is being scanned"), other.store.writing("a list is being enrolled"):
            pass
        assert other.watchlist is None  # reading goes on
    with other.store.writing("a list is being enrolled"):
        pass
    other.store.close()


def test_a_failure_in_the_middle_of_a_transaction_changes_nothing(case: CaseFile) -> None:
    with pytest.raises(RuntimeError), case.store.change() as session:
        lists.save_watchlist(session, case.store.blobs, watchlist(), "fake")
        raise RuntimeError
    assert case.watchlist is None


def test_the_contents_of_a_case_are_json(case: CaseFile) -> None:
    import json

    case.add_watchlist(watchlist(), "fake")
    info = json.loads(json.dumps(case.info()))
    assert info["name"] == "014" and info["runs"] == [] and info["footage"] == []
    assert info["watchlist"]["subjects"] == 4 and info["watchlist"]["version"] == 1


def test_a_run_that_does_not_exist_is_refused(case: CaseFile) -> None:
    with pytest.raises(CaseError, match="no run yet"):
        case.run()
    with pytest.raises(CaseError, match="no run 7"):
        case.run(7)


def test_a_case_that_could_not_be_made_is_closed_before_its_tables_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[bool] = []
    usual = Store.close
    monkeypatch.setattr(Store, "close", lambda self: (there.append((self.folder / DATABASE).exists()), usual(self))[1])
    with pytest.raises(InputError, match="no key"), making(tmp_path / "new"):
        raise InputError("no key")
    assert there == [True] and not (tmp_path / "new").exists()


def test_a_case_is_closed_at_the_end_of_a_block_and_whoever_opened_it_for_a_verb_closes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    usual = Store.close
    monkeypatch.setattr(Store, "close", lambda self: (closed.append(self.folder.name), usual(self))[1])
    with wb.open_case(tmp_path / "case", purpose="p", authority="a") as case:
        assert case.runs == ()
    assert closed[-1] == "case" and case.runs == ()  # it opens again by itself
    closed.clear()
    with pytest.raises(CaseError, match="has no finished scan to publish"):
        wb.publish(tmp_path / "case", tmp_path / "bundle")
    assert closed == ["case"]
    closed.clear()
    with pytest.raises(CaseError, match="has no finished scan to publish"):
        wb.publish(case, tmp_path / "bundle")
    assert closed == []


def test_a_case_stays_open_where_the_folder_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    case = new_case(Path("case"), "Ada", "Bob")
    scan(case, alerting(0))
    monkeypatch.chdir("/")
    assert case.run(1).alerts[0].thumbnail and case.verify(footage=False).clean
    say(case, 1, "A. Ng", "same")


def test_numbers_may_be_numpy_s_and_runs_and_alerts_may_stand_for_theirs(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    (alert,) = scan(case, alerting(1))
    run, one = case.run(), np.int64(1)
    for given in (one, 1, run):
        assert case.run(given).id == 1 and case.asked_tracks(given) == {1: (alert, False)}
        assert len(case.trials(given)) == len(case.trials([given])) == 1
        assert case.advance(given) is not None
    for given in (np.int64(alert), run.alerts[0]):
        assert len(case.pictures(given, by="A. Ng")) == len(case.pictures(alert, by="A. Ng")) > 0
    assert case.watchlist_version(one).version == 1 and case.review_list(one).version == 1
    assert case.approve(one, by="A", reason="seen").version == 1 and case.approval(one) is not None


def test_a_run_can_be_copied_and_a_copy_shows_no_face(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1))
    run = case.run()
    for twin in (copy.deepcopy(run), pickle.loads(pickle.dumps(run))):
        assert twin.alerts.to_frame().equals(run.alerts.to_frame()) and twin.id == run.id
        assert run.alerts[0].thumbnail and not twin.alerts[0].thumbnail + twin.alerts[0].reference


def test_what_is_read_twice_is_equal_and_what_differs_in_a_number_is_not(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1))
    run, watch, trials = case.run(), case.watchlist, case.trials()
    assert watch is not None
    assert run == case.run() and watch == case.watchlist and run.tracks == case.run().tracks
    assert trials == case.trials() == pickle.loads(pickle.dumps(trials)) and trials.curve() == case.trials().curve()
    assert run.tracks != replace(run.tracks, seen=run.tracks.seen + 1)
    assert watch != replace(watch, templates=-watch.templates) and watch != watch.entries
    assert trials != replace(trials, watchlist=trials.watchlist + 1) and trials.curve() != trials.curve(within=1)
    assert Faces.none() == Faces.none() != Faces.of([[0, 0, 9, 9]], np.zeros((1, 5, 2)), [1.0])


def test_a_number_that_there_is_not_is_said(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1))
    for ask in (case.run, case.advance):
        with pytest.raises(CaseError, match="no run 0"):
            ask(0)
    with pytest.raises(CaseError, match="no list version 99"):
        case.pack_of(99)
    with pytest.raises(InputError, match="an alert that was judged is a whole number"):
        case.trials(verdicts={"1": "same"})


def test_how_many_were_looked_for_is_kept_with_the_run_and_no_matter_of_the_reader_s_clock(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1), settings={"listed": 1, "day": "2020-01-02"})
    run = case.run()
    assert (run.listed, run.day) == (1, date(2020, 1, 2)) and case.trials().watchlist == 1
    scan(case, alerting(1), source="b")  # as an earlier version kept it
    earlier = case.run()
    assert earlier.listed == len(case.watchlist or ()) == 3
    assert earlier.day == earlier.started.astimezone().date()


@pytest.mark.parametrize("policy", ["7", '{"reviewers": 2, "unheard_of": 1}'])
def test_a_policy_that_is_none_is_said_in_one_line(tmp_path: Path, policy: str) -> None:
    case = new_case(tmp_path / "case")
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw, raw:
        raw.execute('UPDATE "case" SET policy = ?', (policy,))
    refused(call("case", "info", case.folder), "was altered into no policy")
