"""A case moved between its folder and an office's database: whole or not at all, and nobody's change is lost on the way."""

from __future__ import annotations

import threading
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from tests.command import call, refused
from tests.postgres import Home, Server
from tests.review_cases import alerting, new_case, say, scan
from workbench.case import Case
from workbench.casefile import moving
from workbench.casefile.address import FILE, VARIABLE
from workbench.casefile.faults import DATABASE
from workbench.errors import CaseBusy, CaseError, InputError


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two alerts, a decision, in the folder; copy it, do not write to it."""
    case = new_case(tmp_path_factory.mktemp("shelf") / "case")
    say(case, scan(case, alerting(0), alerting(10, 1))[0], "Ada", "same")
    return case.folder


@pytest.fixture
def folder(shelf: Path, tmp_path: Path) -> Path:
    return Path(copytree(shelf, tmp_path / "case"))


@pytest.fixture(scope="module")
def url(postgres: Server) -> str:
    return str(Home(postgres).database())


def rows(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Everything in the tables but the log of the moves."""
    from sqlalchemy import text

    from workbench.casefile.binding import stored, tables

    with case.store.session() as session:
        names = tables(session.connection())
        found = {n: session.execute(text(f'SELECT * FROM "{n}" ORDER BY 1')).mappings().all() for n in names}
    plain = {n: [{key: stored(value) for key, value in row.items()} for row in some] for n, some in found.items()}
    return {n: [{k: v for k, v in row.items() if v is not None} for row in some] for n, some in plain.items()}


def schemas(postgres: Server, url: str) -> list[str]:
    order = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'case_%' ORDER BY 1"
    return [name for (name,) in postgres.order(order, database=url.rsplit("/", 1)[1])]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()} - {".lock", ".moving"}


def test_a_case_goes_to_the_office_and_comes_back_as_it_was(folder: Path, postgres: Server, url: str) -> None:
    before, log = rows(Case(folder)), [entry.hash for entry in Case(folder).log]
    said = call("case", "move", folder, "--database", url, "--by", "Ada")
    assert said.code == 0 and f"rows of {folder} into {url}" in said.out, said
    case = Case(folder)
    assert files(folder) == {FILE} and case.info()["database"].startswith(url)
    assert rows(case) == before and case.verify(footage=False).clean
    entry = case.log[-1]
    assert (entry.who, entry.action, entry.about["from"]) == ("Ada", "case moved", "its folder")
    say(case, 2, "Bob", "different")  # a row of its own, after those that came
    assert case.move(into_folder=True).place == "its folder"
    assert files(folder) == {DATABASE} and schemas(postgres, url) == []
    assert [entry.hash for entry in case.log][: len(log)] == log and len(case.log) == len(log) + 3
    assert [each.reviewer for each in case.decisions(2)] == ["Bob"] and case.verify(footage=False).clean


FAILS = (("copy_rows", False), ("verify", False), ("_switch", False), ("verify", True), ("_switch", True))


@pytest.mark.parametrize(("step", "home"), FAILS)
def test_a_move_that_fails_leaves_the_case_where_it_was_and_nothing_else(
    folder: Path, postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch, step: str, home: bool
) -> None:
    if home:
        Case(folder).move(url)
    there, before = files(folder), schemas(postgres, url)
    usual, calls = getattr(moving, step), []

    def fail(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if step == "verify" and len(calls) == 1:
            return usual(*given, **named)  # the copy's turn is the second
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(moving, step, fail)
    with pytest.raises(CaseError, match="the disk is full"):
        Case(folder).move(None if home else url, into_folder=home)
    monkeypatch.undo()
    assert files(folder) == there and schemas(postgres, url) == before
    case = Case(folder)
    assert case.verify(footage=False).clean and len(case.run().alerts) == 2
    if home:
        case.move(into_folder=True)


class Killed(BaseException):
    """As if the process ended: nothing of it is tidied."""


KILLS: tuple[tuple[str, bool], ...] = (("_said", False), ("_said", True), ("rename", False), ("rename", True))


@pytest.mark.parametrize(("at", "home"), KILLS)
def test_what_a_killed_move_leaves_the_same_command_puts_right(
    folder: Path, postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch, at: str, home: bool
) -> None:
    if home:
        Case(folder).move(url)
    tidy, usual = moving._tidy, Path.rename

    def dead(*_: Any) -> None:
        monkeypatch.setattr(moving, "_tidy", lambda folder: None)
        raise Killed

    def rename(self: Path, target: Path) -> Path:
        if at == "rename" and target.name in (FILE, moving.LEAVING):
            if not home:
                usual(self, target)  # killed right after, going; right before, coming back
            dead()
        return usual(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    if at == "_said":
        monkeypatch.setattr(moving, "_said", dead)
    with pytest.raises(Killed):
        Case(folder).move(None if home else url, into_folder=home)
    monkeypatch.undo()
    assert moving._tidy is tidy and len(files(folder)) == 2
    if (at, home) == ("rename", True):
        refused(call("case", "info", folder), "its rows are on their way into the folder; finish that")
    option = ("--folder",) if home else ("--database", url)
    said = call("case", "move", folder, *option)
    if at == "rename":
        refused(said, "already", code=1)  # it was there; what was left of the old place is gone now
    assert files(folder) == ({DATABASE} if home else {FILE})
    case = Case(folder)
    assert case.verify(footage=False).clean and [each.reviewer for each in case.decisions(1)] == ["Ada"]
    assert len(schemas(postgres, url)) == (0 if home else 1)
    if not home:
        case.move(into_folder=True)


@pytest.mark.parametrize("home", [False, True], ids=["to the office", "back"])
def test_a_change_that_waits_for_the_move_is_refused_and_not_lost(
    folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, home: bool
) -> None:
    if home:
        Case(folder).move(url)
    other, said, usual = Case(folder), [], moving._said

    def waiting() -> None:
        try:
            say(other, 2, "Bob", "same")
        except CaseError as error:
            said.append(str(error))

    late = threading.Thread(target=waiting)

    def slowly(*given: Any) -> Any:
        late.start()
        late.join(0.3)
        assert late.is_alive()  # it waits for its turn
        return usual(*given)

    monkeypatch.setattr(moving, "_said", slowly)
    Case(folder).move(None if home else url, into_folder=home)
    monkeypatch.undo()
    late.join()
    assert said == [
        f"{folder}: its rows were moved to another place meanwhile, and nothing was changed; open the case again"
    ]
    with pytest.raises(CaseError, match="open the case again"):
        _ = other.log  # reading too
    assert Case(folder).decisions(2) == () and Case(folder).verify(footage=False).clean
    if not home:
        Case(folder).move(into_folder=True)


def test_who_works_on_the_case_is_not_disturbed(folder: Path, url: str) -> None:
    with Case(folder).store.writing("footage is being scanned"), pytest.raises(CaseBusy, match="footage is being"):
        Case(folder).move(url)
    with moving._alone(folder), pytest.raises(CaseBusy, match="the case is being moved"):
        Case(folder).move(url)


def test_a_case_that_was_altered_is_not_moved(folder: Path, postgres: Server, url: str) -> None:
    import sqlite3

    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("UPDATE alert SET t = 99 WHERE id = 1")
    connection.close()
    refused(call("case", "move", folder, "--database", url), "alert 1 was altered after entry", "nothing was moved")
    assert files(folder) == {DATABASE} and schemas(postgres, url) == []


REFUSALS: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), "say where to: a database like postgresql://"),
    (("--folder",), "its rows are in its folder already"),
    (("--folder", "--database", "postgresql://h/d"), "say one of them"),
    (("--database", "mysql://h/d"), "no address of a PostgreSQL database"),
    (("--database", "postgresql://u:secret@h/d"), "leave the password out"),
    (("--database", "postgresql://officer@127.0.0.1:1/cases"), "cannot be reached"),
)


@pytest.mark.parametrize(("options", "why"), REFUSALS)
def test_what_cannot_be_is_said_in_one_line(folder: Path, options: tuple[str, ...], why: str) -> None:
    refused(call("case", "move", folder, *options), why)
    assert files(folder) == {DATABASE} and Case(folder).verify(footage=False).clean


def test_only_a_sealed_case_with_its_key_goes_and_no_other_folder(tmp_path: Path, url: str) -> None:
    Case.create(tmp_path / "open", purpose="p", authority="a", sealed=False)
    refused(call("case", "move", tmp_path / "open", "--database", url), "workbench case seal")
    refused(call("case", "move", tmp_path / "none", "--database", url), "is no case")
    assert (
        call("archive", "new", tmp_path / "a", "--purpose", "p", "--authority", "a", "--until", "2999-01-01").code == 0
    )
    refused(call("case", "move", tmp_path / "a", "--database", url), "is an archive")


def test_an_address_of_the_environment_that_says_otherwise_is_noticed(
    folder: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(folder)
    monkeypatch.setenv(VARIABLE, url.replace("officer", "another"))
    with pytest.raises(InputError, match="stands for the address of every case"):
        case.move(url)
    monkeypatch.delenv(VARIABLE)
    assert files(folder) == {DATABASE} and case.verify(footage=False).clean
