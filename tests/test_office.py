"""A case whose rows lie in an office's PostgreSQL: many at once, nothing lost, faults in one line, and no password anywhere.

That such a case keeps what it is given like any other is tested where that is tested: `home` in `conftest.py`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree
from unittest.mock import patch

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text

from tests.command import call, refused, start
from tests.live_cases import begin, clip_of, ready_case, use
from tests.postgres import PASSWORD, Home, Server
from tests.review_cases import alerting, new_case, say, scan
from tests.scenes import Walk, write_scene
from workbench.case import Case
from workbench.casefile import address
from workbench.casefile.binding import content_of
from workbench.casefile.database import migrate
from workbench.casefile.policy import Policy
from workbench.casefile.postgres import Postgres, _engine
from workbench.casefile.postgres_faults import words
from workbench.casefile.retention import anything_due
from workbench.casefile.schema import AlertRow, ReferenceRow
from workbench.casefile.store import Store
from workbench.casefile.tables import TABLES
from workbench.doctor import Finding, checkup
from workbench.errors import CaseBusy, CaseError, HoldLost, InputError

ABOUT = ("--purpose", "p", "--authority", "a")
CUSTODY = "workbench.casefile.custody"
SCANNING = "footage is being scanned"


@pytest.fixture(scope="module")
def shelf(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two alerts of Ada and Bob; copy it, do not write to it."""
    case = new_case(tmp_path_factory.mktemp("office") / "case", database=Home(postgres).database())
    scan(case, alerting(0), alerting(10, 1))
    return case.folder


@pytest.fixture
def case(postgres: Server, shelf: Path, tmp_path: Path) -> Case:
    return Case(Home(postgres).copy(shelf, tmp_path / "case"))


def database_of(case: Case) -> str:
    assert isinstance(case.store.database, Postgres)
    return str(case.store.database.address.url.database)


def schema_of(case: Case) -> str:
    assert isinstance(case.store.database, Postgres)
    return case.store.database.address.schema


# ---- many at once


def test_a_desk_whose_clock_is_days_ahead_deletes_nothing_early(case: Case) -> None:
    later = datetime.now(UTC) + timedelta(days=5)
    with (
        patch("workbench.casefile.schema.utc_now", return_value=later),
        patch(f"{CUSTODY}.utc_now", return_value=later),
    ):
        assert Case(case.folder).purge() == ()
    assert case.run(1).alerts[0].thumbnail
    with case.store.session() as session:
        assert abs((case.store.now() - datetime.now(UTC)).total_seconds()) < 5 and anything_due(
            session, Policy(), later
        )
    assert case.purge(later)


def test_two_scanners_and_three_reviewers_work_on_one_case_at_once(
    postgres: Server, photos: Path, lobby: Path, pack: str, tmp_path: Path
) -> None:
    case = Case.create(tmp_path / "case", purpose="p", authority="a", pack=pack, database=Home(postgres).database())
    case.enroll(photos)
    case.scan(lobby, every=0.5)
    alert = case.run().alerts[0].id
    films = [write_scene(tmp_path / f"{x}.mp4", (Walk("eve", 0, 4, x),), 5, rate=2) for x in (20, 60)]
    with case.store.change():  # both have begun and wait for their turn: then all of them go on at once
        scanners = [start("scan", case.folder, film, "--every", "0.5") for film in films]
        for _ in range(1200):
            if case.store.at_work.count(SCANNING) == 2:
                break
            threading.Event().wait(0.05)
        with pytest.raises(CaseBusy, match=SCANNING), case.store.writing("a list is being enrolled"):
            pass
    reviewers = [threading.Thread(target=_review, args=(case.folder, alert, name)) for name in "ABC"]
    for thread in reviewers:
        thread.start()
    for thread in reviewers:
        thread.join()
    said = [scanner.communicate(timeout=120) for scanner in scanners]
    assert [scanner.returncode for scanner in scanners] == [0, 0], said
    assert sorted(each.reviewer for each in case.decisions(alert)) == ["A"] * 5 + ["B"] * 5 + ["C"] * 5
    runs = [case.run(number) for number in case.runs]
    assert len(runs) == 3 and all(run.finished and len(run.alerts) == 1 for run in runs)
    assert case.verify().clean and case.store.at_work == ""


def _review(folder: Path, alert: int, name: str) -> None:
    mine = Case(folder)
    for turn in range(5):
        say(mine, alert, name, "same", key=f"{name} {turn}")


def test_who_writes_at_once_makes_one_chain(case: Case) -> None:
    def write(name: str) -> None:
        mine = Case(case.folder)
        for turn in range(6):
            mine.hold(1, reason=f"turn {turn}", by=name)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ABCDE"]
    before = len(case.log)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.number for entry in case.log] == list(range(1, before + 31))
    for name in "ABCDE":  # nobody's turns changed places
        assert [e.about["reason"] for e in case.log if e.who == name] == [f"turn {turn}" for turn in range(6)]
    assert case.verify(footage=False).clean


def test_scans_go_side_by_side_but_never_the_same_one_twice(case: Case) -> None:
    other = Case(case.folder)
    with case.store.writing(SCANNING, part="one"):
        with other.store.writing(SCANNING, part="another"):
            assert other.store.at_work.count(SCANNING) == 2
        with pytest.raises(CaseBusy, match=SCANNING), other.store.writing(SCANNING, part="one"):
            pass
        with pytest.raises(CaseBusy, match=SCANNING), other.store.writing("the list"):
            pass
    with other.store.writing("the list"):
        with pytest.raises(CaseBusy, match="the list"), case.store.writing(SCANNING, part="one"):
            pass
        assert "the list" in case.store.at_work
    assert case.store.at_work == ""


def test_a_picture_in_the_making_is_not_swept_by_another(case: Case) -> None:
    swept: list[int] = []
    sweeper = threading.Thread(target=lambda: swept.append(Case(case.folder).sweep()))
    with case.store.change() as session:
        row = session.get_one(ReferenceRow, 1)
        row.blob = name = case.store.blobs.put(b"a new face")
        sweeper.start()
        sweeper.join(0.3)
        assert sweeper.is_alive()  # it waits for its turn
    sweeper.join()
    assert swept == [1] and case.store.blobs.get(name) == b"a new face"  # the face that it took the place of went


def test_a_change_whose_server_goes_away_is_not_made_and_the_next_one_is(case: Case, postgres: Server) -> None:
    before = len(case.log)
    with pytest.raises(CaseError, match=r"cannot be reached .*nothing was changed"), case.store.change() as session:
        session.get_one(AlertRow, 1).t = 99.0
        session.flush()
        postgres.order(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_of(case)}'")
    case.hold(1, reason="the server is back")
    assert len(case.log) == before + 1 and case.verify(footage=False).clean


def test_one_connection_serves_an_open_case_and_a_forked_process_takes_one_of_its_own(case: Case) -> None:
    import os

    made: list[int] = []
    event.listen(case.store.engine, "connect", lambda *_: made.append(os.getpid()))
    for turn in range(3):
        case.hold(1, reason=f"turn {turn}")
        assert len(case.run().alerts) == 2
    assert made == []  # opening the case took the one that it keeps
    before = _backend(case)
    if (child := os.fork()) == 0:
        os._exit(int(_backend(case) == before or made != [os.getpid()]))
    assert os.waitpid(child, 0)[1] == 0
    assert _backend(case) == before and made == []
    assert case.verify(footage=False).clean


def _backend(case: Case) -> int:
    with case.store.session() as session:
        return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_who_lost_the_hold_on_a_case_writes_nothing_more(case: Case, postgres: Server) -> None:
    with case.store.writing(SCANNING, part="one"):
        case.hold(1, reason="while it holds")
        postgres.order(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_of(case)}'")
        with pytest.raises(CaseError, match="cannot be reached"):
            case.hold(1, reason="somebody else may hold it now")
        with pytest.raises(
            HoldLost, match="not held any more, for the connection to its database was lost; begin again"
        ):
            case.hold(1, reason="and the next time")
    assert [entry.about["reason"] for entry in case.log if entry.action == "alert held"] == ["while it holds"]


def test_a_deployment_whose_connection_was_lost_ends_in_a_line_and_says_why(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch)
    monkeypatch.setattr("workbench.live.recorder.EVERY", 0.3)
    ready_case(tmp_path / "case").move(Home(postgres).database())
    case = Case(tmp_path / "case")
    going = begin(case, clip_of(tmp_path, 400))
    time.sleep(1)
    postgres.order(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_of(case)}'")
    with pytest.raises(CaseError, match="not held any more"):
        going.wait(60)
    (kept,) = Case(case.folder).deployments
    assert kept.ended and "nothing could be written any more" in kept.stopped and not going.running


# ---- tables, codes and what verify finds


def test_a_case_of_an_earlier_version_is_brought_up_to_date(postgres: Server, tmp_path: Path) -> None:
    place = address.chosen(Home(postgres).database())
    assert place is not None
    address.write(tmp_path, place)
    postgres.order(f"CREATE SCHEMA {place.schema}", database=str(place.url.database))
    migrate(_engine(place), "0009")
    store = Store(tmp_path)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, TABLES) == []


def test_a_row_has_one_code_wherever_it_lies() -> None:
    here = {"id": 1, "at": "2026-03-01 00:30:00.000000", "near": 1, "score": 0.5, "template": b"\x01"}
    there = here | {"at": datetime(2026, 3, 1, 0, 30, tzinfo=UTC), "near": True, "later": None}
    assert content_of("x", 1, 2, here) == content_of("x", 1, 2, there)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("UPDATE alert SET t = 99 WHERE id = 1", "alert 1 was altered after entry"),
        ("DELETE FROM hold; DELETE FROM picture WHERE id = 2", "picture 2 is missing; entry"),
        ("CREATE VIEW faces AS SELECT 1", "the view 'faces' was added to the database"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "the function 'f' was added to the database"),
        ("CREATE TABLE odd (a int, b int)", "the table 'odd' was added to the database"),
        ("ALTER TABLE decision ADD COLUMN odd text", "the column 'decision.odd' was added to the database"),
        ("ALTER TABLE decision ADD CONSTRAINT odd CHECK (reviewer <> 'C')", "the constraint 'odd' was added"),
        ("ALTER TABLE scene RENAME COLUMN blob TO odd; UPDATE alert SET t = 99", "alert 1 was altered after entry"),
        ("DROP TABLE scene", "table scene is missing"),
        ("CREATE RULE r AS ON DELETE TO hold DO INSTEAD NOTHING", "the rule 'r' was added to the database"),
    ],
)
def test_what_the_database_s_administrator_changed_is_found(
    case: Case, postgres: Server, order: str, found: str
) -> None:
    postgres.order(f"SET search_path = {schema_of(case)}; {order}", database=database_of(case))
    assert any(found in str(each) for each in case.verify(footage=False).findings)


@pytest.mark.parametrize("table", ["case", "seal", "alembic_version", "picture"])
def test_a_table_that_was_dropped_is_a_finding_also_where_a_case_is_opened_by_it(
    case: Case, postgres: Server, table: str
) -> None:
    order = f'SET search_path = {schema_of(case)}; DROP TABLE "{table}" CASCADE'
    postgres.order(order, database=database_of(case))
    said = call("case", "verify", case.folder, "--no-footage")
    assert said.code == 1 and f"  table {table} is missing\n" in said.out, said


def test_a_case_in_a_shared_database_without_a_seal_is_found_where_it_was_never_seen(
    case: Case, postgres: Server
) -> None:
    assert case.verify(footage=False).clean
    postgres.order(f"SET search_path = {schema_of(case)}; DELETE FROM seal", database=database_of(case))
    found = Case(case.folder).verify(footage=False).findings
    assert str(found[0]) == "the seal was taken off: a case in a shared database is always sealed"


def test_nothing_of_a_deleted_face_is_left_in_the_tables_of_the_server(case: Case, postgres: Server) -> None:
    with case.store.session() as session:
        template = bytes(session.get_one(AlertRow, 1).template or b"")
    assert _on_disk(postgres, database_of(case), template)
    case.purge(datetime(2030, 1, 1, tzinfo=UTC))
    assert not _on_disk(postgres, database_of(case), template) and case.verify(footage=False).clean


def _on_disk(postgres: Server, database: str, piece: bytes) -> bool:
    """Whether any file of the database has it; the log for recovery (pg_wal) is not looked at, see docs/retention.md."""
    ((number,),) = postgres.order("CHECKPOINT", f"SELECT oid FROM pg_database WHERE datname = '{database}'")
    files = (path for path in (postgres.folder / "data" / "base" / str(number)).iterdir() if path.is_file())
    return any(piece in path.read_bytes() for path in files)


# ---- passwords, and faults in one line


def test_no_password_reaches_the_folder_the_case_the_screen_or_the_server_s_log(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(Home(postgres).database())
    monkeypatch.delenv("PGPASSWORD")
    secret = url.replace("@", f":{PASSWORD.replace(' ', '%20')}@")
    refused(call("case", "new", tmp_path / "c", *ABOUT, "--database", secret), "leave the password out")
    assert not (tmp_path / "c").exists()
    monkeypatch.setenv(address.VARIABLE, secret)
    said = [call("case", "new", tmp_path / "c", *ABOUT), call("case", "info", tmp_path / "c", "--json")]
    assert said[1].json["database"].startswith(url)
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    rows = json.dumps(
        [postgres.order(f"SELECT * FROM {t}", database=url.rsplit("/", 1)[1]) for t in _tables(postgres, url)],
        default=str,
    )
    case = Case(tmp_path / "c")
    monkeypatch.setenv(address.VARIABLE, secret.replace(url.rsplit("/", 1)[1], "nowhere"))
    said.append(call("case", "info", tmp_path / "c"))
    refused(said[-1], 'database "nowhere" does not exist')
    shown = "".join(each.out + each.err for each in said) + repr(case.store.database) + repr(case.store.engine)
    for place in (files.decode(errors="replace"), rows, postgres.log, shown, case._repr_html_()):
        assert "a password" not in place and "a%20password" not in place


def _tables(postgres: Server, url: str) -> list[str]:
    query = "SELECT schemaname || '.\"' || tablename || '\"' FROM pg_tables WHERE schemaname LIKE 'case_%'"
    return [name for (name,) in postgres.order(query, database=url.rsplit("/", 1)[1])]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://officer@127.0.0.1:1/cases", "cannot be reached (connection to server at"),
        ("postgresql://nobody@127.0.0.1:{port}/cases", "the database refused the password"),
        ("postgresql://officer@127.0.0.1:{port}/elsewhere", "or correct the address"),
        ("postgresql://officer@127.0.0.1:{port}/postgres", "its rows are not in postgresql://officer@127.0.0.1"),
        ("postgresql://officer@127.0.0.1:{port}/cases?sslmode=verify-full", "could not be secured as asked"),
        ("mysql://127.0.0.1/cases", "SECOND_LOOK_DATABASE is no address of a PostgreSQL database"),
        ("postgresql://127.0.0.1", "names no database"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_in_one_line(
    shelf: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv(address.VARIABLE, url.format(port=postgres.port))
    refused(call("case", "info", shelf), said)


def test_a_wrong_password_is_said_in_one_line(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong")
    refused(call("case", "info", shelf), "refused the password", "~/.pgpass")
    monkeypatch.delenv("PGPASSWORD")
    refused(call("case", "info", shelf), "asks for a password", "~/.pgpass")


def test_a_newer_schema_is_said_in_one_line(case: Case, postgres: Server) -> None:
    order = f"UPDATE {schema_of(case)}.alembic_version SET version_num = '9999'"
    postgres.order(order, database=database_of(case))
    refused(call("case", "info", case.folder), "made by a newer Second Look (schema 9999); update to open it")


def test_what_the_account_may_not_do_is_said_in_one_line(
    case: Case, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, schema = f"guest_{schema_of(case)[-6:]}", schema_of(case)
    postgres.order(
        f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'",
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name}",
        database=database_of(case),
    )
    monkeypatch.setenv(address.VARIABLE, postgres.url(database_of(case), user=name))
    guest = Case(case.folder)
    assert len(guest.run().alerts) == 2
    with pytest.raises(CaseError, match="your account of the database may not do this"):
        guest.hold(1, reason="r")


def test_a_schema_that_an_account_may_not_see_is_not_taken_for_a_case_that_was_never_made(
    case: Case, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"eve_{schema_of(case)[-6:]}"
    postgres.order(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'", database=database_of(case))
    monkeypatch.setenv(address.VARIABLE, postgres.url(database_of(case), user=name))
    with pytest.raises(CaseError, match=r"the schema case_\w+ is \w+'s, and your account may not read it") as refused:
        Case(case.folder)
    assert "delete" not in str(refused.value)


def test_people_with_accounts_of_their_own_share_what_one_of_them_made(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/office.md tells the administrator of the database to do it."""
    database, team = str(Home(postgres).database()).rsplit("/", 1)[1], f"team_{tmp_path.name[-6:].replace('-', '_')}"
    postgres.order(f"CREATE ROLE {team} NOLOGIN", f"ALTER DATABASE {database} OWNER TO {team}")
    for name in ("ann", "bob"):
        postgres.order(
            f"CREATE ROLE {team}_{name} LOGIN PASSWORD '{PASSWORD}' IN ROLE {team}",
            f"ALTER ROLE {team}_{name} SET role = '{team}'",
        )
    case = new_case(tmp_path / "case", database=postgres.url(database, user=f"{team}_ann"))
    monkeypatch.setenv(address.VARIABLE, postgres.url(database, user=f"{team}_bob"))
    alert = scan(Case(case.folder), alerting(0))[0]
    say(Case(case.folder), alert, "Bob", "same")
    monkeypatch.delenv(address.VARIABLE)
    assert [each.reviewer for each in case.decisions(alert)] == ["Bob"] and case.verify(footage=False).clean
    case.purge(datetime(2030, 1, 1, tzinfo=UTC))


def test_a_case_that_cannot_be_made_leaves_nothing(postgres: Server, tmp_path: Path) -> None:
    url = postgres.url(port=1)
    refused(call("case", "new", tmp_path / "c", *ABOUT, "--database", url), "cannot be reached")
    assert not (tmp_path / "c").exists()
    with pytest.raises(InputError, match="always sealed"):
        Case.create(tmp_path / "c", purpose="p", authority="a", sealed=False, database=postgres.url())
    with pytest.raises(InputError, match="names no database"):
        Case.create(tmp_path / "c", purpose="p", authority="a", database="postgres://db.office")


@pytest.mark.parametrize("content", [b"", b"\xff", b"schema = 'public; DROP TABLE x'\ndatabase = 'postgresql://h/d'"])
def test_an_address_that_was_damaged_is_said_to_be(tmp_path: Path, content: bytes) -> None:
    (tmp_path / address.FILE).write_bytes(content)
    refused(call("case", "info", tmp_path), "case.database is damaged")


def test_without_the_package_it_says_how_to_get_it(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CaseError, match=r"pip install 'psycopg\[binary\]'"):
        Case(copytree(shelf, tmp_path / "c"))


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("FATAL: too many connections for role", "no connection left"),
        ('no pg_hba.conf entry for host "10.0.0.9"', "does not let you in from here"),
        ("invalid dsn: password=hunter2 postgresql://a:hunter2@h/d", "password=*** postgresql://a:***@h/d"),
        ("first line\n  second line", "(first line second line)"),
    ],
)
def test_what_the_driver_says_becomes_one_line_without_a_password(complaint: str, said: str) -> None:
    line = words(Exception(complaint))
    assert said in line and "\n" not in line and "hunter2" not in line


def test_a_number_that_no_case_has_is_said_to_be_one(case: Case) -> None:
    for alert in (2**31, 2**70):
        with pytest.raises(
            InputError, match=r"^a number that was given is larger than any of a case; look it up again$"
        ):
            case.decisions(alert)


def test_the_doctor_says_whether_the_office_s_database_can_be_used(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> Finding:
        return next(each for each in checkup() if "office" in each.what)

    monkeypatch.delenv("SECOND_LOOK_DATABASE", raising=False)
    assert not [each for each in checkup() if "office" in each.what]
    monkeypatch.setenv("SECOND_LOOK_DATABASE", postgres.url())
    assert (
        said().state == "ok"
        and "PostgreSQL 1" in said().found
        and "UTF8, clock +0 s" in said().found.replace("-0", "+0")
    )
    assert PASSWORD not in said().found
    with patch("workbench.casefile.postgres.datetime") as clock:
        clock.now.return_value = datetime.now(UTC) + timedelta(hours=3)
        assert said().state == "warning" and "NTP" in said().advice
    monkeypatch.setenv("SECOND_LOOK_DATABASE", postgres.url("nowhere"))
    assert said().state == "problem" and "nowhere" in said().found
