"""What has to be undone between a stored picture and what people see: turns, stretches, colours, combs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.footage_factory import make_clip, number, picture, quick, turn_pictures
from workbench.footage import open_footage
from workbench.footage.images import read_image


@pytest.mark.parametrize(
    ("turn", "shown"),
    [
        ((-90, False, False), lambda image: np.rot90(image, -1)),
        ((90, False, False), lambda image: np.rot90(image, 1)),
        ((180, False, False), lambda image: np.rot90(image, 2)),
        ((0, True, False), lambda image: image[:, ::-1]),
        ((0, False, True), lambda image: image[::-1]),
    ],
)
def test_pictures_are_upright_as_their_matrix_says(clips: Path, turn: tuple[float, bool, bool], shown: object) -> None:
    path = make_clip(clips / f"turn{turn[0]}{turn[1]}{turn[2]}.mp4", 3, turn=turn)
    source, stored = open_footage(path), open_footage(make_clip(clips / "unturned.mp4", 3))
    frame, flat = next(source.frames()), next(stored.frames())
    assert np.array_equal(frame.image, shown(flat.image))  # type: ignore[operator]
    assert frame.image.shape == (source.height, source.width, 3) and frame.image.flags.c_contiguous
    assert (source.rotation, source.details["mirrored"]) == ((turn[0] + 180 * turn[2]) % 360, turn[1] or turn[2])


@pytest.mark.parametrize(
    ("aspect", "size"), [(Fraction(2), (320, 96)), (Fraction(8, 9), (160, 108)), (Fraction(1, 90), (160, 96))]
)
def test_pixels_are_square(clips: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    source = open_footage(make_clip(clips / f"aspect{aspect.numerator}.mp4", 7, aspect=aspect))
    assert (source.width, source.height) == size
    assert [number(frame.image) for frame in source.frames(0.04)] == list(range(7))


def _parts(clips: Path, name: str, **how: list[object]) -> Path:
    """A transport stream of two parts of 12 pictures, encoded each in its own way."""
    data = b""
    for part in range(2):
        own = {key: values[part] for key, values in how.items()}
        times = range(100 + 12 * part, 112 + 12 * part)
        images = [picture(12 * part + index) for index in range(12)]
        data += make_clip(clips / f"{name}{part}.ts", images, format="mpegts", times=times, **own).read_bytes()  # type: ignore[arg-type]
    (clips / f"{name}.ts").write_bytes(data)
    return clips / f"{name}.ts"


def test_pixels_that_change_their_shape_on_the_way_are_square_from_then_on(clips: Path) -> None:
    source = open_footage(_parts(clips, "reshaped", aspect=[Fraction(16, 15), Fraction(64, 45)]))
    frames = list(source.every_frame())
    assert [number(frame.image) for frame in frames] == list(range(24))
    assert [frame.image.shape for frame in frames] == [(96, 171, 3)] * 12 + [(96, 228, 3)] * 12
    for frame in source.frames(0.04, source.start + 0.4, source.start + 0.6):
        assert np.array_equal(frame.image, frames[frame.index].image)


def test_pictures_that_turn_on_the_way_are_upright(clips: Path) -> None:
    plain = make_clip(clips / "level.mkv", 24, options={**quick("libx264"), "bf": "0"})
    turn_pictures(plain, clips / "turns.mkv", 0.4)
    level, shown = (list(open_footage(clips / name).every_frame()) for name in ("level.mkv", "turns.mkv"))
    turned = [np.array_equal(two.image, np.rot90(one.image)) for one, two in zip(level, shown, strict=True)]
    assert turned == [False] * 12 + [True] * 12


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "spread"),
    [
        ("ten.mp4", "libx264", "yuv420p10le", 3),
        ("ten.mkv", "libx265", "yuv420p10le", 3),
        ("422.mov", "prores_ks", "yuv422p10le", 4),
        ("444.mkv", "ffv1", "yuv444p", 3),
        ("full.avi", "mjpeg", "yuvj420p", 6),
        ("lossless.mkv", "ffv1", "bgr0", 0),
        ("limited.mkv", "ffv1", "yuv420p", 3),
    ],
)
def test_colours_come_back(clips: Path, name: str, codec: str, pix_fmt: str, spread: int) -> None:
    flat = [np.full((96, 160, 3), colour, np.uint8) for colour in ((255, 0, 0), (10, 200, 90), (0, 0, 0), (255,) * 3)]
    options = {"qscale": "2"} if codec == "mjpeg" else None
    path = make_clip(clips / f"colour-{name}", flat, codec=codec, pix_fmt=pix_fmt, options=options)
    for frame, image in zip(open_footage(path).frames(0.04), flat, strict=True):
        assert np.abs(frame.image.astype(int) - image)[20:-20, 20:-20].max() <= spread


def test_grey_stays_grey(clips: Path) -> None:
    ramp = np.tile(np.arange(160, dtype=np.uint8), (96, 1))[..., None].repeat(3, 2)
    path = make_clip(clips / "grey.mkv", [ramp], codec="ffv1", pix_fmt="gray")
    assert np.abs(next(open_footage(path).frames()).image.astype(int) - ramp).max() <= 1


@pytest.mark.parametrize(("lines", "matrix"), [(96, "ITU601"), (720, "ITU709")])
def test_the_height_decides_the_colour_matrix_that_nobody_stated(clips: Path, lines: int, matrix: str) -> None:
    red = np.zeros((lines, 160, 3), np.uint8)
    red[..., 0] = 200
    stored = av.VideoFrame.from_ndarray(red).reformat(format="yuv444p", dst_colorspace=matrix, dst_color_range="MPEG")
    with av.open(str(clips / f"{matrix}.mkv"), "w") as output:
        stream = output.add_stream("ffv1", rate=25, width=160, height=lines, pix_fmt="yuv444p")
        stored.pts, stored.time_base, stored.colorspace, stored.color_range = 0, Fraction(1, 25), 2, 1
        output.mux(stream.encode(stored))
        output.mux(stream.encode(None))
    assert np.abs(next(open_footage(clips / f"{matrix}.mkv").frames()).image.astype(int) - red).max() <= 3


def test_what_is_transparent_is_white_as_in_a_photograph(clips: Path) -> None:
    layer = np.full((40, 60, 4), (200, 100, 50, 255), np.uint8)
    layer[:, 20:40, 3], layer[:, 40:, 3] = 0, 102
    first, second = Image.fromarray(layer), Image.fromarray(layer[:, ::-1].copy())
    first.save(clips / "layers.apng", format="PNG", save_all=True, append_images=[second])
    first.save(clips / "layer.png")
    frame = next(open_footage(clips / "layers.apng").frames())
    assert np.abs(frame.image[5, [10, 30, 50]].astype(int) - [(200, 100, 50), (255,) * 3, (233, 193, 173)]).max() <= 1
    assert np.abs(frame.image.astype(int) - read_image(clips / "layer.png").image).max() <= 1


def _combed(index: int) -> np.ndarray:
    """A bar that moves 8 px between the fields of one frame."""
    image = np.full((96, 160, 3), 30, np.uint8)
    for field in (0, 1):
        x = 10 + (2 * index + field) * 8 % 110
        image[field::2, x : x + 24] = 220
    return image


def _comb(image: np.ndarray) -> float:
    """How much neighbouring lines differ, away from the edges."""
    return float(np.abs(np.diff(image[8:-8].astype(int), axis=0)).mean())


def test_interlaced_frames_lose_their_combs_and_nothing_else(clips: Path) -> None:
    options = {**quick("libx264"), "x264-params": "tff=1:force-cfr=1:threads=1", "bf": "0"}
    path = make_clip(clips / "fields.mp4", [_combed(i) for i in range(30)], options=options, flags=1 << 18 | 1 << 29)
    source = open_footage(path)
    frames = list(source.frames(0.04))
    assert source.interlaced and [frame.index for frame in frames] == list(range(30))
    assert [frame.t for frame in frames] == pytest.approx([index / 25 for index in range(30)])
    assert np.mean([_comb(frame.image) for frame in frames[1:-1]]) < 0.2 * _comb(_combed(5))
    for frame in source.frames(0.04, 0.48, 0.6):
        assert np.array_equal(frame.image, frames[frame.index].image)


def test_combs_that_begin_after_many_whole_pictures_go_too(clips: Path) -> None:
    fields = {"x264-params": "tff=1:force-cfr=1:threads=1", "bf": "2", "preset": "fast"}
    whole = make_clip(clips / "whole.ts", 30, format="mpegts", times=range(100, 130), options=quick("libx264"))
    combed = make_clip(
        clips / "late.ts", [_combed(i) for i in range(30)], format="mpegts", times=range(130, 160), options=fields, flags=1 << 18 | 1 << 29
    )  # fmt: skip
    joined = clips / "joined.ts"
    joined.write_bytes(whole.read_bytes() + combed.read_bytes())
    source = open_footage(joined)
    frames = {frame.index: frame.image for frame in source.every_frame()}
    assert not source.interlaced and [number(frames[index]) for index in range(30)] == list(range(30))
    assert np.mean([_comb(frames[index]) for index in range(30, 60)]) < 0.2 * _comb(_combed(5))
    for frame in (*source.frames(0.2), *source.frames(0.04, source.start + 1.3, source.start + 1.5)):
        assert np.array_equal(frame.image, frames[frame.index])
