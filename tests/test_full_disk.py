"""A disk that fills up under a case: one line, the case as it was, and the same command goes on once there is room."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import call, refused, spawn
from tests.test_resume import contents
from workbench.casefile.faults import advice
from workbench.casefile.whole import write_whole
from workbench.errors import CaseError

KILO = 1024


class Disk:
    """A small file system; `leave` fills it up to some room."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / "ballast"

    def leave(self, room: int) -> None:
        self.clear()
        state = os.statvfs(self.place)
        self._ballast.write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - room)))

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield Disk(place)
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("room", [0, 4, 40, 100, 150])
def test_a_case_is_made_whole_or_not_at_all(disk: Disk, room: int) -> None:
    case = disk.place / "case"
    command = ("case", "new", case, "--purpose", "p", "--authority", "a")
    disk.leave(room * KILO)
    refused(call(*command, "--json"), "the disk is full", "make room")
    assert not case.exists()
    disk.clear()
    assert call(*command).code == 0 and call("case", "info", case).code == 0


@pytest.mark.parametrize("room", [0, 20, 45, 60])
def test_a_list_is_kept_whole_or_not_at_all(disk: Disk, made: Path, photos: Path, listed: Path, room: int) -> None:
    case = Path(shutil.copytree(made, disk.place / "case"))
    disk.leave(room * KILO)
    refused(call("enroll", case, photos, "--json"), "the disk is full")
    assert call("case", "info", case, "--json").json["watchlist"] is None
    disk.clear()
    assert call("enroll", case, photos).code == 0
    assert contents(case) == contents(listed)


@pytest.fixture(scope="module")
def undisturbed(listed: Path, lobby: Path) -> Path:
    """What the scan finds where there is room."""
    case = Path(shutil.copytree(listed, listed.with_name("undisturbed")))
    assert call("scan", case, lobby).code == 0
    return case


@pytest.mark.parametrize("room", [0, 20, 40, 70, 110, 160, 220])
def test_a_scan_goes_on_once_there_is_room(disk: Disk, listed: Path, lobby: Path, undisturbed: Path, room: int) -> None:
    case = Path(shutil.copytree(listed, disk.place / "case"))
    disk.leave(room * KILO)
    refused(call("scan", case, lobby, "--json"), "the disk is full", "the same command again")
    assert call("case", "info", case).code == 0
    disk.clear()
    assert [alert["subject"] for alert in call("scan", case, lobby, "--json").json["alerts"]] == ["eve"]
    assert contents(case) == contents(undisturbed)


def test_the_real_command_says_it_in_one_line(disk: Disk, listed: Path, lobby: Path) -> None:
    case = Path(shutil.copytree(listed, disk.place / "case"))
    disk.leave(70 * KILO)
    refused(spawn("scan", case, lobby, "--json"), "the disk is full")
    assert spawn("case", "info", case).code == 0


@pytest.mark.parametrize("room", [0, 8])
def test_a_copy_that_finds_no_room_says_so_and_leaves_nothing(disk: Disk, case: Path, lobby: Path, room: int) -> None:
    command = ("redact", case, lobby, "--out", disk.place / "copy.mp4", "--to", "2")
    disk.leave(room * KILO)
    said = refused(spawn(*command, "--json"), "No space left", "make room and run the same command again")
    assert room == 0 or said.startswith("error: copy.mp4 cannot be")
    disk.clear()
    assert list(disk.place.iterdir()) == []
    assert call(*command).code == 0


def test_a_file_that_finds_no_room_is_named_and_not_its_draft(disk: Disk) -> None:
    disk.leave(8 * KILO)
    with pytest.raises(OSError, match=r"No space left.*/request'") as caught:
        write_whole(disk.place / "request", bytes(100_000))
    assert caught.value.filename == str(disk.place / "request")
    disk.clear()
    assert list(disk.place.iterdir()) == []


def test_a_numbered_picture_is_whole_or_not_there(disk: Disk, case: Path, photos: Path) -> None:
    command = ("faces", case, photos / "eve" / "1.png", disk.place / "numbered.png")
    disk.leave(0)
    refused(call(*command), "numbered.png", "No space left", "make room")
    disk.clear()
    assert list(disk.place.iterdir()) == [] and call(*command).code == 0


def test_a_disk_too_full_to_write_the_database_anew_is_said_in_one_line(case: Path) -> None:
    from workbench.case import Case

    held = Case(case)
    size = (case / "case.sqlite").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, before[1]))
    try:
        with pytest.raises(CaseError, match=r"the disk is full.*make room"):
            held.store.compact()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    held.store.compact()
    assert held.verify().clean


@pytest.mark.parametrize("complaint", ["disk I/O error", "Input/output error"])
def test_of_a_disk_that_fails_it_is_not_said_alone_that_it_is_full(complaint: str) -> None:
    told = advice(complaint)
    assert "does not answer" in told and "look after" in told and complaint in told
