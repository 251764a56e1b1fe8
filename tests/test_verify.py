"""`workbench case verify`: an untouched case is clean, and each of many edits to a copy of it is found and named."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.command import call, refused
from tests.footage_factory import picture
from tests.old_cases import as_of
from tests.review_cases import alerting, new_case, scan
from tests.test_operating_points import point
from workbench.case import Case
from workbench.casefile import audit
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.binding import canonical, content_of
from workbench.casefile.database import HEAD
from workbench.casefile.folder import content_of as content_of_file
from workbench.casefile.signing import UNSIGNED
from workbench.casefile.store import DATABASE, Store
from workbench.casefile.verify_schema import check_schema
from workbench.decisions import FEATURES
from workbench.errors import CaseError, CaseSealed
from workbench.footage.redact import encode_png


def decide(case: Case, alert: int, reviewer: str, verdict: str = "same") -> None:
    features = dict.fromkeys([each.name for each in FEATURES[:4]], "agree" if verdict == "same" else "differ")
    told: dict[str, Any] = {"features": features, "confidence": "moderate", "reason": "ears"}
    case.decide(alert, verdict=verdict, reviewer=reviewer, **told)


@dataclass(frozen=True)
class Made:
    """A case with everything in it, an older copy of it, its footage, and where its alert lies."""

    folder: Path
    older: Path
    footage: Path


@pytest.fixture(scope="module")
def whole(listed: Path, lobby: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    place = tmp_path_factory.mktemp("verified")
    footage = Path(shutil.copy(lobby, place / "lobby.mp4"))
    case = Case(shutil.copytree(listed, place / "case"))
    run = case.scan(footage, every=0.5)
    case.scan(footage, every=1)
    case.record_operating_point(point(case), name="night", reason="a test", by="A. Ng")
    older = place / "older"
    shutil.copytree(case.folder, older)
    for reviewer in ("A. Ng", "B. Orr"):
        decide(case, run.alerts[0].id, reviewer)
    with case.store.change() as session:
        audit.note(session, "face unblurred", about={"alert": run.alerts[0].id})
    case.store.close()
    return Made(case.folder, older, footage)


@dataclass(frozen=True)
class Copy:
    """A copy of the case to be edited; `sql` runs statements outside of all that the program does."""

    folder: Path
    made: Made

    def sql(self, *statements: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with closing(sqlite3.connect(self.folder / DATABASE)) as raw:
            rows: list[Any] = []
            for statement in statements:
                rows = raw.execute(statement, values if "?" in statement else ()).fetchall()
            raw.commit()
            return rows

    def blob(self, column: str, table: str, row: int = 1) -> Path:
        ((name,),) = self.sql(f"SELECT {column} FROM {table} WHERE id = {row}")
        return self.folder / "blobs" / name[:2] / name


def test_an_untouched_case_is_clean(whole: Made) -> None:
    said = call("case", "verify", whole.folder)
    assert said.code == 0 and "nothing was altered" in said.out, said
    found = Case(whole.folder).verify()
    assert found.clean and found.checked["pieces of footage"] == 1 and found.checked["entries"] > 8
    assert "not seen this case before" not in " ".join(found.notes)  # this machine made it
    assert found.head["entries"] == found.checked["entries"] and len(found.head["public key"]) == 64


def test_a_copy_elsewhere_is_clean_and_says_what_cannot_be_known(whole: Made, tmp_path: Path) -> None:
    found = Case(shutil.copytree(whole.folder, tmp_path / "copy")).verify()
    assert found.clean and any("has not seen this case before" in text for text in found.notes)


def set_value(table: str, column: str, value: Any, row: int = 1, key: str = "id") -> Callable[[Copy], object]:
    return lambda copy: copy.sql(f'UPDATE "{table}" SET "{column}" = ? WHERE "{key}" = {row}', values=(value,))


def run(*statements: str) -> Callable[[Copy], object]:
    return lambda copy: copy.sql(*statements)


def swap(table: str, column: str, one: int, two: int) -> Callable[[Copy], object]:
    def edit(copy: Copy) -> None:
        values = dict(copy.sql(f'SELECT id, "{column}" FROM "{table}" WHERE id IN ({one}, {two})'))
        for row, other in ((one, two), (two, one)):
            copy.sql(f'UPDATE "{table}" SET "{column}" = ? WHERE id = {row}', values=(values[other],))

    return edit


def flip(copy: Copy, file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def swap_files(copy: Copy) -> None:
    one, two = copy.blob("blob", "reference", 1), copy.blob("blob", "reference", 2)
    kept = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(kept)


def entries(copy: Copy) -> list[dict[str, Any]]:
    columns = "number, at, who, action, about, wrote, previous, hash, mac".split(", ")
    rows = copy.sql(f"SELECT {', '.join(columns)} FROM audit ORDER BY number")
    return [dict(zip(columns, row, strict=True)) for row in rows]


def write_chain(copy: Copy, rows: list[dict[str, Any]]) -> None:
    """The log computed anew over these entries by somebody who has no key, head and all."""
    copy.sql("DELETE FROM audit")
    previous = audit.START
    for number, row in enumerate(rows, 1):
        row |= {"number": number, "previous": previous}
        row["hash"] = previous = audit.hash_of(AuditRow(**row))
        marks = ", ".join("?" for _ in row)
        copy.sql(f"INSERT INTO audit ({', '.join(row)}) VALUES ({marks})", values=tuple(row.values()))
    copy.sql("UPDATE audit_head SET count = ?, hash = ?", values=(len(rows), previous))


def rewritten_without_key(copy: Copy) -> None:
    rows = entries(copy)
    rows[2]["who"] = "nobody"
    write_chain(copy, rows)


def entry_cut_out(copy: Copy) -> None:
    rows = entries(copy)
    del rows[3]
    write_chain(copy, rows)


def truncated(copy: Copy) -> None:
    last = entries(copy)[-1]["number"]
    copy.sql(f"DELETE FROM audit WHERE number = {last}")


def truncated_with_its_head(copy: Copy) -> None:
    truncated(copy)
    last = entries(copy)[-1]
    copy.sql("UPDATE audit_head SET count = ?, hash = ?", values=(last["number"], last["hash"]))


def old_log_replayed(copy: Copy) -> None:
    with closing(sqlite3.connect(copy.folder / DATABASE)) as raw:
        raw.execute("ATTACH ? AS older", (str(copy.made.older / DATABASE),))
        for table in ("audit", "audit_head"):
            raw.execute(f"DELETE FROM main.{table}")
            raw.execute(f"INSERT INTO main.{table} SELECT * FROM older.{table}")
        raw.commit()


def old_row_replayed(copy: Copy) -> None:
    """A row that was changed since, with the code that it had then."""
    copy.sql("UPDATE run SET finished = NULL WHERE id = 1")
    ((made,),) = copy.sql("SELECT number FROM audit WHERE action = 'scan begun' ORDER BY number LIMIT 1")
    copy.sql(f"UPDATE bound SET entry = {made} WHERE name = 'run' AND row = 1")


def row_added_with_a_code(copy: Copy) -> None:
    copy.sql(
        "INSERT INTO decision (id, key, who, reviewer, verdict, confidence, features, reason, look, recorded, alert_id, turn) "
        "SELECT 99, 'k99', 'x', 'X', verdict, confidence, features, reason, look, recorded, alert_id, 9 FROM decision WHERE id = 1",
        "INSERT INTO bound SELECT name, 99, entry, mac FROM bound WHERE name = 'decision' AND row = 1",
    )


def decision_taken_away_with_its_traces(copy: Copy) -> None:
    copy.sql("DELETE FROM decision WHERE id = 2", "DELETE FROM bound WHERE name = 'decision' AND row = 2")


def rewritten(old: str, new: str) -> Callable[[Copy], object]:
    """What SQLite has on record of the decisions' table, past all that a statement could change."""

    def edit(copy: Copy) -> None:
        with closing(sqlite3.connect(copy.folder / DATABASE)) as raw:
            (sql,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'decision'").fetchone()
            raw.execute("PRAGMA writable_schema = ON")
            raw.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'decision'", (re.sub(old, new, sql),))
            raw.commit()

    return edit


def unsealed(copy: Copy) -> None:
    copy.sql("DELETE FROM seal")


EDITS: list[tuple[str, Callable[[Copy], object], str]] = [
    ("a decision's verdict", set_value("decision", "verdict", "different"), "decision 1 was altered"),
    ("a decision's reason", set_value("decision", "reason", "none", row=2), "decision 2 was altered"),
    ("a decision deleted", run("DELETE FROM decision WHERE id = 2"), "decision 2 is missing"),
    ("a decision deleted with its code", decision_taken_away_with_its_traces, "decision 2 is missing; entry"),
    ("a decision added", row_added_with_a_code, "decision 99 was added"),
    ("an alert's time", set_value("alert", "t", 99.5), "alert 1 was altered"),
    ("an alert made a near miss", set_value("alert", "near_miss", 1), "alert 1 was altered"),
    ("an alert's template", set_value("alert", "template", b"\x01" + bytes(80)), "alert 1 was altered"),
    ("a candidate's score", set_value("candidate", "score", 0.99), "candidate 1 was altered"),
    ("candidates' ranks", set_value("candidate", "rank", 7), "candidate 1 was altered"),
    ("a track's score", set_value("track", "score", 0.01), "track 1 was altered"),
    ("a track deleted", run("DELETE FROM track WHERE id = (SELECT max(id) FROM track)"), "is missing; entry"),
    ("a run's threshold", set_value("run", "threshold", 0.9), "run 1 was altered"),
    ("a run's settings", set_value("run", "settings", "{}", row=2), "run 2 was altered"),
    (
        "an operating point",
        run("UPDATE operating_point SET point = replace(point, '0.4', '0.5')"),
        "operating_point 1 was",
    ),
    ("the policy", run("UPDATE \"case\" SET policy = replace(policy, '24', '744')"), "case 1 was altered"),
    ("the authority", set_value("case", "authority", "somebody else"), "case 1 was altered"),
    ("a person's expiry", set_value("entry", "expires", "2099-01-01"), "entry 1 was altered"),
    ("a person renamed", set_value("entry", "subject", "somebody else"), "entry 1 was altered"),
    ("the list's digest", set_value("watchlist", "digest", "0" * 64, key="version"), "watchlist 1 was altered"),
    ("references swapped", swap("reference", "entry_id", 1, 2), "reference 1 was altered"),
    ("templates of references swapped", swap("reference", "template", 1, 2), "reference 2 its template was altered"),
    ("pictures of references swapped", swap("reference", "blob", 1, 2), "reference 1 was altered"),
    ("files of pictures swapped", swap_files, "reference 1 blob: picture"),
    ("a picture altered", lambda copy: flip(copy, copy.blob("blob", "picture")), "picture 1 blob: picture"),
    ("a picture deleted", lambda copy: copy.blob("thumbnail", "alert").unlink(), "alert 1 thumbnail: picture"),
    ("the footage's hash", set_value("source", "sha256", "0" * 64), "source 1 was altered"),
    ("a ledger segment deleted", run("DELETE FROM segment WHERE id = 1"), "segment 1 is missing"),
    (
        "scores altered",
        lambda copy: flip(copy, copy.folder / "scores" / "run-000001.arrow"),
        "scores/run-000001.arrow of run 1 was altered",
    ),
    (
        "scores deleted",
        lambda copy: (copy.folder / "scores" / "run-000002.arrow").unlink(),
        "scores/run-000002.arrow of run 2 is missing",
    ),
    (
        "scores added",
        lambda copy: shutil.copy(
            copy.folder / "scores" / "run-000001.arrow", copy.folder / "scores" / "run-000009.arrow"
        ),
        "scores/run-000009.arrow was added",
    ),
    (
        "an entry's person",
        set_value("audit", "who", "nobody", row=3, key="number"),
        "entry 3 was altered: 'scan begun'",
    ),
    (
        "an entry's time",
        set_value("audit", "at", "2020-01-01T00:00:00+00:00", row=2, key="number"),
        "entry 2 was altered",
    ),
    ("an entry deleted", run("DELETE FROM audit WHERE number = 4"), "entry 4 is missing"),
    (
        "entries in another order",
        run(
            "UPDATE audit SET number = -1 WHERE number = 3",
            "UPDATE audit SET number = 3 WHERE number = 4",
            "UPDATE audit SET number = 4 WHERE number = -1",
        ),
        "entry 3 was altered",
    ),
    ("the last entry deleted", truncated, "is missing, and all after it: the log ends at"),
    ("the last entry deleted and the head put back", truncated_with_its_head, "the head of the log was not signed"),
    ("an old copy of the log", old_log_replayed, "was added by what the log does not know"),
    ("an old state of a row", old_row_replayed, "run 1 was altered after entry"),
    ("the chain computed anew without the key", rewritten_without_key, "entry 3 was not written with the key"),
    ("an entry cut out, the chain computed anew", entry_cut_out, "entry 4 was not written with the key"),
    ("the head deleted", run("DELETE FROM audit_head"), "the head of the log is missing"),
    ("the head's signature", set_value("audit_head", "signature", bytes(64)), "the head of the log was not signed"),
    (
        "the whole log deleted",
        run("DELETE FROM audit", "DELETE FROM audit_head", "DELETE FROM bound"),
        "case 1 was added",
    ),
    (
        "a trigger planted",
        run("CREATE TRIGGER x AFTER INSERT ON alert BEGIN SELECT 1; END"),
        "the trigger 'x' was added",
    ),
    ("the seal taken off", unsealed, "seal 1 is missing"),
    ("a table added", run("CREATE TABLE odd (a INTEGER)"), "the table 'odd' was added"),
    ("a table with a key of two", run("CREATE TABLE odd (a, b, PRIMARY KEY (a, b))"), "the table 'odd' was added"),
    (
        "a table with a quote in its name",
        run('CREATE TABLE "o""d" (a INTEGER PRIMARY KEY)'),
        "the table 'o\"d' was added",
    ),
    ("a table of words", run("CREATE VIRTUAL TABLE odd USING fts5(a)"), "the table 'odd' was added"),
    ("an index added", run("CREATE UNIQUE INDEX odd ON decision (id, reason)"), "the index 'odd' was added"),
    ("an index taken away", run("DROP INDEX ix_decision_alert_id"), "the index 'ix_decision_alert_id' is missing"),
    (
        "a column added",
        run("ALTER TABLE decision ADD COLUMN odd TEXT"),
        "the table 'decision' is not as this program makes it: it has odd TEXT",
    ),
    (
        "a rule for reviewers",
        rewritten(r"\)$", ", CHECK (reviewer <> 'C. Roe'))"),
        "it has CHECK (reviewer <> 'C. Roe')",
    ),
    (
        "names in either case",
        rewritten("reviewer VARCHAR", "reviewer VARCHAR COLLATE NOCASE"),
        "it has reviewer VARCHAR COLLATE NOCASE NOT NULL and lacks reviewer VARCHAR NOT NULL",
    ),
    (
        "which entry wrote a row",
        run("UPDATE bound SET entry = entry - 1 WHERE name = 'decision' AND row = 2"),
        "decision 2 is said to be of entry",
    ),
    ("when a picture was seen", set_value("picture", "t", 0.0), "picture 1 was altered"),
]


def test_there_are_thirty_edits_and_more() -> None:
    assert len({name for name, _, _ in EDITS}) == len(EDITS) >= 30


@pytest.mark.parametrize(("edit", "expected"), [pytest.param(*each[1:], id=each[0]) for each in EDITS])
def test_an_edit_is_found_and_named(whole: Made, tmp_path: Path, edit: Callable[[Copy], object], expected: str) -> None:
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "copy")), whole)
    edit(copy)
    said = call("case", "verify", copy.folder, "--json")
    assert said.code == 1, said
    found = [f"{each['what']} {each['how']}" for each in said.json["findings"]]
    assert any(expected in text for text in found), found


ODD = [
    "CREATE TABLE odd (a INTEGER)",
    "CREATE VIRTUAL TABLE odd USING fts5(a)",
    "ALTER TABLE decision ADD COLUMN odd TEXT DEFAULT 'x'",
    "DROP TABLE scene",
    "ALTER TABLE scene RENAME COLUMN blob TO odd",
    "ALTER TABLE segment RENAME COLUMN id TO odd",
    "ALTER TABLE stamp RENAME COLUMN response TO odd",
    "UPDATE audit SET wrote = '[1]' WHERE number = 2",
    "UPDATE audit_head SET signature = 'text'",
    "UPDATE decision SET recorded = 'yesterday'",
    "UPDATE source SET facts = 'none'",
]


@pytest.mark.parametrize("statement", ODD)
def test_what_hinders_one_check_hides_nothing_that_another_finds(whole: Made, tmp_path: Path, statement: str) -> None:
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "copy")), whole)
    copy.sql(statement, "UPDATE track SET score = 0.01 WHERE id = 1", "DELETE FROM picture WHERE id = 1")
    flip(copy, copy.blob("thumbnail", "alert"))
    found = [str(each) for each in Case(copy.folder, purge_due=False).verify().findings]
    for expected in ("track 1 was altered", "picture 1 is missing", "alert 1 thumbnail: picture"):
        assert any(expected in text for text in found), found
    assert len(found) > 3  # and the statement itself


@pytest.mark.parametrize("table", ["case", "seal", "archive", "alembic_version", "audit", "bound", "alert", "segment"])
def test_a_table_that_was_dropped_is_a_finding_also_where_a_case_is_opened_by_it(
    whole: Made, tmp_path: Path, table: str
) -> None:
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "copy")), whole)
    copy.sql("PRAGMA foreign_keys = OFF", f'DROP TABLE "{table}"')
    said = call("case", "verify", copy.folder)
    assert said.code == 1 and f"  table {table} is missing\n" in said.out, said


@pytest.mark.parametrize("table", ["case", "alembic_version", "alert"])
def test_a_case_that_lacks_a_table_says_on_opening_how_to_see_what_is_missing(bare: Path, table: str) -> None:
    with closing(sqlite3.connect(bare / DATABASE)) as raw:
        raw.execute(f'DROP TABLE "{table}"')
        raw.commit()
    refused(call("case", "info", bare), f"workbench case verify {bare}", "restore it from a backup")


def test_a_case_whose_own_row_was_deleted_is_not_said_to_be_unfinished(bare: Path) -> None:
    with closing(sqlite3.connect(bare / DATABASE)) as raw:
        raw.execute('DELETE FROM "case"')
        raw.commit()
    refused(call("case", "info", bare), "does not say any more what it is for", f"workbench case verify {bare}")
    said = call("case", "verify", bare)
    assert said.code == 1 and "case 1 is missing; entry 1" in said.out, said


def test_a_seal_that_is_none_is_said_in_one_line(whole: Made, tmp_path: Path) -> None:
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "copy")), whole)
    copy.sql("UPDATE seal SET salt = hex(salt)")
    refused(call("case", "verify", copy.folder), "its seal was altered")


DATES = ["seal.sealed", "seal.erased", "case.created", "watchlist.created", "run.started", "alert.created"]


@pytest.mark.parametrize("value", ["yesterday", 7, b"\xff", "99999-01-01", "0001-01-01 00:00:00+14:00"])
@pytest.mark.parametrize("column", DATES)
def test_a_date_that_is_none_is_a_finding_or_one_line(whole: Made, tmp_path: Path, column: str, value: Any) -> None:
    table, name = column.split(".")
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "copy")), whole)
    copy.sql(f'UPDATE "{table}" SET "{name}" = ?', values=(value,))
    said = call("case", "verify", copy.folder)
    assert said.code == 1 and (f"{table} 1 was altered" in said.out or "is damaged (a date that is none)" in said.err)
    refused(call("case", "info", copy.folder), "is damaged (a date that is none); restore it from a backup")


@pytest.mark.parametrize("version", ["yesterday", 7, b"\xff", "../x", "", "0000"])
def test_tables_of_a_version_that_is_none_are_said_in_one_line(bare: Path, version: Any) -> None:
    with closing(sqlite3.connect(bare / DATABASE)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", (version,))
        raw.commit()
    for command in ("verify", "info"):
        refused(call("case", command, bare), "says a version of its tables that is none")


@pytest.mark.parametrize("revision", ["0005", "0010", "0013", "0015"])
def test_tables_that_say_they_are_older_than_they_are_are_said_in_one_line(bare: Path, revision: str) -> None:
    with closing(sqlite3.connect(bare / DATABASE)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        raw.commit()
    refused(call("case", "verify", bare), f"its tables are newer than schema {revision}, which it says it has")


@pytest.mark.parametrize("revision", [f"{number:04}" for number in range(1, int(HEAD) + 1)])
def test_the_tables_of_a_case_of_any_earlier_version_are_as_this_one_makes_them(bare: Path, revision: str) -> None:
    with Store(as_of(bare, revision)).session() as session:
        assert list(check_schema(session)) == []


def test_who_opens_a_case_of_an_earlier_version_waits_for_another_who_does(bare: Path) -> None:
    as_of(bare, "0001")
    with closing(sqlite3.connect(bare / DATABASE, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE 'case' SET purpose = 'changed'")
        later = Timer(1.0, lambda: other.execute("COMMIT"))
        later.start()
        with Store(bare).session() as session:
            assert list(check_schema(session)) == []
        later.join()


def test_a_case_of_an_earlier_version_that_cannot_be_written_says_so(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_of(bare, "0009")
    monkeypatch.setattr("workbench.casefile.sqlite.os.access", lambda *_: False)
    with pytest.raises(CaseError, match=r"made by an earlier Second Look \(schema 0009\).*copy it to where you may"):
        Store(bare)


def test_a_single_image_that_was_scanned_is_the_same_footage_and_one_that_changed_is_not(
    case: Path, tmp_path: Path
) -> None:
    image = tmp_path / "still.png"
    image.write_bytes(encode_png(picture(3)))
    assert call("scan", case, image).code == 0
    assert call("case", "verify", case).code == 0
    image.write_bytes(encode_png(picture(4)))
    assert "footage still.png changed since it was scanned" in call("case", "verify", case).out


def test_footage_that_changed_is_found_and_footage_that_is_gone_is_said(whole: Made, tmp_path: Path) -> None:
    kept = whole.footage.read_bytes()
    try:
        whole.footage.write_bytes(kept + b"x")
        said = call("case", "verify", whole.folder)
        assert said.code == 1 and "footage lobby.mp4 changed since it was scanned" in said.out
        assert call("case", "verify", whole.folder, "--no-footage").code == 0
        whole.footage.unlink()
        said = call("case", "verify", whole.folder)
        assert said.code == 0 and "lobby.mp4 is no longer where it was scanned" in said.out
        assert "0 pieces of footage" in said.out
    finally:
        whole.footage.write_bytes(kept)


def test_a_name_of_two_lines_is_told_in_one(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1), source="lobby\nchecked: all")
    (note,) = (each for each in case.verify().notes if "no longer" in each)
    assert note == r"footage lobby\nchecked: all.mp4 is no longer where it was scanned"


def test_a_whole_case_put_back_is_found_where_the_newer_one_was_seen(whole: Made, tmp_path: Path) -> None:
    case = Case(shutil.copytree(whole.folder, tmp_path / "case"))
    with case.store.change() as session:
        audit.note(session, "first")
    case.store.close()
    shutil.copytree(case.folder, tmp_path / "backup")
    with case.store.change() as session:
        audit.note(session, "second")
    case.store.close()
    shutil.rmtree(case.folder)
    shutil.copytree(tmp_path / "backup", case.folder)
    found = Case(case.folder).verify()
    assert str(found.findings[0]).endswith("the case was put back to an older state")
    with Case(case.folder).store.change() as session:  # and work that goes on does not hide it
        audit.note(session, "third")
    found = Case(case.folder).verify()
    assert any("says that the log was put back" in str(each) for each in found.findings)


def without_its_seal(folder: Path) -> None:
    """A sealed case forged as one that never was, by somebody who has no key: every code, link and head fits."""
    with closing(sqlite3.connect(folder / DATABASE)) as raw:
        raw.row_factory = sqlite3.Row
        raw.execute("DELETE FROM seal")
        raw.execute("DELETE FROM bound WHERE name = 'seal'")
        raw.execute("UPDATE \"case\" SET purpose = 'another'")
        previous = audit.START
        for row in map(dict, raw.execute("SELECT * FROM audit ORDER BY number").fetchall()):
            wrote = json.loads(row["wrote"])
            wrote.pop("seal", None)
            row |= {"wrote": canonical(wrote), "previous": previous}
            previous = audit.hash_of(AuditRow(**row))
            kept = (row["wrote"], row["previous"], previous, UNSIGNED.entry_code(previous), row["number"])
            raw.execute("UPDATE audit SET wrote = ?, previous = ?, hash = ?, mac = ? WHERE number = ?", kept)
        raw.execute("UPDATE audit_head SET hash = ?, signature = x''", (previous,))
        (bound,) = raw.execute("SELECT * FROM bound WHERE name = 'case'").fetchall()
        values = dict(raw.execute('SELECT * FROM "case"').fetchone())
        code = UNSIGNED.row_code(content_of("case", bound["row"], bound["entry"], values))
        raw.execute("UPDATE bound SET mac = ? WHERE name = 'case'", (code,))
        raw.commit()


def test_a_seal_that_was_taken_off_is_found_where_the_case_was_seen_sealed(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", purpose="p", authority="a")
    public = case.verify().head["public key"]
    assert case.verify(public_key=public).clean and not case.verify(public_key="0" * 64).clean
    case.store.close()
    copy = Path(shutil.copytree(case.folder, tmp_path / "copy"))
    without_its_seal(copy)
    assert Case(copy).verify().clean  # this machine never saw the copy, and the forgery is whole
    said = call("case", "verify", copy, "--public-key", public.upper())
    assert (
        said.code == 1
        and f"the case is another one than that of the public key {public}, or its seal was taken off: it is"
        in said.out
    )
    refused(call("case", "verify", copy, "--public-key", "abc"), "a public key is 64 hexadecimal digits")
    shutil.rmtree(case.folder)
    copy.rename(case.folder)
    said = call("case", "verify", case.folder)
    assert (
        said.code == 1
        and "1 found" in said.out
        and "the seal was taken off: this machine saw a sealed case here" in said.out
    )
    forged = Case(case.folder)
    assert "its seal was taken off" in forged.sealed and forged.about.purpose == "another"  # to be read, and no more
    for attempt in (
        lambda: forged.seal(),
        lambda: forged.end(),
        lambda: forged.store.blobs.put(b"x"),
        lambda: forged.erase("case"),
    ):
        with pytest.raises(CaseSealed, match=r"this machine saw a sealed case here.*delete \S+\.head$"):
            attempt()


def test_another_case_where_a_sealed_one_was_is_made_once_the_machine_was_told_to_forget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_LOOK_KEYS", str(tmp_path / "keys"))
    folder = tmp_path / "case"
    for _ in range(2):  # two sealed ones, one after the other, are nobody's business
        Case.create(folder, purpose="p", authority="a").store.close()
        shutil.rmtree(folder)
    new = ("case", "new", folder, "--purpose", "p", "--authority", "a", "--unsealed")
    said = call(*new)
    refused(said, "this machine saw a sealed case here")
    assert not folder.exists()
    pattern = Path(said.err.split("delete ")[1].strip())
    files = list(pattern.parent.glob(pattern.name))
    assert len(files) == 2
    for file in files:
        file.unlink()
    assert call(*new).code == 0 and Case(folder).verify().clean


def test_an_entry_dated_before_the_one_before_it_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case.create(tmp_path / "case", purpose="p", authority="a")
    now = case.log[0].at
    for after in (10, 8, -90 * 86400, 20, 17.9):  # s; entry 3 is 2 s back, entry 4 is, entry 6 is 2.1 s back
        monkeypatch.setattr(audit, "utc_now", lambda after=after: now + timedelta(seconds=after))
        with case.store.change() as session:
            audit.note(session, "said")
    found = case.verify()
    assert found.clean
    notes = [text for text in found.notes if "is dated" in text]
    assert notes and "to come" not in " ".join(notes)  # 18 s ahead are no news
    back = now - timedelta(days=90)
    assert len(notes) == 2 and notes[1].startswith("entry 6 is dated")
    assert notes[0].startswith(
        f"entry 4 is dated {back:%Y-%m-%d %H:%M:%S} UTC, before entry 3 ({now + timedelta(seconds=8):%Y-%m-%d %H:%M:%S})"
    )
    for after in range(0, -60, -10):
        monkeypatch.setattr(audit, "utc_now", lambda after=after: now + timedelta(seconds=after))
        with case.store.change() as session:
            audit.note(session, "said")
    assert [text for text in case.verify().notes if "dated" in text][5:] == [
        "and 3 more entries that are dated before the one before them"
    ]
    monkeypatch.setattr(audit, "utc_now", lambda: now + timedelta(days=4000))
    with case.store.change() as session:
        audit.note(session, "said")
    ahead = f"entry {len(case.log)}, the last one, is dated {now + timedelta(days=4000):%Y-%m-%d %H:%M:%S} UTC, which is still to come"
    assert case.verify().notes[-1].startswith(ahead) and case.verify().clean


def test_the_head_can_be_written_down_and_checked_by_anybody(whole: Made) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said = call("case", "verify", whole.folder, "--head")
    assert said.code == 0 and "openssl ts -query -sha256 -digest" in said.out
    head = call("case", "verify", whole.folder, "--json").json["head"]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public key"]))
    public.verify(bytes.fromhex(head["signature"]), f"second-look head {head['entries']} {head['hash']}".encode())


def test_a_case_that_is_not_sealed_is_checked_and_says_what_that_is_worth(tmp_path: Path) -> None:
    case = Case.create(tmp_path / "case", purpose="p", authority="a", sealed=False)
    found = case.verify()
    assert found.clean and any("is not sealed" in text for text in found.notes)
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw:
        raw.execute("UPDATE \"case\" SET purpose = 'another'")
        raw.commit()
    assert [str(each) for each in case.verify().findings] == ["case 1 was altered after entry 1 wrote it"]


def test_what_is_found_shows_itself_as_text(whole: Made, tmp_path: Path) -> None:
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "copy")), whole)
    copy.sql('CREATE VIEW "<script>\x1b" AS SELECT 1')
    found = Case(copy.folder).verify()
    assert "<script>" not in found._repr_html_() and "&lt;script&gt;" in found._repr_html_()
    assert "\x1b" not in call("case", "verify", copy.folder).out
    assert repr(found).startswith("Verification(1 finding, ")
    assert hashlib.sha256(json.dumps(found.to_dict()).encode()).hexdigest()


def test_files_that_a_failing_disk_does_not_give_are_named_one_by_one_and_the_rest_is_checked(
    whole: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copy(Path(shutil.copytree(whole.folder, tmp_path / "case")), whole)
    bad = [copy.blob("blob", "reference", row).name for row in (1, 2)]
    real = Path.open

    def failing(path: Path, *args: Any, **options: Any) -> Any:
        if path.name in bad or path.name == "run-000001.arrow":
            raise OSError(errno.EIO, "Input/output error")
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "open", failing)
    monkeypatch.setattr(
        "workbench.casefile.blobs.content_of",
        lambda path: content_of_file(path) if path.name not in bad else failing(path),
    )
    found = Case(copy.folder).verify()
    said = {each.what: each.how for each in found.findings}
    assert set(said) == {"reference 1", "reference 2", "scores/run-000001.arrow"}
    assert all("cannot be read (Input/output error)" in how for how in said.values())
