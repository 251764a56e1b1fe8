"""A triage looks at key frames alone, says so wherever its result is shown, and is another run than a whole scan."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

import workbench as wb
from tests.command import call
from tests.footage_factory import make_clip
from workbench.case import Case
from workbench.footage import open_footage
from workbench.footage.video import VideoFile
from workbench.progress import Silent
from workbench.published.bundle import Bundle, Footage
from workbench.published.overview import overview_of
from workbench.published.strict import read
from workbench.published.words import triage_words

OPEN_GROUPS = {"preset": "fast", "bf": "3", "x264-params": "open-gop=1"}


@pytest.mark.parametrize("options", [{"preset": "fast", "bf": "3"}, OPEN_GROUPS])
def test_key_frames_alone_are_decoded_and_come_out_as_they_are(tmp_path: Path, options: dict[str, str]) -> None:
    source = open_footage(make_clip(tmp_path / "clip.mp4", 100, gop=20, options=options))
    assert isinstance(source, VideoFile)
    quick = source.triaged()
    keys = np.flatnonzero(source.timeline.key).tolist()
    every_one = {frame.index: frame.image for frame in source.every_frame()}
    reading = quick.frames(0.2)
    found = list(reading)
    assert [frame.index for frame in found] == keys and len(keys) >= 5
    for frame in found:
        assert not frame.corrupt and np.array_equal(frame.image, every_one[frame.index])
    assert reading.corrupt_frames == 0
    assert sum(1 for _ in source.decoder.only(np.array(keys), alone=True).pictures()) == len(keys)


@pytest.mark.parametrize("name", ["clip.h264", "clip.avi", "clip.asf"])
def test_key_frames_of_footage_whose_frames_are_counted_are_told_by_their_number(tmp_path: Path, name: str) -> None:
    source = open_footage(make_clip(tmp_path / name, 100, gop=20))
    every_one = {frame.index: frame.image for frame in source.every_frame()}
    reading = source.triaged().frames(0.2)
    found = {frame.index: frame.image for frame in reading}
    assert source.timing != "container" and list(found) == [0, 20, 40, 60, 80] and reading.corrupt_frames == 0
    assert all(np.array_equal(image, every_one[index]) for index, image in found.items())


def test_an_instant_is_answered_by_the_last_key_frame_in_segments_too(tmp_path: Path) -> None:
    source = open_footage(make_clip(tmp_path / "clip.mp4", 100, gop=20)).triaged()
    assert source.samples(1.5).tolist() == [0, 20, 60]  # of 0, 1.5 and 3 s
    parts = {frame.index for at in (0, 1, 2, 3) for frame in source.frames(0.5, at, at + 1)}
    assert sorted(parts) == [0, 20, 40, 60, 80]
    assert source.gaps == pytest.approx((0.8, 0.8))


def test_a_triage_says_loudly_what_it_leaves_out_and_is_recorded(case: Path, lobby: Path) -> None:
    said = call("scan", case, lobby, "--fast", "--json")
    assert said.code == 0 and said.json["triage"] is True
    assert "TRIAGE: " in said.err and "4 of 32 samples" in said.err and "not seen at all" in said.err
    assert "TRIAGE" in call("scan", case, lobby, "--fast").out
    whole = call("scan", case, lobby, "--json")
    assert whole.json["triage"] is False and whole.json["run"] != said.json["run"] and "TRIAGE" not in whole.err
    quick = Case(case).run(said.json["run"])
    assert quick.settings["fast"] is True and "TRIAGE" in quick._repr_html_()
    assert quick.profile["frames"] < Case(case).run(whole.json["run"]).profile["frames"]


def test_who_is_in_a_key_frame_is_found(case: Path, lobby: Path) -> None:
    run = Case(case).scan(lobby, fast=True, progress=Silent())
    assert [alert.subject for alert in run.alerts] == ["eve"]


def test_a_triage_takes_the_place_of_no_whole_scan_and_is_told_as_one(case: Path, lobby: Path) -> None:
    whole = Case(case).scan(lobby, every=0.5, progress=Silent())
    before = Case(case).trials()
    Case(case).scan(lobby, fast=True, progress=Silent())
    after = Case(case).trials()
    assert np.array_equal(before.nonmated, after.nonmated) and np.array_equal(before.mated, after.mated)
    record = Case(case).record()
    assert [Case(case).run(number).triage for number in Case(case).runs] == [False, True]
    assert int(record["Total alerts"]) == len(whole.alerts)
    assert any("triage of key frames alone in alert mode" in use[0] for use in record.uses)


def test_a_case_and_what_is_published_of_it_say_that_it_was_a_triage(case: Path, lobby: Path, tmp_path: Path) -> None:
    Case(case).scan(lobby, fast=True, progress=Silent())
    means = "only key frames were looked at; people between them can have been missed"
    assert f"a triage: {means}" in call("case", "info", case).out and means in Case(case)._repr_html_()
    page = tmp_path / "page.html"
    assert call("publish", case, tmp_path / "014", "--page", page).code == 0
    assert f"This was a triage: {means}." in page.read_text("utf-8")
    assert f"Of footage in 014 {means}." in overview_of(tmp_path)._repr_html_()
    Case(case).scan(lobby, every=0.5, progress=Silent())
    assert means not in wb.publish(Case(case), tmp_path / "014")._repr_html_()  # the whole scan counts


def test_some_footage_with_a_triage_alone_is_counted() -> None:
    pieces = [Footage(name, name * 64, 60.0, False, 0, 1, name == "a") for name in "abc"]
    bundle = cast(Bundle, SimpleNamespace(footage=pieces, triaged=pieces[:1]))
    assert triage_words(bundle).startswith("1 piece of footage of 3 had a triage alone: only key frames")


def test_a_bundle_of_before_says_nothing_of_a_triage() -> None:
    said = {"name": "a", "sha256": "a" * 64, "seconds": 1.0, "short": False, "corrupt_frames": 0, "tracks": 1}
    assert read(Footage, said, "bundle").triage is False
    assert read(Footage, said | {"triage": True}, "bundle").triage is True


def test_footage_is_found_again_from_another_folder(case: Path, lobby: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lobby.parent)
    run = Case(case).scan(lobby.name, every=0.5, progress=Silent())
    assert [Path(source.path) for source in run.sources] == [lobby]
