"""A redacted copy shows nobody who was not asked for, holds nothing but pictures and times, and is whole or not there."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.command import call, refused
from tests.fakes import FakePack, Seen
from tests.footage_factory import make_clip, number, picture
from tests.killing import kill, killed
from workbench.case import open_case
from workbench.cli_parts import out
from workbench.covers import Covers, Linker, covers
from workbench.errors import CaseError, InputError, WorkbenchError
from workbench.footage import open_footage
from workbench.footage.painting import MOSAIC, Painter
from workbench.geometry import pad
from workbench.models.pack import Pack
from workbench.redacting import _failure, redact_footage
from workbench.redaction import Checked, Redaction

BOX = np.array([[40.0, 40, 60, 60]])
CHECKED = Checked(frames=3, compared=2, worst=0.1, blank=0.2, at=0.0, found=0, uncovered=0, line=0.3)
REDACTION = Redaction(
    path=Path("copy.mp4"), source="a" * 64, copy="b" * 64, start=0.0, end=0.2, part=False, frames=3, seconds=0.3, faces=2, people=1, filled=1,
    shown=0, share=0.1, kept=(), packs=("fake",), smallest=8.0, margin=0.6, plain=0, rounds=1, checked=(CHECKED,),
)  # fmt: skip


def test_a_failed_check_tells_its_score_from_the_line_and_one_face_from_many() -> None:
    near = replace(CHECKED, uncovered=0, worst=0.30004, line=0.30001)
    said = _failure(replace(REDACTION, checked=(near,)))
    assert "still scores 0.30004 against itself, the line is 0.30001;" in said
    assert "1 face was still bare after 1 drawing;" in _failure(
        replace(REDACTION, checked=(replace(near, uncovered=1),))
    )


def one_path(frames: list[int], shots: tuple[int, ...] = (0,), margin: float = 0.2) -> Covers:
    """One still face in some of 20 frames, ten a second."""
    n = len(frames)
    return covers(
        np.array(frames), np.zeros(n, np.int64), np.repeat(BOX, n, 0), np.zeros(n, bool), np.arange(20) / 10, np.array(shots), margin=margin
    )  # fmt: skip


def test_no_sight_covers_nothing() -> None:
    assert len(one_path([])) == 0


def test_a_face_is_hidden_between_two_sights_and_for_the_margin_before_and_after() -> None:
    assert one_path([5, 9]).frame.tolist() == list(range(3, 12))


def test_the_further_from_a_sight_the_larger_is_what_is_hidden() -> None:
    found = one_path([5])
    wide = dict(zip(found.frame.tolist(), (found.whole[:, 2] - found.whole[:, 0]).tolist(), strict=True))
    assert wide[3] >= wide[4] > 20 and wide[7] >= wide[6]


def test_nothing_is_hidden_across_a_cut() -> None:
    assert one_path([5, 6], shots=(0, 5, 7)).frame.tolist() == [5, 6]


def test_a_box_between_two_sights_lies_between_theirs() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [20.0, 0, 30, 10]])
    found = covers(np.array([0, 2]), np.zeros(2, np.int64), boxes, np.zeros(2, bool), np.arange(3.0), np.array([0]))
    assert found.at(1).box.tolist() == [[10, 0, 20, 10]]


def test_a_shown_face_is_shown_between_its_sights_and_hidden_in_the_margins() -> None:
    found = covers(
        np.array([2, 4]), np.zeros(2, np.int64), np.repeat(BOX, 2, 0), np.ones(2, bool), np.arange(8) / 10, np.array([0]), margin=0.1
    )  # fmt: skip
    assert dict(zip(found.frame.tolist(), found.shown.tolist(), strict=True)) == {
        1: False,
        2: True,
        3: True,
        4: True,
        5: False,
    }


def test_a_linker_follows_a_face_and_begins_anew_after_a_cut() -> None:
    linker = Linker()
    assert linker.step(0.0, BOX).tolist() == linker.step(0.04, BOX + 1).tolist() == [0]
    linker.cut()
    assert linker.step(0.08, BOX).tolist() == [1]


def test_a_hidden_box_holds_no_more_colours_than_its_mosaic_and_the_same_ones_in_every_frame() -> None:
    painter, found = Painter(), one_path([5, 9])
    rng = np.random.default_rng(1)
    seen = set()
    for frame in range(3, 12):
        image = rng.integers(0, 256, (96, 160, 3), np.uint8)
        x1, y1, x2, y2 = found.at(frame).whole[0].round().astype(int)
        inside = painter.paint(image, found.at(frame))[y1 + 1 : y2 - 1, x1 + 1 : x2 - 1]
        seen |= set(map(tuple, inside.reshape(-1, 3).tolist()))
    assert len(seen) <= MOSAIC * MOSAIC


def test_a_neighbour_is_hidden_within_the_box_of_a_face_that_is_shown() -> None:
    boxes = np.array([[40, 40, 60, 60], [56, 40, 76, 60]], np.float32)
    here = Covers(
        np.zeros(2, np.int64), np.arange(2), boxes, pad(boxes, 0.4).astype(np.float32), np.array([True, False])
    )
    image = np.random.default_rng(2).integers(0, 256, (96, 160, 3), np.uint8)
    painted = Painter().paint(image, here)
    assert (painted[42:58, 41:53] == image[42:58, 41:53]).all()
    assert len(np.unique(painted[40:60, 56:76].reshape(-1, 3), axis=0)) <= MOSAIC * MOSAIC


def test_where_everything_is_hidden_only_a_shown_head_moves_and_the_scene_is_one_still_of_few_averages() -> None:
    boxes = np.array([[60, 40, 80, 60], [84, 40, 104, 60]], np.float32)  # the second reaches into the first one's head
    here = Covers(
        np.zeros(2, np.int64), np.arange(2), boxes, pad(boxes, 0.4).astype(np.float32), np.array([True, False])
    )
    nobody = here.within(9, 9)
    rng = np.random.default_rng(2)
    first, second = (rng.integers(0, 256, (96, 160, 3), np.uint8) for _ in range(2))
    painter = Painter(everything=True)
    one, other, last = painter.paint(first, nobody), painter.paint(second, here), painter.paint(first, nobody)
    other_size = painter.paint(first[:80], nobody)
    assert (painter.paint(second[:80], nobody) == other_size).all() and (painter.paint(second, nobody) == one).all()
    assert (one == last).all() and len(np.unique(one.reshape(-1, 3), axis=0)) <= 16 * 10
    head = np.zeros((96, 160), bool)
    head[33:67, 53:82] = True  # a face of 20 x 20 with 0.35 of that around it, up to the neighbour's
    assert (other[head] == second[head]).all() and (other[40:60, 84:104] != second[40:60, 84:104]).any()
    away = np.ones((96, 160), bool)
    away[30:70, 50:114] = False
    assert (other[away] == one[away]).all() and 0.98 < painter.share < 1


def walking(index: int) -> list[Seen]:
    return [Seen(1, 30 + 2 * index, 56, 30)] if 4 <= index < 20 and index != 10 else []


class Watching(FakePack):
    """Finds its people where they are not hidden; templates are the brightness of the place in 8 parts."""

    def chips(self, image, faces):  # type: ignore[no-untyped-def]
        chips = np.zeros((len(faces), 40, 40, 3), np.uint8)
        for chip, (x1, y1, x2, y2) in zip(chips, faces.box.astype(int), strict=True):
            part = image[max(y1, 0) : y2, max(x1, 0) : x2]
            chip[: part.shape[0], : part.shape[1]] = part[:40, :40]
        return chips

    def embed(self, chips):  # type: ignore[no-untyped-def]
        rows = chips[:, :24, :24].astype(np.float32).mean(axis=3).reshape(len(chips), -1)
        rows -= rows.mean(axis=1, keepdims=True)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """24 frames at uneven times, a person in some of them."""
    rng = np.random.default_rng(3)
    frames = [picture(index) for index in range(24)]
    for frame in frames:
        frame[20:] = rng.integers(0, 256, frame[20:].shape, np.uint8)
    times = [100 * index + 7 * (index % 3) for index in range(24)]
    return make_clip(tmp_path / "street.mp4", frames, times=times, tick=Fraction(1, 2500))


def test_a_copy_has_the_times_of_the_original_and_nothing_else_of_it(clip: Path, tmp_path: Path) -> None:
    before = clip.read_bytes()
    made = redact_footage(clip, tmp_path / "copy.mp4", [Watching(walking)], line=0.9)
    one, other = open_footage(clip), open_footage(made.path)
    assert [one.timeline.t(i) for i in range(24)] == pytest.approx([other.timeline.t(i) for i in range(24)], abs=1e-6)
    with av.open(str(made.path)) as copy:
        assert [stream.type for stream in copy.streams] == ["video"] and copy.streams.video[0].pix_fmt == "yuv420p"
        assert not {"encoder", "title", "comment", "creation_time"} & set(copy.metadata)
    assert made.passed and made.frames == 24 and made.filled > 0 and clip.read_bytes() == before


def test_a_part_of_footage_is_copied_exactly_to_the_frame_and_counts_from_zero(clip: Path, tmp_path: Path) -> None:
    times = open_footage(clip).timeline.times
    made = redact_footage(clip, tmp_path / "part.mp4", [Watching(walking)], start=times[5], end=times[8], line=0.9)
    copy = open_footage(made.path)
    assert (made.part, made.start, made.end, made.frames) == (True, times[5], times[8], 4)
    assert copy.timeline.times.tolist() == pytest.approx((times[5:9] - times[5]).tolist(), abs=1e-6)
    with copy.every_frame() as frames:
        assert [number(frame.image) for frame in frames] == [5, 6, 7, 8]
    assert "4 frames from" in made.text() and made.to_dict()["start"] == times[5]


def test_footage_that_begins_before_zero_is_copied_whole_and_counts_from_zero(tmp_path: Path) -> None:
    times = [2**33 + 3600 * index - 36_000 for index in range(24)]  # the clock of a transport stream starts anew
    early = make_clip(tmp_path / "early.ts", 24, times=times, tick=Fraction(1, 90_000), format="mpegts")
    assert open_footage(early).start == -0.4
    made = redact_footage(early, tmp_path / "copy.mp4", [Watching(walking)], line=2.0)
    assert (made.part, made.start, made.frames) == (False, -0.4, 24)
    assert open_footage(made.path).timeline.times.tolist() == pytest.approx([index / 25 for index in range(24)])
    assert "24 frames from -0.400 to 0.520 s of the footage, counted from 0" in made.text()


def test_in_a_part_a_face_is_hidden_that_was_seen_only_before_it(clip: Path, tmp_path: Path) -> None:
    times = open_footage(clip).timeline.times
    made = redact_footage(clip, tmp_path / "part.mp4", [Watching(walking)], start=times[20], end=times[23])
    assert (made.frames, made.faces, made.filled) == (4, 0, 4)


@pytest.mark.parametrize(("start", "end"), [(5.0, 9.0), (0.5, 0.2), (float("nan"), 1.0), (0.001, 0.002)])
def test_a_part_without_a_frame_is_refused(clip: Path, tmp_path: Path, start: float, end: float) -> None:
    with pytest.raises(InputError, match=r"no frame of .street\.mp4. lies from .* it runs from 0\.000 to"):
        redact_footage(clip, tmp_path / "part.mp4", [Watching(walking)], start=start, end=end)
    assert [path.name for path in tmp_path.iterdir()] == ["street.mp4"]


def test_what_a_mosaic_still_tells_becomes_plain_grey(clip: Path, tmp_path: Path) -> None:
    made = redact_footage(clip, tmp_path / "copy.mp4", [Watching(walking)], line=-1.0)
    assert made.passed and made.plain == 1 and made.rounds == 2 and "1 of the paths plain grey" in made.text()
    with open_footage(made.path).every_frame(8, 8) as frames:
        hidden = next(frames).image[50:62, 38:54].astype(int)
    assert np.abs(hidden - 128).max() <= 4


def test_a_copy_that_fails_its_check_is_deleted_and_says_so(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.hiding.ROUNDS", 1)
    with pytest.raises(WorkbenchError, match="failed its check and was deleted"):
        redact_footage(clip, tmp_path / "copy.mp4", [Watching(walking)], line=-1.0)
    assert [path.name for path in tmp_path.iterdir()] == ["street.mp4"]


def test_an_interruption_leaves_no_half_file(clip: Path, tmp_path: Path) -> None:
    class Tired(Watching):
        asked = 0

        def detect(self, image, *, smallest=None, doubtful=False):  # type: ignore[no-untyped-def]
            self.asked += 1
            if self.asked > 30:  # all is drawn, the check has begun
                raise KeyboardInterrupt
            return super().detect(image, smallest=smallest, doubtful=doubtful)

    with pytest.raises(KeyboardInterrupt):
        redact_footage(clip, tmp_path / "copy.mp4", [Tired(walking)])
    assert [path.name for path in tmp_path.iterdir()] == ["street.mp4"]


def test_a_copy_that_could_not_be_logged_is_none_and_the_same_again_makes_it(
    case: Path, lobby: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise CaseError("the disk is full")

    (tmp_path / "out").mkdir()
    command = ("redact", case, lobby, "--out", tmp_path / "out" / "copy.mp4", "--to", "1")
    with monkeypatch.context() as patch:
        patch.setattr("workbench.redacting.note", full)
        refused(call(*command), "the disk is full")
    assert list((tmp_path / "out").iterdir()) == []
    assert call(*command).code == 0


def test_what_a_killed_copy_left_goes_with_the_next_one(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    out, pack = tmp_path / "out" / "copy.mp4", [Watching(walking)]
    assert killed(lambda: redact_footage(clip, out, pack, line=0.9, passed=kill)) == -9
    assert len(list(out.parent.iterdir())) == 1 and not out.exists()
    assert redact_footage(clip, out, pack, line=0.9).passed
    assert list(out.parent.iterdir()) == [out]


def test_nothing_that_a_file_is_called_acts_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    made = replace(REDACTION, path=Path("a\x1b[2J\n\u202eb.mp4"), packs=("evil\x9b31m",))
    assert made.text().splitlines()[0] == "a\\x1b[2J\\n\\u202eb.mp4: 3 frames" and "\x9b" not in made.text()
    out({}, False, "one\x1b[31m\ntwo\u202e")  # and whatever a command forgets
    assert capsys.readouterr().out == "one\\x1b[31m\ntwo\\u202e\n"


def test_neither_the_footage_nor_any_other_file_is_overwritten(clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.mp4"
    other.write_bytes(b"mine")
    with pytest.raises(InputError, match="never touched"):
        redact_footage(clip, clip, [Watching()])
    with pytest.raises(InputError, match="nothing is overwritten"):
        redact_footage(clip, other, [Watching()])
    assert other.read_bytes() == b"mine"


def test_a_folder_of_images_becomes_a_folder_of_numbered_images(tmp_path: Path, shared: Path, minifix: Pack) -> None:
    from PIL import Image

    source = tmp_path / "people"
    source.mkdir()
    with open_footage(shared / "footage" / "head-pose-face-detection-male.mp4").every_frame(0, 1) as frames:
        for frame in frames:
            Image.fromarray(frame.image).save(source / f"J. Doe {frame.index}.png")
    made = redact_footage(source, tmp_path / "copy", [minifix])
    assert sorted(path.name for path in made.path.iterdir()) == ["000000.jpg", "000001.jpg"]
    assert made.faces == 2 and made.passed


@pytest.mark.parametrize("name", ["head-pose-face-detection-female-and-male", "classroom"])
def test_nobody_in_a_real_clip_scores_against_themselves(
    name: str, tmp_path: Path, shared: Path, minifix: Pack
) -> None:
    made = redact_footage(shared / "footage" / f"{name}.mp4", tmp_path / "copy.mp4", [minifix])
    assert made.passed and made.faces >= 40 and 0 < made.share < 0.4 and made.checked[0].uncovered == 0


def test_the_person_of_an_alert_stays_and_the_one_beside_her_goes(tmp_path: Path, shared: Path, minifix: Pack) -> None:
    case = open_case(tmp_path / "case", purpose="test", authority="its author", pack=str(shared / "models" / "minifix"))
    case.enroll(shared / "watchlist")
    footage = shared / "footage" / "head-pose-face-detection-female-and-male.mp4"
    run = case.scan(footage)
    her = next(alert for alert in run.alerts if alert.subject == "actor_A")
    made = case.redact(footage, keep=[her], out=tmp_path / "copy.mp4")
    assert made.kept == (her.id,) and made.shown >= 20 and made.faces >= 20
    with open_footage(made.path).every_frame(her.frame, her.frame) as frames:
        left = minifix.detect(next(frames).image)
    assert len(left) == 1 and left.box[0, 0] == pytest.approx(her.box[0], abs=8)
    assert any(entry.action == "footage redacted" for entry in case.log)
    with pytest.raises(InputError, match="is of 'head-pose"):
        case.redact(shared / "footage" / "classroom.mp4", keep=[her], out=tmp_path / "other.mp4")


def test_with_everything_hidden_nothing_but_the_persons_head_ever_changes(
    tmp_path: Path, shared: Path, minifix: Pack
) -> None:
    case = open_case(tmp_path / "case", purpose="test", authority="its author", pack=str(shared / "models" / "minifix"))
    case.enroll(shared / "watchlist")
    footage = shared / "footage" / "head-pose-face-detection-female-and-male.mp4"
    her = next(alert for alert in case.scan(footage, every=0.5).alerts if alert.subject == "actor_A")
    made = case.redact(footage, keep=[her], out=tmp_path / "copy.mp4", everything=True)
    assert made.passed and made.everything and made.shown >= 20 and made.share > 0.8
    with open_footage(made.path).every_frame() as frames:
        pictures = np.stack([frame.image for frame in frames]).astype(np.int16)
    moved = (np.abs(pictures - pictures[:1]) > 24).any(axis=(0, 3))  # more than what compression does to a still
    middle = (her.box[0] + her.box[2]) / 2
    columns = np.flatnonzero(moved.any(axis=0))
    assert moved.any() and abs(columns - middle).max() < 120  # the man beside her is further away
    assert "everything but the heads" in made.text() and case.log[-1].about["everything"] is True
    with pytest.raises(InputError, match="say whom to show with --keep"):
        case.redact(footage, everything=True)


def test_the_command_says_what_it_did(case: Path, lobby: Path, tmp_path: Path) -> None:
    done = call("redact", case, lobby, "--out", tmp_path / "copy.mp4", "--json")
    assert done.code == 0, done
    assert '"verdict": "passed"' in done.out and (tmp_path / "copy.mp4").is_file()
    part = call("redact", case, lobby, "--out", tmp_path / "part.mp4", "--from", "2", "--to", "2.5", "--json")
    assert part.code == 0 and '"frames": 3' in part.out and '"start": 2.0' in part.out, part
    late = call("redact", case, lobby, "--out", tmp_path / "late.mp4", "--from", "60")
    assert late.code == 1 and "no frame of 'lobby.mp4' lies from 60.0 s on" in late.err
    nobody = call("redact", case, lobby, "--everything", "--out", tmp_path / "none.mp4")
    assert nobody.code == 1 and "nothing would be left to be seen" in nobody.err and not nobody.out
    again = call("redact", case, lobby, "--out", tmp_path / "copy.mp4")
    assert again.code == 1 and "nothing is overwritten" in again.err


def test_where_dlib_looked_alone_the_result_says_what_that_pack_misses() -> None:
    alone, both = (
        replace(REDACTION, packs=packs, checked=(CHECKED,) * len(packs)) for packs in (("dlib",), ("dlib", "other"))
    )
    for said in (alone.text(), alone._repr_html_()):
        assert "turned aside, small or in the dark" in said and "--detector PACK" in said
    assert "in the dark" not in both.text() + REDACTION.text()
