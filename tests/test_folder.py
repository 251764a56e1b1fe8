"""A case's folder that somebody else wrote to: what lies behind a link there is not read, written or deleted, and is named."""

from __future__ import annotations

import os
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.command import call, refused
from tests.review_cases import alerting, new_case, scan
from workbench.case import Case
from workbench.casefile.blobs import Blobs
from workbench.casefile.folder import content_of
from workbench.casefile.shards import Shards
from workbench.casefile.store import DATABASE, DELETING
from workbench.errors import CaseError


@pytest.fixture
def case(tmp_path: Path) -> Case:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1))
    case.store.close()
    return case


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder of somebody's own, with names like those of a case too."""
    folder = tmp_path / "victim"
    for name in ("letter.txt", ".draft-letter", "ab" * 32, "ab/letter.txt", "ab/" + "ab" * 32):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    return folder


def held(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def link(at: Path, to: Path) -> None:
    """A link in the place of what lies there, which goes into the folder beside."""
    if at.exists():
        at.rename(at.parent.parent / f"was {at.name}")
    at.symlink_to(to)


def found(folder: Path) -> list[str]:
    said = call("case", "verify", folder, "--json")
    assert said.code == 1, said
    return [f"{each['what']} {each['how']}" for each in said.json["findings"]]


LINKS: list[tuple[str, Callable[[Path, Path], None]]] = [
    ("blobs/zz", lambda case, victim: link(case / "blobs" / "zz", victim)),
    ("blobs/a1", lambda case, victim: link(case / "blobs" / "a1", victim)),
    ("blobs", lambda case, victim: link(case / "blobs", victim)),
    ("scores", lambda case, victim: link(case / "scores", victim)),
    ("shards", lambda case, victim: link(case / "shards", victim)),
    (".lock", lambda case, victim: link(case / ".lock", victim / "letter.txt")),
]


@pytest.mark.parametrize(("name", "put"), [pytest.param(*each, id=each[0]) for each in LINKS])
def test_nothing_behind_a_link_is_written_or_deleted_and_verify_names_it(
    case: Case, victim: Path, name: str, put: Callable[[Path, Path], None]
) -> None:
    (case.folder / DELETING).touch()
    put(case.folder, victim)
    before = held(victim)
    assert call("case", "info", case.folder).code == 0
    assert held(victim) == before
    refused(call("case", "purge", case.folder), f"{name} is a link")
    with pytest.raises(CaseError, match="is a link"), case.store.deleting():
        case.sweep()
    assert held(victim) == before
    assert any(each.startswith(f"{name} is a link") for each in found(case.folder))


@pytest.mark.parametrize("name", ["scores", ".lock", ".moving"])
def test_nothing_is_added_to_a_case_with_a_link_among_its_own_names(case: Case, victim: Path, name: str) -> None:
    link(case.folder / name, victim / "letter.txt" if name.startswith(".") else victim)
    before, entries = held(victim), len(case.log)
    with pytest.raises(CaseError, match=f"{name} is a link"):
        scan(case, alerting(9), source="b")
    with pytest.raises(CaseError, match=f"{name} is a link"), case.store.writing("a scan"):
        pass
    assert held(victim) == before and len(case.log) == entries


def test_a_link_in_the_place_of_a_picture_is_not_read_or_taken_for_the_picture(case: Case, victim: Path) -> None:
    content = b"a picture"
    name = case.store.blobs.put(content)
    file = case.folder / "blobs" / name[:2] / name
    file.rename(victim / "copy")
    file.symlink_to(victim / "copy")
    with pytest.raises(CaseError, match="is a link"):
        case.store.blobs.get(name)
    with pytest.raises(CaseError, match="is a link"):
        case.store.blobs.put(content)


def test_names_that_this_program_never_gives_stay_and_are_named(case: Case) -> None:
    odd = [
        case.folder / "blobs" / name for name in ("letter.txt", "ab/letter.txt", "zz/" + "ab" * 32, "ab/" + "cd" * 32)
    ]
    for file in odd:
        file.parent.mkdir(exist_ok=True)
        file.write_text("mine")
    assert case.sweep() == 1 and [file.exists() for file in odd] == [True, True, True, False]
    said = found(case.folder)
    for name in ("letter.txt", "ab/letter.txt", "zz"):
        assert f"blobs/{name} was added: this program gives no such name" in said


def test_what_others_keep_beside_a_case_and_a_folder_behind_a_link_are_no_findings(case: Case, tmp_path: Path) -> None:
    (case.folder / "notes.txt").write_text("mine")
    (case.folder / "footage").symlink_to(tmp_path)
    (tmp_path / "way").symlink_to(case.folder)
    own = Case(tmp_path / "way")
    scan(own, alerting(9), source="b")
    own.finish_deletion()
    assert own.verify(footage=False).clean


@pytest.mark.parametrize("end", ["", "-wal", "-journal"])
def test_a_database_that_is_a_link_is_not_opened(case: Case, tmp_path: Path, end: str) -> None:
    elsewhere = tmp_path / "theirs"
    if end:
        elsewhere.write_text("mine")
    else:
        (case.folder / DATABASE).rename(elsewhere)
        with closing(sqlite3.connect(elsewhere)) as raw:
            raw.execute("PRAGMA journal_mode=DELETE")
    before = elsewhere.read_bytes()
    (case.folder / f"{DATABASE}{end}").symlink_to(elsewhere)
    refused(call("case", "info", case.folder), f"{DATABASE}{end} is a link")
    assert elsewhere.read_bytes() == before


def test_a_lock_that_is_a_pipe_is_not_waited_for(case: Case) -> None:
    (case.folder / ".lock").unlink(missing_ok=True)
    os.mkfifo(case.folder / ".lock")
    assert case.store.at_work == ""
    with pytest.raises(CaseError, match=r"\.lock is neither a file nor a folder"), case.store.writing("a scan"):
        pass


@pytest.mark.parametrize("name", ["/dev/zero", "../../victim/letter.txt", "ab", "AB" * 32, f"{'ab' * 32}\n"])
def test_only_names_that_this_program_gives_lead_to_files(case: Case, victim: Path, name: str) -> None:
    with pytest.raises(CaseError, match="has a name that no picture has"):
        Blobs(case.folder / "blobs").get(name)
    with pytest.raises(CaseError, match="has a name that no shard has"):
        Shards(case.folder / "shards", case.store.sealing).sha256(name)


@pytest.mark.parametrize("column", ["blob", "chip"])
def test_a_row_that_names_a_device_is_a_finding(case: Case, column: str) -> None:
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw:
        raw.execute(f"UPDATE reference SET {column} = '/dev/zero' WHERE id = 1")
        raw.commit()
    assert f"reference 1 {column}: picture /dev/zero has a name that no picture has: its row was altered" in found(
        case.folder
    )


def test_a_pipe_and_a_huge_file_in_the_place_of_pictures_are_findings(case: Case) -> None:
    first, second = sorted(case.store.blobs.names())[:2]
    files = [case.folder / "blobs" / name[:2] / name for name in (first, second)]
    files[0].unlink()
    os.mkfifo(files[0])
    os.truncate(files[1], 1 << 40)
    said = " ".join(found(case.folder))
    assert f"blobs/{first[:2]}/{first} is neither a file nor a folder" in said
    assert "is larger than this program writes any" in said


def test_footage_that_became_a_pipe_is_not_waited_for(case: Case, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with closing(sqlite3.connect(case.folder / DATABASE)) as raw:
        raw.execute("UPDATE source SET path = ?", (str(tmp_path / "pipe"),))
        raw.commit()
    assert "footage pipe can no longer be read: it is neither a file nor a folder" in found(case.folder)


def test_a_picture_takes_no_more_memory_than_it_is_long(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(bytes(10_000))
    tracemalloc.start()
    try:
        assert content_of(tmp_path / "picture") == bytes(10_000)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000  # and not what the largest one would take
    finally:
        tracemalloc.stop()
