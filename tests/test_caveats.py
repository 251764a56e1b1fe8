"""What has to be known of footage is said where its result is shown: counted times, holes, tracks and files left out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import pytest

import workbench as wb
from tests.command import call, refused
from tests.footage_factory import HEIGHT, WIDTH, make_clip, picture
from tests.scenes import Walk, write_scene
from workbench.caveats import caveats, nameless
from workbench.footage import open_footage
from workbench.footage.gaps import gaps_in
from workbench.published.folder import read_bundle


def two_tracks(path: Path) -> Path:
    """A file with two video tracks of one size, as cameras with a front and a rear write it."""
    with av.open(str(path), "w") as output:
        streams = [output.add_stream("libx264", rate=25) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(30):
            for stream in streams:
                frame = av.VideoFrame.from_ndarray(picture(index)).reformat(format="yuv420p")
                frame.pts, frame.time_base = index, Fraction(1, 25)
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))
    return path


def test_a_usual_file_has_none(tmp_path: Path) -> None:
    assert caveats(open_footage(make_clip(tmp_path / "plain.mp4", 30)).facts()) == ()
    assert caveats({"kind": "live", "seconds": 0.0, "short": False}) == ()


def test_what_was_not_scanned_of_a_file_is_said(tmp_path: Path) -> None:
    facts = open_footage(two_tracks(tmp_path / "dash.mp4")).facts()
    assert caveats(facts) == ("has 2 video tracks: track 1 was scanned, track 2 was not",)
    assert caveats(facts | {"video_streams": 3, "track": 2}) == (
        "has 3 video tracks: track 2 was scanned, tracks 1, 3 were not",
    )
    del facts["track"]
    assert caveats(facts) == ("has 2 video tracks, of which one was scanned",)


def test_a_track_that_begins_on_the_way_does_not_end_reading_and_is_said(tmp_path: Path) -> None:
    parts = [("one.ts", 100, {}), ("two.ts", 130, {"mpegts_start_pid": "0x200", "mpegts_pmt_start_pid": "0x1001"})]
    for name, at, how in parts:
        make_clip(tmp_path / name, 30, format="mpegts", times=range(at, at + 30), container=how)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join((tmp_path / name).read_bytes() for name, *_ in parts))
    source = open_footage(joined)
    assert [frame.index for frame in source.every_frame()] == list(range(30))
    words = "a track that begins on the way was not read, be it pictures or sound: split the file there"
    assert caveats(source.facts()) == (words,)


def test_holes_and_counted_times_are_said(tmp_path: Path) -> None:
    times = [index * 40 + 86_400_000 * (index >= 30) for index in range(60)]
    hole = open_footage(make_clip(tmp_path / "hole.mkv", 60, times=times, tick=Fraction(1, 1000)))
    assert caveats(hole.facts()) == ("2.4 s of pictures; 86,400.0 s without any, in 1 hole",)
    counted = open_footage(make_clip(tmp_path / "counted.h264", 30))
    assert caveats(counted.facts()) == ("times are counted by frame rate, because the container has no times",)


def test_what_lies_beside_the_images_of_a_folder_is_said(tmp_path: Path) -> None:
    for name in ("1.png", "2.png"):
        cv2.imwrite(str(tmp_path / name), picture(1))
    assert caveats(open_footage(tmp_path).facts()) == ("times are counted by position in the folder",)
    for name in ("a.gif", "b.pdf", "notes.txt", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "more").mkdir()
    beside = "not read, lying beside the images: a.gif, b.pdf, more/"
    assert caveats(open_footage(tmp_path).facts())[1:] == (beside,)
    (tmp_path / "z.gif").write_bytes(b"x")
    assert caveats(open_footage(tmp_path).facts())[1:] == (f"{beside} and 1 more",)


def test_numbers_that_are_missing_between_the_images_of_a_folder_are_said(tmp_path: Path) -> None:
    for number in (1, 2, 5, 6, 7, 9):
        cv2.imwrite(str(tmp_path / f"{number:04}.png"), picture(1))
    source = open_footage(tmp_path)
    said = "3 numbers are missing between the images, first after 0002.png: times are counted as if none were"
    assert caveats(source.facts()) == ("times are counted by position in the folder", said)
    assert source.timeline.times.tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("a1 a2 a3 a4", {}),
        ("0000 0005 0010 0020 0025", {"numbers_missing": 1, "first_gap": "0010"}),  # every fifth picture of a film
        ("120058 120059 120100 120101", {}),  # a clock
        ("115958 115959 120000 120001", {}),
        ("a1 b2 b5 b6", {}),  # of two kinds
        ("IMG_7 IMG_31 IMG_56 IMG_120 IMG_122", {}),  # photographs, of which most were taken away
        ("a1 a9", {}),
        ("lobby street", {}),
    ],
)
def test_which_numbers_are_missing_is_told_of_a_regular_sequence_alone(names: str, found: dict[str, object]) -> None:
    assert gaps_in(names.split()) == found


def test_a_folder_that_holds_a_video_too_is_refused(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    cv2.imwrite(str(folder / "MOV_0001_thumb.jpg"), picture(1))
    make_clip(folder / "MOV_0001.MP4", 10)
    said = refused(call("scan", case, folder), "name the video itself")
    assert "'MOV_0001.MP4'" in said and open_footage(folder).frame_count == 1


@pytest.mark.parametrize("name", ["counted.h264"])
def test_a_run_says_it_in_its_summary_on_its_page_and_in_its_json(case: Path, tmp_path: Path, name: str) -> None:
    words = "times are counted by frame rate, because the container has no times"
    clip = write_scene(tmp_path / name, [Walk("eve", 0, 8, 5)], 8, rate=4)
    said = call("scan", case, clip)
    assert f"{clip}: {words}" in said.out
    run = wb.open_case(case).run()
    assert words in run._repr_html_() and run.sources[0].caveats == (words,)
    assert call("scan", case, clip, "--json").json["sources"][0]["caveats"] == [words]


def test_what_is_published_of_it_names_no_file_that_lies_beside() -> None:
    facts = {"timing": "container", "left_out": ["Ada.pdf"], "numbers_missing": 3, "first_gap": "Ada_2.png"}
    assert [nameless(said) for said in caveats(facts)] == [
        "3 numbers are missing between the images: times are counted as if none were",
        "not read, lying beside the images: other files",
    ]
    assert nameless("is HDR (PQ), looked at as SDR: scores may be lower").startswith("is HDR")


def test_what_is_published_says_it_where_the_numbers_are_and_in_its_table(case: Path, tmp_path: Path) -> None:
    words = "times are counted by frame rate, because the container has no times"
    clip = write_scene(tmp_path / "counted.h264", [Walk("eve", 0, 8, 5)], 8, rate=4)
    whole = write_scene(tmp_path / "whole.mp4", [Walk("eve", 0, 8, 5)], 8, rate=4)
    assert call("scan", case, whole, clip).code == 0
    bundle = wb.publish(wb.Case(case), tmp_path / "014")
    assert [each.caveats for each in bundle.footage] == [(), (words,)]
    assert read_bundle(tmp_path / "014").footage == bundle.footage
    shown = bundle._repr_html_()
    assert f"which the table Footage names: counted.h264, {words}." in shown
    assert shown.index(f"<td>counted.h264</td><td>{words}</td>") < shown.index("<td>whole.mp4</td><td>whole</td>")
