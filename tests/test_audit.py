"""The log: every change has its entry, the entries are a chain, and rows are bound to the entry that wrote them."""

import json
import os
from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from tests.postgres import Home
from tests.test_casefile import watchlist
from workbench.casefile import audit
from workbench.casefile.audit_tables import UNBOUND, AuditRow, BoundRow, HeadRow
from workbench.casefile.binding import tables
from workbench.casefile.case import CaseFile
from workbench.casefile.schema import Base, CaseRow, EntryRow, RejectedRow
from workbench.errors import CaseError


@pytest.fixture(scope="module")
def made(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log") / "014"
    CaseFile.create(folder, purpose="to test", authority="the tests", database=home.database()).store.close()
    return folder


@pytest.fixture
def case(home: Home, made: Path, tmp_path: Path) -> Iterator[CaseFile]:
    opened = CaseFile(home.copy(made, tmp_path / "014"))
    yield opened
    opened.store.close()


def test_a_new_case_has_one_entry_that_says_what_it_is_for(case: CaseFile) -> None:
    (entry,) = case.log
    assert (entry.number, entry.action, entry.about["purpose"]) == (1, "case made", "to test")
    assert entry.at.tzinfo == UTC and entry.who == audit.actor()


def test_a_list_has_its_entry_with_version_and_digest(case: CaseFile) -> None:
    case.add_watchlist(watchlist(), "fake")
    entry = case.log[-1]
    assert entry.action == "list enrolled" and entry.about["version"] == 1 and len(entry.about["digest"]) == 64
    assert (entry.about["people"], entry.about["references"], entry.about["rejected"]) == (4, 4, 2)


def test_each_entry_has_the_hash_of_the_one_before(case: CaseFile) -> None:
    for name in "abc":
        case.add_watchlist(watchlist(name), "fake")
    with case.store.session() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.number)).all()
        head = session.get_one(HeadRow, 1)
        session.expunge_all()
    assert [row.number for row in rows] == [1, 2, 3, 4] and rows[0].previous == "0" * 64
    assert all(later.previous == earlier.hash == audit.hash_of(earlier) for earlier, later in pairwise(rows))
    assert (head.count, head.hash) == (4, rows[-1].hash)


def test_an_entry_says_which_rows_it_wrote_and_each_is_bound_to_it(case: CaseFile) -> None:
    case.add_watchlist(watchlist(), "fake")
    with case.store.session() as session:
        wrote = json.loads(session.get_one(AuditRow, 2).wrote)
        bound = session.scalars(select(BoundRow).where(BoundRow.entry == 2)).all()
        session.expunge_all()
    assert wrote["entry"] == {"rows": [[1, 4]]} and wrote["watchlist"] == {"rows": [[1, 1]]}
    assert {row.name for row in bound} == {"watchlist", "entry", "reference", "rejected", "warned"}
    assert len(bound) == 1 + 4 + 4 + 2 + 2


def test_several_notes_of_one_change_are_several_entries(case: CaseFile) -> None:
    with case.store.change() as session:
        audit.note(session, "first", by="A. Ng", about={"x": 1})
        session.scalars(select(CaseRow)).one().purpose = "another"
        audit.note(session, "second")
    first, second = case.log[-2], case.log[-1]
    assert (first.action, first.who, first.about) == ("first", "A. Ng", {"x": 1}) and second.action == "second"
    with case.store.session() as session:
        assert session.get_one(AuditRow, 2).wrote == "{}" and "case" in session.get_one(AuditRow, 3).wrote


def test_rows_written_without_a_note_are_logged_all_the_same(case: CaseFile) -> None:
    with case.store.change() as session:
        session.scalars(select(CaseRow)).one().purpose = "another"
    assert case.log[-1].action == "rows written"


def without_log(case: CaseFile) -> None:
    case.add_watchlist(watchlist(), "fake")
    with case.store.engine.begin() as connection:
        for table in ("audit", "audit_head", "bound"):
            connection.execute(text(f"DELETE FROM {table}"))


def test_the_log_of_an_older_case_begins_with_everything_that_is_there(tmp_path: Path) -> None:
    case = CaseFile.create(tmp_path / "old", purpose="to test", authority="the tests", sealed=False)
    without_log(case)
    with case.store.change() as session:
        audit.note(session, "looked at")
    assert [entry.action for entry in case.log] == ["log begun", "looked at"]
    with case.store.session() as session:
        assert len(session.scalars(select(BoundRow)).all()) == 1 + 13


def test_a_sealed_case_never_begins_a_new_log(case: CaseFile) -> None:
    without_log(case)
    with pytest.raises(CaseError, match="the log of this case is gone"), case.store.change() as session:
        audit.note(session, "looked at")


def test_a_change_that_fails_leaves_no_entry(case: CaseFile) -> None:
    with pytest.raises(ZeroDivisionError), case.store.change() as session:
        audit.note(session, "half done")
        raise ZeroDivisionError
    assert len(case.log) == 1


def test_a_change_that_changes_nothing_leaves_no_entry(case: CaseFile) -> None:
    with case.store.change() as session:
        session.scalars(select(CaseRow)).one()
    assert len(case.log) == 1


def test_a_row_that_goes_is_said_to_be_gone(case: CaseFile) -> None:
    case.add_watchlist(watchlist(), "fake")
    with case.store.change() as session:
        session.delete(session.get_one(RejectedRow, 2))
    with case.store.session() as session:
        assert json.loads(session.get_one(AuditRow, 3).wrote) == {"rejected": {"rows": [], "gone": [[2, 2]]}}
        assert session.get(BoundRow, ("rejected", 2)) is None


def test_what_reads_cannot_write_and_what_writes_says_so(case: CaseFile) -> None:
    with pytest.raises(RuntimeError, match=r"store.change\(\)"), case.store.session() as session:
        session.scalars(select(CaseRow)).one().purpose = "another"
    with pytest.raises(RuntimeError, match=r"store.change\(\)"), case.store.session() as session:
        audit.note(session, "nothing")
    with pytest.raises(RuntimeError, match="one by one"), case.store.change() as session:
        session.execute(delete(EntryRow))
    assert len(case.log) == 1


def test_two_who_change_at_once_wait_for_each_other(case: CaseFile) -> None:
    other = CaseFile(case.folder)
    for i in range(5):
        for each in (case, other):
            with each.store.change() as session:
                audit.note(session, f"round {i}")
    assert [entry.number for entry in case.log] == list(range(1, 12))
    other.store.close()


def test_the_user_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_USER", " A. Ng ")
    assert audit.actor() == "A. Ng"
    monkeypatch.setenv("SECOND_LOOK_USER", " ")
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(KeyError("uid")))
    assert audit.actor() == f"user {os.getuid()}"


def test_the_log_shows_itself_as_text(case: CaseFile) -> None:
    with case.store.change() as session:
        audit.note(session, "<script>", by="=cmd", about={"reason": "<b>\u202e"})
    page = case.log._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "\\u202e" in page
    assert repr(case.log).startswith("Log(2 entries, the last at ")
    assert repr(case.log[1]).startswith("LogEntry(2, ")
    assert repr(case.log[1]).endswith(" UTC, =cmd: <script>; reason: <b>\\u202e)")
    with case.store.change() as session:
        audit.note(session, "read", about={"rows": [1, 2], "kept": True, "due": None, "some": {"at": 0.5}, "none": []})
    assert "due: none, kept: yes, none: none, rows: 1, 2, some: (at: 0.5)" in case.log._repr_html_()
    frame = case.log.to_frame().head(2)
    assert list(frame.columns)[:4] == ["number", "at", "who", "action"] and len(frame) == 2


def test_text_that_is_no_utf8_has_its_entry_too(case: CaseFile) -> None:
    with case.store.change() as session:
        audit.note(session, "named", about={"file": "caf\udce9.mp4", "score": float("nan")})
    assert case.log[-1].about["file"] == "caf\udce9.mp4"


def test_every_table_of_a_case_can_be_bound(case: CaseFile) -> None:
    """What `audit.py` asks of a new table: one whole number as its key."""
    with case.store.engine.connect() as connection:
        found = tables(connection)
    assert set(found) == set(Base.metadata.tables) - UNBOUND
    for name in found:
        (key,) = Base.metadata.tables[name].primary_key.columns
        assert key.type.python_type is int
