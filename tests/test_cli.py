"""The command line as programs and people meet it: JSON alone on stdout, one line on stderr, exit 0, 1 or 2."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command import WORKBENCH, Result, call, refused, spawn, start
from tests.conftest import MINIFIX
from tests.scenes import Walk, write_scene

TIMES = {"profile"}


def same(run: dict[str, Any]) -> dict[str, Any]:
    """A run's JSON without how long things took."""
    return {key: value for key, value in run.items() if key not in TIMES}


def test_the_way_through_says_json_alone(tmp_path: Path, pack: str, photos: Path, lobby: Path) -> None:
    case = tmp_path / "case"
    made = spawn("case", "new", case, "--purpose", "p", "--authority", "a", "--pack", pack, "--json")
    assert made.json["purpose"] == "p" and made.err == ""
    watch = spawn("enroll", case, photos, "--json")
    assert {"subjects", "references", "rejected", "warnings"} <= watch.json.keys() and watch.json["subjects"] == 2
    run = spawn("scan", case, lobby, "--json").json
    assert [alert["subject"] for alert in run["alerts"]] == ["eve"]
    assert {"id", "subject", "score", "source", "start", "end", "face_px"} <= run["alerts"][0].keys()
    (source,) = run["sources"]
    assert source.keys() >= {"path", "sha256", "seconds", "short", "corrupt_frames", "tracks", "compared", "too_small"}
    assert (source["tracks"], source["short"], source["seconds"]) == (2, False, 8)
    info = spawn("case", "info", case, "--json").json
    assert [(line["alerts"], line["tracks"]) for line in info["runs"]] == [(1, 2)]


def test_people_read_sentences(case: Path, lobby: Path) -> None:
    said = call("scan", case, lobby)
    assert "is this eve?" in said.out and "2 tracks, 2 compared" in said.out
    assert "2 people" in call("case", "info", case).out


def test_the_same_input_twice_gives_the_same_bit_by_bit(case: Path, listed: Path, lobby: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(listed, tmp_path / "other"))
    one, two = (call("scan", folder, lobby, "--json").json for folder in (case, other))
    assert same(one) == same(two)
    scores = [next((folder / "scores").iterdir()).read_bytes() for folder in (case, other)]
    assert scores[0] == scores[1]
    assert names(case / "blobs") == names(other / "blobs")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_faiss_answers_as_exact_does(case: Path, lobby: Path) -> None:
    exact, faiss = (call("scan", case, lobby, "--gallery", kind, "--json").json for kind in ("exact", "faiss"))
    assert [a["subject"] for a in exact["alerts"]] == [a["subject"] for a in faiss["alerts"]]
    assert exact["alerts"][0]["score"] == pytest.approx(faiss["alerts"][0]["score"], abs=1e-5)


def test_a_finished_scan_is_shown_again_and_again_makes_a_new_one(case: Path, lobby: Path) -> None:
    first = call("scan", case, lobby, "--json")
    shown = call("scan", case, lobby, "--json")
    assert shown.json == first.json and "run 1 shown again" in shown.err
    anew = call("scan", case, lobby, "--again", "--json").json
    assert anew["run"] == 2 and first.json["run"] == 1
    ids = ("run", "id")
    assert [{k: v for k, v in alert.items() if k not in ids} for alert in anew["alerts"]] == [
        {k: v for k, v in alert.items() if k not in ids} for alert in first.json["alerts"]
    ]
    assert anew["sources"] == first.json["sources"]


def test_footage_given_twice_is_scanned_once(case: Path, lobby: Path, tmp_path: Path) -> None:
    copy = shutil.copyfile(lobby, tmp_path / "copy.mp4")
    said = call("scan", case, lobby, lobby, copy, "--json")
    assert len(said.json["sources"]) == 1
    assert "copy.mp4 is the same footage as lobby.mp4; scanned once" in said.err


COMMANDS = ["", "case", "case new", "case info", "enroll", "scan", "doctor", "demo", "lab", "models", "models add"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    said = call(*command.split(), "--help")
    assert said.code == 0 and said.err == ""
    assert "Example: workbench" in said.out or command in ("", "case", "models")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "No such command"),
        (["scan"], "Missing argument 'CASE'"),
        (["scan", "c"], "Missing argument 'FOOTAGE'"),
        (["scan", "c", "f", "--evry", "1"], "No such option"),
        (["scan", "c", "f", "--threshold", "high"], "Invalid value for '--threshold'"),
        (["case", "new", "c", "--purpose", "p"], "Missing option '--authority'"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], words: str) -> None:
    said = call(*arguments)
    assert said.code == 2 and said.out == "" and words in said.err and "Traceback" not in said.err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--threshold", "1.5", "give a number from -1 to 1"),
        ("--threshold", "-2", "give a number from -1 to 1"),
        ("--threshold", "nan", "give a number from -1 to 1"),
        ("--threshold", "inf", "give a number from -1 to 1"),
        ("--every", "0", "give 0.01 to 60 seconds"),
        ("--every", "-1", "give 0.01 to 60 seconds"),
        ("--every", "nan", "give 0.01 to 60 seconds"),
        ("--gallery", "bigger", "there is no gallery 'bigger'; choose one of exact, faiss"),
        ("--pack", "nobody", "there is no pack 'nobody'"),
    ],
)
def test_settings_that_cannot_be_are_refused(case: Path, lobby: Path, option: str, value: str, words: str) -> None:
    refused(call("scan", case, lobby, option, value, "--json"), words)
    assert call("case", "info", case, "--json").json["runs"] == []


def test_a_scan_needs_a_list(bare: Path, lobby: Path) -> None:
    refused(call("scan", bare, lobby), "has no watchlist", "workbench enroll")


def test_a_list_of_another_pack_is_not_compared(case: Path, photos: Path, lobby: Path) -> None:
    if not MINIFIX.is_dir():
        pytest.skip("needs two packs, and minifix is not beside this checkout (shared/data/models/minifix)")
    assert call("enroll", case, photos, "--pack", "dlib").code == 0
    refused(call("scan", case, lobby, "--json"), "dlib 128-d", "minifix", "enroll the list again")
    assert call("case", "info", case, "--json").json["watchlist"]["pack"] == "dlib"


@pytest.mark.parametrize(("purpose", "authority", "word"), [("", "a", "purpose"), ("p", " ", "authority")])
def test_a_case_needs_its_grounds(tmp_path: Path, purpose: str, authority: str, word: str) -> None:
    refused(call("case", "new", tmp_path / "c", "--purpose", purpose, "--authority", authority), f"needs {word}")
    assert not (tmp_path / "c").exists()


def new(case: Path, *more: str) -> Result:
    return call("case", "new", case, "--purpose", "p", "--authority", "a", *more)


def test_a_case_is_made_once_and_in_a_folder_of_its_own(bare: Path, tmp_path: Path) -> None:
    refused(new(bare), "is a case or an archive already")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    refused(new(tmp_path / "full"), "is not empty")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    (tmp_path / "file").write_text("mine")
    refused(new(tmp_path / "file"), "is a file")
    refused(new(tmp_path / "file" / "below"), "is a file")
    refused(new(tmp_path / "c", "--alert-hours", "0"), "1 to 744 hours")
    refused(new(tmp_path / "c", "--pack", "bufalo_l"), "did you mean buffalo_l?")
    refused(new(tmp_path / ("long" * 100)), "File name too long")
    assert new(tmp_path / "deep" / "down").code == 0


def test_what_is_no_case_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    refused(call("case", "info", tmp_path / "file"), "is a file")
    refused(call("case", "info", tmp_path / "nothing"), "is no case", "workbench case new")
    refused(call("case", "info", tmp_path), "is no case")
    (tmp_path / "case.sqlite").touch()
    refused(call("case", "info", tmp_path), "was never finished")


def test_a_reader_that_leaves_is_no_error_to_speak_of(case: Path) -> None:
    command = f'"{WORKBENCH}" case info "{case}" --json | head -c 1'
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("{", "")


@pytest.mark.parametrize(
    "refusal",
    [
        MemoryError(),
        RuntimeError("can't start new thread"),
        ImportError("libx.so.1: failed to map segment from shared object"),
        OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
    ],
)
def test_a_machine_without_room_is_said_in_one_line(
    case: Path, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise refusal

    monkeypatch.setattr("workbench.case.Case.scan", refuse)
    refused(call("scan", case, case), "not enough memory", "close other programs")


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "2>/dev/full"])
def test_a_command_works_without_a_place_for_its_progress(bare: Path, photos: Path, closed: str) -> None:
    command = f'"{sys.executable}" -m workbench enroll "{bare}" "{photos}" --json {closed}'
    ended = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0 and json.loads(ended.stdout)["version"] == 1


@pytest.mark.parametrize("whose", ["print(os.readlink('/proc/self/fd/2'))", "os.system('readlink /proc/self/fd/2')"])
def test_no_file_takes_the_place_of_a_closed_stderr_here_or_in_a_process_started_from_here(whose: str) -> None:
    code = f"import os, workbench.__main__ as begin; begin._open_what_is_closed(); {whose}"
    command = f'"{sys.executable}" -c "{code}" 2>&-'
    assert subprocess.check_output(["sh", "-c", command], text=True, timeout=60) == f"{os.devnull}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_result_that_cannot_be_written_is_an_error(case: Path) -> None:
    command = f'"{WORKBENCH}" case info "{case}" > /dev/full'
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "error: the result cannot be read or written (No space left on device)\n"


def wait_until_scanning(case: Path, process: subprocess.Popen[str]) -> None:
    """Until this very process holds the case for its scan; opening a case holds it, too, for a moment."""
    lock, said = case / ".lock", f"footage is being scanned (process {process.pid})"
    while process.poll() is None and not (lock.exists() and said in lock.read_text()):
        time.sleep(0.01)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes in which eve comes and goes; long enough to be interrupted."""
    walks = [Walk("eve", start, start + 50, 5) for start in range(0, 600, 100)]
    return write_scene(tmp_path_factory.mktemp("evening") / "evening.mp4", walks, 600, rate=4)


def test_ctrl_c_stops_in_one_line_and_the_same_command_goes_on(case: Path, evening: Path) -> None:
    process = start("scan", case, evening, "--every", "0.25", "--json")
    wait_until_scanning(case, process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    refused(Result(process.returncode, out, err), "stopped", "the same command goes on from there")
    assert call("case", "info", case).code == 0


def test_two_scans_of_one_case_at_once_are_refused(case: Path, evening: Path, lobby: Path) -> None:
    process = start("scan", case, evening, "--every", "0.25")
    try:
        wait_until_scanning(case, process)
        said = refused(spawn("scan", case, lobby), "is in use: footage is being scanned", "wait until it is done")
        assert f"process {process.pid}" in said
        assert call("case", "info", case).code == 0  # readers never wait
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
    assert call("scan", case, lobby).code == 0  # the lock died with its process


def test_a_pack_with_a_wrong_hash_is_refused(tmp_path: Path, photos: Path) -> None:
    if not MINIFIX.is_dir():
        pytest.skip("the minifix pack is not beside this checkout (shared/data/models/minifix)")
    from workbench.models.packs import add_pack

    os.environ["SECOND_LOOK_PACKS"], before = str(tmp_path / "packs"), os.environ.get("SECOND_LOOK_PACKS")
    try:
        add_pack(MINIFIX, "mine")
    finally:
        os.environ.pop("SECOND_LOOK_PACKS")
        os.environ |= {} if before is None else {"SECOND_LOOK_PACKS": before}
    folder = tmp_path / "packs" / "mine"
    weights = folder / "mobilefacenet_arcface.onnx"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    assert new(tmp_path / "case", "--pack", str(folder)).code == 0
    refused(call("enroll", tmp_path / "case", photos, "--json"), "mobilefacenet_arcface.onnx was altered", "SHA-256")
    assert call("case", "info", tmp_path / "case").code == 0
