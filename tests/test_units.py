"""Pictures put together from pieces: whole, in order, and early only where that was right often enough."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from tests.footage_factory import number
from tests.rtsp import RTSP
from workbench.footage import address, units
from workbench.footage.live import Camera
from workbench.footage.units import LEARN, START, Units, slices_of

HEAD = START + b"\x67" * 5  # no slice


def slice_(*sizes: int) -> list[bytes]:
    """A slice in pieces of these sizes."""
    first, *rest = sizes
    return [START + b"\x41" + b"s" * (first - 5), *(b"r" * size for size in rest)]


def given(joined: Units, pictures: Sequence[Sequence[bytes]], begin: int = 0) -> list[tuple[int, int]]:
    """Which picture was given, and how many of its pieces that took: (1, 2) is picture 1, after two of its pieces, (1, -1) the
    same one once the next began, and (-1, 2) one that was given after two pieces and is not whole.
    """
    found = []
    whole = {b"".join(pieces): k for k, pieces in enumerate(pictures, begin)}
    for k, pieces in enumerate(pictures, begin):
        for n, piece in enumerate(pieces, 1):
            for picture in joined.feed(piece, k):
                which = whole.get(picture, -1)
                found.append((which, -1 if which == k - 1 else n))
    return found


def like(k: int) -> list[bytes]:
    """Picture `k` of a camera that always cuts alike."""
    return [HEAD + bytes([k]), *slice_(100, 100, 40)]


@pytest.fixture
def learnt() -> Units:
    joined = Units(slices_of("h264") or len)
    given(joined, [like(k) for k in range(LEARN + 2)])
    return joined


def test_a_picture_comes_when_the_next_one_begins_until_enough_were_foretold() -> None:
    found = given(Units(slices_of("h264") or len), [like(k) for k in range(LEARN + 5)])
    early = [k for k, n in found if n > 0]
    assert found[0] == (0, -1) and [k for k, _ in found] == list(range(LEARN + 5))
    assert early == [LEARN + 1, LEARN + 2, LEARN + 3, LEARN + 4]  # the first of all has nothing to go by
    assert found[-1] == (LEARN + 4, 4)


def test_a_last_piece_of_full_size_waits_for_the_next_picture_and_nothing_is_unlearnt(learnt: Units) -> None:
    found = given(learnt, [[HEAD, *slice_(100, 100)], like(1), like(2)], 50)
    assert found == [(50, -1), (51, 4), (52, 4)] and not learnt.mistaken


def test_another_number_of_slices_is_waited_out_and_learnt_anew(learnt: Units) -> None:
    two = [[*slice_(100, 40), *slice_(100, 30 + k)] for k in range(LEARN + 3)]
    assert given(learnt, two[:1], 50)[-1] == (-1, 2) and learnt.mistaken  # it looked whole after its first slice
    afresh = Units(slices_of("h264") or len)
    found = given(afresh, two)
    assert [n for _, n in found[: LEARN + 1]] == [-1] * (LEARN + 1) and found[-1] == (LEARN + 2, 4)


def test_a_camera_that_cuts_now_so_now_so_is_never_early() -> None:
    pictures = [like(k) if k % 3 else [*slice_(90, 30), *slice_(20 + k)] for k in range(4 * LEARN)]
    joined = Units(slices_of("h264") or len)
    assert all(n == -1 for _, n in given(joined, pictures)) and not joined.mistaken


def test_more_of_a_picture_that_was_given_away_is_noticed(learnt: Units) -> None:
    assert given(learnt, [like(0)], 50) == [(50, 4)] and not learnt.mistaken
    assert learnt.feed(b"rest", 50) == [] and learnt.mistaken


def test_a_connection_that_begins_in_the_middle_of_a_picture_leaves_the_rest_of_that_one() -> None:
    joined = Units(slices_of("h264") or len)
    assert joined.feed(b"rest", 0) == [] and joined.feed(START + b"\x41one", 1) == []
    assert joined.feed(START + b"\x41two", 2) == [START + b"\x41one"]


def test_a_picture_without_an_end_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "LARGEST", 1000)
    joined = Units(slices_of("h264") or len)
    for _ in range(20):
        assert joined.feed(START + b"\x41" + b"s" * 95, None) == []
    assert joined.mistaken


def test_slices_are_told_from_what_goes_before_them() -> None:
    h264, hevc = slices_of("h264"), slices_of("hevc")
    assert h264 is not None and hevc is not None and slices_of("mjpeg") is None
    assert [h264(START + bytes([head])) for head in (0x65, 0x41, 0x67, 0x68, 0x06, 0x09)] == [1, 1, 0, 0, 0, 0]
    assert [hevc(START + bytes([head, 1])) for head in (0x02, 0x26, 0x40, 0x42, 0x44, 0x4E)] == [1, 1, 0, 0, 0, 0]
    assert h264(b"rest") == 0 and h264(START + b"\x67a" + START + b"\x65b") == 1


@pytest.fixture
def street(monkeypatch: pytest.MonkeyPatch) -> Iterator[RTSP]:
    monkeypatch.setattr(units, "LEARN", 8)
    made = RTSP(rate=12.5)
    yield made
    made.close()


def late(camera: Camera, street: RTSP, pictures: int) -> list[float]:
    """How many seconds after it was sent each picture was there."""
    found = []
    for _ in range(pictures):
        frame = camera.newest(wait=5)
        assert frame is not None
        found.append(time.monotonic() - (camera.now() - frame.t) - street.sent[number(frame.image)])
    return found


def test_a_picture_of_an_rtsp_camera_is_there_before_the_next_one_is_sent(street: RTSP) -> None:
    with Camera(street.address) as camera:
        found = late(camera, street, 30)
        health = camera.health
    assert max(found[:4]) > 0.07 and np.median(found[-12:]) < 0.06
    assert (health.corrupt, health.gaps, health.connections) == (0, (), 1)


def test_an_rtsp_camera_that_cuts_otherwise_all_at_once_is_connected_again_and_waited_for(street: RTSP) -> None:
    with Camera(street.address) as camera:
        late(camera, street, 14)
        street.cut = 90  # a piece that is not the last is smaller now than any last one was
        end = time.monotonic() + 10
        while not camera.health.gaps and time.monotonic() < end:
            camera.newest(wait=0.1)
        later = late(camera, street, 14)
        (gap,), connections = camera.health.gaps, camera.health.connections
    assert "other pieces" in gap.reason and gap.end is not None and connections == 2
    assert np.median(later[-6:]) > 0.07


def test_a_codec_whose_pictures_are_not_slices_is_read_as_ffmpeg_has_it(
    street: RTSP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "slices_of", lambda codec: None)
    monkeypatch.setitem(address._LIVE, "analyzeduration", "100000")  # and not a second
    with Camera(street.address) as camera:
        frame = camera.newest(wait=15)
        assert frame is not None and number(frame.image) < 60 and camera.health.gaps == ()
