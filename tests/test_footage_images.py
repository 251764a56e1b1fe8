"""Photographs and folders of them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.footage_factory import number, picture
from workbench.errors import FootageError, InputError
from workbench.footage import open_footage, read_image, sha256_of


def save(image: np.ndarray, path: Path, **options: object) -> Path:
    Image.fromarray(image).save(path, **options)  # type: ignore[arg-type]
    return path


def big_png(path: Path, side: int) -> Path:
    """A PNG that claims side x side pixels in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )
    return path


def test_a_photograph_is_rgb_and_carries_its_hash(tmp_path: Path) -> None:
    frame = read_image(save(picture(5), tmp_path / "five.png"))
    assert np.array_equal(frame.image, picture(5)) and frame.source == sha256_of(tmp_path / "five.png")
    assert frame.image.flags.c_contiguous and (frame.t, frame.index, frame.corrupt) == (0, 0, False)


@pytest.mark.parametrize(
    ("orientation", "undo"),
    [
        (2, lambda image: image[:, ::-1]),
        (3, lambda image: np.rot90(image, 2)),
        (4, lambda image: image[::-1]),
        (5, lambda image: image.swapaxes(0, 1)),
        (6, lambda image: np.rot90(image, -1)),
        (7, lambda image: image.swapaxes(0, 1)[::-1, ::-1]),
        (8, lambda image: np.rot90(image, 1)),
    ],
)
@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, undo: object, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if suffix == "webp" else {}
    path = save(picture(9), tmp_path / f"turned.{suffix}", exif=exif, **lossless)
    assert np.array_equal(read_image(path).image, undo(picture(9)))  # type: ignore[operator]


def test_every_kind_of_pixel_becomes_rgb(tmp_path: Path) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (8, 1))
    rgb = ramp[..., None].repeat(3, 2)
    kinds = {
        "grey.png": Image.fromarray(ramp),
        "sixteen.png": Image.fromarray(ramp.astype(np.uint16) * 257),
        "sixteen.tif": Image.fromarray(ramp.astype(np.uint16) * 257),
        "wide.tif": Image.fromarray(ramp.astype(np.int32) * 257),
        "unit.tif": Image.fromarray((ramp / 255).astype(np.float32)),
        "float.tif": Image.fromarray(ramp.astype(np.float32)),
        "palette.png": Image.fromarray(ramp).convert("P"),
        "bits.bmp": Image.fromarray(rgb),
    }
    for name, image in kinds.items():
        image.save(tmp_path / name)
        assert np.array_equal(read_image(tmp_path / name).image, rgb), name
    Image.fromarray(np.full((4, 4, 4), (0, 255, 255, 0), np.uint8), "CMYK").save(tmp_path / "press.tif")
    assert read_image(tmp_path / "press.tif").image[0, 0].tolist() == [255, 0, 0]
    Image.fromarray(ramp > 127).save(tmp_path / "one.png")
    assert np.array_equal(np.unique(read_image(tmp_path / "one.png").image), [0, 255])


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    image = np.zeros((2, 2, 4), np.uint8)
    image[0, 0] = (10, 20, 30, 255)
    expected = np.full((2, 2, 3), 255)
    expected[0, 0] = (10, 20, 30)
    Image.fromarray(image).save(tmp_path / "alpha.png")
    Image.fromarray(image).quantize(4).save(tmp_path / "palette.png")
    Image.fromarray(image).save(tmp_path / "alpha.webp", lossless=True)
    for name in ("alpha.png", "palette.png", "alpha.webp"):
        assert np.array_equal(read_image(tmp_path / name).image, expected), name
    grey = np.array([[[7, 255], [7, 0]]], np.uint8)
    Image.fromarray(grey, "LA").save(tmp_path / "grey.png")
    assert read_image(tmp_path / "grey.png").image[0].tolist() == [[7, 7, 7], [255, 255, 255]]


@pytest.mark.parametrize("side", [12_000, 40_000])
def test_a_picture_too_large_is_refused_before_decoding(tmp_path: Path, side: int) -> None:
    with pytest.raises(InputError, match=r"megapixels; the limit is 120: scale the picture down") as caught:
        read_image(big_png(tmp_path / "big.png", side))
    assert "'big.png'" in str(caught.value) and "\n" not in str(caught.value)


def test_a_large_picture_within_the_limit_is_read_without_a_warning(tmp_path: Path) -> None:
    save(np.zeros((10_000, 10_000), np.uint8), tmp_path / "large.png", compress_level=1)
    assert read_image(tmp_path / "large.png").image.shape == (10_000, 10_000, 3)


def test_what_is_no_photograph_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "text.jpg").write_text("dear sir\n")
    save(picture(3), tmp_path / "cut.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "cut.jpg").read_bytes()[:1500])
    save(picture(3), tmp_path / "cut.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:1500])
    (tmp_path / "phone.heic").write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200))
    (tmp_path / "draw.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    refusals = {
        "empty.jpg": "is empty",
        "text.jpg": "is not an image, whatever its name says",
        "cut.jpg": "may be cut off",
        "cut.png": "may be cut off",
        "phone.heic": r"save it as JPEG, or `pip install pillow-heif`",
        "draw.eps": "is not an image",
        "absent.jpg": "is missing",
    }
    for name, reason in refusals.items():
        with pytest.raises(InputError, match=reason) as caught:
            read_image(tmp_path / name)
        assert repr(name) in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(InputError, match="is a folder"):
        read_image(tmp_path)


# -- folders as footage


def test_a_folder_is_footage_in_natural_order(tmp_path: Path) -> None:
    for index in (10, 9, 1, 0):
        save(picture(index), tmp_path / f"view {index}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "._view 1.png").write_bytes(b"a resource fork")
    source = open_footage(tmp_path)
    frames = list(source.frames())
    assert [number(frame.image) for frame in frames] == [0, 1, 9, 10]
    assert [(frame.t, frame.index) for frame in frames] == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert (source.kind, source.seconds, source.fps, source.frame_count, source.width) == ("images", 4, 1, 4, 160)
    assert {frame.source for frame in frames} == {source.sha256}


def test_images_can_be_closer_and_are_sampled_like_any_footage(tmp_path: Path) -> None:
    for index in range(12):
        save(picture(index), tmp_path / f"{index}.png")
    source = open_footage(tmp_path, image_seconds=0.1)
    assert [frame.index for frame in source.frames(0.25)] == [0, 2, 5, 7, 10]
    assert [frame.index for frame in source.frames(0.25, 0.5, 0.75)] == [5, 7]


def test_the_hash_of_a_folder_is_that_of_its_listing(tmp_path: Path) -> None:
    names = ["b.png", "a.png"]
    for index, name in enumerate(names):
        save(picture(index), tmp_path / name)
    listing = "".join(f"{sha256_of(tmp_path / name)}  {name}\n" for name in sorted(names))
    assert open_footage(tmp_path).sha256 == hashlib.sha256(listing.encode()).hexdigest()


def test_an_image_that_cannot_be_read_is_counted_and_passed_over(tmp_path: Path) -> None:
    for index in range(6):
        save(picture(index), tmp_path / f"{index}.png")
    (tmp_path / "0.png").write_bytes(b"")
    (tmp_path / "3.png").write_text("no picture")
    big_png(tmp_path / "4.png", 40_000)
    reading = open_footage(tmp_path).frames()
    assert [frame.index for frame in reading] == [1, 2, 5] and reading.corrupt_frames == 3
    reading = open_footage(tmp_path).frames(every=2)
    assert [frame.index for frame in reading] == [1, 2, 5] and reading.corrupt_frames == 2  # 3 was not looked at


def test_sizes_may_differ_and_a_single_image_is_footage_too(tmp_path: Path) -> None:
    save(picture(1), tmp_path / "1.png")
    save(picture(2)[:48], tmp_path / "2.png")
    assert [frame.image.shape[0] for frame in open_footage(tmp_path).frames()] == [96, 48]
    assert [number(frame.image) for frame in open_footage(tmp_path / "1.png").frames()] == [1]


def test_pictures_that_move_are_a_film_with_their_own_times_or_say_what_to_do(tmp_path: Path) -> None:
    first, *others = [Image.fromarray(picture(index)) for index in range(5)]
    for name in ("film.png", "film.gif", "film.webp"):
        first.save(tmp_path / name, save_all=True, append_images=others, duration=[100, 400, 30, 20, 1000])
    for name in ("film.png", "film.gif"):
        frames = list(open_footage(tmp_path / name).every_frame())
        assert [frame.t for frame in frames] == pytest.approx([0, 0.1, 0.5, 0.53, 0.55])
        assert open_footage(tmp_path / name).seconds == pytest.approx(1.55)
    assert [number(frame.image) for frame in open_footage(tmp_path / "film.png").every_frame()] == list(range(5))
    with pytest.raises(FootageError, match=r"is a film of 5 pictures; save .* all of them as an MP4"):
        open_footage(tmp_path / "film.webp")


def test_a_folder_without_a_readable_image_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("no")
    with pytest.raises(FootageError, match=r"none of 1 images can be read: 'a.jpg' is not an image"):
        open_footage(tmp_path)
    with pytest.raises(InputError, match="image_seconds is 0"):
        open_footage(tmp_path, image_seconds=0)


def test_a_folder_that_changes_is_an_error(tmp_path: Path) -> None:
    for index in range(2):
        save(picture(index), tmp_path / f"{index}.png")
    source = open_footage(tmp_path)
    save(picture(7), tmp_path / "1.png")
    with pytest.raises(FootageError, match=r"'1.png' changed while it was being read"):
        list(source.frames())
