"""A folder of images as footage: one image after the other, at equal distances."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from workbench.errors import FootageError, InputError
from workbench.footage.gaps import gaps_in
from workbench.footage.hashing import Seal, sha256_of_listing
from workbench.footage.images import images_in, read_pixels
from workbench.footage.photographs import is_beside
from workbench.footage.source import Footage, Shot
from workbench.footage.timeline import I64, evenly

__all__ = ["ImageFolder", "open_images", "refuse_films"]

_FILMS = frozenset(
    ".3gp .asf .avi .dav .flv .h264 .h265 .hevc .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .ts .vob .webm .wmv".split()
)


@dataclass(frozen=True, kw_only=True, repr=False)
class ImageFolder(Footage):
    """Images in natural order of their names; `width` and `height` are those of the first that can be read."""

    seals: tuple[Seal, ...] = field(repr=False)

    def shots(self, wanted: I64, to_the_end: bool, threads: int) -> Generator[Shot, None, None]:
        """The wanted images; one that cannot be read counts as damaged, and the next one stands in for it."""
        shown, damaged, last = -1, 0, len(wanted) - 1
        for number, index in enumerate(wanted.tolist()):
            limit = len(self.seals) if number == last else int(wanted[number + 1])
            for candidate in range(max(index, shown + 1), limit):
                try:
                    image = read_pixels(self.seals[candidate].path)
                except InputError:
                    damaged += to_the_end or number < last  # a segment leaves its last instant to the next one
                    continue
                yield Shot(candidate, image, False, damaged)
                shown, damaged = candidate, 0
                break
        yield Shot(len(self.seals) - 1, None, False, damaged)

    def check(self) -> None:
        """`FootageError` if an image is no longer what was hashed."""
        for seal in self.seals:
            seal.check()


def refuse_films(footage: Footage) -> None:
    """`FootageError` for a folder of images in which a video lies, too: it would be passed over."""
    films = [name for name in footage.details.get("left_out", []) if Path(name).suffix.lower() in _FILMS]
    if films:
        raise FootageError(
            f"the folder {footage.path.name!r} holds images and the video {films[0]!r}; a folder is scanned image by image: "
            f"name the video itself, and put the images into a folder of their own"
        )


def open_images(path: Path, seconds: float) -> ImageFolder:
    """A folder of images, or a single image, as footage with a frame every `seconds`."""
    if not seconds > 0:
        raise InputError(f"image_seconds is {seconds}; give the seconds between two images, such as 1")
    files = images_in(path) if path.is_dir() else [path]
    if not files:
        raise FootageError(
            f"the folder {path.name!r} holds no image; give a video file, or a folder of JPEG or PNG files"
        )
    timeline = evenly(len(files), Fraction(str(seconds)), "position in the folder")
    seals = tuple(Seal.of(file) for file in files)
    height, width = _first_shape(files)
    return ImageFolder(
        path=path,
        sha256=sha256_of_listing(seals),
        kind="images",
        start=0.0,
        seconds=timeline.seconds,
        stated_seconds=timeline.seconds,
        short=False,
        width=width,
        height=height,
        codec="images",
        frame_count=len(files),
        fps=timeline.fps,
        variable_rate=False,
        timing=timeline.timing,
        details={"left_out": _left_out(path, files), **gaps_in([file.name for file in files])} if path.is_dir() else {},
        timeline=timeline,
        seals=seals,
    )


def _left_out(folder: Path, files: list[Path]) -> list[str]:
    """What lies in the folder and is not read, though somebody may think so: GIFs, films, other files, and folders."""
    others = sorted(path for path in {*folder.iterdir()} - {*files} if not is_beside(path))
    return [f"{path.name}/" if path.is_dir() else path.name for path in others]


def _first_shape(files: list[Path]) -> tuple[int, int]:
    """Height and width of the first image that can be read."""
    why = ""
    for file in files:
        try:
            return read_pixels(file).shape[:2]
        except InputError as error:
            why = why or str(error)
    raise FootageError(f"none of {len(files)} images can be read: {why}")
