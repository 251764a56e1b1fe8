"""Bad files, names, tables and cases: refused in one line that says what to do, and the case is as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.altering import alter
from tests.command import call, refused
from tests.footage_factory import cut, make_clip
from tests.scenes import Walk, write_bomb, write_photo, write_scene


def info(case: Path) -> Any:
    said = call("case", "info", case, "--json")
    assert said.code == 0, said
    return said.json


# -- footage


def silence(path: Path) -> Path:
    """A file with sound and without pictures."""
    import av
    import numpy as np

    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format="fltp", layout="mono")
        frame.rate = 16000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def text(path: Path, words: str = "not footage at all\n") -> Path:
    path.write_text(words)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


BAD_FOOTAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing.mp4": (lambda path: None, "is missing"),
    "folder.mp4": (folder, "holds no image"),
    "empty.mp4": (Path.touch, "is empty (0 bytes)"),
    "text.mp4": (text, "is text, not footage"),
    "cut.mp4": (
        lambda path: cut(make_clip(path.with_name("whole.mp4"), 50), 0.6, path),
        "lost its index (the moov box)",
    ),
    "sound.mp4": (silence, "has no video (1 audio)"),
    "playlist.mp4": (lambda path: text(path, "#EXTM3U\n/etc/passwd\n"), "is a playlist"),
    "noise.mp4": (lambda path: path.write_bytes(bytes(range(256)) * 40), "is not footage that can be read here"),
    "wide.png": (write_bomb, "megapixels; the limit is 120"),
    "empty.png": (Path.touch, "is empty (0 bytes)"),
}


@pytest.mark.parametrize("name", BAD_FOOTAGE)
def test_footage_that_cannot_be_read(case: Path, lobby: Path, tmp_path: Path, name: str) -> None:
    make, words = BAD_FOOTAGE[name]
    make(tmp_path / name)
    refused(call("scan", case, tmp_path / name, "--json"), words, name)
    refused(call("scan", case, lobby, tmp_path / name, "--json"), words)  # before anything is scanned
    assert info(case)["runs"] == []


@pytest.mark.parametrize("address", ["rtsp://anna:secret@10.0.0.1/live", "https://example.org/a.mp4?key=secret"])
def test_an_address_is_not_footage(case: Path, address: str) -> None:
    said = refused(call("scan", case, address), "`workbench watch`")
    assert "secret" not in said
    assert info(case)["runs"] == []


def test_footage_that_was_cut_is_scanned_and_reported_short(case: Path, tmp_path: Path) -> None:
    whole = write_scene(
        tmp_path / "whole.mp4", [Walk("eve", 0, 16, 5)], 20, rate=4, container={"movflags": "faststart"}
    )
    said = call("scan", case, cut(whole, 0.6, tmp_path / "cut.mp4"), "--json")
    (source,) = said.json["sources"]
    assert source["short"] and 5 < source["seconds"] < 19
    assert [alert["subject"] for alert in said.json["alerts"]] == ["eve"]
    assert "ends early: scanned to" in call("scan", case, tmp_path / "cut.mp4").out


# -- photographs


def test_photos_that_cannot_be_used_are_named_and_the_rest_is_enrolled(bare: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    write_photo(photos / "eve" / "good.png")
    (photos / "eve" / "zero.jpg").touch()
    text(photos / "eve" / "text.jpg")
    write_bomb(photos / "eve" / "bomb.png")
    make_clip(photos / "eve" / "clip.jpg", 3, format="mp4")
    said = call("enroll", bare, photos, "--json").json
    assert (said["subjects"], said["references"]) == (1, 1)
    reasons = {each["file"]: each["reason"] for each in said["rejected"]}
    assert reasons.keys() == {f"eve/{name}" for name in ("zero.jpg", "text.jpg", "bomb.png", "clip.jpg")}
    assert "0 bytes" in reasons["eve/zero.jpg"] and "megapixels" in reasons["eve/bomb.png"]
    assert "is not an image" in reasons["eve/text.jpg"]


@pytest.mark.parametrize("make", [Path.touch, write_bomb, text], ids=["zero", "bomb", "text"])
def test_a_list_without_a_usable_photo_is_refused(case: Path, tmp_path: Path, make: Callable[[Path], object]) -> None:
    (tmp_path / "photos" / "eve").mkdir(parents=True)
    make(tmp_path / "photos" / "eve" / "1.png")
    refused(call("enroll", case, tmp_path / "photos", "--json"), "no picture in", "can be used: eve/1.png")
    assert info(case)["watchlist"]["version"] == 1


def test_photos_must_be_a_folder_of_folders(case: Path, tmp_path: Path) -> None:
    photo = write_photo(tmp_path / "flat" / "1.png")
    refused(call("enroll", case, tmp_path / "none"), "does not exist")
    refused(call("enroll", case, photo), "is a file")
    refused(call("enroll", case, tmp_path / "flat"), "<person>/<image>.jpg")
    (tmp_path / "flat" / "eve").mkdir()
    refused(call("enroll", case, tmp_path / "flat"), "has no pictures")
    refused(call("enroll", case, tmp_path / ("long" * 100)), "File name too long")


# -- names

NAMES = [
    'O\'Brien "Bob"',
    "eve 🦊 Zoë",
    "<script>alert(1)<!--",
    "a\\..\\b",
    "two\nlines",
    "-rf",
    "100%d %s {0} {x}",
    "esc\x1b[31m",
    "?mode=memory#x",
    "\u202egnp.exe",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_mean_nothing(made: Path, tmp_path: Path, lobby: Path, name: str) -> None:
    case = Path(shutil.copytree(made, tmp_path / name / "case"))
    photo = write_photo(tmp_path / name / "photos" / name / f"{name}.png")
    footage = Path(shutil.copyfile(lobby, photo.with_name(f"{name}.mp4")))
    watch = call("enroll", case, tmp_path / name / "photos", "--json")
    assert watch.json["references"] == 1
    run = call("scan", "--json", "--", case, footage)
    assert [(a["subject"], a["source"]) for a in run.json["alerts"]] == [(name, footage.name)]
    for said in (watch, run, call("case", "info", case), call("scan", case, footage)):
        assert said.code == 0 and (said.out + said.err).replace("\n", "").isprintable()
    assert info(case)["runs"][0]["sources"] == [str(footage)]


def test_names_that_are_not_utf8_are_shown_with_escapes(bare: Path, tmp_path: Path, lobby: Path) -> None:
    name = os.fsdecode(b"Ren\xe9")
    write_photo(tmp_path / "photos" / name / "1.png")
    footage = Path(shutil.copyfile(lobby, tmp_path / f"{name}.mp4"))
    assert call("enroll", bare, tmp_path / "photos", "--json").json["subjects"] == 1
    (alert,) = call("scan", bare, footage, "--json").json["alerts"]
    assert (alert["subject"], alert["source"]) == ("Ren\\udce9", "Ren\\udce9.mp4")
    assert info(bare)["footage"][0]["name"] == footage.name
    verified = call("case", "verify", bare)
    assert verified.code == 0 and "1 piece of footage" in verified.out and "no longer" not in verified.out
    made = call("case", "export", bare, tmp_path / "bag", "--alert", "1", "--by", "A. Ng", "--reason", "r")
    assert made.code == 0 and "is not where" not in made.out + made.err
    refused(call("scan", bare, tmp_path / os.fsdecode(b"no\xff.mp4")), "is missing")


def test_a_relative_path_that_climbs_is_only_a_path(case: Path, lobby: Path, tmp_path: Path) -> None:
    (tmp_path / "down").mkdir()
    shutil.copyfile(lobby, tmp_path / "lobby.mp4")
    run = call("scan", tmp_path / "down" / ".." / "case", tmp_path / "down" / ".." / "lobby.mp4", "--json").json
    assert run["alerts"][0]["source"] == "lobby.mp4"
    assert {path.name for path in tmp_path.iterdir()} == {"case", "down", "lobby.mp4"}


# -- details


def enrolled(bare: Path, photos: Path, table: str | bytes) -> Any:
    csv = bare.with_name("list.csv")
    csv.write_bytes(table if isinstance(table, bytes) else table.encode())
    return call("enroll", bare, photos, "--details", csv, "--json")


def test_a_person_may_be_called_by_a_number_sign(bare: Path, photos: Path) -> None:
    assert enrolled(bare, photos, "subject,category\n#7,wanted\neve,missing\n").code == 0
    assert [each["subjects"] for each in info(bare)["watchlist"]["warnings"] if each["kind"] == "no_photo"] == [["#7"]]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("name,category\neve,x\n", "has no column 'subject'"),
        ("subject,colour\neve,red\n", "unknown columns 'colour'; known are subject"),
        ("subject,\neve,red\n", "unknown columns ''"),
        ("subject,subject\neve,ann\n", "names a column twice"),
        ("subject,expires\neve,31.12.2026\n", "line 2: expires is '31.12.2026'; write it as 2026-12-31"),
        ("subject,image_date\nann,\neve,2026-02-30\n", "line 3: image_date is '2026-02-30'"),
        ("subject,under_18\neve,perhaps\n", "line 2: under_18 is 'perhaps'; write yes or no"),
        ("subject\neve\nann\neve\n", "line 4 names 'eve' a second time"),
        ("subject,category\n,x\n", "line 2 has no subject"),
        ("subject,category\neve,a,b\n", "line 2 has more cells than columns"),
        ('subject,category\neve,"a\nann,b\n', "is no CSV"),
        ("", "has no column 'subject'"),
        ("subject,authority\neve,Präfekt\n".encode("latin-1"), "is no UTF-8 text"),
        ("subject\neve\n".encode("utf-16"), "is no UTF-8 text"),
    ],
)
def test_details_that_are_wrong_name_their_line(bare: Path, photos: Path, table: str | bytes, words: str) -> None:
    refused(enrolled(bare, photos, table), words, "list.csv")
    assert info(bare)["watchlist"] is None


def test_a_details_file_that_is_missing_or_a_folder(bare: Path, photos: Path, tmp_path: Path) -> None:
    refused(call("enroll", bare, photos, "--details", tmp_path / "none.csv"), "none.csv does not exist")
    refused(call("enroll", bare, photos, "--details", tmp_path), "is a folder; give the CSV file itself")
    assert info(bare)["watchlist"] is None


def test_details_as_spreadsheets_write_them(bare: Path, photos: Path) -> None:
    table = '\ufeffSubject;Authority;Under_18;Category\r\n ann ;"Insp. Präfekt; 3rd\nfloor";no;x\r\neve;;;\r\n'
    assert enrolled(bare, photos, table).json["subjects"] == 2
    from workbench.casefile.case import CaseFile

    watch = CaseFile(bare).watchlist
    assert watch is not None
    assert [entry.authority for entry in watch.entries] == ["Insp. Präfekt; 3rd\nfloor", ""]


def test_details_with_slashes_are_only_text(bare: Path, photos: Path) -> None:
    said = enrolled(bare, photos, "subject\n../../etc/passwd\na/b\neve\n").json
    assert [w["subjects"] for w in said["warnings"] if w["kind"] == "no_photo"] == [["../../etc/passwd"], ["a/b"]]


def test_a_letter_is_the_same_however_it_is_typed(bare: Path, tmp_path: Path) -> None:
    """A folder name with a combining accent is under the grounds written with one letter: nobody under 18 slips through."""
    write_photo(tmp_path / "photos" / "Ze\u0301lie" / "1.png")
    refused(
        enrolled(bare, tmp_path / "photos", "subject,under_18\nZ\u00e9lie,yes\n"), "is under 18 and no justification"
    )


# -- the case itself


@pytest.fixture
def scanned(case: Path, lobby: Path) -> Path:
    assert call("scan", case, lobby).code == 0
    return case


@pytest.mark.parametrize("keep", [0.0, 0.01, 0.3, 0.7])
def test_a_truncated_database_is_said_to_be_damaged(scanned: Path, lobby: Path, keep: float) -> None:
    cut(scanned / "case.sqlite", keep, scanned / "case.sqlite")
    words = "is empty; restore that from a backup" if keep == 0 else "is damaged"
    refused(call("case", "info", scanned, "--json"), words)
    refused(call("scan", scanned, lobby), words)


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + bytes(4000), b"garbage " * 1000], ids=["zeros", "garbage"])
def test_garbage_instead_of_a_database(case: Path, content: bytes) -> None:
    (case / "case.sqlite").write_bytes(content)
    refused(call("case", "info", case), "case.sqlite is damaged", "restore it from a backup")


def test_letters_that_are_none_in_the_layout_of_the_database(case: Path) -> None:
    """SQLite quotes the damage in its complaint, and Python cannot read the quotation."""
    file = case / "case.sqlite"
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE", b"CREATE\xd9TABLE"))
    refused(call("case", "info", case), "case.sqlite is damaged")


def test_a_setting_that_is_no_longer_json(scanned: Path) -> None:
    with closing(sqlite3.connect(scanned / "case.sqlite")) as database, database:
        database.execute("UPDATE run SET settings = substr(settings, 1, 40)")
    refused(call("case", "info", scanned), "case.sqlite is damaged", "restore it from a backup")


def test_a_case_of_a_newer_version(case: Path, lobby: Path) -> None:
    with closing(sqlite3.connect(case / "case.sqlite")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")
    refused(call("case", "info", case), "was made by a newer Second Look (schema 0999); update to open it")
    refused(call("scan", case, lobby), "newer Second Look")


def test_pictures_that_were_altered_or_lost_are_not_shown(scanned: Path, lobby: Path) -> None:
    from workbench.casefile.case import CaseFile

    held = CaseFile(scanned)
    name = held.store.sealing.name(held.run().alerts[0].reference)
    blob = scanned / "blobs" / name[:2] / name
    alter(blob)
    refused(call("scan", scanned, lobby), f"picture {name[:12]} of the case was altered", "restore it")
    blob.unlink()
    refused(call("scan", scanned, lobby), f"picture {name[:12]} is missing from the case", "restore it")
    assert call("case", "info", scanned).code == 0  # what needs no picture can still be read


def test_a_damaged_table_of_scores_can_be_deleted(scanned: Path, lobby: Path) -> None:
    first = call("scan", scanned, lobby, "--json").json
    (scores,) = (scanned / "scores").iterdir()
    scores.write_bytes(scores.read_bytes()[:100])
    damaged = call("scan", scanned, lobby, "--json")
    assert damaged.code == 1 and "is damaged; delete it, the database holds the same scores" in damaged.err
    scores.unlink()
    assert call("scan", scanned, lobby, "--json").json == first


@pytest.fixture
def protected(scanned: Path, tmp_path: Path) -> Iterator[Path]:
    """The case on a write-protected place: a read-only mount where the tests run as root, else by permissions."""
    place = tmp_path / "protected"
    place.mkdir()
    if os.getuid() == 0:
        if not mounted("--bind", scanned, place):
            pytest.skip("as root, permissions do not bind, and this system lets nobody mount")
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", str(place)], check=True)
        return
    for path in (scanned, *scanned.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield scanned
    for path in (scanned, *scanned.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def mounted(*arguments: object) -> bool:
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False).returncode == 0


def test_a_write_protected_case_is_read_and_not_written(protected: Path, photos: Path, lobby: Path) -> None:
    assert [run["alerts"] for run in info(protected)["runs"]] == [1]
    for command in (["enroll", protected, photos], ["scan", protected, lobby], ["scan", protected, lobby, "--again"]):
        refused(call(*command, "--json"), "the case cannot be written", "check its permissions")
    grounds = ("--purpose", "p", "--authority", "a")
    refused(call("case", "new", protected / "below", *grounds), "cannot be written")
    assert {path.name for path in protected.iterdir()} == {".lock", "blobs", "case.sqlite", "scores"}


def test_changes_that_wait_in_the_log_are_not_overlooked(case: Path, tmp_path: Path) -> None:
    """A write-protected copy of a case whose last changes are still in SQLite's log says so, or shows them."""
    writer = sqlite3.connect(case / "case.sqlite")
    writer.execute("UPDATE 'case' SET purpose = 'changed'")
    writer.commit()
    copy = Path(shutil.copytree(case, tmp_path / "copy"))
    writer.close()
    if os.getuid() != 0 or not mounted("--bind", copy, copy):
        pytest.skip("needs the right to mount")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(copy)], check=True)
        said = call("case", "info", copy, "--json")
        assert said.code == 1 or said.json["purpose"] == "changed"
    finally:
        subprocess.run(["umount", str(copy)], check=True)


@pytest.mark.parametrize("closer", ["nan", "inf", "-1"])
def test_a_closer_look_has_a_sane_pace(case: Path, lobby: Path, closer: str) -> None:
    refused(call("scan", case, lobby, "--closer", closer), "give 0 to 3600 seconds between closer looks")


def test_nothing_that_is_no_output_of_ours_is_written_over(case: Path, lobby: Path, tmp_path: Path) -> None:
    before = lobby.read_bytes()
    refused(call("case", "record", case, "--csv", lobby), "exists already and is no .csv file; nothing is overwritten")
    refused(call("case", "record", case, "--xlsx", case / "case.sqlite"), "exists already and is no .xlsx file")
    refused(call("publish", case, tmp_path / "bundle", "--page", lobby), "exists already and is no .html or .htm file")
    refused(call("faces", case, lobby, lobby), "exists already; nothing is overwritten")
    assert lobby.read_bytes() == before and not (tmp_path / "bundle").exists()
    assert call("case", "info", case).code == 0


def test_a_case_may_end_when_the_calendar_does_but_not_years_ago(case: Path) -> None:
    refused(call("case", "end", case, "--at", "2020-01-01"), "so long ago that the list would be deleted at once")
    assert call("case", "end", case, "--at", "9999-12-31").code == 0
    assert call("case", "info", case).code == 0


def test_a_picture_like_a_thread_is_rejected_and_the_rest_is_enrolled(bare: Path, photos: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "photos"))
    for name, size in (("wide", (4000, 2)), ("high", (1, 3000))):
        (folder / name).mkdir()
        Image.new("RGB", size).save(folder / name / "a.png")
    said = call("enroll", bare, folder, "--json")
    assert said.code == 0 and {Path(each["file"]).parent.name for each in said.json["rejected"]} >= {"wide", "high"}
    refused(call("faces", bare, folder / "wide" / "a.png", tmp_path / "still.png"), "no face was found")
    failed = call("search", bare, folder / "high" / "a.png", "--reason", "r", "--by", "b", "--json")
    assert "no face was found" in failed.json["failed"]


@pytest.mark.parametrize(
    "command",
    [
        ("conclude", "CASE", "99999999999999999999", "1", "same", "--reason", "r", "--by", "b"),
        ("case", "hold", "CASE", "--alert", "99999999999999999999", "--reason", "r"),
        ("case", "export", "CASE", "bag", "--alert", "99999999999999999999", "--by", "b", "--reason", "r"),
    ],
    ids=lambda command: command[1],
)
def test_a_number_that_no_database_holds_is_one_line(case: Path, command: tuple[str, ...]) -> None:
    refused(call(*(case if word == "CASE" else word for word in command)))


def test_a_name_that_is_no_utf8_is_kept_as_an_escape_in_what_is_published(scanned: Path, tmp_path: Path) -> None:
    said = call("publish", scanned, tmp_path / "out", "--reason", os.fsdecode(b"for \xff"), "--by", "A. Ng")
    assert said.code == 0 and "for \\\\udcff" in (tmp_path / "out" / "bundle.json").read_text("utf-8")


def test_a_table_without_an_end_is_refused_before_it_fills_the_memory(
    bare: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.sheets.LARGEST", 1000)
    refused(call("enroll", bare, photos, "--details", "/dev/zero"), "/dev/zero is no table", "more than 1,000")


@pytest.mark.parametrize("command", ["publish", "redact"])
def test_a_link_to_itself_is_said_in_one_line(case: Path, lobby: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    command_line = (
        ("publish", case, tmp_path / "loop")
        if command == "publish"
        else ("redact", case, lobby, "--out", tmp_path / "loop")
    )
    refused(call(*command_line), "a link leads to itself", "loop")
