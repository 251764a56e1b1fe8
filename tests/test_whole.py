"""Who may read and write what lies in a case: its owner alone, or the group that its folder is shared with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.review_cases import alerting, end_before, new_case, scan
from tests.test_retention import DAY
from workbench.case import Case
from workbench.casefile import whole
from workbench.casefile.blobs import write_whole
from workbench.errors import CaseError, CaseSealed, InputError


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {"files": set(), "folders": set()}
    for path in (folder, *folder.rglob("*")):
        found["folders" if path.is_dir() else "files"].add(path.stat().st_mode & 0o7777)
    return found


def test_a_case_is_its_owners_alone(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    scan(case, alerting(1))
    assert case.folder.stat().st_mode & 0o077 == 0 and modes(case.folder)["files"] == {0o600}


def test_in_a_folder_that_a_group_shares_all_is_the_groups(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case").chmod(0o2770)
    case = new_case(tmp_path / "case")
    scan(case, alerting(1))
    with case.store.deleting():
        found = modes(case.folder)
    assert found["files"] == {0o660} and all(mode & 0o2070 == 0o2070 for mode in found["folders"])


def test_a_folder_that_everybody_may_write_to_is_no_groups(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    write_whole(tmp_path / "below" / "file", b"x")
    assert (tmp_path / "below").stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "below" / "file").stat().st_mode & 0o777 == 0o600


def test_a_mark_that_somebody_else_left_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mark").write_text("hers", encoding="utf-8")
    monkeypatch.setattr(os, "open", lambda *_: 1 / 0)
    whole.mark(tmp_path / "mark")
    assert (tmp_path / "mark").read_text(encoding="utf-8") == "hers"


def test_a_file_that_is_there_is_not_made_a_second_time(tmp_path: Path) -> None:
    os.close(whole.new_file(tmp_path / "one"))
    with pytest.raises(FileExistsError):
        whole.new_file(tmp_path / "one")
    write_whole(tmp_path / "below" / "two", b"x")
    assert (tmp_path / "below" / "two").stat().st_mode & 0o777 == 0o600


def test_rows_stay_where_their_pictures_cannot_be_taken_away_and_the_case_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_case(tmp_path / "case")
    end_before(case, 3 * DAY)
    usual = os.access
    monkeypatch.setattr(os, "access", lambda path, how, **more: "blobs" not in str(path) and usual(path, how, **more))
    again, before = Case(case.folder), len(case.log)
    with pytest.raises(CaseError, match="blobs cannot be written by this account, and so nothing in it be deleted"):
        again.purge()
    assert len(again.log) == before and not again.store.half_deleted
    monkeypatch.undo()
    assert again.purge() and again.verify().clean


def test_a_purge_without_the_key_begins_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = new_case(tmp_path / "case")
    end_before(case, 3 * DAY)
    monkeypatch.setenv("SECOND_LOOK_KEYS", str(tmp_path / "no keys"))
    locked = Case(case.folder)
    with pytest.raises(CaseSealed):
        locked.purge()
    assert not locked.store.half_deleted


def test_keys_never_lie_within_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (tmp_path / "case" / "keys", tmp_path / "case"):
        monkeypatch.setenv("SECOND_LOOK_KEYS", str(place))
        with pytest.raises(InputError, match="keys would lie within the case"):
            Case.create(tmp_path / "case", purpose="p", authority="a")
        assert not (tmp_path / "case").exists()


def test_a_shared_file_that_is_a_link_or_a_pipe_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "letter")
    (tmp_path / "nowhere").symlink_to(tmp_path / "new")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "nowhere", "pipe"):
        with pytest.raises(CaseError, match=f"{name} is a link, or no file, and is not opened"):
            whole.open_shared(tmp_path / name)
    assert (tmp_path / "letter").read_text() == "mine" and not (tmp_path / "new").exists()
    os.close(whole.open_shared(tmp_path / "file"))
    os.close(whole.open_shared(tmp_path / "file"))
